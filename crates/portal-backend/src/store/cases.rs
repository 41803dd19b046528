//! Cases and their rounds of review.

use portal_domain::dossier::Dossier;
use portal_domain::ids::{AccountId, CaseId, OpId};
use portal_domain::review::ReviewOutcome;
use portal_domain::track::{ReviewState, Tracks};
use portal_protocol::case::{CaseDocument, CaseLine, Round};
use portal_protocol::operation::ProfileRef;
use portal_protocol::receipt::Envelope;
use serde::Serialize;
use sqlx::FromRow;

use super::Conn;
use super::reading::{parsed, signed, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

/// Whose eyes look: decides which cases exist for them.
#[derive(Debug, Clone)]
pub struct Reader {
    pub tenant: TenantId,
    pub account: AccountId,
    /// Set for those who see their branch's cases.
    pub branch_id: Option<String>,
    /// Set for those who see the whole tenant.
    pub reads_all: bool,
}

/// A case without its documents.
#[derive(Debug, Clone)]
pub struct CaseRecord {
    pub case_id: CaseId,
    pub owner: AccountId,
    pub branch_id: Option<String>,
    pub name: String,
    pub rev: u64,
    pub tracks: Tracks,
    pub round: u32,
    /// How often it was returned.
    pub returned: u32,
    pub profile: ProfileRef,
    pub notice_number: Option<String>,
    pub submitted_at_ms: i64,
    pub updated_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    case_id: String,
    owner_id: String,
    branch_id: Option<String>,
    name: String,
    rev: i64,
    tracks: String,
    round: i64,
    returned: i64,
    profile_id: String,
    profile_version: String,
    notice_number: Option<String>,
    submitted_at_ms: i64,
    updated_at_ms: i64,
}

/// Columns are named one by one, as a newer server may have added some.
macro_rules! selecting {
    ($where:literal) => {
        concat!(
            "SELECT case_id, owner_id, branch_id, name, rev, tracks, round, returned, profile_id, profile_version,
                notice_number, submitted_at_ms, updated_at_ms
             FROM case_ WHERE ",
            $where
        )
    };
}

#[derive(FromRow)]
struct RoundRow {
    round: i64,
    op_id: String,
    dossier: String,
    receipt: String,
    submitted_at_ms: i64,
    outcome: Option<String>,
    decided_at_ms: Option<i64>,
}

/// A line of the reviewers' queue.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct QueueLine {
    #[serde(flatten)]
    pub line: CaseLine,
    /// How often the case was returned.
    pub returned: u32,
}

impl Row {
    fn record(self) -> Result<CaseRecord, BackendError> {
        Ok(CaseRecord {
            case_id: parsed(&self.case_id, "case id")?,
            owner: parsed(&self.owner_id, "account id")?,
            branch_id: self.branch_id,
            name: self.name,
            rev: unsigned(self.rev, "revision")?,
            tracks: serde_json::from_str(&self.tracks)?,
            round: unsigned(self.round, "round")?,
            returned: unsigned(self.returned, "return count")?,
            profile: ProfileRef { id: self.profile_id, version: self.profile_version },
            notice_number: self.notice_number,
            submitted_at_ms: self.submitted_at_ms,
            updated_at_ms: self.updated_at_ms,
        })
    }
}

impl Reader {
    /// Whether this case exists for the reader.
    pub fn sees(&self, case: &CaseRecord) -> bool {
        self.reads_all
            || case.owner == self.account
            || (self.branch_id.is_some() && self.branch_id == case.branch_id)
    }
}

impl CaseRecord {
    /// The line that lists show.
    pub fn line(&self) -> CaseLine {
        CaseLine {
            case_id: self.case_id,
            rev: self.rev,
            name: self.name.clone(),
            review: self.tracks.review,
            round: self.round,
            submitted_at_ms: self.submitted_at_ms,
            updated_at_ms: self.updated_at_ms,
        }
    }
}

pub async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
) -> Result<Option<CaseRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("tenant_id = $1 AND case_id = $2"))
        .bind(tenant.as_str())
        .bind(case.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

/// Writes a case as it is after an operation or decision, which counts its revision up by one.
///
/// # Errors
/// [`BackendError::Raced`] when another transaction has changed the case since it was read.
pub async fn put(conn: &mut Conn, tenant: &TenantId, case: &CaseRecord) -> Result<(), BackendError> {
    let written = sqlx::query(
        "INSERT INTO case_ (tenant_id, case_id, owner_id, branch_id, name, rev, review, tracks, round, returned,
            profile_id, profile_version, notice_number, submitted_at_ms, updated_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (tenant_id, case_id) DO UPDATE SET name = excluded.name, rev = excluded.rev,
            review = excluded.review, tracks = excluded.tracks, round = excluded.round,
            returned = excluded.returned, profile_id = excluded.profile_id,
            profile_version = excluded.profile_version, notice_number = excluded.notice_number,
            submitted_at_ms = excluded.submitted_at_ms, updated_at_ms = excluded.updated_at_ms
         WHERE case_.rev = excluded.rev - 1",
    )
    .bind(tenant.as_str())
    .bind(case.case_id.to_string())
    .bind(case.owner.to_string())
    .bind(&case.branch_id)
    .bind(&case.name)
    .bind(signed(case.rev))
    .bind(case.tracks.review.as_str())
    .bind(serde_json::to_string(&case.tracks)?)
    .bind(i64::from(case.round))
    .bind(i64::from(case.returned))
    .bind(&case.profile.id)
    .bind(&case.profile.version)
    .bind(&case.notice_number)
    .bind(case.submitted_at_ms)
    .bind(case.updated_at_ms)
    .execute(conn)
    .await?;
    if written.rows_affected() == 1 { Ok(()) } else { Err(BackendError::Raced { what: "case" }) }
}

/// A new round: what was sent.
pub struct NewRound<'a> {
    pub round: u32,
    pub op_id: OpId,
    pub dossier: &'a Dossier,
    pub receipt: &'a Envelope,
    pub submitted_at_ms: i64,
}

pub async fn add_round(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
    round: &NewRound<'_>,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO round (tenant_id, case_id, round, op_id, dossier, receipt, submitted_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(case.to_string())
    .bind(i64::from(round.round))
    .bind(round.op_id.to_string())
    .bind(serde_json::to_string(round.dossier)?)
    .bind(serde_json::to_string(round.receipt)?)
    .bind(round.submitted_at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what came of a round.
pub async fn decide_round(
    conn: &mut Conn,
    tenant: &TenantId,
    case: (CaseId, u32),
    outcome: &ReviewOutcome,
    now_ms: i64,
) -> Result<(), BackendError> {
    let (case_id, round) = case;
    sqlx::query(
        "UPDATE round SET outcome = $1, decided_at_ms = $2 WHERE tenant_id = $3 AND case_id = $4 AND round = $5",
    )
    .bind(serde_json::to_string(outcome)?)
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(case_id.to_string())
    .bind(i64::from(round))
    .execute(conn)
    .await?;
    Ok(())
}

/// Every round of a case, oldest first.
pub async fn rounds(conn: &mut Conn, tenant: &TenantId, case: CaseId) -> Result<Vec<Round>, BackendError> {
    let rows: Vec<RoundRow> = sqlx::query_as(
        "SELECT round, op_id, dossier, receipt, submitted_at_ms, outcome, decided_at_ms
         FROM round WHERE tenant_id = $1 AND case_id = $2 ORDER BY round",
    )
    .bind(tenant.as_str())
    .bind(case.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Round {
                round: unsigned(row.round, "round")?,
                op_id: parsed(&row.op_id, "operation id")?,
                submitted_at_ms: row.submitted_at_ms,
                dossier: serde_json::from_str(&row.dossier)?,
                receipt: serde_json::from_str(&row.receipt)?,
                outcome: row.outcome.as_deref().map(serde_json::from_str).transpose()?,
                decided_at_ms: row.decided_at_ms,
            })
        })
        .collect()
}

/// The whole case as clients see it.
pub async fn document(
    conn: &mut Conn,
    tenant: &TenantId,
    case: &CaseRecord,
) -> Result<CaseDocument, BackendError> {
    let rounds = rounds(conn, tenant, case.case_id).await?;
    let newest = rounds.last().ok_or(BackendError::Corrupt { what: "case without a round" })?;
    Ok(CaseDocument {
        case_id: case.case_id,
        rev: case.rev,
        tracks: case.tracks,
        profile: case.profile.clone(),
        dossier: newest.dossier.clone(),
        rounds,
        notice_number: case.notice_number.clone(),
        updated_at_ms: case.updated_at_ms,
    })
}

/// A page of the cases that exist for the reader, by last change.
pub async fn page(
    conn: &mut Conn,
    reader: &Reader,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<CaseLine>, BackendError> {
    let (after_ms, after_case) = after;
    let rows: Vec<Row> = sqlx::query_as(selecting!(
        "tenant_id = $1 AND (updated_at_ms, case_id) > ($2, $3)
             AND ($5 OR owner_id = $4 OR branch_id = $6) ORDER BY updated_at_ms, case_id LIMIT $7"
    ))
    .bind(reader.tenant.as_str())
    .bind(after_ms)
    .bind(after_case)
    .bind(reader.account.to_string())
    .bind(reader.reads_all)
    .bind(&reader.branch_id)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(row.record()?.line())).collect()
}

/// A page of the tenant's queue, oldest submission first; `name` finds part of the name.
pub async fn queue(
    conn: &mut Conn,
    tenant: &TenantId,
    review: Option<ReviewState>,
    name: &str,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<QueueLine>, BackendError> {
    let (after_ms, after_case) = after;
    let rows: Vec<Row> = sqlx::query_as(
        // A name without a part that it has is another one: the databases call the search by different names.
        selecting!(
            "tenant_id = $1 AND ($2 IS NULL OR review = $2)
             AND (submitted_at_ms, case_id) > ($3, $4) AND ($5 = '' OR replace(name, $5, '') <> name)
             ORDER BY submitted_at_ms, case_id LIMIT $6"
        ),
    )
    .bind(tenant.as_str())
    .bind(review.map(ReviewState::as_str))
    .bind(after_ms)
    .bind(after_case)
    .bind(name)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let record = row.record()?;
            Ok(QueueLine { line: record.line(), returned: record.returned })
        })
        .collect()
}

/// Keeps the number and hash of a case's notice.
pub async fn add_notice(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
    notice: (&str, &str),
    now_ms: i64,
) -> Result<(), BackendError> {
    let (number, sha) = notice;
    sqlx::query(
        "INSERT INTO notice (tenant_id, number, case_id, sha, created_at_ms) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(tenant.as_str())
    .bind(number)
    .bind(case.to_string())
    .bind(sha)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Hash of a case's notice.
pub async fn notice(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
) -> Result<Option<String>, BackendError> {
    Ok(sqlx::query_scalar("SELECT sha FROM notice WHERE tenant_id = $1 AND case_id = $2")
        .bind(tenant.as_str())
        .bind(case.to_string())
        .fetch_optional(conn)
        .await?)
}
