//! The program, as a process.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use portal_protocol::session::{EnrolProof, Enrolled};
use serde_json::json;

use super::{Client, Device, body, http, share};

pub const BINARY: &str = env!("CARGO_BIN_EXE_portal-backend");

/// A server process.
pub struct Program {
    pub child: Child,
    out: Lines<BufReader<ChildStdout>>,
    pub url: String,
}

impl Program {
    /// Serves a data folder on its [`super::storage`].
    pub fn serve(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(BINARY);
        share(&mut command, data);
        Self::started(command, data, variables)
    }

    /// Serves a data folder on the storage that the variables name, or else its own.
    pub fn serve_with(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(BINARY);
        command.env_remove("DATABASE_URL").env_remove("PORTAL_BLOBS");
        Self::started(command, data, variables)
    }

    fn started(mut command: Command, data: &Path, variables: &[(&str, &str)]) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0", "--console-sender", "--data"]).arg(data);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        command.env_remove("PORTAL_CRASH_AT");
        command.envs(variables.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = out.next().unwrap().unwrap();
        let url = first.strip_prefix("listening on ").unwrap().to_owned();
        assert!(out.next().unwrap().unwrap().contains("development"));
        Self { child, out, url }
    }

    /// A merchant with an own computer, signed in.
    pub async fn merchant(&mut self, phone: &str) -> Client {
        let (http, device) = (http(), Device::new());
        let request = json!({ "phone": phone, "purpose": "enrol" });
        http.post(format!("{}/v1/codes", self.url)).json(&request).send().await.unwrap();
        let line = self.out.next().unwrap().unwrap();
        let (shown, code) = line.strip_prefix("development code for ").unwrap().split_once(": ").unwrap();
        assert!(!shown.contains(phone) && shown.ends_with(&phone[7..]));
        let proof = EnrolProof::PhoneCode { phone: phone.into(), code: code.into() };
        let request = json!({ "device_id": device.id, "csr": device.csr(), "proof": proof });
        let answer = http.post(format!("{}/v1/devices", self.url)).json(&request).send().await.unwrap();
        let enrolled: Enrolled = body(answer).await;
        Client { url: self.url.clone(), http, device, session: enrolled.session.unwrap() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
