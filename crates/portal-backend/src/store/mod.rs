//! Everything that is SQL. Functions take a connection, so that what belongs together shares one transaction.
//!
//! Both databases are spoken to by the same functions: most statements have one text, with numbered placeholders. Where
//! SQLite and PostgreSQL differ, [`locking`] and the schemas say how.

pub mod accounts;
pub mod approvals;
pub mod audit;
pub mod blobs;
pub mod cases;
pub mod codes;
pub mod console;
pub mod contracts;
pub mod devices;
pub mod events;
pub mod operations;
mod postgres;
pub mod reading;
mod retrying;
pub mod second_factors;
pub mod sessions;
mod sqlite;
pub mod steps;
pub mod tenants;
pub mod uploads;

use std::path::PathBuf;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Transaction};
use tokio::sync::watch;

use crate::error::BackendError;
pub use postgres::PostgresUrl;
pub use retrying::retried;

/// What every query runs on.
pub type Conn = AnyConnection;

/// Which database a backend keeps its rows in.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file of its own: one server, and the command line beside it.
    Sqlite(PathBuf),
    /// Shared by any number of servers.
    Postgres(PostgresUrl),
}

/// How commits of other processes are noticed, and others told of ours.
#[derive(Clone)]
enum Neighbours {
    /// SQLite counts its file's versions.
    ByVersion,
    /// PostgreSQL notifies. Only a hint: it is looked again without one.
    ByNotice(PostgresUrl),
}

/// The database.
#[derive(Clone)]
pub struct Store {
    writer: AnyPool,
    readers: AnyPool,
    neighbours: Neighbours,
    changed: watch::Sender<u64>,
}

impl Store {
    /// Opens a database, creating (SQLite only) and migrating it as needed.
    ///
    /// # Errors
    /// [`BackendError::Database`], [`BackendError::Migration`], [`BackendError::NewerSchema`].
    pub async fn open(database: &Database) -> Result<Self, BackendError> {
        sqlx::any::install_default_drivers();
        let changed = watch::Sender::new(0);
        match database {
            Database::Sqlite(path) => {
                let (writer, readers) = sqlite::open(path).await?;
                Ok(Self { writer, readers, neighbours: Neighbours::ByVersion, changed })
            }
            Database::Postgres(url) => {
                let pool = postgres::open(url).await?;
                let neighbours = Neighbours::ByNotice(url.clone());
                Ok(Self { writer: pool.clone(), readers: pool, neighbours, changed })
            }
        }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`BackendError::Database`].
    pub async fn read(&self) -> Result<PoolConnection<Any>, BackendError> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that may write. In SQLite it holds the write lock from its first moment, so that it can't fail
    /// half-way; in PostgreSQL it may lose a race, and is then [`retried`].
    ///
    /// # Errors
    /// [`BackendError::Database`].
    pub async fn write(&self) -> Result<Transaction<'static, Any>, BackendError> {
        Ok(match self.neighbours {
            Neighbours::ByVersion => self.writer.begin_with("BEGIN IMMEDIATE").await?,
            Neighbours::ByNotice(_) => self.writer.begin().await?,
        })
    }

    /// Ticks after every change of the database, by this process or another.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Says that this process has just committed something that others wait for.
    pub async fn announce(&self) {
        self.tick();
        if let Neighbours::ByNotice(_) = self.neighbours
            && let Err(error) = postgres::notify(&self.writer).await
        {
            // They look again by themselves, only later.
            tracing::warn!(error = %crate::problem::Chain(&error), "other servers were not told of a change");
        }
    }

    /// Watches for commits of other processes, for ever.
    ///
    /// # Errors
    /// [`BackendError::Database`] when the embedded database can't be read.
    pub async fn watch_others(&self) -> Result<(), BackendError> {
        match &self.neighbours {
            Neighbours::ByVersion => sqlite::watch(&self.readers, || self.tick()).await,
            Neighbours::ByNotice(url) => postgres::watch(url, || self.tick()).await,
        }
    }

    /// Makes sure that all servers of a shared database sign with one key: the first one's. An embedded database lies
    /// beside its key.
    ///
    /// # Errors
    /// [`BackendError::Key`] for another key than the first one's.
    pub async fn claim(&self, kid: &str) -> Result<(), BackendError> {
        match self.neighbours {
            Neighbours::ByVersion => Ok(()),
            Neighbours::ByNotice(_) => postgres::claim(&self.writer, kid).await,
        }
    }

    /// Closes all connections; SQLite's write-ahead log is folded in.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    fn tick(&self) {
        self.changed.send_modify(|tick| *tick = tick.wrapping_add(1));
    }
}

/// The text of a `SELECT` whose rows nobody else may change until the transaction ends. SQLite's writer has the whole
/// database already.
macro_rules! locking {
    ($conn:expr, $sql:expr) => {
        if $conn.backend_name() == "PostgreSQL" { concat!($sql, " FOR NO KEY UPDATE") } else { $sql }
    };
}
use locking;

/// The next number of a tenant's named counter, from 1.
///
/// # Errors
/// [`BackendError::Database`].
pub async fn next_number(
    conn: &mut Conn,
    tenant: &tenants::TenantId,
    name: &str,
) -> Result<i64, BackendError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO counter (tenant_id, name, value) VALUES ($1, $2, 1)
         ON CONFLICT (tenant_id, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
    )
    .bind(tenant.as_str())
    .bind(name)
    .fetch_one(conn)
    .await?)
}
