//! What the verifier found, with codes that stay the same from release to release.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(rename = "ContractReport")]
#[schemars(rename = "ContractReport")]
pub struct Report {
    pub verdict: Verdict,
    /// SHA-256 of the whole file, lower-case hex.
    pub file_sha256: String,
    /// SHA-256 of the document as it was before anybody signed.
    pub original_sha256: Option<String>,
    pub merchant: Option<SignatureReport>,
    pub issuer: Option<SignatureReport>,
    /// SHA-256 of the record that names the scans of what the merchant signed on paper; with `on_paper` only.
    pub paper_record_sha256: Option<String>,
    pub time: TimeReport,
    /// Why the file is refused, and where; none unless `verdict` is `refused`.
    pub fault: Option<Fault>,
    pub part: Option<Part>,
}

/// What the file is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ContractVerdict")]
pub enum Verdict {
    /// Both signed, and nothing was changed.
    InEffect,
    /// The issuer signed, nothing was changed, and says that the merchant signed on paper: the scans are with the issuer.
    OnPaper,
    /// The merchant signed and nothing was changed; the issuer has not signed, so it has no effect yet.
    MerchantOnly,
    /// Not to be relied on.
    Refused,
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(rename = "ContractSignature")]
pub struct SignatureReport {
    /// The name in the certificate, which the signature repeats.
    pub signer: String,
    pub reason: String,
    pub location: Option<String>,
    /// By the signer's own clock.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub claimed_at: Timestamp,
    pub certificate_sha256: String,
    pub root_sha256: String,
    /// The computer that attests the handwriting and the identity check; none for the issuer.
    pub device_id: Option<String>,
    /// Hash of the evidence record that the certificate was made for.
    pub evidence_sha256: Option<String>,
}

/// What is known about when the contract was countersigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "assurance", rename_all = "snake_case")]
#[ts(rename = "ContractTime")]
pub enum TimeReport {
    /// Only what the signers' clocks claim.
    None,
    /// A time stamp of the issuer's own authority: protected against later change, but not independent.
    OwnAuthority {
        #[schemars(with = "String")]
        #[ts(type = "string")]
        at: Timestamp,
        authority: String,
        serial: String,
    },
    /// A time stamp of an independent authority.
    Independent {
        #[schemars(with = "String")]
        #[ts(type = "string")]
        at: Timestamp,
        authority: String,
        serial: String,
    },
}

impl TimeReport {
    pub(super) fn at(&self) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::OwnAuthority { at, .. } | Self::Independent { at, .. } => Some(*at),
        }
    }
}

/// Which part of the file a fault is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ContractPart")]
pub enum Part {
    File,
    Merchant,
    Issuer,
    TimeStamp,
}

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ContractFault")]
pub enum Fault {
    /// Larger than any contract.
    TooLarge,
    /// Not a PDF file.
    NotPdf,
    /// Not whole, not well-formed, or encrypted.
    Damaged,
    /// Nobody signed.
    NotSigned,
    /// Something was appended that is neither of the two signatures.
    UnknownRevision,
    /// The signature does not say that it covers the whole file.
    NotWholeFile,
    /// The signature's own bytes are not as they are written.
    SignatureDamaged,
    /// The file's bytes are not those that were signed.
    ContentChanged,
    /// The key in the certificate did not sign this.
    SignatureWrong,
    /// The certificate leads to no trusted root.
    Untrusted,
    /// A certificate that does not belong lies beside the others.
    StrayCertificate,
    /// A certificate was not valid at the time.
    CertificateExpired,
    /// A certificate is used for what it is not for.
    CertificateNotPermitted,
    /// A certificate can't be read, or its own signature is wrong.
    CertificateWrong,
    /// The signature is by somebody who may not give this one.
    WrongRole,
    /// The shown name is not the certificate's.
    NameDiffers,
    /// The time stamp is for something else or its signature is wrong.
    TimeStampWrong,
    /// The time stamp is by nobody trusted.
    TimeStampUntrusted,
}

impl Fault {
    /// Every fault, for lists of texts.
    pub const ALL: [Self; 18] = [
        Self::TooLarge,
        Self::NotPdf,
        Self::Damaged,
        Self::NotSigned,
        Self::UnknownRevision,
        Self::NotWholeFile,
        Self::SignatureDamaged,
        Self::ContentChanged,
        Self::SignatureWrong,
        Self::Untrusted,
        Self::StrayCertificate,
        Self::CertificateExpired,
        Self::CertificateNotPermitted,
        Self::CertificateWrong,
        Self::WrongRole,
        Self::NameDiffers,
        Self::TimeStampWrong,
        Self::TimeStampUntrusted,
    ];
}

impl Report {
    pub(super) fn new(file_sha256: String) -> Self {
        Self {
            verdict: Verdict::Refused,
            file_sha256,
            original_sha256: None,
            merchant: None,
            issuer: None,
            paper_record_sha256: None,
            time: TimeReport::None,
            fault: None,
            part: None,
        }
    }

    /// What was found before the fault is not shown: a refused file proves nothing.
    pub(super) fn refuse(&mut self, part: Part, fault: Fault) {
        *self =
            Self { fault: Some(fault), part: Some(part), ..Self::new(std::mem::take(&mut self.file_sha256)) };
    }

    pub(super) fn accept(&mut self) {
        self.verdict = match (&self.issuer, &self.paper_record_sha256) {
            (Some(_), Some(_)) => Verdict::OnPaper,
            (Some(_), None) => Verdict::InEffect,
            (None, _) => Verdict::MerchantOnly,
        };
    }
}
