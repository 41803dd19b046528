//! Samples, and the one line that each result is printed as.

use std::fmt::{self, Display};
use std::time::Duration;

/// Milliseconds, from the fastest to the slowest.
pub struct Samples(Vec<f64>);

impl Samples {
    /// # Panics
    /// Without a sample there is nothing to say.
    pub fn new(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut ms: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1e3).collect();
        assert!(!ms.is_empty(), "nothing was measured");
        ms.sort_by(f64::total_cmp);
        Self(ms)
    }

    pub fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// The smallest sample that this share of all doesn't exceed.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1]
    }
}

impl Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p50 {:.1} ms, p95 {:.1} ms", self.percentile(50), self.percentile(95))
    }
}

/// What a ratio, or a value itself, has to be.
#[derive(Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

impl Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, ">= {least}"),
            Self::AtMost(most) => write!(f, "<= {most}"),
        }
    }
}

/// Prints a result whose ratio to a peer has a goal.
pub fn compared(name: &str, ours: &str, peer: &str, ratio: f64, goal: Goal) {
    line(name, ours, peer, &format!("{ratio:.2}"), &goal.to_string(), goal.is_met_by(ratio));
}

/// Prints a result that has its goal in itself. `value` is in `unit`, as the goal is.
pub fn alone(name: &str, ours: &str, value: f64, goal: Goal, unit: &str) {
    line(name, ours, "-", "-", &format!("{goal} {unit}"), goal.is_met_by(value));
}

/// Prints how many of all, with a goal in percent.
pub fn share(name: &str, count: usize, of: usize, goal: Goal) {
    let percent = count as f64 * 100.0 / of as f64;
    alone(name, &format!("{count} of {of} ({percent:.1} %)"), percent, goal, "%");
}

/// Prints how many of all, where only all together have a goal.
pub fn rate(name: &str, count: usize, of: usize) {
    let percent = count as f64 * 100.0 / of as f64;
    line(name, &format!("{count} of {of} ({percent:.1} %)"), "-", "-", "none", true);
}

/// Prints a result that has no goal.
pub fn told(name: &str, ours: &str, peer: &str, ratio: f64) {
    line(name, ours, peer, &format!("{ratio:.2}"), "none", true);
}

fn line(name: &str, ours: &str, peer: &str, ratio: &str, goal: &str, reached: bool) {
    let result = if reached { "ok" } else { "short" };
    println!("bench {name} ours={ours} peer={peer} ratio={ratio} goal={goal} {result}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_that_were_seen() {
        let samples = Samples::new((1..=20).rev().map(Duration::from_millis));
        assert_eq!((samples.median(), samples.percentile(95), samples.percentile(100)), (10.0, 19.0, 20.0));
        let one = Samples::new([Duration::from_millis(7)]);
        assert_eq!((one.median(), one.percentile(95)), (7.0, 7.0));
    }

    #[test]
    fn a_goal_says_which_side_is_good() {
        assert!(Goal::AtLeast(0.8).is_met_by(0.8) && !Goal::AtLeast(0.8).is_met_by(0.79));
        assert!(Goal::AtMost(1.5).is_met_by(1.5) && !Goal::AtMost(1.5).is_met_by(1.51));
    }
}
