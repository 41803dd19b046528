//! JSON pointers (RFC 6901) into the case document: which exist, and in which order people read them.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::Value;
use uuid::Uuid;

use crate::dossier::{
    Attachment, BeneficialOwner, Consent, Dossier, Fee, FeeService, MerchantKind, Override, Product, Slot,
};
use crate::ids::{PhotoId, Sha256};

/// Every pointer that the document can have, in document order. Lists show their first element, `0`.
pub fn document_pointers() -> &'static [String] {
    static POINTERS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut pointers = Vec::new();
        collect(&to_value(&fullest()), String::new(), &mut pointers);
        pointers
    });
    &POINTERS
}

/// Whether the document has this place; any element number of a list will do.
pub fn exists(pointer: &str) -> bool {
    place(pointer).is_some()
}

/// The pointer with every list position replaced by 0: what a rule for all elements is written for.
pub fn first_of_list(pointer: &str) -> String {
    pointer
        .split('/')
        .map(|segment| if is_position(segment) { "0" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

/// Sort key of document order: the place in the document, then the positions in its lists.
pub fn order(pointer: &str) -> (usize, Vec<usize>) {
    (
        place(pointer).unwrap_or(usize::MAX),
        pointer.split('/').filter_map(|segment| segment.parse().ok()).collect(),
    )
}

/// Where in [`document_pointers`] the place stands.
fn place(pointer: &str) -> Option<usize> {
    static PLACES: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
        document_pointers().iter().enumerate().map(|(place, known)| (known.as_str(), place)).collect()
    });
    PLACES.get(pointer).or_else(|| PLACES.get(first_of_list(pointer).as_str())).copied()
}

/// The document as JSON. It cannot fail: every map key is a text and no number is out of JSON's range.
pub fn to_value(dossier: &Dossier) -> Value {
    serde_json::to_value(dossier).unwrap_or_default()
}

/// Whether somebody put something there: not absent, not blank, not an empty list.
pub fn is_filled(document: &Value, pointer: &str) -> bool {
    match document.pointer(pointer) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(members)) => !members.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => true,
    }
}

/// The places that a rule's pointer stands for: itself, or in a list the same member of every element.
pub fn elements(general: &str, document: &Value) -> Vec<String> {
    match general.split_once("/0") {
        None => vec![general.to_owned()],
        Some((list, member)) => {
            let length = document.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
            (0..length).map(|index| format!("{list}/{index}{member}")).collect()
        }
    }
}

/// Pointer of a slot's photos.
pub fn slot(slot: Slot) -> String {
    format!("/attachments/{}", slot.as_str())
}

fn is_position(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    if !at.is_empty() {
        pointers.push(at.clone());
    }
    match value {
        // What a photo went through is imaging's own record, not a place that rules speak of.
        Value::Object(_) if at.starts_with("/attachments/") && at.ends_with("/0") => {}
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, format!("{at}/{name}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{at}/{index}"), pointers);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A document in which every list has one element and every slot one photo.
fn fullest() -> Dossier {
    let nothing = Sha256::from_bytes([0; 32]);
    let photo = Attachment {
        photo_id: PhotoId(Uuid::nil()),
        sha256: nothing.clone(),
        size_bytes: 0,
        media_type: String::new(),
        width_px: 0,
        height_px: 0,
        original_sha256: nothing.clone(),
        original_bytes: 0,
        steps: Vec::new(),
        verdicts: Vec::new(),
        kept_because: String::new(),
        added_at_ms: 0,
    };
    Dossier {
        kind: Some(MerchantKind::Enterprise),
        products: vec![Product::SmartPos],
        beneficial_owners: vec![BeneficialOwner::default()],
        fees: vec![Fee { service: FeeService::Wechat, rate: None, cap_fen: None, floor_fen: None }],
        consents: vec![Consent { id: String::new(), version: String::new(), text_sha256: nothing, at_ms: 0 }],
        overrides: vec![Override::default()],
        attachments: Slot::ALL
            .into_iter()
            .map(|slot| (slot, vec![photo.clone()]))
            .collect::<BTreeMap<_, _>>(),
        ..Dossier::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_fields_lists_and_slots() {
        for pointer in [
            "/kind",
            "/products/3",
            "/legal_person/id_number",
            "/beneficial_owners/2/person/name",
            "/fees/1/rate",
            "/terminals/count",
            "/attachments/storefront",
            "/attachments/storefront/4",
        ] {
            assert!(exists(pointer), "{pointer}");
        }
        for pointer in ["", "/", "/legal_person/age", "/attachments/selfie", "/fees/x/rate"] {
            assert!(!exists(pointer), "{pointer}");
        }
    }

    #[test]
    fn orders_as_the_document_reads() {
        let mut pointers =
            ["/fees/10/rate", "/attachments/other", "/fees/2/rate", "/business/mcc", "/licence/number"];
        pointers.sort_by_key(|pointer| order(pointer));
        assert_eq!(
            pointers,
            ["/business/mcc", "/licence/number", "/fees/2/rate", "/fees/10/rate", "/attachments/other"]
        );
    }
}
