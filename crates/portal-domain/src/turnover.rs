//! What a merchant expects to take in: the estimate that the cost card of a contract is made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::FeeService;

/// What a merchant expects to take in during a month by one kind of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Turnover {
    pub service: FeeService,
    /// Number of payments in a month.
    pub payments: u32,
    /// Amount of each, in fen.
    pub each_fen: u64,
}
