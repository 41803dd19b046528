//! `cargo xtask interop`: tus clients and servers of other people against ours.

use crate::process::{self, Result};
use crate::setup;
use crate::workspace::{binary, cargo, root};

/// What the run starts.
const BUILD: [&str; 9] = [
    "build",
    "--package",
    "portal-tests",
    "--package",
    "portal-backend",
    "--bin",
    "interop",
    "--bin",
    "portal-backend",
];

/// Installs the peers, builds what is needed and prints the table.
///
/// # Errors
/// When an upload did not end as it must.
pub fn interop() -> Result<()> {
    setup::setup_for_interop()?;
    process::run(cargo(BUILD))?;
    run()
}

/// The same when all is installed and built.
///
/// # Errors
/// As [`interop`].
pub fn run() -> Result<()> {
    let (program, peers) = (binary("interop")?, root().join(setup::PEERS_FOLDER));
    process::run(process::command(&program.to_string_lossy(), [&*peers.to_string_lossy()], root()))
}
