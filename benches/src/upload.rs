//! `upload`: a photo from the store to the backend, against curl with the same bytes in one request.

use std::path::Path;
use std::time::{Duration, Instant};

use portal_domain::ids::Sha256;
use portal_protocol::SMALL_BLOB_BYTES;
use portal_store::{Store, hash};
use portal_sync::{ChunkSize, Missing, Uploader};
use portal_tests::{Backend, Enrolled, noise, phone};
use tokio::process::Command;

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
    merchant: Enrolled,
}

impl<'a> Line<'a> {
    async fn open(folder: &'a Path, backend: &'a Backend) -> Self {
        let dir = folder.join("store");
        let store = Store::open(&dir, application::keys(), "bench", application::NOW_MS).await.unwrap();
        let merchant = Enrolled::merchant(backend, &phone(1)).await;
        Self { folder, address: backend.address(), store, merchant }
    }

    async fn compare(&self, name: &str, size_bytes: usize, rounds: u64) {
        let chunk_size = ChunkSize::default();
        let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
        // The first round warms up.
        for round in 0..=rounds {
            let our_time = self.ours(&noise(round * 2, size_bytes), &chunk_size).await;
            let peer_time = self.curl(&noise(round * 2 + 1, size_bytes)).await;
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
        let uploader = Uploader { store: &self.store, account: self.merchant.account(), chunk_size };
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
            .args(["--header", &format!("Authorization: Bearer {}", self.merchant.access_token())]);
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
        self.merchant.account().create_upload(sha, size_bytes as u64, JPEG).await.unwrap().0
    }
}
