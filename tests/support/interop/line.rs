//! The line between an uploading client and a server: it counts what goes through, and does to it what a case wants.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::http::{Body, Head};
use crate::listener::{Listener, between};

/// Longest wait for a client to come to where it is held.
const HOLD_PATIENCE: Duration = Duration::from_secs(30);
const PIECE_BYTES: usize = 16 << 10;
/// By how much a throttled line may be faster than it was asked to: the last piece isn't waited for.
const SLOW_ENOUGH: f64 = 1.1;

/// A line; requests are forwarded one after the other, answers as they come.
pub struct Line {
    listener: Listener,
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    carried_bytes: u64,
    /// When the first and the last of these went through.
    carrying: Option<(Instant, Instant)>,
    largest_body_bytes: u64,
    bytes_per_s: Option<u64>,
    hold_at_byte: Option<u64>,
    is_held: bool,
    flip_at_byte: Option<u64>,
    lies: bool,
}

impl Line {
    /// Listens on a free port for what goes to this server.
    pub fn to(server: &str) -> Self {
        let shared =
            Arc::new(Shared { server: server.to_owned(), state: Mutex::default(), changed: Condvar::new() });
        let served = Arc::clone(&shared);
        let listener = Listener::start(move |client| {
            between(client, &served.server, |client, server| served.carry(client, server))
        });
        Self { listener, shared }
    }

    pub fn address(&self) -> &str {
        self.listener.address()
    }

    /// From now on no faster than this.
    pub fn throttle(&self, bytes_per_s: u64) {
        self.state(|state| state.bytes_per_s = Some(bytes_per_s));
    }

    /// Changes one bit of the body byte with this number.
    pub fn flip(&self, at_byte: u64) {
        self.state(|state| state.flip_at_byte = Some(at_byte));
    }

    /// Tells the next one who asks for an upload's offset another one.
    pub fn lie_about_the_offset(&self) {
        self.state(|state| state.lies = true);
    }

    /// Stands still once so many bytes of bodies have gone through.
    pub fn hold(&self, at_byte: u64) {
        self.state(|state| state.hold_at_byte = Some(at_byte));
    }

    /// Waits until it stands still; gives whether it came to that.
    pub fn wait_until_held(&self) -> bool {
        let state = self.shared.state.lock().unwrap();
        let (state, _) =
            self.shared.changed.wait_timeout_while(state, HOLD_PATIENCE, |state| !state.is_held).unwrap();
        state.is_held
    }

    /// The connection that stands still breaks; others are carried.
    pub fn release(&self) {
        self.state(|state| state.is_held = false);
        self.shared.changed.notify_all();
    }

    /// Whether it has done what it was asked to: been slow, stood still, changed a bit, told another offset.
    pub fn is_done(&self) -> bool {
        let state = self.shared.state.lock().unwrap();
        // As the clock has it, from the first byte on: not the pauses that were meant.
        let is_slow = state.bytes_per_s.is_none_or(|rate| {
            let time = state.carrying.map_or(0.0, |(first, last)| (last - first).as_secs_f64());
            state.carried_bytes as f64 <= SLOW_ENOUGH * rate as f64 * time
        });
        is_slow && state.hold_at_byte.is_none() && state.flip_at_byte.is_none() && !state.lies
    }

    /// Bytes of bodies that went towards the server.
    pub fn carried_bytes(&self) -> u64 {
        self.shared.state.lock().unwrap().carried_bytes
    }

    /// The largest body that was announced.
    pub fn largest_body_bytes(&self) -> u64 {
        self.shared.state.lock().unwrap().largest_body_bytes
    }

    fn state(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.shared.state.lock().unwrap());
    }
}

impl Shared {
    fn carry(&self, client: &TcpStream, server: &TcpStream) -> io::Result<()> {
        let (mut requests, mut answers) = (BufReader::new(client), BufReader::new(server));
        let (mut to_client, mut to_server) = (client, server);
        loop {
            let request = Head::read(&mut requests)?;
            to_server.write_all(&request.bytes)?;
            // A server that refuses early is heard all the same.
            let sent = self.carry_body(&request.body(), &mut requests, &mut to_server);
            if sent.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionAborted) {
                return sent;
            }
            let answer = Head::read(&mut answers)?;
            to_client.write_all(&self.told(&request, &answer))?;
            let body =
                if request.is("HEAD") || answer.has_no_body() { Body::Sized(0) } else { answer.body() };
            body.copy(&mut answers, &mut to_client)?;
            sent?;
        }
    }

    fn carry_body(&self, body: &Body, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
        match body {
            Body::Sized(size_bytes) => {
                let mut state = self.state.lock().unwrap();
                state.largest_body_bytes = state.largest_body_bytes.max(*size_bytes);
                drop(state);
                self.carry_bytes(*size_bytes, from, to)
            }
            Body::Chunked => {
                let mut whole = 0;
                loop {
                    let mut line = Vec::new();
                    from.read_until(b'\n', &mut line)?;
                    to.write_all(&line)?;
                    let size_bytes =
                        u64::from_str_radix(String::from_utf8_lossy(&line).trim(), 16).unwrap_or(0);
                    self.carry_bytes(size_bytes, from, to)?;
                    io::copy(&mut from.by_ref().take(2), to)?;
                    whole += size_bytes;
                    let mut state = self.state.lock().unwrap();
                    state.largest_body_bytes = state.largest_body_bytes.max(whole);
                    if size_bytes == 0 {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn carry_bytes(&self, size_bytes: u64, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
        let mut left = from.take(size_bytes);
        let mut piece = [0; PIECE_BYTES];
        loop {
            let read = left.read(&mut piece)?;
            if read == 0 {
                // Less than announced: the client is gone.
                return if left.limit() == 0 { Ok(()) } else { Err(io::ErrorKind::ConnectionAborted.into()) };
            }
            let piece = &mut piece[..read];
            let pause = self.pass(piece);
            to.write_all(piece)?;
            match pause {
                Pause::None => {}
                Pause::For(time) => std::thread::sleep(time),
                Pause::UntilReleased => {
                    let mut state = self.state.lock().unwrap();
                    state.is_held = true;
                    self.changed.notify_all();
                    drop(self.changed.wait_while(state, |state| state.is_held).unwrap());
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
            }
        }
    }

    /// Counts a piece and does to it what is due.
    fn pass(&self, piece: &mut [u8]) -> Pause {
        let began = Instant::now();
        let mut state = self.state.lock().unwrap();
        let before = state.carried_bytes;
        state.carried_bytes += piece.len() as u64;
        let through = state.carried_bytes;
        state.carrying = Some((state.carrying.map_or(began, |(first, _)| first), began));
        let is_due = |at: u64| (before..through).contains(&at);
        if let Some(at) = state.flip_at_byte.filter(|at| is_due(*at)) {
            piece[usize::try_from(at - before).unwrap()] ^= 1;
            state.flip_at_byte = None;
        }
        if state.hold_at_byte.is_some_and(is_due) {
            state.hold_at_byte = None;
            return Pause::UntilReleased;
        }
        match state.bytes_per_s {
            Some(rate) => {
                let due = Duration::from_secs_f64(piece.len() as f64 / rate as f64);
                Pause::For(due.saturating_sub(began.elapsed()))
            }
            None => Pause::None,
        }
    }

    /// The head of an answer as it is told.
    fn told(&self, request: &Head, answer: &Head) -> Vec<u8> {
        const NAME: &str = "upload-offset";
        let Some(offset) = answer.header(NAME).filter(|_| request.is("HEAD")) else {
            return answer.bytes.clone();
        };
        if !std::mem::take(&mut self.state.lock().unwrap().lies) {
            return answer.bytes.clone();
        }
        let wrong = offset.parse::<u64>().unwrap() / 2 + 1;
        let text = String::from_utf8_lossy(&answer.bytes);
        let lines = text.split_inclusive("\r\n").map(|line| match line.split_once(':') {
            Some((name, _)) if name.eq_ignore_ascii_case(NAME) => format!("{name}: {wrong}\r\n"),
            _ => line.to_owned(),
        });
        lines.collect::<String>().into_bytes()
    }
}

enum Pause {
    None,
    For(Duration),
    UntilReleased,
}
