//! Schema versions: what this version knows, and the way there.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnection;

use crate::blob::sync_dir;
use crate::error::StoreError;

pub(crate) static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// How many snapshots are kept.
const SNAPSHOTS: usize = 3;

/// The newest schema this version knows.
pub fn known_schema() -> i64 {
    newest(&MIGRATOR)
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The schema of the database; 0 when it has none yet. Reads it, so a wrong key shows here.
async fn found_schema(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *conn)
            .await?;
    if tables == 0 {
        return Ok(0);
    }
    let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut *conn)
        .await?;
    Ok(found.unwrap_or(0))
}

pub(crate) async fn require_readable(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let (found, known) = (found_schema(conn).await?, known_schema());
    if found < known { Err(StoreError::OlderSchema { found, known }) } else { Ok(()) }
}

pub(crate) async fn bring_up_to_date(
    migrator: &Migrator,
    conn: &mut SqliteConnection,
    dir: &Path,
    database: &Path,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (found, known) = (found_schema(conn).await?, newest(migrator));
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    if found < known && found > 0 {
        snapshot(conn, dir, database, found, now_ms).await?;
    }
    migrator.run(conn).await?;
    Ok(())
}

/// Copies the encrypted database while nothing else has it open.
async fn snapshot(
    conn: &mut SqliteConnection,
    dir: &Path,
    database: &Path,
    schema: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let busy: (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *conn).await?;
    if busy.0 != 0 {
        return Err(StoreError::Busy);
    }
    let folder = dir.join("snapshots");
    let database = database.to_owned();
    tokio::task::spawn_blocking(move || -> Result<(), StoreError> {
        std::fs::create_dir_all(&folder)?;
        let temporary = folder.join("unfinished.tmp");
        std::fs::copy(&database, &temporary)?;
        std::fs::File::open(&temporary)?.sync_all()?;
        std::fs::rename(&temporary, folder.join(format!("schema-{schema:04}-{now_ms:015}.db")))?;
        sync_dir(&folder)?;
        let mut kept = snapshots(&folder)?;
        while kept.len() > SNAPSHOTS {
            std::fs::remove_file(kept.remove(0))?;
        }
        Ok(())
    })
    .await
    .map_err(|_| StoreError::Closed)?
}

/// Oldest first: names start with the schema and carry the time.
fn snapshots(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "db") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
