//! The portal's log: JSON lines in the profile folder, rotated daily, never with personal data.

use std::io;
use std::path::Path;

use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

use crate::app::StartError;

const KEPT_DAYS: usize = 14;

/// Starts logging to `PROFILE/logs`. Call once per process.
///
/// # Errors
/// [`StartError::Profile`] when the folder can't be written.
pub fn start(profile_dir: &Path) -> Result<(), StartError> {
    let unusable =
        |error: Box<dyn std::error::Error + Send + Sync>| StartError::Profile(io::Error::other(error));
    // The appender would complain on standard error about a folder that isn't there yet.
    std::fs::create_dir_all(profile_dir.join("logs")).map_err(StartError::Profile)?;
    let appender = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("portal")
        .filename_suffix("jsonl")
        .max_log_files(KEPT_DAYS)
        .build(profile_dir.join("logs"))
        .map_err(|error| unusable(error.into()))?;
    // sqlx would log statements; it is kept to warnings, and the store switches its statement log off as well.
    let filter = EnvFilter::new("info,sqlx=warn,hyper=warn,reqwest=warn");
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(appender)
        .try_init()
        .map_err(unusable)
}
