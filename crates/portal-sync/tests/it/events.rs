//! Events: each once, in order, and notices that may take their time.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::Method;
use portal_domain::ids::{CaseId, OpId};
use portal_domain::review::{ReturnItem, ReturnReason};
use portal_domain::track::ReviewState;
use portal_protocol::event::{Event, Happened};
use portal_protocol::limits::Limits;
use portal_store::{DocumentKind, OpState, Who};
use portal_sync::{Connection, PumpEvent, stored_limits};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::backend::Backend;
use crate::support::Computer;

fn event(seq: u64, case_id: CaseId, rev: u64, what: Happened) -> Event {
    Event { seq, at_ms: 5, case_id, rev, what }
}

fn returned() -> Happened {
    let pointer = "/attachments/licence_photo".to_owned();
    Happened::Returned {
        round: 1,
        items: vec![ReturnItem { pointer, reason: ReturnReason::Blurred, text: String::new() }],
        by: Some("周审核".to_owned()),
    }
}

/// Sends an application.
async fn sent(computer: &Computer) -> (OpId, CaseId) {
    let op_id = computer.enqueue(&[]).await;
    computer.pump.run_once().await.unwrap();
    (op_id, computer.op(op_id).await.case_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_are_taken_over_and_the_cursor_stands_behind_them() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let (op_id, case_id) = sent(&computer).await;
    let stranger = CaseId(Uuid::now_v7());
    let mut events = vec![event(1, case_id, 1, Happened::Received { op_id, round: 1 })];
    events.extend((2..=7).map(|seq| event(seq, stranger, seq, Happened::Received { op_id, round: 1 })));
    events.push(event(8, case_id, 2, returned()));
    backend.inside().events = events;
    computer.pump.run_once().await.unwrap();
    assert_eq!(computer.store.event_cursor().await.unwrap(), 8);
    let case = computer.store.case(case_id).await.unwrap().unwrap();
    assert_eq!((case.review(), case.returned_items.len()), (ReviewState::Returned, 1));
    let timeline = computer.store.timeline(case_id).await.unwrap();
    assert_eq!(timeline.last().unwrap().who, Who::Reviewer("周审核".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_backend_takes_is_asked_once_a_day_and_kept() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    computer.pump.run_once().await.unwrap();
    assert_eq!(stored_limits(&computer.store).await.unwrap(), None, "it wasn't told");
    let mut limits = Limits {
        max_operation_bytes: 1 << 20,
        max_small_blob_bytes: 1 << 20,
        max_blob_bytes: 5_000_000,
        media_types: vec!["image/jpeg".to_owned()],
        max_text_chars: 500,
    };
    backend.inside().limits = Some(limits.clone());
    computer.pump.run_once().await.unwrap();
    assert_eq!(stored_limits(&computer.store).await.unwrap(), Some(limits.clone()));

    limits.max_blob_bytes = 1_000_000;
    backend.inside().limits = Some(limits.clone());
    computer.pump.run_once().await.unwrap();
    assert_eq!(backend.count(Method::GET, "/v1/limits"), 2, "not again on the same day");
    computer.now.fetch_add(24 * 3600 * 1000, Ordering::Relaxed);
    computer.pump.run_once().await.unwrap();
    assert_eq!(stored_limits(&computer.store).await.unwrap(), Some(limits));
}

/// A backend is updated before the computers are: what it tells in a later version's words waits there.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_version_tells_waits_and_holds_up_no_sending() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let (op_id, case_id) = sent(&computer).await;
    let received = event(1, case_id, 1, Happened::Received { op_id, round: 1 });
    backend.inside().events = vec![received];
    let later =
        json!({ "seq": 2, "at_ms": 5, "case_id": case_id, "rev": 2, "kind": "site.visited", "by": 7 });
    backend.inside().last_event = Some(later);
    let next = computer.enqueue(&[]).await;
    computer.pump.run_once().await.unwrap();
    assert_eq!(computer.store.event_cursor().await.unwrap(), 1, "what can be read is taken over");
    assert!(computer.pump.is_outdated());
    assert_eq!(*computer.pump.connection().borrow(), Connection::Online);
    assert!(backend.inside().receipts.contains_key(&next));

    // As an update of this computer reads it.
    backend.inside().last_event = None;
    backend.inside().events.push(event(2, case_id, 2, returned()));
    computer.pump.run_once().await.unwrap();
    assert_eq!(computer.store.event_cursor().await.unwrap(), 2);
    assert!(!computer.pump.is_outdated());
}

/// The feed is not asked again and again for what can't be read.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_version_tells_is_not_asked_for_all_the_time() {
    let backend = Backend::start().await;
    let mut computer = Computer::new(&backend).await;
    let case_id = CaseId(Uuid::now_v7());
    backend.inside().last_event = Some(json!({ "seq": 1, "case_id": case_id, "kind": "site.visited" }));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (pump, stop) = (computer.pump.clone(), stop.clone());
        async move { pump.run(stop).await }
    });
    while computer.events.recv().await.unwrap() != PumpEvent::Outdated {}
    let op_id = computer.enqueue(&[]).await;
    computer.pump.wake();
    while computer.op(op_id).await.state != OpState::Received {
        computer.events.recv().await.unwrap();
    }
    let asked = backend.count(Method::GET, "/v1/events");
    assert!(asked < 10, "{asked}");
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_with_a_gap_moves_nothing() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let case_id = CaseId(Uuid::now_v7());
    backend.inside().events = vec![event(2, case_id, 1, returned())];
    computer.pump.run_once().await.unwrap();
    assert_eq!(computer.store.event_cursor().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_late_holds_up_no_event() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let (_, case_id) = sent(&computer).await;
    let accepted = Happened::Accepted { round: 1, notice_number: "N-1".to_owned(), by: None };
    backend.inside().events = vec![event(1, case_id, 2, accepted)];
    computer.pump.run_once().await.unwrap();
    let kind = DocumentKind::AcceptanceNotice;
    assert_eq!(computer.store.event_cursor().await.unwrap(), 1);
    assert_eq!(computer.store.read_document(case_id, kind, "N-1").await.unwrap(), None);

    backend.inside().notice = Some(b"%PDF-1.7 notice".to_vec());
    computer.pump.run_once().await.unwrap();
    let pdf = computer.store.read_document(case_id, kind, "N-1").await.unwrap();
    assert_eq!(pdf.as_deref(), Some(b"%PDF-1.7 notice".as_slice()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_shows_up_within_seconds() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let (_, case_id) = sent(&computer).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (pump, stop) = (computer.pump.clone(), stop.clone());
        async move { pump.run(stop).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    backend.inside().events = vec![event(1, case_id, 2, returned())];
    let shown = async {
        loop {
            if computer.store.case(case_id).await.unwrap().unwrap().review() == ReviewState::Returned {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), shown).await.expect("shown within 5 s");
    stop.cancel();
    running.await.unwrap();
}
