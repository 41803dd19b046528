//! A line between the portal and the backend that breaks where a test wants it to.

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::http::{Body, Head};
use crate::listener::{Listener, between};

/// Where the line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// When so many bytes of the request's body have gone through.
    Request(u64),
    /// When the backend has answered: nothing of the answer goes through.
    Answer,
}

/// One break of the line.
pub struct Break {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ahead,
    /// The line hangs there.
    Reached,
    Over,
}

struct Rule {
    matches: Box<dyn Fn(&str) -> bool + Send>,
    skip: usize,
    at: At,
    /// Whether the line hangs before it breaks.
    hangs: bool,
    point: Arc<Break>,
}

struct Line {
    backend: String,
    rules: Mutex<Vec<Rule>>,
    requests: Mutex<Vec<String>>,
}

/// The line. Requests are named `METHOD path`.
pub struct Proxy {
    listener: Listener,
    line: Arc<Line>,
}

impl Proxy {
    /// Listens on a free port for what goes to this backend.
    pub fn start(backend: &str) -> Self {
        let line = Arc::new(Line {
            backend: backend.to_owned(),
            rules: Mutex::default(),
            requests: Mutex::default(),
        });
        let served = Arc::clone(&line);
        let listener = Listener::start(move |client| {
            between(client, &served.backend, |client, backend| served.carry(client, backend))
        });
        Self { listener, line }
    }

    pub fn address(&self) -> &str {
        self.listener.address()
    }

    /// Requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.line.requests.lock().unwrap().clone()
    }

    /// Breaks the line in the next request that matches.
    pub fn cut(&self, matches: impl Fn(&str) -> bool + Send + 'static, at: At) -> Arc<Break> {
        self.add(Box::new(matches), 0, at, false)
    }

    /// Lets the line hang in a request that matches, after `skip` others; [`Break::end`] breaks it.
    pub fn hang(&self, matches: impl Fn(&str) -> bool + Send + 'static, skip: usize, at: At) -> Arc<Break> {
        self.add(Box::new(matches), skip, at, true)
    }

    fn add(&self, matches: Box<dyn Fn(&str) -> bool + Send>, skip: usize, at: At, hangs: bool) -> Arc<Break> {
        let point = Arc::new(Break { state: Mutex::new(State::Ahead), changed: Condvar::new() });
        self.line.rules.lock().unwrap().push(Rule { matches, skip, at, hangs, point: Arc::clone(&point) });
        point
    }

    /// Forgets breaks that were not reached.
    pub fn mend(&self) {
        for rule in self.line.rules.lock().unwrap().drain(..) {
            rule.point.end();
        }
    }
}

impl Break {
    /// Whether the line has broken here.
    pub fn is_reached(&self) -> bool {
        *self.state.lock().unwrap() != State::Ahead
    }

    /// Waits until the line hangs here; gives whether it did in this time. Blocks.
    pub fn wait(&self, within: Duration) -> bool {
        let state = self.state.lock().unwrap();
        let (state, _) =
            self.changed.wait_timeout_while(state, within, |state| *state == State::Ahead).unwrap();
        *state != State::Ahead
    }

    /// Ends the hanging: both sides find the line broken.
    pub fn end(&self) {
        *self.state.lock().unwrap() = State::Over;
        self.changed.notify_all();
    }

    fn reach(&self, hangs: bool) {
        let mut state = self.state.lock().unwrap();
        if *state == State::Ahead {
            *state = if hangs { State::Reached } else { State::Over };
            self.changed.notify_all();
        }
        drop(self.changed.wait_while(state, |state| *state == State::Reached).unwrap());
    }
}

impl Line {
    fn carry(&self, client: &TcpStream, backend: &TcpStream) -> io::Result<()> {
        let (mut requests, mut answers) = (BufReader::new(client), BufReader::new(backend));
        let (mut to_client, mut to_backend) = (client, backend);
        loop {
            let request = Head::read(&mut requests)?;
            let rule = self.rule_for(&request.name());
            to_backend.write_all(&request.bytes)?;
            match &rule {
                Some((At::Request(bytes), hangs, point)) => {
                    request.body().copy(&mut requests.by_ref().take(*bytes), &mut to_backend)?;
                    point.reach(*hangs);
                    return Ok(());
                }
                Some((At::Answer, ..)) | None => request.body().copy(&mut requests, &mut to_backend)?,
            }
            let answer = Head::read(&mut answers)?;
            if let Some((_, hangs, point)) = rule {
                point.reach(hangs);
                return Ok(());
            }
            to_client.write_all(&answer.bytes)?;
            let body =
                if request.is("HEAD") || answer.has_no_body() { Body::Sized(0) } else { answer.body() };
            body.copy(&mut answers, &mut to_client)?;
        }
    }

    fn rule_for(&self, name: &str) -> Option<(At, bool, Arc<Break>)> {
        self.requests.lock().unwrap().push(name.to_owned());
        let mut rules = self.rules.lock().unwrap();
        let position = rules.iter_mut().position(|rule| {
            if !(rule.matches)(name) {
                return false;
            }
            let due = rule.skip == 0;
            rule.skip = rule.skip.saturating_sub(1);
            due
        })?;
        let rule = rules.remove(position);
        Some((rule.at, rule.hangs, rule.point))
    }
}
