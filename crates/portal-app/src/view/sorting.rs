//! Pictures that are to be put into slots, before anything of them is stored.

use portal_domain::dossier::Slot;
use portal_domain::ids::PhotoId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PhotoVerdict;

/// A picture with the slot that it is proposed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SortedPhotoView {
    /// What its preview is asked for by, while the account is unlocked.
    pub preview: PhotoId,
    /// None where nothing tells it for sure, or where the slot that it fits is full.
    pub slot: Option<Slot>,
    /// What told; none also where a person did.
    pub told_by: Option<ToldBy>,
    /// Against what the slot asks for; without a slot, whether it can be seen at all.
    pub verdicts: Vec<PhotoVerdict>,
    /// The case has this very file already, in this slot.
    pub known_in: Option<Slot>,
}

/// What told where a picture belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ToldBy {
    /// What stands on the paper, or how it looks.
    Picture,
    FileName,
}

/// A file that a person handed over: the shell reads it by its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct HandedFile {
    pub number: usize,
    pub name: String,
    /// 0 when it can't be asked for.
    pub size_bytes: u64,
}

/// The files of a folder that a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderView {
    /// The folder's own name.
    pub name: String,
    /// None when they are too many to be taken at once.
    pub files: Option<Vec<HandedFile>>,
}
