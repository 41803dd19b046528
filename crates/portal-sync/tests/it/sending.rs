//! Operations: exactly once, each for itself, and only by the right receipt.

use axum::http::Method;
use ed25519_dalek::SigningKey;
use portal_domain::ids::{OpId, Sha256};
use portal_store::{Hold, OpState, RETRY_CAP_MS};
use portal_sync::{Connection, PumpEvent, Summary};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::backend::{Backend, Fault};
use crate::support::{Computer, T0};

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_the_outbox_is_received_once() {
    let backend = Backend::start().await;
    let mut computer = Computer::new(&backend).await;
    let mut ops = Vec::new();
    for _ in 0..20 {
        ops.push(computer.enqueue(&[1000, 2000]).await);
    }
    let summary = computer.pump.run_once().await.unwrap();
    assert_eq!(summary, Summary { received: 20, ..Summary::default() });
    for op_id in ops {
        let op = computer.op(op_id).await;
        assert_eq!((op.state, op.receipt_number), (OpState::Received, Some(format!("R-{op_id}"))));
        assert_eq!(backend.inside().applied[&op_id], 1);
    }
    assert_eq!(*computer.pump.connection().borrow(), Connection::Online);
    let mut last = None;
    while let Ok(event) = computer.events.try_recv() {
        if let PumpEvent::Progress { op_id, progress } = event {
            last = Some((op_id, progress));
        }
    }
    let (op_id, progress) = last.unwrap();
    let all = 3032 + computer.op(op_id).await.body.len() as u64;
    assert_eq!((progress.bytes_sent, progress.bytes_total), (all, all));
    assert_eq!(computer.pump.progress(op_id), None, "nothing is under way");
    assert_eq!(computer.pump.run_once().await.unwrap(), Summary::default(), "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_is_replayed_and_applied_once() {
    for (method, part) in
        [(Method::PUT, "/v1/operations/"), (Method::POST, "/commit"), (Method::PUT, "/v1/blobs/")]
    {
        let backend = Backend::start().await;
        let computer = Computer::new(&backend).await;
        let op_id = computer.enqueue(&[1000]).await;
        backend.plan(method, part, 1, Fault::LoseReply);
        computer.pump.run_once().await.unwrap();
        computer.pump.run_once().await.unwrap();
        assert_eq!(computer.op(op_id).await.state, OpState::Received, "{part}");
        assert_eq!(backend.inside().applied[&op_id], 1, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captive_portal_is_not_the_backend_and_counts_no_attempt() {
    for fault in [Fault::Page, Fault::Redirect] {
        let backend = Backend::start().await;
        let computer = Computer::new(&backend).await;
        let op_id = computer.enqueue(&[]).await;
        for method in [Method::GET, Method::PUT, Method::POST] {
            backend.plan(method, "", usize::MAX, fault.clone());
        }
        let summary = computer.pump.run_once().await.unwrap();
        assert!(summary.offline);
        assert_eq!(*computer.pump.connection().borrow(), Connection::NotTheBackend);
        let op = computer.op(op_id).await;
        assert_eq!((op.state, op.attempts, op.hold), (OpState::Waiting, 0, None));

        backend.heal();
        assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_nothing_is_counted_or_lost() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let computer = Computer::at(&nobody).await;
    let op_id = computer.enqueue(&[10]).await;
    let summary = computer.pump.run_once().await.unwrap();
    assert_eq!(summary, Summary { waiting: 1, offline: true, ..Summary::default() });
    assert_eq!(*computer.pump.connection().borrow(), Connection::Offline);
    let op = computer.op(op_id).await;
    assert_eq!((op.state, op.attempts), (OpState::Waiting, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_obeyed_and_counted() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[]).await;
    backend.plan(Method::POST, "/commit", 1, Fault::Refuse(503, "unavailable", Some("40")));
    computer.pump.run_once().await.unwrap();
    let op = computer.op(op_id).await;
    assert_eq!(op.attempts, 1);
    assert!((T0 + 40_000..=T0 + 42_000).contains(&op.next_at_ms), "{}", op.next_at_ms - T0);
    assert_eq!(op.last_error.unwrap().code, "unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_stops_the_round_for_the_account() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    for _ in 0..10 {
        computer.enqueue(&[]).await;
    }
    backend.plan(
        Method::PUT,
        "/v1/operations/",
        usize::MAX,
        Fault::Refuse(429, "too_many_requests", Some("5")),
    );
    computer.pump.run_once().await.unwrap();
    assert!(backend.count(Method::PUT, "/v1/operations/") <= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_operations_park_themselves_and_delay_no_other() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let refusals = [
        (422, "invalid", Some(Hold::Attention)),
        (400, "malformed_request", Some(Hold::Attention)),
        (409, "operation_mismatch", Some(Hold::Attention)),
        (412, "conflict", Some(Hold::Conflict)),
        (500, "internal", None),
    ];
    let mut bad = Vec::new();
    for (status, code, hold) in refusals {
        let op_id = computer.enqueue(&[]).await;
        let path = format!("/v1/operations/{op_id}");
        backend.plan(Method::PUT, &path, usize::MAX, Fault::Refuse(status, code, None));
        bad.push((op_id, code, hold));
    }
    for _ in 0..30 {
        computer.enqueue(&[100]).await;
    }
    let summary = computer.pump.run_once().await.unwrap();
    assert_eq!(summary, Summary { received: 30, attention: 4, waiting: 1, ..Summary::default() });
    for (op_id, code, hold) in bad {
        let op = computer.op(op_id).await;
        let error = op.last_error.unwrap();
        assert_eq!((op.hold, error.code.as_str()), (hold, code));
        assert_eq!(error.detail["fields"][0]["pointer"], "/licence/number");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_whose_line_is_cut_every_time_delays_no_other() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let poison = computer.enqueue(&[]).await;
    backend.plan(Method::PUT, &poison.to_string(), usize::MAX, Fault::LoseReply);
    let good = computer.enqueue(&[100]).await;
    let summary = computer.pump.run_once().await.unwrap();
    assert_eq!((summary.received, summary.offline), (1, false));
    assert_eq!(computer.op(good).await.state, OpState::Received);
    let op = computer.op(poison).await;
    assert_eq!((op.state, op.attempts), (OpState::Waiting, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_receipt_is_never_taken() {
    let changes: [fn(&mut portal_protocol::receipt::Receipt); 4] = [
        |receipt| receipt.op_id = OpId(Uuid::from_u128(5)),
        |receipt| receipt.body_sha = Sha256::from_bytes([0; 32]),
        |receipt| receipt.blobs[0] = Sha256::from_bytes([0; 32]),
        |receipt| receipt.blobs.clear(),
    ];
    for forge in changes {
        let backend = Backend::start().await;
        backend.inside().forge = Some(forge);
        refuses_forgery(&backend).await;
    }
    let backend = Backend::start().await;
    backend.inside().forge_key = Some(SigningKey::from_bytes(&[1; 32]));
    refuses_forgery(&backend).await;
}

async fn refuses_forgery(backend: &Backend) {
    let computer = Computer::new(backend).await;
    let op_id = computer.enqueue(&[10]).await;
    assert_eq!(computer.pump.run_once().await.unwrap().received, 0);
    let op = computer.op(op_id).await;
    assert_eq!((op.state, op.attempts, op.hold), (OpState::Waiting, 1, None));
    assert_eq!(op.last_error.unwrap().code, "bad_receipt");

    backend.inside().forge = None;
    backend.inside().forge_key = None;
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumped_back_delays_nothing() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[]).await;
    backend.plan(Method::POST, "/commit", 1, Fault::Refuse(503, "unavailable", Some("600")));
    computer.pump.run_once().await.unwrap();
    assert!(computer.op(op_id).await.next_at_ms > T0);

    computer.pass_time(-10 * RETRY_CAP_MS);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (pump, stop) = (computer.pump.clone(), stop.clone());
        async move { pump.run(stop).await }
    });
    received(&computer, op_id).await;
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_drains_by_itself_when_the_line_comes_back() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    for method in [Method::GET, Method::PUT, Method::POST] {
        backend.plan(method, "", usize::MAX, Fault::Page);
    }
    let op_id = computer.enqueue(&[10]).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (pump, stop) = (computer.pump.clone(), stop.clone());
        async move { pump.run(stop).await }
    });
    let mut connection = computer.pump.connection();
    connection.wait_for(|state| *state == Connection::NotTheBackend).await.unwrap();
    backend.heal();
    received(&computer, op_id).await;

    let later = computer.enqueue(&[10]).await;
    computer.pump.wake();
    received(&computer, later).await;
    stop.cancel();
    running.await.unwrap();
}

async fn received(computer: &Computer, op_id: OpId) {
    for _ in 0..500 {
        if computer.op(op_id).await.state == OpState::Received {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("not received within 10 s: {:?}", computer.op(op_id).await.last_error);
}
