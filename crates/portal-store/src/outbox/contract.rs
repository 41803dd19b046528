//! The merchant's answer to an offered contract: signature or refusal, into the queue.

use portal_domain::ids::Sha256;

use super::finalise::{insert, required};
use super::row::{OpRow, OpState, load};
use super::{Finalise, Finalised, outbound_of};
use crate::audit;
use crate::blob::hash;
use crate::case;
use crate::contract::{self, ContractState};
use crate::document::{self, DocumentKind};
use crate::error::StoreError;
use crate::store::Store;
use crate::{AuditEntry, OpQuery};

/// What concludes a ceremony, beside its operation.
#[derive(Debug, Clone)]
pub struct Conclusion {
    pub number: String,
    /// The file with the merchant's signature; none for a refusal.
    pub signed: Option<Sha256>,
    /// What is kept of the ceremony here; none when it was refused before it began.
    pub ceremony: Option<String>,
    /// Hash-chains the ceremony's evidence into the audit.
    pub audit: AuditEntry,
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
        let waiting = self.waiting(&new).await?;
        let mut tx = self.begin().await?;
        if let Some(known) = load(&mut tx, new.op_id).await? {
            return if known.body_sha == new.body_sha {
                Ok(Finalised::AlreadyQueued(known))
            } else {
                Err(StoreError::OpMismatch(new.op_id))
            };
        }
        let state = if conclusion.signed.is_some() { ContractState::Signed } else { ContractState::Refused };
        contract::conclude(&mut tx, &conclusion.number, new.op_id, state, conclusion.ceremony.as_deref())
            .await?;
        if let Some(sha) = &conclusion.signed {
            let kind = DocumentKind::SignedContract;
            document::write(&mut tx, new.case_id, kind, &conclusion.number, sha, now_ms).await?;
        }
        audit::append(&mut tx, &conclusion.audit, now_ms).await?;
        let case = case::head(&mut tx, new.case_id).await?;
        let blobs = required(&mut tx, &new.blobs).await?;
        let pending = waiting.iter().map(|op| (op.state, op.hold));
        let outbound = outbound_of(pending.chain([(OpState::Waiting, new.hold)]));
        let queued = insert(&mut tx, new, blobs, case.status(outbound), now_ms).await?;
        tx.commit().await?;
        Ok(Finalised::Queued(queued))
    }

    async fn waiting(&self, new: &Finalise) -> Result<Vec<OpRow>, StoreError> {
        let query = OpQuery { case_id: Some(new.case_id), pending_only: true, ..OpQuery::default() };
        self.ops(query).await
    }
}
