//! Several servers that share a PostgreSQL database and an S3 bucket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use portal_backend::store::{Database, Store, audit, tenants};
use portal_backend::{BackendError, Limits, Storage};
use portal_domain::ids::OpId;
use portal_protocol::event::{Event, EventBatch};
use portal_protocol::operation::{Change, Operation, OperationState};
use portal_protocol::receipt::{Envelope, Receipt};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor};
use support::program::Program;
use support::shared::{bucket, schema};
use support::{Application, Client, Server, body, new_op};

/// Two servers with one database and one bucket, each with a data folder.
struct Pair {
    folder: tempfile::TempDir,
    database: String,
    bucket: String,
}

impl Pair {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = schema(folder.path()).await;
        let bucket = format!("s3://{}/blobs", bucket(folder.path()).await);
        // One key for all.
        let keys = folder.path().join("0/keys");
        std::fs::create_dir_all(&keys).unwrap();
        portal_backend::keys::ServerKeys::open(&keys, support::NOW_MS).unwrap();
        let other = folder.path().join("1/keys");
        std::fs::create_dir_all(&other).unwrap();
        for file in std::fs::read_dir(keys).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), other.join(file.file_name())).unwrap();
        }
        Self { folder, database, bucket }
    }

    fn serve(&self, number: usize) -> Program {
        let variables = [("DATABASE_URL", &*self.database), ("PORTAL_BLOBS", &*self.bucket)];
        Program::serve_with(&self.folder.path().join(number.to_string()), &variables)
    }
}

/// What one client wants to have received.
struct Wish {
    op_id: OpId,
    application: Application,
    operation: Operation,
}

impl Wish {
    fn new(client: &Client, seed: u64) -> Self {
        let application = Application::new(seed);
        let change = Change::Submit(application.submission());
        let operation = application.operation(&client.device, change, None);
        Self { op_id: new_op(), application, operation }
    }

    /// Everything from the start, as a client does that knows nothing. None when the connection broke or the server
    /// asked for patience.
    async fn attempt(&self, client: &Client) -> Option<Envelope> {
        let path = format!("/v1/operations/{}", self.op_id);
        let value = serde_json::to_value(&self.operation).unwrap();
        let request = client.device.signed(client.request("PUT", &path), &self.op_id.to_string(), &value);
        let state: OperationState = answer(request).await?;
        match state {
            OperationState::Received { receipt } => return Some(receipt),
            OperationState::Receiving { missing } => {
                for sha in missing {
                    let bytes = self.application.bytes[&sha].clone();
                    let put =
                        client.request("PUT", &format!("/v1/blobs/{sha}")).body(bytes).send().await.ok()?;
                    assert!(matches!(put.status().as_u16(), 201 | 503), "{}", put.status());
                }
            }
        }
        answer(client.request("POST", &format!("{path}/commit"))).await
    }

    /// Turns to the other server whenever one fails.
    async fn fulfil(&self, client: &Client, servers: &[String; 2], turn: usize) -> Envelope {
        for attempt in 0..100 {
            let client = Client { url: servers[(turn + attempt) % 2].clone(), ..client.clone() };
            if let Some(receipt) = self.attempt(&client).await {
                return receipt;
            }
        }
        panic!("{} was never received", self.op_id);
    }
}

/// The JSON of a good answer.
async fn answer<T: serde::de::DeserializeOwned>(request: reqwest::RequestBuilder) -> Option<T> {
    let answer = request.send().await.ok()?;
    let status = answer.status();
    assert!(
        status.is_success() || matches!(status.as_u16(), 409 | 503),
        "{status}: {:?}",
        answer.text().await
    );
    if status.is_success() { answer.json().await.ok() } else { None }
}

async fn events(client: &Client) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.seq);
        let batch: EventBatch = body(client.get(&format!("/v1/events?after={after}")).await).await;
        if batch.events.is_empty() {
            return events;
        }
        events.extend(batch.events);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and S3: cargo xtask shared does"]
async fn two_servers_under_load_lose_and_double_nothing_when_one_is_killed() {
    const CLIENTS: usize = 4;
    const WISHES: usize = 12;
    let pair = Pair::new().await;
    let (mut first, mut second) = (pair.serve(0), pair.serve(1));
    let servers = [first.url.clone(), second.url.clone()];
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let program = if number % 2 == 0 { &mut first } else { &mut second };
        clients.push(program.merchant(&format!("1380000092{number}")).await);
    }
    let wishes: Vec<Vec<Wish>> = (0..)
        .zip(&clients)
        .map(|(number, client)| {
            (0..WISHES as u64).map(|seed| Wish::new(client, 1000 * number + seed)).collect()
        })
        .collect();
    let received = AtomicUsize::new(0);
    let killed = std::sync::Mutex::new(Some(first));
    // Each account writes on both servers at once; one server dies in the middle of it.
    let work = clients.iter().zip(&wishes).flat_map(|(client, wishes)| {
        let (received, killed, servers) = (&received, &killed, &servers);
        wishes.iter().enumerate().map(move |(turn, wish)| async move {
            let receipt = wish.fulfil(client, servers, turn).await;
            if received.fetch_add(1, Ordering::SeqCst) == CLIENTS * WISHES / 3 {
                // Dropped is killed.
                killed.lock().unwrap().take();
            }
            receipt
        })
    });
    let receipts: Vec<Envelope> = join_all(work).await;
    assert!(killed.lock().unwrap().is_none());
    let third = pair.serve(0);
    let mut numbers = HashSet::new();
    for (index, envelope) in receipts.iter().enumerate() {
        let (client, wish) = (&clients[index / WISHES], &wishes[index / WISHES][index % WISHES]);
        let receipt: Receipt = serde_json::from_slice(&STANDARD.decode(&envelope.payload).unwrap()).unwrap();
        assert_eq!(receipt.op_id, wish.op_id);
        assert!(numbers.insert(receipt.number), "two receipts have one number");
        // Every server repeats the same answer, and gives the photos.
        for url in [&second.url, &third.url] {
            let client = Client { url: url.clone(), ..client.clone() };
            assert_eq!(wish.attempt(&client).await.as_ref(), Some(envelope));
        }
        let client = Client { url: third.url.clone(), ..client.clone() };
        let (sha, bytes) = wish.application.bytes.iter().next().unwrap();
        assert_eq!(&client.get(&format!("/v1/blobs/{sha}")).await.bytes().await.unwrap(), bytes);
    }
    for (client, wishes) in clients.iter().zip(&wishes) {
        let client = Client { url: third.url.clone(), ..client.clone() };
        let events = events(&client).await;
        let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=WISHES as u64).collect::<Vec<_>>(), "gapless, each once");
        let told: HashSet<_> = events.iter().map(|event| event.case_id).collect();
        assert_eq!(told, wishes.iter().map(|wish| wish.application.case_id).collect());
    }
    let store = Store::open(&Database::Postgres(pair.database.parse().unwrap())).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let tenant = tenants::home(&mut conn).await.unwrap().unwrap();
    assert_eq!(audit::first_broken(&mut conn, &tenant).await.unwrap(), None);
}

/// An event that one server writes is heard by who waits at the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3: cargo xtask shared does"]
async fn who_waits_at_one_server_hears_what_another_received() {
    let pair = Pair::new().await;
    let (mut first, second) = (pair.serve(0), pair.serve(1));
    let client = first.merchant("13800000931").await;
    let beside = Client { url: second.url.clone(), ..client.clone() };
    let wish = Wish::new(&client, 931);
    let waiting = tokio::spawn(beside.request("GET", "/v1/events?wait=25").send());
    assert!(wish.attempt(&client).await.is_some());
    // Before the time at which a server looks by itself.
    let heard = tokio::time::timeout(std::time::Duration::from_secs(8), waiting).await;
    let batch: EventBatch = body(heard.unwrap().unwrap().unwrap()).await;
    assert_eq!(batch.events.len(), 1);
}

async fn start_again(folder: &Path, database: &str) -> Result<(), BackendError> {
    let storage = Storage { database: Some(database.parse()?), blobs: None };
    let running = portal_backend::start(portal_backend::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: folder.to_owned(),
        storage,
        clock: std::sync::Arc::new(|| support::NOW_MS),
        sender: std::sync::Arc::new(portal_backend::sender::NoSender),
        limits: Limits::default(),
        https: false,
        time: portal_backend::TimeSettings::default(),
    })
    .await?;
    running.stop().await
}

/// A newer server has added to the schema, as the first half of a change does: this one goes on, and starts again.
/// Only when the second half has taken away what this one needs does it refuse to start.
#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask shared does"]
async fn a_server_works_on_a_schema_that_a_newer_one_has_extended() {
    let folder = tempfile::tempdir().unwrap();
    let database = schema(folder.path()).await;
    let mut server = Server::on(folder, on_database(&database), Limits::default(), false).await;
    let mut client = server.merchant("13800000941").await;
    assert_eq!(client.submit(&Application::new(941)).await.status(), 200);
    // Statements are prepared by now: an added column must not change what they give.
    let mut newer = database.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
    let extended: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()")
            .fetch_all(&mut newer)
            .await
            .unwrap();
    for table in extended.iter().filter(|table| !table.starts_with('_')) {
        let add = format!("ALTER TABLE {table} ADD COLUMN added TEXT NOT NULL DEFAULT ''");
        newer.execute(sqlx::AssertSqlSafe(add)).await.unwrap();
    }
    let migrated = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9000, 'newer', true, '\\x00', 0)";
    newer.execute(migrated).await.unwrap();
    assert_eq!(client.submit(&Application::new(942)).await.status(), 200);
    server.restart().await;
    client.url = server.url.clone();
    assert_eq!(client.submit(&Application::new(943)).await.status(), 200);
    assert_eq!(events(&client).await.len(), 3);
    newer.execute("INSERT INTO schema_floor (version) VALUES (9000)").await.unwrap();
    // One that runs goes on to the end of the exchange.
    assert_eq!(client.submit(&Application::new(944)).await.status(), 200);
    let refused = start_again(&server.folder.path().join("another"), &database).await;
    assert!(matches!(refused, Err(BackendError::NewerSchema { floor: 9000, .. })), "{refused:?}");
}

fn on_database(database: &str) -> Storage {
    Storage { database: Some(database.parse().unwrap()), blobs: None }
}

/// Servers with different keys would sign receipts that clients of the others don't take.
#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask shared does"]
async fn a_server_with_other_keys_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let database = schema(folder.path()).await;
    start_again(&folder.path().join("0"), &database).await.unwrap();
    start_again(&folder.path().join("0"), &database).await.unwrap();
    let refused = start_again(&folder.path().join("1"), &database).await;
    assert!(matches!(refused, Err(BackendError::Key { .. })), "{refused:?}");
    std::fs::remove_dir_all(folder.path().join("1/keys")).unwrap();
    std::fs::create_dir_all(folder.path().join("1/keys")).unwrap();
    for file in std::fs::read_dir(folder.path().join("0/keys")).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), folder.path().join("1/keys").join(file.file_name())).unwrap();
    }
    start_again(&folder.path().join("1"), &database).await.unwrap();
}
