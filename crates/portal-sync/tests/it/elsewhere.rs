//! Cases of other computers: fetched until they are here, and no bad one stops the others.

use axum::http::Method;
use portal_domain::dossier::Dossier;
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::review::{ReturnItem, ReturnReason, ReviewOutcome};
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, Tracks};
use portal_protocol::case::{CaseDocument, Round};
use portal_protocol::event::{Event, Happened};
use portal_protocol::operation::ProfileRef;
use portal_protocol::receipt::Receipt;
use portal_sync::PumpEvent;
use uuid::Uuid;

use crate::backend::{Backend, Fault};
use crate::support::Computer;

fn items() -> Vec<ReturnItem> {
    let pointer = "/licence/number".to_owned();
    vec![ReturnItem { pointer, reason: ReturnReason::DiffersFromDocument, text: String::new() }]
}

/// A case that another computer submitted and a reviewer returned.
fn returned(case_id: CaseId, receipt_of: CaseId) -> CaseDocument {
    let op_id = OpId(Uuid::now_v7());
    let dossier = Dossier::default();
    let receipt = Receipt {
        op_id,
        case_id: receipt_of,
        rev: 1,
        blobs: Vec::new(),
        body_sha: Sha256::from_bytes([3; 32]),
        received_at_ms: 1,
        number: "R-elsewhere".to_owned(),
    };
    CaseDocument {
        case_id,
        rev: 2,
        tracks: Tracks { review: ReviewState::Returned, ..Tracks::default() },
        profile: ProfileRef { id: "lakala".to_owned(), version: "1".to_owned() },
        dossier: dossier.clone(),
        rounds: vec![Round {
            round: 1,
            op_id,
            submitted_at_ms: 7,
            dossier,
            receipt: Backend::sign(&receipt),
            outcome: Some(ReviewOutcome::Returned { items: items() }),
            decided_at_ms: Some(8),
        }],
        notice_number: None,
        updated_at_ms: 8,
    }
}

/// The feed tells of one submission elsewhere per case.
fn told(cases: &[CaseId]) -> Vec<Event> {
    let event = |(seq, case_id): (u64, &CaseId)| Event {
        seq,
        at_ms: 5,
        case_id: *case_id,
        rev: 1,
        what: Happened::Received { op_id: OpId(Uuid::now_v7()), round: 1 },
    };
    (1..).zip(cases).map(event).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_another_computer_is_fetched_and_its_return_can_be_read() {
    let backend = Backend::start().await;
    let mut computer = Computer::new(&backend).await;
    let case_id = CaseId(Uuid::now_v7());
    backend.inside().events = told(&[case_id]);
    backend.inside().cases.insert(case_id, returned(case_id, case_id));
    computer.pump.run_once().await.unwrap();
    let row = computer.store.case(case_id).await.unwrap().unwrap();
    assert_eq!((row.status, row.returned_items), (CaseStatus::Returned, items()));
    assert_eq!((row.round, row.rev, row.created_at_ms), (1, Some(2), 7));
    assert_eq!(row.receipt_number.as_deref(), Some("R-elsewhere"));
    let mut told = false;
    while let Ok(event) = computer.events.try_recv() {
        told |= event == PumpEvent::Case { case_id };
    }
    assert!(told);
    computer.pump.run_once().await.unwrap();
    assert_eq!(backend.count(Method::GET, "/v1/cases/"), 1, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_had_now_is_asked_for_again_and_delays_no_other() {
    let backend = Backend::start().await;
    let computer = Computer::new(&backend).await;
    let mut cases: Vec<CaseId> = (0..40).map(|_| CaseId(Uuid::now_v7())).collect();
    cases.sort_unstable();
    let (broken, gone) = (cases[0], cases[1]);
    backend.inside().events = told(&cases);
    for case_id in &cases {
        if *case_id != gone {
            backend.inside().cases.insert(*case_id, returned(*case_id, *case_id));
        }
    }
    // Another case's document under this address.
    backend.inside().cases.insert(broken, returned(cases[5], cases[5]));
    backend.plan(Method::GET, &format!("/v1/cases/{}", cases[2]), 1, Fault::Refuse(503, "unavailable", None));
    computer.pump.run_once().await.unwrap();
    for case_id in &cases[3..] {
        assert!(computer.store.case(*case_id).await.unwrap().is_some());
    }
    for case_id in [broken, gone, cases[2]] {
        assert!(computer.store.case(case_id).await.unwrap().is_none());
    }
    backend.inside().cases.insert(broken, returned(broken, cases[5]));
    computer.pump.run_once().await.unwrap();
    assert!(computer.store.case(cases[2]).await.unwrap().is_some());
    let row = computer.store.case(broken).await.unwrap().unwrap();
    assert_eq!(row.receipt_number, None, "a receipt of another case proves nothing here");
    let asked = backend.count(Method::GET, &format!("/v1/cases/{gone}"));
    assert_eq!(asked, 1, "the backend said that it has no such case for this account");
}
