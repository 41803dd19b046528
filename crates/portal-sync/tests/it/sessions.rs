//! Tokens: refreshed once for all, never lost, and never at an operation's expense.

use std::sync::atomic::Ordering;

use axum::http::Method;
use portal_protocol::session::{Account, Role, Session, USUAL_OFFLINE_DAYS};
use portal_store::{Hold, OpState};
use portal_sync::{Connection, SyncError};
use uuid::Uuid;

use crate::backend::{Backend, Fault};
use crate::support::Computer;

#[tokio::test(flavor = "multi_thread")]
async fn many_refused_requests_share_one_refresh() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    computer.pump.run_once().await.unwrap();
    assert_eq!(backend.inside().refreshed, 1);

    backend.inside().access = "expired".to_owned();
    for _ in 0..8 {
        computer.enqueue(&[100, 200, 300]).await;
    }
    assert_eq!(computer.pump.run_once().await.unwrap().received, 8);
    assert_eq!(backend.inside().refreshed, 2);
    assert_eq!(computer.tokens.tokens.lock().unwrap().back().unwrap(), "refresh-2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_reply_is_lost_is_repeated_with_the_old_token() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[]).await;
    backend.plan(Method::POST, "/v1/session/refresh", 1, Fault::LoseReply);
    computer.pump.run_once().await.unwrap();
    assert_eq!(computer.tokens.tokens.lock().unwrap().back().unwrap(), "refresh-0");
    let op = computer.op(op_id).await;
    assert_eq!((op.state, op.attempts, op.hold), (OpState::Waiting, 0, None));
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_token_can_not_be_kept_is_not_used() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let op_id = computer.enqueue(&[]).await;
    computer.tokens.full.store(true, Ordering::Relaxed);
    assert!(matches!(computer.pump.run_once().await, Err(SyncError::Token(_))));
    assert_eq!(backend.count(Method::PUT, "/v1/operations/"), 0);
    assert_eq!(computer.op(op_id).await.state, OpState::Waiting);

    computer.tokens.full.store(false, Ordering::Relaxed);
    assert_eq!(computer.pump.run_once().await.unwrap().received, 1, "the old token still works");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_must_sign_in_keeps_its_queue_as_it_was() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    backend.inside().refresh.clear();
    let first = computer.enqueue(&[10]).await;
    let second = computer.enqueue(&[10]).await;
    let summary = computer.pump.run_once().await.unwrap();
    assert!(summary.sign_in_needed);
    assert_eq!(summary.waiting, 2);
    assert_eq!(*computer.pump.connection().borrow(), Connection::SignInNeeded);
    for op_id in [first, second] {
        let op = computer.op(op_id).await;
        assert_eq!((op.state, op.attempts), (OpState::Waiting, 0));
        assert!(matches!(op.hold, None | Some(Hold::Auth)));
    }

    let account = Account {
        account_id: portal_domain::ids::AccountId(Uuid::from_u128(1)),
        role: Role::Merchant,
        display: "138****0000".to_owned(),
        branch: None,
    };
    let session = Session {
        account,
        access_token: backend.inside().access.clone(),
        access_valid_s: 600,
        refresh_token: "refresh-new".to_owned(),
        courier_key: None,
        signing_pass: None,
        offline_days: USUAL_OFFLINE_DAYS,
    };
    computer.pump.signed_in(session).await.unwrap();
    assert_eq!(computer.tokens.tokens.lock().unwrap().back().unwrap(), "refresh-new");
    assert_eq!(computer.pump.run_once().await.unwrap().received, 2);
}
