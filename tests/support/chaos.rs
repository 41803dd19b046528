//! A line between the portal and the backend that harms what goes through it, by a seed.
//!
//! What happens to a request is decided by the seed and the request's number, never by timing. Bytes are changed only
//! where the protocol itself must notice (signed declarations, hashed photos, signed receipts); elsewhere that is
//! TLS's work.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal_domain::ids::{AccountId, OpId};
use portal_pictures::Draw;
use portal_protocol::session::{Enrolled, Session};
use tokio::sync::watch;

use crate::http::{Head, Message};
use crate::listener::Listener;

/// Longest wait for the backend's answer: one that is stopped in a debugger must not hang a test for ever.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Requests kept to be replayed later.
const PAST: usize = 64;

/// What is done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Harm {
    CutRequestHead,
    CutRequestBody,
    /// The backend has answered; nothing of it goes through.
    CutBeforeAnswer,
    CutAnswerHead,
    CutAnswerBody,
    Delay,
    /// Both ways drop by drop.
    Drip,
    CorruptRequest,
    CorruptAnswer,
    /// The backend gets it twice.
    Duplicate,
    /// The backend gets an old request again first.
    Replay,
    /// The backend gets the commit right behind the declaration, before any photo.
    CommitAhead,
    /// A captive portal's page with status 200.
    PortalPage,
    PortalRedirect,
    /// 429 with Retry-After.
    Throttle,
    /// 401 in the middle of the body.
    Unauthorized,
    ServerError,
}

impl Harm {
    pub const ALL: [Self; 17] = [
        Self::CutRequestHead,
        Self::CutRequestBody,
        Self::CutBeforeAnswer,
        Self::CutAnswerHead,
        Self::CutAnswerBody,
        Self::Delay,
        Self::Drip,
        Self::CorruptRequest,
        Self::CorruptAnswer,
        Self::Duplicate,
        Self::Replay,
        Self::CommitAhead,
        Self::PortalPage,
        Self::PortalRedirect,
        Self::Throttle,
        Self::Unauthorized,
        Self::ServerError,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::CutRequestHead => "cut in the request's head",
            Self::CutRequestBody => "cut in the request's body",
            Self::CutBeforeAnswer => "cut before the answer",
            Self::CutAnswerHead => "cut in the answer's head",
            Self::CutAnswerBody => "cut in the answer's body",
            Self::Delay => "delay",
            Self::Drip => "slow-loris",
            Self::CorruptRequest => "corrupt request",
            Self::CorruptAnswer => "corrupt answer",
            Self::Duplicate => "duplicate",
            Self::Replay => "replay of an old request",
            Self::CommitAhead => "commit ahead of the photos",
            Self::PortalPage => "captive portal: page",
            Self::PortalRedirect => "captive portal: redirect",
            Self::Throttle => "429 with Retry-After",
            Self::Unauthorized => "401 mid-upload",
            Self::ServerError => "5xx",
        }
    }

    /// How often it is drawn among those that fit: harm that fits few requests more often.
    fn weight(self, request: &Message) -> u64 {
        let (head, has_body) = (&request.head, !request.body.is_empty());
        let fits_few = |fits: bool| if fits { 3 } else { 0 };
        match self {
            Self::CutRequestBody => fits_few(has_body),
            Self::CorruptRequest => fits_few(has_body && (is_declaration(head) || carries_photo(head))),
            Self::CorruptAnswer => fits_few(is_operation(head)),
            Self::CommitAhead => fits_few(is_declaration(head)),
            Self::Duplicate | Self::Replay => fits_few(changes_something(head)),
            Self::CutAnswerBody => u64::from(!head.is("HEAD")),
            Self::CutRequestHead
            | Self::CutBeforeAnswer
            | Self::CutAnswerHead
            | Self::Delay
            | Self::Drip
            | Self::PortalPage
            | Self::PortalRedirect
            | Self::Throttle
            | Self::Unauthorized
            | Self::ServerError => 1,
        }
    }

    fn drawn(draw: &mut Draw, request: &Message) -> Self {
        let sum = Self::ALL.iter().map(|harm| harm.weight(request)).sum();
        let mut at = draw.below(sum);
        for harm in Self::ALL {
            let weight = harm.weight(request);
            if at < weight {
                return harm;
            }
            at -= weight;
        }
        Self::CutBeforeAnswer
    }
}

fn is_operation(head: &Head) -> bool {
    head.path().starts_with("/v1/operations/")
}

fn is_declaration(head: &Head) -> bool {
    head.is("PUT") && is_operation(head)
}

fn carries_photo(head: &Head) -> bool {
    head.is("PUT") && head.path().starts_with("/v1/blobs/")
        || head.is("PATCH") && head.path().starts_with("/v1/uploads/")
}

fn changes_something(head: &Head) -> bool {
    !head.is("GET") && !head.is("HEAD")
}

/// How the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Of a thousand requests so many are harmed.
    Foul(u64),
    /// Every request is harmed in this way.
    Only(Harm),
    /// Nothing goes through.
    Down,
}

struct Line {
    backend: String,
    seed: u64,
    weather: Mutex<Weather>,
    seen: Mutex<Seen>,
    passed: watch::Sender<u64>,
}

#[derive(Default)]
struct Seen {
    requests: u64,
    counts: BTreeMap<Harm, u64>,
    /// Whose access token it is.
    tokens: HashMap<String, AccountId>,
    /// With whose tokens an operation was declared or committed.
    senders: HashMap<OpId, BTreeSet<AccountId>>,
    past: VecDeque<Vec<u8>>,
}

/// The line.
pub struct Chaos {
    listener: Listener,
    line: Arc<Line>,
}

impl Chaos {
    /// Listens on a free port for what goes to this backend, in fair weather.
    pub fn start(backend: &str, seed: u64) -> Self {
        let line = Arc::new(Line {
            backend: backend.trim_start_matches("http://").to_owned(),
            seed,
            weather: Mutex::new(Weather::Fair),
            seen: Mutex::default(),
            passed: watch::Sender::new(0),
        });
        let served = Arc::clone(&line);
        let listener = Listener::start(move |client| served.serve(client));
        Self { listener, line }
    }

    pub fn address(&self) -> &str {
        self.listener.address()
    }

    pub fn set(&self, weather: Weather) {
        *self.line.weather.lock().unwrap() = weather;
    }

    /// Requests that were dealt with, and every further one.
    pub fn passed(&self) -> watch::Receiver<u64> {
        self.line.passed.subscribe()
    }

    /// Harm done so far.
    pub fn counts(&self) -> BTreeMap<Harm, u64> {
        self.line.seen.lock().unwrap().counts.clone()
    }

    /// With whose tokens an operation came.
    pub fn senders(&self, op_id: OpId) -> BTreeSet<AccountId> {
        self.line.seen.lock().unwrap().senders.get(&op_id).cloned().unwrap_or_default()
    }
}

impl Line {
    fn serve(&self, client: &TcpStream) -> io::Result<()> {
        let mut requests = BufReader::new(client);
        let served = loop {
            let request = match Message::request(&mut requests) {
                Ok(request) => request,
                Err(error) => break Err(error),
            };
            let harm = match self.decide(&request) {
                Some(harm) => harm,
                None => break Ok(()),
            };
            let goes_on = self.carry(client, &request, harm);
            self.passed.send_modify(|count| *count += 1);
            match goes_on {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(client.shutdown(Shutdown::Both));
        served
    }

    /// What is done to a request, with the decisions left to make; nothing when the line is down.
    fn decide(&self, request: &Message) -> Option<(Option<Harm>, Draw)> {
        let weather = *self.weather.lock().unwrap();
        let mut seen = self.seen.lock().unwrap();
        seen.requests += 1;
        let mut draw = Draw::of(self.seed, seen.requests);
        let harm = match weather {
            Weather::Down => return None,
            Weather::Fair => None,
            Weather::Only(harm) => Some(harm),
            Weather::Foul(per_thousand) => {
                (draw.below(1000) < per_thousand).then(|| Harm::drawn(&mut draw, request))
            }
        };
        seen.note(&request.head);
        if changes_something(&request.head) {
            seen.past.push_back(request.bytes());
            if seen.past.len() > PAST {
                seen.past.pop_front();
            }
        }
        Some((harm, draw))
    }

    /// Carries one request and its answer; whether the connection goes on.
    fn carry(
        &self,
        mut client: &TcpStream,
        request: &Message,
        (harm, mut draw): (Option<Harm>, Draw),
    ) -> io::Result<bool> {
        let (head, body) = (request.head.bytes.len(), request.body.len());
        let Some(harm) = harm else {
            client.write_all(&self.ask(request)?.bytes())?;
            return Ok(true);
        };
        let done = match harm {
            Harm::CutRequestHead => self.tell(&request.bytes()[..draw.place(head)]),
            Harm::CutRequestBody => self.tell(&request.bytes()[..head + draw.place(body)]),
            Harm::CutBeforeAnswer => self.ask(request).map(drop),
            Harm::CutAnswerHead | Harm::CutAnswerBody => {
                let answer = self.ask(request)?;
                let (head, body) = (answer.head.bytes.len(), answer.body.len());
                let is_in_head = harm == Harm::CutAnswerHead || body == 0;
                let end = if is_in_head { draw.place(head) } else { head + draw.place(body) };
                self.count(if is_in_head { Harm::CutAnswerHead } else { Harm::CutAnswerBody });
                client.write_all(&answer.bytes()[..end])?;
                return Ok(false);
            }
            Harm::Delay => {
                std::thread::sleep(Duration::from_millis(20 + draw.below(80)));
                self.pass(client, request)
            }
            Harm::Drip => self.drip(client, request),
            Harm::CorruptRequest => {
                let mut bytes = request.bytes();
                bytes[head + draw.place(body)] ^= 1 << draw.below(7);
                self.ask_bytes(&bytes, &request.head).and_then(|answer| client.write_all(&answer.bytes()))
            }
            Harm::CorruptAnswer => {
                let answer = self.ask(request)?;
                let mut bytes = answer.bytes();
                let at = answer.head.bytes.len() + draw.place(answer.body.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << draw.below(7);
                }
                client.write_all(&bytes)
            }
            Harm::Duplicate => {
                let (first, second) = (self.ask(request)?, self.ask(request)?);
                client.write_all(&if draw.once_in(3) { first } else { second }.bytes())
            }
            Harm::Replay => {
                let past = {
                    let seen = self.seen.lock().unwrap();
                    let at = draw.place(seen.past.len());
                    seen.past.get(at).cloned()
                };
                if let Some(past) = past {
                    let again = Message::request(&mut past.as_slice())?;
                    drop(self.ask(&again));
                }
                self.pass(client, request)
            }
            Harm::CommitAhead => {
                let answer = self.ask(request)?;
                let path = request.head.path();
                let token = request.head.header("authorization").unwrap_or_default();
                let commit = format!(
                    "POST {path}/commit HTTP/1.1\r\nhost: ahead\r\nauthorization: {token}\r\ncontent-length: 0\r\n\r\n"
                );
                drop(self.ask_bytes(commit.as_bytes(), &request.head));
                client.write_all(&answer.bytes())
            }
            Harm::PortalPage => {
                let page = "<!doctype html><title>Welcome</title><p>Please accept our terms.";
                made_up(client, &request.head, "200 OK", "content-type: text/html\r\n", page)
            }
            Harm::PortalRedirect => {
                made_up(client, &request.head, "302 Found", "location: http://login.invalid/\r\n", "")
            }
            Harm::Throttle => {
                let headers =
                    "portal-sync: 1\r\nretry-after: 1\r\ncontent-type: application/problem+json\r\n";
                let problem = r#"{"status":429,"code":"too_many_requests"}"#;
                made_up(client, &request.head, "429 Too Many Requests", headers, problem)
            }
            Harm::Unauthorized => {
                if body > 0 {
                    self.tell(&request.bytes()[..head + body / 2])?;
                }
                let headers = "portal-sync: 1\r\ncontent-type: application/problem+json\r\n";
                let problem = r#"{"status":401,"code":"unauthorized"}"#;
                made_up(client, &request.head, "401 Unauthorized", headers, problem)
            }
            Harm::ServerError => {
                let ours = "portal-sync: 1\r\n";
                let (status, headers) = draw.one_of(&[
                    ("500 Internal Server Error", ours),
                    ("502 Bad Gateway", ""),
                    ("503 Service Unavailable", ours),
                    ("504 Gateway Timeout", ""),
                ]);
                made_up(client, &request.head, status, headers, "")
            }
        };
        self.count(harm);
        done?;
        Ok(match harm {
            Harm::Delay
            | Harm::Drip
            | Harm::CorruptRequest
            | Harm::CorruptAnswer
            | Harm::Duplicate
            | Harm::Replay
            | Harm::CommitAhead => true,
            Harm::CutRequestHead
            | Harm::CutRequestBody
            | Harm::CutBeforeAnswer
            | Harm::CutAnswerHead
            | Harm::CutAnswerBody
            | Harm::PortalPage
            | Harm::PortalRedirect
            | Harm::Throttle
            | Harm::Unauthorized
            | Harm::ServerError => false,
        })
    }

    fn count(&self, harm: Harm) {
        *self.seen.lock().unwrap().counts.entry(harm).or_default() += 1;
    }

    fn pass(&self, mut client: &TcpStream, request: &Message) -> io::Result<()> {
        client.write_all(&self.ask(request)?.bytes())
    }

    fn ask(&self, request: &Message) -> io::Result<Message> {
        self.ask_bytes(&request.bytes(), &request.head)
    }

    /// The backend's answer to a request's bytes.
    fn ask_bytes(&self, bytes: &[u8], head: &Head) -> io::Result<Message> {
        let backend = self.tell_on(bytes)?;
        let answer = Message::answer(&mut BufReader::new(&backend), head)?;
        self.seen.lock().unwrap().learn(head, &answer.body);
        Ok(answer)
    }

    /// Gives the backend bytes and goes away.
    fn tell(&self, bytes: &[u8]) -> io::Result<()> {
        self.tell_on(bytes).map(drop)
    }

    fn tell_on(&self, bytes: &[u8]) -> io::Result<TcpStream> {
        let mut backend = TcpStream::connect(&self.backend)?;
        backend.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        backend.write_all(bytes)?;
        Ok(backend)
    }

    fn drip(&self, mut client: &TcpStream, request: &Message) -> io::Result<()> {
        const DROPS: usize = 6;
        let mut backend = TcpStream::connect(&self.backend)?;
        backend.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        let slowly = |to: &mut dyn Write, bytes: &[u8]| -> io::Result<()> {
            for piece in bytes.chunks(bytes.len().div_ceil(DROPS).max(1)) {
                to.write_all(piece)?;
                std::thread::sleep(Duration::from_millis(10));
            }
            Ok(())
        };
        slowly(&mut backend, &request.bytes())?;
        let answer = Message::answer(&mut BufReader::new(&backend), &request.head)?;
        slowly(&mut client, &answer.bytes())
    }
}

impl Seen {
    /// Notes with whose token an operation comes.
    fn note(&mut self, head: &Head) {
        let Some(op_id) = op_id(head.path()) else { return };
        let token = head.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
        if let Some(account) = token.and_then(|token| self.tokens.get(token)) {
            self.senders.entry(op_id).or_default().insert(*account);
        }
    }

    /// Learns whose token it is that the backend gives.
    fn learn(&mut self, head: &Head, answer: &[u8]) {
        let session = match head.path() {
            "/v1/devices" => {
                serde_json::from_slice::<Enrolled>(answer).ok().and_then(|enrolled| enrolled.session)
            }
            "/v1/session" | "/v1/session/refresh" => serde_json::from_slice::<Session>(answer).ok(),
            _ => None,
        };
        if let Some(session) = session {
            self.tokens.insert(session.access_token, session.account.account_id);
        }
    }
}

/// The operation that a request is about.
fn op_id(path: &str) -> Option<OpId> {
    path.strip_prefix("/v1/operations/")?.split('/').next()?.parse().ok()
}

/// Answers in the backend's place, and ends the connection.
fn made_up(
    mut client: &TcpStream,
    request: &Head,
    status: &str,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    client.write_all(head.as_bytes())?;
    if request.is("HEAD") { Ok(()) } else { client.write_all(body.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, request: &Message) -> Vec<Harm> {
        (1..500).map(|number| Harm::drawn(&mut Draw::of(seed, number), request)).collect()
    }

    fn request(bytes: &[u8]) -> Message {
        Message::request(&mut &*bytes).unwrap()
    }

    #[test]
    fn equal_seeds_harm_equally_and_others_do_not() {
        let put = request(b"PUT /v1/blobs/00 HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc");
        assert_eq!(drawn(7, &put), drawn(7, &put));
        assert_ne!(drawn(7, &put), drawn(8, &put));
    }

    #[test]
    fn every_harm_is_drawn_where_it_fits_and_nowhere_else() {
        let declaration = request(b"PUT /v1/operations/x HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc");
        let found: BTreeSet<_> = drawn(1, &declaration).into_iter().collect();
        assert_eq!(found.len(), Harm::ALL.len(), "{found:?}");
        let events = request(b"GET /v1/events?after=0 HTTP/1.1\r\n\r\n");
        for harm in drawn(1, &events) {
            assert!(
                !matches!(
                    harm,
                    Harm::CorruptAnswer | Harm::CorruptRequest | Harm::Duplicate | Harm::CommitAhead
                ),
                "{harm:?}"
            );
        }
    }
}
