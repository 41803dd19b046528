//! The event feed: gapless, in order, each once, whoever makes the changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use portal_backend::deciding::{Actor, Decision, decide};
use portal_backend::office::Office;
use portal_backend::store::{accounts, audit, tenants};
use portal_protocol::event::EventBatch;
use support::{Application, Server, body};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_leave_no_gap_and_followers_miss_nothing() {
    const CASES: u64 = 12;
    let server = Server::start().await;
    let client = server.merchant("13800000401").await;
    let followed = async {
        let mut cursor = 0;
        let mut seen = Vec::new();
        while seen.len() < 2 * CASES as usize {
            let batch: EventBatch =
                body(client.get(&format!("/v1/events?after={cursor}&wait=10")).await).await;
            for event in batch.events {
                assert_eq!(event.seq, cursor + 1, "a gap");
                cursor = event.seq;
                seen.push(event.case_id);
            }
        }
        seen
    };
    let (office, keys) = (server.office(), server.keys());
    let written = futures_util::future::join_all((0..CASES).map(|seed| {
        let client = &client;
        async move {
            let application = Application::new(400 + seed);
            assert_eq!(client.submit(&application).await.status(), 200);
            let tenant = {
                let mut conn = office.store.read().await.unwrap();
                tenants::home(&mut conn).await.unwrap().unwrap()
            };
            let reject = Decision::Reject { text: "资料不实".into() };
            decide(office, keys, &tenant, Actor::program("operator"), application.case_id, Some(1), reject)
                .await
                .unwrap();
        }
    }));
    let (seen, _) = tokio::join!(followed, written);
    assert_eq!(seen.len(), 2 * CASES as usize);
    let mut conn = office.store.read().await.unwrap();
    let tenant = tenants::home(&mut conn).await.unwrap().unwrap();
    assert_eq!(audit::first_broken(&mut conn, &tenant).await.unwrap(), None);
}

#[tokio::test]
async fn a_stream_brings_what_another_process_did_and_goes_on_after_a_number() {
    let server = Server::start().await;
    let client = server.merchant("13800000402").await;
    let application = Application::new(420);
    client.submit(&application).await;
    let stream =
        client.request("GET", "/v1/events").header("accept", "text/event-stream").send().await.unwrap();
    assert!(stream.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let mut stream = stream.bytes_stream();
    let mut text = String::new();
    while !text.contains("application.received") {
        text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(text.contains("id: 1"));
    // Its own connections to the same folder, as the admin command has them.
    let beside =
        Office::open(server.folder.path(), &server.storage, server.office().clock.clone()).await.unwrap();
    let tenant = {
        let mut conn = beside.store.read().await.unwrap();
        tenants::home(&mut conn).await.unwrap().unwrap()
    };
    let began = Instant::now();
    decide(
        &beside,
        server.keys(),
        &tenant,
        Actor::program("operator"),
        application.case_id,
        None,
        Decision::Accept,
    )
    .await
    .unwrap();
    while !text.contains("application.accepted") {
        let next = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap();
        text.push_str(std::str::from_utf8(&next.unwrap().unwrap()).unwrap());
    }
    assert!(began.elapsed() < Duration::from_secs(5) && text.contains("id: 2"));
    let resumed = client
        .request("GET", "/v1/events")
        .header("accept", "text/event-stream")
        .header("last-event-id", "1")
        .send()
        .await
        .unwrap();
    let first = resumed.bytes_stream().next().await.unwrap().unwrap();
    let first = std::str::from_utf8(&first).unwrap();
    assert!(first.contains("id: 2") && !first.contains("id: 1\n"), "{first}");
}

#[tokio::test]
async fn a_long_poll_waits_and_ends_and_a_stop_ends_it() {
    let mut server = Server::start().await;
    let client = server.merchant("13800000403").await;
    let began = Instant::now();
    let batch: EventBatch = body(client.get("/v1/events?wait=1").await).await;
    assert!(batch.events.is_empty() && began.elapsed() >= Duration::from_millis(900));
    let waiting = tokio::spawn(client.request("GET", "/v1/events?wait=25").send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    server.running.take().unwrap().stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_changed_audit_row_is_named() {
    let server = Server::start().await;
    server.merchant("13800000404").await;
    let office = server.office();
    let mut tx = office.store.write().await.unwrap();
    let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
    let refused = sqlx::query("UPDATE audit SET action = 'x'").execute(&mut *tx).await;
    assert!(refused.is_err(), "rows can't be changed in the ordinary way");
    drop(tx);
    let mut tx = office.store.write().await.unwrap();
    let dropped = match tx.backend_name() {
        "PostgreSQL" => "DROP TRIGGER audit_no_change ON audit",
        _ => "DROP TRIGGER audit_no_update",
    };
    sqlx::query(dropped).execute(&mut *tx).await.unwrap();
    sqlx::query("UPDATE audit SET subject = 'x' WHERE seq = 1").execute(&mut *tx).await.unwrap();
    assert_eq!(audit::first_broken(&mut tx, &tenant).await.unwrap(), Some(1));
    tx.commit().await.unwrap();
    let program = env!("CARGO_BIN_EXE_portal-backend");
    let mut command = std::process::Command::new(program);
    command.args(["admin", "--data"]).arg(server.folder.path()).args(["audit", "verify"]);
    support::share(&mut command, server.folder.path());
    let output = command.output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("audit entry 1"));
}

#[tokio::test]
async fn a_stream_ends_for_who_signed_out_or_was_switched_off() {
    let server = Server::start().await;
    for (number, phone) in (430..).zip(["13800000405", "13800000406"]) {
        let client = server.merchant(phone).await;
        let application = Application::new(number);
        client.submit(&application).await;
        let stream =
            client.request("GET", "/v1/events").header("accept", "text/event-stream").send().await.unwrap();
        let mut stream = stream.bytes_stream();
        let mut text = String::new();
        while !text.contains("application.received") {
            text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
        }
        let office = server.office();
        let mut tx = office.store.write().await.unwrap();
        let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
        if number == 430 {
            drop(tx);
            assert_eq!(client.request("DELETE", "/v1/session").send().await.unwrap().status(), 204);
        } else {
            accounts::disable(&mut tx, &tenant, phone, 1).await.unwrap().unwrap();
            tx.commit().await.unwrap();
        }
        let reject = Decision::Reject { text: "资料不实".into() };
        decide(office, server.keys(), &tenant, Actor::program("operator"), application.case_id, None, reject)
            .await
            .unwrap();
        let rest = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap();
        assert!(rest.is_none(), "the stream goes on");
    }
}
