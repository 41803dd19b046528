//! A network that is made up: between the client's own code and the backend's own router, in one process.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use bytes::Bytes;
use futures_util::future::{BoxFuture, poll_fn};
use futures_util::stream;
use portal_domain::ids::{OpId, Sha256};
use portal_protocol::{SYNC_HEADER, SYNC_VERSION};
use portal_sync::{Carrier, Transport};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use tokio::sync::Notify;
use tower::ServiceExt;

/// Of a hundred requests of an operation so many are harmed in foul weather, and of those that all share.
const HARMED: u64 = 30;
const HARMED_SHARED: u64 = 12;
/// Most faults of one schedule: then it has fair weather.
const MOST: u64 = 3;
/// Held requests come before so many of a hundred later ones.
const OVERTAKEN: u64 = 40;
/// An answer of the protocol is far smaller.
const ANSWER_LIMIT_BYTES: usize = 64 << 20;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It never arrives.
    RequestLost,
    /// It arrives in part.
    RequestCut,
    /// It arrives, and the connection is gone before the backend is done with it.
    Abandoned,
    /// It is done, and the answer never arrives.
    AnswerLost,
    /// The answer arrives in part.
    AnswerCut,
    /// It arrives twice at once.
    Doubled,
    /// It arrives, and comes once more later.
    Repeated,
    /// Nobody answers in time, and it arrives later, behind others.
    Late,
    /// A byte of a photo is another on the way.
    Changed,
    /// Somebody else answers.
    Foreign,
    /// A balancer says that the backend is busy.
    Busy,
    /// The backend says that the access token is no good.
    TokenRefused,
    /// The portal's process ends as it sends.
    KilledSending,
    /// The portal's process ends as the answer arrives.
    KilledAnswered,
    /// The computer's clock jumps.
    ClockJumped,
}

impl Fault {
    const ALL: [Self; 15] = [
        Self::RequestLost,
        Self::RequestCut,
        Self::Abandoned,
        Self::AnswerLost,
        Self::AnswerCut,
        Self::Doubled,
        Self::Repeated,
        Self::Late,
        Self::Changed,
        Self::Foreign,
        Self::Busy,
        Self::TokenRefused,
        Self::KilledSending,
        Self::KilledAnswered,
        Self::ClockJumped,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::RequestLost => "simulated: request lost",
            Self::RequestCut => "simulated: request cut",
            Self::Abandoned => "simulated: request abandoned at work",
            Self::AnswerLost => "simulated: answer lost",
            Self::AnswerCut => "simulated: answer cut",
            Self::Doubled => "simulated: request twice at once",
            Self::Repeated => "simulated: request again later",
            Self::Late => "simulated: request late, behind others",
            Self::Changed => "simulated: photo changed",
            Self::Foreign => "simulated: foreign answer",
            Self::Busy => "simulated: busy",
            Self::TokenRefused => "simulated: token refused",
            Self::KilledSending => "simulated: portal killed sending",
            Self::KilledAnswered => "simulated: portal killed answered",
            Self::ClockJumped => "simulated: clock jump",
        }
    }
}

/// A request that can be delivered more than once.
#[derive(Clone)]
struct Parcel {
    method: Method,
    /// With its query.
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

/// An answer, whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Whose faults a request has: an operation's schedule, or what all operations share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stream {
    Schedule(OpId),
    Shared,
}

#[derive(Default)]
struct State {
    /// Numbers of the operations under way, which with the seed decide what happens to them.
    schedules: HashMap<OpId, u64>,
    photos: HashMap<Sha256, OpId>,
    /// Paths of uploads begun, by what they are of.
    uploads: HashMap<String, OpId>,
    /// How often each kind of request was seen, of each schedule.
    seen: HashMap<(Stream, String), u64>,
    faults: HashMap<Stream, u64>,
    held: VecDeque<Parcel>,
    injected: BTreeMap<Fault, u64>,
}

pub struct Network {
    router: Router,
    seed: u64,
    fair: AtomicBool,
    state: Mutex<State>,
    /// The portal's process is to end now.
    pub killed: Notify,
    /// Makes the computer's clock jump by a number that it is given.
    jump: Box<dyn Fn(u64) + Send + Sync>,
}

impl Network {
    pub fn new(router: Router, seed: u64, jump: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self {
            router,
            seed,
            fair: AtomicBool::new(true),
            state: Mutex::default(),
            killed: Notify::new(),
            jump: Box::new(jump),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on nothing goes wrong, or everything may.
    pub fn set_fair(&self, fair: bool) {
        self.fair.store(fair, Ordering::Relaxed);
    }

    /// An operation has this number: with the seed it decides what happens to each of its requests.
    pub fn schedule(&self, number: u64, op_id: OpId, photos: impl IntoIterator<Item = Sha256>) {
        let mut state = self.state();
        state.schedules.insert(op_id, number);
        state.photos.extend(photos.into_iter().map(|sha| (sha, op_id)));
    }

    /// Whether something happened to an operation.
    pub fn is_harmed(&self, op_id: OpId) -> bool {
        self.state().faults.get(&Stream::Schedule(op_id)).is_some_and(|faults| *faults > 0)
    }

    /// What is still on its way arrives, and the schedules are over.
    pub async fn settle(&self) {
        loop {
            let Some(parcel) = self.state().held.pop_front() else { break };
            self.deliver(&parcel).await;
        }
        let mut state = self.state();
        let injected = std::mem::take(&mut state.injected);
        let shared = state.seen.iter().filter(|((stream, _), _)| *stream == Stream::Shared);
        let seen = shared.map(|(kind, times)| (kind.clone(), *times)).collect();
        *state = State { injected, seen, ..State::default() };
    }

    pub fn injected(&self) -> BTreeMap<Fault, u64> {
        self.state().injected.clone()
    }

    /// What is to happen to a request. The same request of the same schedule has the same fate in every run.
    fn fate(&self, parcel: &Parcel) -> (Option<Fault>, u64) {
        let mut state = self.state();
        let (kind, stream) = state.kind(parcel);
        let seen = state.seen.entry((stream, kind.clone())).or_default();
        let drawn = mix(&[self.seed, *seen, label(&kind), state.number(stream)]);
        if let Some(seen) = state.seen.get_mut(&(stream, kind.clone())) {
            *seen += 1;
        }
        let so_far = state.faults.get(&stream).copied().unwrap_or_default();
        let is_spent = so_far >= MOST && stream != Stream::Shared;
        // A schedule without a fault is none.
        let is_due = kind == "commit" && so_far == 0;
        let harmed = if stream == Stream::Shared { HARMED_SHARED } else { HARMED };
        if self.fair.load(Ordering::Relaxed) || is_spent || !(is_due || drawn % 100 < harmed) {
            return (None, drawn);
        }
        let mut fault = Fault::ALL[(drawn / 100 % Fault::ALL.len() as u64) as usize];
        if fault == Fault::Changed && !matches!(kind.as_str(), "photo" | "chunk") {
            fault = Fault::AnswerLost;
        }
        *state.faults.entry(stream).or_default() += 1;
        *state.injected.entry(fault).or_default() += 1;
        (Some(fault), mix(&[drawn]))
    }

    /// Requests on their way that this one let pass.
    async fn overtake(&self, drawn: u64) {
        if drawn % 100 >= OVERTAKEN {
            return;
        }
        let parcel = self.state().held.pop_front();
        if let Some(parcel) = parcel {
            self.deliver(&parcel).await;
        }
    }

    async fn carry_parcel(&self, parcel: Parcel) -> Result<reqwest::Response, Transport> {
        let (fault, drawn) = self.fate(&parcel);
        self.overtake(drawn).await;
        let Some(fault) = fault else {
            return Ok(self.deliver(&parcel).await.whole());
        };
        match fault {
            Fault::RequestLost => Err(Transport::Network),
            Fault::RequestCut => {
                self.deliver_part(&parcel, drawn).await;
                Err(Transport::Network)
            }
            Fault::Abandoned => {
                self.deliver_and_hang_up(&parcel, drawn % 24).await;
                Err(Transport::Network)
            }
            Fault::AnswerLost => {
                self.deliver(&parcel).await;
                Err(Transport::Timeout)
            }
            Fault::AnswerCut => Ok(self.deliver(&parcel).await.cut(drawn)),
            Fault::Doubled => {
                let (first, _) = tokio::join!(self.deliver(&parcel), self.deliver(&parcel));
                Ok(first.whole())
            }
            Fault::Repeated => {
                let answer = self.deliver(&parcel).await;
                self.state().held.push_back(parcel);
                Ok(answer.whole())
            }
            Fault::Late => {
                self.state().held.push_back(parcel);
                Err(Transport::Timeout)
            }
            Fault::Changed => {
                let mut body = parcel.body.to_vec();
                let at = (drawn % body.len().max(1) as u64) as usize;
                body[at] ^= 0x20;
                Ok(self.deliver(&Parcel { body: body.into(), ..parcel }).await.whole())
            }
            Fault::Foreign => Ok(foreign().whole()),
            Fault::Busy => Ok(refusal(StatusCode::SERVICE_UNAVAILABLE, "unavailable").whole()),
            Fault::TokenRefused => Ok(refusal(StatusCode::UNAUTHORIZED, "unauthorized").whole()),
            Fault::KilledSending => {
                self.killed.notify_one();
                std::future::pending().await
            }
            Fault::KilledAnswered => {
                self.deliver(&parcel).await;
                self.killed.notify_one();
                std::future::pending().await
            }
            Fault::ClockJumped => {
                (self.jump)(drawn);
                Ok(self.deliver(&parcel).await.whole())
            }
        }
    }

    async fn deliver(&self, parcel: &Parcel) -> Answer {
        let response = self.router.clone().oneshot(parcel.request(Body::from(parcel.body.clone()))).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let body = to_bytes(body, ANSWER_LIMIT_BYTES).await.unwrap();
        if let Some(location) = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()) {
            self.state().begun(parcel, location);
        }
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The body breaks off.
    async fn deliver_part(&self, parcel: &Parcel, drawn: u64) {
        let kept = parcel.body.slice(..(drawn % (parcel.body.len() as u64 + 1)) as usize);
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let body = Body::from_stream(stream::iter([Ok(kept), Err(broken)]));
        drop(self.router.clone().oneshot(parcel.request(body)).await);
    }

    /// The server lets go of what it was doing for a connection that is gone.
    async fn deliver_and_hang_up(&self, parcel: &Parcel, polls: u64) {
        let mut work = pin!(self.deliver(parcel));
        let mut left = polls;
        poll_fn(|context| {
            if left == 0 || work.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            left -= 1;
            Poll::Pending
        })
        .await;
    }
}

impl Carrier for Network {
    fn carry(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Transport>> {
        let url = request.url();
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let body = request.body().map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap()));
        let parcel = Parcel {
            method: request.method().clone(),
            path,
            headers: request.headers().clone(),
            body: body.unwrap_or_default(),
        };
        Box::pin(self.carry_parcel(parcel))
    }
}

impl Parcel {
    fn request(&self, body: Body) -> axum::http::Request<Body> {
        let mut request = axum::http::Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.path.parse().unwrap();
        request.headers_mut().clone_from(&self.headers);
        if !self.body.is_empty() {
            request.headers_mut().insert(CONTENT_LENGTH, self.body.len().into());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
        request
    }
}

impl Answer {
    fn whole(self) -> reqwest::Response {
        let Self { status, headers, body } = self;
        response(status, headers, reqwest::Body::from(body))
    }

    /// The body breaks off.
    fn cut(self, drawn: u64) -> reqwest::Response {
        let Self { status, headers, body } = self;
        let kept = body.slice(..(drawn % (body.len() as u64 + 1)) as usize);
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let body = stream::iter([Ok(kept), Err(broken)]);
        response(status, headers, reqwest::Body::wrap_stream(body))
    }
}

fn response(status: StatusCode, headers: HeaderMap, body: reqwest::Body) -> reqwest::Response {
    let mut response = axum::http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}

/// A page that somebody between shows instead.
fn foreign() -> Answer {
    Answer {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"<html>Welcome</html>"),
    }
}

fn refusal(status: StatusCode, code: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(SYNC_HEADER, SYNC_VERSION.parse().unwrap());
    let body = serde_json::json!({ "code": code, "status": status.as_u16() });
    Answer { status, headers, body: Bytes::from(body.to_string()) }
}

impl State {
    /// What a request is for, and whose it is.
    fn kind(&self, parcel: &Parcel) -> (String, Stream) {
        let path = parcel.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        let of = |op_id: Option<OpId>| match op_id {
            Some(op_id) if self.schedules.contains_key(&op_id) => Stream::Schedule(op_id),
            _ => Stream::Shared,
        };
        let photo = |sha: &str| sha.parse().ok().and_then(|sha: Sha256| self.photos.get(&sha).copied());
        match parts.as_slice() {
            ["operations", op_id] => ("declaration".to_owned(), of(op_id.parse().ok())),
            ["operations", op_id, "commit"] => ("commit".to_owned(), of(op_id.parse().ok())),
            ["blobs", sha] => ("photo".to_owned(), of(photo(sha))),
            ["uploads"] => ("upload".to_owned(), of(self.named(parcel))),
            ["uploads", _] => {
                let kind = if parcel.method == Method::PATCH { "chunk" } else { "offset" };
                (kind.to_owned(), of(self.uploads.get(path).copied()))
            }
            other => (other.first().copied().unwrap_or_default().to_owned(), Stream::Shared),
        }
    }

    /// The operation whose photo an upload is begun for.
    fn named(&self, parcel: &Parcel) -> Option<OpId> {
        use base64::Engine;
        let metadata = parcel.headers.get("upload-metadata")?.to_str().ok()?;
        let sha = metadata.split(',').find_map(|pair| pair.strip_prefix("sha "))?;
        let sha = base64::engine::general_purpose::STANDARD.decode(sha).ok()?;
        let sha: Sha256 = std::str::from_utf8(&sha).ok()?.parse().ok()?;
        self.photos.get(&sha).copied()
    }

    fn begun(&mut self, parcel: &Parcel, location: &str) {
        if let Some(op_id) = self.named(parcel) {
            self.uploads.insert(location.to_owned(), op_id);
        }
    }

    fn number(&self, stream: Stream) -> u64 {
        match stream {
            Stream::Schedule(op_id) => self.schedules[&op_id],
            Stream::Shared => u64::MAX,
        }
    }
}

fn label(kind: &str) -> u64 {
    kind.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// One number out of several, each of which changes all of it.
pub fn mix(numbers: &[u64]) -> u64 {
    numbers.iter().fold(0x9e37_79b9_7f4a_7c15, |sum, number| {
        let mut mixed = (sum ^ number).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}
