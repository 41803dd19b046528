//! `cargo xtask interop`: tus clients and servers of other people against ours.

use crate::process::{self, Result};
use crate::setup;
use crate::workspace::{self, binary, cargo, root};

/// Installs the peers, builds what is needed and prints the table.
///
/// # Errors
/// When an upload did not end as it must.
pub fn interop() -> Result<()> {
    setup::setup_for_interop()?;
    process::run(cargo(workspace::beside_the_backend("interop")))?;
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
