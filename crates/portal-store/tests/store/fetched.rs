//! Cases begun or answered on another computer of the account.

use portal_domain::dossier::Slot;
use portal_domain::ids::CaseId;
use portal_domain::review::{ReturnItem, ReturnReason};
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep, Tracks};
use portal_store::{CaseEvent, CaseQuery, Fetched, Finalised, Happened, Occurrence, StoreError};

use crate::support::{
    DAY, Profile, T0, attachment, case_id, dossier, new_case, op_id, photograph, queue, receipt, save, sha,
    submission,
};

fn event(seq: u64, case_id: CaseId, rev: u64, what: Happened) -> CaseEvent {
    CaseEvent { seq, at_ms: T0 + seq as i64, case_id, rev, by: None, what }
}

fn items() -> Vec<ReturnItem> {
    vec![ReturnItem {
        pointer: "/licence/number".to_owned(),
        reason: ReturnReason::DiffersFromDocument,
        text: String::new(),
    }]
}

/// A returned application with one photo that this computer never had.
fn returned(case_id: CaseId, rev: u64, seed: u64) -> Fetched {
    let mut dossier = dossier(seed);
    dossier.attachments.insert(Slot::Storefront, vec![attachment(b"front", b"front")]);
    Fetched {
        case_id,
        rev,
        profile_id: "lakala".to_owned(),
        profile_version: "1".to_owned(),
        dossier,
        tracks: Tracks { review: ReviewState::Returned, ..Tracks::default() },
        round: 1,
        returned_items: items(),
        receipt_number: Some("R7".to_owned()),
        notice_number: None,
        created_at_ms: T0 - DAY,
    }
}

/// The feed tells of a case that another computer sent and a reviewer returned.
async fn told_of(profile: &Profile) -> CaseId {
    let elsewhere = case_id();
    let events = [
        event(1, elsewhere, 1, Happened::Received { op_id: op_id(), round: 1 }),
        event(2, elsewhere, 2, Happened::Returned { round: 1, items: items() }),
    ];
    let outcome = profile.store.apply_events(&events, T0).await.unwrap();
    assert_eq!((outcome.cursor, outcome.wanted, outcome.changed.len()), (2, vec![elsewhere], 0));
    elsewhere
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_another_computer_is_wanted_until_it_is_here() {
    let profile = Profile::new().await;
    let elsewhere = told_of(&profile).await;
    let profile = profile.crash().await;
    let store = &profile.store;
    assert_eq!(store.wanted_cases(None, 9).await.unwrap(), [elsewhere], "a crash forgets nothing");

    let fetched = returned(elsewhere, 2, 5);
    assert!(store.store_fetched(fetched.clone(), T0).await.unwrap());
    assert!(store.wanted_cases(None, 9).await.unwrap().is_empty());
    let row = store.case(elsewhere).await.unwrap().unwrap();
    assert_eq!((&row.dossier, row.rev, row.round), (&fetched.dossier, Some(2), 1));
    assert_eq!((row.status, &row.returned_items), (CaseStatus::Returned, &items()));
    assert_eq!(row.receipt_number.as_deref(), Some("R7"));
    let name = fetched.dossier.display_name().chars().take(3).collect();
    let query = CaseQuery { text: Some(name), limit: 9, ..CaseQuery::default() };
    assert_eq!(store.list_cases(&query).await.unwrap().total, 1);
    assert_eq!(store.sent_elsewhere(elsewhere).await.unwrap(), Some(fetched.dossier));
    let kinds: Vec<_> = store.timeline(elsewhere).await.unwrap().into_iter().map(|row| row.what).collect();
    assert!(matches!(
        kinds[..],
        [Occurrence::Received { .. }, Occurrence::Returned { .. }, Occurrence::Fetched { replaced: None }]
    ));

    let photo = [sha("front")];
    assert_eq!(store.elsewhere(&photo).await.unwrap().len(), 1);
    assert!(matches!(store.read_blob(&photo[0]).await, Err(StoreError::BlobMissing(_))));
    let swept = store.sweep(T0).await.unwrap();
    assert_eq!((swept.adopted, swept.removed), (0, 0));
    assert_eq!(store.collect_garbage(T0 + 9 * DAY).await.unwrap(), 0, "the case names it");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_return_is_answered_here_with_the_photos_that_the_backend_has() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let elsewhere = told_of(&profile).await;
    store.store_fetched(returned(elsewhere, 2, 5), T0).await.unwrap();
    let row = store.case(elsewhere).await.unwrap().unwrap();
    let row = save(store, &row, &dossier(6)).await;
    let op = queue(store, &row, ReviewStep::Amend).await;
    assert!(op.blobs[0].server_has);
    let line = store.op_line(op.op_id).await.unwrap().unwrap();
    assert_eq!(line.bytes - line.bytes_sent, op.body.len() as u64, "the photo needn't be sent");
    store.received(receipt(&op, 3, ReviewState::InReview), T0).await.unwrap();
    assert_eq!(store.sent_elsewhere(elsewhere).await.unwrap(), None, "what was sent from here counts now");

    let mut unknown = submission(&row, ReviewStep::Submit);
    unknown.blobs[0].sha = sha("nobody has it");
    assert!(matches!(store.finalise(unknown, T0).await, Err(StoreError::BlobMissing(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_comes_here_is_here() {
    let profile = Profile::new().await;
    let elsewhere = told_of(&profile).await;
    profile.store.store_fetched(returned(elsewhere, 2, 5), T0).await.unwrap();
    profile.store.put_blob(b"front".to_vec(), T0).await.unwrap();
    assert!(profile.store.elsewhere(&[sha("front")]).await.unwrap().is_empty());
    assert_eq!(profile.store.read_blob(&sha("front")).await.unwrap(), b"front");
}

/// Two computers, one account: this one must not answer a return with the document of before (U1).
#[tokio::test(flavor = "multi_thread")]
async fn what_another_computer_answered_takes_the_place_of_the_old_document() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    photograph(store, row.case_id, Slot::Interior, b"mine").await;
    let row = store.case(row.case_id).await.unwrap().unwrap();
    let first = queue(store, &row, ReviewStep::Submit).await;
    store.received(receipt(&first, 1, ReviewState::InReview), T0).await.unwrap();
    let returns = event(1, row.case_id, 2, Happened::Returned { round: 1, items: items() });
    store.apply_events(&[returns], T0).await.unwrap();
    let row = store.case(row.case_id).await.unwrap().unwrap();
    let edited = save(store, &row, &dossier(2)).await;

    let events = [
        event(2, row.case_id, 3, Happened::Received { op_id: op_id(), round: 2 }),
        event(3, row.case_id, 4, Happened::Returned { round: 2, items: items() }),
    ];
    let outcome = store.apply_events(&events, T0).await.unwrap();
    assert_eq!((outcome.changed, outcome.wanted), (vec![row.case_id], vec![row.case_id]));
    let stale = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!(stale.review(), ReviewState::Returned);
    let draft = portal_store::Draft {
        case_id: row.case_id,
        expected_revision: stale.revision,
        dossier: &dossier(3),
        only_photos_missing: false,
    };
    assert!(matches!(store.save_draft(draft, T0).await, Err(StoreError::Frozen)));
    let answer = store.finalise(submission(&stale, ReviewStep::Amend), T0).await;
    assert!(matches!(answer, Err(StoreError::Frozen)), "{answer:?}");

    assert!(!store.store_fetched(returned(row.case_id, 3, 9), T0).await.unwrap(), "an answer of the past");
    assert_eq!(store.wanted_cases(None, 9).await.unwrap(), [row.case_id]);
    let fetched = Fetched { round: 2, ..returned(row.case_id, 4, 9) };
    assert!(store.store_fetched(fetched.clone(), T0).await.unwrap());
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((&found.dossier, found.round), (&fetched.dossier, 2));
    assert!(found.revision > stale.revision, "a form that is open hears of it");
    match store.timeline(row.case_id).await.unwrap().pop().unwrap().what {
        Occurrence::Fetched { replaced: Some(kept) } => assert_eq!(*kept, edited.dossier),
        other => panic!("{other:?}"),
    }
    let answered = store.finalise(submission(&found, ReviewStep::Amend), T0).await.unwrap();
    assert!(matches!(answered, Finalised::Queued(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_sent_is_not_overwritten() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    let other = event(1, row.case_id, 1, Happened::Received { op_id: op_id(), round: 1 });
    assert_eq!(store.apply_events(&[other], T0).await.unwrap().wanted, [row.case_id]);
    assert!(
        store.wanted_cases(None, 9).await.unwrap().is_empty(),
        "the backend's answer to it decides first"
    );
    assert!(!store.store_fetched(returned(row.case_id, 2, 9), T0).await.unwrap());
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap().dossier, row.dossier);
    store.unqueue(op.op_id, T0).await.unwrap();
    assert_eq!(store.wanted_cases(None, 9).await.unwrap(), [row.case_id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_submission_is_no_news_and_a_case_not_shown_is_not_asked_for_again() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    let own = event(1, row.case_id, 1, Happened::Received { op_id: op.op_id, round: 1 });
    let strange = case_id();
    let other = event(2, strange, 1, Happened::Received { op_id: op_id(), round: 1 });
    assert_eq!(store.apply_events(&[own, other], T0).await.unwrap().wanted, [strange]);
    store.forget_wanted(strange).await.unwrap();
    assert!(store.wanted_cases(None, 9).await.unwrap().is_empty());
}
