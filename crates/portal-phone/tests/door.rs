//! What an open door answers, what it refuses, and that it closes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use portal_phone::testing::Scanned;
use portal_phone::{Arrival, Door, Limits, Sent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PHOTO_BYTES: usize = 100_000;
const LIMITS: Limits = Limits { photo_bytes: PHOTO_BYTES, idle: Duration::from_secs(60) };
const SEALED: &str = "application/octet-stream";

/// A phone that scanned the code.
#[derive(Clone)]
struct Phone {
    client: Client<HttpConnector, Full<Bytes>>,
    code: Scanned,
    nonces: u8,
}

impl Phone {
    fn scans(door: &Door) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, code: Scanned::by(7, door.link()), nonces: 0 }
    }

    /// Another page with the same code and key.
    fn other(&self, phone: u8) -> Self {
        Self { code: Scanned { phone: [phone; 16], ..self.code.clone() }, nonces: 100, ..self.clone() }
    }

    fn address(&self) -> String {
        format!("http://{}{}", self.code.host, self.code.path)
    }

    fn seal(&mut self, action: &str, bytes: &[u8]) -> Vec<u8> {
        self.nonces += 1;
        self.code.seal(action, self.nonces, bytes)
    }

    fn request(&self, method: Method, path: &str, body: Vec<u8>) -> Request<Full<Bytes>> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.address()));
        request.header("content-type", SEALED).body(Full::new(body.into())).unwrap()
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Answer {
        Answer::of(self.client.request(request).await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(self.request(Method::GET, path, Vec::new())).await
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> Answer {
        self.ask(self.request(Method::POST, path, body)).await
    }

    async fn send(&mut self, action: &str, bytes: &[u8]) -> Answer {
        let body = self.seal(action, bytes);
        self.post(action, body).await
    }
}

struct Answer {
    status: StatusCode,
    headers: hyper::HeaderMap,
    body: String,
}

impl Answer {
    async fn of<B: BodyExt>(response: Response<B>) -> Self
    where
        B::Error: std::fmt::Debug,
    {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: parts.status, headers: parts.headers, body }
    }
}

/// Answers everything that comes with how many came before; gives what came, once the door is closed.
fn answering(mut door: Door) -> JoinHandle<Vec<Sent>> {
    tokio::spawn(async move {
        let mut came = Vec::new();
        while let Some(Arrival { sent, reply }) = door.next().await {
            reply.send(came.len().to_string());
            let is_last = sent == Sent::Done;
            came.push(sent);
            if is_last {
                break;
            }
        }
        came
    })
}

async fn is_closed(address: SocketAddr) -> bool {
    // Accepted connections may still end by themselves; new ones are refused at once.
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn photos_of_one_phone_arrive_in_order() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let address = door.address();
    let mut phone = Phone::scans(&door);
    let came = answering(door);

    let page = phone.get("").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<html lang=\"zh-CN\">"), "{}", page.body);
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(page.headers["cache-control"], "no-store");
    let mut english = phone.request(Method::GET, "", Vec::new());
    english.headers_mut().insert("accept-language", "en-GB,en;q=0.9".parse().unwrap());
    assert!(phone.ask(english).await.body.contains("<html lang=\"en\">"));

    let photo = vec![0xd8; PHOTO_BYTES];
    assert_eq!(phone.send("hello", b"").await.body, "0");
    assert_eq!(phone.send("photo", &photo).await.body, "1");
    assert_eq!(phone.send("photo/0", b"again").await.body, "2");
    assert_eq!(phone.send("done", b"").await.body, "3");
    assert_eq!(
        came.await.unwrap(),
        [
            Sent::Hello,
            Sent::Photo { bytes: photo, replaces: None },
            Sent::Photo { bytes: b"again".to_vec(), replaces: Some(0) },
            Sent::Done,
        ]
    );
    assert!(is_closed(address).await, "it listens although the door was dropped");
}

#[tokio::test]
async fn other_paths_tokens_and_methods_are_refused() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let root = format!("http://{}", door.address());
    let mut phone = Phone::scans(&door);
    let token_only = phone.address().trim_end_matches('/').to_owned();
    let mut other = token_only.clone();
    let last = if other.pop() == Some('A') { 'B' } else { 'A' };
    other.push(last);
    let came = answering(door);

    let unknown = [
        format!("{root}/"),
        format!("{root}/favicon.ico"),
        token_only.clone(),
        format!("{other}/"),
        format!("{other}/hello"),
        format!("{token_only}/../etc/passwd"),
        format!("{token_only}/photo/x"),
        format!("{token_only}/photo/-1"),
        format!("{token_only}/photo/0/1"),
        format!("{token_only}//"),
        format!("{token_only}/index.html"),
    ];
    for address in unknown {
        for method in [Method::GET, Method::POST] {
            let request = Request::builder().method(&method).uri(&address).body(Full::default()).unwrap();
            assert_eq!(phone.ask(request).await.status, StatusCode::NOT_FOUND, "{method} {address}");
        }
    }
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD, Method::PATCH, Method::TRACE] {
        for path in ["", "hello", "photo", "done"] {
            let answer = phone.ask(phone.request(method.clone(), path, Vec::new())).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    assert_eq!(phone.get("photo").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(phone.post("", Vec::new()).await.status, StatusCode::METHOD_NOT_ALLOWED);
    phone.send("done", b"").await;
    assert_eq!(came.await.unwrap(), [Sent::Done], "nothing refused was handed over");
}

#[tokio::test]
async fn a_body_without_the_key_or_for_another_action_is_refused() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let mut phone = Phone::scans(&door);
    let came = answering(door);

    let mut wrong_key = phone.other(7);
    wrong_key.code.key = [9; 32];
    assert_eq!(wrong_key.send("photo", b"x").await.status, StatusCode::FORBIDDEN);
    let for_hello = phone.seal("hello", b"");
    assert_eq!(phone.post("done", for_hello).await.status, StatusCode::FORBIDDEN);
    let mut altered = phone.seal("photo", b"a photo");
    altered[45] ^= 1;
    assert_eq!(phone.post("photo", altered).await.status, StatusCode::FORBIDDEN);
    for length in [0, 1, 24, 40, 55] {
        assert_eq!(phone.post("photo", vec![1; length]).await.status, StatusCode::FORBIDDEN, "{length}");
    }
    let without_phone = phone.code.seal_plain("hello", 90, b"short");
    assert_eq!(phone.post("hello", without_phone).await.status, StatusCode::FORBIDDEN);
    phone.send("done", b"").await;
    assert_eq!(came.await.unwrap(), [Sent::Done]);
}

#[tokio::test]
async fn a_second_phone_and_what_was_overheard_are_refused() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let mut phone = Phone::scans(&door);
    let mut second = phone.other(8);
    let came = answering(door);

    assert_eq!(phone.send("hello", b"").await.status, StatusCode::OK);
    assert_eq!(second.send("hello", b"").await.status, StatusCode::CONFLICT);
    assert_eq!(second.send("photo", b"mine").await.status, StatusCode::CONFLICT);
    let overheard = phone.seal("photo", b"a photo");
    assert_eq!(phone.post("photo", overheard.clone()).await.status, StatusCode::OK);
    assert_eq!(phone.post("photo", overheard).await.status, StatusCode::CONFLICT);
    phone.send("done", b"").await;
    assert_eq!(came.await.unwrap().len(), 3);
}

#[tokio::test]
async fn other_hosts_types_and_sizes_are_refused() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let address = door.address();
    let mut phone = Phone::scans(&door);
    let came = answering(door);

    let mut rebound = phone.request(Method::GET, "", Vec::new());
    rebound.headers_mut().insert("host", format!("portal.example:{}", address.port()).parse().unwrap());
    assert_eq!(phone.ask(rebound).await.status, StatusCode::MISDIRECTED_REQUEST);
    let path = phone.code.path.clone();
    let absolute = format!("GET http://portal.example{path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    assert!(raw(address, absolute.as_bytes()).await.starts_with("HTTP/1.1 421"));
    let without = raw(address, format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await;
    assert!(without.starts_with("HTTP/1.0 421") || without.starts_with("HTTP/1.1 421"), "{without}");

    for other in ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"] {
        let body = phone.seal("photo", b"x");
        let mut request = phone.request(Method::POST, "photo", body);
        request.headers_mut().insert("content-type", other.parse().unwrap());
        assert_eq!(phone.ask(request).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{other}");
    }
    let too_large = phone.seal("photo", &vec![0; PHOTO_BYTES + 1]);
    let said = format!(
        "POST {path}photo HTTP/1.1\r\nHost: {address}\r\nContent-Type: {SEALED}\r\nContent-Length: {}\r\n\r\n",
        too_large.len()
    );
    // The length alone is enough; the body needn't be sent.
    assert!(raw(address, said.as_bytes()).await.starts_with("HTTP/1.1 413"));
    let chunked = format!(
        "POST {path}photo HTTP/1.1\r\nHost: {address}\r\nContent-Type: {SEALED}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        too_large.len()
    );
    let sent = [chunked.as_bytes(), &too_large, b"\r\n0\r\n\r\n"].concat();
    assert!(raw(address, &sent).await.starts_with("HTTP/1.1 413"));
    let long_head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nX: {}\r\n\r\n", "x".repeat(40_000));
    assert!(raw(address, long_head.as_bytes()).await.starts_with("HTTP/1.1 431"));
    assert!(raw(address, b"\x16\x03\x01\x02\x00 not http").await.starts_with("HTTP/1.1 400"));
    phone.send("done", b"").await;
    assert_eq!(came.await.unwrap(), [Sent::Done]);
}

/// What is answered to these bytes until the connection ends.
async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // An answer may come, and the connection be reset, before all is sent.
    drop(stream.write_all(bytes).await);
    let mut answer = Vec::new();
    drop(tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn too_many_connections_are_turned_away() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let (address, phone) = (door.address(), Phone::scans(&door));
    let mut silent = Vec::new();
    for _ in 0..6 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let mut seventh = TcpStream::connect(address).await.unwrap();
    let mut end = [0];
    // Turned away without a word: the end, or a reset.
    assert!(matches!(seventh.read(&mut end).await, Ok(0) | Err(_)));
    // Others have room of their own, up to the end of all.
    for other in [2, 3].into_iter().flat_map(|last| [Ipv4Addr::new(127, 0, 0, last); 5]) {
        silent.push(connected_from(other, address).await);
    }
    let mut seventeenth = connected_from(Ipv4Addr::new(127, 0, 0, 4), address).await;
    assert!(matches!(seventeenth.read(&mut end).await, Ok(0) | Err(_)));
    drop(silent);
    // Room again, once those are gone.
    let mut answered = None;
    for _ in 0..200 {
        answered = phone.client.request(phone.request(Method::GET, "", Vec::new())).await.ok();
        if answered.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(answered.unwrap().status(), StatusCode::OK);
}

async fn connected_from(source: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((source, 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

#[tokio::test]
async fn a_third_photo_at_the_same_time_is_put_off() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let (address, mut phone) = (door.address(), Phone::scans(&door));
    let came = answering(door);
    let head = format!(
        "POST {}photo HTTP/1.1\r\nHost: {address}\r\nContent-Type: {SEALED}\r\nContent-Length: 1000\r\n\r\n",
        phone.code.path
    );
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let mut put_off = false;
    for _ in 0..200 {
        // Sooner or later both heads are read.
        put_off = phone.send("hello", b"").await.status == StatusCode::SERVICE_UNAVAILABLE;
        if put_off {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(put_off);
    drop(slow);
    came.abort();
}

#[tokio::test]
async fn it_closes_when_nothing_comes() {
    let limits = Limits { idle: Duration::from_millis(100), ..LIMITS };
    let mut door = Door::open(HERE, limits).await.unwrap();
    let address = door.address();
    // Requests without the key keep nothing open.
    assert_eq!(Phone::scans(&door).get("").await.status, StatusCode::OK);
    assert!(door.next().await.is_none());
    assert!(is_closed(address).await);
    assert!(door.next().await.is_none(), "and stays closed");
}

#[tokio::test]
async fn a_dropped_door_answers_nobody_and_its_code_opens_no_other() {
    let door = Door::open(HERE, LIMITS).await.unwrap();
    let (address, mut phone) = (door.address(), Phone::scans(&door));
    let mut waiting = TcpStream::connect(address).await.unwrap();
    drop(door);
    assert!(is_closed(address).await);
    let mut end = [0];
    assert!(matches!(waiting.read(&mut end).await, Ok(0) | Err(_)), "open connections end too");

    let next = Door::open(HERE, LIMITS).await.unwrap();
    phone.code.host = next.address().to_string();
    assert_eq!(phone.get("").await.status, StatusCode::NOT_FOUND, "a used code");
    assert_eq!(phone.send("photo", b"late").await.status, StatusCode::NOT_FOUND);
    phone.code.path = Scanned::by(7, next.link()).path;
    let came = answering(next);
    assert_eq!(phone.send("photo", b"late").await.status, StatusCode::FORBIDDEN, "a used key");
    came.abort();
}
