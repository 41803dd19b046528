//! The end of an operation: the backend's receipt.

use portal_domain::ids::OpId;
use portal_domain::track::{ReviewState, ReviewStep};

use super::row::{OpRow, OpState, require};
use crate::case;
use crate::error::StoreError;
use crate::fetched;
use crate::store::Store;
use crate::timeline::{self, Occurrence};

/// A verified receipt of the backend, to be stored with what it means.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub op_id: OpId,
    /// The signed envelope, as it came.
    pub envelope: Vec<u8>,
    pub number: String,
    /// Revision of the case after the operation.
    pub rev: u64,
    /// State of the review after the operation; none when it doesn't touch the review.
    pub review: Option<ReviewState>,
}

impl Store {
    /// Stores the backend's receipt and what it means for the case. The receipt must have been verified: it names
    /// this operation and every photo. Storing it again changes nothing (crash point C15). Photos stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongOpState`] when the operation was abandoned.
    pub async fn received(&self, receipt: Receipt, now_ms: i64) -> Result<OpRow, StoreError> {
        let mut tx = self.begin().await?;
        let op = require(&mut tx, receipt.op_id).await?;
        match op.state {
            OpState::Received => return Ok(op),
            OpState::Abandoned => return Err(StoreError::WrongOpState(receipt.op_id)),
            OpState::Waiting | OpState::Sending => {}
        }
        sqlx::query(
            "UPDATE op SET state = 'received', sent = 1, hold = NULL, paused = 0, error_code = NULL, error_detail = NULL,
                 receipt = ?2, receipt_number = ?3, received_at_ms = ?4 WHERE op_id = ?1",
        )
        .bind(receipt.op_id.to_string())
        .bind(&receipt.envelope)
        .bind(&receipt.number)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE blob SET server_has = 1, sent_bytes = size, upload_url = NULL
             WHERE sha IN (SELECT sha FROM op_blob WHERE op_id = ?1)",
        )
        .bind(receipt.op_id.to_string())
        .execute(&mut *tx)
        .await?;
        let mut row = case::require(&mut tx, op.case_id).await?;
        row.receipt_number = Some(receipt.number.clone());
        row.updated_at_ms = now_ms;
        if row.rev.is_none_or(|known| receipt.rev > known) {
            if op.step.is_some_and(is_submission) {
                row.round += 1;
                row.returned_items.clear();
            }
            row.rev = Some(receipt.rev);
            row.tracks.review = receipt.review.unwrap_or(row.tracks.review);
        }
        case::write(&mut tx, &row).await?;
        if op.step.is_some_and(is_submission) {
            fetched::forget_sent(&mut tx, op.case_id).await?;
        }
        let occurrence = Occurrence::ReceiptStored { op_id: receipt.op_id, receipt_number: receipt.number };
        timeline::append(&mut tx, op.case_id, now_ms, &occurrence).await?;
        let stored = require(&mut tx, receipt.op_id).await?;
        tx.commit().await?;
        Ok(stored)
    }
}

fn is_submission(step: ReviewStep) -> bool {
    match step {
        ReviewStep::Submit | ReviewStep::Amend => true,
        ReviewStep::Withdraw | ReviewStep::Return | ReviewStep::Accept | ReviewStep::Reject => false,
    }
}
