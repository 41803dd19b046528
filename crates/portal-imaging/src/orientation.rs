//! The eight ways a camera may have been held (EXIF 2.32, tag 0x0112).

use serde::{Deserialize, Serialize};

/// What must be done to the stored pixels so that they stand upright.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    #[default]
    Upright,
    MirrorHorizontal,
    Rotate180,
    MirrorVertical,
    /// Mirror along the main diagonal (EXIF 5).
    Transpose,
    /// A quarter turn clockwise (EXIF 6).
    Rotate90,
    /// Mirror along the other diagonal (EXIF 7).
    Transverse,
    /// A quarter turn anticlockwise (EXIF 8).
    Rotate270,
}

impl Orientation {
    /// From the EXIF value 1–8; anything else is no statement.
    pub fn from_exif(value: u16) -> Option<Self> {
        match value {
            1 => Some(Self::Upright),
            2 => Some(Self::MirrorHorizontal),
            3 => Some(Self::Rotate180),
            4 => Some(Self::MirrorVertical),
            5 => Some(Self::Transpose),
            6 => Some(Self::Rotate90),
            7 => Some(Self::Transverse),
            8 => Some(Self::Rotate270),
            _ => None,
        }
    }

    /// Whether width and height change places.
    pub fn swaps_sides(self) -> bool {
        match self {
            Self::Upright | Self::MirrorHorizontal | Self::Rotate180 | Self::MirrorVertical => false,
            Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270 => true,
        }
    }

    /// Where the upright pixel (x, y) of a `width` × `height` stored picture is stored.
    pub(crate) fn stored_position(self, x: usize, y: usize, width: usize, height: usize) -> (usize, usize) {
        match self {
            Self::Upright => (x, y),
            Self::MirrorHorizontal => (width - 1 - x, y),
            Self::Rotate180 => (width - 1 - x, height - 1 - y),
            Self::MirrorVertical => (x, height - 1 - y),
            Self::Transpose => (y, x),
            Self::Rotate90 => (y, height - 1 - x),
            Self::Transverse => (width - 1 - y, height - 1 - x),
            Self::Rotate270 => (width - 1 - y, x),
        }
    }
}
