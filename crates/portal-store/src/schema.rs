//! Schema versions: what this version knows, and the way there.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnection;

use crate::blob::sync_dir;
use crate::error::{StoreError, opening};

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
            .await
            .map_err(opening)?;
    if tables == 0 {
        return Ok(0);
    }
    let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut *conn)
        .await?;
    Ok(found.unwrap_or(0))
}

/// The schema found, when this version can read it.
pub(crate) async fn require_readable(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    let (found, known) = (found_schema(conn).await?, known_schema());
    if found < known { Err(StoreError::OlderSchema { found, known }) } else { Ok(found) }
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
    // `run` is generic over `Acquire`, which keeps the future of every caller from being `Send`.
    migrator.run_direct(None, conn, false).await?;
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

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use sqlx::SqlSafeStr;
    use sqlx::migrate::{Migration, MigrationType};

    use super::*;
    use crate::{Keys, Store};

    fn keys() -> Keys {
        Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] }
    }

    /// This version's migrations and `count` later ones.
    fn later(count: i64, sql: &'static str) -> Migrator {
        let mut migrations: Vec<Migration> = MIGRATOR.iter().cloned().collect();
        for version in known_schema() + 1..=known_schema() + count {
            let name = Cow::Borrowed("later");
            migrations.push(Migration::new(version, name, MigrationType::Simple, sql.into_sql_str(), false));
        }
        Migrator::with_migrations(migrations)
    }

    async fn setting(dir: &Path) -> Option<String> {
        let mut database = dir.to_owned();
        database.push("restored");
        std::fs::create_dir_all(&database).unwrap();
        let newest = snapshots(&dir.join("snapshots")).unwrap().pop()?;
        std::fs::copy(newest, crate::store::database_path(&database)).unwrap();
        let store = Store::open_read_only(&database, keys()).await.unwrap();
        let setting = store.meta_get("setting").await.unwrap();
        store.close().await;
        setting
    }

    #[tokio::test]
    async fn a_snapshot_is_taken_before_migrating_and_three_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), keys(), "0.1.0", 1).await.unwrap();
        store.meta_set("setting", "kept").await.unwrap();
        store.close().await;
        let store = Store::open(folder.path(), keys(), "0.1.0", 2).await.unwrap();
        store.close().await;
        assert!(!folder.path().join("snapshots").exists(), "nothing was migrated");

        let change = "UPDATE meta SET value = 'changed' WHERE key = 'setting'";
        for count in 1..=5 {
            let migrator = later(count, change);
            let store =
                Store::open_with(&migrator, folder.path(), keys(), "0.2.0", 10 + count).await.unwrap();
            assert_eq!(store.meta_get("setting").await.unwrap().as_deref(), Some("changed"));
            store.close().await;
            if count == 1 {
                assert_eq!(setting(folder.path()).await.as_deref(), Some("kept"));
            }
        }
        let kept = snapshots(&folder.path().join("snapshots")).unwrap();
        let names: Vec<_> = kept.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        let expected =
            [2, 3, 4].map(|made| format!("schema-{:04}-{:015}.db", known_schema() + made, 11 + made));
        assert_eq!(names, expected, "the last three");
    }

    #[tokio::test]
    async fn a_failed_migration_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), keys(), "0.1.0", 1).await.unwrap();
        store.meta_set("setting", "kept").await.unwrap();
        store.close().await;
        let broken = later(1, "UPDATE meta SET value = 'changed'; INSERT INTO nowhere VALUES (1);");
        assert!(Store::open_with(&broken, folder.path(), keys(), "0.2.0", 2).await.is_err());
        let store = Store::open(folder.path(), keys(), "0.1.0", 3).await.unwrap();
        assert_eq!(store.meta_get("setting").await.unwrap().as_deref(), Some("kept"));
        store.close().await;
    }
}
