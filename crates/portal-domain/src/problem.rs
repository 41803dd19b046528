//! What is wrong with a document, and what is still missing from it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Stable code of a problem; every language has a text for each (the UI's catalogue is typed by this enum).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// A value is needed here.
    Required,
    /// Shorter than `min`.
    TooShort,
    /// Longer than `max`.
    TooLong,
    /// Outside `min`…`max`.
    OutOfRange,
    /// Not of the form that this field has.
    BadFormat,
    /// The number of characters is not the one the standard has (`expected`).
    BadLength,
    /// A character which the standard doesn't have (at `position`, from 1).
    BadCharacter,
    /// The check digit doesn't match: a digit is wrong or two are swapped.
    BadCheckDigit,
    /// Not a day of the calendar.
    BadDate,
    /// Not a county of the division table.
    UnknownDivision,
    /// Not in the MCC table.
    UnknownMcc,
    /// A code which the number's standard doesn't have in this place.
    BadPrefix,
    /// The day lies in the future.
    InFuture,
    /// The document has expired.
    Expired,
    /// The document expires within `days` days.
    ExpiresSoon,
    /// The end lies before the beginning.
    EndBeforeStart,
    /// The legal person is younger than `min` or older than `max`.
    AgeOutOfRange,
    /// The name consists of digits only.
    AllDigits,
    /// A word that this kind of merchant must not use (`word`).
    ForbiddenWord,
    /// The name differs from the one in `other` (a pointer).
    NameMismatch,
    /// The number equals the one in `other` (a pointer), and must not.
    SameAsOther,
    /// The settlement account's kind doesn't fit the merchant's kind.
    AccountKindNotAllowed,
    /// The product isn't offered to this kind of merchant.
    ProductNotOffered,
    /// The address repeats the province, city or district.
    AddressRepeatsDivision,
    /// A value listed twice.
    Duplicate,
    /// Hardly fits the answer in `other` (a pointer): one of the two is probably wrong.
    Unlikely,
    /// Not offered by this profile.
    NotOffered,
    /// Fewer photos than `min`.
    PhotoMissing,
    /// More photos than `max`.
    TooManyPhotos,
    /// Larger than the acquirer or the backend takes (`max` bytes).
    PhotoTooLarge,
    /// A type of file that the backend doesn't take.
    PhotoTypeNotTaken,
    /// The shorter side has fewer pixels than `min`.
    PhotoTooSmall,
    /// The same picture stands in `other` (a pointer) too.
    SamePhotoTwice,
    /// A photo in the slot `other` (a pointer) says something else. Found where photos are read, not by the check.
    DiffersFromPhoto,
    /// The text wasn't agreed to, or in an older version.
    ConsentMissing,
}

/// Whether a problem stops submission.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Blocking,
    Warning,
}

/// One thing that is wrong, at one place of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Problem {
    /// JSON pointer into the case document.
    pub pointer: String,
    pub code: ProblemCode,
    pub severity: Severity,
    /// Values for the text's placeholders; never personal data.
    pub params: BTreeMap<String, String>,
}

impl Problem {
    pub fn blocking(pointer: impl Into<String>, code: ProblemCode) -> Self {
        Self { pointer: pointer.into(), code, severity: Severity::Blocking, params: BTreeMap::new() }
    }

    pub fn warning(pointer: impl Into<String>, code: ProblemCode) -> Self {
        Self { severity: Severity::Warning, ..Self::blocking(pointer, code) }
    }

    /// The same problem with a value for a placeholder of its text; never personal data.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    pub fn is_blocking(&self) -> bool {
        self.severity == Severity::Blocking
    }
}

/// Why something is asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum RequirementReason {
    /// Every application needs it.
    Always,
    /// Because of the merchant's kind.
    MerchantKind,
    /// Because of a chosen product.
    Product,
    /// Because the licence isn't a merged one (非三证合一).
    SeparateCertificates,
    /// Because of the settlement account's kind.
    AccountKind,
    /// Because somebody other than the legal person receives the money.
    AuthorisedSettler,
    /// Because there is a fixed place of business.
    FixedPlace,
    /// Because the shop stands somewhere else than registered.
    OtherPlace,
    /// Because the trade needs a licence of its own.
    Trade,
    /// A reviewer asked for it.
    Returned,
}

/// When something is asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Before submission.
    Now,
    /// At a later step of the case.
    Later,
    /// Can't be said before the choice at the pointer in `blocked_by` is made: `/kind`, `/products`,
    /// `/settlement/kind` or `/business/mcc`.
    Blocked,
}

/// One thing that an application needs, whether or not it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Requirement {
    /// JSON pointer: a field; `/attachments/{slot}` for a photo slot; `/fees` for one fee and `/consents` for one
    /// consent, which `params` names.
    pub pointer: String,
    pub due: Due,
    pub reason: RequirementReason,
    /// Present already.
    pub met: bool,
    /// Pointer of the choice that must be made first; only with [`Due::Blocked`].
    pub blocked_by: Option<String>,
    /// Which entry of a list: `service` with `/fees`, `id` with `/consents`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}
