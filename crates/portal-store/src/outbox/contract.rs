//! The merchant's answer to an offered contract: signature or refusal, into the queue.

use portal_domain::ids::{CaseId, Sha256};
use portal_domain::status::Outbound;

use super::finalise::{insert, required};
use super::row::load;
use super::{Finalise, Finalised};
use crate::AuditEntry;
use crate::audit;
use crate::blob::hash;
use crate::case;
use crate::contract::{self, ContractState};
use crate::document::{self, DocumentKind};
use crate::error::StoreError;
use crate::store::{Conn, Store};

/// What concludes a ceremony, beside its operation.
#[derive(Debug, Clone)]
pub struct Conclusion {
    pub number: String,
    pub answer: Answer,
    /// What is kept of the ceremony here; none when it was refused before it began.
    pub ceremony: Option<String>,
    /// Hash-chains the ceremony's evidence into the audit.
    pub audit: AuditEntry,
}

/// What the merchant's answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The file with their signature.
    Signed(Sha256),
    /// Their signature is on paper.
    OnPaper,
    Refused,
}

impl Store {
    /// Puts the merchant's answer into the queue: operation, file, contract and audit in one transaction, so that what
    /// was signed is queued and is signed once. The same operation again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Frozen`] unless the contract is on offer; as [`Store::finalise`].
    pub async fn conclude_contract(
        &self,
        new: Finalise,
        conclusion: Conclusion,
        now_ms: i64,
    ) -> Result<Finalised, StoreError> {
        if hash(&new.body) != new.body_sha {
            return Err(StoreError::BlobMismatch(new.body_sha));
        }
        self.require_available(&new.blobs).await?;
        let mut tx = self.begin().await?;
        if let Some(known) = load(&mut tx, new.op_id).await? {
            return if known.body_sha == new.body_sha {
                Ok(Finalised::AlreadyQueued(known))
            } else {
                Err(StoreError::OpMismatch(new.op_id))
            };
        }
        let state = match conclusion.answer {
            Answer::Signed(_) | Answer::OnPaper => ContractState::Signed,
            Answer::Refused => ContractState::Refused,
        };
        let state = (state, conclusion.answer == Answer::OnPaper);
        contract::conclude(&mut tx, &conclusion.number, new.op_id, state, conclusion.ceremony.as_deref())
            .await?;
        if let Answer::Signed(sha) = &conclusion.answer {
            let kind = DocumentKind::SignedContract;
            document::write(&mut tx, new.case_id, kind, &conclusion.number, sha, now_ms).await?;
        }
        audit::append(&mut tx, &conclusion.audit, now_ms).await?;
        end_superseded(&mut tx, new.case_id).await?;
        let case = case::head(&mut tx, new.case_id).await?;
        let blobs = required(&mut tx, &new.blobs).await?;
        let queued = insert(&mut tx, new, blobs, case.status(Outbound::Waiting), now_ms).await?;
        case::refresh_status(&mut tx, queued.case_id).await?;
        tx.commit().await?;
        Ok(Finalised::Queued(queued))
    }
}

/// Ends answers to offers that another one took the place of: the backend has refused them or would, and what is signed
/// now must not wait behind them. One that is being sent right now ends when it is refused.
pub(crate) async fn end_superseded(conn: &mut Conn, case_id: CaseId) -> Result<(), StoreError> {
    let ended: Vec<String> = sqlx::query_scalar(
        "UPDATE op SET state = 'abandoned', hold = NULL, paused = 0
         WHERE state = 'waiting' AND op_id IN (SELECT op_id FROM contract WHERE case_id = ?1 AND state = 'superseded')
         RETURNING op_id",
    )
    .bind(case_id.to_string())
    .fetch_all(&mut *conn)
    .await?;
    for op_id in &ended {
        sqlx::query("DELETE FROM op_blob WHERE op_id = ?1").bind(op_id).execute(&mut *conn).await?;
    }
    if ended.is_empty() { Ok(()) } else { case::refresh_status(conn, case_id).await }
}
