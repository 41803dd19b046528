//! What came of each upload, as a table.

use std::fmt;
use std::time::Duration;

use super::{Case, Outcome, Pair};

/// One upload.
pub struct Row {
    pub(super) pair: Pair,
    pub(super) case: Case,
    pub(super) expected: &'static [Outcome],
    pub(super) outcome: Outcome,
    /// How often the client had to be started.
    pub(super) attempts: u32,
    pub(super) resent_bytes: u64,
    /// Whether no more was sent again than the case takes: one chunk after a cut.
    pub(super) is_frugal: bool,
    /// Whether the upload met what the case is about: otherwise its outcome says nothing.
    pub(super) came_to_it: bool,
    pub(super) took: Duration,
}

impl Row {
    pub const HEAD: &str = concat!(
        "client        | server         | case                   | outcome   | as expected | starts | sent again |    time\n",
        "--------------|----------------|------------------------|-----------|-------------|--------|------------|--------"
    );

    pub fn is_as_expected(&self) -> bool {
        self.expected.contains(&self.outcome) && self.is_frugal && self.came_to_it
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (client, server) = self.pair;
        let verdict = match self.is_as_expected() {
            true => "yes",
            false if self.came_to_it => "NO",
            false => "NOT MET",
        };
        write!(
            f,
            "{:13} | {:14} | {:22} | {:9} | {verdict:11} | {:6} | {:7} KB | {:5} ms",
            client.name(),
            server.name(),
            self.case.name(),
            self.outcome.name(),
            self.attempts,
            self.resent_bytes / 1000,
            self.took.as_millis()
        )
    }
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Refused => "refused",
            Self::Unnoticed => "unnoticed",
            Self::Lost => "lost",
            Self::Untold => "untold",
        }
    }
}
