//! What can go wrong in the store. Errors carry codes and numbers, never values of a document.

use portal_domain::ids::{OpId, Sha256};
use portal_domain::track::IllegalMove;

/// An error leaves the stored state as it was.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database exists and this key doesn't open it (SQLite error 26).
    #[error("the key does not open this database")]
    WrongKey,
    /// A newer version of the portal wrote this database; [`crate::Store::open_read_only`] still reads it.
    #[error("the database has schema {found}, this version knows {known}")]
    NewerSchema { found: i64, known: i64 },
    /// An older schema can't be read without migrating it, which reading only must not do.
    #[error("the database has schema {found} and must be opened for writing once to bring it to {known}")]
    OlderSchema { found: i64, known: i64 },
    #[error("this store was opened for reading only")]
    ReadOnly,
    #[error("not found")]
    NotFound,
    /// The case exists already.
    #[error("exists already")]
    Exists,
    /// The case was changed since it was read; `current` is its revision now.
    #[error("the case was changed meanwhile (revision {current})")]
    Stale { current: u64 },
    /// Something of the case is in the queue, or its review doesn't allow changes.
    #[error("the case can't be changed now")]
    Frozen,
    #[error(transparent)]
    IllegalMove(#[from] IllegalMove),
    /// Something of this operation has been sent: it can't be taken back from the queue.
    #[error("operation {0} has been sent already")]
    AlreadySent(OpId),
    /// The operation isn't in a state that allows this.
    #[error("operation {0} is not in a state that allows this")]
    WrongOpState(OpId),
    /// The id belongs to an operation with another body.
    #[error("operation {0} exists with another body")]
    OpMismatch(OpId),
    /// Events arrive without gaps: `found` can't follow.
    #[error("event {found} came where {expected} was due")]
    EventGap { expected: u64, found: u64 },
    /// No file of these bytes is stored.
    #[error("blob {0} is missing")]
    BlobMissing(Sha256),
    /// The file is damaged: its bytes don't authenticate or don't have this hash.
    #[error("blob {0} is damaged")]
    BlobDamaged(Sha256),
    /// The bytes given don't have the hash or size that was declared for them.
    #[error("the bytes don't have the declared hash {0}")]
    BlobMismatch(Sha256),
    #[error("the disk is full")]
    DiskFull,
    #[error("reading or writing failed")]
    Io(#[source] std::io::Error),
    /// Another process holds the database.
    #[error("the database is busy")]
    Busy,
    /// A stored value can't be read back: which one.
    #[error("the stored {0} can't be read")]
    Damaged(&'static str),
    #[error("the system gave no random bytes")]
    NoRandomness,
    #[error("the store is closed")]
    Closed,
    #[error("database error")]
    Database(#[source] sqlx::Error),
    #[error("migration failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

/// SQLite's primary result code: the low byte of the extended one (sqlite.org/rescode.html).
pub(crate) fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    Some(extended_code(error)? & 0xff)
}

fn extended_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// What an error of the first access means: there the first page not decrypting is the key's fault.
pub(crate) fn opening(error: sqlx::Error) -> StoreError {
    match sqlite_code(&error) {
        Some(libsqlite3_sys::SQLITE_NOTADB) => StoreError::WrongKey,
        _ => error.into(),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match sqlite_code(&error) {
            Some(libsqlite3_sys::SQLITE_FULL) => return Self::DiskFull,
            Some(libsqlite3_sys::SQLITE_BUSY | libsqlite3_sys::SQLITE_LOCKED) => return Self::Busy,
            // A page that doesn't decrypt once others have: damage, not the key.
            Some(libsqlite3_sys::SQLITE_CORRUPT | libsqlite3_sys::SQLITE_NOTADB) => {
                return Self::Damaged("database");
            }
            Some(libsqlite3_sys::SQLITE_IOERR) => {
                return match extended_code(&error) {
                    // The index of the log couldn't grow: SQLite has no other word for a full disk there.
                    Some(libsqlite3_sys::SQLITE_IOERR_SHMSIZE) => Self::DiskFull,
                    code => Self::Io(std::io::Error::other(format!("SQLite I/O error {code:?}"))),
                };
            }
            Some(libsqlite3_sys::SQLITE_READONLY) => return Self::ReadOnly,
            Some(_) | None => {}
        }
        match error {
            sqlx::Error::Io(error) => error.into(),
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed => Self::Closed,
            sqlx::Error::RowNotFound => Self::NotFound,
            other => Self::Database(other),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Migration(other),
        }
    }
}
