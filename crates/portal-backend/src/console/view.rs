//! What the console's API takes and gives.

use portal_domain::dossier::Slot;
use portal_domain::ids::Sha256;
use portal_domain::problem::{Problem, Requirement};
use portal_domain::profile::Text;
use portal_domain::review::ReturnItem;
use portal_protocol::case::CaseDocument;
use portal_protocol::session::Account;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::store::cases::QueueLine;

/// `POST /console/api/session`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsoleSignIn {
    pub user: String,
    pub password: String,
    /// Name of the organisation; the first one when absent.
    #[serde(default)]
    pub tenant: Option<String>,
}

/// Who is signed in, and the token that every change must carry in the header `Portal-Csrf`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Me {
    pub account: Account,
    pub may_review: bool,
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
