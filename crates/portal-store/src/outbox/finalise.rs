//! Into the queue, and out of it again before anything was sent.

use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::track::{ReviewState, ReviewStep};

use super::row::{Hold, OpRow, load, require};
use crate::blob::hash;
use crate::case;
use crate::error::StoreError;
use crate::fetched;
use crate::store::{Conn, Store, signed, unsigned};
use crate::timeline::{self, Occurrence};

/// An operation to put into the queue.
#[derive(Debug, Clone)]
pub struct Finalise {
    pub op_id: OpId,
    pub case_id: CaseId,
    /// The revision that was checked and confirmed.
    pub expected_revision: u64,
    /// Kind on the wire, e.g. `application.submit`.
    pub kind: String,
    /// What it does to the review, if anything.
    pub step: Option<ReviewStep>,
    /// The exact bytes to declare.
    pub body: Vec<u8>,
    pub body_sha: Sha256,
    /// Every photo that the body names, in its order.
    pub blobs: Vec<NewBlob>,
    pub local_receipt: Option<String>,
    /// Held from the start: waiting for a supervisor's approval.
    pub hold: Option<Hold>,
    /// Paused from the start, like everything else.
    pub paused: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlob {
    pub slot: Slot,
    pub sha: Sha256,
    pub size_bytes: u64,
}

/// What finalising did.
#[derive(Debug, Clone, PartialEq)]
pub enum Finalised {
    Queued(OpRow),
    /// The same step of the same revision is an operation already: this one, and nothing was added. Five fast clicks
    /// submit once.
    AlreadyQueued(OpRow),
    /// A withdrawal met a submission of which nothing was sent yet: both are gone, the case is a draft again.
    Cancelled(Vec<OpId>),
}

impl Store {
    /// Freezes a case's change into an operation: body, photos, queue entry and new status in one transaction. The
    /// user may be told "saved on this computer" when this returns.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the case was changed since it was checked, [`StoreError::IllegalMove`] when its
    /// review has no such step now, [`StoreError::Frozen`] when another operation waits before a submission or the
    /// backend's newer document is still to be fetched,
    /// [`StoreError::BlobMissing`], [`StoreError::BlobMismatch`], [`StoreError::OpMismatch`].
    pub async fn finalise(&self, new: Finalise, now_ms: i64) -> Result<Finalised, StoreError> {
        if hash(&new.body) != new.body_sha {
            return Err(StoreError::BlobMismatch(new.body_sha));
        }
        for blob in &new.blobs {
            self.require_available(&blob.sha).await?;
        }
        let mut tx = self.begin().await?;
        if let Some(known) = load(&mut tx, new.op_id).await? {
            let same = known.case_id == new.case_id && known.body_sha == new.body_sha;
            return if same {
                Ok(Finalised::AlreadyQueued(known))
            } else {
                Err(StoreError::OpMismatch(new.op_id))
            };
        }
        if let Some(known) = same_step(&mut tx, &new).await? {
            return Ok(Finalised::AlreadyQueued(known));
        }
        let mut row = case::require(&mut tx, new.case_id).await?;
        if row.revision != new.expected_revision {
            return Err(StoreError::Stale { current: row.revision });
        }
        let waiting = pending(&mut tx, new.case_id).await?;
        let step = new.step;
        let takes_back = step == Some(ReviewStep::Withdraw) && row.review() == ReviewState::NotSubmitted;
        if takes_back && let Some(first) = waiting.first().filter(|first| !first.1) {
            let gone = remove_from(&mut tx, new.case_id, first.0, now_ms).await?;
            tx.commit().await?;
            return Ok(Finalised::Cancelled(gone));
        }
        if let Some(step) = step {
            require_move(row.review(), &waiting, step)?;
            if changes_document(step) && fetched::is_wanted(&mut tx, new.case_id).await? {
                return Err(StoreError::Frozen);
            }
        }

        insert(&mut tx, &new, now_ms).await?;
        if new.local_receipt.is_some() {
            row.local_receipt.clone_from(&new.local_receipt);
        }
        row.updated_at_ms = now_ms;
        case::write(&mut tx, &row).await?;
        let occurrence = Occurrence::Queued {
            op_id: new.op_id,
            op_kind: new.kind.clone(),
            local_receipt: new.local_receipt.clone(),
        };
        timeline::append(&mut tx, new.case_id, now_ms, &occurrence).await?;
        let queued = require(&mut tx, new.op_id).await?;
        tx.commit().await?;
        Ok(Finalised::Queued(queued))
    }

    /// Takes an operation of which nothing was sent back out of the queue, with those of its case behind it: a
    /// withdrawal that waits behind its submission goes too. The case can be edited again.
    ///
    /// # Errors
    /// [`StoreError::AlreadySent`], [`StoreError::NotFound`].
    pub async fn unqueue(&self, op_id: OpId, now_ms: i64) -> Result<Vec<OpId>, StoreError> {
        let mut tx = self.begin().await?;
        let op = require(&mut tx, op_id).await?;
        if op.sent_anything || !op.state.is_pending() {
            return Err(StoreError::AlreadySent(op_id));
        }
        let gone = remove_from(&mut tx, op.case_id, op.seq, now_ms).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Gives up an operation that the backend refused, so that its case can be changed and finalised anew under
    /// another id. Unsent operations behind it go with it.
    ///
    /// # Errors
    /// [`StoreError::WrongOpState`] unless it is held for attention or by a conflict.
    pub async fn abandon(&self, op_id: OpId, now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let op = require(&mut tx, op_id).await?;
        let refused = matches!(op.hold, Some(Hold::Attention | Hold::Conflict));
        if !(refused && op.state.is_pending()) {
            return Err(StoreError::WrongOpState(op_id));
        }
        sqlx::query("UPDATE op SET state = 'abandoned', hold = NULL, paused = 0 WHERE op_id = ?1")
            .bind(op_id.to_string())
            .execute(&mut *tx)
            .await?;
        // Its photos are kept by the case's document only from here on.
        sqlx::query("DELETE FROM op_blob WHERE op_id = ?1").bind(op_id.to_string()).execute(&mut *tx).await?;
        timeline::append(&mut tx, op.case_id, now_ms, &Occurrence::Abandoned { op_id }).await?;
        remove_from(&mut tx, op.case_id, op.seq + 1, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The operation that took the same step from the same revision.
async fn same_step(conn: &mut Conn, new: &Finalise) -> Result<Option<OpRow>, StoreError> {
    let Some(step) = new.step else { return Ok(None) };
    let known: Option<String> = sqlx::query_scalar(
        "SELECT op_id FROM op WHERE case_id = ?1 AND step = ?2 AND case_revision = ?3 AND state <> 'abandoned'
         ORDER BY seq DESC LIMIT 1",
    )
    .bind(new.case_id.to_string())
    .bind(step.as_str())
    .bind(signed(new.expected_revision))
    .fetch_optional(&mut *conn)
    .await?;
    match known {
        Some(text) => load(conn, text.parse().map_err(|_| StoreError::Damaged("operation id"))?).await,
        None => Ok(None),
    }
}

/// Sequence number, whether anything was sent, and step of the case's pending operations, in order.
async fn pending(conn: &mut Conn, case_id: CaseId) -> Result<Vec<(u64, bool, Option<String>)>, StoreError> {
    let rows: Vec<(i64, bool, Option<String>)> = sqlx::query_as(
        "SELECT seq, sent, step FROM op WHERE case_id = ?1 AND state IN ('waiting', 'sending') ORDER BY seq",
    )
    .bind(case_id.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(seq, sent, step)| Ok((unsigned(seq)?, sent, step))).collect()
}

/// The step must be legal once everything that waits before it has been received.
fn require_move(
    review: ReviewState,
    waiting: &[(u64, bool, Option<String>)],
    step: ReviewStep,
) -> Result<(), StoreError> {
    let mut state = review;
    for (_, _, text) in waiting {
        let earlier = ReviewStep::ALL.into_iter().find(|known| Some(known.as_str()) == text.as_deref());
        if let Some(earlier) = earlier {
            state = state.after(earlier)?;
        }
    }
    state.after(step)?;
    if changes_document(step) && !waiting.is_empty() { Err(StoreError::Frozen) } else { Ok(()) }
}

fn changes_document(step: ReviewStep) -> bool {
    matches!(step, ReviewStep::Submit | ReviewStep::Amend)
}

async fn insert(conn: &mut Conn, new: &Finalise, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO op (op_id, case_id, case_revision, kind, step, body, body_sha, local_receipt, made_at_ms, state,
             next_at_ms, hold, paused)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waiting', ?9, ?10, ?11)",
    )
    .bind(new.op_id.to_string())
    .bind(new.case_id.to_string())
    .bind(signed(new.expected_revision))
    .bind(&new.kind)
    .bind(new.step.map(ReviewStep::as_str))
    .bind(&new.body)
    .bind(new.body_sha.as_str())
    .bind(&new.local_receipt)
    .bind(now_ms)
    .bind(new.hold.map(Hold::as_str))
    .bind(new.paused)
    .execute(&mut *conn)
    .await?;
    for (position, blob) in (0_i64..).zip(&new.blobs) {
        let size: Option<i64> = sqlx::query_scalar("SELECT size FROM blob WHERE sha = ?1")
            .bind(blob.sha.as_str())
            .fetch_optional(&mut *conn)
            .await?;
        match size {
            None => return Err(StoreError::BlobMissing(blob.sha.clone())),
            Some(size) if unsigned(size)? != blob.size_bytes => {
                return Err(StoreError::BlobMismatch(blob.sha.clone()));
            }
            Some(_) => {}
        }
        sqlx::query("INSERT INTO op_blob (op_id, position, slot, sha) VALUES (?1, ?2, ?3, ?4)")
            .bind(new.op_id.to_string())
            .bind(position)
            .bind(blob.slot.as_str())
            .bind(blob.sha.as_str())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Removes the case's pending operations from `seq` on. By order per case none of them was sent when the first wasn't.
async fn remove_from(
    conn: &mut Conn,
    case_id: CaseId,
    seq: u64,
    now_ms: i64,
) -> Result<Vec<OpId>, StoreError> {
    let removed: Vec<String> = sqlx::query_scalar(
        "DELETE FROM op WHERE case_id = ?1 AND seq >= ?2 AND state IN ('waiting', 'sending') RETURNING op_id",
    )
    .bind(case_id.to_string())
    .bind(signed(seq))
    .fetch_all(&mut *conn)
    .await?;
    let mut gone = Vec::with_capacity(removed.len());
    for text in removed {
        let op_id: OpId = text.parse().map_err(|_| StoreError::Damaged("operation id"))?;
        timeline::append(conn, case_id, now_ms, &Occurrence::Unqueued { op_id }).await?;
        gone.push(op_id);
    }
    let mut row = case::require(conn, case_id).await?;
    row.updated_at_ms = now_ms;
    row.local_receipt = sqlx::query_scalar(
        "SELECT local_receipt FROM op WHERE case_id = ?1 AND local_receipt IS NOT NULL AND state <> 'abandoned'
         ORDER BY seq DESC LIMIT 1",
    )
    .bind(case_id.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    case::write(conn, &row).await?;
    Ok(gone)
}
