//! `cargo xtask package`: the installers of this platform.

use crate::process::{self, Failure, Result};
use crate::setup;
use crate::workspace::{build_ui, root, target};

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
    let tauri = root().join("ui/node_modules/@tauri-apps/cli/tauri.js");
    if !tauri.is_file() {
        return Err(Failure::new("the Tauri command line is not among ui's npm packages (@tauri-apps/cli)"));
    }
    process::run(process::command(
        "node",
        [&*tauri.to_string_lossy(), "build", "--bundles", bundles],
        root(),
    ))?;
    println!("the installers are in {}", target()?.join("release/bundle").display());
    Ok(())
}
