//! Photos: whole and right, or not there; kept while anything names them.

use portal_domain::dossier::Slot;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{DocumentKind, Hold, NewPhoto, StoreError};

use crate::support::{
    DAY, Profile, T0, attachment, blob_files, dossier, execute, new_case, photograph, queue, receipt, sha,
};

#[tokio::test(flavor = "multi_thread")]
async fn bytes_come_back_and_are_stored_once() {
    let profile = Profile::new().await;
    let bytes = vec![7_u8; 200_000];
    let first = profile.store.put_blob(bytes.clone(), T0).await.unwrap();
    assert_eq!(profile.store.put_blob(bytes.clone(), T0).await.unwrap(), first);
    assert_eq!(profile.store.read_blob(&first).await.unwrap(), bytes);
    assert_eq!(blob_files(&profile.path()).len(), 1);
    assert!(matches!(profile.store.read_blob(&sha("other")).await, Err(StoreError::BlobMissing(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_noticed_and_mended_by_storing_again() {
    let profile = Profile::new().await;
    let stored = profile.store.put_blob(b"photo".to_vec(), T0).await.unwrap();
    let file = blob_files(&profile.path()).pop().unwrap();
    let mut sealed = std::fs::read(&file).unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    std::fs::write(&file, sealed).unwrap();
    assert!(matches!(profile.store.read_blob(&stored).await, Err(StoreError::BlobDamaged(_))));
    profile.store.put_blob(b"photo".to_vec(), T0).await.unwrap();
    assert_eq!(profile.store.read_blob(&stored).await.unwrap(), b"photo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_under_anothers_name_is_noticed() {
    let profile = Profile::new().await;
    let one = profile.store.put_blob(b"one".to_vec(), T0).await.unwrap();
    let file = blob_files(&profile.path()).pop().unwrap();
    profile.store.put_blob(b"two".to_vec(), T0).await.unwrap();
    let other = blob_files(&profile.path()).into_iter().find(|path| *path != file).unwrap();
    std::fs::copy(other, file).unwrap();
    assert!(matches!(profile.store.read_blob(&one).await, Err(StoreError::BlobDamaged(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_added_moved_and_removed() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    photograph(store, row.case_id, Slot::Interior, b"a").await;
    let row = photograph(store, row.case_id, Slot::Interior, b"b").await;
    let ids: Vec<_> = row.dossier.photos().map(|(_, _, photo)| photo.photo_id).collect();
    let row =
        store.move_photo(row.case_id, ids[1], (Slot::Interior, 0), Some(row.revision), T0).await.unwrap();
    let row = store.move_photo(row.case_id, ids[0], (Slot::Storefront, 9), None, T0).await.unwrap();
    assert_eq!(row.dossier.attachments[&Slot::Interior][0].photo_id, ids[1]);
    assert_eq!(row.dossier.attachments[&Slot::Storefront][0].photo_id, ids[0]);
    let stale = store.remove_photo(row.case_id, ids[0], Some(row.revision - 1), T0).await;
    assert!(matches!(stale, Err(StoreError::Stale { .. })));
    let row = store.remove_photo(row.case_id, ids[0], Some(row.revision), T0).await.unwrap();
    assert!(!row.dossier.attachments.contains_key(&Slot::Storefront), "an empty slot leaves the document");
    assert!(matches!(store.remove_photo(row.case_id, ids[0], None, T0).await, Err(StoreError::NotFound)));
    assert_eq!(store.case(row.case_id).await.unwrap(), Some(row));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_takes_anothers_place_or_leaves_it_as_it_was() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    for bytes in [b"one", b"two", b"six"] {
        photograph(store, row.case_id, Slot::Interior, bytes).await;
    }
    let row = photograph(store, row.case_id, Slot::Storefront, b"front").await;
    let photos = &row.dossier.attachments[&Slot::Interior];
    let instead = |slot, replaces| NewPhoto {
        case_id: row.case_id,
        expected_revision: None,
        slot,
        replaces: Some(replaces),
        attachment: attachment(b"new", b"new"),
        bytes: b"new".to_vec(),
        original: None,
    };
    for (photo, refused) in [
        (NewPhoto { bytes: b"???".to_vec(), ..instead(Slot::Interior, photos[1].photo_id) }, "other bytes"),
        (instead(Slot::Storefront, photos[1].photo_id), "another slot's photo"),
        (
            instead(Slot::Interior, row.dossier.attachments[&Slot::Storefront][0].photo_id),
            "no photo of the slot",
        ),
    ] {
        assert!(store.attach_photo(photo, T0).await.is_err(), "{refused}");
        assert_eq!(store.case(row.case_id).await.unwrap().as_ref(), Some(&row), "{refused}");
    }
    let replaced = store.attach_photo(instead(Slot::Interior, photos[1].photo_id), T0).await.unwrap();
    let now = &replaced.dossier.attachments[&Slot::Interior];
    assert_eq!((now.len(), &now[0], &now[2]), (3, &photos[0], &photos[2]));
    assert_eq!(now[1].sha256, sha("new"));
    assert_eq!(store.collect_garbage(T0 + 2 * DAY).await.unwrap(), 1, "the old one, later");
    assert!(!store.blob_exists(&sha("two")).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_the_declared_ones_are_refused() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let photo = NewPhoto {
        case_id: row.case_id,
        expected_revision: None,
        slot: Slot::Storefront,
        replaces: None,
        attachment: attachment(b"front", b"front"),
        bytes: b"other".to_vec(),
        original: None,
    };
    assert!(matches!(profile.store.attach_photo(photo, T0).await, Err(StoreError::BlobMismatch(_))));
    assert_eq!(profile.store.case(row.case_id).await.unwrap(), Some(row));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_is_adopted_while_young_and_removed_when_old() {
    let profile = Profile::new().await;
    profile.store.put_blob(b"young".to_vec(), T0).await.unwrap();
    std::fs::write(profile.path().join("blobs/tmp/half"), b"half").unwrap();
    execute(&profile.path(), "DELETE FROM blob").await;
    let written_ms =
        std::fs::metadata(blob_files(&profile.path()).iter().find(|p| !p.ends_with("half")).unwrap())
            .unwrap()
            .modified()
            .unwrap()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_millis() as i64;

    let swept = profile.store.sweep(written_ms + DAY - 1).await.unwrap();
    assert_eq!((swept.temporaries, swept.adopted, swept.removed), (1, 1, 0));
    let again = profile.store.sweep(written_ms + DAY - 1).await.unwrap();
    assert_eq!((again.temporaries, again.adopted, again.removed), (0, 0, 0), "its row is back");

    execute(&profile.path(), "DELETE FROM blob").await;
    let swept = profile.store.sweep(written_ms + DAY).await.unwrap();
    assert_eq!((swept.adopted, swept.removed), (0, 1));
    assert!(blob_files(&profile.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_what_nothing_names() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let kept = new_case(store, dossier(1)).await;
    let kept = photograph(store, kept.case_id, Slot::Storefront, b"sent").await;
    let op = queue(store, &kept, ReviewStep::Submit).await;
    store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    store.put_document(kept.case_id, DocumentKind::Receipt, "R1", b"%PDF".to_vec(), T0).await.unwrap();
    let dropped = new_case(store, dossier(2)).await;
    photograph(store, dropped.case_id, Slot::Storefront, b"dropped").await;
    photograph(store, dropped.case_id, Slot::Interior, b"sent").await;
    store.delete_draft(dropped.case_id).await.unwrap();

    assert_eq!(store.collect_garbage(T0 + MINUTES_10).await.unwrap(), 0, "not within a day");
    assert_eq!(store.collect_garbage(T0 + 2 * DAY).await.unwrap(), 1);
    assert_eq!(store.collect_garbage(T0 + 2 * DAY).await.unwrap(), 0);
    assert_eq!(store.read_blob(&sha("sent")).await.unwrap(), b"sent");
    assert!(!store.blob_exists(&sha("dropped")).await.unwrap());
    let receipt = store.read_document(kept.case_id, DocumentKind::Receipt, "R1").await.unwrap();
    assert_eq!(receipt.as_deref(), Some(b"%PDF".as_slice()));
}

const MINUTES_10: i64 = 10 * crate::support::MINUTE;

#[tokio::test(flavor = "multi_thread")]
async fn originals_are_kept_with_their_photo() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let photo = NewPhoto {
        case_id: row.case_id,
        expected_revision: Some(row.revision),
        slot: Slot::Storefront,
        replaces: None,
        attachment: attachment(b"fitted", b"original"),
        bytes: b"fitted".to_vec(),
        original: Some(b"original".to_vec()),
    };
    store.attach_photo(photo, T0).await.unwrap();
    assert_eq!(store.collect_garbage(T0 + 2 * DAY).await.unwrap(), 0);
    assert_eq!(store.read_blob(&sha("original")).await.unwrap(), b"original");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_operation_keeps_no_photos() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let row = photograph(store, row.case_id, Slot::Storefront, b"refused").await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.mark_sent(op.op_id).await.unwrap();
    store.hold(op.op_id, Hold::Attention, None).await.unwrap();
    store.abandon(op.op_id, T0).await.unwrap();
    let (_, _, photo) = row.dossier.photos().next().unwrap();
    store.remove_photo(row.case_id, photo.photo_id, None, T0).await.unwrap();
    assert_eq!(store.collect_garbage(T0 + 2 * DAY).await.unwrap(), 1);
}
