//! What a reviewer says: returns by field and photo, in rounds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::Slot;

/// The catalogue of return reasons (the taxonomy that acquirers and identity-check services use).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    // Photos
    NotReadable,
    Blurred,
    Glare,
    Cropped,
    Screenshot,
    Copy,
    Edited,
    WrongDocument,
    MissingSide,
    NameNotVisible,
    // Documents
    Expired,
    ExpiresSoon,
    // Data
    DiffersFromDocument,
    NameMismatch,
    CategoryMismatch,
    AddressIncomplete,
    AccountMismatch,
    PhoneUnreachable,
    SensitiveWord,
    Incomplete,
    /// Only the free text says why.
    Other,
}

impl ReturnReason {
    pub const ALL: [Self; 21] = [
        Self::NotReadable,
        Self::Blurred,
        Self::Glare,
        Self::Cropped,
        Self::Screenshot,
        Self::Copy,
        Self::Edited,
        Self::WrongDocument,
        Self::MissingSide,
        Self::NameNotVisible,
        Self::Expired,
        Self::ExpiresSoon,
        Self::DiffersFromDocument,
        Self::NameMismatch,
        Self::CategoryMismatch,
        Self::AddressIncomplete,
        Self::AccountMismatch,
        Self::PhoneUnreachable,
        Self::SensitiveWord,
        Self::Incomplete,
        Self::Other,
    ];

    /// Whether the reason can be given for a photo; the others are for data fields.
    pub fn fits_photo(self) -> bool {
        match self {
            Self::NotReadable
            | Self::Blurred
            | Self::Glare
            | Self::Cropped
            | Self::Screenshot
            | Self::Copy
            | Self::Edited
            | Self::WrongDocument
            | Self::MissingSide
            | Self::NameNotVisible
            | Self::Expired
            | Self::ExpiresSoon
            | Self::Incomplete
            | Self::Other => true,
            Self::DiffersFromDocument
            | Self::NameMismatch
            | Self::CategoryMismatch
            | Self::AddressIncomplete
            | Self::AccountMismatch
            | Self::PhoneUnreachable
            | Self::SensitiveWord => false,
        }
    }
}

/// One thing a reviewer wants changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ReturnItem {
    /// A field's pointer, or `/attachments/{slot}` or `/attachments/{slot}/{n}`.
    pub pointer: String,
    pub reason: ReturnReason,
    /// The reviewer's own words; required when the reason is `other`.
    #[serde(default)]
    pub text: String,
}

impl ReturnItem {
    /// The slot it names, when it names photos.
    pub fn slot(&self) -> Option<Slot> {
        let rest = self.pointer.strip_prefix("/attachments/")?;
        Slot::parse(rest.split('/').next()?)
    }

    /// Whether this item opens the field or photo at `pointer` for change: itself, or anything below it.
    pub fn opens(&self, pointer: &str) -> bool {
        match pointer.strip_prefix(self.pointer.as_str()) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            // A return of one photo opens its whole slot: a retake is a new photo.
            None => self.slot().is_some_and(|slot| pointer == format!("/attachments/{}", slot.as_str())),
        }
    }
}

/// One round of review: what was sent, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ReviewOutcome {
    Returned { items: Vec<ReturnItem> },
    Accepted { notice_number: String },
    Rejected { text: String },
}
