//! Quarter turns that a person asked for: a photo whose file says nothing of how the camera was held.

use serde::{Deserialize, Serialize};

use crate::Orientation;

/// How far a picture is turned clockwise, after it was put upright as its file says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Turn {
    /// A quarter turn further, clockwise.
    #[must_use]
    pub fn further(self) -> Self {
        match self {
            Self::None => Self::Quarter,
            Self::Quarter => Self::Half,
            Self::Half => Self::ThreeQuarters,
            Self::ThreeQuarters => Self::None,
        }
    }

    /// So many quarter turns further, clockwise.
    #[must_use]
    pub fn further_by(self, quarters: u32) -> Self {
        (0..quarters % 4).fold(self, |turn, _| turn.further())
    }

    /// So many quarter turns, clockwise.
    pub fn quarters(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Quarter => 1,
            Self::Half => 2,
            Self::ThreeQuarters => 3,
        }
    }

    /// The same movement of pixels as a camera held that way asks for.
    pub(crate) fn orientation(self) -> Orientation {
        match self {
            Self::None => Orientation::Upright,
            Self::Quarter => Orientation::Rotate90,
            Self::Half => Orientation::Rotate180,
            Self::ThreeQuarters => Orientation::Rotate270,
        }
    }
}
