//! Offers, signatures and countersignatures of contracts.

use portal_contract::evidence::{Assurance, Record};
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_protocol::contract::{ContractSignature, PaperSignature, SealedText};
use portal_protocol::operation::BlobRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::Conn;
use super::reading::{parsed, sha, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

/// Where a contract stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContractState {
    /// The merchant may sign.
    Offered,
    /// A newer offer took its place.
    Superseded,
    /// The merchant signed on paper; a reviewer is to compare the scans.
    OnPaper,
    /// The merchant signed, on paper with a reviewer's consent; the issuer has not.
    Signed,
    /// Both signed.
    InEffect,
    /// The merchant refused.
    Refused,
}

/// The time stamp of a countersignature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stamp {
    pub authority: String,
    pub at_ms: i64,
    pub serial: String,
}

/// What was signed on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperRecord {
    pub signature: PaperSignature,
    /// In the order of the pages.
    pub scans: Vec<BlobRef>,
}

#[derive(Debug, Clone)]
pub struct ContractRecord {
    pub tenant: TenantId,
    pub number: String,
    pub case_id: CaseId,
    pub round: u32,
    pub state: ContractState,
    pub offer: SealedText,
    pub offer_sha: Sha256,
    /// The merchant's answer.
    pub op_id: Option<OpId>,
    pub signature: Option<ContractSignature>,
    pub paper: Option<PaperRecord>,
    /// Why what was signed on paper came back last.
    pub returned: Option<String>,
    pub signed_sha: Option<Sha256>,
    pub effective_sha: Option<Sha256>,
    /// The issuer's record of its signature.
    pub record: Option<SealedText>,
    pub stamp: Option<Stamp>,
    /// How often a time stamp was asked for.
    pub tries: u32,
    pub created_at_ms: i64,
    pub signed_at_ms: Option<i64>,
    pub effective_at_ms: Option<i64>,
}

impl ContractRecord {
    /// How sure it is that the signer said yes, as it was checked when the signature was received; none before that.
    pub fn assurance(&self) -> Option<Assurance> {
        if self.paper.is_some() {
            return matches!(self.state, ContractState::Signed | ContractState::InEffect)
                .then_some(Assurance::Paper);
        }
        match serde_json::from_str(&self.signature.as_ref()?.ceremony.payload) {
            Ok(Record::Ceremony(ceremony)) => ceremony.stated_assurance(),
            Ok(Record::Signed(_) | Record::Refused(_) | Record::OnPaper(_)) | Err(_) => None,
        }
    }
}

#[derive(FromRow)]
struct Row {
    tenant_id: String,
    number: String,
    case_id: String,
    round: i64,
    state: String,
    offer: String,
    offer_sha: String,
    op_id: Option<String>,
    signature: Option<String>,
    paper: Option<String>,
    returned: Option<String>,
    signed_sha: Option<String>,
    effective_sha: Option<String>,
    record: Option<String>,
    stamp: Option<String>,
    tries: i64,
    created_at_ms: i64,
    signed_at_ms: Option<i64>,
    effective_at_ms: Option<i64>,
}

impl ContractState {
    const ALL: [Self; 6] =
        [Self::Offered, Self::Superseded, Self::OnPaper, Self::Signed, Self::InEffect, Self::Refused];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Superseded => "superseded",
            Self::OnPaper => "on_paper",
            Self::Signed => "signed",
            Self::InEffect => "in_effect",
            Self::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Columns are named one by one, as a newer server may have added some.
macro_rules! selecting {
    ($($rest:expr),+) => {
        concat!(
            "SELECT tenant_id, number, case_id, round, state, offer, offer_sha, op_id, signature, paper, returned, signed_sha,
                effective_sha, record, stamp, tries, created_at_ms, signed_at_ms, effective_at_ms
             FROM contract ",
            $($rest),+
        )
    };
}

impl Row {
    fn record(self) -> Result<ContractRecord, BackendError> {
        let hash = |text: Option<String>| text.map(|text| sha(&text)).transpose();
        Ok(ContractRecord {
            tenant: TenantId::stored(self.tenant_id),
            number: self.number,
            case_id: parsed(&self.case_id, "case id")?,
            round: unsigned(self.round, "round")?,
            state: ContractState::parse(&self.state)
                .ok_or(BackendError::Corrupt { what: "contract state" })?,
            offer: serde_json::from_str(&self.offer)?,
            offer_sha: sha(&self.offer_sha)?,
            op_id: self.op_id.as_deref().map(|text| parsed(text, "operation id")).transpose()?,
            signature: self.signature.as_deref().map(serde_json::from_str).transpose()?,
            paper: self.paper.as_deref().map(serde_json::from_str).transpose()?,
            returned: self.returned,
            signed_sha: hash(self.signed_sha)?,
            effective_sha: hash(self.effective_sha)?,
            record: self.record.as_deref().map(serde_json::from_str).transpose()?,
            stamp: self.stamp.as_deref().map(serde_json::from_str).transpose()?,
            tries: unsigned(self.tries, "count")?,
            created_at_ms: self.created_at_ms,
            signed_at_ms: self.signed_at_ms,
            effective_at_ms: self.effective_at_ms,
        })
    }
}

/// The tenant's terms as JSON, once they were set.
pub async fn terms(conn: &mut Conn, tenant: &TenantId) -> Result<Option<String>, BackendError> {
    Ok(sqlx::query_scalar("SELECT terms FROM contract_terms WHERE tenant_id = $1")
        .bind(tenant.as_str())
        .fetch_optional(conn)
        .await?)
}

pub async fn set_terms(conn: &mut Conn, tenant: &TenantId, terms: &str) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO contract_terms (tenant_id, terms) VALUES ($1, $2)
         ON CONFLICT (tenant_id) DO UPDATE SET terms = excluded.terms",
    )
    .bind(tenant.as_str())
    .bind(terms)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    number: &str,
) -> Result<Option<ContractRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("WHERE tenant_id = $1 AND number = $2"))
        .bind(tenant.as_str())
        .bind(number)
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

/// The newest contract of a case.
pub async fn of_case(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
) -> Result<Option<ContractRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!(
        "WHERE tenant_id = $1 AND case_id = $2 ORDER BY created_at_ms DESC, number DESC LIMIT 1"
    ))
    .bind(tenant.as_str())
    .bind(case.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(Row::record).transpose()
}

/// Every contract of a tenant, newest first.
pub async fn list(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<ContractRecord>, BackendError> {
    let rows: Vec<Row> =
        sqlx::query_as(selecting!("WHERE tenant_id = $1 ORDER BY created_at_ms DESC, number DESC"))
            .bind(tenant.as_str())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(Row::record).collect()
}

/// The contract, of whichever tenant, of which this is one of the files.
pub async fn by_file(conn: &mut Conn, file: &Sha256) -> Result<Option<ContractRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!(
        "WHERE signed_sha = $1 OR effective_sha = $1 OR unstamped_sha = $1 LIMIT 1"
    ))
    .bind(file.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(Row::record).transpose()
}

/// Longest that one server works on a contract before another may: authorities are asked meanwhile.
const CLAIM_MS: i64 = 120_000;
/// A contract that could not be countersigned so often, in some three days, waits for a person.
pub const GIVEN_UP_TRIES: u32 = 20;

macro_rules! where_due {
    () => {
        "next_try_at_ms <= $1 AND ((state = 'signed' AND tries < $2) OR (state = 'in_effect' AND stamp IS NULL))"
    };
}

macro_rules! selecting_due {
    ($lock:literal) => {
        selecting!(
            "WHERE claimed_until_ms <= $1 AND ",
            where_due!(),
            " ORDER BY CASE state WHEN 'signed' THEN 0 ELSE 1 END, next_try_at_ms, number LIMIT 1",
            $lock
        )
    };
}

/// Takes the next contract, of whichever tenant, that waits for the issuer or, behind those, for a time stamp that is to be
/// asked for by now. It is the caller's until something is written about it, or for two minutes. What another server is
/// just taking is passed over.
pub async fn claim(conn: &mut Conn, now_ms: i64) -> Result<Option<ContractRecord>, BackendError> {
    let due = match conn.backend_name() {
        "PostgreSQL" => sqlx::query_as(selecting_due!(" FOR UPDATE SKIP LOCKED")),
        // SQLite has one writer.
        _ => sqlx::query_as(selecting_due!("")),
    };
    let due: Option<Row> =
        due.bind(now_ms).bind(i64::from(GIVEN_UP_TRIES)).fetch_optional(&mut *conn).await?;
    let Some(contract) = due.map(Row::record).transpose()? else { return Ok(None) };
    set_claim(conn, &contract, now_ms + CLAIM_MS).await?;
    Ok(Some(contract))
}

/// Lets go of a contract that somebody else has moved meanwhile.
pub async fn release(conn: &mut Conn, contract: &ContractRecord) -> Result<(), BackendError> {
    set_claim(conn, contract, 0).await
}

async fn set_claim(conn: &mut Conn, contract: &ContractRecord, until_ms: i64) -> Result<(), BackendError> {
    sqlx::query("UPDATE contract SET claimed_until_ms = $1 WHERE tenant_id = $2 AND number = $3")
        .bind(until_ms)
        .bind(contract.tenant.as_str())
        .bind(&contract.number)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a contract waits for what could be done now. Somebody is working on it who has claimed it, or is just about to.
pub async fn any_due(conn: &mut Conn, now_ms: i64) -> Result<bool, BackendError> {
    let due: i64 = sqlx::query_scalar(concat!("SELECT count(*) FROM contract WHERE ", where_due!()))
        .bind(now_ms)
        .bind(i64::from(GIVEN_UP_TRIES))
        .fetch_one(conn)
        .await?;
    Ok(due > 0)
}

/// Has a contract that was given up tried again from the beginning.
pub async fn try_again(conn: &mut Conn, contract: &ContractRecord) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE contract SET tries = 0, next_try_at_ms = 0, claimed_until_ms = 0 WHERE tenant_id = $1 AND number = $2",
    )
    .bind(contract.tenant.as_str())
    .bind(&contract.number)
    .execute(conn)
    .await?;
    Ok(())
}

/// A new offer.
pub struct NewOffer<'a> {
    pub number: &'a str,
    pub case_id: CaseId,
    pub round: u32,
    pub offer: &'a SealedText,
    pub offer_sha: &'a Sha256,
}

/// Puts an offer in the place of the case's earlier ones, but for one that is in effect.
pub async fn offer(
    conn: &mut Conn,
    tenant: &TenantId,
    new: &NewOffer<'_>,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE contract SET state = 'superseded' WHERE tenant_id = $1 AND case_id = $2 AND state <> 'in_effect'",
    )
    .bind(tenant.as_str())
    .bind(new.case_id.to_string())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO contract (tenant_id, number, case_id, round, state, offer, offer_sha, created_at_ms)
         VALUES ($1, $2, $3, $4, 'offered', $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(new.number)
    .bind(new.case_id.to_string())
    .bind(i64::from(new.round))
    .bind(serde_json::to_string(new.offer)?)
    .bind(new.offer_sha.as_str())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the merchant's signature; false when the contract isn't on offer any more.
pub async fn sign(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
    signature: &ContractSignature,
    signed: &Sha256,
    now_ms: i64,
) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET state = 'signed', op_id = $1, signature = $2, signed_sha = $3, signed_at_ms = $4
         WHERE tenant_id = $5 AND number = $6 AND state = 'offered'",
    )
    .bind(op_id.to_string())
    .bind(serde_json::to_string(signature)?)
    .bind(signed.as_str())
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(&signature.number)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Keeps what was signed on paper; false when the contract isn't on offer any more.
pub async fn sign_on_paper(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
    paper: &PaperRecord,
    now_ms: i64,
) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET state = 'on_paper', op_id = $1, paper = $2, signed_at_ms = $3
         WHERE tenant_id = $4 AND number = $5 AND state = 'offered'",
    )
    .bind(op_id.to_string())
    .bind(serde_json::to_string(paper)?)
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(&paper.signature.number)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Contracts that were signed on paper and wait for a reviewer, longest waiting first.
pub async fn on_paper(
    conn: &mut Conn,
    tenant: &TenantId,
    limit: u32,
) -> Result<Vec<ContractRecord>, BackendError> {
    let rows: Vec<Row> = sqlx::query_as(selecting!(
        "WHERE tenant_id = $1 AND state = 'on_paper' ORDER BY signed_at_ms, number LIMIT $2"
    ))
    .bind(tenant.as_str())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::record).collect()
}

/// The contract that an operation answered.
pub async fn by_answer(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
) -> Result<Option<ContractRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("WHERE tenant_id = $1 AND op_id = $2"))
        .bind(tenant.as_str())
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

/// A reviewer agreed with the scans: the issuer is to sign. False when they don't wait any more.
pub async fn accept_paper(conn: &mut Conn, contract: &ContractRecord) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET state = 'signed', next_try_at_ms = 0
         WHERE tenant_id = $1 AND number = $2 AND state = 'on_paper' AND op_id = $3",
    )
    .bind(contract.tenant.as_str())
    .bind(&contract.number)
    .bind(contract.op_id.map(|op_id| op_id.to_string()))
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// What was signed on paper doesn't do: the contract is on offer again. False when the scans don't wait any more.
pub async fn return_paper(
    conn: &mut Conn,
    contract: &ContractRecord,
    text: &str,
) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET state = 'offered', paper = NULL, signed_at_ms = NULL, returned = $1
         WHERE tenant_id = $2 AND number = $3 AND state = 'on_paper' AND op_id = $4",
    )
    .bind(text)
    .bind(contract.tenant.as_str())
    .bind(&contract.number)
    .bind(contract.op_id.map(|op_id| op_id.to_string()))
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Keeps the merchant's refusal; false when the contract isn't on offer any more.
pub async fn refuse(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
    number: &str,
    record: &SealedText,
) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET state = 'refused', op_id = $1, record = $2
         WHERE tenant_id = $3 AND number = $4 AND state = 'offered'",
    )
    .bind(op_id.to_string())
    .bind(serde_json::to_string(record)?)
    .bind(tenant.as_str())
    .bind(number)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// What the issuer did.
pub struct Countersigned<'a> {
    pub effective_sha: &'a Sha256,
    pub record: &'a SealedText,
    pub stamp: Option<&'a Stamp>,
    pub next_try_at_ms: i64,
}

/// Keeps the issuer's signature; false when another server was first, or the contract was superseded.
pub async fn countersign(
    conn: &mut Conn,
    contract: &ContractRecord,
    done: &Countersigned<'_>,
    now_ms: i64,
) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET state = 'in_effect', effective_sha = $1, record = $2, stamp = $3, tries = 1,
            next_try_at_ms = $4, effective_at_ms = $5, claimed_until_ms = 0
         WHERE tenant_id = $6 AND number = $7 AND state = 'signed'",
    )
    .bind(done.effective_sha.as_str())
    .bind(serde_json::to_string(done.record)?)
    .bind(done.stamp.map(serde_json::to_string).transpose()?)
    .bind(done.next_try_at_ms)
    .bind(now_ms)
    .bind(contract.tenant.as_str())
    .bind(&contract.number)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Keeps the stamped file of a contract in effect; false when it has a stamp already.
pub async fn stamp(
    conn: &mut Conn,
    contract: &ContractRecord,
    done: &Countersigned<'_>,
) -> Result<bool, BackendError> {
    let written = sqlx::query(
        "UPDATE contract SET unstamped_sha = effective_sha, effective_sha = $1, record = $2, stamp = $3, tries = tries + 1,
            claimed_until_ms = 0
         WHERE tenant_id = $4 AND number = $5 AND state = 'in_effect' AND stamp IS NULL",
    )
    .bind(done.effective_sha.as_str())
    .bind(serde_json::to_string(done.record)?)
    .bind(done.stamp.map(serde_json::to_string).transpose()?)
    .bind(contract.tenant.as_str())
    .bind(&contract.number)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Puts the next try off.
pub async fn try_later(
    conn: &mut Conn,
    contract: &ContractRecord,
    next_try_at_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE contract SET tries = tries + 1, next_try_at_ms = $1, claimed_until_ms = 0
         WHERE tenant_id = $2 AND number = $3",
    )
    .bind(next_try_at_ms)
    .bind(contract.tenant.as_str())
    .bind(&contract.number)
    .execute(conn)
    .await?;
    Ok(())
}
