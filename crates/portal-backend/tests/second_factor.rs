//! Sign-ins with an authenticator app: who is asked for a code, and which codes are taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use hmac::{Hmac, KeyInit, Mac};
use portal_backend::store::{accounts, second_factors, tenants};
use portal_protocol::session::{EnrolProof, SecondFactor, Session};
use reqwest::Response;
use serde_json::json;
use support::{Device, PASSWORD, Server, body, refused};

const BRANCH: &str = "示例网点";
const USER: &str = "staff";
const STEP_MS: i64 = 30_000;

/// A branch that asks for it, with somebody who works there on an enrolled computer.
async fn asking(server: &Server) -> Device {
    server.staff("agent", USER, Some(BRANCH)).await;
    ask_branch(server, true).await;
    let device = Device::new();
    let code = server.activation_code(BRANCH).await;
    assert_eq!(server.enrol(&device, EnrolProof::ActivationCode { code }).await.status(), 201);
    device
}

async fn ask_branch(server: &Server, asks: bool) {
    let office = server.office();
    let mut tx = office.store.write().await.unwrap();
    let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
    let branch = tenants::find_branch(&mut tx, &tenant, BRANCH).await.unwrap().unwrap();
    let change = tenants::PolicyChange { second_factor: Some(asks), ..Default::default() };
    tenants::change_policy(&mut tx, &tenant, &branch.branch_id, change).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(server: &Server, device: &Device, code: &str) -> Response {
    let request = json!({ "by": "password", "user": USER, "password": PASSWORD, "code": code });
    device.signed(server.request("POST", "/v1/session"), "/v1/session", &request).send().await.unwrap()
}

async fn set_up(server: &Server, device: &Device, password: &str) -> Response {
    let (path, request) = ("/v1/second-factor", json!({ "user": USER, "password": password }));
    device.signed(server.request("POST", path), path, &request).send().await.unwrap()
}

/// What an authenticator app shows (RFC 6238, RFC 4226 §5.3), by nothing that the server uses for it but the hash.
fn shown(secret: &str, at_ms: i64) -> String {
    let mut bits = String::new();
    for letter in secret.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => panic!("not base 32"),
        };
        bits.push_str(&format!("{value:05b}"));
    }
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|bits| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap())
        .collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(at_ms / STEP_MS).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[from..from + 4].try_into().unwrap()) & 0x7FFF_FFFF;
    format!("{:06}", number % 1_000_000)
}

fn now_ms(server: &Server) -> i64 {
    server.clock.load(std::sync::atomic::Ordering::SeqCst)
}

#[tokio::test]
async fn an_app_is_set_up_by_its_first_code_and_each_code_works_once() {
    let server = Server::start().await;
    let device = asking(&server).await;
    refused(server.sign_in(&device, USER, PASSWORD).await, 401, "second_factor_unset").await;
    refused(server.sign_in(&device, USER, "wrong password").await, 401, "unauthorized").await;
    refused(set_up(&server, &device, "wrong password").await, 401, "unauthorized").await;
    let made: SecondFactor = body(set_up(&server, &device, PASSWORD).await).await;
    // The answer was lost: the second is the same, or the app that was set up with the first would show nothing of use.
    let again: SecondFactor = body(set_up(&server, &device, PASSWORD).await).await;
    assert_eq!(again.secret, made.secret);
    assert_eq!(made.uri, format!("otpauth://totp/Zhanggui:{USER}?secret={}&issuer=Zhanggui", made.secret));
    // Without a code it isn't set up yet.
    refused(server.sign_in(&device, USER, PASSWORD).await, 401, "second_factor_unset").await;

    let code = shown(&made.secret, now_ms(&server));
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let session: Session = body(sign_in(&server, &device, &spaced).await).await;
    assert_eq!(session.account.display, "测试员");
    refused(sign_in(&server, &device, &code).await, 401, "second_factor_wrong").await;
    refused(server.sign_in(&device, USER, PASSWORD).await, 401, "second_factor_needed").await;
    refused(set_up(&server, &device, PASSWORD).await, 403, "forbidden").await;

    // A phone's clock may be half a minute off; an older code than the last is none.
    let next = shown(&made.secret, now_ms(&server) + STEP_MS);
    assert_eq!(sign_in(&server, &device, &next).await.status(), 200);
    refused(
        sign_in(&server, &device, &shown(&made.secret, now_ms(&server))).await,
        401,
        "second_factor_wrong",
    )
    .await;
    server.pass_ms(10 * STEP_MS);
    for off in [-2, 2] {
        let code = shown(&made.secret, now_ms(&server) + off * STEP_MS);
        refused(sign_in(&server, &device, &code).await, 401, "second_factor_wrong").await;
    }
    assert_eq!(sign_in(&server, &device, &shown(&made.secret, now_ms(&server))).await.status(), 200);
}

#[tokio::test]
async fn only_the_branch_or_an_administrator_asks_and_a_lost_phone_is_forgotten() {
    let server = Server::start().await;
    let device = asking(&server).await;
    ask_branch(&server, false).await;
    assert_eq!(server.sign_in(&device, USER, PASSWORD).await.status(), 200);
    refused(set_up(&server, &device, PASSWORD).await, 403, "forbidden").await;

    let office = server.office();
    let change = async |asked: Option<bool>| {
        let mut tx = office.store.write().await.unwrap();
        let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
        let account = accounts::by_login(&mut tx, &tenant, USER).await.unwrap().unwrap().account_id;
        match asked {
            Some(asked) => second_factors::ask(&mut tx, &tenant, account, asked).await.unwrap(),
            None => second_factors::forget(&mut tx, &tenant, account).await.unwrap(),
        }
        tx.commit().await.unwrap();
    };
    change(Some(true)).await;
    let made: SecondFactor = body(set_up(&server, &device, PASSWORD).await).await;
    assert_eq!(sign_in(&server, &device, &shown(&made.secret, now_ms(&server))).await.status(), 200);
    change(None).await;
    let anew: SecondFactor = body(set_up(&server, &device, PASSWORD).await).await;
    assert_ne!(anew.secret, made.secret);
    server.pass_ms(STEP_MS);
    refused(
        sign_in(&server, &device, &shown(&made.secret, now_ms(&server))).await,
        401,
        "second_factor_wrong",
    )
    .await;
    assert_eq!(sign_in(&server, &device, &shown(&anew.secret, now_ms(&server))).await.status(), 200);
    change(Some(false)).await;
    assert_eq!(server.sign_in(&device, USER, PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn guesses_of_codes_end_with_those_of_passwords() {
    let server = Server::start().await;
    let device = asking(&server).await;
    let made: SecondFactor = body(set_up(&server, &device, PASSWORD).await).await;
    let right = shown(&made.secret, now_ms(&server));
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let mut refusals = 0;
    loop {
        let answer = sign_in(&server, &device, wrong).await;
        if answer.status() == 429 {
            break;
        }
        refused(answer, 401, "second_factor_wrong").await;
        refusals += 1;
    }
    // Setting up was the first try.
    assert_eq!(refusals, 9);
    assert_eq!(sign_in(&server, &device, &right).await.status(), 429, "the right one comes too late");
}

#[tokio::test]
async fn the_console_asks_for_the_same_and_the_database_keeps_no_secret() {
    let server = Server::start().await;
    let device = asking(&server).await;
    server.staff("supervisor", "chief", Some(BRANCH)).await;
    let post = async |path: &str, request: serde_json::Value| {
        server.request("POST", path).json(&request).send().await.unwrap()
    };
    let who = json!({ "user": "chief", "password": PASSWORD });
    refused(post("/console/api/session", who.clone()).await, 401, "second_factor_unset").await;
    let made: SecondFactor = body(post("/console/api/second-factor", who.clone()).await).await;
    let code = shown(&made.secret, now_ms(&server));
    let with = json!({ "user": "chief", "password": PASSWORD, "code": code });
    let signed_in = post("/console/api/session", with.clone()).await;
    assert_eq!(signed_in.status(), 200);
    refused(post("/console/api/session", with).await, 401, "second_factor_wrong").await;
    refused(post("/console/api/session", who).await, 401, "second_factor_needed").await;

    let secrets: SecondFactor = body(set_up(&server, &device, PASSWORD).await).await;
    let office = server.office();
    let mut conn = office.store.read().await.unwrap();
    let kept: Vec<Option<String>> =
        sqlx::query_scalar("SELECT totp_secret FROM account").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(kept.iter().flatten().count(), 2);
    for kept in kept.iter().flatten() {
        assert!(!kept.contains(&made.secret) && !kept.contains(&secrets.secret));
    }
}
