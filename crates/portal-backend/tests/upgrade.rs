//! Databases of earlier versions open, and keep what they had.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::str::FromStr;

use portal_backend::store::devices::{self, Standing};
use portal_backend::store::{Database, Store, tenants};
use portal_domain::ids::{AccountId, DeviceId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

const ACCOUNT: &str = "0190a6f0-0000-7000-8000-000000000001";
const DEVICE: &str = "0190a6f0-0000-4000-8000-000000000002";

/// A database as the first version left it.
async fn first_version(path: &Path) {
    let migrations = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite/0001_first.sql");
    std::fs::copy(source, migrations.path().join("0001_first.sql")).unwrap();
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    Migrator::new(migrations.path()).await.unwrap().run(&mut conn).await.unwrap();
    let rows = format!(
        "INSERT INTO tenant VALUES ('t', 'default', 0);
         INSERT INTO account (tenant_id, account_id, role, name, created_at_ms) VALUES ('t', '{ACCOUNT}', 'merchant', '', 0);
         INSERT INTO device (tenant_id, device_id, public_key, certificate, created_at_ms) VALUES ('t', '{DEVICE}', x'04', '', 0);
         INSERT INTO session (tenant_id, session_id, account_id, device_id, refresh_sha, expires_at_ms)
             VALUES ('t', 's1', '{ACCOUNT}', '{DEVICE}', 'r1', 0), ('t', 's2', '{ACCOUNT}', '{DEVICE}', 'r2', 0);
         INSERT INTO access_token (tenant_id, token_sha, session_id, expires_at_ms) VALUES ('t', 'a1', 's1', 0);"
    );
    conn.execute(sqlx::AssertSqlSafe(rows)).await.unwrap();
}

#[tokio::test]
async fn a_database_of_the_first_version_knows_who_used_which_computer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backend.sqlite");
    first_version(&path).await;
    let store = Store::open(&Database::Sqlite(path)).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let tenant = tenants::home(&mut conn).await.unwrap().unwrap();
    let (account, device) = (AccountId::from_str(ACCOUNT).unwrap(), DeviceId::from_str(DEVICE).unwrap());
    let standing = devices::of_account(&mut conn, &tenant, account, device).await.unwrap();
    assert_eq!(standing, Some(Standing::Enrolled));
    drop(conn);
    store.close().await;
}
