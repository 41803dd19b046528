//! One computer and one backend in one process, with the network of [`super::network`] between them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use portal_backend::app::App;
use portal_backend::office::Office;
use portal_backend::sender::{CodeSender, SendError, Template};
use portal_backend::store::tenants::TenantId;
use portal_backend::store::{cases, events, tenants};
use portal_backend::{Limits, Storage, TimeSettings, TrafficLimits};
use portal_domain::ids::AccountId;
use portal_domain::track::ReviewStep;
use portal_pictures::Draw;
use portal_protocol::event::Happened;
use portal_protocol::session::{CodePurpose, CodeRequest, EnrolProof};
use portal_store::{
    Finalise, Finalised, Keys, NewBlob, NewCase, Occurrence, OpError, OpQuery, OpState, Store, hash,
};
use portal_sync::{AccountClient, Client, Clock, DeviceSigner, Pump, ReceiptKeys, Tokens};
use tokio::sync::broadcast;

use super::network::{Fault, Network};
use crate::application::{Application, noise};
use crate::enrolled::{DeviceKey, InMemory};
use crate::portal::phone;

const BEGINNING_MS: i64 = 1_900_000_000_000;
/// Of the backend's clock, between two batches.
const BATCH_MS: i64 = 45_000;
/// Operations in the outbox at once.
const BATCH: u64 = 4;
/// Passes in foul weather, and then in fair.
const PASSES: (u32, u32) = (80, 8);
/// Photos that only one application has; the others are in all of them, so that the backend has them after the first.
const OWN_PHOTOS: usize = 2;
const COMMON_PHOTOS: u64 = 8;
/// A photo, at the most.
const PHOTO_BYTES: u64 = 3_000;
const READ_LIMIT_BYTES: u64 = 1 << 20;

/// Codes that are sent to nobody.
#[derive(Default)]
struct Codes(Mutex<String>);

impl CodeSender for Codes {
    fn send<'a>(&'a self, _: &'a str, code: &'a str, _: Template) -> BoxFuture<'a, Result<(), SendError>> {
        code.clone_into(&mut self.0.lock().unwrap());
        Box::pin(async { Ok(()) })
    }
}

pub struct World {
    seed: u64,
    app: Arc<App>,
    network: Arc<Network>,
    store: Arc<Store>,
    device: Arc<DeviceKey>,
    tokens: Arc<InMemory>,
    keys: ReceiptKeys,
    /// The backend's.
    now_ms: Arc<AtomicI64>,
    clock: Clock,
    tenant: TenantId,
    owner: AccountId,
    common: Vec<Bytes>,
    /// The backend's events that were judged.
    told: u64,
    sent: u64,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new(seed: u64) -> Self {
        let folder = memory_folder();
        let now_ms = Arc::new(AtomicI64::new(BEGINNING_MS));
        let server_clock: Clock = {
            let now_ms = Arc::clone(&now_ms);
            Arc::new(move || now_ms.load(Ordering::Relaxed))
        };
        let (skew, server) = (Arc::new(AtomicI64::new(0)), Arc::clone(&server_clock));
        let clock: Clock = {
            let skew = Arc::clone(&skew);
            Arc::new(move || server() + skew.load(Ordering::Relaxed))
        };
        let office =
            Office::open(&folder.path().join("backend"), &Storage::default(), server_clock).await.unwrap();
        let codes = Arc::new(Codes::default());
        let traffic =
            TrafficLimits { requests_per_address: 0, requests_per_account: 0, ..TrafficLimits::default() };
        let limits = Limits { traffic, ..Limits::default() };
        let app = App::new(office, Arc::clone(&codes) as _, limits, false, &TimeSettings::default()).await;
        let app = Arc::new(app.unwrap());
        let router = portal_backend::http::router(Arc::clone(&app));
        let set_skew = move |skew_ms| skew.store(skew_ms, Ordering::Relaxed);
        let network = Arc::new(Network::new(router, seed, set_skew));

        let client = client(&network, &clock);
        let (device, phone) = (Arc::new(DeviceKey::new()), phone(seed % 1_000_000));
        let asked = CodeRequest { phone: phone.clone(), purpose: CodePurpose::Enrol };
        client.send_code(&asked).await.unwrap();
        let code = codes.0.lock().unwrap().clone();
        let enrolled = device.enrol(&client, EnrolProof::PhoneCode { phone, code }).await;
        let session = enrolled.session.unwrap();
        let owner = session.account.account_id;
        let tokens = Arc::new(InMemory::default());
        tokens.store_refresh_token(&session.refresh_token).unwrap();
        let keys = Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] };
        let store = Store::open(&folder.path().join("computer"), keys, "0.1.0", BEGINNING_MS).await.unwrap();
        // Of the world itself; those of the operations are by their numbers.
        let mut draw = Draw::of(seed, u64::MAX);
        let common: Vec<_> = (0..COMMON_PHOTOS).map(|_| photo(&mut draw)).collect();
        for content in &common {
            store.put_blob(content.to_vec(), BEGINNING_MS).await.unwrap();
        }
        let tenant = {
            let mut conn = app.office.store.read().await.unwrap();
            tenants::home(&mut conn).await.unwrap().unwrap()
        };
        Self {
            seed,
            app,
            network,
            store: Arc::new(store),
            device,
            tokens,
            keys: ReceiptKeys::new(&enrolled.receipt_keys).unwrap(),
            now_ms,
            clock,
            tenant,
            owner,
            common,
            told: 0,
            sent: 0,
            _folder: folder,
        }
    }

    /// A portal's process: it knows what is on the disk.
    fn portal(&self) -> Pump {
        let signer: Arc<dyn DeviceSigner> = Arc::clone(&self.device) as _;
        let client = Arc::new(client(&self.network, &self.clock));
        let account = AccountClient::new(client, signer, Arc::clone(&self.tokens) as _);
        let (events, _) = broadcast::channel(1);
        let clock = Arc::clone(&self.clock);
        Pump::new(Arc::clone(&self.store), Arc::new(account), self.keys.clone(), events, clock)
    }

    /// Some operations, each through a schedule of its own; how many.
    ///
    /// # Errors
    /// The broken promise.
    pub async fn batch(&mut self) -> Result<u64, String> {
        self.now_ms.fetch_add(BATCH_MS, Ordering::Relaxed);
        let mut waiting = Vec::new();
        let numbers = self.sent..self.sent + BATCH;
        for number in numbers.clone() {
            waiting.push(self.enqueue(number).await);
        }
        self.sent = numbers.end;
        self.send().await?;
        if let Some(unharmed) = numbers.into_iter().find(|number| !self.network.is_harmed(*number)) {
            return Err(format!("schedule {unharmed} met no fault, and proves nothing"));
        }
        self.network.settle().await;
        self.judge(&waiting).await?;
        Ok(BATCH)
    }

    /// Puts an application with its photos into the outbox.
    async fn enqueue(&self, number: u64) -> Application {
        let mut draw = Draw::of(self.seed, number);
        let now_ms = (self.clock)();
        let merchant = draw.below(100_000);
        let own = (0..OWN_PHOTOS).map(|_| photo(&mut draw));
        let photos = own.chain(self.common.iter().cloned());
        let application = Application::with(merchant, photos, now_ms);
        let own = application.photos[..OWN_PHOTOS].iter().map(|(sha, _)| sha.clone());
        self.network.schedule(number, application.op_id, own);
        let new = NewCase {
            case_id: application.case_id,
            owner: None,
            profile_id: "lakala".to_owned(),
            profile_version: "1".to_owned(),
            dossier: application.dossier.clone(),
        };
        for (_, content) in &application.photos[..OWN_PHOTOS] {
            self.store.put_blob(content.to_vec(), now_ms).await.unwrap();
        }
        let case = self.store.create_case(new, now_ms).await.unwrap();
        let body = application.body(self.device.device_id());
        let finalise = Finalise {
            op_id: application.op_id,
            case_id: application.case_id,
            expected_revision: case.revision,
            kind: "application.submit".to_owned(),
            step: Some(ReviewStep::Submit),
            body_sha: hash(&body),
            body: body.to_vec(),
            blobs: application
                .blobs()
                .into_iter()
                .map(|blob| NewBlob { slot: blob.slot, sha: blob.sha, size_bytes: blob.size })
                .collect(),
            local_receipt: Some(application.local_receipt.clone()),
            paused: false,
        };
        match self.store.finalise(finalise, now_ms).await.unwrap() {
            Finalised::Queued(_) => application,
            other => panic!("{other:?}"),
        }
    }

    /// Foul weather until everything is sent or it has lasted long enough, then fair.
    async fn send(&mut self) -> Result<(), String> {
        let mut portal = self.portal();
        for pass in 0..PASSES.0 + PASSES.1 {
            self.network.set_fair(pass >= PASSES.0);
            let ended = tokio::select! {
                biased;
                ended = portal.run_once() => Some(ended),
                () = self.network.killed.notified() => None,
            };
            let Some(ended) = ended else {
                // What the next process finds, and does first.
                self.store.interrupted().await.unwrap();
                portal = self.portal();
                continue;
            };
            let summary = ended.map_err(|error| format!("the computer failed: {error:?}"))?;
            if summary.attention > 0 {
                return Err(format!("I7, I8: operations were refused: {:?}", self.refused().await));
            }
            if summary.sign_in_needed && pass > PASSES.0 {
                return Err("I8: the session was lost".to_owned());
            }
            if summary.waiting == 0 && pass >= PASSES.0 {
                return Ok(());
            }
            if summary.waiting == 0 {
                // The backend's news, in fair weather.
                self.network.set_fair(true);
                let last = portal.run_once().await.map_err(|error| format!("{error:?}"))?;
                return if last.waiting == 0 { Ok(()) } else { Err("something waits again".to_owned()) };
            }
        }
        Err("I4: something was not sent in fair weather".to_owned())
    }

    /// Why operations wait for a person.
    async fn refused(&self) -> Vec<OpError> {
        let query = OpQuery { pending_only: true, ..OpQuery::default() };
        let waiting = self.store.ops(query).await.unwrap();
        waiting.into_iter().filter_map(|op| op.last_error).collect()
    }

    /// Both sides, at rest.
    async fn judge(&mut self, sent: &[Application]) -> Result<(), String> {
        let office = &self.app.office;
        let mut conn = office.store.read().await.unwrap();
        let told = events::after(&mut conn, &self.tenant, self.owner, self.told, 1_000).await.unwrap();
        for (event, seq) in told.iter().zip(self.told + 1..) {
            if event.seq != seq {
                return Err(format!("E1: event {} where {seq} should be", event.seq));
            }
        }
        self.told += told.len() as u64;
        if self.store.event_cursor().await.unwrap() != self.told {
            return Err("E1: the computer was not told everything".to_owned());
        }
        if told.len() != sent.len() {
            return Err(format!("I2: {} events of {} operations", told.len(), sent.len()));
        }
        for application in sent {
            let (case_id, op_id) = (application.case_id, application.op_id);
            let once = |event: &&portal_protocol::event::Event| {
                event.case_id == case_id
                    && matches!(event.what, Happened::Received { op_id: of, .. } if of == op_id)
            };
            if told.iter().filter(once).count() != 1 {
                return Err(format!("I2, E1: {op_id} was not told of once"));
            }
            let case = cases::find(&mut conn, &self.tenant, case_id).await.unwrap();
            let case = case.ok_or_else(|| format!("I1: {op_id} was lost"))?;
            let rounds = cases::rounds(&mut conn, &self.tenant, case_id).await.unwrap();
            let ops: Vec<_> = rounds.iter().map(|round| round.op_id).collect();
            if (case.rev, ops.as_slice()) != (1, &[op_id]) {
                return Err(format!("I2, U2: {case_id} has revision {} and {ops:?}", case.rev));
            }
            if rounds[0].dossier != application.dossier {
                return Err(format!("U1: {case_id} has another document there"));
            }
            for (sha, content) in &application.photos {
                let there = office.blobs.read(sha, READ_LIMIT_BYTES).await;
                if there.ok().as_deref() != Some(&content[..]) {
                    return Err(format!("I5, I6: a photo of {case_id} is not what it was"));
                }
                if self.store.read_blob(sha).await.ok().as_deref() != Some(&content[..]) {
                    return Err(format!("I3: a photo of {case_id} is lost here"));
                }
            }
            let here = self.store.op(op_id).await.unwrap();
            if here.is_none_or(|here| here.state != OpState::Received) {
                return Err(format!("I1: {op_id} has no receipt here"));
            }
            let timeline = self.store.timeline(case_id).await.unwrap();
            let receipts = timeline.iter().filter(|row| matches!(row.what, Occurrence::ReceiptStored { .. }));
            if receipts.count() != 1 {
                return Err(format!("U2: {op_id} has not one receipt here"));
            }
        }
        Ok(())
    }

    pub fn injected(&self) -> BTreeMap<Fault, u64> {
        self.network.injected()
    }

    pub async fn close(self) {
        self.store.close().await;
        self.app.office.store.close().await;
    }
}

/// What a photo shows is nothing that a network could harm.
fn photo(draw: &mut Draw) -> Bytes {
    Bytes::from(noise(draw.next(), (16 + draw.below(PHOTO_BYTES)) as usize))
}

fn client(network: &Arc<Network>, clock: &Clock) -> Client {
    Client::new("http://localhost", Arc::clone(clock)).unwrap().over(Arc::clone(network) as _)
}

/// Nothing of this has to outlive the process: in memory, where there is such a folder.
fn memory_folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}
