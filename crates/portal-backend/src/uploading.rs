//! Resumable uploads: bytes appended, made durable, counted; the newest request holds the lock.

use std::collections::HashMap;
use std::io::SeekFrom;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;
use portal_protocol::operation::Operation;
use sha2::Digest;
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Caller};
use crate::blob_store::WRITE_BYTES;
use crate::error::BackendError;
use crate::fault::{self, Point};
use crate::problem::Answer;
use crate::store::uploads::UploadRecord;
use crate::store::{blobs, uploads};

/// Durable at least this often within one request, so that a long one doesn't start anew after a power cut.
const SYNC_BYTES: u64 = 8 << 20;

/// Hash of the bytes so far, when it is known.
struct Progress {
    hashed: Option<(u64, sha2::Sha256)>,
}

struct Slot {
    progress: Arc<tokio::sync::Mutex<Progress>>,
    holder: CancellationToken,
}

/// Who writes to which upload.
#[derive(Default)]
pub struct UploadLocks {
    slots: Mutex<HashMap<String, Slot>>,
}

/// The right to write to one upload, until a newer request wants it.
pub struct Lock {
    progress: OwnedMutexGuard<Progress>,
    cancelled: CancellationToken,
}

impl UploadLocks {
    /// Takes the lock over: the request that holds it stops at its next chunk.
    pub async fn take(&self, upload_id: &str) -> Lock {
        let cancelled = CancellationToken::new();
        let progress = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = slots.entry(upload_id.to_owned()).or_insert_with(|| Slot {
                progress: Arc::new(tokio::sync::Mutex::new(Progress { hashed: None })),
                holder: CancellationToken::new(),
            });
            slot.holder.cancel();
            slot.holder = cancelled.clone();
            slot.progress.clone()
        };
        Lock { progress: progress.lock_owned().await, cancelled }
    }

    /// Forgets an upload that is finished or gone.
    pub fn forget(&self, upload_id: &str) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(upload_id);
    }
}

/// A checksum that a chunk must have.
pub enum Checksum {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

enum Check {
    Sha1(sha1::Sha1, Vec<u8>),
    Sha256(sha2::Sha256, Vec<u8>),
}

impl Check {
    fn new(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Sha1(wanted) => Self::Sha1(sha1::Sha1::new(), wanted),
            Checksum::Sha256(wanted) => Self::Sha256(sha2::Sha256::new(), wanted),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
        }
    }

    fn matches(self) -> bool {
        match self {
            Self::Sha1(hasher, wanted) => hasher.finalize().as_slice() == wanted,
            Self::Sha256(hasher, wanted) => hasher.finalize().as_slice() == wanted,
        }
    }
}

/// How the taking of a chunk ended.
enum Ended {
    Whole,
    /// The client went away or a newer request took over: what came is kept, unless a checksum was to be met.
    Cut(ErrorCode),
}

/// Appends a chunk at the upload's offset and answers with the new one. A chunk with a checksum counts as a whole or
/// not at all.
///
/// # Errors
/// `checksum_mismatch`, `too_large`, `locked` when a newer request took over, `digest_mismatch` when the finished
/// bytes aren't those declared (nothing is kept then).
pub async fn append(
    app: &App,
    caller: &Caller,
    mut lock: Lock,
    upload: UploadRecord,
    checksum: Option<Checksum>,
    body: BodyDataStream,
) -> Answer<u64> {
    let path = app.office.blobs.upload_path(&upload.upload_id);
    let mut file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .await
        .map_err(BackendError::io("opening an upload"))?;
    // What lies behind the durable offset was never promised.
    file.set_len(upload.offset_bytes).await.map_err(BackendError::io("opening an upload"))?;
    file.seek(SeekFrom::Start(upload.offset_bytes)).await.map_err(BackendError::io("opening an upload"))?;
    file.set_max_buf_size(WRITE_BYTES);
    let checked = checksum.is_some();
    let mut chunk = Chunk {
        app,
        caller,
        hashed: lock.progress.hashed.take().filter(|(bytes, _)| *bytes == upload.offset_bytes),
        check: checksum.map(Check::new),
        offset: upload.offset_bytes,
        durable: upload.offset_bytes,
        upload: &upload,
        file,
    };
    if upload.offset_bytes == 0 {
        chunk.hashed = Some((0, sha2::Sha256::new()));
    }
    let ended = chunk.take(body, &lock.cancelled).await?;
    match ended {
        Ended::Cut(code) if checked => return Err(code.into()),
        Ended::Whole | Ended::Cut(_) => {}
    }
    if chunk.check.take().is_some_and(|check| !check.matches()) {
        return Err(ErrorCode::ChecksumMismatch.into());
    }
    chunk.make_durable().await?;
    let offset = chunk.offset;
    lock.progress.hashed = chunk.hashed;
    if let Ended::Cut(code) = ended {
        return Err(code.into());
    }
    if offset == upload.length_bytes {
        let known = lock.progress.hashed.take().map(|(_, hasher)| hasher);
        finish(app, caller, &upload, known).await?;
    }
    Ok(offset)
}

/// One request's bytes on their way into an upload.
struct Chunk<'a> {
    app: &'a App,
    caller: &'a Caller,
    upload: &'a UploadRecord,
    file: File,
    hashed: Option<(u64, sha2::Sha256)>,
    check: Option<Check>,
    offset: u64,
    durable: u64,
}

impl Chunk<'_> {
    async fn take(&mut self, mut body: BodyDataStream, cancelled: &CancellationToken) -> Answer<Ended> {
        let mut gathered: Vec<u8> = Vec::with_capacity(WRITE_BYTES);
        let ended = loop {
            let next = tokio::select! {
                biased;
                () = cancelled.cancelled() => break Ended::Cut(ErrorCode::Locked),
                next = body.next() => next,
            };
            match next {
                None => break Ended::Whole,
                Some(Err(_)) => break Ended::Cut(ErrorCode::RequestTimeout),
                Some(Ok(bytes)) => gathered.extend_from_slice(&bytes),
            }
            if self.offset + gathered.len() as u64 > self.upload.length_bytes {
                return Err(ErrorCode::TooLarge.into());
            }
            if gathered.len() >= WRITE_BYTES {
                self.write(&gathered).await?;
                gathered.clear();
            }
        };
        self.write(&gathered).await?;
        Ok(ended)
    }

    async fn write(&mut self, bytes: &[u8]) -> Answer<()> {
        self.file.write_all(bytes).await.map_err(BackendError::io("writing an upload"))?;
        self.offset += bytes.len() as u64;
        if let Some((hashed, hasher)) = &mut self.hashed {
            hasher.update(bytes);
            *hashed = self.offset;
        }
        if let Some(check) = &mut self.check {
            check.update(bytes);
        }
        if self.check.is_none() && self.offset - self.durable >= SYNC_BYTES {
            self.make_durable().await?;
        }
        Ok(())
    }

    /// Bytes first, then the offset that promises them.
    async fn make_durable(&mut self) -> Answer<()> {
        self.file.flush().await.map_err(BackendError::io("writing an upload"))?;
        self.file.sync_all().await.map_err(BackendError::io("making an upload durable"))?;
        fault::pass(Point::UploadChunkWritten);
        if self.offset == self.durable {
            return Ok(());
        }
        let mut tx = self.app.office.store.write().await?;
        uploads::set_offset(&mut tx, &self.caller.tenant, &self.upload.upload_id, self.offset).await?;
        tx.commit().await?;
        self.durable = self.offset;
        Ok(())
    }
}

/// Gives the finished bytes their name, once they are verified.
async fn finish(
    app: &App,
    caller: &Caller,
    upload: &UploadRecord,
    known: Option<sha2::Sha256>,
) -> Answer<()> {
    let path = app.office.blobs.upload_path(&upload.upload_id);
    let sha = match known {
        Some(hasher) => Sha256::from_bytes(hasher.finalize().into()),
        None => hash_file(&path).await?,
    };
    let account = caller.account.account_id;
    if upload.sha.as_ref().is_some_and(|declared| *declared != sha) {
        let mut tx = app.office.store.write().await?;
        uploads::delete(&mut tx, &caller.tenant, &upload.upload_id).await?;
        tx.commit().await?;
        remove(app, &upload.upload_id).await?;
        return Err(ErrorCode::DigestMismatch.into());
    }
    fault::pass(Point::BlobWritten);
    app.office.blobs.adopt(&path, &sha).await?;
    let mut tx = app.office.store.write().await?;
    blobs::add(&mut tx, &caller.tenant, account, &sha, upload.length_bytes, app.office.now_ms()).await?;
    uploads::finish(&mut tx, &caller.tenant, &upload.upload_id).await?;
    tx.commit().await?;
    app.uploads.forget(&upload.upload_id);
    app.metrics.stored(upload.length_bytes);
    Ok(())
}

/// Finishes uploads whose last byte is stored but whose finish was never recorded: a crash, or a file that already
/// has its name. Called before a commit looks for its photos.
///
/// # Errors
/// Storage failures.
pub async fn finish_complete(app: &App, caller: &Caller, operation: &Operation) -> Answer<()> {
    for blob in &operation.blobs {
        let upload = {
            let mut conn = app.office.store.read().await?;
            if blobs::present(&mut conn, &caller.reader, &blob.sha).await?.is_some() {
                continue;
            }
            uploads::by_sha(&mut conn, &caller.tenant, caller.account.account_id, &blob.sha).await?
        };
        if let Some(upload) = upload.filter(|upload| upload.offset_bytes == upload.length_bytes) {
            recover(app, caller, &upload).await?;
        }
    }
    Ok(())
}

/// Completes the finish of an upload whose bytes are all durable.
///
/// # Errors
/// `digest_mismatch`, storage failures.
pub async fn recover(app: &App, caller: &Caller, upload: &UploadRecord) -> Answer<()> {
    let lock = app.uploads.take(&upload.upload_id).await;
    let path = app.office.blobs.upload_path(&upload.upload_id);
    let renamed = !fs::try_exists(&path).await.map_err(BackendError::io("looking for an upload"))?;
    match &upload.sha {
        // The crash came between the rename and its row: the bytes under the name are verified again.
        Some(sha) if renamed => {
            let named = app.office.blobs.path(sha);
            if hash_file(&named).await.is_ok_and(|found| found == *sha) {
                let mut tx = app.office.store.write().await?;
                let account = caller.account.account_id;
                let now_ms = app.office.now_ms();
                blobs::add(&mut tx, &caller.tenant, account, sha, upload.length_bytes, now_ms).await?;
                uploads::finish(&mut tx, &caller.tenant, &upload.upload_id).await?;
                tx.commit().await?;
            }
            Ok(())
        }
        None if renamed => Ok(()),
        Some(_) | None => {
            let finished = finish(app, caller, upload, None).await;
            drop(lock);
            finished
        }
    }
}

/// Removes an upload's bytes.
///
/// # Errors
/// [`BackendError::Io`].
pub async fn remove(app: &App, upload_id: &str) -> Result<(), BackendError> {
    app.uploads.forget(upload_id);
    match fs::remove_file(app.office.blobs.upload_path(upload_id)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(BackendError::Io { what: "removing an upload", source: error })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Forgets expired uploads.
///
/// # Errors
/// Storage failures.
pub async fn expire(app: &App) -> Result<(), BackendError> {
    let mut tx = app.office.store.write().await?;
    let expired = uploads::expire(&mut tx, app.office.now_ms()).await?;
    tx.commit().await?;
    for upload_id in expired {
        remove(app, &upload_id).await?;
    }
    Ok(())
}

async fn hash_file(path: &std::path::Path) -> Result<Sha256, BackendError> {
    let mut file = File::open(path).await.map_err(BackendError::io("reading an upload"))?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0_u8; WRITE_BYTES];
    loop {
        let read = file.read(&mut buffer).await.map_err(BackendError::io("reading an upload"))?;
        if read == 0 {
            return Ok(Sha256::from_bytes(hasher.finalize().into()));
        }
        hasher.update(&buffer[..read]);
    }
}
