//! Photos: resumed by the byte, whatever the line and the backend do.

use axum::http::Method;
use portal_store::{Hold, OpState, Target};
use portal_sync::PumpEvent;

use crate::backend::{Backend, Fault};
use crate::support::Computer;

const MIB: usize = 1 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn small_photos_go_in_one_request_and_large_ones_by_chunks() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    computer.enqueue(&[MIB - 16, MIB, 3 * MIB, 100]).await;
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
    assert_eq!(backend.count(Method::PUT, "/v1/blobs/"), 2);
    assert_eq!(backend.count(Method::POST, "/v1/uploads"), 2);
    assert!(backend.inside().most_patching <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cut_at_most_one_chunk_is_sent_again() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[6 * MIB]).await;
    // The first chunk is 1 MiB, the second twice that: it is cut in the middle.
    backend.plan(Method::PATCH, "", 1, Fault::Pass);
    backend.plan(Method::PATCH, "", 1, Fault::CutChunk(700_000));
    assert_eq!(computer.pump.run_once().await.unwrap().received, 0);
    let op = computer.op(op_id).await;
    assert!(op.blobs[0].upload_url.is_some());
    assert_eq!(op.attempts, 1, "what moved before the cut starts the count anew");

    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
    let sent = backend.inside().chunk_bytes;
    assert!(sent <= 6 * MIB + 16 + 2 * MIB, "{sent} bytes");
    assert_eq!(backend.count(Method::POST, "/v1/uploads"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn disagreements_are_settled_within_one_attempt() {
    for (method, status, code, creations) in [
        (Method::PATCH, 460, "checksum_mismatch", 1),
        (Method::PATCH, 409, "offset_mismatch", 1),
        (Method::PATCH, 423, "locked", 1),
        (Method::PATCH, 404, "not_found", 2),
        (Method::PATCH, 410, "gone", 2),
        (Method::HEAD, 404, "not_found", 2),
    ] {
        let backend = Backend::start().await;
        let computer = Computer::new(&backend).await;
        computer.enqueue(&[2 * MIB]).await;
        backend.plan(method, "/v1/uploads/", 1, Fault::Refuse(status, code, None));
        let summary = computer.pump.run_once().await.unwrap();
        assert_eq!(summary.received, 1, "{status}");
        assert_eq!(backend.count(Method::POST, "/v1/uploads"), creations, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disagreement_without_end_is_left_for_later() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[2 * MIB]).await;
    backend.plan(Method::PATCH, "", usize::MAX, Fault::Refuse(460, "checksum_mismatch", None));
    computer.pump.run_once().await.unwrap();
    let op = computer.op(op_id).await;
    assert_eq!((op.state, op.attempts, op.hold), (OpState::Waiting, 1, None));
    assert!(backend.count(Method::PATCH, "") < 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_refused_whole_goes_by_chunks() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    computer.enqueue(&[500_000]).await;
    backend.plan(Method::PUT, "/v1/blobs/", usize::MAX, Fault::Refuse(400, "digest_mismatch", None));
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
    assert_eq!(backend.inside().chunk_bytes, 500_016);
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_the_backend_lost_are_sent_again_before_the_commit() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[1000]).await;
    backend.plan(Method::POST, "/commit", 1, Fault::Refuse(503, "unavailable", None));
    computer.pump.run_once().await.unwrap();
    backend.inside().blobs.clear();
    backend.plan(Method::POST, "/commit", 1, Fault::Refuse(409, "missing_blobs", None));
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
    let sha = computer.op(op_id).await.blobs[0].sha.clone();
    assert!(backend.inside().blobs.contains_key(&sha));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_what_is_under_way_and_signing_in_does_not_end_it() {
    let backend = Backend::start().await;
    let mut computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[4 * MIB]).await;
    backend.plan(Method::PATCH, "", 1, Fault::Pass);
    backend.plan(Method::PATCH, "", 1, Fault::Hang);
    let sending = tokio::spawn({
        let pump = computer.pump.clone();
        async move { pump.run_once().await.unwrap() }
    });
    // The first bytes have arrived.
    let moved = loop {
        if let PumpEvent::Progress { progress, .. } = computer.events.recv().await.unwrap()
            && progress.bytes_sent >= MIB as u64
        {
            break progress;
        }
    };
    assert!(computer.pump.progress(op_id).unwrap().bytes_sent >= moved.bytes_sent);
    // The next chunk is under way, not about to be.
    backend.hangs().await;
    computer.pump.pause(Target::All).await.unwrap();
    assert_eq!(sending.await.unwrap().received, 0);
    let op = computer.op(op_id).await;
    assert_eq!((op.state, op.attempts, op.paused), (OpState::Waiting, 0, true));
    assert_eq!(op.blobs[0].sent_bytes, MIB as u64);
    assert_eq!(computer.pump.progress(op_id), None);

    computer.store.hold(op_id, Hold::Auth, None).await.unwrap();
    let before = backend.inside().log.len();
    computer.pump.run_once().await.unwrap();
    assert_eq!(computer.op(op_id).await.hold, None, "signed in");
    assert!(
        !backend.inside().log[before..]
            .iter()
            .any(|line| line.starts_with("PUT") || line.starts_with("PATCH"))
    );

    computer.store.resume(Target::All).await.unwrap();
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
    assert_eq!(backend.inside().chunk_bytes, 4 * MIB + 16, "it went on where it stopped");
}
