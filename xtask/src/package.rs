//! `cargo xtask package`: the installers of this platform.

use crate::process::{self, Failure, Result};
use crate::setup;
use crate::workspace::{build_ui, root, target};

/// Only this command needs it. It isn't among ui's packages, because a registry that lacks the binaries of one
/// platform would then keep `npm ci` from working on all.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// Builds the installers in release mode.
///
/// # Errors
/// When a part of the build fails, or nothing has been prepared for this platform.
pub fn package() -> Result<()> {
    let bundles = match std::env::consts::OS {
        "linux" => "deb,rpm",
        "windows" => "nsis",
        "macos" => "app,dmg",
        other => return Err(Failure::new(format!("no installer is made for {other}"))),
    };
    setup::setup()?;
    build_ui()?;
    process::run(process::command("npx", ["--yes", TAURI_CLI, "build", "--bundles", bundles], root()))?;
    println!("the installers are in {}", target()?.join("release/bundle").display());
    Ok(())
}
