//! What a reviewer says: returns by field and photo, in rounds.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::dossier::{Dossier, Slot};
use crate::pointer;

/// The catalogue of return reasons (the taxonomy that acquirers and identity-check services use).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
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
        slot_of(&self.pointer)
    }

    /// Whether this item opens the field or photo at `pointer` for change: itself, or anything below it. A return
    /// of one photo opens its whole slot, because a retake is a new photo.
    pub fn opens(&self, pointer: &str) -> bool {
        match (self.slot(), slot_of(pointer)) {
            (Some(returned), Some(wanted)) => returned == wanted,
            _ => pointer
                .strip_prefix(self.pointer.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// Whether one of a round's items opens the place at `pointer` for change.
pub fn editable(pointer: &str, items: &[ReturnItem]) -> bool {
    items.iter().any(|item| item.opens(pointer))
}

/// Where two documents differ, in document order: the innermost places that differ, the whole list when it got
/// longer or shorter, and the whole slot when its photos changed.
pub fn diff_pointers(old: &Dossier, new: &Dossier) -> Vec<String> {
    let mut pointers = Vec::new();
    compare(&pointer::to_value(old), &pointer::to_value(new), String::new(), &mut pointers);
    pointers.retain(|pointer| !pointer.starts_with("/attachments"));
    let photos = |dossier: &Dossier, slot| dossier.attachments.get(&slot).cloned().unwrap_or_default();
    for slot in Slot::ALL {
        if photos(old, slot) != photos(new, slot) {
            pointers.push(pointer::slot(slot));
        }
    }
    pointers
}

/// Places that an answer to a return changed without having been asked to: empty when the answer is a fair one.
/// Consents may always be given anew; the reason for a number goes with the number.
pub fn violations(old: &Dossier, new: &Dossier, items: &[ReturnItem]) -> Vec<String> {
    let mut pointers = diff_pointers(old, new);
    pointers.retain(|pointer| !pointer.starts_with("/consents") && !pointer.starts_with("/overrides"));
    let [before, after] = [old, new].map(|dossier| dossier.overrides.iter().collect::<BTreeSet<_>>());
    pointers.extend(before.symmetric_difference(&after).map(|given| given.pointer.clone()));
    pointers.retain(|pointer| !editable(pointer, items));
    pointers.dedup();
    pointers
}

fn slot_of(pointer: &str) -> Option<Slot> {
    let rest = pointer.strip_prefix("/attachments/")?;
    Slot::parse(rest.split('/').next()?)
}

fn compare(old: &Value, new: &Value, at: String, pointers: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, old_member) in old {
                match new.get(name) {
                    Some(new_member) => compare(old_member, new_member, format!("{at}/{name}"), pointers),
                    None => pointers.push(format!("{at}/{name}")),
                }
            }
            let added = new.keys().filter(|name| !old.contains_key(*name));
            pointers.extend(added.map(|name| format!("{at}/{name}")));
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old_item, new_item)) in old.iter().zip(new).enumerate() {
                compare(old_item, new_item, format!("{at}/{index}"), pointers);
            }
        }
        _ if old == new => {}
        _ => pointers.push(at),
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
