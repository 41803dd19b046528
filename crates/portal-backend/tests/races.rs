//! Requests that want the same thing at the same moment: one gets it, whichever database it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;

use futures_util::future::join_all;
use portal_backend::deciding::{Actor, Decision, decide};
use portal_backend::store::{audit, tenants};
use portal_protocol::error::ErrorCode;
use portal_protocol::event::EventBatch;
use portal_protocol::operation::Change;
use portal_protocol::session::{EnrolProof, Session};
use reqwest::Response;
use serde_json::json;
use support::{Application, Device, Server, body, new_op};

fn statuses(answers: &[Response]) -> Vec<u16> {
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status().as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_activation_code_enrols_one_computer() {
    let server = Server::start().await;
    server.staff("agent", "a1", Some("城东网点")).await;
    let code = server.activation_code("城东网点").await;
    let devices: Vec<Device> = (0..6).map(|_| Device::new()).collect();
    let proof = EnrolProof::ActivationCode { code };
    warm(&server).await;
    let answers = join_all(devices.iter().map(|device| server.enrol(device, proof.clone()))).await;
    assert_eq!(statuses(&answers), [201, 401, 401, 401, 401, 401]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_refresh_token_has_one_successor_however_often_it_is_asked_for_at_once() {
    let server = Server::start().await;
    let client = server.merchant("13800000907").await;
    let path = "/v1/session/refresh";
    let request = json!({ "refresh_token": client.session.refresh_token });
    warm(&server).await;
    let answers =
        join_all((0..4).map(|_| client.device.signed(server.request("POST", path), path, &request).send()))
            .await;
    let mut successors = HashSet::new();
    for answer in answers {
        let session: Session = body(answer.unwrap()).await;
        let asked =
            server.request("GET", "/v1/cases").bearer_auth(session.access_token).send().await.unwrap();
        assert_eq!(asked.status(), 200);
        successors.insert(session.refresh_token);
    }
    assert_eq!(successors.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_phone_gets_one_code_however_often_it_is_asked_for_at_once() {
    let server = Server::start().await;
    warm(&server).await;
    let answers = join_all((0..6).map(|_| server.ask_code("13800000901", "enrol"))).await;
    assert_eq!(statuses(&answers), [202, 429, 429, 429, 429, 429]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_decisions_about_one_revision_one_is_made() {
    let server = Server::start().await;
    let client = server.merchant("13800000902").await;
    let (office, tenant) = (server.office(), home(&server).await);
    for seed in 910..914 {
        let application = Application::new(seed);
        assert_eq!(client.submit(&application).await.status(), 200);
        let decided = |decision| {
            decide(
                office,
                server.keys(),
                &tenant,
                Actor::program("operator"),
                application.case_id,
                Some(1),
                decision,
            )
        };
        let reject = Decision::Reject { text: "资料不实".into() };
        let (accepted, rejected) = tokio::join!(decided(Decision::Accept), decided(reject));
        assert!(accepted.is_ok() != rejected.is_ok(), "{accepted:?} {rejected:?}");
        let refused = accepted.err().or(rejected.err()).unwrap();
        assert!(matches!(refused.code, ErrorCode::Conflict | ErrorCode::IllegalMove), "{refused:?}");
    }
    let events: EventBatch = body(client.get("/v1/events?after=0").await).await;
    let numbers: Vec<u64> = events.events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_operations_that_begin_one_case_one_does() {
    let server = Server::start().await;
    let client = server.merchant("13800000903").await;
    let application = Application::new(920);
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    let operations = [new_op(), new_op(), new_op(), new_op()];
    for op_id in operations {
        assert_eq!(client.declare(op_id, &operation).await.status(), 201);
    }
    for bytes in application.bytes.values() {
        assert_eq!(client.put(bytes).await.status(), 201);
    }
    let answers = join_all(operations.iter().map(|op_id| client.commit(*op_id))).await;
    let statuses = statuses(&answers);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses[1..].iter().all(|status| matches!(status, 409 | 412)), "{statuses:?}");
    let events: EventBatch = body(client.get("/v1/events?after=0").await).await;
    assert_eq!(events.events.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_declaration_sent_many_times_at_once_is_one_operation() {
    let server = Server::start().await;
    let client = server.merchant("13800000904").await;
    let application = Application::new(930);
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    let op_id = new_op();
    let answers = join_all((0..6).map(|_| client.declare(op_id, &operation))).await;
    assert_eq!(statuses(&answers), [200, 200, 200, 200, 200, 201]);
    let photo = application.bytes.values().next().unwrap();
    let answers = join_all((0..6).map(|_| client.put(photo))).await;
    assert_eq!(statuses(&answers), [201; 6]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_audit_trail_stays_whole_when_many_write_it() {
    let server = Server::start().await;
    server.staff("agent", "a2", None).await;
    let devices = [server.merchant("13800000905").await.device, server.merchant("13800000906").await.device];
    let answers =
        join_all((0..8).map(|turn| server.sign_in(&devices[turn % 2], "a2", support::PASSWORD))).await;
    assert_eq!(statuses(&answers), [200; 8]);
    let tenant = home(&server).await;
    let mut conn = server.office().store.read().await.unwrap();
    assert_eq!(audit::first_broken(&mut conn, &tenant).await.unwrap(), None);
}

/// Opens the database's connections, so that what follows really happens at once.
async fn warm(server: &Server) {
    let answers = join_all((0..16).map(|_| server.request("GET", "/health/ready").send())).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 204));
}

async fn home(server: &Server) -> tenants::TenantId {
    let mut conn = server.office().store.read().await.unwrap();
    tenants::home(&mut conn).await.unwrap().unwrap()
}
