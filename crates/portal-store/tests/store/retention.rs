//! Photos leave the computer some days after their case ended, and never before the backend signed for them.

use portal_domain::dossier::Slot;
use portal_domain::ids::CaseId;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{CaseEvent, DocumentKind, Happened, NewPhoto, OpRow, Store};

use crate::support::{
    DAY, Profile, T0, attachment, blob_files, dossier, execute, new_case, photograph, queue, receipt, sha,
};

/// A submission with a fitted photo and its original, received by the backend.
async fn received(store: &Store, seed: u64, photo: &[u8]) -> (CaseId, OpRow) {
    let row = new_case(store, dossier(seed)).await;
    let original = [photo, b" as taken"].concat();
    let photo = NewPhoto {
        case_id: row.case_id,
        expected_revision: None,
        slot: Slot::Storefront,
        replaces: None,
        attachment: attachment(photo, &original),
        bytes: photo.to_vec(),
        original: Some(original),
    };
    let row = store.attach_photo(photo, T0).await.unwrap();
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    (row.case_id, op)
}

async fn tell(store: &Store, seq: u64, case_id: CaseId, what: Happened) {
    let event = CaseEvent { seq, at_ms: T0, case_id, rev: seq + 1, by: None, what };
    store.apply_events(&[event], T0).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_go_some_days_after_the_end_and_everything_else_stays() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let (case_id, op) = received(store, 1, b"front").await;
    store.put_document(case_id, DocumentKind::Receipt, "R1", b"%PDF".to_vec(), T0).await.unwrap();
    assert_eq!(store.retire_photos(T0 + 99 * DAY).await.unwrap(), 0, "in review");
    tell(store, 1, case_id, Happened::Rejected { round: 1, text: String::new() }).await;
    assert_eq!(store.retire_photos(T0 - 1).await.unwrap(), 0, "ended later than that");
    assert_eq!(blob_files(&profile.path()).len(), 3);

    assert_eq!(store.retire_photos(T0).await.unwrap(), 2, "the photo and its original");
    assert_eq!(store.retire_photos(T0).await.unwrap(), 0);
    assert_eq!(blob_files(&profile.path()).len(), 1);
    assert_eq!(store.elsewhere(&[sha("front")]).await.unwrap().len(), 1);
    let kept = store.op(op.op_id).await.unwrap().unwrap();
    assert_eq!((kept.blobs[0].sha.clone(), kept.blobs[0].server_has), (sha("front"), true));
    assert!(kept.receipt.is_some());
    let row = store.case(case_id).await.unwrap().unwrap();
    assert_eq!(row.dossier.attachments[&Slot::Storefront][0].sha256, sha("front"));
    assert!(store.read_document(case_id, DocumentKind::Receipt, "R1").await.unwrap().is_some());
    let swept = store.sweep(T0).await.unwrap();
    assert_eq!((swept.adopted, swept.removed), (0, 0));
    store.collect_garbage(T0 + 9 * DAY).await.unwrap();
    assert_eq!(store.op(op.op_id).await.unwrap().unwrap().blobs, kept.blobs, "the chain of hashes stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_case_is_not_over_until_it_is_activated() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let (case_id, _) = received(store, 1, b"front").await;
    tell(store, 1, case_id, Happened::Accepted { round: 1, notice_number: "N1".to_owned() }).await;
    assert_eq!(store.retire_photos(T0 + 99 * DAY).await.unwrap(), 0);
    execute(&profile.path(), "UPDATE case_ SET tracks = json_set(tracks, '$.activation', 'done')").await;
    assert_eq!(store.retire_photos(T0).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_receipt_lists_stays() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let (case_id, _) = received(store, 1, b"front").await;
    let items = Vec::new();
    tell(store, 1, case_id, Happened::Returned { round: 1, items }).await;
    photograph(store, case_id, Slot::Interior, b"never sent").await;
    tell(store, 2, case_id, Happened::Withdrawn { op_id: crate::support::op_id() }).await;
    assert_eq!(store.retire_photos(T0 + DAY).await.unwrap(), 2);
    assert_eq!(store.read_blob(&sha("never sent")).await.unwrap(), b"never sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_case_needs_stays() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let (ended, _) = received(store, 1, b"front").await;
    tell(store, 1, ended, Happened::Rejected { round: 1, text: String::new() }).await;
    let draft = new_case(store, dossier(2)).await;
    photograph(store, draft.case_id, Slot::Storefront, b"front").await;
    assert_eq!(store.retire_photos(T0 + DAY).await.unwrap(), 1, "the original only");
    assert_eq!(store.read_blob(&sha("front")).await.unwrap(), b"front");
    store.delete_draft(draft.case_id).await.unwrap();
    assert_eq!(store.retire_photos(T0 + DAY).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_replaced_in_a_later_round_goes_too() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let (case_id, _) = received(store, 1, b"front").await;
    tell(store, 1, case_id, Happened::Returned { round: 1, items: Vec::new() }).await;
    let row = store.case(case_id).await.unwrap().unwrap();
    let old = row.dossier.attachments[&Slot::Storefront][0].photo_id;
    store.remove_photo(case_id, old, None, T0).await.unwrap();
    let row = photograph(store, case_id, Slot::Storefront, b"better").await;
    let op = queue(store, &row, ReviewStep::Amend).await;
    store.received(receipt(&op, 3, ReviewState::InReview), T0).await.unwrap();
    tell(store, 2, case_id, Happened::Withdrawn { op_id: op.op_id }).await;
    tell(store, 3, case_id, Happened::Rejected { round: 2, text: String::new() }).await;
    store.retire_photos(T0 + DAY).await.unwrap();
    assert_eq!(store.elsewhere(&[sha("front"), sha("better")]).await.unwrap().len(), 2);
}
