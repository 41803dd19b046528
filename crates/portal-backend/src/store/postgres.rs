//! The shared database of several servers.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{AnyPool, ConnectOptions, Connection, PgConnection};

use crate::error::BackendError;

/// Connections of one server. Twice the processors of a database machine is about what it works best with, all servers
/// together; a balancer of connections (in session mode) stands before a database with many servers.
const CONNECTIONS: u32 = 16;
const ACQUIRE: Duration = Duration::from_secs(10);
/// Whether there is something new is looked for this often when no notice came.
const LOOK: Duration = Duration::from_secs(10);
const CHANNEL: &str = "portal_changed";

/// `postgres://user:password@host/database?…`, as libpq has it. Not shown by `Debug`: it may hold a password.
#[derive(Clone)]
pub struct PostgresUrl(String);

impl FromStr for PostgresUrl {
    type Err = BackendError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let bad = |problem: &str| BackendError::Config { name: "--database", problem: problem.to_owned() };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(bad("must begin with postgres://"));
        }
        PgConnectOptions::from_str(url).map_err(|_| bad("not the address of a PostgreSQL database"))?;
        Ok(Self(url.to_owned()))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresUrl")
    }
}

/// Connections to a database that is migrated as needed.
pub async fn open(url: &PostgresUrl) -> Result<AnyPool, BackendError> {
    let options = PgConnectOptions::from_str(&url.0)?;
    let mut first = options.connect().await?;
    migrate(&mut first).await?;
    first.close().await?;
    let options: AnyConnectOptions = url.0.parse()?;
    Ok(AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .connect_with(options.disable_statement_logging())
        .await?)
}

/// While servers are replaced one by one, those of the version before work on a schema that is newer than they are: a
/// migration only adds, and what it takes away was needed by no server of the version before. One that does so raises
/// `schema_floor`, below which a server refuses to start.
async fn migrate(conn: &mut PgConnection) -> Result<(), BackendError> {
    let mut migrations = sqlx::migrate!("./migrations/postgres");
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    migrations.set_ignore_missing(true).run(&mut *conn).await?;
    let floor: i64 =
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM schema_floor").fetch_one(conn).await?;
    if floor > known { Err(BackendError::NewerSchema { floor, known }) } else { Ok(()) }
}

/// See [`super::Store::claim`].
pub async fn claim(pool: &AnyPool, kid: &str) -> Result<(), BackendError> {
    sqlx::query("INSERT INTO server_key (name, kid) VALUES ('receipt', $1) ON CONFLICT (name) DO NOTHING")
        .bind(kid)
        .execute(pool)
        .await?;
    let first: String =
        sqlx::query_scalar("SELECT kid FROM server_key WHERE name = 'receipt'").fetch_one(pool).await?;
    if first == kid {
        Ok(())
    } else {
        Err(BackendError::Key {
            what: "receipt-ed25519.key, which other servers of this database don't sign with,",
        })
    }
}

/// Tells the other servers that something changed.
pub async fn notify(pool: &AnyPool) -> Result<(), BackendError> {
    sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(pool).await?;
    Ok(())
}

/// Watches for notices of other servers, for ever, also through an outage of the database.
pub async fn watch(url: &PostgresUrl, changed: impl Fn()) -> Result<(), BackendError> {
    loop {
        if let Err(error) = listen(url, &changed).await {
            tracing::warn!(error = %crate::problem::Chain(&error), "listening for changes broke off");
        }
        changed();
        tokio::time::sleep(LOOK).await;
    }
}

async fn listen(url: &PostgresUrl, changed: impl Fn()) -> Result<(), BackendError> {
    let mut listener = PgListener::connect(&url.0).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // What was committed before the channel was open, and what a lost connection may have missed.
        changed();
        if let Ok(notice) = tokio::time::timeout(LOOK, listener.recv()).await {
            notice?;
        }
    }
}
