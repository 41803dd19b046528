//! `cargo xtask run`: the product as a person would try it.

use crate::process::{self, Failure, Result, command};
use crate::setup;
use crate::workspace::{binary, build_programs, build_ui, root, target};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// Builds everything, plays the main job under Xvfb once (the program `demo` of the package `portal-tests`), whose case
/// file, PDFs and pictures stay in `target/demo`, and, with a display, opens the window beside the same backend.
///
/// The window has a profile of its own: the keys of the one that the job was played with went with its keyring.
///
/// # Errors
/// When something does not build or start.
pub fn run() -> Result<()> {
    setup::setup()?;
    build_ui()?;
    build_programs()?;
    let made = target()?.join("demo");
    // With a person's drafts beside it, what was left stays as it is.
    let is_left = made.join(LAST_LEFT).exists();
    if cfg!(target_os = "linux") && !(has_display() && is_left) {
        journey(&made)?;
    }
    fs::create_dir_all(&made)?;
    if has_display() { window(&made) } else { Ok(()) }
}

/// The last file that the journey writes.
const LAST_LEFT: &str = "backend-case.json";

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["WAYLAND_DISPLAY", "DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Plays the main job without a person; what it makes stays in `made`.
fn journey(made: &Path) -> Result<()> {
    println!("the main job is played under a screen of its own (Xvfb)");
    process::run(command(&binary("demo")?.to_string_lossy(), [&*made.to_string_lossy()], root()))
}

/// A reviewer of the embedded backend, which listens to this computer only.
const REVIEWER: (&str, &str) = ("you", "try-the-console-here");

/// Starts the backend and the window, and ends the backend when the window is closed. Ctrl-C reaches all of them,
/// because they are one group of processes of the terminal.
fn window(made: &Path) -> Result<()> {
    let data = made.join("backend");
    let profile = made.join("window-profile");
    let is_new = !profile.exists();
    let (backend, url) = Backend::start(&data)?;
    if is_new {
        create_reviewer(&data)?;
    }
    let (user, password) = REVIEWER;
    println!("the backend serves {url}; its data and the portal's are in {}", made.display());
    println!("one-time codes for signing in are printed here");
    println!("reviewers work at {url}/console/: user {user}, password {password}");
    let portal = binary("merchant-portal")?;
    let args = ["--backend", &url, "--profile-dir", &profile.to_string_lossy()];
    let closed = process::run(command(&portal.to_string_lossy(), args, root()));
    drop(backend);
    closed
}

fn create_reviewer(data: &Path) -> Result<()> {
    let (user, password) = REVIEWER;
    let folder = data.to_string_lossy();
    let args =
        ["admin", "--data", &folder, "user", "create", "--role", "reviewer", "--user", user, "--name", user];
    let mut create = command(&binary("portal-backend")?.to_string_lossy(), args, root());
    create.env("PORTAL_PASSWORD", password).stdout(Stdio::null());
    process::run(create)
}

/// A running backend, ended when dropped.
struct Backend(Child);

impl Backend {
    /// Starts it on a free port and returns the address it printed.
    fn start(data: &Path) -> Result<(Self, String)> {
        let folder = data.to_string_lossy();
        let args = ["serve", "--console-sender", "--listen", "127.0.0.1:0", "--data", &folder];
        let mut child = command(&binary("portal-backend")?.to_string_lossy(), args, root())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or_else(|| Failure::new("the backend has no standard output"))?;
        let backend = Self(child);
        let mut lines = BufReader::new(said).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let url = listening_address(&first)
            .ok_or_else(|| Failure::new(format!("the backend said \"{first}\" and not where it listens")))?
            .to_owned();
        // It keeps printing one-time codes, which a person needs, and must not block on a full pipe.
        std::thread::spawn(move || {
            lines.map_while(std::result::Result::ok).for_each(|line| println!("backend: {line}"))
        });
        Ok((backend, url))
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Both fail only when it has ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn listening_address(line: &str) -> Option<&str> {
    line.strip_prefix("listening on ").map(str::trim).filter(|url| url.starts_with("http"))
}

#[cfg(test)]
mod tests {
    use super::listening_address;

    #[test]
    fn the_address_is_what_the_first_line_says() {
        assert_eq!(listening_address("listening on http://127.0.0.1:4312"), Some("http://127.0.0.1:4312"));
        assert_eq!(listening_address("cannot open the database"), None);
    }
}
