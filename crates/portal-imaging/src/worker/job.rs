//! What the photo worker is asked and what it answers.

use serde::{Deserialize, Serialize};

use crate::{FitSpec, Fitted, Inspection, Rejection, Turn};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(super) enum Job {
    Inspect,
    Fit { spec: FitSpec, turn: Turn },
    Thumbnail { max_side_px: u32 },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(super) enum Answer {
    Inspected {
        inspection: Inspection,
    },
    /// Comes before [`Answer::Fitted`], as soon as there are pixels; its bytes are the frame's body.
    Preview,
    /// The picture's bytes are the frame's body.
    Fitted {
        fitted: Box<Fitted>,
    },
    /// The preview's bytes are the frame's body.
    Thumbnail,
    Rejected {
        rejection: Rejection,
    },
}

impl Answer {
    /// An answer to another question than the one asked comes from a broken worker.
    pub fn into_rejection(self) -> Rejection {
        match self {
            Self::Rejected { rejection } => rejection,
            Self::Inspected { .. } | Self::Preview | Self::Fitted { .. } | Self::Thumbnail => {
                Rejection::WorkerDied
            }
        }
    }
}
