//! The embedded database: one writer connection, a few readers.

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AnyPool, AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::error::BackendError;

/// How long a statement waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// How often a change made by another process (the `admin` command) is looked for.
const LOOK_MS: u64 = 300;

/// The writer's and the readers' connections, of a database that is made and migrated as needed.
pub async fn open(path: &Path) -> Result<(AnyPool, AnyPool), BackendError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(BUSY)
        .foreign_keys(true);
    // Once journalled ahead, a file stays so.
    let mut first = options.connect().await?;
    sqlx::migrate!("./migrations/sqlite").run(&mut first).await?;
    first.close().await?;
    let options = options.create_if_missing(false);
    // SQLite rolls back by itself when the disk is full, and sqlx then believes for ever that a transaction is open: such
    // a connection is closed and the next one begins anew.
    let writer = pool(1, BUSY * 2)
        .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
        .connect_with(any(&options)?)
        .await?;
    let readers = pool(READERS, BUSY).connect_with(any(&options.read_only(true))?).await?;
    Ok((writer, readers))
}

fn any(options: &SqliteConnectOptions) -> Result<AnyConnectOptions, BackendError> {
    Ok(AnyConnectOptions::from_url(&options.to_url_lossy())?.disable_statement_logging())
}

/// The address of a database says nothing of its settings: each connection begins with them.
fn pool(connections: u32, acquire: Duration) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire)
        // A queue for the one writer is how load is taken: nothing to warn of as long as it moves.
        .acquire_slow_threshold(acquire)
        .after_connect(|conn, _| {
            Box::pin(async move {
                let settings = format!(
                    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = {};",
                    BUSY.as_millis()
                );
                conn.execute(AssertSqlSafe(settings)).await?;
                Ok(())
            })
        })
}

/// Watches for commits of other processes, for ever. `PRAGMA data_version` costs no disk access.
pub async fn watch(readers: &AnyPool, changed: impl Fn()) -> Result<(), BackendError> {
    let mut conn = readers.acquire().await?.detach();
    let mut last = 0_i64;
    loop {
        let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut conn).await?;
        if version != last {
            last = version;
            changed();
        }
        tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
    }
}
