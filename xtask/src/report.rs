//! The stages of a run, their minutes and their outcome, as one table.

use crate::counts::{Counts, counts};
use crate::process::{Failure, Result, Told};
use std::time::{Duration, Instant};

enum Outcome {
    Passed,
    Failed(Failure),
    /// There is nothing to run yet; the text says what is missing.
    Absent(String),
}

struct Stage {
    name: &'static str,
    took: Duration,
    tests: Option<Counts>,
    outcome: Outcome,
}

/// Runs stages one after the other; a failed one doesn't keep the later ones from running.
#[derive(Default)]
pub struct Report {
    stages: Vec<Stage>,
}

impl Report {
    /// Runs a stage and says whether it passed.
    pub fn stage(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> bool {
        self.record(name, || match work() {
            Ok(()) => (None, Outcome::Passed),
            Err(failure) => (None, Outcome::Failed(failure)),
        })
    }

    /// Runs a stage that is a test runner: one that executes no test has failed, whatever it exits with.
    pub fn tests(&mut self, name: &'static str, work: impl FnOnce() -> Result<Told>) -> bool {
        self.record(name, || match work() {
            Ok(told) => {
                let counted = counts(&told.said);
                (Some(counted), verdict(counted, told.ended))
            }
            Err(failure) => (None, Outcome::Failed(failure)),
        })
    }

    /// Records that there is nothing to run yet, which the table shows.
    pub fn absent(&mut self, name: &'static str, what: &str) {
        let outcome = Outcome::Absent(what.to_owned());
        self.stages.push(Stage { name, took: Duration::ZERO, tests: None, outcome });
    }

    /// Records that a stage could not run because an earlier one failed: a failure of its own.
    pub fn blocked(&mut self, name: &'static str, by: &str) {
        let outcome = Outcome::Failed(Failure::new(format!("not run, because {by} failed")));
        self.stages.push(Stage { name, took: Duration::ZERO, tests: None, outcome });
    }

    fn record(&mut self, name: &'static str, work: impl FnOnce() -> (Option<Counts>, Outcome)) -> bool {
        println!("\n=== {name}");
        let started = Instant::now();
        let (tests, outcome) = work();
        let passed = matches!(outcome, Outcome::Passed);
        if let Outcome::Failed(failure) = &outcome {
            eprintln!("=== {name}: {failure}");
        }
        self.stages.push(Stage { name, took: started.elapsed(), tests, outcome });
        passed
    }

    /// Prints the table and, alone on the last line, the sum of all tests; fails if any stage did.
    pub fn close(self) -> Result<()> {
        println!("\n{}", self.table());
        let failed: Vec<&str> = self
            .stages
            .iter()
            .filter(|stage| matches!(stage.outcome, Outcome::Failed(_)))
            .map(|stage| stage.name)
            .collect();
        if !failed.is_empty() {
            println!("stages that failed: {}", failed.join(", "));
        }
        let mut sum = Counts::default();
        for counted in self.stages.iter().filter_map(|stage| stage.tests) {
            sum += counted;
        }
        println!("{} passed, {} failed", sum.passed, sum.failed);
        match failed.len() {
            0 => Ok(()),
            1 => Err(Failure::new("one stage failed")),
            number => Err(Failure::new(format!("{number} stages failed"))),
        }
    }

    fn table(&self) -> String {
        let mut table =
            format!("{:<28} {:>7} {:>7} {:>7}  outcome\n", "stage", "minutes", "passed", "failed");
        for stage in &self.stages {
            let minutes = format!("{:.1}", stage.took.as_secs_f64() / 60.0);
            let (passed, failed) = match stage.tests {
                Some(counted) => (counted.passed.to_string(), counted.failed.to_string()),
                None => (String::new(), String::new()),
            };
            let outcome = match &stage.outcome {
                Outcome::Passed => "ok".to_owned(),
                Outcome::Failed(failure) => format!("FAILED: {failure}"),
                Outcome::Absent(what) => format!("skipped: {what}"),
            };
            table += &format!("{:<28} {minutes:>7} {passed:>7} {failed:>7}  {outcome}\n", stage.name);
        }
        let total: Duration = self.stages.iter().map(|stage| stage.took).sum();
        table + &format!("{:<28} {:>7.1}\n", "together", total.as_secs_f64() / 60.0)
    }
}

fn verdict(counted: Counts, ended: Result<()>) -> Outcome {
    match ended {
        Err(failure) => Outcome::Failed(failure),
        Ok(()) if counted.failed > 0 => {
            Outcome::Failed(Failure::new("the runner counted failed tests and exited with 0"))
        }
        Ok(()) if counted.passed == 0 => Outcome::Failed(Failure::new("no test was run")),
        Ok(()) => Outcome::Passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(said: &str, ended: Result<()>) -> Result<Told> {
        Ok(Told { said: said.to_owned(), ended })
    }

    #[test]
    fn a_later_stage_runs_and_the_failure_is_kept() {
        let mut report = Report::default();
        assert!(!report.stage("first", || Err(Failure::new("broken"))));
        assert!(report.stage("second", || Ok(())));
        let table = report.table();
        assert!(table.contains("FAILED: broken"), "{table}");
        assert!(report.close().is_err());
    }

    #[test]
    fn a_runner_without_tests_fails() {
        let mut report = Report::default();
        assert!(!report.tests("units", || told("test result: ok. 0 passed; 0 failed; 0 ignored", Ok(()))));
        assert!(report.close().unwrap_err().to_string().contains("one stage failed"));
    }

    #[test]
    fn counts_are_shown_in_the_row_of_their_stage() {
        let mut report = Report::default();
        assert!(report.tests("units", || told("test result: ok. 41 passed; 0 failed; 0 ignored", Ok(()))));
        report.absent("window", "no code yet");
        let table = report.table();
        let row = table.lines().find(|line| line.starts_with("units")).unwrap();
        assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["units", "0.0", "41", "0", "ok"]);
        assert!(table.contains("skipped: no code yet"), "{table}");
        assert!(report.close().is_ok());
    }

    #[test]
    fn a_blocked_stage_counts_as_failed() {
        let mut report = Report::default();
        report.blocked("window", "build");
        assert!(report.close().is_err());
    }
}
