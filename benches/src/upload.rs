//! `upload`: photos from the store to the backend. Against curl with the same bytes, each in one request: on a line as fast
//! as it goes, and on one of 2 Mbit/s. And against tus-js-client with @tus/server, in chunks of the same size.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use portal_domain::ids::Sha256;
use portal_protocol::SMALL_BLOB_BYTES;
use portal_store::{Store, hash};
use portal_sync::{AccountClient, ChunkSize, Missing, Uploader};
use portal_tests::interop::{Line, Peers, Server, ServerKind};
use portal_tests::{Backend, Enrolled, noise, phone};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::application;
use crate::measure::{Goal, Samples, compared};

const JPEG: &str = "image/jpeg";
/// What the portal's chunks grow to on a line as fast as this computer's own.
const CHUNK_BYTES: &str = "4194304";
/// 2 Mbit/s.
const SLOW_BYTES_PER_S: u64 = 250_000;

/// What one round sends, in photos one after another. No photo may be larger than 64 MiB.
struct Load {
    photos: u64,
    photo_bytes: usize,
    rounds: u64,
}

pub async fn run() {
    let folder = crate::folder("upload");
    let backend = Backend::start(&folder.path().join("backend"));
    let computer = Computer::open(folder.path(), &backend).await;
    let straight = Way { address: backend.address(), account: computer.merchant.account() };
    let load = Load { photos: 1, photo_bytes: 500_000, rounds: 60 };
    computer.compare("upload-500kb", &load, &straight, Peer::Curl(&straight), 0.7).await;
    let load = Load { photos: 1, photo_bytes: 20_000_000, rounds: 12 };
    computer.compare("upload-20mb", &load, &straight, Peer::Curl(&straight), 0.7).await;
    let load = Load { photos: 4, photo_bytes: 50_000_000, rounds: 3 };
    computer.compare("upload-200mb", &load, &straight, Peer::Curl(&straight), 0.7).await;

    let mut tus = TusPeers::start(folder.path());
    let load = Load { photos: 1, photo_bytes: 20_000_000, rounds: 12 };
    computer.compare("upload-tus", &load, &straight, Peer::Tus(&mut tus), 1.0).await;

    let line = Line::to(backend.address());
    line.throttle(SLOW_BYTES_PER_S);
    let account = computer.merchant.account_by(line.address()).await;
    let slow = Way { address: line.address(), account: &account };
    let load = Load { photos: 1, photo_bytes: 2_000_000, rounds: 3 };
    computer.compare("upload-2mbit", &load, &slow, Peer::Curl(&slow), 0.95).await;
    computer.store.close().await;
}

/// Who sends in turn with the portal.
enum Peer<'a> {
    /// By this way.
    Curl(&'a Way<'a>),
    Tus(&'a mut TusPeers),
}

/// How the backend is reached.
struct Way<'a> {
    address: &'a str,
    account: &'a AccountClient,
}

/// A merchant's computer with its session.
struct Computer<'a> {
    folder: &'a Path,
    store: Store,
    merchant: Enrolled,
}

impl<'a> Computer<'a> {
    async fn open(folder: &'a Path, backend: &Backend) -> Self {
        let dir = folder.join("store");
        let store = Store::open(&dir, application::keys(), "bench", application::NOW_MS).await.unwrap();
        let merchant = Enrolled::merchant(backend, &phone(1)).await;
        Self { folder, store, merchant }
    }

    async fn compare(&self, name: &str, load: &Load, way: &Way<'_>, mut peer: Peer<'_>, goal: f64) {
        let chunk_size = ChunkSize::default();
        let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
        // The first round warms up.
        for round in 0..=load.rounds {
            let (mut our_time, mut peer_time) = (Duration::ZERO, Duration::ZERO);
            for photo in 0..load.photos {
                let seed = (round * load.photos + photo) * 2;
                // The name too: what another comparison sent is there already.
                let bytes = |seed| [name.as_bytes(), &noise(seed, load.photo_bytes - name.len())].concat();
                our_time += self.send(&bytes(seed), way, &chunk_size).await;
                peer_time += match &mut peer {
                    Peer::Curl(way) => self.curl(&bytes(seed + 1), way).await,
                    Peer::Tus(tus) => tus.send(self.folder, &bytes(seed + 1)).await,
                };
            }
            if round > 0 {
                our_times.push(our_time);
                peer_times.push(peer_time);
            }
        }
        let (ours, peer) = (Samples::new(our_times), Samples::new(peer_times));
        let megabytes = (load.photos * load.photo_bytes as u64) as f64 / 1e6;
        let rate = |samples: &Samples| {
            let ms = samples.median();
            format!("{ms:.1} ms, {:.3} MB/s", megabytes * 1e3 / ms)
        };
        compared(name, &rate(&ours), &rate(&peer), peer.median() / ours.median(), Goal::AtLeast(goal));
    }

    /// From the encrypted store to the backend, as the pump does it.
    async fn send(&self, bytes: &[u8], way: &Way<'_>, chunk_size: &ChunkSize) -> Duration {
        let sha = self.store.put_blob(bytes.to_vec(), application::NOW_MS).await.unwrap();
        let missing =
            Missing { sha, size_bytes: bytes.len() as u64, media_type: JPEG.to_owned(), upload: None };
        let uploader = Uploader { store: &self.store, account: way.account, chunk_size };
        let began = Instant::now();
        uploader.send(&missing, &|_| {}).await.unwrap();
        began.elapsed()
    }

    /// The time is curl's own: without starting the program.
    async fn curl(&self, bytes: &[u8], way: &Way<'_>) -> Duration {
        let (file, sha) = (self.folder.join("curl.bin"), hash(bytes));
        std::fs::write(&file, bytes).unwrap();
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--output", "/dev/null"])
            .args(["--write-out", "%{time_total}", "--header", "Expect:", "--upload-file"])
            .arg(&file)
            .args(["--header", &format!("Authorization: Bearer {}", self.merchant.access_token())]);
        if bytes.len() as u64 <= SMALL_BLOB_BYTES {
            curl.args(["--header", &format!("Content-Type: {JPEG}")]);
            curl.arg(format!("{}/v1/blobs/{sha}", way.address));
        } else {
            curl.args(["--request", "PATCH", "--header", "Tus-Resumable: 1.0.0"]);
            curl.args(["--header", "Upload-Offset: 0"]);
            curl.args(["--header", "Content-Type: application/offset+octet-stream"]);
            curl.arg(format!("{}{}", way.address, new_upload(way.account, &sha, bytes.len()).await));
        }
        let output = curl.output().await.unwrap();
        assert!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr));
        Duration::from_secs_f64(String::from_utf8(output.stdout).unwrap().trim().parse().unwrap())
    }
}

async fn new_upload(account: &AccountClient, sha: &Sha256, size_bytes: usize) -> String {
    account.create_upload(sha, size_bytes as u64, JPEG).await.unwrap().0
}

/// tus-js-client in a process that stays, and @tus/server.
struct TusPeers {
    files: ChildStdin,
    times_ms: Lines<BufReader<ChildStdout>>,
    _client: Child,
    _server: Server,
}

impl TusPeers {
    fn start(folder: &Path) -> Self {
        let peers = Peers(Path::new("target/peers").to_owned());
        let server = Server::start(ServerKind::TusServer, &peers, &folder.join("tus-server"));
        let mut client = peers.node("tus-js-timed.mjs");
        client.arg(format!("{}/v1/uploads", server.address())).arg(CHUNK_BYTES);
        let mut client = Command::from(client);
        let mut client =
            client.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let files = client.stdin.take().unwrap();
        let times_ms = BufReader::new(client.stdout.take().unwrap()).lines();
        Self { files, times_ms, _client: client, _server: server }
    }

    async fn send(&mut self, folder: &Path, bytes: &[u8]) -> Duration {
        let file = folder.join("tus.bin");
        std::fs::write(&file, bytes).unwrap();
        self.files.write_all(format!("{}\n", file.display()).as_bytes()).await.unwrap();
        let took_ms = self.times_ms.next_line().await.unwrap().expect("tus-js-client ended");
        Duration::from_secs_f64(took_ms.parse::<f64>().unwrap() / 1e3)
    }
}
