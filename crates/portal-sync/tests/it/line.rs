//! The line: what it may carry today, and a computer that slept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use portal_domain::ids::OpId;
use portal_store::OpState;
use portal_sync::{Budget, PumpEvent};
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, Fault};
use crate::support::Computer;

/// Longest wait for what takes a moment, far below what it would take by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes left for photos.
#[derive(Default)]
struct Purse(AtomicU64);

impl Budget for Purse {
    fn allows(&self, bytes: u64) -> bool {
        self.0.load(Ordering::Relaxed) >= bytes
    }

    fn reserve(&self, bytes: u64) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    fn count(&self, _bytes: u64) {}
}

/// Waits until the backend's receipt is stored.
async fn received(computer: &mut Computer, op_id: OpId) {
    let waiting = async {
        while computer.op(op_id).await.state != OpState::Received {
            drop(computer.events.recv().await);
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("received in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_wait_for_the_days_budget_and_forms_go() {
    let backend = Backend::start().await;
    let purse = Arc::new(Purse::default());
    let computer = Computer::metered(&backend.url(), purse.clone()).await;
    let with_photos = [computer.enqueue(&[1000, 2000]).await, computer.enqueue(&[3 << 20]).await];
    let form_only = computer.enqueue(&[]).await;

    for _ in 0..3 {
        computer.pump.run_once().await.unwrap();
        for op_id in with_photos {
            let op = computer.op(op_id).await;
            assert_eq!((op.state, op.attempts, op.hold), (OpState::Waiting, 0, None));
            assert_eq!(op.last_error.unwrap().code, "budget_spent");
            assert!(backend.inside().declared.contains_key(&op_id), "the form is there");
        }
    }
    assert_eq!(computer.op(form_only).await.state, OpState::Received);
    assert_eq!(backend.count(Method::PUT, "/v1/operations/"), 3, "waiting costs nothing");
    assert!(backend.inside().blobs.is_empty());

    // Less than a chunk of the large photo.
    purse.0.store(10_000, Ordering::Relaxed);
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1, "what fits goes");
    assert_eq!(computer.op(with_photos[0]).await.state, OpState::Received);
    assert_eq!(purse.0.load(Ordering::Relaxed), 10_000 - 3032);
    purse.0.store(u64::MAX, Ordering::Relaxed);
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_nothing_waits_for_a_connection_that_died_in_it() {
    let backend = Backend::start().await;
    let mut computer = Computer::new(&backend).await;
    backend.plan(Method::PUT, "/v1/operations/", 1, Fault::Hang);
    let op_id = computer.enqueue(&[1000]).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (pump, stop) = (Arc::clone(&computer.pump), stop.clone());
        async move { pump.run(stop).await }
    });
    // The request is under way, and will never be answered.
    while !matches!(computer.events.recv().await, Ok(PumpEvent::Operation { .. })) {}
    while backend.count(Method::PUT, "/v1/operations/") == 0 {
        tokio::task::yield_now().await;
    }
    computer.pass_time(8 * 3_600_000);
    received(&mut computer, op_id).await;
    assert_eq!(backend.inside().applied[&op_id], 1);
    stop.cancel();
    running.await.unwrap();
}
