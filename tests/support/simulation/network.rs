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
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::{BoxFuture, poll_fn};
use futures_util::{Stream, stream};
use portal_domain::ids::{OpId, Sha256};
use portal_pictures::Draw;
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
/// A clock jumps to within this of the right time.
const MOST_SKEW_MS: u64 = 2 * 24 * 3600 * 1000;
/// So often the backend may have gone on with a request before it lets go of it.
const MOST_POLLS: u64 = 24;
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

/// What a request of an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Declaration,
    Photo,
    Upload,
    Chunk,
    Offset,
    Commit,
}

/// Whose a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    /// An operation's, by the number of its schedule.
    Schedule(u64, Kind),
    /// Sessions, events, and what else all operations need.
    Shared,
}

impl Subject {
    /// Another for each request: what is drawn for it changes nothing of what is drawn for others.
    fn number(self, nth: u64) -> u64 {
        match self {
            Self::Schedule(schedule, kind) => (schedule << 24) | ((kind as u64) << 20) | nth,
            Self::Shared => u64::MAX - nth,
        }
    }
}

#[derive(Default)]
struct State {
    /// Schedules of the operations under way, and of what is known to be theirs.
    operations: HashMap<OpId, u64>,
    photos: HashMap<Sha256, u64>,
    uploads: HashMap<String, u64>,
    /// How often each was asked.
    seen: HashMap<Subject, u64>,
    /// Of each schedule.
    faults: HashMap<u64, u64>,
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
    /// Makes the computer's clock wrong by so many milliseconds.
    set_skew: Box<dyn Fn(i64) + Send + Sync>,
}

impl Network {
    pub fn new(router: Router, seed: u64, set_skew: impl Fn(i64) + Send + Sync + 'static) -> Self {
        Self {
            router,
            seed,
            fair: AtomicBool::new(true),
            state: Mutex::default(),
            killed: Notify::new(),
            set_skew: Box::new(set_skew),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on nothing goes wrong, or everything may.
    pub fn set_fair(&self, fair: bool) {
        self.fair.store(fair, Ordering::Relaxed);
    }

    /// An operation and its photos go through the schedule of this number.
    pub fn schedule(&self, number: u64, op_id: OpId, photos: impl IntoIterator<Item = Sha256>) {
        let mut state = self.state();
        state.operations.insert(op_id, number);
        state.photos.extend(photos.into_iter().map(|sha| (sha, number)));
    }

    /// Whether something happened in a schedule.
    pub fn is_harmed(&self, number: u64) -> bool {
        self.state().faults.contains_key(&number)
    }

    /// What is still on its way arrives, and the schedules are over.
    pub async fn settle(&self) {
        while self.deliver_held().await {}
        let mut state = self.state();
        let injected = std::mem::take(&mut state.injected);
        let mut seen = std::mem::take(&mut state.seen);
        seen.retain(|subject, _| *subject == Subject::Shared);
        *state = State { injected, seen, ..State::default() };
    }

    pub fn injected(&self) -> BTreeMap<Fault, u64> {
        self.state().injected.clone()
    }

    /// What is to happen to a request, with the decisions left to make. The same request of the same schedule has the
    /// same fate in every run.
    fn fate(&self, parcel: &Parcel) -> (Option<Fault>, Draw) {
        let mut state = self.state();
        let subject = state.subject(parcel);
        let seen = state.seen.entry(subject).or_default();
        let mut draw = Draw::of(self.seed, subject.number(*seen));
        *seen += 1;
        let is_foul = |draw: &mut Draw, of_a_hundred| draw.below(100) < of_a_hundred;
        let is_harmed = match subject {
            Subject::Shared => is_foul(&mut draw, HARMED_SHARED),
            Subject::Schedule(schedule, kind) => {
                let so_far = state.faults.get(&schedule).copied().unwrap_or_default();
                // A schedule without a fault is none.
                let is_due = kind == Kind::Commit && so_far == 0;
                (is_foul(&mut draw, HARMED) || is_due) && so_far < MOST
            }
        };
        if !is_harmed || self.fair.load(Ordering::Relaxed) {
            return (None, draw);
        }
        let carries_photo = matches!(subject, Subject::Schedule(_, Kind::Photo | Kind::Chunk));
        let fault = match draw.one_of(&Fault::ALL) {
            // Nothing else has a hash to be compared with.
            Fault::Changed if !carries_photo => Fault::AnswerLost,
            fault => fault,
        };
        if let Subject::Schedule(schedule, _) = subject {
            *state.faults.entry(schedule).or_default() += 1;
        }
        *state.injected.entry(fault).or_default() += 1;
        (Some(fault), draw)
    }

    async fn carry_parcel(&self, parcel: Parcel) -> Result<reqwest::Response, Transport> {
        let (fault, mut draw) = self.fate(&parcel);
        if draw.below(100) < OVERTAKEN {
            self.deliver_held().await;
        }
        let Some(fault) = fault else {
            return Ok(self.deliver(&parcel).await.whole());
        };
        match fault {
            Fault::RequestLost => Err(Transport::Network),
            Fault::RequestCut => {
                self.deliver_part(&parcel, draw.place(parcel.body.len())).await;
                Err(Transport::Network)
            }
            Fault::Abandoned => {
                self.deliver_and_hang_up(&parcel, draw.below(MOST_POLLS)).await;
                Err(Transport::Network)
            }
            Fault::AnswerLost => {
                self.deliver(&parcel).await;
                Err(Transport::Timeout)
            }
            Fault::AnswerCut => {
                let answer = self.deliver(&parcel).await;
                let kept = draw.place(answer.body.len());
                Ok(answer.cut(kept))
            }
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
                body[draw.place(parcel.body.len())] ^= 1 << draw.below(7);
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
                (self.set_skew)(draw.below(2 * MOST_SKEW_MS) as i64 - MOST_SKEW_MS as i64);
                Ok(self.deliver(&parcel).await.whole())
            }
        }
    }

    /// The oldest request that is still on its way arrives; whether there was one.
    async fn deliver_held(&self) -> bool {
        let parcel = self.state().held.pop_front();
        match &parcel {
            Some(parcel) => drop(self.deliver(parcel).await),
            None => return false,
        }
        true
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
    async fn deliver_part(&self, parcel: &Parcel, kept: usize) {
        let body = Body::from_stream(broken_off(parcel.body.slice(..kept)));
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
    fn cut(self, kept: usize) -> reqwest::Response {
        let Self { status, headers, body } = self;
        response(status, headers, reqwest::Body::wrap_stream(broken_off(body.slice(..kept))))
    }
}

/// Some bytes, and then a connection that is gone.
fn broken_off(kept: Bytes) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::iter([Ok(kept), Err(std::io::ErrorKind::ConnectionReset.into())])
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
    fn subject(&self, parcel: &Parcel) -> Subject {
        let path = parcel.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        let operation = |id: &str| id.parse().ok().and_then(|id: OpId| self.operations.get(&id).copied());
        let photo = |sha: &str| sha.parse().ok().and_then(|sha: Sha256| self.photos.get(&sha).copied());
        let (schedule, kind) = match parts.as_slice() {
            ["operations", id] => (operation(id), Kind::Declaration),
            ["operations", id, "commit"] => (operation(id), Kind::Commit),
            ["blobs", sha] => (photo(sha), Kind::Photo),
            ["uploads"] => (self.named(parcel), Kind::Upload),
            ["uploads", _] => {
                let kind = if parcel.method == Method::PATCH { Kind::Chunk } else { Kind::Offset };
                (self.uploads.get(path).copied(), kind)
            }
            _ => return Subject::Shared,
        };
        schedule.map_or(Subject::Shared, |schedule| Subject::Schedule(schedule, kind))
    }

    /// The schedule whose photo an upload is begun for.
    fn named(&self, parcel: &Parcel) -> Option<u64> {
        let metadata = parcel.headers.get("upload-metadata")?.to_str().ok()?;
        let sha = metadata.split(',').find_map(|pair| pair.strip_prefix("sha "))?;
        let sha: Sha256 = String::from_utf8(STANDARD.decode(sha).ok()?).ok()?.parse().ok()?;
        self.photos.get(&sha).copied()
    }

    fn begun(&mut self, parcel: &Parcel, location: &str) {
        if let Some(schedule) = self.named(parcel) {
            self.uploads.insert(location.to_owned(), schedule);
        }
    }
}
