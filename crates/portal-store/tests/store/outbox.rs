//! Into the queue once, and out of it only while nothing was sent.

use std::sync::Arc;

use portal_domain::dossier::Slot;
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{Finalised, Hold, OpLine, OpQuery, OpState, StoreError, hash};

use crate::support::{
    Profile, T0, dossier, new_case, op_id, open, photograph, queue, receipt, save, submission,
};

#[tokio::test(flavor = "multi_thread")]
async fn finalising_keeps_body_photos_and_receipt_number() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let row = photograph(&profile.store, row.case_id, Slot::Storefront, b"front").await;
    let new = submission(&row, ReviewStep::Submit);
    let body = new.body.clone();
    profile.store.finalise(new, T0).await.unwrap();
    let profile = profile.crash().await;
    let op = profile.store.ops(OpQuery::default()).await.unwrap().pop().unwrap();
    assert_eq!((op.body, op.state, op.sent_anything), (body, OpState::Waiting, false));
    assert_eq!(op.blobs.len(), 1);
    assert_eq!(
        (op.blobs[0].slot, op.blobs[0].size_bytes, op.blobs[0].server_has),
        (Slot::Storefront.into(), 5, false)
    );
    let found = profile.store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.status, found.local_receipt), (CaseStatus::Queued, op.local_receipt));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_fast_clicks_submit_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()).await);
    let row = new_case(&store, dossier(1)).await;
    let clicks: Vec<_> = (0..5)
        .map(|_| {
            let (store, new) = (Arc::clone(&store), submission(&row, ReviewStep::Submit));
            tokio::spawn(async move { store.finalise(new, T0).await.unwrap() })
        })
        .collect();
    let (mut queued, mut named) = (0, Vec::new());
    for click in clicks {
        match click.await.unwrap() {
            Finalised::Queued(op) => {
                queued += 1;
                named.push(op.op_id);
            }
            Finalised::AlreadyQueued(op) => named.push(op.op_id),
            Finalised::Cancelled(_) => panic!("cancelled"),
        }
    }
    named.dedup();
    assert_eq!((queued, named.len()), (1, 1));
    assert_eq!(store.ops(OpQuery::default()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_comes_after_the_receipt_still_submits_nothing() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let op = queue(&profile.store, &row, ReviewStep::Submit).await;
    profile.store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    match profile.store.finalise(submission(&row, ReviewStep::Submit), T0).await.unwrap() {
        Finalised::AlreadyQueued(known) => assert_eq!(known.op_id, op.op_id),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_operation_again_is_the_same_and_another_body_is_refused() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let new = submission(&row, ReviewStep::Submit);
    profile.store.finalise(new.clone(), T0).await.unwrap();
    assert!(matches!(profile.store.finalise(new.clone(), T0).await.unwrap(), Finalised::AlreadyQueued(_)));
    let mut other = new;
    other.body.push(b' ');
    other.body_sha = hash(&other.body);
    assert!(matches!(profile.store.finalise(other, T0).await, Err(StoreError::OpMismatch(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_checked_is_what_is_sent() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    save(&profile.store, &row, &dossier(2)).await;
    let stale = profile.store.finalise(submission(&row, ReviewStep::Submit), T0).await;
    assert!(matches!(stale, Err(StoreError::Stale { current: 2 })));
    assert!(profile.store.ops(OpQuery::default()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_must_be_there() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let row = photograph(&profile.store, row.case_id, Slot::Storefront, b"front").await;
    for file in crate::support::blob_files(&profile.path()) {
        std::fs::remove_file(file).unwrap();
    }
    let missing = profile.store.finalise(submission(&row, ReviewStep::Submit), T0).await;
    assert!(matches!(missing, Err(StoreError::BlobMissing(_))));
    assert_eq!(profile.store.case(row.case_id).await.unwrap(), Some(row));
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_the_review_does_not_have_are_refused() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    for step in [ReviewStep::Amend, ReviewStep::Withdraw] {
        let refused = profile.store.finalise(submission(&row, step), T0).await;
        assert!(matches!(refused, Err(StoreError::IllegalMove(_))), "{step:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsent_submission_can_be_taken_back_and_edited() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let op = queue(&profile.store, &row, ReviewStep::Submit).await;
    assert_eq!(profile.store.unqueue(op.op_id, T0).await.unwrap(), [op.op_id]);
    let found = profile.store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.status, found.local_receipt.clone()), (CaseStatus::Draft, None));
    let row = save(&profile.store, &found, &dossier(2)).await;
    let again = queue(&profile.store, &row, ReviewStep::Submit).await;
    assert_ne!(again.op_id, op.op_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sent_submission_can_not_be_taken_back() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let op = queue(&profile.store, &row, ReviewStep::Submit).await;
    profile.store.mark_sent(op.op_id).await.unwrap();
    let profile = profile.crash().await;
    assert!(matches!(profile.store.unqueue(op.op_id, T0).await, Err(StoreError::AlreadySent(_))));
    assert_eq!(profile.store.op(op.op_id).await.unwrap().unwrap().state, OpState::Waiting, "it waits again");
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_an_unsent_submission_makes_it_a_draft_again() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    let op = queue(&profile.store, &row, ReviewStep::Submit).await;
    let done = profile.store.finalise(submission(&row, ReviewStep::Withdraw), T0).await.unwrap();
    assert_eq!(done, Finalised::Cancelled(vec![op.op_id]));
    assert!(profile.store.ops(OpQuery::default()).await.unwrap().is_empty());
    assert_eq!(profile.store.case(row.case_id).await.unwrap().unwrap().status, CaseStatus::Draft);
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_a_sent_submission_waits_behind_it() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let submit = queue(store, &row, ReviewStep::Submit).await;
    store.mark_sent(submit.op_id).await.unwrap();
    let withdraw = queue(store, &row, ReviewStep::Withdraw).await;
    let due = store.due(T0 + 10, 0, 10).await.unwrap();
    assert_eq!(due.iter().map(|op| op.op_id).collect::<Vec<_>>(), [submit.op_id]);
    store.received(receipt(&submit, 1, ReviewState::InReview), T0).await.unwrap();
    let due = store.due(T0 + 10, 0, 10).await.unwrap();
    assert_eq!(due.iter().map(|op| op.op_id).collect::<Vec<_>>(), [withdraw.op_id]);
    store.received(receipt(&withdraw, 2, ReviewState::Withdrawn), T0).await.unwrap();
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap().status, CaseStatus::Withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_submission_is_abandoned_and_submitted_anew() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    assert!(matches!(store.abandon(op.op_id, T0).await, Err(StoreError::WrongOpState(_))));
    store.mark_sent(op.op_id).await.unwrap();
    store.hold(op.op_id, Hold::Attention, Some(&crate::support::error("invalid"))).await.unwrap();
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap().status, CaseStatus::NeedsAttention);
    store.abandon(op.op_id, T0).await.unwrap();
    let row = save(store, &row, &dossier(2)).await;
    queue(store, &row, ReviewStep::Submit).await;
    assert!(matches!(
        store.received(receipt(&op, 1, ReviewState::InReview), T0).await,
        Err(StoreError::WrongOpState(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_operations_are_not_found() {
    let profile = Profile::new().await;
    assert_eq!(profile.store.op(op_id()).await.unwrap(), None);
    assert!(matches!(profile.store.unqueue(op_id(), T0).await, Err(StoreError::NotFound)));
    assert!(matches!(profile.store.mark_sent(op_id()).await, Err(StoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_names_what_needs_a_person_first_and_says_how_many_it_leaves_out() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let mut ops = Vec::new();
    for seed in 1..=4 {
        let row = new_case(store, dossier(seed)).await;
        ops.push(queue(store, &row, ReviewStep::Submit).await);
    }
    store.hold(ops[2].op_id, Hold::Attention, None).await.unwrap();
    let ids = |lines: &[OpLine]| lines.iter().map(|line| line.op_id).collect::<Vec<_>>();
    let of = |numbers: &[usize]| numbers.iter().map(|number| ops[*number].op_id).collect::<Vec<_>>();

    let all = store.pending(9).await.unwrap();
    assert_eq!((ids(&all.lines), all.more), (of(&[2, 0, 1, 3]), 0));
    assert_eq!(all.lines[0].hold, Some(Hold::Attention));
    assert_eq!(all.lines[1].name, dossier(1).display_name());
    let photos: u64 = ops[0].blobs.iter().map(|blob| blob.size_bytes).sum();
    assert_eq!((all.lines[1].bytes, all.lines[1].bytes_sent), (ops[0].body.len() as u64 + photos, 0));
    let some = store.pending(2).await.unwrap();
    assert_eq!((ids(&some.lines), some.more), (of(&[2, 0]), 2));

    store.received(receipt(&ops[0], 1, ReviewState::InReview), T0 + 5).await.unwrap();
    store.received(receipt(&ops[3], 2, ReviewState::InReview), T0 + 9).await.unwrap();
    let left = store.pending(9).await.unwrap();
    assert_eq!((ids(&left.lines), left.more), (of(&[2, 1]), 0));
    let received = store.recently_received(9).await.unwrap();
    assert_eq!(ids(&received), of(&[3, 0]));
    assert_eq!(received[1].bytes, received[1].bytes_sent);
    assert_eq!(ids(&store.recently_received(1).await.unwrap()), of(&[3]));
}
