//! What the console's API takes and gives.

use portal_domain::dossier::{Dossier, Override, Slot};
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::problem::{Problem, Requirement};
use portal_domain::profile::Text;
use portal_domain::progress::{StepReport, TrackProgress};
use portal_domain::review::ReturnItem;
use portal_protocol::case::{CaseDocument, Round};
use portal_protocol::operation::ProfileRef;
use portal_protocol::session::Account;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::store::cases::QueueLine;
use crate::store::steps::StepRecord;

/// `POST /console/api/session`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsoleSignIn {
    pub user: String,
    pub password: String,
    /// Of the second factor, where one is asked for.
    #[serde(default)]
    pub code: Option<String>,
    /// Name of the organisation; the first one when absent.
    #[serde(default)]
    pub tenant: Option<String>,
}

/// `POST /console/api/second-factor`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsoleSecondFactor {
    pub user: String,
    pub password: String,
    /// As in [`ConsoleSignIn`].
    #[serde(default)]
    pub tenant: Option<String>,
}

/// Who is signed in, and the token that every change must carry in the header `Portal-Csrf`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Me {
    pub account: Account,
    /// Sees the queue and the cases of the whole organisation.
    pub may_read: bool,
    pub may_review: bool,
    /// Decides about what the own branch submits.
    pub may_approve: bool,
    pub csrf: String,
}

/// A page of the queue.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct QueuePage {
    pub cases: Vec<QueueLine>,
    /// The server's time: ages are counted from it.
    pub now_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A case with what a reviewer needs beside it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CaseView {
    #[serde(flatten)]
    pub document: CaseDocument,
    /// What the profile asks for, and why.
    pub requirements: Vec<Requirement>,
    /// What the check finds today: warnings, and what has expired since.
    pub problems: Vec<Problem>,
    pub photos: Vec<Photo>,
    /// How far each track is.
    pub progress: Vec<TrackProgress>,
    /// What was recorded of the steps, oldest first.
    pub steps: Vec<StepRecord>,
}

/// A photo of the newest round, served at `/console/api/blob/{sha}`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Photo {
    /// What a return names.
    pub pointer: String,
    pub slot: Slot,
    pub name: Text,
    pub sha: Sha256,
    pub media_type: String,
    pub size_bytes: u64,
    pub width_px: u32,
    pub height_px: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// The revision that the reviewer saw.
    pub rev: u64,
    pub items: Vec<ReturnItem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    pub rev: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectRequest {
    pub rev: u64,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRequest {
    pub rev: u64,
    pub report: StepReport,
}

/// What waits for the supervisors of a branch.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPage {
    /// Oldest first.
    pub lines: Vec<ApprovalLine>,
    /// The server's time: ages are counted from it.
    pub now_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalLine {
    pub op_id: OpId,
    pub case_id: CaseId,
    /// Of the merchant.
    pub name: String,
    /// Of the member of staff.
    pub submitted_by: String,
    pub asked_at_ms: i64,
    /// Numbers that are sent against their check digit.
    pub overrides: usize,
    /// The caller submitted it, so that somebody else decides.
    pub own: bool,
}

/// One submission, with what it is judged by.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalView {
    #[serde(flatten)]
    pub line: ApprovalLine,
    /// Of the operation's bytes: what the supervisor agrees to.
    pub body_sha: String,
    pub profile: ProfileRef,
    pub dossier: Dossier,
    /// The round before, for the answer to a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Round>,
    /// Those without which it couldn't be received.
    pub reasons: Vec<Override>,
    pub requirements: Vec<Requirement>,
    pub problems: Vec<Problem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "snake_case", deny_unknown_fields)]
pub enum ApprovalRequest {
    Agree {
        body_sha: Sha256,
    },
    Refuse {
        body_sha: Sha256,
        /// What the member of staff is told.
        text: String,
    },
}

/// A contract that was signed on paper and waits for a reviewer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PaperLine {
    /// The operation that brought the scans.
    pub op_id: OpId,
    pub case_id: CaseId,
    /// Of the contract.
    pub number: String,
    /// Of the merchant.
    pub name: String,
    pub received_at_ms: i64,
    pub pages: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PaperPage {
    pub lines: Vec<PaperLine>,
    /// The server's time: ages are counted from it.
    pub now_ms: i64,
}

/// The same with what it is judged by.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PaperView {
    #[serde(flatten)]
    pub line: PaperLine,
    /// Who has to have signed.
    pub signer: String,
    /// SHA-256 of the document, as it is printed on every page.
    pub render_sha256: String,
    /// Papers that are part of the contract, each to be agreed to by itself.
    pub annexes: Vec<Text>,
    /// In the order of the pages.
    pub scans: Vec<ScanOfPage>,
    /// The scans came from a member of staff, and not from the merchant's own account.
    pub by_staff: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ScanOfPage {
    pub sha: Sha256,
    pub size_bytes: u64,
    pub media_type: String,
}

/// `POST /console/api/paper-contract/{op_id}`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "snake_case", deny_unknown_fields)]
pub enum PaperRequest {
    Accept {},
    Return {
        /// What is missing or wrong.
        text: String,
    },
}
