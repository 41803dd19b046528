//! A server of one's own for each test, and a computer that talks to it as the portal does.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod outage;
pub mod program;
pub mod shared;

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use portal_backend::sender::{CodeSender, SendError, Template};
use portal_backend::{Config, Limits, Running, Storage, start};
use portal_domain::dossier::{Dossier, MerchantKind};
use portal_domain::ids::{CaseId, DeviceId, OpId, Sha256};
use portal_domain::testing::dossier;
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission};
use portal_protocol::session::{EnrolProof, EnrolRequest, Enrolled, Session};
use portal_protocol::{DEVICE_HEADER, SIGNATURE_HEADER, signed_text};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::Digest;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;
use x509_cert::builder::{Builder, RequestBuilder as CsrBuilder};
use x509_cert::der::EncodePem;
use x509_cert::der::pem::LineEnding;
use x509_cert::name::Name;

/// 2026-03-02 in China: everything that the generator makes is valid then.
pub const NOW_MS: i64 = 1_772_420_000_000;
pub const PASSWORD: &str = "correct horse 7";

/// Keeps codes instead of sending them.
#[derive(Default)]
pub struct Inbox(Mutex<HashMap<String, String>>);

impl CodeSender for Inbox {
    fn send<'a>(
        &'a self,
        phone: &'a str,
        code: &'a str,
        _template: Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        self.0.lock().unwrap().insert(phone.to_owned(), code.to_owned());
        Box::pin(async { Ok(()) })
    }
}

impl Inbox {
    pub fn code(&self, phone: &str) -> Option<String> {
        self.0.lock().unwrap().get(phone).cloned()
    }

    pub fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

/// The PostgreSQL in which every test gets a schema of its own. Without it tests work on SQLite.
const POSTGRES: &str = "PORTAL_TEST_POSTGRES";

/// The address of a data folder's schema.
pub fn database(folder: &Path) -> Option<(String, String)> {
    let server = std::env::var(POSTGRES).ok()?;
    let schema = format!("t_{}", &sha(folder.as_os_str().as_encoded_bytes()).as_str()[..24]);
    let separator = if server.contains('?') { '&' } else { '?' };
    Some((format!("{server}{separator}options[search_path]={schema}"), schema))
}

/// Where the server of a data folder keeps its rows in this run of the tests.
pub async fn storage(folder: &Path) -> Storage {
    let Some((url, schema)) = database(folder) else { return Storage::default() };
    let mut conn = PgConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS {schema}"));
    sqlx::query(create).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    Storage { database: Some(url.parse().unwrap()), blobs: None }
}

/// Lets a program work on the storage of a data folder.
pub fn share(command: &mut Command, folder: &Path) {
    command.env_remove("DATABASE_URL").env_remove("PORTAL_BLOBS");
    if let Some((url, _)) = database(folder) {
        command.env("DATABASE_URL", url);
    }
}

/// A running server with its own folder and clock.
pub struct Server {
    pub running: Option<Running>,
    pub url: String,
    pub folder: tempfile::TempDir,
    pub storage: Storage,
    pub clock: Arc<AtomicI64>,
    pub inbox: Arc<Inbox>,
    pub http: reqwest::Client,
    pub time: portal_backend::TimeSettings,
}

pub fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

impl Server {
    pub async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        Self::configured(limits, false).await
    }

    pub async fn configured(limits: Limits, https: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = storage(folder.path()).await;
        Self::on(folder, storage, limits, https).await
    }

    /// A server with a storage of its own choice.
    pub async fn on(folder: tempfile::TempDir, storage: Storage, limits: Limits, https: bool) -> Self {
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        let inbox = Arc::new(Inbox::default());
        let time = portal_backend::TimeSettings::default();
        let mut server =
            Self { running: None, url: String::new(), folder, storage, clock, inbox, http: http(), time };
        server.up(limits, https).await;
        server
    }

    async fn up(&mut self, limits: Limits, https: bool) {
        let clock = self.clock.clone();
        let running = start(Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: self.folder.path().to_owned(),
            storage: self.storage.clone(),
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
            sender: self.inbox.clone(),
            limits,
            https,
            time: self.time.clone(),
        })
        .await
        .unwrap();
        self.url = format!("http://{}", running.address);
        self.running = Some(running);
    }

    /// Stops the server and starts it again on the same folder.
    pub async fn restart(&mut self) {
        self.assert_described();
        self.running.take().unwrap().stop().await.unwrap();
        self.up(Limits::default(), false).await;
    }

    pub fn pass_ms(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", self.url))
    }

    pub fn office(&self) -> &portal_backend::office::Office {
        &self.running.as_ref().unwrap().app.office
    }

    pub fn keys(&self) -> &portal_backend::keys::ServerKeys {
        &self.running.as_ref().unwrap().app.keys
    }

    pub async fn ask_code(&self, phone: &str, purpose: &str) -> Response {
        let body = json!({ "phone": phone, "purpose": purpose });
        self.request("POST", "/v1/codes").json(&body).send().await.unwrap()
    }

    /// Every answer that this server gave is one that the description names.
    fn assert_described(&self) {
        let Some(running) = &self.running else { return };
        let document = portal_backend::openapi::document(&portal_backend::http::routes::all());
        let counted = running.app.metrics.text().unwrap();
        for line in counted.lines().filter_map(|line| line.strip_prefix("portal_requests_total{")) {
            let label = |name: &str| {
                let from = line.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
                line[from..].split('"').next().unwrap().to_owned()
            };
            let (route, status) = (label("route"), label("status"));
            let method = label("method").to_lowercase();
            let Some(verbs) = document["paths"].get(&route) else { continue };
            // Whatever takes GET takes HEAD.
            let verb = if method == "head" && verbs.get("head").is_none() { "get" } else { &method };
            if status != "405" {
                let described = &verbs[verb]["responses"];
                assert!(
                    described.get(&status).is_some(),
                    "{method} {route} answered {status}: not described"
                );
            }
        }
    }

    /// A merchant with an own computer, signed in.
    pub async fn merchant(&self, phone: &str) -> Client {
        let device = Device::new();
        assert_eq!(self.ask_code(phone, "enrol").await.status(), 202);
        let code = self.inbox.code(phone).unwrap();
        let proof = EnrolProof::PhoneCode { phone: phone.to_owned(), code };
        let enrolled: Enrolled = body(self.enrol(&device, proof).await).await;
        Client { url: self.url.clone(), http: self.http.clone(), device, session: enrolled.session.unwrap() }
    }

    pub async fn enrol(&self, device: &Device, proof: EnrolProof) -> Response {
        let request = EnrolRequest { device_id: device.id, csr: device.csr(), proof };
        self.request("POST", "/v1/devices").json(&request).send().await.unwrap()
    }

    /// Makes a staff account.
    pub async fn staff(&self, role: &str, user: &str, branch: Option<&str>) {
        use portal_backend::store::{accounts, tenants};
        let office = self.office();
        let mut tx = office.store.write().await.unwrap();
        let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
        let branch_id = match branch {
            None => None,
            Some(name) => Some(match tenants::find_branch(&mut tx, &tenant, name).await.unwrap() {
                Some(branch) => branch.branch_id,
                None => {
                    let new = (name, "示例路1号", "9:00-17:00");
                    tenants::create_branch(&mut tx, &tenant, new, NOW_MS).await.unwrap().unwrap().branch_id
                }
            }),
        };
        let staff = accounts::NewStaff {
            role: portal_protocol::session::Role::parse(role).unwrap(),
            name: "测试员",
            login: user,
            branch_id: branch_id.as_deref(),
            password_hash: &portal_backend::password::hash(PASSWORD).unwrap(),
        };
        accounts::create_staff(&mut tx, &tenant, &staff, NOW_MS).await.unwrap().unwrap();
        tx.commit().await.unwrap();
    }

    /// A staff member signed in on a machine enrolled by activation code.
    pub async fn staff_client(&self, role: &str, user: &str, branch: &str) -> Client {
        self.staff(role, user, Some(branch)).await;
        let device = Device::new();
        let code = self.activation_code(branch).await;
        let proof = EnrolProof::ActivationCode { code };
        assert_eq!(self.enrol(&device, proof).await.status(), 201);
        let answer = self.sign_in(&device, user, PASSWORD).await;
        let session: Session = body(answer).await;
        Client { url: self.url.clone(), http: self.http.clone(), device, session }
    }

    pub async fn activation_code(&self, branch: &str) -> String {
        use portal_backend::random;
        use portal_backend::store::{codes, tenants};
        let code = random::activation_code("0123456789abcdef").unwrap();
        let sha = random::sha256_hex(random::normalised_code(&code).as_bytes());
        let mut tx = self.office().store.write().await.unwrap();
        let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
        let branch = tenants::find_branch(&mut tx, &tenant, branch).await.unwrap().unwrap();
        let until = NOW_MS + 86_400_000;
        codes::add_activation(&mut tx, &tenant, &sha, &branch.branch_id, NOW_MS, until).await.unwrap();
        tx.commit().await.unwrap();
        code
    }

    pub async fn sign_in(&self, device: &Device, user: &str, password: &str) -> Response {
        let request = json!({ "by": "password", "user": user, "password": password });
        device.signed(self.request("POST", "/v1/session"), "/v1/session", &request).send().await.unwrap()
    }

    /// A reviewer at the console.
    pub async fn reviewer(&self, user: &str) -> Console {
        self.staff("reviewer", user, None).await;
        self.console(user).await
    }

    pub async fn console(&self, user: &str) -> Console {
        let request = json!({ "user": user, "password": PASSWORD });
        let answer = self.request("POST", "/console/api/session").json(&request).send().await.unwrap();
        let set = answer.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap().to_owned());
        let me: Value = body(answer).await;
        let set = set.unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
        Console {
            url: self.url.clone(),
            http: self.http.clone(),
            cookie: set.split(';').next().unwrap().to_owned(),
            csrf: me["csrf"].as_str().unwrap().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_described();
        }
    }
}

/// A computer with its key.
#[derive(Clone)]
pub struct Device {
    pub id: DeviceId,
    pub key: SigningKey,
}

impl Device {
    pub fn new() -> Self {
        let secret = portal_backend::enrolment::random_key().unwrap();
        Self { id: DeviceId(Uuid::new_v4()), key: SigningKey::from_slice(&secret).unwrap() }
    }

    pub fn csr(&self) -> String {
        let builder = CsrBuilder::new(Name::from_str(&format!("CN={}", self.id)).unwrap()).unwrap();
        builder.build::<_, DerSignature>(&self.key).unwrap().to_pem(LineEnding::LF).unwrap()
    }

    pub fn signature(&self, context: &str, raw: &[u8]) -> String {
        let text = signed_text(context, &hex::encode(sha2::Sha256::digest(raw)));
        let signature: DerSignature = self.key.sign(&text);
        STANDARD.encode(signature.as_bytes())
    }

    pub fn signed(&self, request: RequestBuilder, context: &str, value: &Value) -> RequestBuilder {
        let raw = serde_json::to_vec(value).unwrap();
        request
            .header(DEVICE_HEADER, self.id.to_string())
            .header(SIGNATURE_HEADER, self.signature(context, &raw))
            .header("content-type", "application/json")
            .body(raw)
    }
}

/// An application with its photos' bytes.
pub struct Application {
    pub case_id: CaseId,
    pub dossier: Dossier,
    pub bytes: HashMap<Sha256, Vec<u8>>,
}

pub fn sha(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}

impl Application {
    pub fn new(seed: u64) -> Self {
        Self::of(seed, MerchantKind::Enterprise)
    }

    pub fn of(seed: u64, kind: MerchantKind) -> Self {
        let mut dossier = dossier(seed, kind);
        let mut bytes = HashMap::new();
        for (number, photo) in dossier.attachments.values_mut().flatten().enumerate() {
            let content = picture(seed, number as u64, 20_000);
            photo.sha256 = sha(&content);
            photo.size_bytes = content.len() as u64;
            bytes.insert(photo.sha256.clone(), content);
        }
        Self { case_id: CaseId(Uuid::now_v7()), dossier, bytes }
    }

    pub fn blobs(&self) -> Vec<BlobRef> {
        self.dossier
            .photos()
            .map(|(slot, _, photo)| BlobRef {
                slot: slot.into(),
                sha: photo.sha256.clone(),
                size: photo.size_bytes,
                media_type: photo.media_type.clone(),
            })
            .collect()
    }

    pub fn submission(&self) -> Box<Submission> {
        let profile = portal_domain::profile::lakala().unwrap();
        Box::new(Submission {
            profile: ProfileRef { id: profile.id.clone(), version: profile.version.clone() },
            local_receipt: "L-1".to_owned(),
            dossier: self.dossier.clone(),
        })
    }

    pub fn operation(&self, device: &Device, change: Change, base_rev: Option<u64>) -> Operation {
        let blobs = if change.submission().is_some() { self.blobs() } else { Vec::new() };
        Operation { case_id: self.case_id, base_rev, made_at_ms: NOW_MS, device_id: device.id, blobs, change }
    }
}

/// Bytes of no meaning, different for every seed and number.
pub fn picture(seed: u64, number: u64, size: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size + 32);
    let mut block = sha2::Sha256::digest(format!("{seed} {number}"));
    while bytes.len() < size {
        bytes.extend_from_slice(&block);
        block = sha2::Sha256::digest(block);
    }
    bytes.truncate(size);
    bytes
}

pub fn new_op() -> OpId {
    OpId(Uuid::now_v7())
}

/// A signed-in account on a computer.
#[derive(Clone)]
pub struct Client {
    pub url: String,
    pub http: reqwest::Client,
    pub device: Device,
    pub session: Session,
}

impl Client {
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.session.access_token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.unwrap()
    }

    pub async fn declare(&self, op_id: OpId, operation: &Operation) -> Response {
        let value = serde_json::to_value(operation).unwrap();
        self.declare_value(op_id, &value).await
    }

    pub async fn declare_value(&self, op_id: OpId, value: &Value) -> Response {
        let path = format!("/v1/operations/{op_id}");
        self.device.signed(self.request("PUT", &path), &op_id.to_string(), value).send().await.unwrap()
    }

    pub async fn put(&self, bytes: &[u8]) -> Response {
        self.request("PUT", &format!("/v1/blobs/{}", sha(bytes))).body(bytes.to_vec()).send().await.unwrap()
    }

    pub async fn commit(&self, op_id: OpId) -> Response {
        self.request("POST", &format!("/v1/operations/{op_id}/commit")).send().await.unwrap()
    }

    /// Declares, uploads and commits.
    pub async fn send(&self, application: &Application, change: Change, base_rev: Option<u64>) -> Response {
        let op_id = new_op();
        let declared = self.declare(op_id, &application.operation(&self.device, change, base_rev)).await;
        assert_eq!(declared.status(), 201, "{}", declared.text().await.unwrap());
        for bytes in application.bytes.values() {
            assert_eq!(self.put(bytes).await.status(), 201);
        }
        self.commit(op_id).await
    }

    pub async fn submit(&self, application: &Application) -> Response {
        self.send(application, Change::Submit(application.submission()), None).await
    }
}

/// A signed-in reviewer.
pub struct Console {
    pub url: String,
    pub http: reqwest::Client,
    pub cookie: String,
    pub csrf: String,
}

impl Console {
    pub async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}/console/api/{path}", self.url));
        request.header("cookie", &self.cookie).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, value: &Value) -> Response {
        self.http
            .post(format!("{}/console/api/{path}", self.url))
            .header("cookie", &self.cookie)
            .header("portal-csrf", &self.csrf)
            .json(value)
            .send()
            .await
            .unwrap()
    }
}

/// The JSON of a good answer.
pub async fn body<T: DeserializeOwned>(answer: Response) -> T {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The problem document of a refusal, with its status.
pub async fn problem(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["portal-sync"], "1");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let value: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(value["status"], status);
    (status, value)
}

pub async fn refused(answer: Response, status: u16, code: &str) -> Value {
    let (found, value) = problem(answer).await;
    assert_eq!((found, value["code"].as_str().unwrap()), (status, code), "{value}");
    value
}
