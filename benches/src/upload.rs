//! `upload`: a photo from the store to the backend, against curl with the same bytes in one request.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portal_domain::ids::{DeviceId, Sha256};
use portal_protocol::SMALL_BLOB_BYTES;
use portal_protocol::session::{CodePurpose, CodeRequest, EnrolProof, EnrolRequest};
use portal_store::{Store, hash};
use portal_sync::{
    AccountClient, ChunkSize, Client, DeviceSigner, Missing, SignError, TokenError, Tokens, Uploader,
};
use portal_tests::{Backend, PASSPHRASE, phone};
use portal_vault::{OpenMode, Sensitive, Vault};
use tokio::process::Command;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::application;
use crate::measure::{Goal, Samples, compared};

const JPEG: &str = "image/jpeg";

pub async fn run() {
    let folder = crate::folder("upload");
    let backend = Backend::start(&folder.path().join("backend"));
    let line = Line::open(folder.path(), &backend).await;
    line.compare("upload-20mb", 20_000_000, 12).await;
    line.compare("upload-500kb", 500_000, 60).await;
    line.store.close().await;
}

/// A merchant's computer with its session, and curl with the same session.
struct Line<'a> {
    folder: &'a Path,
    address: &'a str,
    store: Store,
    account: AccountClient,
    access_token: String,
}

impl<'a> Line<'a> {
    async fn open(folder: &'a Path, backend: &'a Backend) -> Self {
        let dir = folder.join("store");
        let store = Store::open(&dir, application::keys(), "bench", application::NOW_MS).await.unwrap();
        let client = Arc::new(Client::new(backend.address(), Arc::new(crate::now_ms)).unwrap());
        let passphrase = OpenMode::Passphrase(Sensitive::new(PASSPHRASE.to_owned()));
        let vault = Vault::open(&folder.join("profile"), passphrase).unwrap().vault;
        let device = Device { id: DeviceId(Uuid::new_v4()), vault };
        let phone = phone(1);
        let request = CodeRequest { phone: phone.clone(), purpose: CodePurpose::Enrol };
        client.send_code(&request).await.unwrap();
        let code = backend.code_for(&phone);
        let request = EnrolRequest {
            device_id: device.id,
            csr: pem(&device.vault.csr_der(&device.id.to_string()).unwrap()),
            proof: EnrolProof::PhoneCode { phone, code },
        };
        let session = client.enrol(&request).await.unwrap().session.unwrap();
        let access_token = session.access_token.clone();
        let account = AccountClient::new(client, Arc::new(device), Arc::new(InMemory::default()));
        account.adopt(session).await.unwrap();
        Self { folder, address: backend.address(), store, account, access_token }
    }

    async fn compare(&self, name: &str, size_bytes: usize, rounds: u64) {
        let chunk_size = ChunkSize::default();
        let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
        // The first round warms up.
        for round in 0..=rounds {
            let our_time = self.ours(&bytes(round * 2, size_bytes), &chunk_size).await;
            let peer_time = self.curl(&bytes(round * 2 + 1, size_bytes)).await;
            if round > 0 {
                our_times.push(our_time);
                peer_times.push(peer_time);
            }
        }
        let (ours, peer) = (Samples::new(our_times), Samples::new(peer_times));
        let rate = |samples: &Samples| {
            let ms = samples.median();
            format!("{ms:.1} ms, {:.0} MB/s", size_bytes as f64 / 1e3 / ms)
        };
        compared(name, &rate(&ours), &rate(&peer), peer.median() / ours.median(), Goal::AtLeast(0.7));
    }

    /// From the encrypted store to the backend, as the pump does it.
    async fn ours(&self, bytes: &[u8], chunk_size: &ChunkSize) -> Duration {
        let sha = self.store.put_blob(bytes.to_vec(), application::NOW_MS).await.unwrap();
        let missing =
            Missing { sha, size_bytes: bytes.len() as u64, media_type: JPEG.to_owned(), upload: None };
        let uploader = Uploader { store: &self.store, account: &self.account, chunk_size };
        let began = Instant::now();
        uploader.send(&missing, &|_| {}).await.unwrap();
        began.elapsed()
    }

    /// The time is curl's own: without starting the program.
    async fn curl(&self, bytes: &[u8]) -> Duration {
        let (file, sha) = (self.folder.join("curl.bin"), hash(bytes));
        std::fs::write(&file, bytes).unwrap();
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--output", "/dev/null"])
            .args(["--write-out", "%{time_total}", "--header", "Expect:", "--upload-file"])
            .arg(&file)
            .args(["--header", &format!("Authorization: Bearer {}", self.access_token)]);
        if bytes.len() as u64 <= SMALL_BLOB_BYTES {
            curl.args(["--header", &format!("Content-Type: {JPEG}")]);
            curl.arg(format!("{}/v1/blobs/{sha}", self.address));
        } else {
            curl.args(["--request", "PATCH", "--header", "Tus-Resumable: 1.0.0"]);
            curl.args(["--header", "Upload-Offset: 0"]);
            curl.args(["--header", "Content-Type: application/offset+octet-stream"]);
            curl.arg(format!("{}{}", self.address, self.new_upload(&sha, bytes.len()).await));
        }
        let output = curl.output().await.unwrap();
        assert!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr));
        Duration::from_secs_f64(String::from_utf8(output.stdout).unwrap().trim().parse().unwrap())
    }

    async fn new_upload(&self, sha: &Sha256, size_bytes: usize) -> String {
        self.account.create_upload(sha, size_bytes as u64, JPEG).await.unwrap().0
    }
}

/// Bytes of no meaning, others for every seed.
fn bytes(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.take(size.div_ceil(8)).flatten().take(size).collect()
}

struct Device {
    id: DeviceId,
    vault: Vault,
}

impl DeviceSigner for Device {
    fn device_id(&self) -> DeviceId {
        self.id
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.vault.sign(message).map_err(|_| SignError)
    }
}

#[derive(Default)]
struct InMemory(Mutex<Option<String>>);

impl Tokens for InMemory {
    fn refresh_token(&self) -> Option<Zeroizing<String>> {
        self.0.lock().unwrap().clone().map(Zeroizing::new)
    }

    fn store_refresh_token(&self, token: &str) -> Result<(), TokenError> {
        *self.0.lock().unwrap() = Some(token.to_owned());
        Ok(())
    }

    fn clear_refresh_token(&self) -> Result<(), TokenError> {
        *self.0.lock().unwrap() = None;
        Ok(())
    }
}

/// RFC 7468: 64 characters of Base64 a line.
fn pem(csr_der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(csr_der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE REQUEST-----\n{}\n-----END CERTIFICATE REQUEST-----\n", lines.join("\n"))
}
