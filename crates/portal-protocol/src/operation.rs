//! Operations: one durable, idempotent change to one case, declared, supplied with photos, committed.

use portal_domain::dossier::{BlobSlot, Dossier};
use portal_domain::ids::{CaseId, DeviceId, OpId, Sha256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::{ContractRefusal, ContractSignature, PaperSignature};
use crate::receipt::Envelope;

/// Body of `PUT /v1/operations/{op_id}`. The raw bytes are hashed, signed and kept as they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    pub case_id: CaseId,
    /// Revision of the case that this change was made on; absent for a first submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_rev: Option<u64>,
    /// On the device's clock: shown, never ordered by.
    pub made_at_ms: i64,
    /// The computer it was made on: the one that signs the declaration, or an earlier one of the same account.
    pub device_id: DeviceId,
    /// Every photo that the payload names, each slot position once; of the answer to a contract
    /// the signed file, and the merchant with the identity card when they answered on somebody else's computer; of one that
    /// was signed on paper a scan of each page.
    pub blobs: Vec<BlobRef>,
    #[serde(flatten)]
    pub change: Change,
}

/// The change itself: `kind` and `payload` on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "payload")]
pub enum Change {
    #[serde(rename = "application.submit")]
    Submit(Box<Submission>),
    /// The answer to a return: the whole document again, changed only where the return asked.
    #[serde(rename = "application.amend")]
    Amend(Box<Submission>),
    #[serde(rename = "application.withdraw")]
    Withdraw(Withdrawal),
    /// The merchant signed the contract that was offered.
    #[serde(rename = "contract.sign")]
    Sign(Box<ContractSignature>),
    /// The merchant signed it on paper.
    #[serde(rename = "contract.sign_on_paper")]
    SignOnPaper(Box<PaperSignature>),
    /// The merchant refused it.
    #[serde(rename = "contract.refuse")]
    Refuse(ContractRefusal),
}

impl Change {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Submit(_) => "application.submit",
            Self::Amend(_) => "application.amend",
            Self::Withdraw(_) => "application.withdraw",
            Self::Sign(_) => "contract.sign",
            Self::SignOnPaper(_) => "contract.sign_on_paper",
            Self::Refuse(_) => "contract.refuse",
        }
    }

    pub fn submission(&self) -> Option<&Submission> {
        match self {
            Self::Submit(submission) | Self::Amend(submission) => Some(submission),
            Self::Withdraw(_) | Self::Sign(_) | Self::SignOnPaper(_) | Self::Refuse(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submission {
    pub profile: ProfileRef,
    /// Number of the local receipt that the user was given.
    pub local_receipt: String,
    pub dossier: Dossier,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawal {
    pub reason: String,
}

/// The profile version that a document was checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileRef {
    pub id: String,
    pub version: String,
}

/// A file that belongs to an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlobRef {
    pub slot: BlobSlot,
    pub sha: Sha256,
    /// In bytes.
    pub size: u64,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: String,
}

/// Answer to declare, and to `GET /v1/operations/{op_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OperationState {
    /// Declared; these blobs aren't durable yet.
    Receiving { missing: Vec<Sha256> },
    /// Committed: the stored receipt, the same for ever.
    Received { receipt: Envelope },
}

/// The address of one operation.
pub fn operation_path(op_id: OpId) -> String {
    format!("/v1/operations/{op_id}")
}
