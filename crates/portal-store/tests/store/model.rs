//! Random lives of an outbox against a small model: one operation per id, order per case, photos kept until the
//! receipt, no case stopped by another, nothing lost by a crash.

use std::collections::BTreeMap;

use portal_domain::dossier::Slot;
use portal_domain::ids::{OpId, Sha256};
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{CaseRow, Finalised, Hold, OpQuery, OpState, Target};
use proptest::prelude::*;

use crate::support::{DAY, MINUTE, Profile, T0, dossier, error, new_case, photograph, receipt, submission};

const CASES: usize = 3;

#[derive(Debug, Clone, Copy)]
enum Action {
    Submit(usize),
    Withdraw(usize),
    /// The first due operation of the case leaves and fails.
    SendAndFail(usize),
    SendAndReceive(usize),
    HoldFirst(usize, Hold),
    RetryNow(usize),
    ReleaseAuth,
    /// Of one case's first operation, or of everything.
    Pause(Option<usize>),
    Resume(Option<usize>),
    Unqueue(usize),
    Abandon(usize),
    Crash,
    CollectGarbage,
}

fn action() -> impl Strategy<Value = Action> {
    let case = 0..CASES;
    prop_oneof![
        4 => case.clone().prop_map(Action::Submit),
        2 => case.clone().prop_map(Action::Withdraw),
        3 => case.clone().prop_map(Action::SendAndFail),
        2 => case.clone().prop_map(Action::SendAndReceive),
        2 => (case.clone(), proptest::sample::select(Hold::ALL.to_vec())).prop_map(|(case, hold)| Action::HoldFirst(case, hold)),
        1 => case.clone().prop_map(Action::RetryNow),
        1 => Just(Action::ReleaseAuth),
        1 => proptest::option::of(case.clone()).prop_map(Action::Pause),
        2 => proptest::option::of(case.clone()).prop_map(Action::Resume),
        2 => case.clone().prop_map(Action::Unqueue),
        1 => case.prop_map(Action::Abandon),
        1 => Just(Action::Crash),
        1 => Just(Action::CollectGarbage),
    ]
}

#[derive(Debug, Clone)]
struct ModelOp {
    op_id: OpId,
    step: ReviewStep,
    sent: bool,
    hold: Option<Hold>,
    paused: bool,
}

impl ModelOp {
    fn is_free(&self) -> bool {
        self.hold.is_none() && !self.paused
    }
}

#[derive(Debug)]
struct ModelCase {
    row: CaseRow,
    photo: Sha256,
    pending: Vec<ModelOp>,
    received: Vec<OpId>,
    review: ReviewState,
    rev: u64,
}

struct World {
    profile: Profile,
    cases: Vec<ModelCase>,
    now_ms: i64,
}

impl World {
    async fn new() -> Self {
        let profile = Profile::new().await;
        let mut cases = Vec::new();
        for seed in 0..CASES {
            let row = new_case(&profile.store, dossier(seed as u64)).await;
            let bytes = format!("photo of case {seed}");
            let row = photograph(&profile.store, row.case_id, Slot::Storefront, bytes.as_bytes()).await;
            let photo = portal_store::hash(bytes.as_bytes());
            let (pending, received) = (Vec::new(), Vec::new());
            cases.push(ModelCase {
                row,
                photo,
                pending,
                received,
                review: ReviewState::NotSubmitted,
                rev: 0,
            });
        }
        Self { profile, cases, now_ms: T0 + DAY }
    }

    async fn act(mut self, action: Action) -> Self {
        let store = &self.profile.store;
        self.now_ms += MINUTE;
        let now = self.now_ms;
        match action {
            Action::Submit(case) | Action::Withdraw(case) => {
                let step = if matches!(action, Action::Submit(_)) {
                    ReviewStep::Submit
                } else {
                    ReviewStep::Withdraw
                };
                let case = &mut self.cases[case];
                let new = submission(&case.row, step);
                let known = case.pending.iter().any(|op| op.step == step)
                    || (step == ReviewStep::Submit && case.review != ReviewState::NotSubmitted)
                    || (step == ReviewStep::Withdraw && case.review == ReviewState::Withdrawn);
                let op_id = new.op_id;
                match store.finalise(new, now).await {
                    Ok(Finalised::Queued(op)) => {
                        assert!(!known, "queued twice");
                        assert_eq!(op.op_id, op_id);
                        case.pending.push(ModelOp { op_id, step, sent: false, hold: None, paused: false });
                    }
                    Ok(Finalised::AlreadyQueued(op)) => {
                        assert!(known && op.op_id != op_id);
                    }
                    Ok(Finalised::Cancelled(gone)) => {
                        assert!(!case.pending[0].sent, "taken back although it was sent");
                        let pending: Vec<_> = case.pending.drain(..).map(|op| op.op_id).collect();
                        assert_eq!(gone, pending);
                    }
                    Err(refused) => {
                        assert!(step == ReviewStep::Withdraw && case.pending.is_empty(), "{refused:?}");
                        assert_eq!(case.review, ReviewState::NotSubmitted);
                    }
                }
            }
            Action::SendAndFail(case) | Action::SendAndReceive(case) => {
                let model = &mut self.cases[case];
                let due = store.due(now, 0, 100).await.unwrap();
                let Some(op) = due.into_iter().find(|op| op.case_id == model.row.case_id) else {
                    let free = model.pending.first().is_some_and(ModelOp::is_free);
                    assert!(!free, "nothing holds it and its time has come, but it isn't due");
                    return self;
                };
                assert_eq!(op.op_id, model.pending[0].op_id, "out of order");
                store.mark_sent(op.op_id).await.unwrap();
                model.pending[0].sent = true;
                if matches!(action, Action::SendAndFail(_)) {
                    store.retry_later(op.op_id, now + MINUTE, &error("network"), now).await.unwrap();
                } else {
                    let step = model.pending.remove(0).step;
                    model.rev += 1;
                    model.review = model.review.after(step).unwrap();
                    model.received.push(op.op_id);
                    store.received(receipt(&op, model.rev, model.review), now).await.unwrap();
                }
            }
            Action::HoldFirst(case, hold) => {
                if let Some(first) = self.cases[case].pending.first_mut() {
                    store.hold(first.op_id, hold, None).await.unwrap();
                    first.hold = Some(hold);
                }
            }
            Action::RetryNow(case) => {
                if let Some(first) = self.cases[case].pending.first_mut() {
                    store.retry_now(Target::One(first.op_id)).await.unwrap();
                    first.hold = first.hold.filter(|hold| matches!(hold, Hold::Auth | Hold::Conflict));
                }
            }
            Action::ReleaseAuth => {
                store.release_auth().await.unwrap();
                for op in self.cases.iter_mut().flat_map(|case| &mut case.pending) {
                    op.hold = op.hold.filter(|hold| *hold != Hold::Auth);
                }
            }
            Action::Pause(which) | Action::Resume(which) => {
                let paused = matches!(action, Action::Pause(_));
                let mut pending: Vec<_> = match which {
                    Some(case) => self.cases[case].pending.first_mut().into_iter().collect(),
                    None => self.cases.iter_mut().flat_map(|case| &mut case.pending).collect(),
                };
                let target = match (which, pending.first()) {
                    (None, _) => Target::All,
                    (Some(_), Some(first)) => Target::One(first.op_id),
                    (Some(_), None) => return self,
                };
                let changed =
                    if paused { store.pause(target).await } else { store.resume(target).await }.unwrap();
                assert_eq!(changed as usize, pending.iter().filter(|op| op.paused != paused).count());
                pending.iter_mut().for_each(|op| op.paused = paused);
            }
            Action::Unqueue(case) => {
                let case = &mut self.cases[case];
                if let Some(first) = case.pending.first() {
                    let done = store.unqueue(first.op_id, now).await;
                    assert_eq!(done.is_ok(), !first.sent);
                    if done.is_ok() {
                        case.pending.clear();
                    }
                }
            }
            Action::Abandon(case) => {
                let case = &mut self.cases[case];
                if let Some(first) = case.pending.first() {
                    let refused =
                        matches!(first.hold, Some(Hold::Attention | Hold::Conflict | Hold::Approval));
                    assert_eq!(store.abandon(first.op_id, now).await.is_ok(), refused);
                    if refused {
                        case.pending.clear();
                    }
                }
            }
            Action::Crash => self.profile = self.profile.crash().await,
            Action::CollectGarbage => {
                assert_eq!(store.collect_garbage(now + 9 * DAY).await.unwrap(), 0);
            }
        }
        self
    }

    async fn check(&self) {
        let store = &self.profile.store;
        let mut stored: BTreeMap<OpId, OpState> = BTreeMap::new();
        for op in store.ops(OpQuery { limit: 10_000, ..OpQuery::default() }).await.unwrap() {
            assert!(stored.insert(op.op_id, op.state).is_none(), "one row per operation");
        }
        for case in &self.cases {
            let query = OpQuery { case_id: Some(case.row.case_id), pending_only: true, ..OpQuery::default() };
            let pending: Vec<_> = store.ops(query).await.unwrap();
            let expected: Vec<_> =
                case.pending.iter().map(|op| (op.op_id, op.sent, op.hold, op.paused)).collect();
            assert_eq!(
                pending.iter().map(|op| (op.op_id, op.sent_anything, op.hold, op.paused)).collect::<Vec<_>>(),
                expected
            );
            for op_id in &case.received {
                assert_eq!(stored[op_id], OpState::Received);
            }
            assert!(!store.read_blob(&case.photo).await.unwrap().is_empty(), "photos stay");
            assert_eq!(store.case(case.row.case_id).await.unwrap().unwrap().review(), case.review);
        }
        // No case is stopped by another: every case whose first operation is free is due once delays are over.
        let due = store.due(self.now_ms + DAY, 0, 100).await.unwrap();
        let free: Vec<_> = self
            .cases
            .iter()
            .filter_map(|case| case.pending.first())
            .filter(|op| op.is_free())
            .map(|op| op.op_id)
            .collect();
        assert_eq!(due.len(), free.len());
        assert!(due.iter().all(|op| free.contains(&op.op_id)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_life_keeps_the_invariants(actions in proptest::collection::vec(action(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for action in actions {
                world = world.act(action).await;
                world.check().await;
            }
        });
    }
}
