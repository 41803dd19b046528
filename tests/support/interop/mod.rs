//! Uploads between our two sides and those of others: every client against every server that it has to do with, in
//! fair weather and in foul.

mod clients;
mod line;
mod sending;
mod servers;
mod table;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clients::{ClientKind, Job};
pub use line::Line;
pub use sending::send;
pub use servers::{Server, ServerKind};
pub use table::Row;

/// The word by which the program starts itself to upload by the portal's own code.
pub const SEND: &str = "send";

/// Neither small enough for one request nor so large that the table takes long.
const SIZE_BYTES: usize = 3_000_000;
/// In the middle of a chunk of every client.
const MIDDLE_BYTE: u64 = 1_200_000;
const SLOW_BYTES_PER_S: u64 = 2_000_000;
/// How often somebody starts a client that gave up again.
const ATTEMPTS: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the peers are installed.
#[derive(Debug, Clone)]
pub struct Peers(pub PathBuf);

/// What happens to an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Clean,
    ClientKilled,
    ServerKilled,
    Throttled,
    Corrupted,
    /// The client is told another offset than the server has.
    WrongOffset,
    /// The upload expired before the client came back. Last: the backend's clock goes on.
    Expired,
}

impl Case {
    const ALL: [Self; 7] = [
        Self::Clean,
        Self::ClientKilled,
        Self::ServerKilled,
        Self::Throttled,
        Self::Corrupted,
        Self::WrongOffset,
        Self::Expired,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::ClientKilled => "client killed, resumed",
            Self::ServerKilled => "server killed, resumed",
            Self::Throttled => "throttled",
            Self::Corrupted => "corrupted on the way",
            Self::WrongOffset => "wrong offset",
            Self::Expired => "expired",
        }
    }
}

/// How an upload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The server has the bytes, and the client says so.
    Arrived,
    /// The client says that it failed, and nothing is taken for finished.
    Refused,
    /// The server takes other bytes for the upload, and nobody says so.
    Unnoticed,
    /// The client says that all is uploaded, and the server doesn't have it.
    Lost,
    /// The server has it, and the client says that it failed.
    Untold,
}

/// A client and the server that it uploads to.
type Pair = (ClientKind, ServerKind);

const PAIRS: [Pair; 6] = [
    (ClientKind::TusJs, ServerKind::Backend),
    (ClientKind::Tuspy, ServerKind::Backend),
    (ClientKind::Curl, ServerKind::Backend),
    (ClientKind::Portal, ServerKind::Backend),
    (ClientKind::Portal, ServerKind::TusServer),
    (ClientKind::Portal, ServerKind::Tuspyserver),
];

/// How an upload must end. Where bytes are changed on the way, the backend has to notice: by the checksum of a chunk
/// where the client sends one, which it then sends again; otherwise by the hash of the whole. The other servers check
/// nothing, which is why the backend looks at every hash itself before it receives an operation.
fn expected((client, server): Pair, case: Case) -> &'static [Outcome] {
    match (case, server, client) {
        (Case::Corrupted, ServerKind::Backend, ClientKind::TusJs | ClientKind::Curl) => &[Outcome::Refused],
        (Case::Corrupted, ServerKind::TusServer | ServerKind::Tuspyserver, _) => &[Outcome::Unnoticed],
        // It goes on behind bytes that it has written and not counted, if it came to write some.
        (Case::ServerKilled, ServerKind::Tuspyserver, _) => &[Outcome::Unnoticed, Outcome::Arrived],
        _ => &[Outcome::Arrived],
    }
}

/// Runs every case of every pair, pairs beside each other.
pub fn interop(peers: &Peers) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let pairs = PAIRS.map(|pair| {
            let folder = folder.path().join(format!("{pair:?}"));
            scope.spawn(move || {
                let mut server = Server::start(pair.1, peers, &folder.join("server"));
                let run =
                    |case: &Case| run(peers, pair, *case, &mut server, &folder.join(format!("{case:?}")));
                Case::ALL.iter().map(run).collect::<Vec<Row>>()
            })
        });
        pairs.into_iter().flat_map(|rows| rows.join().unwrap()).collect()
    })
}

/// One upload.
fn run(peers: &Peers, pair: Pair, case: Case, server: &mut Server, folder: &std::path::Path) -> Row {
    let (client, _) = pair;
    server.forget();
    let line = Line::to(server.address());
    let bytes = bytes(client as u64 * 10 + case as u64, SIZE_BYTES);
    let mut job = Job::new(folder, &bytes, line.address(), server.access_token());
    let began = Instant::now();
    let mut attempts = 1;
    match case {
        Case::Clean => {}
        Case::Throttled => line.throttle(SLOW_BYTES_PER_S),
        Case::Corrupted => line.flip(MIDDLE_BYTE),
        Case::ClientKilled | Case::ServerKilled | Case::WrongOffset | Case::Expired => {
            line.hold(MIDDLE_BYTE);
        }
    }
    let mut running = client.start(peers, &job);
    if let Ok(running) = &mut running
        && matches!(case, Case::ClientKilled | Case::WrongOffset | Case::Expired)
        && line.wait_until_held()
    {
        running.kill();
    }
    match case {
        Case::Clean | Case::Throttled | Case::Corrupted | Case::ClientKilled => {}
        Case::ServerKilled => {
            line.wait_until_held();
            server.kill();
            line.release();
            server.restart();
        }
        Case::WrongOffset => line.lie_about_the_offset(),
        Case::Expired => {
            server.kill();
            server.restart_later();
            server.access_token().clone_into(&mut job.access_token);
        }
    }
    line.release();
    let most = if case == Case::Corrupted { 1 } else { ATTEMPTS };
    let succeeded = loop {
        if running.is_ok_and(|mut running| running.wait_for_end(PATIENCE)) {
            break true;
        }
        if attempts == most {
            break false;
        }
        attempts += 1;
        running = client.start(peers, &job);
    };
    let outcome = match (succeeded, server.has(&job.sha)) {
        (true, true) => Outcome::Arrived,
        (false, true) => Outcome::Untold,
        (true, false) if server.has_other(&job.sha, job.size_bytes) => Outcome::Unnoticed,
        (true, false) => Outcome::Lost,
        (false, false) => Outcome::Refused,
    };
    let resent_bytes = line.carried_bytes().saturating_sub(SIZE_BYTES as u64);
    let most_again = match case {
        Case::Clean | Case::Throttled => 0,
        Case::ClientKilled | Case::ServerKilled | Case::Corrupted => line.largest_body_bytes(),
        // The chunk that was cut off, and the one that was refused.
        Case::WrongOffset => 2 * line.largest_body_bytes(),
        // All that had arrived before.
        Case::Expired => SIZE_BYTES as u64,
    };
    let is_frugal = resent_bytes <= most_again;
    // Of what expired, all that had arrived has to come again, and not only the chunk that was cut.
    let came_to_it = line.is_done() && (case != Case::Expired || resent_bytes >= MIDDLE_BYTE);
    Row {
        pair,
        case,
        expected: expected(pair, case),
        outcome,
        attempts,
        resent_bytes,
        is_frugal,
        came_to_it,
        took: began.elapsed(),
    }
}

/// Bytes of no meaning, others for every seed.
fn bytes(seed: u64, size_bytes: usize) -> Vec<u8> {
    let mut draw = portal_pictures::Draw::of(seed, 0);
    std::iter::repeat_with(|| draw.next().to_le_bytes()).flatten().take(size_bytes).collect()
}
