//! Another program of ours, started for one request and killed when it takes too long.

use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::frame;
use crate::Rejection;

/// A program that answers one request per process, by frames on its standard input and output.
#[derive(Debug, Clone)]
pub struct Program {
    exe: PathBuf,
    deadline: Duration,
    stop: Option<Stop>,
}

/// Ends the requests of the programs that were given it, from another thread: their processes are killed.
#[derive(Clone, Default)]
pub struct Stop(Arc<Mutex<Stopping>>);

#[derive(Default)]
struct Stopping {
    is_stopped: bool,
    /// Wakes who waits, for a process or for its turn.
    waiting: Vec<Box<dyn FnOnce() + Send>>,
}

impl Stop {
    /// Ends what runs, and lets nothing begin any more.
    pub fn now(&self) {
        let mut stopping = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stopping.is_stopped = true;
        for wake in stopping.waiting.drain(..) {
            wake();
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_stopped
    }

    /// Has `wake` called when it is time; at once if it is. It is kept for as long as this is.
    pub fn tell(&self, wake: impl FnOnce() + Send + 'static) {
        let mut stopping = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if stopping.is_stopped {
            wake();
        } else {
            stopping.waiting.push(Box::new(wake));
        }
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}

impl Program {
    /// `deadline` bounds each request from start to answer.
    pub fn new(exe: PathBuf, deadline: Duration) -> Self {
        Self { exe, deadline, stop: None }
    }

    /// The program, with a way to end its requests before they are answered: they then fail with
    /// [`Rejection::WorkerDied`].
    #[must_use]
    pub fn until(mut self, stop: Stop) -> Self {
        self.stop = Some(stop);
        self
    }

    /// The file named by the environment's `variable`, or the one called `name` beside the running program (for test
    /// programs, which cargo puts one folder deeper, beside that folder).
    pub fn locate(variable: &str, name: &str) -> Option<PathBuf> {
        if let Some(named) = std::env::var_os(variable) {
            return Some(PathBuf::from(named)).filter(|path| path.is_file());
        }
        let running = std::env::current_exe().ok()?;
        let folder = running.parent()?;
        let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let mut folders = vec![folder];
        if folder.ends_with("deps") {
            folders.extend(folder.parent());
        }
        folders.into_iter().map(|folder: &Path| folder.join(&file_name)).find(|path| path.is_file())
    }

    /// Starts the program, sends one request and waits for its answer. Blocking.
    ///
    /// # Errors
    /// [`Rejection::TooSlow`], [`Rejection::WorkerDied`], [`Rejection::WorkerUnavailable`]: what the program itself
    /// has to say is in its answer.
    pub fn ask<J: Serialize + Sync, A: DeserializeOwned + Send + 'static>(
        &self,
        job: &J,
        bytes: &[u8],
    ) -> Result<(A, Vec<u8>), Rejection> {
        self.ask_for_more(job, bytes, |_| false, |_, _| {})
    }

    /// As [`Program::ask`], of a program that may say one thing before its answer: that goes to `early`.
    ///
    /// # Errors
    /// As [`Program::ask`]. More than one such thing is taken for the answer, which it isn't.
    pub fn ask_for_more<J: Serialize + Sync, A: DeserializeOwned + Send + 'static>(
        &self,
        job: &J,
        bytes: &[u8],
        is_early: impl Fn(&A) -> bool + Copy + Send,
        early: impl FnOnce(A, Vec<u8>),
    ) -> Result<(A, Vec<u8>), Rejection> {
        if self.stop.as_ref().is_some_and(Stop::is_stopped) {
            return Err(Rejection::WorkerDied);
        }
        let mut child = self.spawn()?;
        let answer = self.converse(&mut child, job, bytes, is_early, early);
        // After an answer the process ends by itself; after none it must not be left behind. Killing one that
        // has ended is no error worth telling.
        child.kill().ok();
        child.wait().ok();
        answer
    }

    fn converse<J: Serialize + Sync, A: DeserializeOwned + Send + 'static>(
        &self,
        child: &mut Child,
        job: &J,
        bytes: &[u8],
        is_early: impl Fn(&A) -> bool + Copy + Send,
        early: impl FnOnce(A, Vec<u8>),
    ) -> Result<(A, Vec<u8>), Rejection> {
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Rejection::WorkerUnavailable);
        };
        // An answer, or nothing when there is to be none.
        let (sender, receiver) = mpsc::channel();
        if let Some(stop) = &self.stop {
            let stopped = sender.clone();
            stop.tell(move || {
                // The receiver is gone when there was an answer.
                stopped.send(None).ok();
            });
        }
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A worker that died early shows by its missing answer.
                frame::write(&mut input, job, bytes).and_then(|()| input.flush()).ok();
            });
            scope.spawn(move || {
                let mut output = BufReader::new(output);
                let mut answer = frame::read::<A>(&mut output, crate::MAX_WORKING_BYTES);
                if answer.as_ref().is_ok_and(|(answer, _)| is_early(answer)) {
                    sender.send(Some(answer)).ok();
                    answer = frame::read::<A>(&mut output, crate::MAX_WORKING_BYTES);
                }
                // The receiver is gone when the deadline has passed, or nobody waits any more.
                sender.send(Some(answer)).ok();
            });
            let deadline = Instant::now() + self.deadline;
            let next = || receiver.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let answer = match next() {
                Ok(Some(Ok((answer, body)))) if is_early(&answer) => {
                    early(answer, body);
                    next()
                }
                answer => answer,
            };
            if !matches!(answer, Ok(Some(_))) {
                // Closes both pipes, which ends both threads.
                child.kill().ok();
            }
            match answer {
                Ok(Some(Ok(answer))) => Ok(answer),
                Ok(Some(Err(_)) | None) => Err(Rejection::WorkerDied),
                Err(_) => {
                    let deadline_ms = u64::try_from(self.deadline.as_millis()).unwrap_or(u64::MAX);
                    Err(Rejection::TooSlow { deadline_ms })
                }
            }
        })
    }

    fn spawn(&self) -> Result<Child, Rejection> {
        let mut command = Command::new(&self.exe);
        // Nothing of this process is the worker's business: no variable, no folder, no open file.
        command.env_clear();
        #[cfg(unix)]
        {
            command.current_dir("/");
            // Rust opens everything so that children don't get it; C libraries, and whoever started this process, may not.
            close_fds::set_fds_cloexec_threadsafe(3, &[]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(windows)]
        {
            use std::os::windows::process::CommandExt;
            const CREATE_NO_WINDOW: u32 = 0x0800_0000;
            command.creation_flags(CREATE_NO_WINDOW);
            // Without it parts of the system that programs are loaded with don't start.
            command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
        }
        command.spawn().map_err(|_| Rejection::WorkerUnavailable)
    }
}
