//! The backend's events: once, in order, with their cursor.

use std::collections::HashSet;

use portal_domain::ids::{CaseId, OpId};
use portal_domain::progress::OfficeTrack;
use portal_domain::review::{ReturnItem, ReturnReason};
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep, StepState};
use portal_store::{CaseEvent, DocumentKind, Happened, Issued, Occurrence, StoreError};

use crate::support::{Profile, T0, dossier, new_case, op_id, queue, receipt, save, sha};

fn event(seq: u64, case_id: CaseId, rev: u64, what: Happened) -> CaseEvent {
    CaseEvent { seq, at_ms: T0 + seq as i64, case_id, rev, by: None, what }
}

fn returned() -> Happened {
    let item = ReturnItem {
        pointer: "/licence/number".to_owned(),
        reason: ReturnReason::DiffersFromDocument,
        text: String::new(),
    };
    Happened::Returned { round: 1, items: vec![item] }
}

fn step(track: OfficeTrack, state: StepState, issued: Option<Issued>) -> Happened {
    Happened::StepRecorded { track, state, text: None, issued }
}

fn issued(kind: DocumentKind) -> Issued {
    Issued { kind, number: format!("N-{}", kind.as_str()), sha: sha(kind.as_str()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_through_its_rounds() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let first = queue(store, &row, ReviewStep::Submit).await;
    store.received(receipt(&first, 1, ReviewState::InReview), T0).await.unwrap();
    let events = [
        event(1, row.case_id, 1, Happened::Received { op_id: first.op_id, round: 1 }),
        event(2, row.case_id, 2, returned()),
    ];
    let outcome = store.apply_events(&events, T0).await.unwrap();
    assert_eq!((outcome.cursor, outcome.applied, outcome.changed), (2, 2, vec![row.case_id]));
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.status, found.round, found.returned_items.len()), (CaseStatus::Returned, 1, 1));
    let edited = save(store, &found, &dossier(2)).await;
    let second = queue(store, &edited, ReviewStep::Amend).await;
    store.received(receipt(&second, 3, ReviewState::InReview), T0).await.unwrap();
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.status, found.round, found.returned_items.len()), (CaseStatus::InReview, 2, 0));
    let accepted = Happened::Accepted { round: 2, notice_number: "N1".to_owned() };
    let events = [
        event(3, row.case_id, 3, Happened::Received { op_id: second.op_id, round: 2 }),
        event(4, row.case_id, 4, accepted),
    ];
    store.apply_events(&events, T0).await.unwrap();
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.status, found.round, found.rev), (CaseStatus::Accepted, 2, Some(4)));
    assert_eq!(found.notice_number.as_deref(), Some("N1"));
    assert!(matches!(
        store.timeline(row.case_id).await.unwrap().last().map(|row| row.what.clone()),
        Some(Occurrence::Accepted { .. })
    ));
}

/// A receipt tells of its own operation only: what the office recorded before it comes behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_counts_though_a_receipt_brought_a_later_revision() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.received(receipt(&op, 7, ReviewState::Accepted), T0).await.unwrap();
    let (certificate, letter) =
        (issued(DocumentKind::TrainingCertificate), issued(DocumentKind::ActivationLetter));
    let failed = step(OfficeTrack::Verification, StepState::Failed, None);
    let events = [
        event(1, row.case_id, 3, step(OfficeTrack::Training, StepState::Done, Some(certificate.clone()))),
        event(2, row.case_id, 4, step(OfficeTrack::Verification, StepState::Done, None)),
        event(3, row.case_id, 5, failed),
        event(
            4,
            CaseId(uuid::Uuid::from_u128(9)),
            2,
            step(OfficeTrack::Activation, StepState::Done, Some(letter)),
        ),
    ];
    store.apply_events(&events, T0).await.unwrap();
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.tracks.training, found.tracks.verification), (StepState::Done, StepState::Failed));
    assert_eq!(found.rev, Some(7), "the revision goes back for nothing");
    let missing = store.missing_issued(9).await.unwrap();
    assert_eq!(missing, [(row.case_id, certificate.clone())], "what belongs to no case here waits for it");
    let pdf = b"%PDF-1.7".to_vec();
    store.put_document(row.case_id, certificate.kind, &certificate.number, pdf, T0).await.unwrap();
    assert!(store.missing_issued(9).await.unwrap().is_empty());
}

/// Each is asked for sooner or later, also when only one can be asked for at a time and none can be had.
#[tokio::test(flavor = "multi_thread")]
async fn papers_that_cannot_be_had_keep_no_other_away() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let papers =
        [DocumentKind::CustodySheet, DocumentKind::TrainingCertificate, DocumentKind::ActivationLetter];
    let tracks = [OfficeTrack::Terminals, OfficeTrack::Training, OfficeTrack::Activation];
    let events: Vec<_> = (1..)
        .zip(papers.into_iter().zip(tracks))
        .map(|(seq, (kind, track))| {
            event(seq, row.case_id, seq, step(track, StepState::Done, Some(issued(kind))))
        })
        .collect();
    store.apply_events(&events, T0).await.unwrap();
    let mut asked = HashSet::new();
    for _ in 0..1000 {
        asked.extend(store.missing_issued(1).await.unwrap().into_iter().map(|(_, issued)| issued.kind));
    }
    assert_eq!(asked, HashSet::from(papers));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_again_change_nothing_and_a_gap_applies_nothing() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    let events = [
        event(1, row.case_id, 1, Happened::Received { op_id: op.op_id, round: 1 }),
        event(2, row.case_id, 2, returned()),
    ];
    store.apply_events(&events, T0).await.unwrap();
    let (case, timeline) =
        (store.case(row.case_id).await.unwrap(), store.timeline(row.case_id).await.unwrap());
    let again = store.apply_events(&events, T0 + 99).await.unwrap();
    assert_eq!((again.cursor, again.applied), (2, 0));
    assert_eq!(store.case(row.case_id).await.unwrap(), case);
    assert_eq!(store.timeline(row.case_id).await.unwrap(), timeline);

    let rejected = Happened::Rejected { round: 1, text: String::new() };
    let withdrawn = Happened::Withdrawn { op_id: op_id() };
    let gap = [event(3, row.case_id, 3, rejected), event(5, row.case_id, 4, withdrawn)];
    let refused = store.apply_events(&gap, T0).await;
    assert!(matches!(refused, Err(StoreError::EventGap { expected: 4, found: 5 })));
    assert_eq!(store.event_cursor().await.unwrap(), 2);
    assert_eq!(store.case(row.case_id).await.unwrap(), case, "the event before the gap isn't applied either");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_past_does_not_turn_the_case_back() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.received(receipt(&op, 5, ReviewState::InReview), T0).await.unwrap();
    store.apply_events(&[event(1, row.case_id, 4, returned())], T0).await.unwrap();
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.review(), found.rev), (ReviewState::InReview, Some(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_before_its_receipt_counts_the_round_once() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, dossier(1)).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.mark_sent(op.op_id).await.unwrap();
    let received = event(1, row.case_id, 1, Happened::Received { op_id: op.op_id, round: 1 });
    store.apply_events(&[received], T0).await.unwrap();
    assert_eq!(store.due(T0 + 10, 0, 9).await.unwrap().len(), 1, "only the receipt ends an operation");
    store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    let found = store.case(row.case_id).await.unwrap().unwrap();
    assert_eq!((found.round, found.status), (1, CaseStatus::InReview));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisors_decision_lets_go_before_and_after_the_hold() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let due = async || store.due(T0 + 10, 0, 9).await.unwrap().len();
    let decisions: [fn(OpId) -> Happened; 2] = [
        |op_id| Happened::Approved { op_id },
        |op_id| Happened::NotApproved { op_id, text: "again".to_owned() },
    ];
    for (seed, decided) in (1..).zip(decisions) {
        let row = new_case(store, dossier(seed)).await;
        let op = queue(store, &row, ReviewStep::Submit).await;
        store.hold_for_approval(op.op_id).await.unwrap();
        let held = store.case(row.case_id).await.unwrap().unwrap();
        assert_eq!((held.status, due().await), (CaseStatus::AwaitingApproval, 0));
        let seq = store.event_cursor().await.unwrap() + 1;
        let outcome = store.apply_events(&[event(seq, row.case_id, 0, decided(op.op_id))], T0).await.unwrap();
        assert!(outcome.wanted.is_empty(), "the backend has no document to fetch");
        let free = store.case(row.case_id).await.unwrap().unwrap();
        assert_eq!((free.status, free.rev, due().await), (CaseStatus::Queued, None, 1));
        // The answer that asked comes after the decision: it must not hold for ever.
        store.hold_for_approval(op.op_id).await.unwrap();
        assert_eq!(due().await, 1);
        store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    }
}
