//! Who writes to which upload: the newest request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

/// What this process knows of an upload beyond its row.
#[derive(Default)]
pub(super) struct Progress {
    /// Hash of the bytes so far, when it is known.
    pub hashed: Option<(u64, sha2::Sha256)>,
    /// Bytes that this process has made durable.
    pub durable: u64,
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
    pub(super) progress: OwnedMutexGuard<Progress>,
    pub(super) cancelled: CancellationToken,
}

impl UploadLocks {
    /// Takes the lock over: the request that holds it stops at its next chunk.
    pub async fn take(&self, upload_id: &str) -> Lock {
        let cancelled = CancellationToken::new();
        let progress = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = slots
                .entry(upload_id.to_owned())
                .or_insert_with(|| Slot { progress: Arc::default(), holder: CancellationToken::new() });
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
