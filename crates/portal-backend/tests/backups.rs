//! Copies that are taken from running servers, as docs/operations.md says, and what is started from them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::process::Command;

use portal_protocol::case::CaseDocument;
use portal_protocol::operation::Change;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};
use support::program::{BINARY, Program};
use support::shared::schema;
use support::{Application, Client, body, new_op};

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    run(Command::new("cp").arg("-a").arg(from).arg(to));
}

/// Submits, and returns the receipt as it came.
async fn submit(client: &Client, application: &Application) -> (portal_domain::ids::OpId, String) {
    let op_id = new_op();
    let change = Change::Submit(application.submission());
    let declared = client.declare(op_id, &application.operation(&client.device, change, None)).await;
    assert_eq!(declared.status(), 201);
    for bytes in application.bytes.values() {
        assert_eq!(client.put(bytes).await.status(), 201);
    }
    (op_id, client.commit(op_id).await.text().await.unwrap())
}

/// The restored server knows what was received before the copy, with its photos, and takes what came after it anew.
async fn goes_on(
    client: &Client,
    before: (&Application, portal_domain::ids::OpId, &str),
    after: &Application,
) {
    let (application, op_id, receipt) = before;
    assert_eq!(client.commit(op_id).await.text().await.unwrap(), receipt);
    let document: CaseDocument = body(client.get(&format!("/v1/cases/{}", application.case_id)).await).await;
    assert_eq!(document.dossier, application.dossier);
    for (sha, bytes) in &application.bytes {
        assert_eq!(&client.get(&format!("/v1/blobs/{sha}")).await.bytes().await.unwrap(), bytes);
    }
    assert_eq!(client.get(&format!("/v1/cases/{}", after.case_id)).await.status(), 404);
    submit(client, after).await;
}

#[tokio::test]
async fn a_copy_of_the_folder_goes_on_where_it_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let mut program = Program::serve_with(&data, &[]);
    let client = program.merchant("13800000951").await;
    let (first, second) = (Application::new(951), Application::new(952));
    let (op_id, receipt) = submit(&client, &first).await;
    std::fs::create_dir(&backup).unwrap();
    let mut beside =
        SqliteConnectOptions::new().filename(data.join("backend.sqlite")).connect().await.unwrap();
    let copy_to = format!("VACUUM INTO '{}'", backup.join("backend.sqlite").display());
    beside.execute(sqlx::AssertSqlSafe(copy_to)).await.unwrap();
    submit(&client, &second).await;
    copy(&data.join("blobs"), &backup);
    copy(&data.join("keys"), &backup);
    drop(program);
    let restored = Program::serve_with(&backup, &[]);
    let client = Client { url: restored.url.clone(), ..client };
    goes_on(&client, (&first, op_id, &receipt), &second).await;
    verify(&backup, &[]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask shared does"]
async fn a_dump_of_the_database_goes_on_where_it_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let url = schema(folder.path()).await;
    let mut program = Program::serve_with(&data, &[("DATABASE_URL", &url)]);
    let client = program.merchant("13800000961").await;
    let (first, second) = (Application::new(961), Application::new(962));
    let (op_id, receipt) = submit(&client, &first).await;
    std::fs::create_dir(&backup).unwrap();
    let dump = folder.path().join("portal.dump");
    // A test has a schema and not a database of its own.
    let (server, schema) = url.rsplit_once("&options[search_path]=").unwrap();
    let only = format!("--schema={schema}");
    run(Command::new("pg_dump").args(["--format=custom", &only, "--file"]).arg(&dump).arg(server));
    submit(&client, &second).await;
    copy(&data.join("blobs"), &backup);
    copy(&data.join("keys"), &backup);
    drop(program);
    let (start, rest) = server.split_once("/postgres?").unwrap();
    let maintenance = format!("--maintenance-db={server}");
    let target = format!("{start}/{schema}?{rest}");
    run(Command::new("createdb").args([&maintenance, schema]));
    run(Command::new("pg_restore").args(["--no-owner", "--dbname", &target]).arg(&dump));
    let target = format!("{target}&options[search_path]={schema}");
    let shared = [("DATABASE_URL", &*target)];
    let restored = Program::serve_with(&backup, &shared);
    let client = Client { url: restored.url.clone(), ..client };
    goes_on(&client, (&first, op_id, &receipt), &second).await;
    verify(&backup, &shared);
}

/// The audit trail is whole.
fn verify(data: &Path, variables: &[(&str, &str)]) {
    let mut command = Command::new(BINARY);
    command.env_remove("DATABASE_URL").env_remove("PORTAL_BLOBS");
    command.envs(variables.iter().copied());
    run(command.args(["admin", "--data"]).arg(data).args(["audit", "verify"]));
}
