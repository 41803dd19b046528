//! The servers that uploads go to, each in a folder of its own, on a port that it keeps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portal_backend::sender::NoSender;
use portal_backend::{Config, Limits, Storage, clock, start};
use portal_domain::ids::Sha256;
use portal_store::hash;
use tokio::runtime::Runtime;

use super::Peers;
use crate::backend::Backend;
use crate::enrolled::Enrolled;
use crate::portal::phone;
use crate::process::Running;

/// Half of it is less than a session lasts, and the whole more than an upload that isn't finished.
const WEEKS_MS: [i64; 2] = [20 * 24 * 3600 * 1000, 40 * 24 * 3600 * 1000];

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerKind {
    Backend,
    TusServer,
    Tuspyserver,
}

impl ServerKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Backend => "portal-backend",
            Self::TusServer => "@tus/server",
            Self::Tuspyserver => "tuspyserver",
        }
    }
}

/// A server that can be killed, and started again at the same address.
pub enum Server {
    Ours(Box<Ours>),
    Peer(Peer),
}

/// The backend, with a merchant's session.
pub struct Ours {
    backend: Backend,
    account: Enrolled,
    /// The same backend weeks later.
    later: Option<portal_backend::Running>,
    runtime: Runtime,
}

/// Somebody else's server.
pub struct Peer {
    kind: ServerKind,
    peers: Peers,
    folder: PathBuf,
    address: String,
    running: Running,
}

impl Server {
    pub fn start(kind: ServerKind, peers: &Peers, folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        match kind {
            ServerKind::Backend => {
                let runtime = Runtime::new().unwrap();
                let backend = Backend::start(folder);
                let account = runtime.block_on(Enrolled::merchant(&backend, &phone(1)));
                Self::Ours(Box::new(Ours { backend, account, later: None, runtime }))
            }
            ServerKind::TusServer | ServerKind::Tuspyserver => {
                let (running, address) = peer(kind, peers, folder, "0", false);
                Self::Peer(Peer { kind, peers: peers.clone(), folder: folder.to_owned(), address, running })
            }
        }
    }

    pub fn address(&self) -> &str {
        match self {
            Self::Ours(ours) => ours.backend.address(),
            Self::Peer(peer) => &peer.address,
        }
    }

    /// What its clients authorise themselves with. A peer takes any.
    pub fn access_token(&self) -> &str {
        match self {
            Self::Ours(ours) => ours.account.access_token(),
            Self::Peer(_) => "nobody-asks",
        }
    }

    pub fn kill(&mut self) {
        match self {
            Self::Ours(ours) => ours.backend.kill(),
            Self::Peer(peer) => peer.running.kill(),
        }
    }

    /// Starts it again after [`Server::kill`].
    pub fn restart(&mut self) {
        match self {
            Self::Ours(ours) => ours.backend.resume(),
            Self::Peer(peer) => peer.restart(false),
        }
    }

    /// The same when all that was begun before has expired.
    pub fn restart_later(&mut self) {
        match self {
            Self::Ours(ours) => ours.restart_later(),
            Self::Peer(peer) => peer.restart(true),
        }
    }

    /// Whether it has these bytes as a finished upload.
    pub fn has(&self, sha: &Sha256) -> bool {
        match self {
            Self::Ours(ours) => ours.blob(sha).is_some_and(|bytes| hash(&bytes) == *sha),
            Self::Peer(peer) => peer.files().any(|bytes| hash(&bytes) == *sha),
        }
    }

    /// Whether it has an upload of this size that it takes for finished and that holds other bytes.
    pub fn has_other(&self, sha: &Sha256, size_bytes: usize) -> bool {
        match self {
            Self::Ours(ours) => ours.blob(sha).is_some_and(|bytes| hash(&bytes) != *sha),
            Self::Peer(peer) => peer.files().any(|bytes| bytes.len() >= size_bytes && hash(&bytes) != *sha),
        }
    }

    /// Makes room for the next case: what a peer has received is removed.
    pub fn forget(&mut self) {
        if let Self::Peer(peer) = self {
            for entry in fs::read_dir(&peer.folder).unwrap().flatten().filter(|entry| entry.path().is_file())
            {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
}

impl Ours {
    fn restart_later(&mut self) {
        let (now, ahead_ms) = (clock::system(), Arc::new(AtomicI64::new(0)));
        let moved = Arc::clone(&ahead_ms);
        let config = Config {
            listen: self.backend.address().trim_start_matches("http://").parse().unwrap(),
            data: self.backend.data().to_owned(),
            storage: Storage::default(),
            clock: Arc::new(move || now() + moved.load(Ordering::Relaxed)),
            sender: Arc::new(NoSender),
            limits: Limits::default(),
            https: false,
            time: portal_backend::TimeSettings::default(),
        };
        self.later = Some(self.runtime.block_on(start(config)).unwrap());
        for weeks_ms in WEEKS_MS {
            ahead_ms.store(weeks_ms, Ordering::Relaxed);
            self.runtime.block_on(self.account.renew());
        }
    }

    fn blob(&self, sha: &Sha256) -> Option<Vec<u8>> {
        fs::read(self.backend.data().join("blobs").join(&sha.as_str()[..2]).join(sha.as_str())).ok()
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        if let Some(later) = self.later.take() {
            self.runtime.block_on(later.stop()).unwrap();
        }
    }
}

impl Peer {
    fn restart(&mut self, expired: bool) {
        let port = self.address.rsplit(':').next().unwrap();
        (self.running, _) = peer(self.kind, &self.peers, &self.folder, port, expired);
    }

    fn files(&self) -> impl Iterator<Item = Vec<u8>> {
        let is_data = |path: &PathBuf| path.is_file() && path.extension().is_none();
        fs::read_dir(&self.folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .filter(is_data)
            .filter_map(|path| fs::read(path).ok())
    }
}

fn peer(kind: ServerKind, peers: &Peers, folder: &Path, port: &str, expired: bool) -> (Running, String) {
    let mut command = if kind == ServerKind::TusServer {
        peers.node("tus-server.mjs")
    } else {
        peers.python("tuspyserver_app.py")
    };
    command.arg(folder).arg(port).args(expired.then_some("expired"));
    let running = Running::start(command);
    let address = running.line(kind.name(), |line| line.strip_prefix("listening on ").map(str::to_owned));
    (running, address)
}

impl Peers {
    /// A script for Node among the peers' packages.
    pub fn node(&self, script: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(self.0.join("interop").join(script));
        command
    }

    /// A script for the Python that has the peers' packages.
    pub(super) fn python(&self, script: &str) -> Command {
        let mut command = Command::new(self.0.join("python/bin/python3"));
        command.arg(self.0.join("interop").join(script));
        command
    }
}
