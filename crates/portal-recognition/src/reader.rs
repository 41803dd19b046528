//! Reading in a separate program: the models' memory is given back when a page is read, and whatever a hostile picture
//! does to a decoder happens there. One process reads one page, as `portal-photo-worker` fits one photo.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use portal_imaging::worker::{Program, frame};
use portal_imaging::{MAX_FILE_BYTES, Rejection};
use serde::{Deserialize, Serialize};

use crate::{Models, Reading, Request};

/// Names another program file than the one beside the running program.
pub const READER_VARIABLE: &str = "PORTAL_PAGE_READER";
const PROGRAM: &str = "portal-page-reader";
/// A page takes about a second.
const DEADLINE: Duration = Duration::from_secs(30);
/// Address space of the reader, in bytes: its models, one picture, and what its threads reserve.
pub const ADDRESS_SPACE_BYTES: u64 = 700_000_000;

/// Why a picture could not be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ReadError {
    #[error("the picture is refused")]
    Picture { rejection: Rejection },
    #[error("the models can't be used")]
    Models,
}

impl From<Rejection> for ReadError {
    fn from(rejection: Rejection) -> Self {
        Self::Picture { rejection }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Job {
    request: Request,
    models: Option<PathBuf>,
}

/// Starts `portal-page-reader` for each picture. Blocking: call it from a bounded pool.
#[derive(Debug, Clone)]
pub struct Reader {
    program: Program,
    models: Option<PathBuf>,
}

impl Reader {
    /// A reader from a known program file and folder of models.
    pub fn new(exe: PathBuf, models: Option<PathBuf>, deadline: Duration) -> Self {
        Self { program: Program::new(exe, deadline), models }
    }

    /// The reader that is installed, with the models that are; without models it reads QR codes only.
    pub fn installed() -> Option<Self> {
        let exe = Program::locate(READER_VARIABLE, PROGRAM)?;
        Some(Self::new(exe, Models::locate(), DEADLINE))
    }

    pub fn has_models(&self) -> bool {
        self.models.is_some()
    }

    /// [`crate::read`] of a picture file, in the reader's process.
    ///
    /// # Errors
    /// When the picture is refused, reading takes too long, or the models are damaged.
    pub fn read(&self, bytes: &[u8], request: Request) -> Result<Reading, ReadError> {
        let job = Job { request, models: self.models.clone() };
        let (answer, _) = self.program.ask::<_, Result<Reading, ReadError>>(&job, bytes)?;
        answer
    }
}

/// The reader's side: answers one request.
///
/// # Errors
/// When the request is no frame or the answer cannot be written; a refused picture is an answer, not an error.
pub fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let (job, bytes) = frame::read::<Job>(input, MAX_FILE_BYTES)?;
    frame::write(output, &answer(&job, bytes), &[])?;
    output.flush()
}

fn answer(job: &Job, bytes: Vec<u8>) -> Result<Reading, ReadError> {
    let picture = portal_imaging::pixels(&bytes)?;
    drop(bytes);
    let models = job.models.as_deref().map(Models::load).transpose().map_err(|_| ReadError::Models)?;
    crate::read(&picture, &job.request, models.as_ref()).map_err(|_| ReadError::Models)
}
