//! Applications put straight into a store: thousands in the time that the window needs for one.

use portal_domain::dossier::{Attachment, Dossier, MerchantKind, Slot};
use portal_domain::ids::{CaseId, DeviceId, OpId, PhotoId};
use portal_domain::track::{ReviewState, ReviewStep};
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission};
use portal_store::{CaseRow, Finalise, Finalised, Keys, NewBlob, NewCase, Receipt, Store, hash};
use portal_tests::{attachment, merchant, needed_slots, photo};
use uuid::Uuid;

/// 2026-03-02 in China: what the generator makes is valid then.
pub const NOW_MS: i64 = 1_772_420_000_000;

/// Keys of a store that no vault guards.
pub fn keys() -> Keys {
    Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] }
}

/// Photos in the store, one for each slot of [`portal_tests::merchant`], that all applications share.
pub async fn photos(store: &Store) -> Vec<(Slot, Attachment)> {
    let mut stored = Vec::new();
    for (seed, slot) in (1..).zip(needed_slots(&merchant(1))) {
        let bytes = photo(seed, 1200, 900);
        let attachment = attachment(&bytes, NOW_MS);
        store.put_blob(bytes, NOW_MS).await.unwrap();
        stored.push((slot, attachment));
    }
    stored
}

/// Stores a complete draft that names the photos.
pub async fn draft(store: &Store, seed: u64, photos: &[(Slot, Attachment)]) -> CaseRow {
    let kinds = MerchantKind::ALL;
    let mut dossier = portal_domain::testing::dossier(seed, kinds[(seed % kinds.len() as u64) as usize]);
    dossier.attachments.clear();
    for (slot, attachment) in photos {
        let own = Attachment { photo_id: PhotoId(Uuid::new_v4()), ..attachment.clone() };
        dossier.attachments.insert(*slot, vec![own]);
    }
    create(store, dossier).await
}

pub async fn create(store: &Store, dossier: Dossier) -> CaseRow {
    let profile = portal_tests::profile();
    let new = NewCase {
        case_id: CaseId(Uuid::now_v7()),
        owner: None,
        profile_id: profile.id.clone(),
        profile_version: profile.version.clone(),
        dossier,
    };
    store.create_case(new, NOW_MS).await.unwrap()
}

/// The operation that submits a case, with the body that would be declared.
pub fn submission(row: &CaseRow, photos: &[(Slot, Attachment)]) -> Finalise {
    let local_receipt = format!("L-{}", row.case_id);
    let operation = Operation {
        case_id: row.case_id,
        base_rev: None,
        made_at_ms: NOW_MS,
        device_id: DeviceId(Uuid::from_u128(7)),
        blobs: photos
            .iter()
            .map(|(slot, photo)| BlobRef {
                slot: (*slot).into(),
                sha: photo.sha256.clone(),
                size: photo.size_bytes,
                media_type: photo.media_type.clone(),
            })
            .collect(),
        change: Change::Submit(Box::new(Submission {
            profile: ProfileRef { id: row.profile_id.clone(), version: row.profile_version.clone() },
            local_receipt: local_receipt.clone(),
            dossier: row.dossier.clone(),
        })),
    };
    let body = serde_json::to_vec(&operation).unwrap();
    let blobs = photos.iter().map(|(slot, photo)| NewBlob {
        slot: (*slot).into(),
        sha: photo.sha256.clone(),
        size_bytes: photo.size_bytes,
    });
    Finalise {
        op_id: OpId(Uuid::now_v7()),
        case_id: row.case_id,
        expected_revision: row.revision,
        kind: "application.submit".to_owned(),
        step: Some(ReviewStep::Submit),
        body_sha: hash(&body),
        body,
        blobs: blobs.collect(),
        local_receipt: Some(local_receipt),
        paused: false,
    }
}

/// Submits a draft and stores a receipt for it, as if the backend had answered.
pub async fn receive(store: &Store, row: &CaseRow, photos: &[(Slot, Attachment)]) {
    let finalised = store.finalise(submission(row, photos), NOW_MS).await.unwrap();
    let Finalised::Queued(op) = finalised else { panic!("not queued: {finalised:?}") };
    let receipt = Receipt {
        op_id: op.op_id,
        envelope: format!("receipt of {}", op.op_id).into_bytes(),
        number: format!("R-{}", op.op_id),
        rev: 1,
        review: Some(ReviewState::InReview),
    };
    store.received(receipt, NOW_MS).await.unwrap();
}
