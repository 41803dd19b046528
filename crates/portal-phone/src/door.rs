//! Listening, for as long as a slot waits.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::address::is_local;
use crate::answering::Desk;
use crate::pass::Pass;

/// Tried first, so that a firewall's rule can name them.
const PORTS: std::ops::RangeInclusive<u16> = 47_380..=47_389;
/// Connections at once, and from one address: a browser opens up to six.
const CONNECTIONS: usize = 16;
const CONNECTIONS_FROM_ONE: usize = 6;
/// Longest wait for the head of a request, and for the next one of an open connection.
const HEAD: Duration = Duration::from_secs(10);
/// Longest life of a connection.
const LIFE: Duration = Duration::from_secs(300);
/// How long answers may still be written after closing.
const GRACE: Duration = Duration::from_secs(2);
/// Pause when the system has no room for a connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(200);
/// The longest head, in headers and in bytes.
const HEADERS: usize = 64;
const HEAD_BYTES: usize = 16 * 1024;

/// How much and how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest photo.
    pub photo_bytes: usize,
    /// Closes when nothing came for so long.
    pub idle: Duration,
}

/// What a phone sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// A phone that has the key is there.
    Hello,
    Photo {
        bytes: Vec<u8>,
        /// The photo that it is to stand in for, counted from 0 in the order in which they came.
        replaces: Option<usize>,
    },
    /// No more photos will come.
    Done,
}

/// What a phone sent and waits to be answered.
#[derive(Debug)]
pub struct Arrival {
    pub sent: Sent,
    pub reply: Reply,
}

/// Where the page waits for its answer.
#[derive(Debug)]
pub struct Reply(pub(crate) oneshot::Sender<String>);

impl Reply {
    /// Answers the page with JSON.
    pub fn send(self, json: String) {
        // Who hung up hears nothing.
        let _unheard = self.0.send(json);
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The computer no longer has this address.
    #[error("the address can't be listened on")]
    Address(#[source] std::io::Error),
    #[error("the system gives no random numbers")]
    Random(#[source] getrandom::Error),
}

/// An open door. Dropping it closes it.
pub struct Door {
    link: String,
    address: SocketAddr,
    idle: Duration,
    arrivals: mpsc::Receiver<Arrival>,
    open: CancellationToken,
    serving: JoinHandle<()>,
    _closing: DropGuard,
}

impl Door {
    /// Listens on this address of the computer, and on no other.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn open(address: IpAddr, limits: Limits) -> Result<Self, OpenError> {
        let listener = listen(address).await.map_err(OpenError::Address)?;
        let address = listener.local_addr().map_err(OpenError::Address)?;
        let pass = Pass::draw().map_err(OpenError::Random)?;
        let link = pass.link(address);
        let open = CancellationToken::new();
        // One at a time: the next photo waits in its connection.
        let (sender, arrivals) = mpsc::channel(1);
        let desk = Desk::new(address, pass, limits.photo_bytes, sender);
        let serving = tokio::spawn(serve(listener, Arc::new(desk), open.clone()));
        let _closing = open.clone().drop_guard();
        Ok(Self { link, address, idle: limits.idle, arrivals, open, serving, _closing })
    }

    /// The address with the secrets, for the QR code.
    pub fn link(&self) -> &str {
        &self.link
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is sent next; none when nothing came for the time that the limits say, and the door is closed then.
    pub async fn next(&mut self) -> Option<Arrival> {
        if let Ok(arrival) = tokio::time::timeout(self.idle, self.arrivals.recv()).await {
            return arrival;
        }
        self.open.cancel();
        self.arrivals.close();
        None
    }

    /// Closes the door, and waits until what was answered last has gone out, though not for long: a program that ends with
    /// it would take the answer along.
    pub async fn close(self) {
        let Self { open, serving, arrivals, .. } = self;
        // Whoever still waits for an answer learns that none comes.
        drop(arrivals);
        open.cancel();
        // A task that failed has nothing left to say.
        drop(serving.await);
    }
}

async fn listen(address: IpAddr) -> std::io::Result<TcpListener> {
    for port in PORTS {
        match TcpListener::bind((address, port)).await {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
    TcpListener::bind((address, 0)).await
}

async fn serve(listener: TcpListener, desk: Arc<Desk>, open: CancellationToken) {
    let mut connections = JoinSet::new();
    let mut of_address: HashMap<IpAddr, usize> = HashMap::new();
    loop {
        tokio::select! {
            () = open.cancelled() => break,
            Some(ended) = connections.join_next() => {
                if let Ok(peer) = ended {
                    of_address.entry(peer).and_modify(|count| *count -= 1);
                    of_address.retain(|_, count| *count > 0);
                }
            }
            accepted = listener.accept() => {
                let Ok((stream, peer)) = accepted else {
                    tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                    continue;
                };
                let peer = peer.ip();
                let count = of_address.entry(peer).or_default();
                if !is_local(peer) || *count >= CONNECTIONS_FROM_ONE || connections.len() >= CONNECTIONS {
                    continue;
                }
                *count += 1;
                connections.spawn(connection(stream, peer, Arc::clone(&desk), open.clone()));
            }
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    // What doesn't end by itself ends with the set.
    drop(tokio::time::timeout(GRACE, ended).await);
}

/// Answers one connection to its end; gives who it came from.
async fn connection(stream: TcpStream, peer: IpAddr, desk: Arc<Desk>, open: CancellationToken) -> IpAddr {
    let answer = service_fn(move |request| {
        let desk = Arc::clone(&desk);
        async move { Ok::<_, Infallible>(desk.answer(request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(HEADERS).max_buf_size(HEAD_BYTES);
    let mut served = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    // How a connection ends is its client's business.
    tokio::select! {
        ended = served.as_mut() => drop(ended),
        () = tokio::time::sleep(LIFE) => {}
        () = open.cancelled() => {
            served.as_mut().graceful_shutdown();
            drop(served.await);
        }
    }
    peer
}
