//! One photo to the backend: small ones in one request, others resumable (tus 1.0) by chunks that take 2–5 s.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use portal_domain::ids::Sha256;
use portal_protocol::SMALL_BLOB_BYTES;
use portal_protocol::error::ErrorCode;
use portal_store::{Piece, Store, StoreError};

use crate::account::AccountClient;
use crate::error::{SyncError, Transport};

const CHUNK_MIN_BYTES: u64 = 256 << 10;
const CHUNK_MAX_BYTES: u64 = 4 << 20;
const CHUNK_SHORT: Duration = Duration::from_secs(2);
const CHUNK_LONG: Duration = Duration::from_secs(5);
/// Disagreements about one upload that are settled before it is left for later.
const CORRECTIONS: u32 = 5;
/// An upload that another request is writing to is looked at again after this.
const LOCKED_WAIT: Duration = Duration::from_secs(1);

/// A photo that the backend misses.
#[derive(Debug, Clone)]
pub struct Missing {
    pub sha: Sha256,
    pub size_bytes: u64,
    pub media_type: String,
    /// Where an earlier upload of it goes on.
    pub upload: Option<String>,
}

/// How many bytes one chunk carries: what the line takes in 2–5 seconds. Shared by all uploads over the line.
#[derive(Debug)]
pub struct ChunkSize(AtomicU64);

impl Default for ChunkSize {
    fn default() -> Self {
        Self(AtomicU64::new(1 << 20))
    }
}

impl ChunkSize {
    fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn took(&self, chunk_bytes: u64, elapsed: Duration) {
        let bytes = self.bytes();
        if elapsed > CHUNK_LONG {
            self.0.store((bytes / 2).max(CHUNK_MIN_BYTES), Ordering::Relaxed);
        } else if elapsed < CHUNK_SHORT && chunk_bytes >= bytes {
            self.0.store((bytes * 2).min(CHUNK_MAX_BYTES), Ordering::Relaxed);
        }
    }

    fn cut(&self) {
        self.0.store((self.bytes() / 2).max(CHUNK_MIN_BYTES), Ordering::Relaxed);
    }
}

/// What to do about a refused request of an upload.
enum Remedy {
    /// The chunk arrived damaged: the same again.
    Resend,
    /// Another offset than thought: ask.
    Ask,
    /// The backend no longer knows the upload.
    Recreate,
    /// Somebody is writing to it.
    Wait,
    /// What arrived isn't what was announced: the stored photo may be the reason.
    Look,
    None,
}

/// What a photo is sent with.
pub struct Uploader<'a> {
    pub store: &'a Store,
    pub account: &'a AccountClient,
    pub chunk_size: &'a ChunkSize,
}

impl Uploader<'_> {
    /// Brings one photo to the backend; `at` hears how many of its bytes are there.
    ///
    /// # Errors
    /// As they come; what was sent stays sent, and the next call goes on there.
    pub async fn send(&self, blob: &Missing, at: &(dyn Fn(u64) + Sync)) -> Result<(), SyncError> {
        let small = blob.size_bytes <= SMALL_BLOB_BYTES && blob.upload.is_none();
        if !(small && self.put(blob).await?) {
            self.resume(blob, at).await?;
        }
        self.store.blob_on_server(&blob.sha).await?;
        #[cfg(feature = "mutants")]
        if portal_protocol::mutant::Mutant::DeleteOnUpload.is_on() {
            self.store.lose_blob(&blob.sha).await?;
        }
        at(blob.size_bytes);
        Ok(())
    }

    /// Whether one request did it; if not, smaller pieces may.
    async fn put(&self, blob: &Missing) -> Result<bool, SyncError> {
        let bytes = Bytes::from(self.store.read_blob(&blob.sha).await?);
        match self.account.put_blob(&blob.sha, &blob.media_type, &bytes).await {
            Ok(()) => Ok(true),
            Err(SyncError::Transport(Transport::Network | Transport::Timeout)) => Ok(false),
            Err(error) if error.refusal_code() == Some(ErrorCode::DigestMismatch) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn resume(&self, blob: &Missing, at: &(dyn Fn(u64) + Sync)) -> Result<(), SyncError> {
        let file = self.store.open_blob(&blob.sha).await?;
        if file.size_bytes() != blob.size_bytes {
            return Err(StoreError::BlobDamaged(blob.sha.clone()).into());
        }
        let mut ahead: Option<Piece> = None;
        let (mut upload, mut known) = match &blob.upload {
            Some(upload) => (upload.clone(), None),
            None => {
                let (created, first) = tokio::join!(self.create(blob), file.read(0, self.chunk_size.bytes()));
                ahead = Some(first?);
                created?
            }
        };
        let mut corrections = 0;
        loop {
            let stepped = match known {
                None => self.account.upload_offset(&upload).await,
                Some(offset) if offset == blob.size_bytes => return Ok(()),
                Some(offset) if offset > blob.size_bytes => return Err(Transport::BadAnswer.into()),
                Some(offset) => {
                    let piece = match ahead.take().filter(|piece| piece.offset == offset) {
                        Some(piece) => piece,
                        None => file.read(offset, self.chunk_size.bytes()).await?,
                    };
                    // While this piece is on the line, the next one is opened, and what is there already is noted. Only
                    // then is it told: a pause at any moment leaves what was told.
                    let next = offset.saturating_add(piece.bytes.len() as u64);
                    let note = async {
                        self.store.blob_progress(&blob.sha, offset).await?;
                        at(offset);
                        Ok::<_, SyncError>(())
                    };
                    let (sent, read, noted) = tokio::join!(
                        self.chunk(&upload, piece),
                        file.read(next, self.chunk_size.bytes()),
                        note,
                    );
                    noted?;
                    ahead = Some(read?);
                    sent
                }
            };
            match stepped {
                Ok(offset) => known = Some(offset),
                Err(error) => {
                    corrections += 1;
                    match remedy(&error) {
                        _ if corrections > CORRECTIONS => return Err(error),
                        Remedy::None => return Err(error),
                        Remedy::Resend => {}
                        Remedy::Ask => known = None,
                        Remedy::Wait => {
                            tokio::time::sleep(LOCKED_WAIT).await;
                            known = None;
                        }
                        Remedy::Recreate => {
                            self.store.set_upload(&blob.sha, None).await?;
                            (upload, known) = self.create(blob).await?;
                        }
                        Remedy::Look => {
                            // Pieces are authenticated one by one: whether they are the photo, the whole tells.
                            self.store.read_blob(&blob.sha).await?;
                            return Err(error);
                        }
                    }
                }
            }
        }
    }

    /// The address is stored before the first byte is sent, so that a restart goes on there. If the crash comes
    /// before, the backend gives the same address again (crash point C8).
    async fn create(&self, blob: &Missing) -> Result<(String, Option<u64>), SyncError> {
        let (upload, offset) =
            self.account.create_upload(&blob.sha, blob.size_bytes, &blob.media_type).await?;
        self.store.set_upload(&blob.sha, Some(&upload)).await?;
        Ok((upload, offset))
    }

    async fn chunk(&self, upload: &str, piece: Piece) -> Result<u64, SyncError> {
        let (offset, chunk_bytes) = (piece.offset, piece.bytes.len() as u64);
        let began = Instant::now();
        match self.account.patch_upload(upload, piece).await {
            Ok(next) if next <= offset => Err(Transport::BadAnswer.into()),
            Ok(next) => {
                self.chunk_size.took(chunk_bytes, began.elapsed());
                Ok(next)
            }
            Err(error) => {
                if matches!(error, SyncError::Transport(Transport::Network | Transport::Timeout)) {
                    self.chunk_size.cut();
                }
                Err(error)
            }
        }
    }
}

fn remedy(error: &SyncError) -> Remedy {
    let SyncError::Refused(refusal) = error else { return Remedy::None };
    if error.refusal_code() == Some(ErrorCode::DigestMismatch) {
        return Remedy::Look;
    }
    match refusal.status {
        460 => Remedy::Resend,
        409 => Remedy::Ask,
        404 | 410 => Remedy::Recreate,
        423 => Remedy::Wait,
        _ => Remedy::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn chunks_stay_between_their_bounds(steps in proptest::collection::vec((0_u64..10, any::<bool>()), 0..40)) {
            let size = ChunkSize::default();
            for (seconds, cut) in steps {
                if cut { size.cut() } else { size.took(size.bytes(), Duration::from_secs(seconds)) }
                prop_assert!((CHUNK_MIN_BYTES..=CHUNK_MAX_BYTES).contains(&size.bytes()));
            }
        }
    }

    #[test]
    fn a_fast_line_gets_larger_chunks_and_a_slow_one_smaller() {
        let size = ChunkSize::default();
        size.took(size.bytes(), Duration::from_millis(100));
        assert_eq!(size.bytes(), 2 << 20);
        size.took(10, Duration::from_millis(1));
        assert_eq!(size.bytes(), 2 << 20, "a short last chunk says nothing");
        size.took(size.bytes(), Duration::from_secs(3));
        assert_eq!(size.bytes(), 2 << 20);
        size.took(size.bytes(), Duration::from_secs(6));
        assert_eq!(size.bytes(), 1 << 20);
    }
}
