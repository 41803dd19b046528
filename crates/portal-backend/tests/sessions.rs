//! Codes, enrolment, tokens: what opens a door, and what doesn't.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use portal_backend::Limits;
use portal_protocol::session::{EnrolProof, Enrolled, Session};
use reqwest::Response;
use serde_json::json;
use support::{Client, Device, PASSWORD, Server, body, refused};

const MINUTE_MS: i64 = 60_000;

async fn refresh(server: &Server, device: &Device, token: &str) -> Response {
    let path = "/v1/session/refresh";
    let request = json!({ "refresh_token": token });
    device.signed(server.request("POST", path), path, &request).send().await.unwrap()
}

async fn by_code(server: &Server, device: &Device, phone: &str, code: &str) -> Response {
    let request = json!({ "by": "phone_code", "phone": phone, "code": code });
    device.signed(server.request("POST", "/v1/session"), "/v1/session", &request).send().await.unwrap()
}

#[tokio::test]
async fn the_previous_refresh_token_works_until_the_new_one_is_used() {
    let server = Server::start().await;
    let client = server.merchant("13800000201").await;
    let first = client.session.refresh_token.clone();
    let lost: Session = body(refresh(&server, &client.device, &first).await).await;
    // The answer was lost: the old token still works, and gives the same one as before.
    let second: Session = body(refresh(&server, &client.device, &first).await).await;
    assert_eq!(second.refresh_token, lost.refresh_token);
    let third: Session = body(refresh(&server, &client.device, &second.refresh_token).await).await;
    refused(refresh(&server, &client.device, &first).await, 401, "unauthorized").await;
    // A stolen token is worth nothing without the computer's key.
    let thief = server.merchant("13800000202").await;
    refused(refresh(&server, &thief.device, &third.refresh_token).await, 401, "unauthorized").await;
}

#[tokio::test]
async fn the_first_use_of_a_new_access_token_ends_the_previous_refresh_token() {
    let server = Server::start().await;
    let mut client = server.merchant("13800000212").await;
    let old = client.session.clone();
    let lost: Session = body(refresh(&server, &client.device, &old.refresh_token).await).await;
    // Requests under way with the older access token say nothing about the answer's arrival.
    assert_eq!(client.get("/v1/cases").await.status(), 200);
    client.session = body(refresh(&server, &client.device, &old.refresh_token).await).await;
    assert_ne!(client.session.access_token, lost.access_token);
    assert_eq!(client.get("/v1/cases").await.status(), 200);
    refused(refresh(&server, &client.device, &old.refresh_token).await, 401, "unauthorized").await;
    assert_eq!(refresh(&server, &client.device, &client.session.refresh_token).await.status(), 200);
}

#[tokio::test]
async fn a_late_twin_of_a_refresh_takes_nothing_from_who_has_its_answer() {
    let server = Server::start().await;
    let mut client = server.merchant("13800000213").await;
    let old = client.session.clone();
    client.session = body(refresh(&server, &client.device, &old.refresh_token).await).await;
    // The line gave the request twice; the second answer comes to nobody.
    assert_eq!(refresh(&server, &client.device, &old.refresh_token).await.status(), 200);
    assert_eq!(client.get("/v1/cases").await.status(), 200);
    assert_eq!(refresh(&server, &client.device, &client.session.refresh_token).await.status(), 200);
    refused(refresh(&server, &client.device, &old.refresh_token).await, 401, "unauthorized").await;
}

#[tokio::test]
async fn what_expired_is_forgotten_at_the_next_start() {
    let mut server = Server::start().await;
    server.merchant("13800000213").await;
    server.reviewer("rx").await;
    let rows = async |server: &Server| {
        let mut conn = server.office().store.read().await.unwrap();
        let mut counts = Vec::new();
        for table in ["phone_code", "attempt", "session", "access_token", "console_session"] {
            let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
            counts.push(sqlx::query_scalar::<_, i64>(query).fetch_one(&mut *conn).await.unwrap());
        }
        counts
    };
    assert_eq!(rows(&server).await, [1, 3, 1, 1, 1]);
    server.pass_ms(31 * 24 * 60 * MINUTE_MS);
    server.restart().await;
    assert_eq!(rows(&server).await, [0; 5]);
}

#[tokio::test]
async fn access_ends_after_a_quarter_of_an_hour_and_at_sign_out() {
    let server = Server::start().await;
    let mut client = server.merchant("13800000203").await;
    assert_eq!(client.get("/v1/cases").await.status(), 200);
    server.pass_ms(15 * MINUTE_MS);
    refused(client.get("/v1/cases").await, 401, "unauthorized").await;
    client.session = body(refresh(&server, &client.device, &client.session.refresh_token).await).await;
    assert_eq!(client.get("/v1/cases").await.status(), 200);
    assert_eq!(client.request("DELETE", "/v1/session").send().await.unwrap().status(), 204);
    refused(client.get("/v1/cases").await, 401, "unauthorized").await;
    refused(refresh(&server, &client.device, &client.session.refresh_token).await, 401, "unauthorized").await;
}

#[tokio::test]
async fn a_code_works_once_for_its_purpose_phone_and_time() {
    let server = Server::start().await;
    let client = server.merchant("13800000204").await;
    let phone = "13800000204";
    let enrol_code = server.inbox.code(phone).unwrap();
    refused(by_code(&server, &client.device, phone, &enrol_code).await, 401, "unauthorized").await;
    server.ask_code(phone, "sign_in").await;
    wait_for_code(&server, phone, &enrol_code).await;
    let code = server.inbox.code(phone).unwrap();
    refused(by_code(&server, &client.device, "13800000205", &code).await, 401, "unauthorized").await;
    assert_eq!(by_code(&server, &client.device, phone, &code).await.status(), 200);
    // The same computer may repeat it, because the answer may have been lost; another may not.
    assert_eq!(by_code(&server, &client.device, phone, &code).await.status(), 200);
    let other = server.merchant("13800000206").await;
    refused(by_code(&server, &other.device, phone, &code).await, 401, "unauthorized").await;
    server.pass_ms(10 * MINUTE_MS);
    refused(by_code(&server, &client.device, phone, &code).await, 401, "unauthorized").await;
}

async fn wait_for_code(server: &Server, phone: &str, old: &str) {
    for _ in 0..100 {
        if server.inbox.code(phone).is_some_and(|code| code != old) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no code came");
}

#[tokio::test]
async fn codes_are_limited_in_tries_and_number() {
    let server = Server::start().await;
    let phone = "13800000207";
    let device = Device::new();
    assert_eq!(server.ask_code(phone, "enrol").await.status(), 202);
    let again = server.ask_code(phone, "enrol").await;
    assert!(again.headers().contains_key("retry-after"));
    refused(again, 429, "too_many_requests").await;
    let code = server.inbox.code(phone).unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let proof = EnrolProof::PhoneCode { phone: phone.into(), code: wrong.into() };
        refused(server.enrol(&device, proof).await, 401, "unauthorized").await;
    }
    let proof = EnrolProof::PhoneCode { phone: phone.into(), code };
    refused(server.enrol(&device, proof).await, 401, "unauthorized").await;
    for _ in 0..4 {
        server.pass_ms(MINUTE_MS);
        assert_eq!(server.ask_code(phone, "enrol").await.status(), 202);
    }
    server.pass_ms(MINUTE_MS);
    refused(server.ask_code(phone, "enrol").await, 429, "too_many_requests").await;
    refused(server.ask_code("12345", "enrol").await, 422, "invalid").await;
}

#[tokio::test]
async fn an_unknown_phone_gets_the_same_answer_and_no_code() {
    let server = Server::start().await;
    let answer = server.ask_code("13800000208", "sign_in").await;
    assert_eq!(answer.status(), 202);
    assert!(server.inbox.code("13800000208").is_none());
}

#[tokio::test]
async fn an_activation_code_enrols_one_computer() {
    let server = Server::start().await;
    server.staff("agent", "a1", Some("城东网点")).await;
    let code = server.activation_code("城东网点").await;
    let device = Device::new();
    let proof = || EnrolProof::ActivationCode { code: code.to_lowercase().replace('-', " ") };
    let enrolled: Enrolled = body(server.enrol(&device, proof()).await).await;
    assert_eq!(enrolled.branch.as_deref(), Some("城东网点"));
    assert!(enrolled.certificate.contains("BEGIN CERTIFICATE") && enrolled.session.is_none());
    assert_eq!(server.enrol(&device, proof()).await.status(), 201, "a lost answer may be asked for again");
    refused(server.enrol(&Device::new(), proof()).await, 401, "unauthorized").await;
    assert_eq!(server.sign_in(&device, "a1", PASSWORD).await.status(), 200);
    refused(server.sign_in(&device, "a1", "wrong").await, 401, "unauthorized").await;
    refused(server.sign_in(&device, "nobody", PASSWORD).await, 401, "unauthorized").await;
    refused(server.sign_in(&Device::new(), "a1", PASSWORD).await, 401, "bad_signature").await;
}

#[tokio::test]
async fn a_request_for_a_certificate_proves_its_key() {
    let server = Server::start().await;
    server.ask_code("13800000209", "enrol").await;
    let code = server.inbox.code("13800000209").unwrap();
    let proof = || EnrolProof::PhoneCode { phone: "13800000209".into(), code: code.clone() };
    let device = Device::new();
    let mut lines: Vec<String> = device.csr().lines().map(str::to_owned).collect();
    let last = lines.len() - 2;
    let flipped = if lines[last].starts_with('A') { "B" } else { "A" };
    lines[last].replace_range(..1, flipped);
    let request = json!({ "device_id": device.id, "csr": lines.join("\n"), "proof": proof() });
    let answer = server.request("POST", "/v1/devices").json(&request).send().await.unwrap();
    refused(answer, 422, "invalid").await;
    assert_eq!(server.enrol(&device, proof()).await.status(), 201);
    // The id of a computer can't be taken by another key.
    let thief = Device { id: device.id, ..Device::new() };
    server.ask_code("13800000210", "enrol").await;
    let code = server.inbox.code("13800000210").unwrap();
    let proof = EnrolProof::PhoneCode { phone: "13800000210".into(), code };
    refused(server.enrol(&thief, proof).await, 403, "forbidden").await;
}

#[tokio::test]
async fn who_is_switched_off_is_out_at_once() {
    let server = Server::start().await;
    let agent = server.staff_client("agent", "a2", "城西网点").await;
    let merchant = server.merchant("13800000211").await;
    {
        use portal_backend::store::{accounts, devices, tenants};
        let mut tx = server.office().store.write().await.unwrap();
        let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
        accounts::disable(&mut tx, &tenant, "a2", 1).await.unwrap();
        devices::disable(&mut tx, &tenant, merchant.device.id, 1).await.unwrap();
        tx.commit().await.unwrap();
    }
    for client in [&agent, &merchant] {
        refused(client.get("/v1/cases").await, 403, "disabled").await;
        refused(refresh(&server, &client.device, &client.session.refresh_token).await, 403, "disabled").await;
    }
    refused(server.sign_in(&agent.device, "a2", PASSWORD).await, 403, "disabled").await;
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let server = Server::start().await;
    let agent: Client = server.staff_client("agent", "a3", "城南网点").await;
    for _ in 0..10 {
        refused(server.sign_in(&agent.device, "a3", "wrong password").await, 401, "unauthorized").await;
    }
    refused(server.sign_in(&agent.device, "a3", PASSWORD).await, 429, "too_many_requests").await;
    server.pass_ms(15 * MINUTE_MS);
    assert_eq!(server.sign_in(&agent.device, "a3", PASSWORD).await.status(), 200);
    // Many at once are no way around it.
    let guesses = (0..30).map(|_| server.sign_in(&agent.device, "a3", "wrong password"));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 401).count(), 10);
}

#[tokio::test]
async fn behind_a_balancer_limits_count_its_clients() {
    let limits = Limits { codes_per_address_hour: 1, ..Limits::default() };
    for https in [false, true] {
        let server = Server::configured(limits, https).await;
        let ask = async |phone: &str, forwarded: &str| {
            let request = json!({ "phone": phone, "purpose": "enrol" });
            let request = server.request("POST", "/v1/codes").json(&request);
            request.header("x-forwarded-for", forwarded).send().await.unwrap().status().as_u16()
        };
        assert_eq!(ask("13800000221", "192.0.2.1").await, 202);
        // What a client writes there itself stands before what the balancer adds.
        assert_eq!(ask("13800000222", "198.51.100.7, 192.0.2.1").await, 429);
        assert_eq!(ask("13800000223", "192.0.2.2").await, if https { 202 } else { 429 });
    }
}
