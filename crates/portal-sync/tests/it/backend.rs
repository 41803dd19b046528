//! A backend in memory that keeps the protocol, and breaks it when told to.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post, put};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use portal_domain::ids::{AccountId, CaseId, OpId, Sha256};
use portal_protocol::case::CaseDocument;
use portal_protocol::event::Event;
use portal_protocol::limits::Limits;
use portal_protocol::operation::{Operation, OperationState};
use portal_protocol::receipt::{Envelope, Receipt, ReceiptKey, key_id};
use portal_protocol::session::{Account, RefreshRequest, Role, Session, USUAL_OFFLINE_DAYS};
use portal_store::hash;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// What goes wrong with a matching request.
#[derive(Clone)]
pub enum Fault {
    /// Done, but the answer never arrives whole.
    LoseReply,
    /// Refused: status, code, `Retry-After`.
    Refuse(u16, &'static str, Option<&'static str>),
    /// A captive portal's page.
    Page,
    /// A proxy's redirect.
    Redirect,
    /// Of a chunk only the first bytes arrive, then the line is cut.
    CutChunk(usize),
    /// Taken, and never answered.
    Hang,
    /// Nothing: counts as one match of a plan.
    Pass,
}

struct Planned {
    method: Method,
    part: String,
    times: usize,
    fault: Fault,
}

#[derive(Default)]
pub struct Inside {
    planned: Vec<Planned>,
    /// Requests that were taken and are never answered.
    hanging: watch::Sender<usize>,
    /// Every request: method and path.
    pub log: Vec<String>,
    pub declared: BTreeMap<OpId, Vec<u8>>,
    pub receipts: HashMap<OpId, Envelope>,
    /// How often an operation was applied.
    pub applied: HashMap<OpId, u32>,
    pub blobs: HashMap<Sha256, Vec<u8>>,
    pub uploads: BTreeMap<u32, Upload>,
    /// Bytes that arrived in chunks.
    pub chunk_bytes: usize,
    /// Chunks under way now, and the most at once.
    pub patching: usize,
    pub most_patching: usize,
    pub access: String,
    pub refresh: VecDeque<String>,
    pub refreshed: u32,
    pub events: Vec<Event>,
    /// What comes behind them.
    pub last_event: Option<Value>,
    pub notice: Option<Vec<u8>>,
    /// What it takes; not served while nothing is set.
    pub limits: Option<Limits>,
    pub cases: HashMap<CaseId, CaseDocument>,
    /// Makes receipts wrong.
    pub forge: Option<fn(&mut Receipt)>,
    pub forge_key: Option<SigningKey>,
}

pub struct Upload {
    pub sha: Sha256,
    pub length: usize,
    pub bytes: Vec<u8>,
}

pub struct Backend {
    pub address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
    server: JoinHandle<()>,
}

type Shared = Arc<Mutex<Inside>>;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Backend {
    pub async fn start() -> Self {
        let inside = Arc::new(Mutex::new(Inside {
            access: "access-0".to_owned(),
            refresh: VecDeque::from(["refresh-0".to_owned()]),
            ..Inside::default()
        }));
        let router = Router::new()
            .route("/health/live", get(|| async { StatusCode::NO_CONTENT }))
            .route("/v1/limits", get(limits))
            .route("/v1/session/refresh", post(refresh))
            .route("/v1/operations/{op_id}", put(declare))
            .route("/v1/operations/{op_id}/commit", post(commit))
            .route("/v1/blobs/{sha}", put(put_blob))
            .route("/v1/uploads", post(create))
            .route("/v1/uploads/{id}", patch(append).head(offset))
            .route("/v1/events", get(events))
            .route("/v1/cases/{case_id}/notice", get(notice))
            .route("/v1/cases/{case_id}", get(case))
            .layer(middleware::from_fn_with_state(Arc::clone(&inside), scripted))
            .with_state(Arc::clone(&inside));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, inside, server }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// The next `times` requests of this method whose path contains `part` fail.
    pub fn plan(&self, method: Method, part: &str, times: usize, fault: Fault) {
        self.inside().planned.push(Planned { method, part: part.to_owned(), times, fault });
    }

    /// Until a request was taken that is never answered.
    pub async fn hangs(&self) {
        let mut hanging = self.inside().hanging.subscribe();
        hanging.wait_for(|requests| *requests > 0).await.unwrap();
    }

    pub fn heal(&self) {
        self.inside().planned.clear();
    }

    pub fn count(&self, method: Method, part: &str) -> usize {
        let start = format!("{method} ");
        self.inside().log.iter().filter(|line| line.starts_with(&start) && line.contains(part)).count()
    }

    /// A receipt as the backend signs them.
    pub fn sign(receipt: &Receipt) -> Envelope {
        envelope(receipt, &key())
    }

    pub fn receipt_keys() -> Vec<ReceiptKey> {
        vec![ReceiptKey {
            kid: key_id(key().verifying_key().as_bytes()),
            public_key: STANDARD.encode(key().verifying_key().as_bytes()),
        }]
    }
}

fn problem(status: u16, code: &str) -> Response {
    let body = json!({"type": "about:blank", "title": code, "status": status, "code": code,
        "errors": [{"pointer": "/licence/number", "code": "checksum"}]});
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("portal-sync", "1"), ("content-type", "application/problem+json")], body.to_string())
        .into_response()
}

async fn scripted(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let fault = {
        let mut inside = shared.lock().unwrap();
        inside.log.push(format!("{} {path}", request.method()));
        let hit = inside
            .planned
            .iter_mut()
            .find(|plan| plan.times > 0 && plan.method == *request.method() && path.contains(&plan.part));
        hit.map(|plan| {
            plan.times -= 1;
            plan.fault.clone()
        })
    };
    let open = ["/health/live", "/v1/session/refresh", "/v1/limits"].contains(&path.as_str());
    let bearer =
        request.headers().get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let allowed = open || bearer == Some(format!("Bearer {}", shared.lock().unwrap().access));
    let mut request = request;
    match &fault {
        Some(Fault::Page) => return (StatusCode::OK, "<html>Welcome to our WLAN</html>").into_response(),
        Some(Fault::Hang) => {
            shared.lock().unwrap().hanging.send_modify(|requests| *requests += 1);
            std::future::pending().await
        }
        Some(Fault::Redirect) => {
            return (StatusCode::FOUND, [("location", "http://127.0.0.1:1/login")]).into_response();
        }
        Some(Fault::Refuse(status, code, retry_after)) => {
            // A verdict on the bytes comes after them. An answer ahead of the body ends in a reset, which may
            // overtake the answer: another fault.
            let body = std::mem::take(request.body_mut());
            _ = axum::body::to_bytes(body, usize::MAX).await;
            let mut response = problem(*status, code);
            if let Some(seconds) = retry_after {
                response.headers_mut().insert("retry-after", seconds.parse().unwrap());
            }
            return response;
        }
        Some(Fault::CutChunk(keep)) => {
            request.headers_mut().insert("test-keep", keep.to_string().parse().unwrap());
        }
        Some(Fault::LoseReply | Fault::Pass) | None => {}
    }
    if !allowed {
        return problem(401, "unauthorized");
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert("portal-sync", "1".parse().unwrap());
    if matches!(fault, Some(Fault::LoseReply | Fault::CutChunk(_))) {
        let broken = futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
        let (parts, _) = response.into_parts();
        let mut cut = Response::new(Body::from_stream(broken));
        *cut.status_mut() =
            if parts.status == StatusCode::NO_CONTENT { StatusCode::OK } else { parts.status };
        cut.headers_mut().insert("portal-sync", "1".parse().unwrap());
        return cut;
    }
    response
}

async fn refresh(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let expected = portal_protocol::signed_text("/v1/session/refresh", hash(&body).as_str());
    assert_eq!(headers["portal-signature"], STANDARD.encode(expected));
    assert!(headers.contains_key("portal-device"));
    let request: RefreshRequest = serde_json::from_slice(&body).unwrap();
    let mut inside = shared.lock().unwrap();
    if !inside.refresh.contains(&request.refresh_token) {
        return problem(401, "unauthorized");
    }
    inside.refreshed += 1;
    let number = inside.refreshed;
    inside.access = format!("access-{number}");
    // The token presented stays good beside the new one.
    inside.refresh = VecDeque::from([request.refresh_token, format!("refresh-{number}")]);
    let account = Account {
        account_id: AccountId(Uuid::from_u128(1)),
        role: Role::Merchant,
        display: "138****0000".to_owned(),
        branch: None,
    };
    axum::Json(Session {
        account,
        access_token: inside.access.clone(),
        access_valid_s: 600,
        refresh_token: format!("refresh-{number}"),
        courier_key: None,
        signing_pass: None,
        offline_days: USUAL_OFFLINE_DAYS,
    })
    .into_response()
}

fn envelope(receipt: &Receipt, key: &SigningKey) -> Envelope {
    let payload = serde_json::to_vec(receipt).unwrap();
    Envelope {
        kid: key_id(key.verifying_key().as_bytes()),
        payload: STANDARD.encode(&payload),
        signature: STANDARD.encode(key.sign(&payload).to_bytes()),
    }
}

fn missing(inside: &Inside, body: &[u8]) -> Vec<Sha256> {
    let operation: Operation = serde_json::from_slice(body).unwrap();
    let mut shas: Vec<Sha256> = operation.blobs.into_iter().map(|blob| blob.sha).collect();
    shas.retain(|sha| !inside.blobs.contains_key(sha));
    shas
}

async fn declare(
    State(shared): State<Shared>,
    Path(op_id): Path<OpId>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let expected = portal_protocol::signed_text(&op_id.to_string(), hash(&body).as_str());
    assert_eq!(headers["portal-signature"], STANDARD.encode(expected));
    let mut inside = shared.lock().unwrap();
    let known = inside.declared.entry(op_id).or_insert_with(|| body.to_vec()).clone();
    if known != body {
        return problem(409, "operation_mismatch");
    }
    let state = match inside.receipts.get(&op_id) {
        Some(receipt) => OperationState::Received { receipt: receipt.clone() },
        None => OperationState::Receiving { missing: missing(&inside, &body) },
    };
    (StatusCode::CREATED, axum::Json(state)).into_response()
}

async fn commit(State(shared): State<Shared>, Path(op_id): Path<OpId>) -> Response {
    let mut inside = shared.lock().unwrap();
    if let Some(receipt) = inside.receipts.get(&op_id) {
        return axum::Json(receipt.clone()).into_response();
    }
    let Some(body) = inside.declared.get(&op_id).cloned() else { return problem(404, "not_found") };
    if !missing(&inside, &body).is_empty() {
        return problem(409, "missing_blobs");
    }
    let operation: Operation = serde_json::from_slice(&body).unwrap();
    let mut receipt = Receipt {
        op_id,
        case_id: operation.case_id,
        rev: inside.applied.len() as u64 + 1,
        blobs: operation.blobs.into_iter().map(|blob| blob.sha).collect(),
        body_sha: hash(&body),
        received_at_ms: 1,
        number: format!("R-{op_id}"),
    };
    let forged = inside.forge.is_some() || inside.forge_key.is_some();
    if let Some(forge) = inside.forge {
        forge(&mut receipt);
    }
    let envelope = envelope(&receipt, &inside.forge_key.clone().unwrap_or_else(key));
    if !forged {
        *inside.applied.entry(op_id).or_default() += 1;
        inside.receipts.insert(op_id, envelope.clone());
    }
    axum::Json(envelope).into_response()
}

async fn put_blob(
    State(shared): State<Shared>,
    Path(sha): Path<Sha256>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    assert!(headers["content-digest"].to_str().unwrap().starts_with("sha-256=:"));
    if hash(&body) != sha {
        return problem(400, "digest_mismatch");
    }
    shared.lock().unwrap().blobs.insert(sha, body.to_vec());
    StatusCode::CREATED.into_response()
}

async fn create(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    assert_eq!(headers["tus-resumable"], "1.0.0");
    let metadata = headers["upload-metadata"].to_str().unwrap();
    let encoded = metadata.split(',').find_map(|pair| pair.strip_prefix("sha ")).unwrap();
    let sha: Sha256 = String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap().parse().unwrap();
    let length: usize = headers["upload-length"].to_str().unwrap().parse().unwrap();
    let mut inside = shared.lock().unwrap();
    let known = inside.uploads.iter().find(|(_, upload)| upload.sha == sha).map(|(id, _)| *id);
    let id = known.unwrap_or_else(|| inside.log.len() as u32);
    inside.uploads.entry(id).or_insert(Upload { sha, length, bytes: Vec::new() });
    (StatusCode::CREATED, [("location", format!("/v1/uploads/{id}"))]).into_response()
}

async fn offset(State(shared): State<Shared>, Path(id): Path<u32>) -> Response {
    let inside = shared.lock().unwrap();
    let Some(upload) = inside.uploads.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    (StatusCode::OK, [("upload-offset", upload.bytes.len().to_string())]).into_response()
}

async fn append(
    State(shared): State<Shared>,
    Path(id): Path<u32>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    {
        let mut inside = shared.lock().unwrap();
        inside.patching += 1;
        inside.most_patching = inside.most_patching.max(inside.patching);
    }
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let mut inside = shared.lock().unwrap();
    inside.patching -= 1;
    let checksum = headers["upload-checksum"].to_str().unwrap().strip_prefix("crc32 ").unwrap();
    let sent: Vec<u8> = STANDARD.decode(checksum).unwrap();
    assert_eq!(sent, crc32fast::hash(&body).to_be_bytes());
    inside.chunk_bytes += body.len();
    let keep = headers.get("test-keep").map_or(body.len(), |keep| keep.to_str().unwrap().parse().unwrap());
    let Some(upload) = inside.uploads.get_mut(&id) else { return problem(404, "not_found") };
    let at: usize = headers["upload-offset"].to_str().unwrap().parse().unwrap();
    if at != upload.bytes.len() {
        return problem(409, "offset_mismatch");
    }
    upload.bytes.extend_from_slice(&body[..keep.min(body.len())]);
    let reached = upload.bytes.len();
    if reached == upload.length {
        let (sha, bytes) = (upload.sha.clone(), upload.bytes.clone());
        assert_eq!(hash(&bytes), sha);
        inside.blobs.insert(sha, bytes);
    }
    (StatusCode::NO_CONTENT, [("upload-offset", reached.to_string())]).into_response()
}

async fn events(State(shared): State<Shared>, Query(query): Query<HashMap<String, u64>>) -> Response {
    let mut waited_ms = 0;
    loop {
        let ready: Vec<Value> = {
            let inside = shared.lock().unwrap();
            let events = inside.events.iter().map(|event| json!(event));
            let behind = |event: &Value| event["seq"].as_u64() > Some(query["after"]);
            events.chain(inside.last_event.clone()).filter(behind).take(3).collect()
        };
        if !ready.is_empty() || waited_ms >= query["wait"] * 1000 {
            let more = ready.len() == 3;
            return axum::Json(json!({ "events": ready, "more": more })).into_response();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        waited_ms += 20;
    }
}

async fn notice(State(shared): State<Shared>) -> Response {
    match shared.lock().unwrap().notice.clone() {
        Some(pdf) => pdf.into_response(),
        None => problem(404, "not_found"),
    }
}

async fn limits(State(shared): State<Shared>) -> Response {
    match shared.lock().unwrap().limits.clone() {
        Some(limits) => axum::Json(limits).into_response(),
        None => problem(404, "not_found"),
    }
}

async fn case(State(shared): State<Shared>, Path(case_id): Path<CaseId>) -> Response {
    match shared.lock().unwrap().cases.get(&case_id) {
        Some(document) => axum::Json(document).into_response(),
        None => problem(404, "not_found"),
    }
}
