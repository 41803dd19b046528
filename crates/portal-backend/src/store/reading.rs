//! Reading typed values out of text and integer columns.

use std::str::FromStr;

use portal_domain::ids::Sha256;

use crate::error::BackendError;

/// An identifier or hash kept as text.
///
/// # Errors
/// [`BackendError::Corrupt`].
pub fn parsed<T: FromStr>(text: &str, what: &'static str) -> Result<T, BackendError> {
    text.parse().map_err(|_| BackendError::Corrupt { what })
}

/// A hash kept as text.
///
/// # Errors
/// [`BackendError::Corrupt`].
pub fn sha(text: &str) -> Result<Sha256, BackendError> {
    parsed(text, "hash")
}

/// A count or size: never negative.
///
/// # Errors
/// [`BackendError::Corrupt`].
pub fn unsigned<T: TryFrom<i64>>(value: i64, what: &'static str) -> Result<T, BackendError> {
    T::try_from(value).map_err(|_| BackendError::Corrupt { what })
}

/// A count or size as SQLite keeps it.
pub fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
