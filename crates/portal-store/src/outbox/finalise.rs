//! Into the queue, and out of it again before anything was sent.

use portal_domain::dossier::BlobSlot;
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep};

use super::outbound_of;
use super::row::{Hold, OpBlob, OpRow, OpState, parse_step, require};
use crate::audit;
use crate::blob::hash;
use crate::case;
use crate::contract;
use crate::error::StoreError;
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
    /// Paused from the start, like everything else.
    pub paused: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlob {
    pub slot: BlobSlot,
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
        self.require_available(&new.blobs).await?;
        let mut tx = self.begin().await?;
        let earlier = earlier(&mut tx, &new).await?;
        if let Some(known) = earlier.iter().find(|op| op.op_id == new.op_id) {
            return if known.case_id == new.case_id && known.body_sha == new.body_sha {
                Ok(Finalised::AlreadyQueued(require(&mut tx, new.op_id).await?))
            } else {
                Err(StoreError::OpMismatch(new.op_id))
            };
        }
        if let Some(known) = earlier.iter().rev().find(|op| op.is_same_step(&new)) {
            return Ok(Finalised::AlreadyQueued(require(&mut tx, known.op_id).await?));
        }
        let case = case::head(&mut tx, new.case_id).await?;
        if case.revision != new.expected_revision {
            return Err(StoreError::Stale { current: case.revision });
        }
        let waiting: Vec<&Earlier> = earlier.iter().filter(|op| op.state.is_pending()).collect();
        let step = new.step;
        let takes_back = step == Some(ReviewStep::Withdraw) && case.review == ReviewState::NotSubmitted;
        if takes_back && let Some(first) = waiting.first().filter(|first| !first.sent_anything) {
            let gone = remove_from(&mut tx, new.case_id, first.seq, now_ms).await?;
            tx.commit().await?;
            return Ok(Finalised::Cancelled(gone));
        }
        if let Some(step) = step {
            require_move(case.review, &waiting, step)?;
            if changes_document(step) && case.is_wanted {
                return Err(StoreError::Frozen);
            }
        }

        let blobs = required(&mut tx, &new.blobs).await?;
        let pending = waiting.iter().map(|op| (op.state, op.hold));
        let outbound = outbound_of(pending.chain([(OpState::Waiting, None)]));
        let queued = insert(&mut tx, new, blobs, case.status(outbound), now_ms).await?;
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

    /// Gives up an operation that the backend refused, or that waits for an approval and so isn't under way, so that its case can be changed and finalised anew under
    /// another id. Unsent operations behind it go with it.
    ///
    /// # Errors
    /// [`StoreError::WrongOpState`] unless it is held for attention, by a conflict or for an approval.
    pub async fn abandon(&self, op_id: OpId, now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let op = require(&mut tx, op_id).await?;
        let stands = matches!(op.hold, Some(Hold::Attention | Hold::Conflict | Hold::Approval));
        if !(stands && op.state.is_pending()) {
            return Err(StoreError::WrongOpState(op_id));
        }
        sqlx::query("UPDATE op SET state = 'abandoned', hold = NULL, paused = 0 WHERE op_id = ?1")
            .bind(op_id.to_string())
            .execute(&mut *tx)
            .await?;
        // Its photos are kept by the case's document only from here on.
        sqlx::query("DELETE FROM op_blob WHERE op_id = ?1").bind(op_id.to_string()).execute(&mut *tx).await?;
        contract::reopen(&mut tx, op_id).await?;
        timeline::append(&mut tx, op.case_id, now_ms, &Occurrence::Abandoned { op_id }).await?;
        remove_from(&mut tx, op.case_id, op.seq + 1, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What finalising asks of the operations before it.
struct Earlier {
    seq: u64,
    op_id: OpId,
    case_id: CaseId,
    case_revision: u64,
    body_sha: Sha256,
    state: OpState,
    sent_anything: bool,
    hold: Option<Hold>,
    step: Option<ReviewStep>,
}

impl Earlier {
    /// Whether it took the same step from the same revision.
    fn is_same_step(&self, new: &Finalise) -> bool {
        new.step.is_some()
            && self.step == new.step
            && self.case_id == new.case_id
            && self.case_revision == new.expected_revision
            && self.state != OpState::Abandoned
    }
}

/// The case's operations in order, and whichever has the new one's id.
async fn earlier(conn: &mut Conn, new: &Finalise) -> Result<Vec<Earlier>, StoreError> {
    type Record = (i64, String, String, i64, String, String, bool, Option<String>, Option<String>);
    let records: Vec<Record> = sqlx::query_as(
        "SELECT seq, op_id, case_id, case_revision, body_sha, state, sent, hold, step FROM op
         WHERE case_id = ?1 OR op_id = ?2 ORDER BY seq",
    )
    .bind(new.case_id.to_string())
    .bind(new.op_id.to_string())
    .fetch_all(conn)
    .await?;
    let damaged = StoreError::Damaged;
    records
        .into_iter()
        .map(|(seq, op_id, case_id, case_revision, body_sha, state, sent_anything, hold, step)| {
            Ok(Earlier {
                seq: unsigned(seq)?,
                op_id: op_id.parse().map_err(|_| damaged("operation id"))?,
                case_id: case_id.parse().map_err(|_| damaged("case id"))?,
                case_revision: unsigned(case_revision)?,
                body_sha: body_sha.parse().map_err(|_| damaged("hash"))?,
                state: OpState::parse(&state).ok_or(damaged("state"))?,
                sent_anything,
                hold: hold.map(|text| Hold::parse(&text).ok_or(damaged("hold"))).transpose()?,
                step: step.map(|text| parse_step(&text).ok_or(damaged("step"))).transpose()?,
            })
        })
        .collect()
}

/// The step must be legal once everything that waits before it has been received.
fn require_move(review: ReviewState, waiting: &[&Earlier], step: ReviewStep) -> Result<(), StoreError> {
    let mut state = review;
    for earlier in waiting.iter().filter_map(|op| op.step) {
        state = state.after(earlier)?;
    }
    state.after(step)?;
    if changes_document(step) && !waiting.is_empty() { Err(StoreError::Frozen) } else { Ok(()) }
}

fn changes_document(step: ReviewStep) -> bool {
    matches!(step, ReviewStep::Submit | ReviewStep::Amend)
}

/// The rows of the photos to name: they are here in the size to be declared.
pub(super) async fn required(conn: &mut Conn, blobs: &[NewBlob]) -> Result<Vec<OpBlob>, StoreError> {
    type Record = (Option<i64>, Option<bool>, Option<String>, Option<i64>);
    let shas: Vec<&str> = blobs.iter().map(|blob| blob.sha.as_str()).collect();
    let records: Vec<Record> = sqlx::query_as(
        "SELECT size, server_has, upload_url, sent_bytes FROM json_each(?1) LEFT JOIN blob ON sha = value
         ORDER BY key",
    )
    .bind(case::write_json(&shas, "photos")?)
    .fetch_all(conn)
    .await?;
    blobs
        .iter()
        .zip(records)
        .map(|(blob, (size, server_has, upload_url, sent_bytes))| {
            let size_bytes = unsigned(size.ok_or_else(|| StoreError::BlobMissing(blob.sha.clone()))?)?;
            if size_bytes != blob.size_bytes {
                return Err(StoreError::BlobMismatch(blob.sha.clone()));
            }
            Ok(OpBlob {
                slot: blob.slot,
                sha: blob.sha.clone(),
                size_bytes,
                server_has: server_has.unwrap_or_default(),
                upload_url,
                sent_bytes: unsigned(sent_bytes.unwrap_or_default())?,
            })
        })
        .collect()
}

/// Everything that queueing writes, in one go: each call of the database costs a turn of its thread.
/// `$`, because sqlx takes the numbers that a statement leaves out of `?` for parameters of their own.
const QUEUE: &str = "
INSERT INTO op (op_id, case_id, case_revision, kind, step, body, body_sha, local_receipt, made_at_ms, state,
        next_at_ms, paused)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $9, $10) RETURNING seq;
INSERT INTO op_blob (op_id, position, slot, sha)
    SELECT $1, key, value ->> 0, value ->> 1 FROM json_each($11);
UPDATE case_ SET local_receipt = coalesce($8, local_receipt), updated_at_ms = $9, status = $12, urgency = $13
    WHERE case_id = $2;
INSERT INTO case_event (case_id, at_ms, who, what) VALUES ($2, $9, $14, $15);
INSERT INTO audit (id, prev_hash, at_ms, who, action, case_id, hash) VALUES ($16, $17, $9, $14, $18, $2, $19)";

pub(super) async fn insert(
    conn: &mut Conn,
    new: Finalise,
    blobs: Vec<OpBlob>,
    status: CaseStatus,
    now_ms: i64,
) -> Result<OpRow, StoreError> {
    let named: Vec<(&str, &str)> =
        new.blobs.iter().map(|blob| (blob.slot.as_str(), blob.sha.as_str())).collect();
    let occurrence = Occurrence::Queued {
        op_id: new.op_id,
        op_kind: new.kind.clone(),
        local_receipt: new.local_receipt.clone(),
    };
    let audited = occurrence.audited(new.case_id);
    let link = audit::next(conn, &audited, now_ms).await?;
    // One row: only the first statement returns any.
    let seqs: Vec<i64> = sqlx::query_scalar(QUEUE)
        .bind(new.op_id.to_string())
        .bind(new.case_id.to_string())
        .bind(signed(new.expected_revision))
        .bind(&new.kind)
        .bind(new.step.map(ReviewStep::as_str))
        .bind(&new.body)
        .bind(new.body_sha.as_str())
        .bind(&new.local_receipt)
        .bind(now_ms)
        .bind(new.paused)
        .bind(case::write_json(&named, "photos")?)
        .bind(status.as_str())
        .bind(case::urgency(status))
        .bind(timeline::DEVICE)
        .bind(case::write_json(&occurrence, "event")?)
        .bind(link.id)
        .bind(link.prev_hash)
        .bind(audited.action)
        .bind(link.hash)
        .fetch_all(conn)
        .await?;
    let [seq] = seqs[..] else { return Err(StoreError::Damaged("operation number")) };
    Ok(OpRow {
        seq: unsigned(seq)?,
        op_id: new.op_id,
        case_id: new.case_id,
        case_revision: new.expected_revision,
        kind: new.kind,
        step: new.step,
        body: new.body,
        body_sha: new.body_sha,
        local_receipt: new.local_receipt,
        made_at_ms: now_ms,
        state: OpState::Waiting,
        sent_anything: false,
        attempts: 0,
        next_at_ms: now_ms,
        hold: None,
        paused: new.paused,
        last_error: None,
        receipt: None,
        receipt_number: None,
        received_at_ms: None,
        blobs,
    })
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
        contract::reopen(conn, op_id).await?;
        timeline::append(conn, case_id, now_ms, &Occurrence::Unqueued { op_id }).await?;
        gone.push(op_id);
    }
    case::unqueued(conn, case_id, now_ms).await?;
    Ok(gone)
}
