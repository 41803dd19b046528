//! What proves how a contract came about: records in canonical JSON, signed where they were made, each naming the
//! hash of the one before.
//!
//! The ceremony's record is made before the signature, because the signer's certificate carries its hash; the signing
//! record after it, because it names the signed file.

mod will;

pub use will::{Assurance, PhoneConfirmation, Will, WillFault, WillMethod};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A record of the chain of one contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// What happened until the merchant's last stroke.
    Ceremony(Box<Ceremony>),
    /// The file that the merchant signed, or the issuer countersigned.
    Signed(Signed),
    /// The merchant refused: there is no signature.
    Refused(Refused),
    /// The merchant signed on paper: what was scanned.
    OnPaper(Box<OnPaper>),
}

/// The way to a merchant's signature. Absent evidence is absent: nothing is filled in later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ceremony {
    pub contract_no: String,
    pub template: TemplateRef,
    /// Of the values that filled the template.
    pub data_sha256: String,
    /// Of the rendered, unsigned file.
    pub render_sha256: String,
    pub renderer: Renderer,
    pub real_name: RealName,
    pub will: Will,
    pub consents: Vec<Consent>,
    pub reading: Reading,
    pub strokes: Strokes,
    /// Who helped; an assistant never signs.
    pub agent: Option<Agent>,
    pub device: Device,
    pub place: Option<String>,
    pub clock: Clock,
    /// Head of the case's own chain of events.
    pub events_head_hash: String,
    /// Payload hash of the record before, of an earlier ceremony for this contract.
    pub previous_sha256: Option<String>,
}

/// A file and everyone who signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub contract_no: String,
    pub signed_pdf_sha256: String,
    pub parties: Vec<Party>,
    pub tsa: Option<Tsa>,
    /// Payload hash of the record before.
    pub previous_sha256: Option<String>,
}

/// A refusal with its reason, kept outside the PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub contract_no: String,
    pub render_sha256: String,
    pub reason: String,
    pub real_name: RealName,
    pub will: Will,
    /// Who helped.
    pub agent: Option<Agent>,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub previous_sha256: Option<String>,
}

/// A contract that was printed, signed by hand and scanned. That the hand is the merchant's, nobody proves here: the
/// acquirer compares the scans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnPaper {
    pub contract_no: String,
    pub template: TemplateRef,
    /// Of the values that filled the template.
    pub data_sha256: String,
    /// Of the rendered, unsigned file that was printed.
    pub render_sha256: String,
    pub renderer: Renderer,
    /// SHA-256 of the scan of each page, in the order of the pages.
    pub scans: Vec<String>,
    /// Who scanned it, when that wasn't the merchant in their own account.
    pub agent: Option<Agent>,
    pub device: Device,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub previous_sha256: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateRef {
    pub id: String,
    pub version: String,
    pub sha256: String,
}

/// What rendered the file, so that it can be rendered again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Renderer {
    pub version: String,
    pub fonts_sha256: Vec<String>,
}

impl Renderer {
    /// The one of this program.
    pub fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            fonts_sha256: crate::fonts::Fonts::SHA256.map(str::to_owned).into(),
        }
    }
}

/// How the signer's identity was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RealName {
    pub method: RealNameMethod,
    /// Names the result, never the person.
    pub result_ref: String,
    #[schemars(with = "String")]
    pub time: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RealNameMethod {
    /// A reviewer of the acquirer compared the photos of the identity documents with the application and accepted them.
    ReviewedDocuments,
    /// The ID card was compared with the person on the spot.
    InPersonIdCard,
    /// A service compared name and number.
    TwoFactor,
    /// A service compared name, number and phone.
    ThreeFactor,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub title: String,
    pub version: String,
    pub sha256: String,
    #[schemars(with = "String")]
    pub time: Timestamp,
    #[serde(rename = "type")]
    pub kind: ConsentKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentKind {
    Check,
    Click,
}

/// How far the pages were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    #[schemars(with = "String")]
    pub opened_at: Timestamp,
    pub pages: u16,
    #[schemars(with = "Option<String>")]
    pub to_end_at: Option<Timestamp>,
    pub seconds: u32,
}

/// The handwriting, by hash: the strokes themselves are kept encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strokes {
    pub sha256: String,
    pub points: u32,
    pub duration_ms: u32,
    /// Pad, mouse or touch.
    pub device: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    pub id: String,
    pub role: AgentRole,
}

/// The only part that an agent can have in a ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AgentRole {
    Assistant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    pub id: String,
    pub cert_sha256: String,
    pub app_version: String,
    pub os: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    #[schemars(with = "String")]
    pub device_utc: Timestamp,
    /// Milliseconds since the computer started, where it says so.
    pub monotonic_ms: Option<u64>,
    #[schemars(with = "Option<String>")]
    pub last_server_time: Option<Timestamp>,
    pub skew_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    pub role: PartyRole,
    pub name_hash: String,
    pub cert_sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartyRole {
    Merchant,
    Issuer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tsa {
    pub url: String,
    #[schemars(with = "String")]
    pub time: Timestamp,
    pub serial: String,
}

impl Record {
    /// The text that is signed: canonical JSON.
    ///
    /// # Errors
    /// [`serde_json::Error`], which no record gives.
    pub fn to_canonical_json(&self) -> Result<String, serde_json::Error> {
        Ok(canonical(&serde_json::to_value(self)?).to_string())
    }

    /// SHA-256 of the canonical JSON: what a one-time signer is certified for, and what the next record names.
    ///
    /// # Errors
    /// [`serde_json::Error`], which no record gives.
    pub fn sha256(&self) -> Result<[u8; 32], serde_json::Error> {
        Ok(Sha256::digest(self.to_canonical_json()?).into())
    }

    pub fn contract_no(&self) -> &str {
        match self {
            Self::Ceremony(ceremony) => &ceremony.contract_no,
            Self::Signed(signed) => &signed.contract_no,
            Self::Refused(refused) => &refused.contract_no,
            Self::OnPaper(paper) => &paper.contract_no,
        }
    }

    /// The hash of the record before.
    pub fn previous_sha256(&self) -> Option<&str> {
        match self {
            Self::Ceremony(ceremony) => ceremony.previous_sha256.as_deref(),
            Self::Signed(signed) => signed.previous_sha256.as_deref(),
            Self::Refused(refused) => refused.previous_sha256.as_deref(),
            Self::OnPaper(paper) => paper.previous_sha256.as_deref(),
        }
    }
}

/// Keys in order, no spaces, whole numbers only (a subset of RFC 8785).
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            Value::Object(sorted.into_iter().map(|(key, value)| (key.clone(), canonical(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        plain => plain.clone(),
    }
}
