//! `cargo xtask faults`: everything between the portal and the backend is made to fail, and each rule broken once.

use crate::process::{self, Failure, Result};
use crate::setup;
use crate::workspace::{cargo, root, target};

/// Its profile, and the folder of that in `target`.
const PROFILE: &str = "faults";
/// The program and what it starts. The tests bring the crash points and the mutants.
const BUILD: [&str; 22] = [
    "build",
    "--profile",
    PROFILE,
    "--package",
    "portal-tests",
    "--package",
    "portal-backend",
    "--package",
    "portal-cli",
    "--package",
    "portal-imaging",
    "--bin",
    "simulate",
    "--bin",
    "faults",
    "--bin",
    "portal-backend",
    "--bin",
    "portal",
    "--bin",
    "portal-photo-worker",
    "--test=it",
];

/// Builds what is needed and runs it: a third of the time the simulated network, the rest the soak, whose faults are slower
/// and need as many of each class; and then the mutants.
///
/// # Errors
/// When something was lost or doubled, or a broken rule not noticed; standard output has the seed.
pub fn faults(words: &[&str]) -> Result<()> {
    let options = Options::read(words)?;
    setup::setup()?;
    process::run(cargo(BUILD))?;
    let program = target()?.join(PROFILE).join("faults").with_extension(std::env::consts::EXE_EXTENSION);
    let words = options.words();
    process::run(process::command(&program.to_string_lossy(), words.iter().map(String::as_str), root()))
}

#[derive(Debug, PartialEq, Eq)]
struct Options {
    seconds: u64,
    seed: Option<String>,
}

impl Options {
    fn read(words: &[&str]) -> Result<Self> {
        let refused = || Failure::new("faults [--minutes N] [--seed S]");
        let mut options = Self { seconds: 300, seed: None };
        let (pairs, rest) = words.as_chunks::<2>();
        for [word, value] in pairs {
            let number: u64 = value.parse().map_err(|_| refused())?;
            match *word {
                "--minutes" if number > 0 => options.seconds = number * 60,
                "--seed" => options.seed = Some(number.to_string()),
                _ => return Err(refused()),
            }
        }
        if rest.is_empty() { Ok(options) } else { Err(refused()) }
    }

    /// A third of the time is the simulated network's, the rest the soak's.
    fn words(&self) -> Vec<String> {
        let simulated = self.seconds / 3;
        let mut words: Vec<String> = vec!["--simulated".to_owned(), simulated.to_string()];
        words.extend(["--seconds".to_owned(), (self.seconds - simulated).to_string()]);
        words.extend(self.seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.clone()]));
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_a_seed_are_handed_on() {
        let options = Options::read(&["--minutes", "60", "--seed", "7"]).unwrap();
        assert_eq!(options.words(), ["--simulated", "1200", "--seconds", "2400", "--seed", "7"]);
        assert_eq!(Options::read(&[]).unwrap().words(), ["--simulated", "100", "--seconds", "200"]);
        for wrong in [&["--minutes"][..], &["--minutes", "0"], &["--hours", "1"], &["--seed", "x"]] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
