//! Contracts: what is offered, signed and refused. The texts and files inside are the contract crate's; here they are
//! carried only.

use portal_domain::ids::{DeviceId, Sha256};
use portal_domain::turnover::Turnover;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text with a signature (CMS, in base64) over its exact bytes: an offer by the issuer, a record by a computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedText {
    pub payload: String,
    pub signature: String,
}

/// What a computer signs contracts with, and whom it believes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SigningPass {
    pub device_id: DeviceId,
    /// Certificate of the device key, PEM: it may certify one-time signers under the computer's own id.
    pub certificate: String,
    /// The root above it, PEM.
    pub root: String,
    /// Roots of the independent time authorities that the acquirer asks, PEM.
    #[serde(default)]
    pub time_roots: Vec<String>,
}

/// Payload of `contract.sign`. The operation's first blob is the signed file; a second one
/// is the merchant with the identity card, when they signed on somebody else's computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractSignature {
    /// Number of the contract.
    pub number: String,
    /// Of the offer's text.
    pub offer_sha: Sha256,
    /// What the merchant expects to take in: the file's cost card is made of it.
    pub turnovers: Vec<Turnover>,
    /// How the signature came about, sealed by the computer.
    pub ceremony: SealedText,
    /// Which file was signed by whom, sealed by the computer.
    pub signed: SealedText,
}

/// Payload of `contract.sign_on_paper`: the contract was printed and signed by hand. The operation's blobs are the scans,
/// one of each page in the order of the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperSignature {
    /// Number of the contract.
    pub number: String,
    /// Of the offer's text.
    pub offer_sha: Sha256,
    /// What the merchant expects to take in: the printed cost card is made of it.
    pub turnovers: Vec<Turnover>,
    /// Which document was printed and what was scanned, sealed by the computer.
    pub record: SealedText,
}

/// Payload of `contract.refuse`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractRefusal {
    pub number: String,
    /// The refusal with its reason, sealed by the computer.
    pub record: SealedText,
}

/// `POST /v1/contract-codes`: send a one-time code to the signer's phone, for one document. To which number is not said
/// here: it is the signer's in the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractCodeRequest {
    /// Number of the contract.
    pub number: String,
    /// Of the unsigned file that the signer has before them.
    pub document_sha256: Sha256,
}

/// `POST /v1/contract-confirmations`: the code that arrived. Answered by a confirmation that the issuer sealed.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractConfirmation {
    pub number: String,
    pub document_sha256: Sha256,
    pub code: String,
}
