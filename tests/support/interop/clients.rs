//! The clients that upload. Started again on the same job, each goes on where it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_domain::ids::Sha256;
use portal_store::hash;

use super::Peers;
use crate::process::Running;

/// Bytes of one chunk, where a client takes a fixed size.
const CHUNK_BYTES: usize = 512 << 10;

/// Which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    TusJs,
    Tuspy,
    Curl,
    Portal,
}

/// A file to be uploaded, and what the client keeps of it between two attempts.
pub struct Job {
    pub endpoint: String,
    pub access_token: String,
    pub file: PathBuf,
    pub sha: Sha256,
    pub size_bytes: usize,
    folder: PathBuf,
}

impl Job {
    /// A file of its own in this folder.
    pub fn new(folder: &Path, bytes: &[u8], line: &str, access_token: &str) -> Self {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join("photo.jpg");
        fs::write(&file, bytes).unwrap();
        Self {
            endpoint: line.to_owned(),
            access_token: access_token.to_owned(),
            file,
            sha: hash(bytes),
            size_bytes: bytes.len(),
            folder: folder.to_owned(),
        }
    }

    fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    fn uploads(&self) -> String {
        format!("{}/v1/uploads", self.endpoint)
    }

    fn words(&self) -> [String; 4] {
        let file = self.file.to_string_lossy().into_owned();
        [self.uploads(), self.access_token.clone(), file, self.sha.to_string()]
    }
}

impl ClientKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::TusJs => "tus-js-client",
            Self::Tuspy => "tuspy",
            Self::Curl => "curl",
            Self::Portal => "the portal",
        }
    }

    /// Begins an attempt.
    ///
    /// # Errors
    /// What the server said, when it did not even come to that.
    pub fn start(self, peers: &Peers, job: &Job) -> Result<Running, String> {
        let mut command = match self {
            Self::TusJs => peers.node("tus-js-client.mjs"),
            Self::Tuspy => peers.python("tuspy_client.py"),
            Self::Portal => Command::new(std::env::current_exe().unwrap()),
            Self::Curl => curl_chunk(job)?,
        };
        match self {
            Self::TusJs | Self::Tuspy => {
                command.args(job.words()).arg(CHUNK_BYTES.to_string()).arg(job.state());
            }
            Self::Portal => {
                command.arg(super::SEND).arg(&job.endpoint).arg(&job.access_token);
                command.arg(&job.file).arg(job.state());
            }
            Self::Curl => {}
        }
        // What a client says when it gives up is not for the table.
        let said = fs::OpenOptions::new().create(true).append(true).open(job.folder.join("said")).unwrap();
        command.stdin(Stdio::null()).stderr(said);
        Ok(Running::start(command))
    }
}

/// `curl` knows no tus: the address and the offset are asked for by hand, and what is missing goes in one chunk.
fn curl_chunk(job: &Job) -> Result<Command, String> {
    let known = fs::read_to_string(job.state()).ok();
    let going_on = match &known {
        Some(upload) => match curl_head(job, &["--head"], upload)? {
            (200, head) => header(&head, "upload-offset").map(|offset| (upload.clone(), offset)),
            (404 | 410, _) => None,
            (status, _) => return Err(format!("HEAD answered {status}")),
        },
        None => None,
    };
    let (upload, offset) = match going_on {
        Some(going_on) => going_on,
        None => (curl_create(job)?, "0".to_owned()),
    };
    let offset: usize = offset.parse().map_err(|_| "no offset".to_owned())?;
    let rest = job.folder.join("rest");
    fs::write(&rest, &fs::read(&job.file).unwrap()[offset..]).unwrap();
    let mut command = curl(job);
    command.args(["--fail", "--request", "PATCH", "--header", "Expect:"]);
    command.args(["--header", "Content-Type: application/offset+octet-stream"]);
    command.args(["--header", &format!("Upload-Offset: {offset}"), "--upload-file"]).arg(rest).arg(upload);
    Ok(command)
}

fn curl_create(job: &Job) -> Result<String, String> {
    let length = format!("Upload-Length: {}", job.size_bytes);
    let metadata = format!("Upload-Metadata: sha {}", STANDARD.encode(job.sha.as_str()));
    let options = ["--request", "POST", "--header", &length, "--header", &metadata];
    let (status, head) = curl_head(job, &options, &job.uploads())?;
    let location = header(&head, "location").ok_or_else(|| format!("creation answered {status}"))?;
    let upload = if location.starts_with('/') { format!("{}{location}", job.endpoint) } else { location };
    fs::write(job.state(), &upload).unwrap();
    Ok(upload)
}

/// Status and head of an answer without a body.
fn curl_head(job: &Job, options: &[&str], address: &str) -> Result<(u16, String), String> {
    let mut command = curl(job);
    let output = command.args(["--dump-header", "-"]).args(options).arg(address).output().unwrap();
    let head = String::from_utf8_lossy(&output.stdout).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.map(|status| (status, head)).ok_or_else(|| "no answer".to_owned())
}

fn curl(job: &Job) -> Command {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--output", "/dev/null", "--noproxy", "*"]);
    command.args(["--header", "Tus-Resumable: 1.0.0"]);
    command.args(["--header", &format!("Authorization: Bearer {}", job.access_token)]);
    command
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}
