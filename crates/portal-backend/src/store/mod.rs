//! Everything that is SQL. Functions take a connection, so that what belongs together shares one transaction.

pub mod accounts;
pub mod audit;
pub mod blobs;
pub mod cases;
pub mod codes;
pub mod console;
pub mod devices;
pub mod events;
pub mod operations;
pub mod reading;
pub mod sessions;
pub mod tenants;
pub mod uploads;

use std::path::Path;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection, Transaction};
use tokio::sync::watch;

use crate::error::BackendError;

/// What every query runs on.
pub type Conn = SqliteConnection;

/// How long a statement waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// How often a change made by another process (the `admin` command) is looked for.
const LOOK_MS: u64 = 300;

/// The embedded database: one writer connection, a few readers.
#[derive(Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    changed: watch::Sender<u64>,
}

impl Store {
    /// Opens the database of a data folder, creating and migrating it as needed.
    ///
    /// # Errors
    /// [`BackendError::Database`], [`BackendError::Migration`] (also for a newer schema).
    pub async fn open(path: &Path) -> Result<Self, BackendError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY * 2)
            // SQLite rolls back by itself when the disk is full, and sqlx then believes for ever that a transaction is
            // open: such a connection is closed and the next one begins anew.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations/sqlite").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await?;
        Ok(Self { writer, readers, changed: watch::Sender::new(0) })
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`BackendError::Database`].
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>, BackendError> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that may write: it holds the write lock from its first moment, so that it can't fail half-way.
    ///
    /// # Errors
    /// [`BackendError::Database`].
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, BackendError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Ticks after every change of the database, by this process or another.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Says that this process has just committed something that others wait for.
    pub fn announce(&self) {
        self.changed.send_modify(|tick| *tick = tick.wrapping_add(1));
    }

    /// Watches for commits of other processes, for ever. `PRAGMA data_version` costs no disk access.
    pub async fn watch_others(&self) -> Result<(), BackendError> {
        let mut conn = self.readers.acquire().await?.detach();
        let mut last = 0_i64;
        loop {
            let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut conn).await?;
            if version != last {
                last = version;
                self.announce();
            }
            tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
        }
    }

    /// Closes all connections; the write-ahead log is folded in.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

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
        "INSERT INTO counter (tenant_id, name, value) VALUES (?, ?, 1)
         ON CONFLICT (tenant_id, name) DO UPDATE SET value = value + 1 RETURNING value",
    )
    .bind(tenant.as_str())
    .bind(name)
    .fetch_one(conn)
    .await?)
}
