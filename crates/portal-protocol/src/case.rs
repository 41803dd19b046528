//! A case as the backend shows it.

use portal_domain::dossier::Dossier;
use portal_domain::ids::{CaseId, OpId};
use portal_domain::review::ReviewOutcome;
use portal_domain::track::Tracks;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ProblemDocument;
use crate::operation::ProfileRef;
use crate::receipt::Envelope;

/// Answer of `GET /v1/cases/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseDocument {
    pub case_id: CaseId,
    pub rev: u64,
    pub tracks: Tracks,
    pub profile: ProfileRef,
    pub dossier: Dossier,
    pub rounds: Vec<Round>,
    /// Number of the acceptance notice, served at `/v1/cases/{id}/notice` as PDF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_number: Option<String>,
    pub updated_at_ms: i64,
}

/// One submission and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Round {
    /// From 1.
    pub round: u32,
    pub op_id: OpId,
    pub submitted_at_ms: i64,
    pub dossier: Dossier,
    pub receipt: Envelope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReviewOutcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at_ms: Option<i64>,
}

/// A line of `GET /v1/cases?after=CURSOR&limit=N` (keyset paging by `updated_at_ms`, `case_id`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseLine {
    pub case_id: CaseId,
    pub rev: u64,
    pub name: String,
    pub review: portal_domain::track::ReviewState,
    pub round: u32,
    pub submitted_at_ms: i64,
    pub updated_at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CasePage {
    pub cases: Vec<CaseLine>,
    /// Cursor of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Body of a 412 `conflict`: the problem document, and the case as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictDocument {
    #[serde(flatten)]
    pub problem: ProblemDocument,
    pub current: CaseDocument,
}
