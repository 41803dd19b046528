//! The program itself: `serve`, `admin` beside it, signals, and crashes at named points.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::process::{Command, Output};

use portal_protocol::session::{EnrolProof, Enrolled};
use serde_json::{Value, json};
use support::program::{BINARY, Program};
use support::{Application, Client, Device, PASSWORD, body, http};

fn admin(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(["admin", "--json", "--data"]).arg(data).args(args);
    support::share(&mut command, data);
    command.env("PORTAL_PASSWORD", PASSWORD).output().unwrap()
}

fn done(data: &Path, args: &[&str]) -> Value {
    let output = admin(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `named` is the argument to blame, or the code of a refusal.
fn failed(data: &Path, args: &[&str], named: &str) {
    let output = admin(data, args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(named), "{args:?}: {said}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    if told["code"] == "argument" {
        assert_eq!((output.status.code(), told["argument"].as_str()), (Some(2), Some(named)), "{args:?}");
    } else {
        assert_eq!((output.status.code(), told["code"].as_str()), (Some(1), Some("refused")), "{args:?}");
        assert!(told["problem"].as_str().unwrap().contains(named), "{args:?}: {told}");
    }
}

#[tokio::test]
async fn the_command_line_manages_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    support::storage(data).await;
    let mut program = Program::serve(data, &[]);
    done(data, &["branch", "create", "--name", "城东网点", "--address", "示例路1号", "--hours", "9-17"]);
    done(data, &["user", "create", "--branch", "城东网点", "--role", "agent", "--name", "甲", "--user", "a"]);
    done(data, &["user", "create", "--role", "reviewer", "--name", "乙", "--user", "r"]);
    let made = done(data, &["activation-code", "create", "--branch", "城东网点"]);
    let device = Device::new();
    let proof = EnrolProof::ActivationCode { code: made["code"].as_str().unwrap().into() };
    let request = json!({ "device_id": device.id, "csr": device.csr(), "proof": proof });
    let answer = http().post(format!("{}/v1/devices", program.url)).json(&request).send().await.unwrap();
    let enrolled: Enrolled = body(answer).await;
    let kid = enrolled.receipt_keys[0].kid.to_uppercase();
    assert!(made["code"].as_str().unwrap().ends_with(&kid), "the code pins the receipt key");

    let client = program.merchant("13800000501").await;
    let application = Application::new(501);
    assert_eq!(client.submit(&application).await.status(), 200);
    let case = application.case_id.to_string();
    assert_eq!(done(data, &["case", "list"])[0]["case_id"], case.as_str());
    let returned = done(
        data,
        &["case", "return", &case, "--pointer", "/business/trade_name", "--reason", "name_mismatch"],
    );
    assert_eq!(returned["tracks"]["review"], "returned");
    assert_eq!(done(data, &["case", "list", "--state", "in_review"]), json!([]));
    assert_eq!(done(data, &["case", "show", &case])["rev"], 2);
    assert_eq!(done(data, &["device", "list"]).as_array().unwrap().len(), 2);
    done(data, &["device", "disable", "--device", &client.device.id.to_string()]);
    assert_eq!(client.get("/v1/cases").await.status(), 403);

    assert_eq!(done(data, &["audit", "verify"]), json!({ "intact": true }));
    let second = done(data, &["tenant", "create", "--name", "第二机构"]);
    let second = second["tenant_id"].as_str().unwrap();
    done(data, &["branch", "create", "--tenant", second, "--name", "城东网点"]);
    assert_eq!(done(data, &["case", "list", "--tenant", "第二机构"]), json!([]));
    failed(data, &["case", "show", "--tenant", second, &case], "CASE");
    failed(data, &["case", "accept", "--tenant", second, &case], "CASE");
    let off = done(data, &["user", "disable", "--user", "a"]);
    assert!(off["account_id"].is_string());
    failed(data, &["tenant", "create", "--name", "default"], "--name");
    failed(data, &["tenant", "create", "--name", " "], "--name");
    failed(data, &["branch", "create", "--tenant", "nobody", "--name", "x"], "--tenant");
    failed(data, &["user", "create", "--role", "king", "--name", "x", "--user", "x"], "--role");
    failed(data, &["user", "create", "--role", "agent", "--name", "x", "--user", "x"], "--branch");
    failed(data, &["user", "create", "--role", "reviewer", "--name", "x", "--user", "r"], "--user");
    failed(data, &["user", "disable", "--user", "nobody"], "--user");
    failed(data, &["case", "show", "x"], "CASE");
    failed(data, &["case", "accept", &case], "illegal_move");
    failed(data, &["case", "return", &case, "--pointer", "/a", "--reason", "ugly"], "--reason");
    failed(data, &["case", "list", "--state", "lost"], "--state");

    let mut second = Command::new(BINARY);
    support::share(&mut second, data);
    let second = second.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).output();
    assert!(String::from_utf8(second.unwrap().stderr).unwrap().contains("another server"));
    let stopped = Command::new("kill").arg(program.child.id().to_string()).status().unwrap();
    assert!(stopped.success());
    assert!(program.child.wait().unwrap().success(), "a termination signal ends it in good order");
}

#[test]
fn a_wrong_folder_is_named_and_not_filled() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    let mut command = Command::new(BINARY);
    command.args(["admin", "--data"]).arg(&elsewhere).args(["case", "list"]).env_remove("DATABASE_URL");
    let output = command.output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("--data: there is no backend"));
    assert!(!elsewhere.exists());
}

#[cfg(unix)]
#[test]
fn server_keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    portal_backend::keys::ServerKeys::open(&keys, support::NOW_MS).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&keys), 0o700);
    for file in std::fs::read_dir(&keys).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    std::fs::write(keys.join("receipt-ed25519.key"), "nonsense").unwrap();
    assert!(portal_backend::keys::ServerKeys::open(&keys, 0).is_err(), "a damaged key is not replaced");
}

/// Kills the server at each point, starts it again, and repeats what a client would: one effect, nothing lost.
#[tokio::test]
async fn a_crash_anywhere_leaves_one_effect_and_every_photo() {
    use portal_protocol::event::EventBatch;
    use portal_protocol::operation::Change;
    use support::new_op;

    let points = [
        "declare_after_tx:1",
        "blob_written:1",
        "blob_written:2",
        "blob_renamed:1",
        "blob_renamed:2",
        "upload_chunk_written:1",
        "upload_chunk_written:2",
        "commit_before_tx:1",
        "commit_after_tx:1",
    ];
    for (number, point) in points.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        support::storage(data).await;
        let mut program = Program::serve(data, &[("PORTAL_CRASH_AT", point)]);
        let mut client = program.merchant("13800000502").await;
        let application = Application::new(520 + number as u64);
        let op_id = new_op();
        let change = Change::Submit(application.submission());
        let operation = application.operation(&client.device, change, None);
        let mut crashes = 0;
        let receipt = loop {
            match attempt(&client, &application, op_id, &operation).await {
                Some(receipt) => break receipt,
                None => {
                    crashes += 1;
                    assert!(crashes < 3, "{point}");
                    assert!(!program.child.wait().unwrap().success());
                    program = Program::serve(data, &[]);
                    client.url = program.url.clone();
                }
            }
        };
        assert_eq!(crashes, 1, "{point} was not reached");
        assert_eq!(client.commit(op_id).await.text().await.unwrap(), receipt);
        let batch: EventBatch = body(client.get("/v1/events").await).await;
        assert_eq!(batch.events.len(), 1, "{point}");
        for (sha, bytes) in &application.bytes {
            let answer = client.get(&format!("/v1/blobs/{sha}")).await;
            assert_eq!(&answer.bytes().await.unwrap(), bytes, "{point}");
        }
        let left = std::fs::read_dir(data.join("uploads")).unwrap().count();
        assert_eq!(left, 0, "{point} left temporary files");
    }
}

/// Everything from the start, as a client does that knows nothing: the first photo by tus, the others at once.
async fn attempt(
    client: &Client,
    application: &Application,
    op_id: portal_domain::ids::OpId,
    operation: &portal_protocol::operation::Operation,
) -> Option<String> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let value = serde_json::to_value(operation).unwrap();
    let path = format!("/v1/operations/{op_id}");
    let declared =
        client.device.signed(client.request("PUT", &path), &op_id.to_string(), &value).send().await;
    assert!(declared.ok()?.status().is_success());
    let mut photos: Vec<_> = application.bytes.iter().collect();
    photos.sort();
    let (sha, bytes) = photos[0];
    let created = client
        .request("POST", "/v1/uploads")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", bytes.len().to_string())
        .header("upload-metadata", format!("sha {}", STANDARD.encode(sha.as_str())))
        .send()
        .await
        .ok()?;
    let place = created.headers()["location"].to_str().unwrap().to_owned();
    let head = client.request("HEAD", &place).header("tus-resumable", "1.0.0").send().await.ok()?;
    let mut offset: usize = head.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
    while offset < bytes.len() {
        let end = (offset + 12_000).min(bytes.len());
        let patched = client
            .request("PATCH", &place)
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset.to_string())
            .body(bytes[offset..end].to_vec())
            .send()
            .await
            .ok()?;
        assert_eq!(patched.status(), 204);
        offset = end;
    }
    for (sha, bytes) in &photos[1..] {
        let put =
            client.request("PUT", &format!("/v1/blobs/{sha}")).body(bytes.to_vec()).send().await.ok()?;
        assert_eq!(put.status(), 201);
    }
    let commit = client.request("POST", &format!("/v1/operations/{op_id}/commit")).send().await.ok()?;
    assert_eq!(commit.status(), 200);
    Some(commit.text().await.unwrap())
}
