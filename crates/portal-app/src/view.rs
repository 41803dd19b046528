//! What the window and the CLI see. Plain data; texts are chosen by the reader from codes.

mod contract;
mod phone;
mod photo;
mod reading;
mod scanner;
mod sending;
mod session;
mod sorting;

use portal_domain::dossier::Dossier;
use portal_domain::ids::{CaseId, OpId, PhotoId};
use portal_domain::problem::{Problem, Requirement};
use portal_domain::profile::Text;
use portal_domain::progress::TrackProgress;
use portal_domain::review::{ReturnItem, ReviewOutcome};
use portal_domain::status::CaseStatus;
use portal_domain::track::{Track, Tracks};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::contract::{
    AnnexView, ContractFee, ContractStage, ContractView, CostView, OfferView, PenDevice, ReadingView,
    ScanView, SignatureStrokes, SigningWay, StrokePoint,
};
pub use self::phone::{PhoneAddress, PhoneAnswer, PhoneShot, PhoneView};
pub use self::photo::{
    PhotoFitView, PhotoPlace, PhotoPoint, PhotoRegion, PhotoVerdict, PhotoVerdictCode, PhotoView,
};
pub use self::reading::{
    Agreement, ExpiryView, PhotoArea, PhotoReadView, ReadDocument, ReadFieldView, ReadFrom, ReadKey,
    ReadingState, SuggestionView,
};
pub use self::scanner::ScannerView;
pub use self::sending::{
    Connection, CourierExportView, CourierImportView, CourierReceiptsView, MeteredView, OutboxItem,
    OutboxProblem, OutboxState, OutboxView, SyncView,
};
pub use self::session::{
    AccountView, CodeSentView, NewCasesView, RoleView, SecondFactorView, SessionPhase, SessionView,
    SignInProof, SignedInView, VaultView,
};
pub use self::sorting::{FolderView, HandedFile, SortedPhotoView, ToldBy};

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AppInfo {
    pub version: String,
    /// The backend's address; absent when none is configured.
    pub backend: Option<String>,
    /// This window or command may only read: another process writes to the profile.
    pub read_only: bool,
}

/// What exists only on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
pub struct SafetyView {
    /// Cases with work that the backend hasn't received.
    pub cases_only_here: u32,
    /// Age of the oldest, in whole days.
    pub oldest_days: u32,
    /// Operations in the outbox.
    pub pending: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckId {
    Vault,
    Database,
    /// The record of what was done on this computer; the figure is how many rows it has, or the first wrong one.
    Audit,
    Disk,
    Clock,
    Backend,
    PhotoWorker,
    /// Reads what papers say.
    PageReader,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    Ok,
    Warning,
    Failed,
    /// Can't be said yet, e.g. before sign-in.
    Unknown,
}

/// One line of the self-check page.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CheckView {
    pub check: CheckId,
    pub result: CheckResult,
    /// Stable code of what was found; its text says what to do.
    pub finding: Finding,
    /// A figure that belongs to the text, with its unit, e.g. free bytes; never personal data.
    pub figure: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    Fine,
    KeyringLocked,
    KeyringAbsent,
    PassphraseVault,
    PassphraseNeeded,
    SecretsMissing,
    NotSignedIn,
    Damaged,
    /// The audit was changed from outside.
    Tampered,
    DiskLow,
    ClockWrong,
    Unreachable,
    NotConfigured,
    NotTheBackend,
    WorkerMissing,
    /// Papers are not read, only their QR codes; everything else works.
    ModelsMissing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
pub enum Language {
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What a person may set on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub language: Language,
    pub theme: Theme,
    /// 100…150.
    pub text_percent: u32,
    /// Minutes without a key or pointer before the window locks; 1…60.
    pub idle_lock_min: u32,
    /// Days that a case's photos stay on this computer after the case ended; 1…365.
    pub photo_days: u32,
    /// Mebibytes that may be sent on a day: photos beyond it wait. 1…100,000; absent on a line that isn't metered.
    pub metered_mib_per_day: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::default(),
            theme: Theme::default(),
            text_percent: 100,
            idle_lock_min: 5,
            photo_days: 7,
            metered_mib_per_day: None,
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WorkbenchView {
    /// How many cases have each status.
    pub counts: Vec<StatusCount>,
    /// Most urgent first: returned, needing attention, drafts.
    pub next: Vec<CaseLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct StatusCount {
    pub status: CaseStatus,
    pub count: u32,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct CaseQuery {
    /// Part of a name, licence number, phone or receipt number.
    pub text: String,
    pub status: Option<CaseStatus>,
    pub sort: CaseSort,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1…200; 0 = 50.
    pub limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum CaseSort {
    #[default]
    Updated,
    Name,
    /// What waits for the user first.
    Urgency,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CasePage {
    pub cases: Vec<CaseLine>,
    pub next: Option<String>,
    /// Of all pages.
    pub total: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CaseLine {
    pub case_id: CaseId,
    /// Empty until a name is typed.
    pub name: String,
    pub status: CaseStatus,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
    pub receipt_number: Option<String>,
}

/// A case with everything that its pages show.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CaseView {
    pub case_id: CaseId,
    pub status: CaseStatus,
    pub tracks: Tracks,
    /// How far each track of the case is, in the order of its profile.
    pub progress: Vec<TrackProgress>,
    /// Edit counter: sent back with the next save.
    pub revision: u64,
    pub saved_at_ms: i64,
    pub created_at_ms: i64,
    pub dossier: Dossier,
    pub problems: Vec<Problem>,
    pub requirements: Vec<Requirement>,
    pub photos: Vec<PhotoView>,
    /// What the photos say about fields of the form.
    pub suggestions: Vec<SuggestionView>,
    /// Whether a number may be sent against its check digit with a reason: a supervisor is asked then, so staff only.
    pub may_override: bool,
    /// What may be changed now.
    pub editing: Editing,
    /// Submissions and answers so far.
    pub rounds: Vec<RoundView>,
    /// The last return's items, while they are to be answered.
    pub returned: Vec<ReturnedItemView>,
    pub timeline: Vec<TimelineEntry>,
    pub documents: Vec<DocumentKind>,
    /// The local receipt's number, once submitted.
    pub local_receipt: Option<String>,
    /// The backend's receipt number, once received.
    pub receipt_number: Option<String>,
    pub notice_number: Option<String>,
    /// Other cases with the same licence, ID, account or phone.
    pub duplicates: Vec<DuplicateView>,
    /// The operation in the outbox, if any.
    pub outbox: Option<OutboxItem>,
}

/// What may be changed in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Editing {
    /// A draft: everything.
    Everything,
    /// A return: these pointers and what lies below them.
    Only {
        pointers: Vec<String>,
    },
    Nothing {
        reason: FrozenReason,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum FrozenReason {
    InOutbox,
    InReview,
    Closed,
    /// This process may only read.
    ReadOnly,
    /// A newer version of the portal wrote it: this one may only read.
    NewerSchema,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct RoundView {
    pub round: u32,
    pub submitted_at_ms: i64,
    pub outcome: Option<ReviewOutcome>,
    pub decided_at_ms: Option<i64>,
}

/// A returned item beside what was sent and what stands there now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReturnedItemView {
    pub item: ReturnItem,
    /// The value sent, as text; absent for photos.
    pub sent: Option<String>,
    /// Photos sent in this slot: their ids, for the photo address.
    pub sent_photos: Vec<PhotoId>,
    /// Something was changed here since the return.
    pub changed: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct TimelineEntry {
    pub at_ms: i64,
    pub who: TimelineWho,
    pub what: TimelineKind,
    pub round: Option<u32>,
    /// The step that it is about.
    pub track: Option<Track>,
    /// A number that belongs to it: of a receipt, notice or other paper.
    pub number: Option<String>,
    /// Words that a person wrote: the reason of a rejection, a withdrawal or a failed step.
    pub text: Option<String>,
    /// What stood on this computer and was another document than the one fetched.
    pub replaced: Option<Box<Dossier>>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum TimelineWho {
    /// The person whose cases these are, here; without a name before anybody signed in.
    ThisComputer { name: Option<String> },
    /// The same account on another computer.
    AnotherComputer,
    /// Somebody at the office, whom the backend may name.
    Office { name: Option<String> },
    /// Nobody: the backend answered.
    Backend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    Created,
    Adopted,
    /// Fetched from the backend, because another computer sent it.
    Fetched,
    SubmittedHere,
    AmendedHere,
    WithdrawnHere,
    TakenBack,
    /// The signed receipt is stored on this computer.
    ReceiptStored,
    Received,
    Returned,
    Accepted,
    Rejected,
    Withdrawn,
    /// A supervisor agreed to the submission, or did not.
    Approved,
    NotApproved,
    ContractOffered,
    ContractSignedHere,
    ContractRefusedHere,
    /// Signed on paper; the scans are in the outbox.
    ContractScannedHere,
    /// The acquirer has the merchant's signature.
    ContractReceived,
    /// What was signed on paper doesn't do.
    ContractReturned,
    /// Both signed.
    ContractInEffect,
    ContractRefused,
    /// The office recorded what became of a step.
    StepDone,
    StepFailed,
    StepReopened,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 资料清单.
    Checklist,
    /// 本机回执.
    LocalReceipt,
    /// 受理通知书.
    AcceptanceNotice,
    /// The contract as it will be signed.
    ContractToSign,
    /// The same for signing by hand.
    PaperCopy,
    /// The same in English, which doesn't bind.
    ContractReadingCopy,
    /// The merchant's copy, not in effect yet.
    SignedContract,
    /// The contract with both signatures.
    Contract,
    /// The same for paper, with the seal across the edges: no signed file.
    PrintCopy,
    /// 机具保管单.
    CustodySheet,
    /// 培训证书.
    TrainingCertificate,
    /// 开通通知书.
    ActivationLetter,
}

impl DocumentKind {
    const ALL: [Self; 12] = [
        Self::Checklist,
        Self::LocalReceipt,
        Self::AcceptanceNotice,
        Self::ContractToSign,
        Self::PaperCopy,
        Self::ContractReadingCopy,
        Self::SignedContract,
        Self::Contract,
        Self::PrintCopy,
        Self::CustodySheet,
        Self::TrainingCertificate,
        Self::ActivationLetter,
    ];

    /// The name used in headers and file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checklist => "checklist",
            Self::LocalReceipt => "local_receipt",
            Self::AcceptanceNotice => "acceptance_notice",
            Self::ContractToSign => "contract_to_sign",
            Self::PaperCopy => "paper_copy",
            Self::ContractReadingCopy => "contract_reading_copy",
            Self::SignedContract => "signed_contract",
            Self::Contract => "contract",
            Self::PrintCopy => "print_copy",
            Self::CustodySheet => "custody_sheet",
            Self::TrainingCertificate => "training_certificate",
            Self::ActivationLetter => "activation_letter",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DuplicateView {
    pub case_id: CaseId,
    pub name: String,
    /// Pointer of the value that both have.
    pub pointer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct FieldProblem {
    pub path: String,
    pub problem: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DivisionView {
    pub code: String,
    pub name: String,
    /// Empty for provinces.
    pub parent: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct MccView {
    pub code: String,
    pub name: Text,
    pub group: String,
}

/// A bank that the form offers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct BankView {
    /// What is filled in: the Chinese name.
    pub name: String,
    /// Empty where the bank isn't known by an English name.
    pub english: String,
    /// First three digits of its branches' codes; empty where banks share one.
    pub branch_prefix: String,
    /// First digits of its cards.
    pub card_prefixes: Vec<String>,
}

/// What changed; the window refetches what it shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "changed")]
pub enum Changed {
    Session,
    Settings,
    Case {
        case_id: CaseId,
    },
    Outbox,
    /// The door for a phone's photos: opened, closed, or something came through it.
    Phone,
    /// The scanner's folder: watched, no longer, or something came into it.
    Scanner,
    /// Bytes moved; carried here so that progress bars need no refetch.
    Progress {
        op_id: OpId,
        bytes_sent: u64,
        bytes_total: u64,
        bytes_per_s: Option<u64>,
        seconds_left: Option<u64>,
    },
}
