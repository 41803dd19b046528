//! What is answered, and what is refused.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName,
    HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::door::{Arrival, Reply, Sent};
use crate::page::{self, Part};
use crate::pass::{Nonce, Opened, Pass, PhoneId, SEAL_BYTES};

/// Bodies read at once: each may be as large as a photo.
const BODIES: usize = 2;
/// Longest time that a photo may take to come.
const BODY: Duration = Duration::from_secs(120);
/// What a sealed body is called.
const SEALED: &str = "application/octet-stream";

/// Guards everything that is served.
const GUARDS: [(HeaderName, HeaderValue); 4] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(page::POLICY)),
];

/// Answers the requests of one open door.
pub(crate) struct Desk {
    /// As browsers write this door's address.
    host: String,
    pass: Pass,
    body_bytes: usize,
    arrivals: mpsc::Sender<Arrival>,
    bodies: Semaphore,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// The first that came with the key: the code is good for one phone.
    phone: Option<PhoneId>,
    nonces: HashSet<Nonce>,
}

/// What the page asks to be done, by the end of the path.
enum Action {
    Hello,
    Photo { replaces: Option<usize> },
    Done,
}

impl Action {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "hello" => Some(Self::Hello),
            "photo" => Some(Self::Photo { replaces: None }),
            "done" => Some(Self::Done),
            _ => {
                let number = name.strip_prefix("photo/")?.parse().ok()?;
                Some(Self::Photo { replaces: Some(number) })
            }
        }
    }
}

impl Desk {
    pub(crate) fn new(
        address: SocketAddr,
        pass: Pass,
        photo_bytes: usize,
        arrivals: mpsc::Sender<Arrival>,
    ) -> Self {
        Self {
            host: address.to_string(),
            pass,
            body_bytes: photo_bytes.saturating_add(SEAL_BYTES),
            arrivals,
            bodies: Semaphore::new(BODIES),
            seen: Mutex::default(),
        }
    }

    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let mut response = match self.part(&parts) {
            Ok(Asked::Part(part)) => served(part),
            Ok(Asked::Action(action, name)) => match self.act(&parts, &name, action, body).await {
                Ok(json) => served(Part { media_type: "application/json", bytes: json.into_bytes().into() }),
                Err(status) => refused(status),
            },
            Err(status) => refused(status),
        };
        match response.status() {
            // What the body still holds is not waited for.
            StatusCode::OK => {}
            _ => drop(
                response.headers_mut().insert(hyper::header::CONNECTION, HeaderValue::from_static("close")),
            ),
        }
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
        }
        response
    }

    /// What is asked for, if it is anything that this door knows.
    fn part(&self, parts: &Parts) -> Result<Asked, StatusCode> {
        let of = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let named = parts.uri.authority().map(|authority| authority.as_str());
        // A name that was made to point here must not reach the page under its own origin.
        if of(HOST) != Some(&self.host) || named.is_some_and(|named| named != self.host) {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        let path = parts.uri.path().strip_prefix('/').ok_or(StatusCode::NOT_FOUND)?;
        let (token, name) = path.split_once('/').ok_or(StatusCode::NOT_FOUND)?;
        if !self.pass.admits(token) {
            return Err(StatusCode::NOT_FOUND);
        }
        if let Some(action) = Action::parse(name) {
            return match parts.method {
                Method::POST => Ok(Asked::Action(action, name.to_owned())),
                _ => Err(StatusCode::METHOD_NOT_ALLOWED),
            };
        }
        let part = match name {
            "" => Some(page::html(of(ACCEPT_LANGUAGE))),
            name => page::file(name),
        };
        match (part, &parts.method) {
            (None, _) => Err(StatusCode::NOT_FOUND),
            (Some(part), &Method::GET) => Ok(Asked::Part(part)),
            (Some(_), _) => Err(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    /// Reads, opens and hands over what a phone sent; gives what the page is answered.
    async fn act(
        &self,
        parts: &Parts,
        name: &str,
        action: Action,
        body: Incoming,
    ) -> Result<String, StatusCode> {
        if parts.headers.get(CONTENT_TYPE).is_none_or(|found| found != SEALED) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let _room = self.bodies.try_acquire().map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let opened = self.pass.open(name, self.read(body).await?).ok_or(StatusCode::FORBIDDEN)?;
        self.admit(&opened)?;
        let sent = match action {
            Action::Hello => Sent::Hello,
            Action::Photo { replaces } => Sent::Photo { bytes: opened.bytes, replaces },
            Action::Done => Sent::Done,
        };
        let (answer, answered) = oneshot::channel();
        let gone = StatusCode::GONE;
        self.arrivals.send(Arrival { sent, reply: Reply(answer) }).await.map_err(|_| gone)?;
        answered.await.map_err(|_| gone)
    }

    async fn read(&self, body: Incoming) -> Result<Vec<u8>, StatusCode> {
        let limit = self.body_bytes;
        if body.size_hint().lower() > limit as u64 {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let collected = tokio::time::timeout(BODY, Limited::new(body, limit).collect())
            .await
            .map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
        match collected {
            Ok(collected) => Ok(collected.to_bytes().into()),
            Err(error) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
            Err(_) => Err(StatusCode::BAD_REQUEST),
        }
    }

    /// One phone, and everything once: what was overheard can't be sent again.
    fn admit(&self, opened: &Opened) -> Result<(), StatusCode> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen.phone.get_or_insert(opened.phone) != opened.phone || !seen.nonces.insert(opened.nonce) {
            return Err(StatusCode::CONFLICT);
        }
        Ok(())
    }
}

enum Asked {
    Part(Part),
    /// With the name that it was sealed for.
    Action(Action, String),
}

fn served(Part { media_type, bytes }: Part) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(bytes.into_owned())));
    response.headers_mut().extend(GUARDS);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn refused(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response.headers_mut().extend(GUARDS);
    response
}
