//! The portal's log: JSON lines in the profile folder, rotated daily, never with personal data.

use std::error::Error as _;
use std::io;
use std::path::Path;

use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

use crate::app::StartError;

const KEPT_DAYS: usize = 14;

/// Starts logging to `PROFILE/logs`, once per process: a second call changes nothing.
///
/// # Errors
/// [`StartError::Profile`] when the folder can't be written.
pub fn start(profile_dir: &Path) -> Result<(), StartError> {
    // The appender would complain on standard error about a folder that isn't there yet.
    std::fs::create_dir_all(profile_dir.join("logs")).map_err(StartError::Profile)?;
    let appender = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("portal")
        .filename_suffix("jsonl")
        .max_log_files(KEPT_DAYS)
        .build(profile_dir.join("logs"))
        .map_err(|error| {
            let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
            StartError::Profile(cause.map_or(io::ErrorKind::Other, io::Error::kind).into())
        })?;
    // sqlx would log statements; it is kept to warnings, and the store switches its statement log off as well.
    let filter = EnvFilter::new("info,sqlx=warn,hyper=warn,reqwest=warn");
    // Fails only where somebody logs already.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(appender).try_init();
    Ok(())
}
