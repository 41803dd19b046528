//! Photos as they are shown.

use portal_domain::dossier::Slot;
use portal_domain::ids::{PhotoId, Sha256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ExpiryView, ReadingState};

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhotoView {
    pub photo_id: PhotoId,
    pub slot: Slot,
    pub index: u32,
    pub verdicts: Vec<PhotoVerdict>,
    /// The document's corners, clockwise from the upper left one, if it was found whole.
    pub outline: Option<Vec<PhotoPoint>>,
    /// Its bytes are on this computer. They aren't when another one sent it, or when the case ended long ago.
    pub here: bool,
    pub reading: ReadingState,
    /// So many quarter turns, clockwise, make its print stand upright; 0 also where none was read.
    pub quarter_turns: u32,
}

/// What the quality check says of a photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhotoVerdict {
    pub code: PhotoVerdictCode,
    pub blocking: bool,
    /// Where in the photo, if it is one place.
    pub region: Option<PhotoRegion>,
    /// The same in a word.
    pub place: Option<PhotoPlace>,
}

/// In which ninth of the photo something is, or that it is nearly everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhotoPlace {
    UpperLeft,
    Above,
    UpperRight,
    Left,
    Middle,
    Right,
    LowerLeft,
    Below,
    LowerRight,
    Everywhere,
}

/// What can be wrong with a photo that could be read as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhotoVerdictCode {
    Blurred,
    Shaken,
    TooDark,
    TooBright,
    Glare,
    TooSmall,
    Blank,
    TooFar,
    Cut,
    Tilted,
    Greyscale,
    Photocopy,
    ScreenPhoto,
    Screenshot,
    Watermarked,
    NoDocument,
    WrongSide,
    WrongDocument,
    /// Another photo of the case shows the same picture.
    SamePicture,
}

/// In pixels of the photo as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhotoPoint {
    pub x: u32,
    pub y: u32,
}

/// In pixels of the photo as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhotoRegion {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// What became of a file that was fitted to a slot without a case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PhotoFitView {
    pub slot: Slot,
    pub media_type: String,
    pub width_px: u32,
    pub height_px: u32,
    pub size_bytes: u64,
    /// Of the fitted bytes.
    pub sha256: Sha256,
    pub original_bytes: u64,
    /// Of the file as it came.
    pub original_sha256: Sha256,
    /// Every transformation, in order, as `portal-imaging` records them.
    pub steps: Vec<serde_json::Value>,
    /// The document's corners, clockwise from the upper left one, if it was found whole.
    pub outline: Option<Vec<PhotoPoint>>,
    pub verdicts: Vec<PhotoVerdict>,
    /// When it was read: what the paper's own last day says.
    pub expiry: Option<ExpiryView>,
}
