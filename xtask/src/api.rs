//! `cargo xtask api`: schemathesis asks the running backend what its description allows, and what it doesn't.

use crate::process::{self, Result};
use crate::setup;
use crate::workspace::{self, binary, cargo, root};

/// Settings and hooks of schemathesis.
const FOLDER: &str = "tests/api";

/// Installs schemathesis, builds what is needed and runs it.
///
/// # Errors
/// When an answer is a 5xx, or isn't as it is described.
pub fn api() -> Result<()> {
    setup::setup_for_api()?;
    process::run(cargo(workspace::beside_the_backend("api")))?;
    run()
}

/// The same when all is installed and built.
///
/// # Errors
/// As [`api`].
pub fn run() -> Result<()> {
    let schemathesis = root().join(setup::SCHEMATHESIS_FOLDER).join("bin/schemathesis");
    let (program, folder) = (binary("api")?, root().join(FOLDER));
    let words = [&*schemathesis.to_string_lossy(), &*folder.to_string_lossy()];
    process::run(process::command(&program.to_string_lossy(), words, root()))
}
