//! The folder into which a scanner puts its pictures, while it is watched.

use portal_domain::ids::CaseId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::HandedFile;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ScannerView {
    /// For this case.
    pub case_id: CaseId,
    /// The folder's own name.
    pub folder: String,
    /// False when the folder can't be read: a stick was taken out, a network drive is away. Nothing more comes.
    pub watching: bool,
    /// What came since it is watched, in order. One that was scanned again under its name has a new number.
    pub files: Vec<HandedFile>,
}
