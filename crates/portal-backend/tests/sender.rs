//! How codes leave the backend: by an SMS gateway, or not at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use portal_backend::sender::{CodeSender, NoSender, SmsGateway};
use portal_backend::{Config, Limits, Running, start};
use serde_json::{Value, json};
use support::{NOW_MS, http, refused};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

async fn server(folder: &std::path::Path, sender: Arc<dyn CodeSender>) -> Running {
    start(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: folder.to_owned(),
        storage: support::storage(folder).await,
        clock: Arc::new(|| NOW_MS),
        sender,
        limits: Limits::default(),
        https: false,
        time: portal_backend::TimeSettings::default(),
    })
    .await
    .unwrap()
}

async fn ask(server: &Running, phone: &str) -> reqwest::Response {
    let body = json!({ "phone": phone, "purpose": "enrol" });
    http().post(format!("http://{}/v1/codes", server.address)).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn without_a_sender_no_code_is_promised() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), Arc::new(NoSender)).await;
    refused(ask(&server, "13800000601").await, 503, "unavailable").await;
}

#[tokio::test]
async fn a_gateway_gets_phone_and_code_and_its_refusal_is_told() {
    async fn take(
        State(seen): State<UnboundedSender<Value>>,
        axum::Json(message): axum::Json<Value>,
    ) -> StatusCode {
        let refuse = message["phone"] == "13800000603";
        seen.send(message).unwrap();
        if refuse { StatusCode::BAD_GATEWAY } else { StatusCode::OK }
    }
    let (sender, mut seen) = unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/sms", listener.local_addr().unwrap());
    let gateway = axum::Router::new().route("/sms", post(take)).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, gateway).await });
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), Arc::new(SmsGateway::new(&url).unwrap())).await;
    assert_eq!(ask(&server, "13800000602").await.status(), 202);
    let message = seen.recv().await.unwrap();
    assert_eq!(message["phone"], "13800000602");
    let code = message["code"].as_str().unwrap();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    refused(ask(&server, "13800000603").await, 503, "unavailable").await;
    assert!(SmsGateway::new("not a url").is_err());
}
