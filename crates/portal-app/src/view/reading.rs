//! What photos were read to say.

use portal_domain::dossier::Slot;
use portal_domain::ids::{PhotoId, Sha256};
use portal_recognition::{Document, Key, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far a photo has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadingState {
    /// Not a paper that is read, or nobody asked for it.
    NotRead,
    InProgress,
    Read,
    /// Only a QR code could be looked for: the models aren't installed.
    CodeOnly,
    Failed,
}

/// Something that a photo says about a field of the form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SuggestionView {
    /// The field's place in the document.
    pub pointer: String,
    /// As the field would have it.
    pub value: String,
    pub slot: Slot,
    pub photo_id: PhotoId,
    pub source: ReadFrom,
    /// Probability of the least certain letter, 0 to 100.
    pub confidence_percent: u8,
    /// A check digit says that it was read rightly.
    pub checked: bool,
    pub place: PhotoArea,
    pub agreement: Agreement,
}

/// How the form compares with a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Nothing is in the form yet.
    Empty,
    Same,
    Differs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadFrom {
    Code,
    Print,
}

impl From<Source> for ReadFrom {
    fn from(source: Source) -> Self {
        match source {
            Source::Code => Self::Code,
            Source::Print => Self::Print,
        }
    }
}

/// A rectangle of a photo, in shares of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhotoArea {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// A document that is told by what is written on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadDocument {
    BusinessLicence,
    TaxRegistration,
    OrganisationCodeCertificate,
    IdPortrait,
    IdEmblem,
    BankCard,
    AccountPermit,
    AuthorisationLetter,
    Lease,
    Contract,
    Permit,
    /// A terminal's label with its serial number.
    TypePlate,
}

impl From<Document> for ReadDocument {
    fn from(document: Document) -> Self {
        match document {
            Document::BusinessLicence => Self::BusinessLicence,
            Document::TaxRegistration => Self::TaxRegistration,
            Document::OrganisationCodeCertificate => Self::OrganisationCodeCertificate,
            Document::IdPortrait => Self::IdPortrait,
            Document::IdEmblem => Self::IdEmblem,
            Document::BankCard => Self::BankCard,
            Document::AccountPermit => Self::AccountPermit,
            Document::AuthorisationLetter => Self::AuthorisationLetter,
            Document::Lease => Self::Lease,
            Document::Contract => Self::Contract,
            Document::Permit => Self::Permit,
            Document::TypePlate => Self::TypePlate,
        }
    }
}

/// What a photo file was read to say, without a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoReadView {
    /// As asked for; none when it was to be found out what the photo shows.
    pub slot: Option<Slot>,
    /// What the photo shows, where that was asked and could be told.
    pub document: Option<ReadDocument>,
    /// Of the fitted picture that was read.
    pub sha256: Sha256,
    pub width_px: u32,
    pub height_px: u32,
    /// Without models only a QR code can be looked for.
    pub print_was_read: bool,
    pub fields: Vec<ReadFieldView>,
    /// So many quarter turns, clockwise, make the print stand upright.
    pub quarter_turns: u32,
    /// Of a paper that has expired or will soon.
    pub expiry: Option<ExpiryView>,
}

/// The last day of a paper that has expired, or will soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpiryView {
    /// `yyyy-MM-dd`.
    pub until: String,
    /// None when it is past.
    pub days_left: Option<i32>,
}

/// One thing that a photo says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadFieldView {
    /// The field's place in the document of a case; absent where it has none.
    pub pointer: Option<String>,
    pub key: ReadKey,
    pub value: String,
    pub source: ReadFrom,
    /// Probability of the least certain letter, 0 to 100.
    pub confidence_percent: u8,
    pub checked: bool,
    pub place: PhotoArea,
}

/// What a field is on its paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadKey {
    Name,
    Number,
    LegalPerson,
    Address,
    Scope,
    ValidFrom,
    ValidUntil,
    BranchName,
}

impl From<Key> for ReadKey {
    fn from(key: Key) -> Self {
        match key {
            Key::Name => Self::Name,
            Key::Number => Self::Number,
            Key::LegalPerson => Self::LegalPerson,
            Key::Address => Self::Address,
            Key::Scope => Self::Scope,
            Key::ValidFrom => Self::ValidFrom,
            Key::ValidUntil => Self::ValidUntil,
            Key::BranchName => Self::BranchName,
        }
    }
}
