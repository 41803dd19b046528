//! Decoding in a separate program that can be killed: whatever a hostile file does to a decoder happens there.
//!
//! One process answers one request. Request and answer are frames on standard input and output: four bytes
//! (big endian) with the length of a JSON header, the header, then as many raw bytes as the header says.

pub mod frame;
mod job;
mod limits;
mod program;
mod serve;

use std::path::PathBuf;
use std::time::Duration;

use crate::{FitSpec, Fitted, Inspection, Rejection, Turn};
use job::{Answer, Job};

pub use limits::{ADDRESS_SPACE_BYTES, limit_self};
pub use program::{Program, Stop};
pub use serve::serve;

/// Names another program file than the one beside the running program.
pub const WORKER_VARIABLE: &str = "PORTAL_PHOTO_WORKER";
const PROGRAM: &str = "portal-photo-worker";
/// Generous: a 12 MP photo takes well under a second.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(20);

/// Starts `portal-photo-worker` for each picture. Blocking: call it from a bounded pool.
#[derive(Debug, Clone)]
pub struct Worker {
    program: Program,
}

impl Worker {
    /// A worker from a known program file; `deadline` bounds each request from start to answer.
    pub fn new(exe: PathBuf, deadline: Duration) -> Self {
        Self { program: Program::new(exe, deadline) }
    }

    /// The worker, with a way to end its requests before they are answered: they then fail with
    /// [`Rejection::WorkerDied`].
    #[must_use]
    pub fn until(self, stop: Stop) -> Self {
        Self { program: self.program.until(stop) }
    }

    /// The worker with its usual deadline, if [`Worker::locate`] finds the program.
    pub fn installed() -> Option<Self> {
        Self::locate().map(|exe| Self::new(exe, DEFAULT_DEADLINE))
    }

    /// The program named by `PORTAL_PHOTO_WORKER`, or the one beside the running program (for test programs,
    /// which cargo puts one folder deeper, beside that folder).
    pub fn locate() -> Option<PathBuf> {
        Program::locate(WORKER_VARIABLE, PROGRAM)
    }

    /// [`crate::fit`] in the worker.
    ///
    /// # Errors
    /// Those of [`crate::fit`], and [`Rejection::TooSlow`], [`Rejection::WorkerDied`],
    /// [`Rejection::WorkerUnavailable`].
    pub fn fit(&self, bytes: &[u8], spec: &FitSpec) -> Result<Fitted, Rejection> {
        self.fit_showing(bytes, spec, Turn::None, |_| {})
    }

    /// [`crate::fit_showing`] in the worker.
    ///
    /// # Errors
    /// As for [`Worker::fit`].
    pub fn fit_showing(
        &self,
        bytes: &[u8],
        spec: &FitSpec,
        turn: Turn,
        show: impl FnOnce(&[u8]),
    ) -> Result<Fitted, Rejection> {
        let mut preview = Vec::new();
        let early = |body: Vec<u8>| {
            show(&body);
            preview = body;
        };
        match self.ask(Job::Fit { spec: spec.clone(), turn }, bytes, early)? {
            // It was shown before.
            (Answer::Fitted { .. }, _) if preview.is_empty() => Err(Rejection::WorkerDied),
            (Answer::Fitted { fitted }, bytes) => Ok(Fitted { bytes, preview, ..*fitted }),
            (other, _) => Err(other.into_rejection()),
        }
    }

    /// [`crate::inspect`] in the worker.
    ///
    /// # Errors
    /// As for [`Worker::fit`].
    pub fn inspect(&self, bytes: &[u8]) -> Result<Inspection, Rejection> {
        match self.ask(Job::Inspect, bytes, |_| {})? {
            (Answer::Inspected { inspection }, _) => Ok(inspection),
            (other, _) => Err(other.into_rejection()),
        }
    }

    /// [`crate::thumbnail`] in the worker.
    ///
    /// # Errors
    /// As for [`Worker::fit`].
    pub fn thumbnail(&self, bytes: &[u8], max_side_px: u32) -> Result<Vec<u8>, Rejection> {
        match self.ask(Job::Thumbnail { max_side_px }, bytes, |_| {})? {
            (Answer::Thumbnail, body) => Ok(body),
            (other, _) => Err(other.into_rejection()),
        }
    }

    fn ask(
        &self,
        job: Job,
        bytes: &[u8],
        show: impl FnOnce(Vec<u8>),
    ) -> Result<(Answer, Vec<u8>), Rejection> {
        // The worker would say the same, but 60 MB need not travel to hear it.
        if bytes.len() as u64 > crate::MAX_FILE_BYTES {
            let limit_bytes = crate::MAX_FILE_BYTES;
            return Err(Rejection::TooManyBytes { bytes: bytes.len() as u64, limit_bytes });
        }
        let may_show = matches!(job, Job::Fit { .. });
        let is_early = |answer: &Answer| may_show && matches!(answer, Answer::Preview);
        self.program.ask_for_more(&job, bytes, is_early, |_, body| show(body))
    }
}
