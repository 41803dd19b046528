//! A store in its own folder, and short ways to fill it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use portal_domain::dossier::{Attachment, Dossier, MerchantKind, Slot};
use portal_domain::ids::{CaseId, OpId, PhotoId, Sha256};
use portal_domain::testing;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{
    CaseRow, Draft, Finalise, Finalised, Keys, NewBlob, NewCase, NewPhoto, OpError, OpRow, Receipt, Store,
    hash,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;

pub const T0: i64 = 1_800_000_000_000;
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

pub fn keys() -> Keys {
    Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] }
}

/// A store that is closed to the end when it goes out of scope: a test that ended before would crash now and then,
/// for SQLCipher clears up when the process ends. Needs a runtime of several threads.
pub struct Opened(Option<Store>);

impl Opened {
    pub fn new(store: Store) -> Self {
        Self(Some(store))
    }
}

impl std::ops::Deref for Opened {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let Some(store) = self.0.take() else { return };
        let closing = async {
            let ended = store.ended();
            store.close().await;
            drop(store);
            ended.await;
        };
        let closed = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current()
                .block_on(async { tokio::time::timeout(Duration::from_secs(30), closing).await })
        });
        assert!(closed.is_ok() || std::thread::panicking(), "a connection is still open");
    }
}

pub async fn open(dir: &Path) -> Opened {
    Opened::new(Store::open(dir, keys(), "0.1.0", T0).await.unwrap())
}

pub struct Profile {
    pub store: Opened,
    folder: tempfile::TempDir,
}

impl Profile {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: open(folder.path()).await, folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Opens what a kill would leave: the files as they are now, under the open store's hands.
    pub async fn crash(self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in files(self.folder.path()) {
            let copy = folder.path().join(file.strip_prefix(self.folder.path()).unwrap());
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::copy(&file, copy).unwrap();
        }
        Self { store: open(folder.path()).await, folder }
    }
}

/// An invented application without photos.
pub fn dossier(seed: u64) -> Dossier {
    let mut dossier = testing::dossier(seed, MerchantKind::Enterprise);
    dossier.attachments.clear();
    dossier
}

pub fn case_id() -> CaseId {
    CaseId(Uuid::now_v7())
}

pub fn op_id() -> OpId {
    OpId(Uuid::now_v7())
}

pub async fn new_case(store: &Store, dossier: Dossier) -> CaseRow {
    let new = NewCase {
        case_id: case_id(),
        owner: None,
        profile_id: "lakala".to_owned(),
        profile_version: "1".to_owned(),
        dossier,
    };
    store.create_case(new, T0).await.unwrap()
}

pub async fn save(store: &Store, row: &CaseRow, dossier: &Dossier) -> CaseRow {
    let draft =
        Draft { case_id: row.case_id, expected_revision: row.revision, dossier, only_photos_missing: false };
    store.save_draft(draft, T0 + 1).await.unwrap()
}

pub fn attachment(bytes: &[u8], original: &[u8]) -> Attachment {
    serde_json::from_value(serde_json::json!({
        "photo_id": PhotoId(Uuid::now_v7()),
        "sha256": hash(bytes),
        "size_bytes": bytes.len(),
        "media_type": "image/jpeg",
        "width_px": 1200,
        "height_px": 900,
        "original_sha256": hash(original),
        "original_bytes": original.len(),
        "steps": [],
        "added_at_ms": T0,
    }))
    .unwrap()
}

pub async fn photograph(store: &Store, case_id: CaseId, slot: Slot, bytes: &[u8]) -> CaseRow {
    let photo = NewPhoto {
        case_id,
        expected_revision: None,
        slot,
        replaces: None,
        attachment: attachment(bytes, bytes),
        bytes: bytes.to_vec(),
        original: None,
    };
    store.attach_photo(photo, T0 + 2).await.unwrap()
}

pub fn submission(row: &CaseRow, step: ReviewStep) -> Finalise {
    let op_id = op_id();
    let kind = format!("application.{}", step.as_str());
    let body =
        serde_json::to_vec(&serde_json::json!({"case_id": row.case_id, "kind": kind, "op": op_id})).unwrap();
    let blobs = row.dossier.photos().map(|(slot, _, photo)| NewBlob {
        slot: slot.into(),
        sha: photo.sha256.clone(),
        size_bytes: photo.size_bytes,
    });
    Finalise {
        op_id,
        case_id: row.case_id,
        expected_revision: row.revision,
        kind,
        step: Some(step),
        body_sha: hash(&body),
        body,
        blobs: if step == ReviewStep::Withdraw { Vec::new() } else { blobs.collect() },
        local_receipt: (step != ReviewStep::Withdraw).then(|| format!("L{}", row.revision)),
        paused: false,
    }
}

pub async fn queue(store: &Store, row: &CaseRow, step: ReviewStep) -> OpRow {
    match store.finalise(submission(row, step), T0 + 3).await.unwrap() {
        Finalised::Queued(op) => op,
        other => panic!("not queued: {other:?}"),
    }
}

pub fn receipt(op: &OpRow, rev: u64, review: ReviewState) -> Receipt {
    Receipt {
        op_id: op.op_id,
        envelope: format!("receipt of {}", op.op_id).into_bytes(),
        number: format!("R{rev}"),
        rev,
        review: Some(review),
    }
}

pub fn error(code: &str) -> OpError {
    OpError { code: code.to_owned(), detail: serde_json::json!({"status": 503}) }
}

pub fn sha(text: &str) -> Sha256 {
    hash(text.as_bytes())
}

/// A connection past the store, to look at the database or to damage it.
pub async fn raw(dir: &std::path::Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(dir.join("portal.db"))
        .pragma("key", format!("\"x'{}'\"", hex::encode(keys().database)))
        .disable_statement_logging()
        .connect()
        .await
        .unwrap()
}

pub async fn execute(dir: &std::path::Path, sql: &'static str) {
    let mut conn = raw(dir).await;
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// Every file below `dir`.
pub fn files(dir: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

pub fn blob_files(dir: &std::path::Path) -> Vec<PathBuf> {
    files(&dir.join("blobs"))
}
