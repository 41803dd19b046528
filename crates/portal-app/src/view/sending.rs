//! What sending came to, by whatever way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Connection;

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
