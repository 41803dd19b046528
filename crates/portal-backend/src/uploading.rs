//! Resumable uploads: bytes appended, made durable, counted; the newest request holds the lock.

mod checksum;
mod locks;
mod settling;

use std::io::SeekFrom;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use portal_protocol::error::ErrorCode;
use portal_protocol::mutant::Mutant;
use sha2::Digest;
use tokio::fs::{self, File};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Caller};
use crate::blob_store::WRITE_BYTES;
use crate::error::BackendError;
use crate::fault::{self, Point};
use crate::problem::Answer;
use crate::store::uploads;
use crate::store::uploads::UploadRecord;

use checksum::Check;
pub use checksum::Checksum;
pub use locks::{Lock, UploadLocks};
use settling::finish;
pub use settling::{find, finish_complete, forget, look, remove, settle};

/// Durable at least this often, so that a long upload doesn't start anew after a power cut. In between an upload may
/// fall back to what the disk still has (crash point C9): nothing committed depends on it.
const SYNC_BYTES: u64 = 8 << 20;

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
    // What lies behind the counted offset was never promised.
    file.set_len(upload.offset_bytes).await.map_err(BackendError::io("opening an upload"))?;
    file.seek(SeekFrom::Start(upload.offset_bytes)).await.map_err(BackendError::io("opening an upload"))?;
    file.set_max_buf_size(WRITE_BYTES);
    let checked = checksum.is_some();
    let mut chunk = Chunk {
        app,
        caller,
        hashed: lock.progress.hashed.take().filter(|(bytes, _)| *bytes == upload.offset_bytes),
        check: checksum.map(|checksum| Check::new(checksum, upload.offset_bytes)),
        offset: upload.offset_bytes,
        counted: upload.offset_bytes,
        durable: lock.progress.durable.min(upload.offset_bytes),
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
    let running = chunk.hashed.as_ref().map(|(_, hasher)| hasher);
    if chunk.check.take().is_some_and(|check| !check.matches(running) && !Mutant::NoHashCheck.is_on()) {
        return Err(ErrorCode::ChecksumMismatch.into());
    }
    let whole = chunk.offset == upload.length_bytes;
    if whole || matches!(ended, Ended::Cut(_)) || chunk.offset - chunk.durable >= SYNC_BYTES {
        chunk.make_durable().await?;
    }
    chunk.count().await?;
    let offset = chunk.offset;
    (lock.progress.hashed, lock.progress.durable) = (chunk.hashed, chunk.durable);
    if let Ended::Cut(code) = ended {
        return Err(code.into());
    }
    if whole {
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
    /// As the upload's row has it.
    counted: u64,
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
            self.count().await?;
        }
        Ok(())
    }

    async fn make_durable(&mut self) -> Answer<()> {
        self.file.flush().await.map_err(BackendError::io("writing an upload"))?;
        if !Mutant::NoFsync.is_on() {
            self.file.sync_all().await.map_err(BackendError::io("making an upload durable"))?;
        }
        self.durable = self.offset;
        Ok(())
    }

    /// Bytes first, then the offset that counts them.
    async fn count(&mut self) -> Answer<()> {
        self.file.flush().await.map_err(BackendError::io("writing an upload"))?;
        fault::pass(Point::UploadChunkWritten);
        if self.offset == self.counted {
            return Ok(());
        }
        let mut tx = self.app.office.store.write().await?;
        uploads::set_offset(&mut tx, &self.caller.tenant, &self.upload.upload_id, self.offset).await?;
        tx.commit().await?;
        self.counted = self.offset;
        Ok(())
    }
}
