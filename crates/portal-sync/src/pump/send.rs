//! One attempt at one operation: declare, photos, commit, receipt.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::stream;
use portal_domain::ids::{OpId, Sha256};
use portal_domain::track::{ReviewState, ReviewStep};
use portal_protocol::error::ErrorCode;
use portal_protocol::operation::{BlobRef, OperationState};
use portal_protocol::receipt::Envelope;
use portal_store::{OpRow, Receipt, Store};
use serde::Deserialize;

use super::speed::Speed;
use super::{BLOBS_AT_ONCE, Pump, PumpEvent};
use crate::error::{SyncError, Transport};
use crate::receipt::{Expected, ReceiptKeys};
use crate::upload::{Missing, Uploader};

/// An operation that is being sent.
pub(super) struct Attempt {
    pub op: OpRow,
    body: Bytes,
    /// What the backend lacked when it was declared.
    missing: Vec<Sha256>,
    /// Bytes moved in this attempt.
    progressed: AtomicBool,
}

/// A declaration that failed.
pub(super) struct Failed {
    pub op: OpRow,
    pub attempts: u32,
    pub error: SyncError,
}

/// What the pump needs of the declared body.
#[derive(Deserialize)]
struct DeclaredBody {
    blobs: Vec<BlobRef>,
}

impl Attempt {
    pub fn new(mut op: OpRow) -> Self {
        let body = Bytes::from(std::mem::take(&mut op.body));
        Self { op, body, missing: Vec::new(), progressed: AtomicBool::new(false) }
    }

    /// Failed attempts since the last progress.
    pub fn attempts(&self) -> u32 {
        if self.progressed.load(Ordering::Relaxed) { 0 } else { self.op.attempts }
    }
}

impl Pump {
    /// Declares; `None` when the backend answered with the receipt of an earlier attempt, which is stored now.
    pub(super) async fn declare_now(&self, mut attempt: Attempt) -> Result<Option<Attempt>, Box<Failed>> {
        let declared = async {
            match self.account.declare(attempt.op.op_id, &attempt.body).await? {
                OperationState::Receiving { missing } => Ok(Some(missing)),
                OperationState::Received { receipt } => self.receive(&attempt, &receipt).await.map(|()| None),
            }
        };
        match declared.await {
            Ok(None) => Ok(None),
            Ok(Some(missing)) => {
                attempt.missing = missing;
                Ok(Some(attempt))
            }
            Err(error) => Err(Box::new(Failed { attempts: attempt.attempts(), op: attempt.op, error })),
        }
    }

    /// Sends what the backend lacks, commits and stores the receipt.
    pub(super) async fn supply_and_commit(&self, attempt: &Attempt) -> Result<(), SyncError> {
        self.supply_blobs(attempt, &attempt.missing).await?;
        let op_id = attempt.op.op_id;
        let envelope = match self.account.commit(op_id).await {
            Err(error) if error.refusal_code() == Some(ErrorCode::MissingBlobs) => {
                // It had them, or thought so, and has them no more: what it lacks is sent from the start.
                let OperationState::Receiving { missing } =
                    self.account.declare(op_id, &attempt.body).await?
                else {
                    return Err(Transport::BadAnswer.into());
                };
                for sha in &missing {
                    self.store.set_upload(sha, None).await?;
                }
                self.supply_blobs(attempt, &missing).await?;
                self.account.commit(op_id).await?
            }
            answered => answered?,
        };
        self.receive(attempt, &envelope).await
    }

    async fn supply_blobs(&self, attempt: &Attempt, missing: &[Sha256]) -> Result<(), SyncError> {
        let op_id = attempt.op.op_id;
        let known: HashSet<&Sha256> = attempt.op.blobs.iter().map(|blob| &blob.sha).collect();
        if !missing.iter().all(|sha| known.contains(sha)) {
            return Err(Transport::BadAnswer.into());
        }
        self.store.note_missing(op_id, missing).await?;
        let row = self.store.op(op_id).await?.ok_or(SyncError::DamagedOperation)?;
        let body: DeclaredBody =
            serde_json::from_slice(&attempt.body).map_err(|_| SyncError::DamagedOperation)?;
        let mut seen = HashSet::new();
        let mut blobs = Vec::with_capacity(missing.len());
        let (mut bytes_total, mut bytes_there) = (0, 0);
        for blob in row.blobs.into_iter().filter(|blob| seen.insert(blob.sha.clone())) {
            bytes_total += blob.size_bytes;
            bytes_there += blob.sent_bytes;
            if !missing.contains(&blob.sha) {
                continue;
            }
            let declared = body.blobs.iter().find(|declared| declared.sha == blob.sha);
            let media_type = declared.ok_or(SyncError::DamagedOperation)?.media_type.clone();
            let missing =
                Missing { sha: blob.sha, size_bytes: blob.size_bytes, media_type, upload: blob.upload_url };
            blobs.push((missing, blob.sent_bytes));
        }
        // The body is there: it was declared.
        let body_bytes = attempt.body.len() as u64;
        let speed = Speed::new(Instant::now(), body_bytes + bytes_there, body_bytes + bytes_total);
        let speed = Mutex::new(speed);
        self.tell_progress(op_id, &speed, 0);
        stream::iter(blobs.into_iter().map(Ok))
            .try_for_each_concurrent(BLOBS_AT_ONCE, |(blob, sent_bytes)| {
                self.supply_blob(attempt, blob, sent_bytes, &speed)
            })
            .await
    }

    async fn supply_blob(
        &self,
        attempt: &Attempt,
        blob: Missing,
        sent_bytes: u64,
        speed: &Mutex<Speed>,
    ) -> Result<(), SyncError> {
        // The semaphore is never closed.
        let _slot = self.blob_slots.acquire().await.ok();
        let reported = AtomicU64::new(sent_bytes);
        let moved = AtomicBool::new(false);
        let at = |offset: u64| {
            let before = reported.swap(offset, Ordering::Relaxed);
            if offset > before {
                moved.store(true, Ordering::Relaxed);
            }
            // Offsets may go back.
            self.tell_progress(attempt.op.op_id, speed, offset.wrapping_sub(before).cast_signed());
        };
        let uploader = Uploader { store: &self.store, account: &self.account, chunk_size: &self.chunk_size };
        let sent = uploader.send(&blob, &at).await;
        if moved.load(Ordering::Relaxed) && !attempt.progressed.swap(true, Ordering::Relaxed) {
            self.store.reset_attempts(attempt.op.op_id).await?;
        }
        sent
    }

    fn tell_progress(&self, op_id: OpId, speed: &Mutex<Speed>, change: i64) {
        let progress = speed.lock().unwrap_or_else(PoisonError::into_inner).moved(Instant::now(), change);
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).insert(op_id, progress);
        self.tell(PumpEvent::Progress { op_id, progress });
    }

    pub(super) fn forget_progress(&self, op_id: OpId) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).remove(&op_id);
    }

    async fn receive(&self, attempt: &Attempt, envelope: &Envelope) -> Result<(), SyncError> {
        store_receipt(&self.store, &self.keys, &attempt.op, envelope, (self.clock)()).await?;
        self.tell_of(&attempt.op);
        Ok(())
    }
}

/// Verifies that a receipt is for this operation, body and photos, and stores it with what it means for the case, in
/// one transaction: by whatever way it came.
///
/// # Errors
/// [`Transport::BadReceipt`]; then nothing is stored. What the store says.
pub(crate) async fn store_receipt(
    store: &Store,
    keys: &ReceiptKeys,
    op: &OpRow,
    envelope: &Envelope,
    now_ms: i64,
) -> Result<(), SyncError> {
    let blobs: Vec<Sha256> = op.blobs.iter().map(|blob| blob.sha.clone()).collect();
    let expected = Expected { op_id: op.op_id, case_id: op.case_id, body_sha: &op.body_sha, blobs: &blobs };
    let receipt = keys.verify(envelope, expected)?;
    let stored = Receipt {
        op_id: op.op_id,
        envelope: serde_json::to_vec(envelope).map_err(|_| Transport::BadAnswer)?,
        number: receipt.number,
        rev: receipt.rev,
        review: op.step.map(review_after),
    };
    store.received(stored, now_ms).await?;
    Ok(())
}

/// Where the review stands once the operation is received.
fn review_after(step: ReviewStep) -> ReviewState {
    match step {
        ReviewStep::Withdraw => ReviewState::Withdrawn,
        ReviewStep::Submit | ReviewStep::Amend => ReviewState::InReview,
        // Steps of the reviewer: no operation of a merchant carries them.
        ReviewStep::Return => ReviewState::Returned,
        ReviewStep::Accept => ReviewState::Accepted,
        ReviewStep::Reject => ReviewState::Rejected,
    }
}
