//! `enqueue`: finalising an application, against a bare durable insert of the same bytes: the operation with its body,
//! its list of photos and the line of the timeline, in one transaction, into tables without keys, rules or indexes.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::application;
use crate::measure::{Goal, Samples, compared};
use portal_store::{Finalise, Finalised, Store};

const WARM_UP: u64 = 20;
const MEASURED: u64 = 300;

pub async fn run() {
    let folder = crate::folder("enqueue");
    let ours = Store::open(&folder.path().join("store"), application::keys(), "bench", application::NOW_MS)
        .await
        .unwrap();
    let mut peer = bare_tables(&folder.path().join("bare.db")).await;
    let photos = application::photos(&ours).await;
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    let mut body_bytes = 0;
    for seed in 0..WARM_UP + MEASURED {
        let row = application::draft(&ours, seed, &photos).await;
        let operation = application::submission(&row, &photos);
        let same = operation.clone();
        body_bytes = same.body.len();

        let began = Instant::now();
        let finalised = ours.finalise(operation, application::NOW_MS).await.unwrap();
        let our_time = began.elapsed();
        assert!(matches!(finalised, Finalised::Queued(_)), "{finalised:?}");

        let peer_time = insert(&mut peer, &same).await;
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

/// Tables in a SQLCipher file that is as durable as the store: write-ahead log, synced at every commit.
async fn bare_tables(file: &Path) -> SqliteConnection {
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
    sqlx::raw_sql(
        "CREATE TABLE op (op_id TEXT, case_id TEXT, kind TEXT, body_sha TEXT, local_receipt TEXT, body BLOB);
         CREATE TABLE op_blob (op_id TEXT, slot TEXT, sha TEXT);
         CREATE TABLE case_event (case_id TEXT, at_ms INTEGER, what TEXT);",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    conn
}

async fn insert(conn: &mut SqliteConnection, new: &Finalise) -> Duration {
    let (op_id, case_id) = (new.op_id.to_string(), new.case_id.to_string());
    let receipt = new.local_receipt.as_deref().unwrap_or_default();
    let occurrence = format!(
        r#"{{"kind":"queued","op_id":"{op_id}","op_kind":"{}","local_receipt":"{receipt}"}}"#,
        new.kind
    );
    let began = Instant::now();
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(
        "INSERT INTO op (op_id, case_id, kind, body_sha, local_receipt, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(&op_id)
    .bind(&case_id)
    .bind(&new.kind)
    .bind(new.body_sha.as_str())
    .bind(receipt)
    .bind(&new.body)
    .execute(&mut *tx)
    .await
    .unwrap();
    for blob in &new.blobs {
        sqlx::query("INSERT INTO op_blob (op_id, slot, sha) VALUES (?1, ?2, ?3)")
            .bind(&op_id)
            .bind(blob.slot.as_str())
            .bind(blob.sha.as_str())
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    sqlx::query("INSERT INTO case_event (case_id, at_ms, what) VALUES (?1, ?2, ?3)")
        .bind(&case_id)
        .bind(application::NOW_MS)
        .bind(occurrence)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    began.elapsed()
}
