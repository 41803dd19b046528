//! Staff passwords: argon2id, checked at the same cost whether or not the user exists.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::BackendError;

/// Passwords checked at once: each takes 19 MiB and a processor.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Fewest characters of a staff password.
pub const MIN_CHARS: usize = 8;

/// The PHC string under which a password is kept.
///
/// # Errors
/// [`BackendError::Password`] when the system gives no salt.
pub fn hash(password: &str) -> Result<String, BackendError> {
    let hash: PasswordHash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|_| BackendError::Password)?;
    Ok(hash.to_string())
}

/// Whether the password belongs to the hash. Without a hash the same work is done, and the answer is no.
/// Runs for tens of milliseconds: call [`verify_on_pool`] from async code.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    let nobody = NOBODY.get_or_init(|| self::hash("nobody has this password").ok());
    let (text, known) = match hash {
        Some(text) => (text, true),
        None => (nobody.as_deref().unwrap_or_default(), false),
    };
    let matches = PasswordHash::new(text)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    matches && known
}

/// [`verify`] on the blocking pool, a few at once.
///
/// # Errors
/// [`BackendError::Task`] when the task was cancelled.
pub async fn verify_on_pool(password: String, hash: Option<String>) -> Result<bool, BackendError> {
    // The semaphore is never closed.
    let _check = CHECKS.acquire().await.ok();
    Ok(tokio::task::spawn_blocking(move || verify(&password, hash.as_deref())).await?)
}
