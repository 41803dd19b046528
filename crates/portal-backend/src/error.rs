//! What can go wrong in the backend itself. What a client did wrong is a [`crate::problem::Problem`].

/// A failure of storage, keys, rendering or start-up.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    #[error("the database's schema can't be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error(
        "the database is for servers that know its schema {floor} at least, and this one knows {known}: start a newer one"
    )]
    NewerSchema { floor: i64, known: i64 },
    #[error("another transaction changed the same {what}")]
    Raced { what: &'static str },
    #[error("{what} failed")]
    Io {
        what: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the bucket refused")]
    Bucket(#[from] object_store::Error),
    #[error("the stored {what} can't be read")]
    Corrupt { what: &'static str },
    #[error("a stored document can't be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the server key {what} can't be used")]
    Key { what: &'static str },
    #[error("a certificate or its key can't be used")]
    Pki(#[from] portal_contract::pki::PkiError),
    #[error("a contract can't be made")]
    Contract(#[from] crate::contracting::ContractError),
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
    #[error("the password can't be hashed")]
    Password,
    #[error("the notice can't be printed")]
    Notice(#[from] portal_contract::RenderError),
    #[error("{name}: {problem}")]
    Config { name: &'static str, problem: String },
    #[error("another server already uses this data folder")]
    DataInUse,
    #[error("a background task ended early")]
    Task(#[from] tokio::task::JoinError),
    #[error("a metric can't be registered")]
    Metric(#[from] prometheus::Error),
}

impl BackendError {
    /// Names what was being done when the operating system refused.
    pub fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what, source }
    }

    /// Whether room on the disk is what is missing: worth trying again later.
    pub fn is_storage_full(&self) -> bool {
        /// `SQLITE_FULL`, and `disk_full` of PostgreSQL.
        const FULL: &[&str] = &["13", "53100"];
        match self {
            Self::Io { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            Self::Database(sqlx::Error::Database(cause)) => {
                cause.code().is_some_and(|code| FULL.contains(&&*code))
            }
            _ => false,
        }
    }

    /// Whether the storage was only busy, or not there for a moment: worth trying again at once.
    pub fn is_busy(&self) -> bool {
        if self.is_raced() {
            return true;
        }
        match self {
            Self::Database(sqlx::Error::Database(cause)) => cause.code().is_some_and(|code| {
                // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT; lock_not_available, too_many_connections, and the classes of lost
                // connections and of an operator's intervention.
                matches!(&*code, "5" | "517" | "55P03" | "53300")
                    || code.starts_with("08")
                    || code.starts_with("57P")
            }),
            Self::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            // An object that is missing will not come by waiting.
            Self::Bucket(error) => !matches!(error, object_store::Error::NotFound { .. }),
            _ => false,
        }
    }

    /// Whether another transaction was in the way. SQLite's writers wait for each other instead.
    pub fn is_raced(&self) -> bool {
        match self {
            Self::Raced { .. } => true,
            // serialization_failure, deadlock_detected; and unique_violation: nothing is written under a key that was
            // not looked for in the same transaction.
            Self::Database(sqlx::Error::Database(cause)) => {
                cause.code().is_some_and(|code| matches!(&*code, "40001" | "40P01" | "23505"))
            }
            _ => false,
        }
    }
}
