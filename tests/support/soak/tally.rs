//! What a run did, counted.

use std::collections::BTreeMap;
use std::fmt;

/// Counts of a run, and what was found wrong.
#[derive(Debug, Default)]
pub struct Tally {
    pub injected: BTreeMap<String, u64>,
    pub episodes: u64,
    /// Of the simulated network.
    pub schedules: u64,
    pub submitted: u64,
    pub received: u64,
    /// Refused for good, as they had to be, and left to a person.
    pub attention: u64,
    pub lost: u64,
    pub doubled: u64,
    /// Broken promises, each with the seed that shows it again.
    pub broken: Vec<String>,
    /// Worlds that came to no end: the run proves nothing then.
    pub failed: Vec<String>,
}

impl Tally {
    pub fn inject(&mut self, what: impl Into<String>) {
        self.inject_many(what, 1);
    }

    pub fn inject_many(&mut self, what: impl Into<String>, times: u64) {
        *self.injected.entry(what.into()).or_default() += times;
    }

    pub fn faults(&self) -> u64 {
        self.injected.values().sum()
    }

    /// Whether there is nothing to complain of.
    pub fn is_good(&self) -> bool {
        self.broken.is_empty() && self.failed.is_empty() && self.lost == 0 && self.doubled == 0
    }

    pub fn add(&mut self, other: Self) {
        for (what, times) in other.injected {
            self.inject_many(what, times);
        }
        self.episodes += other.episodes;
        self.schedules += other.schedules;
        self.submitted += other.submitted;
        self.received += other.received;
        self.attention += other.attention;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.broken.extend(other.broken);
        self.failed.extend(other.failed);
    }
}

/// The table by class.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, times) in &self.injected {
            writeln!(f, "{times:>9}  {what}")?;
        }
        write!(f, "{:>9}  in ", self.faults())?;
        match self.schedules {
            0 => write!(f, "{} episodes", self.episodes)?,
            schedules => write!(f, "{schedules} schedules")?,
        }
        for problem in self.broken.iter().chain(&self.failed) {
            write!(f, "\nBROKEN {problem}")?;
        }
        Ok(())
    }
}
