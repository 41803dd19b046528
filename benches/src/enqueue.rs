//! `enqueue`: finalising an application, against a bare durable insert of the same bytes.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::application;
use crate::measure::{Goal, Samples, compared};
use portal_store::{Finalised, Store};

const WARM_UP: u64 = 20;
const MEASURED: u64 = 300;

pub async fn run() {
    let folder = crate::folder("enqueue");
    let ours = Store::open(&folder.path().join("store"), application::keys(), "bench", application::NOW_MS)
        .await
        .unwrap();
    let mut peer = bare_table(&folder.path().join("bare.db")).await;
    let photos = application::photos(&ours).await;
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    let mut body_bytes = 0;
    for seed in 0..WARM_UP + MEASURED {
        let row = application::draft(&ours, seed, &photos).await;
        let operation = application::submission(&row, &photos);
        let (op_id, body) = (operation.op_id.to_string(), operation.body.clone());
        body_bytes = body.len();

        let began = Instant::now();
        let finalised = ours.finalise(operation, application::NOW_MS).await.unwrap();
        let our_time = began.elapsed();
        assert!(matches!(finalised, Finalised::Queued(_)), "{finalised:?}");

        let peer_time = insert(&mut peer, &op_id, &body).await;
        if seed >= WARM_UP {
            our_times.push(our_time);
            peer_times.push(peer_time);
        }
    }
    ours.close().await;
    peer.close().await.unwrap();
    let (ours, peer) = (Samples::new(our_times), Samples::new(peer_times));
    let ratio = peer.median() / ours.median();
    let ours = format!("{:.2} ms for {body_bytes} bytes", ours.median());
    compared("enqueue", &ours, &format!("{:.2} ms", peer.median()), ratio, Goal::AtLeast(0.8));
}

/// One table in a SQLCipher file that is as durable as the store: write-ahead log, synced at every commit.
async fn bare_table(file: &Path) -> SqliteConnection {
    let mut conn = SqliteConnectOptions::new()
        .filename(file)
        .pragma("key", format!("\"x'{}'\"", hex::encode(application::keys().database)))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await
        .unwrap();
    sqlx::query("CREATE TABLE op (op_id TEXT PRIMARY KEY, body BLOB NOT NULL)")
        .execute(&mut conn)
        .await
        .unwrap();
    conn
}

async fn insert(conn: &mut SqliteConnection, op_id: &str, body: &[u8]) -> Duration {
    let began = Instant::now();
    sqlx::query("INSERT INTO op (op_id, body) VALUES (?1, ?2)")
        .bind(op_id)
        .bind(body)
        .execute(conn)
        .await
        .unwrap();
    began.elapsed()
}
