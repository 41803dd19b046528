//! One computer: a store in its own folder, a session in memory, a clock that stands still.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, DeviceId, OpId};
use portal_domain::track::ReviewStep;
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission};
use portal_store::{Finalise, Finalised, Keys, NewBlob, NewCase, OpRow, Store, hash};
use portal_sync::{
    AccountClient, Budget, Client, Clock, DeviceSigner, Pump, PumpEvent, ReceiptKeys, SignError, TokenError,
    Tokens,
};
use tokio::sync::broadcast;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::backend::Backend;

pub const T0: i64 = 1_800_000_000_000;

/// Signs with the message itself, so that the backend can compare.
pub struct Device;

impl DeviceSigner for Device {
    fn device_id(&self) -> DeviceId {
        DeviceId(Uuid::from_u128(7))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(message.to_vec())
    }
}

/// Refresh tokens kept, oldest first; the last counts.
pub struct Kept {
    pub tokens: Mutex<VecDeque<String>>,
    pub full: AtomicBool,
}

impl Tokens for Kept {
    fn refresh_token(&self) -> Option<Zeroizing<String>> {
        self.tokens.lock().unwrap().back().map(|token| Zeroizing::new(token.clone()))
    }

    fn store_refresh_token(&self, token: &str) -> Result<(), TokenError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(TokenError);
        }
        self.tokens.lock().unwrap().push_back(token.to_owned());
        Ok(())
    }

    fn clear_refresh_token(&self) -> Result<(), TokenError> {
        self.tokens.lock().unwrap().clear();
        Ok(())
    }
}

pub struct Computer {
    pub store: Arc<Store>,
    pub pump: Arc<Pump>,
    pub tokens: Arc<Kept>,
    pub now: Arc<AtomicI64>,
    pub events: broadcast::Receiver<PumpEvent>,
    _folder: tempfile::TempDir,
}

/// Every connection is closed before the process ends: SQLCipher clears up then, under the hands of one that isn't.
/// Needs a runtime of several threads.
impl Drop for Computer {
    fn drop(&mut self) {
        let closing = async { tokio::time::timeout(Duration::from_secs(30), self.store.close()).await };
        let closed = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(closing));
        assert!(closed.is_ok() || std::thread::panicking(), "a connection is still at work");
    }
}

impl Computer {
    pub async fn new(backend: &Backend) -> Self {
        Self::at(&backend.url()).await
    }

    pub async fn at(url: &str) -> Self {
        Self::over(url, |account| account).await
    }

    /// Over a line whose bytes are counted.
    pub async fn metered(url: &str, budget: Arc<dyn Budget>) -> Self {
        Self::over(url, |account| account.metered(budget)).await
    }

    async fn over(url: &str, line: impl FnOnce(AccountClient) -> AccountClient) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] };
        let store = Arc::new(Store::open(folder.path(), keys, "0.1.0", T0).await.unwrap());
        let now = Arc::new(AtomicI64::new(T0));
        let clock: Clock = {
            let now = Arc::clone(&now);
            Arc::new(move || now.load(Ordering::Relaxed))
        };
        let client = Arc::new(Client::new(url, Arc::clone(&clock)).unwrap());
        let tokens = Arc::new(Kept {
            tokens: Mutex::new(VecDeque::from(["refresh-0".to_owned()])),
            full: AtomicBool::new(false),
        });
        let account = Arc::new(line(AccountClient::new(client, Arc::new(Device), tokens.clone())));
        let (sender, events) = broadcast::channel(4096);
        let keys = ReceiptKeys::new(&Backend::receipt_keys()).unwrap();
        let pump = Arc::new(Pump::new(Arc::clone(&store), account, keys, sender, clock));
        Self { store, pump, tokens, now, events, _folder: folder }
    }

    /// Puts an application with photos of these sizes into the outbox. Photos differ by case.
    pub async fn enqueue(&self, photo_sizes: &[usize]) -> OpId {
        let case_id = CaseId(Uuid::now_v7());
        let new = NewCase {
            case_id,
            owner: None,
            profile_id: "lakala".to_owned(),
            profile_version: "1".to_owned(),
            dossier: portal_domain::dossier::Dossier::default(),
        };
        let case = self.store.create_case(new, T0).await.unwrap();
        let mut blobs = Vec::new();
        for (index, size) in photo_sizes.iter().enumerate() {
            let mut bytes = vec![index as u8; *size];
            bytes.extend_from_slice(case_id.0.as_bytes());
            let size_bytes = bytes.len() as u64;
            let sha = self.store.put_blob(bytes, T0).await.unwrap();
            blobs.push(NewBlob { slot: Slot::ALL[index].into(), sha, size_bytes });
        }
        let operation = Operation {
            case_id,
            base_rev: None,
            made_at_ms: T0,
            device_id: Device.device_id(),
            blobs: blobs
                .iter()
                .map(|blob| BlobRef {
                    slot: blob.slot,
                    sha: blob.sha.clone(),
                    size: blob.size_bytes,
                    media_type: "image/jpeg".to_owned(),
                })
                .collect(),
            change: Change::Submit(Box::new(Submission {
                profile: ProfileRef { id: "lakala".to_owned(), version: "1".to_owned() },
                local_receipt: "L-1".to_owned(),
                dossier: case.dossier,
            })),
        };
        let body = serde_json::to_vec(&operation).unwrap();
        let finalise = Finalise {
            op_id: OpId(Uuid::now_v7()),
            case_id,
            expected_revision: case.revision,
            kind: "application.submit".to_owned(),
            step: Some(ReviewStep::Submit),
            body_sha: hash(&body),
            body,
            blobs,
            local_receipt: Some("L-1".to_owned()),
            paused: false,
        };
        match self.store.finalise(finalise, T0).await.unwrap() {
            Finalised::Queued(op) => op.op_id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn op(&self, op_id: OpId) -> OpRow {
        self.store.op(op_id).await.unwrap().unwrap()
    }

    pub fn pass_time(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }
}
