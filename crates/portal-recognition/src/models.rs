//! The two models that read print, and the letters that the second one knows. Files of a folder, put there by set-up
//! and by the installer; everything but reading print works without them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rten::{Model, RunOptions, ThreadPool};

/// Names another folder than the ones that are looked at.
pub const MODELS_VARIABLE: &str = "PORTAL_MODELS";

/// What the folder holds.
pub const DETECTION: &str = "detection.onnx";
pub const RECOGNITION: &str = "recognition.onnx";
pub const LETTERS: &str = "letters.txt";

/// Threads of one reading: these models gain little from a second one, and somebody types on the same computer.
const THREADS: usize = 1;

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("a model's file can't be read")]
    Unreadable(#[source] std::io::Error),
    #[error("a model's file is damaged, or not the one that is wanted")]
    Damaged,
}

/// Everything that reading print takes.
pub struct Models {
    pub(crate) detection: Model,
    pub(crate) recognition: Model,
    pub(crate) alphabet: Alphabet,
    pub(crate) options: RunOptions,
}

impl Models {
    /// The folder named by `PORTAL_MODELS`, or the one that the installer or set-up made for the running program.
    pub fn locate() -> Option<PathBuf> {
        let is_whole = |folder: &PathBuf| {
            [DETECTION, RECOGNITION, LETTERS].iter().all(|name| folder.join(name).is_file())
        };
        if let Some(named) = std::env::var_os(MODELS_VARIABLE) {
            return Some(PathBuf::from(named)).filter(is_whole);
        }
        let running = std::env::current_exe().ok()?;
        let beside = running.parent()?;
        // On Windows resources lie beside the programs; Debian's have a folder of their own, and so have macOS's. In a
        // target folder the programs are one or two folders deeper than the models.
        let folders =
            ["models", "../lib/zhanggui/models", "../Resources/models", "../models", "../../models"];
        folders.iter().map(|folder| beside.join(folder)).find(is_whole)
    }

    /// Loads the models of a folder.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let bytes = |name: &str| std::fs::read(folder.join(name)).map_err(ModelError::Unreadable);
        let model = |name: &str| Model::load(bytes(name)?).map_err(|_| ModelError::Damaged);
        let letters = String::from_utf8(bytes(LETTERS)?).map_err(|_| ModelError::Damaged)?;
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::new(ThreadPool::with_num_threads(THREADS)));
        Ok(Self {
            detection: model(DETECTION)?,
            recognition: model(RECOGNITION)?,
            alphabet: Alphabet::new(&letters),
            options,
        })
    }
}

/// The letters by the recognition model's classes: nothing, the file's lines, a space.
pub(crate) struct Alphabet(Vec<char>);

impl Alphabet {
    fn new(lines: &str) -> Self {
        let letters = lines.lines().map(|line| line.chars().next().unwrap_or(' '));
        Self(letters.chain([' ']).collect())
    }

    pub fn classes(&self) -> usize {
        self.0.len() + 1
    }

    /// None for the class that is no letter.
    pub fn letter(&self, class: usize) -> Option<char> {
        self.0.get(class.checked_sub(1)?).copied()
    }
}
