//! Decoding in a separate program that can be killed: whatever a hostile file does to a decoder happens there.
//!
//! One process answers one request. Request and answer are frames on standard input and output: four bytes
//! (big endian) with the length of a JSON header, the header, then as many raw bytes as the header says.

mod frame;
mod limits;
mod serve;

use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::{FitSpec, Fitted, Inspection, Rejection, Turn};
use frame::{Answer, Job};

pub use limits::{ADDRESS_SPACE_BYTES, limit_self};
pub use serve::serve;

/// Names another program file than the one beside the running program.
pub const WORKER_VARIABLE: &str = "PORTAL_PHOTO_WORKER";
const PROGRAM: &str = "portal-photo-worker";
/// Generous: a 12 MP photo takes well under a second.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(20);

/// Starts `portal-photo-worker` for each picture. Blocking: call it from a bounded pool.
#[derive(Debug, Clone)]
pub struct Worker {
    exe: PathBuf,
    deadline: Duration,
}

impl Worker {
    /// A worker from a known program file; `deadline` bounds each request from start to answer.
    pub fn new(exe: PathBuf, deadline: Duration) -> Self {
        Self { exe, deadline }
    }

    /// The worker with its usual deadline, if [`Worker::locate`] finds the program.
    pub fn installed() -> Option<Self> {
        Self::locate().map(|exe| Self::new(exe, DEFAULT_DEADLINE))
    }

    /// The program named by `PORTAL_PHOTO_WORKER`, or the one beside the running program (for test programs,
    /// which cargo puts one folder deeper, beside that folder).
    pub fn locate() -> Option<PathBuf> {
        if let Some(named) = std::env::var_os(WORKER_VARIABLE) {
            return Some(PathBuf::from(named)).filter(|path| path.is_file());
        }
        let running = std::env::current_exe().ok()?;
        let folder = running.parent()?;
        let file_name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
        let mut folders = vec![folder];
        if folder.ends_with("deps") {
            folders.extend(folder.parent());
        }
        folders.into_iter().map(|folder: &Path| folder.join(&file_name)).find(|path| path.is_file())
    }

    /// [`crate::fit`] in the worker.
    ///
    /// # Errors
    /// Those of [`crate::fit`], and [`Rejection::TooSlow`], [`Rejection::WorkerDied`],
    /// [`Rejection::WorkerUnavailable`].
    pub fn fit(&self, bytes: &[u8], spec: &FitSpec) -> Result<Fitted, Rejection> {
        self.fit_turned(bytes, spec, Turn::None)
    }

    /// [`crate::fit_turned`] in the worker.
    ///
    /// # Errors
    /// As for [`Worker::fit`].
    pub fn fit_turned(&self, bytes: &[u8], spec: &FitSpec, turn: Turn) -> Result<Fitted, Rejection> {
        match self.ask(Job::Fit { spec: spec.clone(), turn }, bytes)? {
            (Answer::Fitted { fitted }, body) => Ok(Fitted { bytes: body, ..*fitted }),
            (other, _) => Err(other.into_rejection()),
        }
    }

    /// [`crate::inspect`] in the worker.
    ///
    /// # Errors
    /// As for [`Worker::fit`].
    pub fn inspect(&self, bytes: &[u8]) -> Result<Inspection, Rejection> {
        match self.ask(Job::Inspect, bytes)? {
            (Answer::Inspected { inspection }, _) => Ok(inspection),
            (other, _) => Err(other.into_rejection()),
        }
    }

    /// [`crate::thumbnail`] in the worker.
    ///
    /// # Errors
    /// As for [`Worker::fit`].
    pub fn thumbnail(&self, bytes: &[u8], max_side_px: u32) -> Result<Vec<u8>, Rejection> {
        match self.ask(Job::Thumbnail { max_side_px }, bytes)? {
            (Answer::Thumbnail, body) => Ok(body),
            (other, _) => Err(other.into_rejection()),
        }
    }

    fn ask(&self, job: Job, bytes: &[u8]) -> Result<(Answer, Vec<u8>), Rejection> {
        // The worker would say the same, but 60 MB need not travel to hear it.
        if bytes.len() as u64 > crate::MAX_FILE_BYTES {
            let limit_bytes = crate::MAX_FILE_BYTES;
            return Err(Rejection::TooManyBytes { bytes: bytes.len() as u64, limit_bytes });
        }
        let mut child = self.spawn()?;
        let answer = self.converse(&mut child, job, bytes);
        // After an answer the process ends by itself; after none it must not be left behind. Killing one that
        // has ended is no error worth telling.
        child.kill().ok();
        child.wait().ok();
        answer
    }

    fn converse(&self, child: &mut Child, job: Job, bytes: &[u8]) -> Result<(Answer, Vec<u8>), Rejection> {
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Rejection::WorkerUnavailable);
        };
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A worker that died early shows by its missing answer.
                frame::write(&mut input, &job, bytes).and_then(|()| input.flush()).ok();
            });
            scope.spawn(move || {
                let answer = frame::read::<Answer>(&mut BufReader::new(output), crate::MAX_WORKING_BYTES);
                // The receiver is gone only when the deadline has passed.
                sender.send(answer).ok();
            });
            let answer = receiver.recv_timeout(self.deadline);
            if answer.is_err() {
                // Closes both pipes, which ends both threads.
                child.kill().ok();
            }
            match answer {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(_)) => Err(Rejection::WorkerDied),
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
