//! What the program's exit code says. Listed in `--help`.

use std::process::ExitCode;

use portal_app::error::CommandCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Ok = 0,
    /// Refused by the rules, or problems found.
    Refused = 1,
    Usage = 2,
    /// A person is needed before everything is received.
    Attention = 3,
    NoNetwork = 4,
    /// Another process writes to the profile.
    ReadOnly = 5,
    Locked = 6,
    Vault = 7,
    /// This computer can't do it (`EX_SOFTWARE` of sysexits.h).
    Internal = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<CommandCode> for Exit {
    fn from(code: CommandCode) -> Self {
        match code {
            CommandCode::InvalidArgument | CommandCode::NoBackend | CommandCode::FileUnusable => Self::Usage,
            CommandCode::Invalid
            | CommandCode::NotFound
            | CommandCode::Stale
            | CommandCode::Frozen
            | CommandCode::TooLargeToSend
            | CommandCode::AlreadySent
            | CommandCode::WeakPin
            | CommandCode::Unauthorized
            | CommandCode::SecondFactorNeeded
            | CommandCode::SecondFactorUnset
            | CommandCode::SecondFactorWrong
            | CommandCode::AccountDisabled
            | CommandCode::TooManyRequests
            | CommandCode::Refused
            | CommandCode::NothingToExport
            | CommandCode::NotAPackage
            | CommandCode::PackageAltered
            | CommandCode::NotReceipts
            | CommandCode::ReceiptsOfAnother
            | CommandCode::PhotoNotAnImage
            | CommandCode::PhotoFormat
            | CommandCode::PhotoTruncated
            | CommandCode::PhotoTooLarge
            | CommandCode::PhotoTooSmall
            | CommandCode::PhotoDamaged
            | CommandCode::PhotoTooSlow
            | CommandCode::PhotoDuplicate
            | CommandCode::PhotoShowsNothing
            | CommandCode::PhotoSlotFull
            | CommandCode::Cancelled
            | CommandCode::MissingGlyph
            | CommandCode::NotTheSigner
            | CommandCode::WrongCode
            | CommandCode::NotRead
            | CommandCode::ScansMissing
            | CommandCode::OfferExpired
            | CommandCode::NoHandwriting
            | CommandCode::OfferNotGenuine => Self::Refused,
            CommandCode::NotEnrolled
            | CommandCode::SignInNeeded
            | CommandCode::OfflineTooLong
            | CommandCode::NoCourierKey
            | CommandCode::NoSigningPass
            | CommandCode::OfferTooNew => Self::Attention,
            CommandCode::Offline | CommandCode::NotTheBackend | CommandCode::NoNetwork => Self::NoNetwork,
            CommandCode::ReadOnly => Self::ReadOnly,
            CommandCode::Locked
            | CommandCode::WrongPin
            | CommandCode::PinDelayed
            | CommandCode::WrongRecoveryCode => Self::Locked,
            CommandCode::WrongPassphrase
            | CommandCode::WeakPassphrase
            | CommandCode::KeyringLocked
            | CommandCode::KeyringAbsent
            | CommandCode::SecretsMissing => Self::Vault,
            CommandCode::NewerSchema
            | CommandCode::Damaged
            | CommandCode::DiskFull
            | CommandCode::WorkerMissing
            | CommandCode::Internal => Self::Internal,
        }
    }
}
