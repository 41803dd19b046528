//! The tracks of a case: each its own state machine, never one "done" flag.
//!
//! Which tracks a product has, and what opens each, is profile data ([`crate::profile::TrackRule`]); the states and
//! the moves between them are the same everywhere and live here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::Dossier;
use crate::profile::Profile;

/// The parts of a case that move on their own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    Review,
    Verification,
    Contract,
    Settlement,
    /// 通道报备.
    ChannelRegistration,
    Terminals,
    Training,
    Activation,
}

impl Track {
    pub const ALL: [Self; 8] = [
        Self::Review,
        Self::Verification,
        Self::Contract,
        Self::Settlement,
        Self::ChannelRegistration,
        Self::Terminals,
        Self::Training,
        Self::Activation,
    ];
}

/// A move that the track's graph does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {track:?} track cannot do {step} from {from}")]
pub struct IllegalMove {
    pub track: Track,
    pub from: &'static str,
    pub step: &'static str,
}

/// 审核. `Withdrawn`, `Accepted` and `Rejected` are final; a return opens exactly the named fields and photos.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    #[default]
    NotSubmitted,
    InReview,
    Returned,
    Accepted,
    Rejected,
    Withdrawn,
}

/// What moves the review track.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStep {
    Submit,
    /// The merchant's answer to a return.
    Amend,
    Withdraw,
    Return,
    Accept,
    Reject,
}

impl ReviewStep {
    pub const ALL: [Self; 6] =
        [Self::Submit, Self::Amend, Self::Withdraw, Self::Return, Self::Accept, Self::Reject];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Amend => "amend",
            Self::Withdraw => "withdraw",
            Self::Return => "return",
            Self::Accept => "accept",
            Self::Reject => "reject",
        }
    }
}

impl ReviewState {
    pub const ALL: [Self; 6] =
        [Self::NotSubmitted, Self::InReview, Self::Returned, Self::Accepted, Self::Rejected, Self::Withdrawn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSubmitted => "not_submitted",
            Self::InReview => "in_review",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The state after `step`.
    ///
    /// # Errors
    /// [`IllegalMove`] when the graph has no such move.
    pub fn after(self, step: ReviewStep) -> Result<Self, IllegalMove> {
        use {ReviewState as S, ReviewStep as M};
        match (self, step) {
            (S::NotSubmitted, M::Submit) => Ok(S::InReview),
            (S::Returned, M::Amend) => Ok(S::InReview),
            (S::InReview | S::Returned, M::Withdraw) => Ok(S::Withdrawn),
            (S::InReview, M::Return) => Ok(S::Returned),
            (S::InReview, M::Accept) => Ok(S::Accepted),
            (S::InReview, M::Reject) => Ok(S::Rejected),
            (from, step) => {
                Err(IllegalMove { track: Track::Review, from: from.as_str(), step: step.as_str() })
            }
        }
    }

    pub fn is_final(self) -> bool {
        match self {
            Self::NotSubmitted | Self::InReview | Self::Returned => false,
            Self::Accepted | Self::Rejected | Self::Withdrawn => true,
        }
    }
}

/// State of a track: open once its gates are met, done when its evidence is in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// A gate isn't met yet.
    #[default]
    Waiting,
    Open,
    Done,
    Failed,
}

/// What moves a track that has no finer graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepMove {
    Open,
    Complete,
    Fail,
    Reopen,
}

impl StepState {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Open, Self::Done, Self::Failed];

    /// The state after `step`, for the track named in the error.
    ///
    /// # Errors
    /// [`IllegalMove`] when the graph has no such move.
    pub fn after(self, track: Track, step: StepMove) -> Result<Self, IllegalMove> {
        match (self, step) {
            (Self::Waiting, StepMove::Open) | (Self::Failed, StepMove::Reopen) => Ok(Self::Open),
            (Self::Open, StepMove::Complete) => Ok(Self::Done),
            (Self::Open, StepMove::Fail) => Ok(Self::Failed),
            (from, step) => Err(IllegalMove {
                track,
                from: match from {
                    Self::Waiting => "waiting",
                    Self::Open => "open",
                    Self::Done => "done",
                    Self::Failed => "failed",
                },
                step: match step {
                    StepMove::Open => "open",
                    StepMove::Complete => "complete",
                    StepMove::Fail => "fail",
                    StepMove::Reopen => "reopen",
                },
            }),
        }
    }
}

/// The states of all tracks of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
pub struct Tracks {
    pub review: ReviewState,
    pub verification: StepState,
    pub contract: StepState,
    pub settlement: StepState,
    pub channel_registration: StepState,
    pub terminals: StepState,
    pub training: StepState,
    pub activation: StepState,
}

impl Tracks {
    /// The state of a track; review's own graph seen as one step of the case.
    pub fn state(&self, track: Track) -> StepState {
        match track {
            Track::Review => match self.review {
                ReviewState::NotSubmitted => StepState::Waiting,
                ReviewState::InReview | ReviewState::Returned => StepState::Open,
                ReviewState::Accepted => StepState::Done,
                ReviewState::Rejected | ReviewState::Withdrawn => StepState::Failed,
            },
            Track::Verification => self.verification,
            Track::Contract => self.contract,
            Track::Settlement => self.settlement,
            Track::ChannelRegistration => self.channel_registration,
            Track::Terminals => self.terminals,
            Track::Training => self.training,
            Track::Activation => self.activation,
        }
    }

    /// Whether a track has reached its good end: what a gate asks.
    pub fn is_done(&self, track: Track) -> bool {
        self.state(track) == StepState::Done
    }

    /// Opens every waiting track whose gates are met.
    pub fn open_ready(&mut self, profile: &Profile, dossier: &Dossier) {
        for rule in profile.tracks_for(dossier) {
            if profile.is_open(rule.track, dossier, self)
                && let Some(state) = self.step_mut(rule.track)
                && let Ok(opened) = state.after(rule.track, StepMove::Open)
            {
                *state = opened;
            }
        }
    }

    /// The state of a track that moves by [`StepMove`]; review has its own graph.
    pub fn step_mut(&mut self, track: Track) -> Option<&mut StepState> {
        match track {
            Track::Review => None,
            Track::Verification => Some(&mut self.verification),
            Track::Contract => Some(&mut self.contract),
            Track::Settlement => Some(&mut self.settlement),
            Track::ChannelRegistration => Some(&mut self.channel_registration),
            Track::Terminals => Some(&mut self.terminals),
            Track::Training => Some(&mut self.training),
            Track::Activation => Some(&mut self.activation),
        }
    }
}
