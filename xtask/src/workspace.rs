//! Where things are in the checkout and in the target folder.

use crate::process::{self, Failure, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The root of the checkout. Cargo says at run time where `xtask` is from: a target folder may be shared by two
/// checkouts, and then what was compiled in may name the other one.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&own).parent().map(Path::to_owned).unwrap_or_default()
    });
    &ROOT
}

/// The folder that holds the binaries just built: the one `xtask` itself runs from, so that it is right
/// however the target folder was chosen.
pub fn binaries() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    own.parent().map(Path::to_owned).ok_or_else(|| Failure::new("xtask runs from no folder"))
}

/// The target folder.
pub fn target() -> Result<PathBuf> {
    let binaries = binaries()?;
    binaries.parent().map(Path::to_owned).ok_or_else(|| Failure::new("xtask runs from no target folder"))
}

/// A binary of the workspace, by its name without the extension.
pub fn binary(name: &str) -> Result<PathBuf> {
    let path = binaries()?.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    if path.is_file() { Ok(path) } else { Err(Failure::new(format!("{} was not built", path.display()))) }
}

/// A cargo command at the root.
pub fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    process::command("cargo", args, root())
}

/// An npm command in the user interface's folder.
pub fn npm<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    process::command("npm", args, &root().join("ui"))
}

/// Builds the user interface, which the shell and the backend embed.
pub fn build_ui() -> Result<()> {
    process::run(npm(["run", "build"]))
}

/// Builds every program. Always for the whole workspace: features are then unified in one way for
/// building, testing and running, and no dependency is compiled twice.
pub fn build_programs() -> Result<()> {
    process::run(cargo(["build", "--workspace", "--exclude", "xtask", "--bins"]))
}

/// Builds every program and every test in one go. Tests bring features of their own and cargo would compile
/// the dependencies a second time for them; it also replaces programs by those the tests were built with.
pub fn build_programs_and_tests() -> Result<()> {
    process::run(cargo(["build", "--workspace", "--exclude", "xtask", "--bins", "--tests"]))
}

/// Builds one of the tests' programs, and the backend that it starts.
pub fn beside_the_backend(program: &str) -> [&str; 9] {
    [
        "build",
        "--package",
        "portal-tests",
        "--package",
        "portal-backend",
        "--bin",
        program,
        "--bin",
        "portal-backend",
    ]
}
