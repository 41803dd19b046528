//! Contracts of a case: what is offered, how far the merchant has come, and which files there are.

use portal_domain::ids::{CaseId, OpId, Sha256};
use sqlx::FromRow;

use crate::error::StoreError;
use crate::outbox::end_superseded;
use crate::store::{Conn, Store};

/// Where a contract stands, as this computer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractState {
    /// The merchant may sign.
    Offered,
    /// A newer offer took its place.
    Superseded,
    /// The merchant signed; it waits in the outbox.
    Signed,
    /// The backend has the merchant's signature; the issuer's is to come.
    Received,
    /// Both signed.
    InEffect,
    /// The merchant refused.
    Refused,
}

impl ContractState {
    const ALL: [Self; 6] =
        [Self::Offered, Self::Superseded, Self::Signed, Self::Received, Self::InEffect, Self::Refused];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Superseded => "superseded",
            Self::Signed => "signed",
            Self::Received => "received",
            Self::InEffect => "in_effect",
            Self::Refused => "refused",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRow {
    pub number: String,
    pub case_id: CaseId,
    /// The offer's exact text, and the issuer's seal of it: opaque here.
    pub offer: String,
    pub seal: String,
    pub state: ContractState,
    /// The ceremony under way or over, opaque here.
    pub ceremony: Option<String>,
    /// The merchant's answer.
    pub op_id: Option<OpId>,
    /// The file with both signatures.
    pub effective_sha: Option<Sha256>,
    /// Whether that file has its time stamp.
    pub stamped: bool,
    /// Whether the answer is on paper.
    pub on_paper: bool,
    /// Why what was signed on paper came back, while it wasn't signed again.
    pub returned: Option<String>,
    pub offered_at_ms: i64,
}

#[derive(FromRow)]
struct Record {
    number: String,
    case_id: String,
    offer: String,
    seal: String,
    state: String,
    ceremony: Option<String>,
    op_id: Option<String>,
    effective_sha: Option<String>,
    stamped: bool,
    on_paper: bool,
    returned: Option<String>,
    offered_at_ms: i64,
}

impl TryFrom<Record> for ContractRow {
    type Error = StoreError;

    fn try_from(record: Record) -> Result<Self, StoreError> {
        let damaged = StoreError::Damaged;
        Ok(Self {
            number: record.number,
            case_id: record.case_id.parse().map_err(|_| damaged("case id"))?,
            offer: record.offer,
            seal: record.seal,
            state: ContractState::parse(&record.state).ok_or(damaged("contract state"))?,
            ceremony: record.ceremony,
            op_id: record.op_id.map(|text| text.parse()).transpose().map_err(|_| damaged("operation id"))?,
            effective_sha: record
                .effective_sha
                .map(|text| text.parse())
                .transpose()
                .map_err(|_| damaged("hash"))?,
            stamped: record.stamped,
            on_paper: record.on_paper,
            returned: record.returned,
            offered_at_ms: record.offered_at_ms,
        })
    }
}

impl Store {
    /// The newest contract of a case.
    ///
    /// # Errors
    /// What the database says.
    pub async fn contract(&self, case_id: CaseId) -> Result<Option<ContractRow>, StoreError> {
        let record: Option<Record> =
            sqlx::query_as("SELECT * FROM contract WHERE case_id = ?1 ORDER BY rowid DESC LIMIT 1")
                .bind(case_id.to_string())
                .fetch_optional(&mut *self.read().await?)
                .await?;
        record.map(ContractRow::try_from).transpose()
    }

    /// The contract of the same case that was offered before this one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn contract_before(&self, number: &str) -> Result<Option<ContractRow>, StoreError> {
        let record: Option<Record> = sqlx::query_as(
            "SELECT earlier.* FROM contract AS earlier JOIN contract AS this USING (case_id)
             WHERE this.number = ?1 AND earlier.rowid < this.rowid ORDER BY earlier.rowid DESC LIMIT 1",
        )
        .bind(number)
        .fetch_optional(&mut *self.read().await?)
        .await?;
        record.map(ContractRow::try_from).transpose()
    }

    /// Keeps how far the merchant has come, in the place of what was known before; false when something else is kept
    /// meanwhile, or the contract isn't on offer any more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_ceremony(
        &self,
        number: &str,
        before: Option<&str>,
        ceremony: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let kept = sqlx::query(
            "UPDATE contract SET ceremony = ?2 WHERE number = ?1 AND state = 'offered' AND ceremony IS ?3",
        )
        .bind(number)
        .bind(ceremony)
        .bind(before)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Contracts in effect whose file isn't here yet, with its hash: any of them, so that some that can't be had keep no
    /// other away.
    ///
    /// # Errors
    /// What the database says.
    pub async fn missing_contracts(&self, limit: u32) -> Result<Vec<ContractRow>, StoreError> {
        let records: Vec<Record> = sqlx::query_as(
            "SELECT * FROM contract WHERE state = 'in_effect' AND effective_sha IS NOT NULL
                 AND EXISTS (SELECT 1 FROM case_ WHERE case_.case_id = contract.case_id)
                 AND NOT EXISTS (SELECT 1 FROM document WHERE document.case_id = contract.case_id
                     AND kind = 'contract' AND number = contract.number AND sha = effective_sha)
             ORDER BY random() LIMIT ?1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        records.into_iter().map(ContractRow::try_from).collect()
    }
}

/// A new offer takes the place of the case's earlier ones, but for one in effect.
pub(crate) async fn offered(
    conn: &mut Conn,
    case_id: CaseId,
    number: &str,
    (offer, seal): (&str, &str),
    at_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE contract SET state = 'superseded' WHERE case_id = ?1 AND state <> 'in_effect'")
        .bind(case_id.to_string())
        .execute(&mut *conn)
        .await?;
    end_superseded(conn, case_id).await?;
    sqlx::query(
        "INSERT INTO contract (number, case_id, offer, seal, state, offered_at_ms)
         VALUES (?1, ?2, ?3, ?4, 'offered', ?5) ON CONFLICT (number) DO NOTHING",
    )
    .bind(number)
    .bind(case_id.to_string())
    .bind(offer)
    .bind(seal)
    .bind(at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// What the backend says became of the merchant's answer. A contract that another offer superseded stays so.
pub(crate) async fn answered(conn: &mut Conn, number: &str, state: ContractState) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE contract SET state = ?2 WHERE number = ?1 AND state IN ('offered', 'signed', 'refused')",
    )
    .bind(number)
    .bind(state.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// What was signed on paper came back: the contract is on offer again, with the scans as they are.
pub(crate) async fn returned(conn: &mut Conn, number: &str, text: &str) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE contract SET state = 'offered', op_id = NULL, returned = ?2
         WHERE number = ?1 AND state IN ('offered', 'signed', 'received')",
    )
    .bind(number)
    .bind(text)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn in_effect(
    conn: &mut Conn,
    number: &str,
    sha: &Sha256,
    stamped: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE contract SET state = 'in_effect', effective_sha = ?2, stamped = ?3 WHERE number = ?1",
    )
    .bind(number)
    .bind(sha.as_str())
    .bind(stamped)
    .execute(conn)
    .await?;
    Ok(())
}

/// The merchant's answer is in the queue.
pub(crate) async fn conclude(
    conn: &mut Conn,
    number: &str,
    op_id: OpId,
    (state, on_paper): (ContractState, bool),
    ceremony: Option<&str>,
) -> Result<(), StoreError> {
    let changed = sqlx::query(
        "UPDATE contract SET state = ?2, op_id = ?3, ceremony = ?4, on_paper = ?5, returned = NULL
         WHERE number = ?1 AND state = 'offered'",
    )
    .bind(number)
    .bind(state.as_str())
    .bind(op_id.to_string())
    .bind(ceremony)
    .bind(on_paper)
    .execute(conn)
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Frozen) }
}

/// The answer was taken out of the queue or given up: the contract is on offer again, and what was signed is nothing; but
/// paper stays signed, and needn't be scanned again.
pub(crate) async fn reopen(conn: &mut Conn, op_id: OpId) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM document WHERE kind = 'signed_contract'
             AND number IN (SELECT number FROM contract WHERE op_id = ?1 AND state IN ('signed', 'refused'))",
    )
    .bind(op_id.to_string())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "UPDATE contract SET state = 'offered', op_id = NULL, ceremony = CASE WHEN on_paper = 1 THEN ceremony END
         WHERE op_id = ?1 AND state IN ('signed', 'refused')",
    )
    .bind(op_id.to_string())
    .execute(conn)
    .await?;
    Ok(())
}
