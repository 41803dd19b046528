//! Time authorities over real HTTP: good, down, slow, lying, and a sign-in page in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use jiff::Timestamp;
use portal_backend::time_authority::HttpTimeAuthority;
use portal_contract::pki::Authority;
use portal_contract::stamping::{EmbeddedTimeAuthority, NoTimeStamp, TimeAuthority, TimeStamp, obtain};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use x509_cert::Certificate;

const REPLY: [(&str, &str); 1] = [("content-type", "application/timestamp-reply")];
const MESSAGE: &[u8] = b"a signature";

fn now() -> Timestamp {
    "2026-07-03T03:14:09Z".parse().unwrap()
}

/// The embedded authority behind real HTTP, under several paths with a fault each.
struct Service {
    address: String,
    roots: Vec<Certificate>,
}

impl Service {
    async fn start() -> Self {
        let (authority, _) =
            Authority::create("Example root", "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
        let key = authority.create_time_authority("Example time service", now()).unwrap();
        let real = Arc::new(EmbeddedTimeAuthority::new(key, now));
        let lying = real.clone();
        let good = move |body: Bytes| async move { (REPLY, real.answer(&body).unwrap()) };
        // Stamps something else than it was asked to.
        let lie = move |body: Bytes| async move {
            let mut other = body.to_vec();
            let place = other.len() - 30;
            other[place] ^= 1;
            (REPLY, lying.answer(&other).unwrap())
        };
        let router = Router::new()
            .route("/good", post(good))
            .route("/lie", post(lie))
            // Never answers; the connection stays open.
            .route("/slow", post(|| async { std::future::pending::<StatusCode>().await }))
            .route("/broken", post(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route("/portal", post(|| async { ([("content-type", "text/html")], "sign in") }))
            .route("/long", post(|| async { (REPLY, vec![0_u8; 1_000_000]).into_response() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, roots: vec![authority.certificate().clone()] }
    }

    async fn ask(&self, paths: &[&str]) -> Result<TimeStamp, NoTimeStamp> {
        let urls: Vec<String> = paths
            .iter()
            .map(|path| match *path {
                "down" => "http://127.0.0.1:1/".to_owned(),
                path => format!("{}/{path}", self.address),
            })
            .collect();
        let roots = self.roots.clone();
        let runtime = Handle::current();
        let asking = move || {
            let authority = |url: &String| {
                let patience = Duration::from_millis(400);
                let http = HttpTimeAuthority::new(url, patience, runtime.clone()).unwrap();
                Box::new(http) as Box<dyn TimeAuthority>
            };
            obtain(&urls.iter().map(authority).collect::<Vec<_>>(), &roots, MESSAGE)
        };
        tokio::task::spawn_blocking(asking).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_named_and_none_gives_a_time() {
    let service = Service::start().await;
    let cases = [
        ("down", "no answer: no connection"),
        ("slow", "no answer: timed out"),
        ("broken", "no answer: HTTP status 503"),
        ("portal", "no answer: something else than a time authority answers"),
        ("long", "no answer: the answer is too long"),
        ("lie", "the token can't be used: wrong imprint"),
    ];
    let paths = cases.map(|(path, _)| path);
    let NoTimeStamp { failures } = service.ask(&paths).await.unwrap_err();
    let words: Vec<String> = failures.iter().map(|(_, error)| error.to_string()).collect();
    assert_eq!(words, cases.map(|(_, words)| words));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_authority_that_answers_rightly_is_taken() {
    let service = Service::start().await;
    let stamp = service.ask(&["down", "slow", "lie", "good"]).await.unwrap();
    assert!(stamp.authority.ends_with("/good"), "{}", stamp.authority);
    assert_eq!(stamp.at, now());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_is_refused_at_the_start() {
    for url in ["time", "ftp://127.0.0.1/"] {
        let Err(error) = HttpTimeAuthority::new(url, Duration::from_secs(1), Handle::current()) else {
            panic!("{url} was taken");
        };
        assert!(error.to_string().contains("--time-authority"), "{error}");
    }
}
