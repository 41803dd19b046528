//! The real backend in a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use portal_domain::dossier::Dossier;
use portal_domain::ids::{CaseId, Sha256};
use portal_protocol::case::CaseDocument;
use serde_json::Value;
use sha2::Digest;
use tokio::net::TcpSocket;

use crate::process::{Running, program, wait_for};

pub struct Backend {
    running: Option<Running>,
    data: PathBuf,
    /// Further options of `serve`.
    options: Vec<String>,
    address: String,
    /// Bound to the backend's port and never listening: while the backend is down nobody else gets the port.
    _reserved: TcpSocket,
}

impl Backend {
    /// Starts it on a free port.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with further options of `serve`.
    pub fn start_with(data: &Path, options: &[&str]) -> Self {
        let options = options.iter().map(|&word| word.to_owned()).collect();
        let reserved = TcpSocket::new_v4().unwrap();
        // The backend's listener says the same, which is what lets both be bound.
        reserved.set_reuseaddr(true).unwrap();
        reserved.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = format!("http://{}", reserved.local_addr().unwrap());
        let mut backend =
            Self { running: None, data: data.to_owned(), options, address, _reserved: reserved };
        backend.resume();
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
        self.restart(None);
    }

    /// As [`Backend::resume`], to crash when it passes a named point (of `portal_backend::fault`) for the n-th time.
    pub fn resume_to_crash(&mut self, point: &str, nth: u32) {
        self.restart(Some(format!("{point}:{nth}")));
    }

    /// Whether it has crashed.
    pub fn is_over(&mut self) -> bool {
        self.running.as_mut().is_none_or(Running::is_over)
    }

    fn restart(&mut self, crash_at: Option<String>) {
        let listen = self.address.trim_start_matches("http://");
        let mut command = Command::new(program("portal-backend"));
        command.args(["serve", "--console-sender", "--listen", listen, "--data"]).arg(&self.data);
        command.args(&self.options);
        if let Some(crash_at) = crash_at {
            command.env("PORTAL_CRASH_AT", crash_at);
        }
        let running = Running::start(command);
        running.line("the backend", |line| line.strip_prefix("listening on ").map(drop));
        self.running = Some(running);
    }

    /// The newest one-time code sent to a phone, once it is sent.
    pub fn code_for(&self, phone: &str) -> String {
        self.code_after(phone, 0)
    }

    /// The newest one-time code sent to a phone, once more than `seen` were.
    pub fn code_after(&self, phone: &str, seen: usize) -> String {
        wait_for("a one-time code", Duration::from_secs(10), || {
            let mut codes = self.codes(phone);
            if codes.len() > seen { codes.pop() } else { None }
        })
    }

    /// One-time codes sent to a phone since the backend was started last: what its console sender has printed.
    pub fn codes(&self, phone: &str) -> Vec<String> {
        let shown = format!("{}****{}", &phone[..3], &phone[phone.len() - 4..]);
        let lines = self.running.as_ref().unwrap().lines();
        let prefix = format!("development code for {shown}: ");
        lines.iter().filter_map(|line| line.strip_prefix(&prefix)).map(str::to_owned).collect()
    }

    /// A case as the backend has it.
    pub fn case(&self, case_id: CaseId) -> CaseDocument {
        serde_json::from_value(self.admin(&["case", "show", &case_id.to_string()])).unwrap()
    }

    /// Every photo of a document is stored here, under its hash and with the bytes that have this hash.
    pub fn assert_photos(&self, dossier: &Dossier) {
        let mut photos = 0;
        for (slot, index, photo) in dossier.photos() {
            let bytes = self.blob(&photo.sha256);
            assert_eq!(bytes.len() as u64, photo.size_bytes, "{slot:?} {index}");
            let digest: [u8; 32] = sha2::Sha256::digest(&bytes).into();
            assert_eq!(Sha256::from_bytes(digest), photo.sha256, "{slot:?} {index}");
            photos += 1;
        }
        assert!(photos > 0, "an application has photos");
    }

    /// The bytes that the backend keeps under a hash.
    pub fn blob(&self, sha: &Sha256) -> Vec<u8> {
        std::fs::read(self.data.join("blobs").join(&sha.as_str()[..2]).join(sha.as_str())).unwrap()
    }

    /// `portal-backend admin … --json`, beside the running server.
    pub fn admin(&self, arguments: &[&str]) -> Value {
        let output = self.run_admin(arguments);
        assert!(output.status.success(), "admin {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What `portal-backend admin` says to a command that it refuses.
    pub fn refused_admin(&self, arguments: &[&str]) -> String {
        let output = self.run_admin(arguments);
        assert!(!output.status.success(), "admin {arguments:?} was done");
        String::from_utf8(output.stderr).unwrap()
    }

    fn run_admin(&self, arguments: &[&str]) -> Output {
        Command::new(program("portal-backend"))
            .args(["admin", "--data"])
            .arg(&self.data)
            .args(arguments)
            .arg("--json")
            .env("PORTAL_PASSWORD", PASSWORD)
            .output()
            .unwrap()
    }

    /// Terms of the organisation: without them nothing is offered for signature.
    pub fn set_terms(&self) {
        let terms = [
            ("--issuer", "示例收单服务有限公司"),
            ("--address", "浙江省杭州市西湖区示范路 100 号"),
            ("--phone", "400-000-0000"),
            ("--deposit-fen", "10000"),
            ("--yearly-service-fen", "3000"),
        ];
        let arguments = terms.iter().flat_map(|(name, value)| [*name, *value]);
        self.admin(&["contract", "terms"].into_iter().chain(arguments).collect::<Vec<_>>());
    }
}

/// Password of the staff that tests create.
pub const PASSWORD: &str = "lantern-orchid-seventeen";
