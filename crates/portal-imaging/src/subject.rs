//! What a slot asks for, as far as a picture shows it without being read.

use serde::{Deserialize, Serialize};

/// What a photo has to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// No more is asked than that something can be seen.
    #[default]
    Anything,
    /// A shop or a room: no paper.
    Scene,
    /// A paper of which copies are accepted.
    Paper,
    /// An official paper in colour, other than a licence.
    Certificate,
    /// A business licence, in colour.
    Licence,
    /// The side of a resident's card with the portrait, in colour.
    IdPortrait,
    /// The side of a resident's card with the emblem, in colour.
    IdEmblem,
    /// A bank card, in colour.
    BankCard,
}

impl Subject {
    /// Whether one document is to be seen with all its edges.
    pub fn is_document(self) -> bool {
        match self {
            Self::Anything | Self::Scene => false,
            Self::Paper
            | Self::Certificate
            | Self::Licence
            | Self::IdPortrait
            | Self::IdEmblem
            | Self::BankCard => true,
        }
    }

    /// Whether a copy without colours isn't accepted.
    pub fn in_colour(self) -> bool {
        match self {
            Self::Anything | Self::Paper => false,
            Self::Scene
            | Self::Certificate
            | Self::Licence
            | Self::IdPortrait
            | Self::IdEmblem
            | Self::BankCard => true,
        }
    }
}
