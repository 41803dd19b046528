//! Who asks too much, too slowly or over too many connections is held off, and nobody else notices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use portal_backend::{Limits, TrafficLimits};
use support::{Server, refused};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);

const BODY_TO_COME: &str = "POST /v1/codes HTTP/1.1\r\nHost: portal\r\nContent-Type: application/json\r\n\
                            Content-Length: 100000\r\n\r\n";

fn limits(traffic: TrafficLimits) -> Limits {
    Limits { traffic, ..Limits::default() }
}

async fn connected(server: &Server) -> TcpStream {
    TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap()
}

/// Whether the server answers one who comes now, on a connection of their own.
async fn answers(server: &Server, within: Duration) -> bool {
    let alone = support::http();
    let asked = alone.get(format!("{}/health/live", server.url)).timeout(within).send().await;
    asked.is_ok_and(|answer| answer.status() == 204)
}

async fn answers_again(server: &Server) {
    let began = Instant::now();
    while !answers(server, Duration::from_millis(200)).await {
        assert!(began.elapsed() < PATIENCE, "nobody is answered any more");
    }
}

/// Everything until the server closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A reset closes it too.
    let closed = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    drop(closed.expect("the server leaves the connection open"));
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn an_address_that_asks_too_much_is_told_to_wait() {
    let few = limits(TrafficLimits { requests_per_address: 1, ..TrafficLimits::default() });
    let server = Server::configured(few, true).await;
    let ask = async |path: &str, address: &str| {
        server.request("GET", path).header("x-forwarded-for", address).send().await.unwrap()
    };
    let mut answered = 0;
    let held_off = loop {
        let answer = ask("/v1/limits", "192.0.2.1").await;
        if answer.status() != 200 {
            break answer;
        }
        answered += 1;
        assert!(answered < 1000, "nothing is limited");
    };
    assert!(answered >= 10, "only {answered} at once");
    assert_eq!(held_off.headers()["portal-sync"], "1");
    let wait_s: u32 = held_off.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait_s), "{wait_s}");
    refused(held_off, 429, "too_many_requests").await;
    // What there is not counts like what there is.
    refused(ask("/v1/nothing", "192.0.2.1").await, 429, "too_many_requests").await;
    assert_eq!(ask("/v1/limits", "192.0.2.2").await.status(), 200);
    assert_eq!(ask("/health/live", "192.0.2.1").await.status(), 204);
    let began = Instant::now();
    while ask("/v1/limits", "192.0.2.1").await.status() != 200 {
        assert!(began.elapsed() < PATIENCE, "it has waited long enough");
    }
}

#[tokio::test]
async fn an_account_that_asks_too_much_holds_up_no_other() {
    let few = limits(TrafficLimits { requests_per_account: 1, ..TrafficLimits::default() });
    let server = Server::with(few).await;
    let busy = server.merchant("13800000401").await;
    let other = server.merchant("13800000402").await;
    let asked = (0..40).map(|_| busy.request("GET", "/v1/cases").send());
    let answers = futures_util::future::join_all(asked).await;
    let statuses: Vec<u16> =
        answers.iter().map(|answer| answer.as_ref().unwrap().status().as_u16()).collect();
    let answered = statuses.iter().filter(|status| **status == 200).count();
    assert!((10..40).contains(&answered), "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    assert_eq!(other.request("GET", "/v1/cases").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_connection_must_bring_its_requests_head_in_time() {
    let server = Server::with(limits(TrafficLimits { head_s: 1, ..TrafficLimits::default() })).await;
    let mut silent = connected(&server).await;
    assert_eq!(until_closed(&mut silent).await, "");
    let mut slow = connected(&server).await;
    slow.write_all(b"GET /health/live HTTP/1.1\r\nHost: portal\r\nX-Slow: ").await.unwrap();
    let said = until_closed(&mut slow).await;
    assert!(!said.contains(" 204 "), "{said}");
    assert!(answers(&server, PATIENCE).await);
}

/// Announces a body of which this much comes, and then nothing.
async fn announce(server: &Server, begun: &[u8]) -> TcpStream {
    let mut stream = connected(server).await;
    stream.write_all(BODY_TO_COME.as_bytes()).await.unwrap();
    stream.write_all(begun).await.unwrap();
    stream
}

/// What the server says first.
async fn said_first(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut said = vec![0; 1024];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut said)).await;
    let bytes = read.expect("the server waits for ever").unwrap();
    String::from_utf8_lossy(&said[..bytes]).into_owned()
}

#[tokio::test]
async fn a_body_must_not_stand_still() {
    // However slow it may be.
    let traffic = TrafficLimits { body_idle_s: 1, body_bytes_per_s: 0, ..TrafficLimits::default() };
    let server = Server::with(limits(traffic)).await;
    for begun in [b"".as_slice(), b"{"] {
        let said = said_first(&mut announce(&server, begun).await).await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    }
}

#[tokio::test]
async fn a_body_must_not_come_drop_by_drop() {
    let traffic = TrafficLimits { body_idle_s: 1, body_bytes_per_s: 10_000, ..TrafficLimits::default() };
    let server = Server::with(limits(traffic)).await;
    let (mut answers, mut dripping) = announce(&server, b"").await.into_split();
    let drops = tokio::spawn(async move {
        // Never still for long, and never quick.
        while dripping.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let said = said_first(&mut answers).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    drops.abort();
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_one_to_end() {
    let server = Server::with(limits(TrafficLimits { connections: 2, ..TrafficLimits::default() })).await;
    let (first, second) = (connected(&server).await, connected(&server).await);
    assert!(!answers(&server, Duration::from_millis(500)).await);
    drop(first);
    answers_again(&server).await;
    drop(second);
}

#[tokio::test]
async fn one_address_can_not_take_all_connections() {
    let one = limits(TrafficLimits { connections_per_address: 1, ..TrafficLimits::default() });
    let server = Server::with(one).await;
    let first = connected(&server).await;
    let mut second = connected(&server).await;
    assert_eq!(until_closed(&mut second).await, "");
    drop(first);
    answers_again(&server).await;
    // Behind a balancer all connections are its own.
    let server = Server::configured(one, true).await;
    let _first = connected(&server).await;
    assert!(answers(&server, PATIENCE).await);
}
