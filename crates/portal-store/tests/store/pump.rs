//! What the pump sees: order per case, holds, delays, receipts.

use portal_domain::dossier::Slot;
use portal_domain::ids::OpId;
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{Hold, OpState, RETRY_CAP_MS, Store, Target};

use crate::support::{MINUTE, Profile, T0, dossier, error, new_case, photograph, queue, receipt, sha};

const NOW: i64 = T0 + MINUTE;

async fn due(store: &Store, now_ms: i64) -> Vec<OpId> {
    store.due(now_ms, 0, 100).await.unwrap().into_iter().map(|op| op.op_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_operation_delays_no_other_case() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let mut ops = Vec::new();
    for seed in 0..5 {
        let row = new_case(store, dossier(seed)).await;
        ops.push(queue(store, &row, ReviewStep::Submit).await.op_id);
    }
    store.hold(ops[0], Hold::Attention, Some(&error("invalid"))).await.unwrap();
    store.retry_later(ops[1], NOW + MINUTE, &error("unavailable"), NOW).await.unwrap();
    assert_eq!(due(store, NOW).await, ops[2..]);
    assert_eq!(due(store, NOW + MINUTE).await, ops[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_by_key_attempts_every_operation_once() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let mut expected = Vec::new();
    for seed in 0..7 {
        let row = new_case(store, dossier(seed)).await;
        expected.push(queue(store, &row, ReviewStep::Submit).await.op_id);
    }
    let (mut attempted, mut after) = (Vec::new(), 0);
    while let Some(op) = store.due(NOW, after, 1).await.unwrap().pop() {
        after = op.seq;
        attempted.push(op.op_id);
        // Rows change while the run goes on: some are received, some wait.
        if op.seq.is_multiple_of(2) {
            store.received(receipt(&op, 1, ReviewState::InReview), NOW).await.unwrap();
        } else {
            store.retry_later(op.op_id, NOW, &error("network"), NOW).await.unwrap();
        }
    }
    assert_eq!(attempted, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn delays_count_and_are_capped_and_a_clock_set_back_does_not_stop_anything() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await.op_id;
    store.retry_later(op, NOW + 3 * RETRY_CAP_MS, &error("unavailable"), NOW).await.unwrap();
    store.retry_later(op, NOW + 3 * RETRY_CAP_MS, &error("unavailable"), NOW).await.unwrap();
    let found = store.op(op).await.unwrap().unwrap();
    assert_eq!((found.attempts, found.next_at_ms), (2, NOW + RETRY_CAP_MS));
    assert_eq!(found.last_error, Some(error("unavailable")));
    assert!(due(store, NOW).await.is_empty());
    assert_eq!(store.next_due_at(NOW).await.unwrap(), Some(NOW + RETRY_CAP_MS));
    assert_eq!(due(store, NOW - MINUTE).await, [op], "its time lies further ahead than any delay");
    assert_eq!(store.next_due_at(NOW - MINUTE).await.unwrap(), Some(0));
    store.reset_attempts(op).await.unwrap();
    assert_eq!(store.op(op).await.unwrap().unwrap().attempts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_holds_without_counting_and_signing_in_releases() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await.op_id;
    store.hold(op, Hold::Auth, Some(&error("unauthorized"))).await.unwrap();
    let held = store.op(op).await.unwrap().unwrap();
    assert_eq!((held.attempts, held.hold), (0, Some(Hold::Auth)));
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap().status, CaseStatus::Queued);
    assert!(due(store, NOW).await.is_empty());
    assert_eq!(store.next_due_at(NOW).await.unwrap(), None);
    assert_eq!(store.retry_now(Target::All).await.unwrap(), 1);
    assert!(due(store, NOW).await.is_empty(), "sending now does not sign in");
    assert_eq!(store.release_auth().await.unwrap(), 1);
    assert_eq!(due(store, NOW).await, [op]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_and_sending_now() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await.op_id;
    assert_eq!(store.pause(Target::All).await.unwrap(), 1);
    assert!(due(store, NOW).await.is_empty());
    assert!(store.mark_sent(op).await.is_err(), "paused just before the first byte");
    assert_eq!(store.resume(Target::One(op)).await.unwrap(), 1);
    store.retry_later(op, NOW + MINUTE, &error("network"), NOW).await.unwrap();
    assert!(due(store, NOW).await.is_empty());
    store.retry_now(Target::All).await.unwrap();
    assert_eq!(due(store, NOW).await, [op]);
    store.hold(op, Hold::Attention, None).await.unwrap();
    store.retry_now(Target::All).await.unwrap();
    assert!(due(store, NOW).await.is_empty(), "what was refused is retried only by name");
    store.retry_now(Target::One(op)).await.unwrap();
    assert_eq!(due(store, NOW).await, [op]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_and_other_holds_stand_beside_each_other() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let mut ops = Vec::new();
    for seed in 0..2 {
        let row = new_case(store, dossier(seed)).await;
        ops.push(queue(store, &row, ReviewStep::Submit).await.op_id);
    }
    store.hold(ops[0], Hold::Auth, None).await.unwrap();
    assert_eq!(store.pause(Target::All).await.unwrap(), 2, "what is held is paused too");
    store.hold(ops[1], Hold::Auth, None).await.unwrap();
    assert_eq!(store.release_auth().await.unwrap(), 2);
    store.retry_now(Target::All).await.unwrap();
    for op in &ops {
        store.release(*op).await.unwrap();
        store.retry_now(Target::One(*op)).await.unwrap();
        assert!(store.mark_sent(*op).await.is_err());
    }
    assert!(due(store, NOW).await.is_empty(), "signing in doesn't end a pause");
    assert_eq!(store.next_due_at(NOW).await.unwrap(), None);

    store.hold(ops[0], Hold::Auth, None).await.unwrap();
    assert_eq!(store.resume(Target::All).await.unwrap(), 2);
    assert_eq!(due(store, NOW).await, [ops[1]], "going on doesn't sign in");
    store.release_auth().await.unwrap();
    assert_eq!(due(store, NOW).await, ops);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_of_photos_is_kept_and_may_go_back() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    photograph(store, row.case_id, Slot::Storefront, b"front").await;
    let row = photograph(store, row.case_id, Slot::Interior, b"inside").await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.mark_sent(op.op_id).await.unwrap();
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap().status, CaseStatus::Sending);
    store.note_missing(op.op_id, &[sha("front")]).await.unwrap();
    store.set_upload(&sha("front"), Some("/v1/uploads/1")).await.unwrap();
    store.blob_progress(&sha("front"), 4).await.unwrap();
    store.blob_progress(&sha("front"), 2).await.unwrap();
    let profile = profile.crash().await;
    let store = &profile.store;
    let find = |op: portal_store::OpRow, slot: Slot| {
        op.blobs.into_iter().find(|blob| blob.slot == slot.into()).unwrap()
    };
    let front = find(store.op(op.op_id).await.unwrap().unwrap(), Slot::Storefront);
    assert_eq!(
        (front.server_has, front.sent_bytes, front.upload_url.as_deref()),
        (false, 2, Some("/v1/uploads/1"))
    );
    assert!(find(store.op(op.op_id).await.unwrap().unwrap(), Slot::Interior).server_has);
    let line = store.op_line(op.op_id).await.unwrap().unwrap();
    assert_eq!((line.bytes, line.bytes_sent), (op.body.len() as u64 + 11, op.body.len() as u64 + 8));
    store.blob_on_server(&sha("front")).await.unwrap();
    let front = find(store.op(op.op_id).await.unwrap().unwrap(), Slot::Storefront);
    assert_eq!((front.server_has, front.sent_bytes, front.upload_url), (true, 5, None));
    store.note_missing(op.op_id, &[sha("front")]).await.unwrap();
    let front = find(store.op(op.op_id).await.unwrap().unwrap(), Slot::Storefront);
    assert_eq!((front.server_has, front.sent_bytes), (false, 0), "the backend lost it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_stored_once() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.mark_sent(op.op_id).await.unwrap();
    let first = store.received(receipt(&op, 1, ReviewState::InReview), NOW).await.unwrap();
    assert_eq!((first.state, first.receipt_number.as_deref()), (OpState::Received, Some("R1")));
    let again = store.received(receipt(&op, 1, ReviewState::InReview), NOW + 5).await.unwrap();
    assert_eq!(again, first);
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.round, found.rev, found.review()), (1, Some(1), ReviewState::InReview));
    assert_eq!(found.receipt_number.as_deref(), Some("R1"));
    assert!(due(store, NOW).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_safety_meter_counts_what_only_exists_here() {
    let profile = Profile::new().await;
    let store = &profile.store;
    assert_eq!(store.safety().await.unwrap(), portal_store::Safety::default());
    new_case(store, dossier(1)).await;
    let queued = new_case(store, dossier(2)).await;
    let op = queue(store, &queued, ReviewStep::Submit).await;
    store.hold(op.op_id, Hold::Conflict, None).await.unwrap();
    let safety = store.safety().await.unwrap();
    assert_eq!((safety.cases_only_here, safety.pending_ops, safety.attention), (2, 1, 1));
    assert_eq!(safety.oldest_ms, Some(T0));
    store.release(op.op_id).await.unwrap();
    store.received(receipt(&op, 1, ReviewState::InReview), NOW).await.unwrap();
    let safety = store.safety().await.unwrap();
    assert_eq!((safety.cases_only_here, safety.pending_ops, safety.attention), (1, 0, 0));
}
