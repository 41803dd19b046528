//! What must be so: the cases as their merchants and reviewers made them, without any network between.

use portal_app::view::TimelineKind;
use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, OpId};
use portal_domain::track::{ReviewState, ReviewStep};

/// What must become of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Received, exactly once.
    Received,
    /// Refused, and left to its merchant.
    Refused,
}

/// An operation that was finalised.
#[derive(Debug, Clone)]
pub struct Sent {
    pub op_id: OpId,
    pub step: ReviewStep,
    pub fate: Fate,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Tracked {
    pub case_id: CaseId,
    /// Which of the computer's accounts it belongs to.
    pub owner: usize,
    /// Whose photo a reviewer asks for anew.
    pub slot: Slot,
    /// What waits to be received.
    pub pending: Option<Sent>,
    /// What was received, in order.
    pub done: Vec<Sent>,
    /// The review as the backend must have it, once everything that waits has arrived.
    pub review: ReviewState,
    /// What the backend must have told, in order.
    pub told: Vec<TimelineKind>,
    /// The review as it was shown last, at rest.
    pub shown: ReviewState,
    /// As it was shown last, in whatever weather.
    pub seen: ReviewState,
}

impl Tracked {
    pub fn new(case_id: CaseId, owner: usize, slot: Slot) -> Self {
        Self {
            case_id,
            owner,
            slot,
            pending: None,
            done: Vec::new(),
            review: ReviewState::NotSubmitted,
            told: Vec::new(),
            shown: ReviewState::NotSubmitted,
            seen: ReviewState::NotSubmitted,
        }
    }

    /// A merchant finalised something that nothing stands against.
    pub fn finalised(&mut self, op_id: OpId, step: ReviewStep) {
        self.review = self.review.after(step).unwrap();
        self.told.push(match step {
            ReviewStep::Withdraw => TimelineKind::Withdrawn,
            _ => TimelineKind::Received,
        });
        self.pending = Some(Sent { op_id, step, fate: Fate::Received });
    }

    /// A reviewer decided.
    pub fn decided(&mut self, step: ReviewStep) {
        self.review = self.review.after(step).unwrap();
        self.told.push(match step {
            ReviewStep::Accept => TimelineKind::Accepted,
            ReviewStep::Reject => TimelineKind::Rejected,
            _ => TimelineKind::Returned,
        });
    }

    /// The operations that opened a round, in order.
    pub fn rounds(&self) -> Vec<OpId> {
        let opens = |sent: &&Sent| matches!(sent.step, ReviewStep::Submit | ReviewStep::Amend);
        self.done.iter().filter(opens).map(|sent| sent.op_id).collect()
    }
}

/// Whether the graph leads from one state to the other, in any number of moves.
pub fn leads(from: ReviewState, to: ReviewState) -> bool {
    let mut reached = vec![from];
    let mut at = 0;
    while let Some(state) = reached.get(at).copied() {
        at += 1;
        for step in ReviewStep::ALL {
            if let Ok(next) = state.after(step)
                && !reached.contains(&next)
            {
                reached.push(next);
            }
        }
    }
    reached.contains(&to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_state_leads_nowhere_and_nothing_leads_back_to_a_draft() {
        for to in ReviewState::ALL {
            assert_eq!(leads(ReviewState::Withdrawn, to), to == ReviewState::Withdrawn);
            assert_eq!(leads(to, ReviewState::NotSubmitted), to == ReviewState::NotSubmitted);
        }
        assert!(leads(ReviewState::NotSubmitted, ReviewState::Accepted));
        assert!(leads(ReviewState::Returned, ReviewState::Returned));
    }
}
