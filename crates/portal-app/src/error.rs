//! The one error that crosses to the window and the CLI.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::FieldProblem;

/// Stable code; every language has a text for each (the UI's catalogue is typed by this enum).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommandCode {
    /// An argument has no usable value; `fields` names it.
    InvalidArgument,
    /// The document breaks rules; `fields` names them.
    Invalid,
    NotFound,
    /// Somebody else saved meanwhile: read again.
    Stale,
    /// The case can't be changed now.
    Frozen,
    /// The whole document is larger than the backend takes: `fields` tells the most under `/max_bytes`.
    TooLargeToSend,
    /// The operation was sent already and can't be taken back.
    AlreadySent,
    Locked,
    WrongPin,
    /// Too many wrong PINs: `fields` tells the wait in seconds under `/retry_after_s`.
    PinDelayed,
    WeakPin,
    WrongRecoveryCode,
    WrongPassphrase,
    WeakPassphrase,
    KeyringLocked,
    KeyringAbsent,
    /// The secrets of this computer are gone: use the recovery code.
    SecretsMissing,
    /// The database was written by a newer portal.
    NewerSchema,
    /// The database or a photo can't be read.
    Damaged,
    DiskFull,
    /// Another process writes to this profile.
    ReadOnly,
    Offline,
    /// Something answered that is not the backend.
    NotTheBackend,
    NoBackend,
    /// Wrong phone, code, user or password.
    Unauthorized,
    /// The password is right, and a code of the authenticator app goes with it.
    SecondFactorNeeded,
    /// The password is right, and an authenticator app has to be set up first.
    SecondFactorUnset,
    /// The authenticator app's code is wrong, or was used already.
    SecondFactorWrong,
    AccountDisabled,
    TooManyRequests,
    /// The computer must be enrolled with an activation code first.
    NotEnrolled,
    SignInNeeded,
    /// The backend wasn't reached for longer than this account may begin new cases without it. What was begun goes on.
    OfflineTooLong,
    /// The backend refused; `fields` has its code under `/code`.
    Refused,
    // Courier packages
    /// Nothing waits that a courier could take.
    NothingToExport,
    /// The account was never online, so that nobody said where packages are encrypted to.
    NoCourierKey,
    /// A file can't be read or written.
    FileUnusable,
    /// Not a package for this backend; `fields` names the file inside under `/file`.
    NotAPackage,
    /// A file inside isn't what its computer signed: `fields` names it under `/file`. Nothing was received.
    PackageAltered,
    /// Not receipts of the backend that this computer is enrolled with.
    NotReceipts,
    ReceiptsOfAnother,
    // Contracts
    /// Only the merchant signs, with their own PIN: nobody else does it for them.
    NotTheSigner,
    /// The one-time code is wrong, was used or has expired, or was made for other pages.
    WrongCode,
    /// The contract was not read to its end.
    NotRead,
    /// Not every page that was signed on paper is scanned; `fields` names those that lack.
    ScansMissing,
    /// The last day of the offer is over: ask for a new one.
    OfferExpired,
    /// The computer was never online since contracts can be signed, or its certificate has ended.
    NoSigningPass,
    /// The pad recorded no signature.
    NoHandwriting,
    /// The offer's text is newer than this version of the portal.
    OfferTooNew,
    /// The offer isn't one of the acquirer that this computer is enrolled with.
    OfferNotGenuine,
    // Photos
    PhotoNotAnImage,
    PhotoFormat,
    PhotoTruncated,
    PhotoTooLarge,
    PhotoTooSmall,
    PhotoDamaged,
    PhotoTooSlow,
    PhotoDuplicate,
    /// It is black or even: nothing can be seen on it.
    PhotoShowsNothing,
    PhotoSlotFull,
    /// A person stopped it.
    Cancelled,
    WorkerMissing,
    /// This computer has no address in a network that a phone could be in.
    NoNetwork,
    /// A character that no bundled font has.
    MissingGlyph,
    Internal,
}

/// A failed command. The cause chain is in the log under `incident`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CommandError {
    pub code: CommandCode,
    pub fields: Vec<FieldProblem>,
    /// Trying the same again may work.
    pub retryable: bool,
    pub incident: Option<String>,
}

impl CommandError {
    pub fn new(code: CommandCode) -> Self {
        Self { code, fields: Vec::new(), retryable: false, incident: None }
    }

    pub fn field(mut self, path: &str, problem: &str) -> Self {
        self.fields.push(FieldProblem { path: path.to_owned(), problem: problem.to_owned() });
        self
    }

    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl std::fmt::Display for CommandError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.code)
    }
}

impl std::error::Error for CommandError {}
