//! Drafts: saved when the call returns, guarded by their revision, frozen once queued.

use portal_domain::dossier::Slot;
use portal_domain::ids::AccountId;
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{Draft, DuplicateField, Occurrence, StoreError};

use crate::support::{Profile, T0, dossier, new_case, open, photograph, queue, receipt, save};

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_draft_survives_a_kill() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let mut edited = dossier(2);
    edited.business.trade_name = "双桥小吃".to_owned();
    let saved = save(&profile.store, &row, &edited).await;
    let profile = profile.crash().await;
    let found = profile.store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!(found, saved);
    assert_eq!(found.dossier, edited);
    assert_eq!((found.revision, found.status), (2, CaseStatus::Draft));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_revision_overwrites_nothing() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let saved = save(&profile.store, &row, &dossier(2)).await;
    let stale = dossier(3);
    let draft =
        Draft { case_id: row.case_id, expected_revision: 1, dossier: &stale, only_photos_missing: false };
    assert!(matches!(profile.store.save_draft(draft, T0).await, Err(StoreError::Stale { current: 2 })));
    assert_eq!(profile.store.case(row.case_id).await.unwrap(), Some(saved));
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_keeps_the_stored_photos() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let row = photograph(&profile.store, row.case_id, Slot::Storefront, b"front").await;
    let saved = save(&profile.store, &row, &dossier(2)).await;
    assert_eq!(saved.dossier.attachments, row.dossier.attachments);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_when_only_photos_are_missing() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let document = dossier(1);
    let draft = Draft {
        case_id: row.case_id,
        expected_revision: row.revision,
        dossier: &document,
        only_photos_missing: true,
    };
    let saved = profile.store.save_draft(draft, T0).await.unwrap();
    assert_eq!(saved.status, CaseStatus::PhotosMissing);
    let op = queue(&profile.store, &saved, ReviewStep::Submit).await;
    assert_eq!(profile.store.case(op.case_id).await.unwrap().unwrap().status, CaseStatus::Queued);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_or_received_case_is_frozen() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    let other = dossier(2);
    let draft = Draft {
        case_id: row.case_id,
        expected_revision: row.revision,
        dossier: &other,
        only_photos_missing: false,
    };
    assert!(matches!(store.save_draft(draft, T0).await, Err(StoreError::Frozen)));
    assert!(matches!(store.delete_draft(row.case_id).await, Err(StoreError::Frozen)));
    store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    assert!(matches!(store.save_draft(draft, T0).await, Err(StoreError::Frozen)));
    assert!(matches!(store.delete_draft(row.case_id).await, Err(StoreError::Frozen)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_draft_is_gone_with_its_timeline() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    profile.store.delete_draft(row.case_id).await.unwrap();
    assert_eq!(profile.store.case(row.case_id).await.unwrap(), None);
    assert!(profile.store.timeline(row.case_id).await.unwrap().is_empty());
    assert!(matches!(profile.store.delete_draft(row.case_id).await, Err(StoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_numbers_in_another_case_are_named() {
    let profile = Profile::new().await;
    let first = new_case(&profile.store, dossier(1)).await;
    let mut second = dossier(2);
    second.licence.number = format!(" {} ", first.dossier.licence.number.to_lowercase());
    second.settlement.number = first.dossier.settlement.number.clone();
    let row = new_case(&profile.store, second).await;
    let found = profile.store.duplicates(row.case_id, &row.dossier).await.unwrap();
    let fields: Vec<_> = found.iter().map(|duplicate| (duplicate.case_id, duplicate.field)).collect();
    assert_eq!(fields, [(first.case_id, DuplicateField::Licence), (first.case_id, DuplicateField::Account)]);
    let empty = portal_domain::dossier::Dossier::default();
    new_case(&profile.store, empty.clone()).await;
    assert!(
        profile.store.duplicates(row.case_id, &empty).await.unwrap().is_empty(),
        "empty numbers match nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_drafts_are_adopted_once_with_their_photos() {
    let guest = Profile::new().await;
    let own = Profile::new().await;
    let row = new_case(&guest.store, dossier(1)).await;
    let row = photograph(&guest.store, row.case_id, Slot::Storefront, b"front").await;
    let owner = AccountId(uuid::Uuid::now_v7());
    for _ in 0..2 {
        let adopted = own.store.adopt_from(&guest.store, Some(owner), T0 + 9).await.unwrap();
        assert_eq!(adopted, [row.case_id]);
    }
    guest.store.forget_adopted(&[row.case_id]).await.unwrap();
    assert_eq!(guest.store.case(row.case_id).await.unwrap(), None);
    let found = own.store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!(
        (found.dossier, found.owner, found.revision),
        (row.dossier.clone(), Some(owner), row.revision)
    );
    let (_, _, photo) = row.dossier.photos().next().unwrap();
    assert_eq!(own.store.read_blob(&photo.sha256).await.unwrap(), b"front");
    let kinds: Vec<_> =
        own.store.timeline(row.case_id).await.unwrap().into_iter().map(|row| row.what).collect();
    assert_eq!(kinds, [Occurrence::Created, Occurrence::Adopted]);
    own.store.close().await;
    let reopened = open(&own.path()).await;
    reopened.integrity_check().await.unwrap();
}
