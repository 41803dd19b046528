//! What waits to be sent, and what sending came to, by whatever way.

use portal_domain::ids::{CaseId, OpId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::FieldProblem;

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct OutboxView {
    pub online: Connection,
    /// The backend tells what only a later version of this program can read: it waits there, and sending goes on.
    pub update_needed: bool,
    pub paused: bool,
    /// Absent on a line that isn't metered.
    pub metered: Option<MeteredView>,
    /// What waits: first what needs a person, then in the order of sending.
    pub items: Vec<OutboxItem>,
    /// How many more wait behind these.
    pub more: u32,
    /// Received in the last days, newest first.
    pub received: Vec<OutboxItem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    Unknown,
    Online,
    Offline,
    /// Something answers, but it isn't the backend (captive portal, proxy).
    NotTheBackend,
    SignInNeeded,
    NotEnrolled,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct OutboxItem {
    pub op_id: OpId,
    pub case_id: CaseId,
    pub name: String,
    /// `application.submit` …
    pub kind: String,
    pub state: OutboxState,
    pub bytes_total: u64,
    pub bytes_sent: u64,
    /// While its bytes move and there is enough to tell.
    pub bytes_per_s: Option<u64>,
    pub seconds_left: Option<u64>,
    pub attempts: u32,
    /// When it is tried again by itself; absent when it waits for something else.
    pub next_at_ms: Option<i64>,
    /// Why the last try failed.
    pub problem: Option<OutboxProblem>,
    pub receipt_number: Option<String>,
    pub made_at_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    Waiting,
    Sending,
    /// Waits for a sign-in.
    Auth,
    /// The backend has it, and a supervisor has to agree first.
    Approval,
    Attention,
    Conflict,
    Paused,
    Received,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct OutboxProblem {
    /// A transport failure (`network`, `tls`, `captive_portal` …) or the backend's error code.
    pub code: String,
    /// Fields that the backend refused.
    pub fields: Vec<FieldProblem>,
}

/// The day's budget of a metered line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct MeteredView {
    pub limit_bytes: u64,
    /// Forms and photos of this computer, since midnight in Beijing.
    pub sent_bytes: u64,
    /// Somebody said to send photos today all the same.
    pub lifted: bool,
    /// Photos wait for tomorrow.
    pub used_up: bool,
}

/// What one run over the outbox came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SyncView {
    pub received: u32,
    /// Need a person.
    pub attention: u32,
    /// Wait for another try.
    pub waiting: u32,
    pub online: Connection,
    /// The backend tells what only a later version of this program can read.
    pub update_needed: bool,
}

/// What went into a courier package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CourierExportView {
    pub package_id: String,
    pub operations: u32,
    pub photos: u32,
    /// Size of all before encryption.
    pub content_bytes: u64,
    /// Operations that had no room in this package.
    pub left: u32,
}

/// What the backend received of a package that was brought to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CourierImportView {
    pub package_id: String,
    /// Received, now or before.
    pub received: u32,
    pub refused: u32,
}

/// What receipts came to on the computer that made the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CourierReceiptsView {
    pub received: u32,
    /// Received before.
    pub known: u32,
    /// Need a person now.
    pub refused: u32,
    /// Go on waiting.
    pub waiting: u32,
}
