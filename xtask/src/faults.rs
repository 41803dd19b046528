//! `cargo xtask faults`: everything between the portal and the backend is made to fail, and each rule broken once.

use crate::process::{self, Result};
use crate::setup;
use crate::workspace::{binary, cargo, root};

/// What the run starts, and the tests, which bring the crash points and the mutants.
const BUILD: [&str; 18] = [
    "build",
    "--package",
    "portal-tests",
    "--package",
    "portal-backend",
    "--package",
    "portal-cli",
    "--package",
    "portal-imaging",
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

/// Builds what is needed and runs it; the options are those of the program.
///
/// # Errors
/// When something was lost or doubled, or a broken rule not noticed; standard output has the seed.
pub fn faults(options: &[&str]) -> Result<()> {
    setup::setup()?;
    process::run(cargo(BUILD))?;
    let program = binary("faults")?;
    process::run(process::command(&program.to_string_lossy(), options.iter().copied(), root()))
}
