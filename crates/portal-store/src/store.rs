//! Opening and closing: one writer connection, a pool of readers, the blob folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Sqlite, Transaction};
use zeroize::Zeroizing;

use crate::blob::BlobFolder;
use crate::ended::{Ended, Mark};
use crate::error::{StoreError, opening};
use crate::keys::Keys;
use crate::schema;

const DATABASE_FILE: &str = "portal.db";
const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for the writer connection; transactions are short, so more means that something hangs.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(60);

/// The encrypted database and photos of one account. Share it as `Arc<Store>`.
///
/// Only one process may have a profile open for writing; taking that lock is the caller's matter.
pub struct Store {
    dir: PathBuf,
    writer: Option<SqlitePool>,
    readers: SqlitePool,
    schema: i64,
    pub(crate) blobs: BlobFolder,
    ended: Ended,
}

impl Store {
    /// Opens the store in `dir`, making it if there is none, and brings its schema up to date; a snapshot of an
    /// existing database is put into `snapshots/` before anything is migrated.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::NewerSchema`], or what the disk says.
    pub async fn open(dir: &Path, keys: Keys, app_version: &str, now_ms: i64) -> Result<Self, StoreError> {
        Self::open_with(&schema::MIGRATOR, dir, keys, app_version, now_ms).await
    }

    pub(crate) async fn open_with(
        migrator: &Migrator,
        dir: &Path,
        keys: Keys,
        app_version: &str,
        now_ms: i64,
    ) -> Result<Self, StoreError> {
        tokio::fs::create_dir_all(dir).await?;
        if tokio::fs::try_exists(database_path(dir)).await? {
            // Writable: what a kill left half done as the database was made is undone first, and a reader may not.
            try_key(plain_options(dir), &keys).await?;
        }
        let (mark, ended) = Mark::new();
        let opened = async {
            let options = mark.clone().put_on(writer_options(dir, &keys));
            let mut first = options.connect().await.map_err(opening)?;
            let database = database_path(dir);
            let prepared = schema::bring_up_to_date(migrator, &mut first, dir, &database, now_ms).await;
            first.close().await?;
            prepared?;

            let writer = Some(pool(options, 1).await?);
            let readers = pool(mark.put_on(reader_options(dir, &keys)), READERS).await?;
            // A reader that has read keeps the log's index open. Otherwise it goes with the writer when a full disk
            // costs its connection, and a new one can't be made there: nothing could be read any more.
            sqlx::query("SELECT 1 FROM sqlite_schema").fetch_optional(&readers).await?;
            let blobs = BlobFolder::create(dir.join("blobs"), &keys).await?;
            let schema = schema::known_schema();
            let store = Self { dir: dir.to_owned(), writer, readers, schema, blobs, ended: ended.clone() };
            store.recover().await?;
            store.meta_set("app_version", app_version).await?;
            Ok(store)
        }
        .await;
        closed_if_failed(opened, ended).await
    }

    /// Opens an existing store for reading: beside another writer, or to export from a schema newer than this
    /// version knows (columns are only ever added to tables, so what this version reads stays readable).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no database, [`StoreError::WrongKey`],
    /// [`StoreError::OlderSchema`].
    pub async fn open_read_only(dir: &Path, keys: Keys) -> Result<Self, StoreError> {
        if !tokio::fs::try_exists(database_path(dir)).await? {
            return Err(StoreError::NotFound);
        }
        try_key(plain_options(dir).read_only(true), &keys).await?;
        let (mark, ended) = Mark::new();
        let opened = async {
            let readers = pool(mark.put_on(reader_options(dir, &keys)), READERS).await?;
            let schema = schema::require_readable(&mut *readers.acquire().await?).await?;
            let blobs = BlobFolder::existing(dir.join("blobs"), &keys);
            Ok(Self { dir: dir.to_owned(), writer: None, readers, schema, blobs, ended: ended.clone() })
        }
        .await;
        closed_if_failed(opened, ended).await
    }

    /// The folder given when it was opened.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// Whether a newer version of the portal wrote this database: it can be read only.
    pub fn is_newer(&self) -> bool {
        self.schema > schema::known_schema()
    }

    /// Finishes what runs, moves the write-ahead log into the database and closes every connection. A store that is
    /// dropped instead is closed some time later, on its connections' own threads.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    /// Resolves when the store is dropped and SQLite is done with its last connection, closed or not. No process should
    /// end before: its exit handlers free what SQLCipher uses while it closes.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        self.ended.clone().wait()
    }

    /// SQLite's and SQLCipher's own checks of every page.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a page is.
    pub async fn integrity_check(&self) -> Result<(), StoreError> {
        let mut conn = self.read().await?;
        let pages: Vec<String> =
            sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(&mut *conn).await?;
        let verdict: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut *conn).await?;
        if pages.is_empty() && verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged("database")) }
    }

    pub(crate) async fn read(&self) -> Result<sqlx::pool::PoolConnection<Sqlite>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// A write transaction: rolled back unless committed.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let refusal = || match self.is_newer() {
            true => StoreError::NewerSchema { found: self.schema, known: schema::known_schema() },
            false => StoreError::ReadOnly,
        };
        let writer = self.writer.as_ref().ok_or_else(refusal)?;
        Ok(writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Nothing is being sent when a store opens: what was cut off waits again, under the same id (crash point C5).
    async fn recover(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        crate::outbox::stop_sending(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A failure to open leaves no connection behind.
async fn closed_if_failed(opened: Result<Store, StoreError>, ended: Ended) -> Result<Store, StoreError> {
    if opened.is_err() {
        ended.wait().await;
    }
    opened
}

pub(crate) fn database_path(dir: &Path) -> PathBuf {
    dir.join(DATABASE_FILE)
}

/// Whether the key opens the database. sqlx gives the key while it connects, and only drops a connection that fails
/// then: this one gets the key afterwards, and is closed to the end whatever comes of it.
async fn try_key(options: SqliteConnectOptions, keys: &Keys) -> Result<(), StoreError> {
    let mut conn = options.connect().await.map_err(opening)?;
    let key = sqlx::AssertSqlSafe(format!("PRAGMA key = {}", *key_text(keys)));
    let tried = async {
        sqlx::query(key).execute(&mut conn).await?;
        sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&mut conn).await
    }
    .await;
    conn.close().await?;
    tried.map(drop).map_err(opening)
}

fn plain_options(dir: &Path) -> SqliteConnectOptions {
    // sqlx logs every statement at DEBUG and slow ones at WARN, `PRAGMA key` too.
    SqliteConnectOptions::new()
        .filename(database_path(dir))
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

fn key_text(keys: &Keys) -> Zeroizing<String> {
    let hex_key = Zeroizing::new(hex::encode(keys.database));
    Zeroizing::new(format!("\"x'{}'\"", *hex_key))
}

fn keyed_options(dir: &Path, keys: &Keys) -> SqliteConnectOptions {
    plain_options(dir).pragma("key", key_text(keys).to_string()).foreign_keys(true)
}

pub(crate) fn writer_options(dir: &Path, keys: &Keys) -> SqliteConnectOptions {
    keyed_options(dir, keys)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        // Sorting must not spill plaintext into temporary files.
        .pragma("temp_store", "MEMORY")
}

fn reader_options(dir: &Path, keys: &Keys) -> SqliteConnectOptions {
    keyed_options(dir, keys).read_only(true).pragma("temp_store", "MEMORY")
}

async fn pool(options: SqliteConnectOptions, size: u32) -> Result<SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // SQLite rolls back by itself when the disk is full, and sqlx then believes for ever that a transaction is
        // open: such a connection is closed and the next one begins anew.
        .after_release(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
        .connect_with(options)
        .await
        .map_err(opening)?;
    Ok(pool)
}

/// Reads an unsigned count or size, which SQLite keeps as a signed one.
pub(crate) fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Damaged("number"))
}

/// Writes an unsigned number. Values come from counters and sizes and never reach 2^63.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) type Conn = SqliteConnection;
