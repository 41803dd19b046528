//! The real backend in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::process::{Running, program, wait_for};

pub struct Backend {
    running: Option<Running>,
    data: PathBuf,
    address: String,
}

impl Backend {
    /// Starts it on a free port.
    pub fn start(data: &Path) -> Self {
        let mut backend = Self { running: None, data: data.to_owned(), address: String::new() };
        backend.restart("127.0.0.1:0");
        backend
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn id(&self) -> u32 {
        self.running.as_ref().unwrap().id()
    }

    /// The network is cut: nothing listens at the address any more.
    pub fn stop(&mut self) {
        self.running.take().unwrap().stop();
    }

    pub fn kill(&mut self) {
        self.running.take().unwrap().kill();
    }

    /// The network is back, at the same address.
    pub fn resume(&mut self) {
        let listen = self.address.trim_start_matches("http://").to_owned();
        self.restart(&listen);
    }

    fn restart(&mut self, listen: &str) {
        let mut command = Command::new(program("portal-backend"));
        command.args(["serve", "--console-sender", "--listen", listen, "--data"]).arg(&self.data);
        let running = Running::start(command);
        self.address =
            running.line("the backend", |line| line.strip_prefix("listening on ").map(str::to_owned));
        self.running = Some(running);
    }

    /// The newest one-time code sent to a phone, once it is sent.
    pub fn code_for(&self, phone: &str) -> String {
        let tail = &phone[phone.len() - 4..];
        wait_for("a one-time code", Duration::from_secs(10), || {
            let lines = self.running.as_ref().unwrap().lines();
            let line = lines.iter().rev().find(|line| line.contains(tail) && line.contains("code"))?;
            Some(line.rsplit(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6)?.to_owned())
        })
    }

    /// Forgets what was printed so far by asking for a count; a later code is one beyond it.
    pub fn lines(&self) -> usize {
        self.running.as_ref().unwrap().lines().len()
    }

    /// `portal-backend admin … --json`, beside the running server.
    pub fn admin(&self, arguments: &[&str]) -> Value {
        let output = Command::new(program("portal-backend"))
            .args(["admin", "--data"])
            .arg(&self.data)
            .args(arguments)
            .arg("--json")
            .env("PORTAL_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "admin {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// Password of the staff that tests create.
pub const PASSWORD: &str = "lantern-orchid-seventeen";
