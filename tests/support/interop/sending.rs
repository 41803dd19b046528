//! One upload by the portal's own code, in a process that can be killed: from the encrypted store, as the pump does it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portal_domain::dossier::{Dossier, Slot};
use portal_domain::ids::{AccountId, CaseId, DeviceId, OpId};
use portal_domain::track::ReviewStep;
use portal_protocol::session::{Account, Role, Session, USUAL_OFFLINE_DAYS};
use portal_store::{Finalise, Keys, NewBlob, NewCase, Store, hash};
use portal_sync::{
    AccountClient, ChunkSize, Class, Client, DeviceSigner, Missing, SignError, SyncError, TokenError, Tokens,
    Uploader,
};
use uuid::Uuid;
use zeroize::Zeroizing;

const NOW_MS: i64 = 1_800_000_000_000;
const OPERATION: OpId = OpId(Uuid::from_u128(1));
/// Attempts, as the pump makes them by itself.
const ATTEMPTS: u32 = 30;
const PAUSE: Duration = Duration::from_millis(200);

/// Uploads a file that is the only photo of an operation in the store of this folder.
///
/// # Errors
/// What the last attempt ended with.
pub async fn send(backend: &str, access_token: &str, file: &Path, folder: &Path) -> Result<(), SyncError> {
    let keys = Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] };
    let store = Store::open(folder, keys, "interop", NOW_MS).await?;
    let client = Client::new(backend, portal_backend::clock::system())?;
    let account = AccountClient::new(Arc::new(client), Arc::new(NoKey), Arc::new(NoTokens));
    account.adopt(session(access_token)).await?;
    if store.op(OPERATION).await?.is_none() {
        queue(&store, std::fs::read(file).unwrap()).await?;
    }
    let chunk_size = ChunkSize::default();
    let uploader = Uploader { store: &store, account: &account, chunk_size: &chunk_size };
    let mut attempt = 1;
    let sent = loop {
        let op = store.op(OPERATION).await?.unwrap();
        let blob = op.blobs.into_iter().next().unwrap();
        let missing = Missing {
            sha: blob.sha,
            size_bytes: blob.size_bytes,
            media_type: "image/jpeg".to_owned(),
            upload: blob.upload_url,
        };
        match uploader.send(&missing, &|_| {}).await {
            Err(error) if attempt < ATTEMPTS && matches!(error.class(), Class::Transient | Class::Resume) => {
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
            ended => break ended,
        }
    };
    store.close().await;
    sent
}

async fn queue(store: &Store, bytes: Vec<u8>) -> Result<(), SyncError> {
    let new = NewCase {
        case_id: CaseId(Uuid::from_u128(2)),
        owner: None,
        profile_id: "lakala".to_owned(),
        profile_version: "1".to_owned(),
        dossier: Dossier::default(),
    };
    let case = store.create_case(new, NOW_MS).await?;
    let size_bytes = bytes.len() as u64;
    let sha = store.put_blob(bytes, NOW_MS).await?;
    // Nothing but its photo is sent.
    let body = b"{}".to_vec();
    let finalise = Finalise {
        op_id: OPERATION,
        case_id: case.case_id,
        expected_revision: case.revision,
        kind: "application.submit".to_owned(),
        step: Some(ReviewStep::Submit),
        body_sha: hash(&body),
        body,
        blobs: vec![NewBlob { slot: Slot::ALL[0].into(), sha, size_bytes }],
        local_receipt: None,
        paused: false,
    };
    store.finalise(finalise, NOW_MS).await?;
    Ok(())
}

fn session(access_token: &str) -> Session {
    Session {
        account: Account {
            account_id: AccountId(Uuid::from_u128(3)),
            role: Role::Merchant,
            display: String::new(),
            branch: None,
        },
        access_token: access_token.to_owned(),
        access_valid_s: 900,
        refresh_token: String::new(),
        courier_key: None,
        signing_pass: None,
        offline_days: USUAL_OFFLINE_DAYS,
    }
}

/// Uploads are not signed.
struct NoKey;

impl DeviceSigner for NoKey {
    fn device_id(&self) -> DeviceId {
        DeviceId(Uuid::from_u128(4))
    }

    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError)
    }
}

/// The session is not renewed.
struct NoTokens;

impl Tokens for NoTokens {
    fn refresh_token(&self) -> Option<Zeroizing<String>> {
        None
    }

    fn store_refresh_token(&self, _token: &str) -> Result<(), TokenError> {
        Ok(())
    }

    fn clear_refresh_token(&self) -> Result<(), TokenError> {
        Ok(())
    }
}
