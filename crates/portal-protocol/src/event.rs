//! What the backend tells an account: gapless, in order, each once.

use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::progress::OfficeTrack;
use portal_domain::review::ReturnItem;
use portal_domain::track::StepState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::SealedText;

/// One event. `seq` counts from 1 per account without a gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    pub seq: u64,
    pub at_ms: i64,
    pub case_id: CaseId,
    /// Revision of the case after what happened; 0 while nothing of it was received.
    pub rev: u64,
    #[serde(flatten)]
    pub what: Happened,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind")]
pub enum Happened {
    /// An operation was received; `round` counts the submissions of the case from 1.
    #[serde(rename = "application.received")]
    Received { op_id: OpId, round: u32 },
    #[serde(rename = "application.returned")]
    Returned {
        round: u32,
        items: Vec<ReturnItem>,
        /// The reviewer, as colleagues call them; absent when the office decided by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    #[serde(rename = "application.accepted")]
    Accepted {
        round: u32,
        notice_number: String,
        /// The reviewer, as colleagues call them; absent when the office decided by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    #[serde(rename = "application.rejected")]
    Rejected {
        round: u32,
        text: String,
        /// The reviewer, as colleagues call them; absent when the office decided by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    #[serde(rename = "application.withdrawn")]
    Withdrawn { op_id: OpId },
    /// A supervisor agreed to a submission that waited for it: it is received when it is committed again.
    #[serde(rename = "application.approved")]
    Approved {
        op_id: OpId,
        /// The supervisor, as colleagues call them; absent when the office decided by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A supervisor didn't agree: it is never received.
    #[serde(rename = "application.not_approved")]
    NotApproved {
        op_id: OpId,
        text: String,
        /// The supervisor, as colleagues call them; absent when the office decided by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A contract is offered for signature, in the place of every earlier offer that is not in effect.
    #[serde(rename = "contract.offered")]
    ContractOffered { number: String, offer: SealedText },
    /// The merchant's signature was received; the issuer's is to come.
    #[serde(rename = "contract.received")]
    ContractReceived { op_id: OpId, number: String },
    /// What was signed on paper doesn't do: it is on offer again.
    #[serde(rename = "contract.returned")]
    ContractReturned {
        number: String,
        text: String,
        /// The reviewer, as colleagues call them; absent when the office decided by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The issuer signed: the contract is in effect. Said again when its time stamp came later than that.
    #[serde(rename = "contract.countersigned")]
    ContractCountersigned {
        number: String,
        /// Of the file with both signatures.
        sha: Sha256,
        /// Whether the file has its time stamp.
        stamped: bool,
    },
    #[serde(rename = "contract.refused")]
    ContractRefused { op_id: OpId, number: String },
    /// The office recorded what became of a step.
    #[serde(rename = "step.recorded")]
    StepRecorded {
        track: OfficeTrack,
        /// Of the track after it.
        state: StepState,
        /// Why it failed, for the merchant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The paper that comes of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issued: Option<Issued>,
        /// Who recorded it, as colleagues call them; absent when the office did by a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
}

/// A paper of the office, fetched as a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issued {
    pub kind: IssuedKind,
    pub number: String,
    /// Of the PDF.
    pub sha: Sha256,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssuedKind {
    /// 机具保管单, to be signed by hand where the terminals are handed over.
    CustodySheet,
    /// 培训证书.
    TrainingCertificate,
    /// 开通通知书.
    ActivationLetter,
}

/// Answer of `GET /v1/events?after=SEQ` with `Accept: application/json` (long poll when `wait` seconds are given);
/// with `Accept: text/event-stream` each event is an SSE message whose id is its `seq`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventBatch {
    pub events: Vec<Event>,
    /// More events are ready behind the last one given.
    pub more: bool,
}
