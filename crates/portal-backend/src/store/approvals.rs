//! Submissions that a supervisor has to agree to, and what they decided.

use portal_domain::ids::{AccountId, CaseId, OpId};
use sqlx::FromRow;

use super::reading::parsed;
use super::tenants::TenantId;
use super::{Conn, locking};
use crate::error::BackendError;

/// What became of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    Waiting,
    Given,
    Refused,
}

impl ApprovalState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Given => "given",
            Self::Refused => "refused",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Given, Self::Refused].into_iter().find(|state| state.as_str() == text)
    }
}

/// A question to the supervisors of a branch.
#[derive(Debug, Clone)]
pub struct ApprovalRecord {
    pub op_id: OpId,
    pub branch_id: Option<String>,
    pub state: ApprovalState,
    /// Why a supervisor refused.
    pub words: String,
    pub asked_at_ms: i64,
    /// Who submitted.
    pub account_id: AccountId,
    pub account_name: String,
    /// The operation's raw bytes.
    pub body: Vec<u8>,
    pub body_sha: String,
}

#[derive(FromRow)]
struct Row {
    op_id: String,
    branch_id: Option<String>,
    state: String,
    words: String,
    asked_at_ms: i64,
    account_id: String,
    account_name: String,
    body: Vec<u8>,
    body_sha: String,
}

impl Row {
    fn record(self) -> Result<ApprovalRecord, BackendError> {
        Ok(ApprovalRecord {
            op_id: parsed(&self.op_id, "operation id")?,
            branch_id: self.branch_id,
            state: ApprovalState::parse(&self.state)
                .ok_or(BackendError::Corrupt { what: "approval state" })?,
            words: self.words,
            asked_at_ms: self.asked_at_ms,
            account_id: parsed(&self.account_id, "account id")?,
            account_name: self.account_name,
            body: self.body,
            body_sha: self.body_sha,
        })
    }
}

macro_rules! selecting {
    ($rest:literal) => {
        concat!(
            "SELECT a.op_id, a.branch_id, a.state, a.words, a.asked_at_ms, o.account_id, c.name AS account_name, o.body,
                o.body_sha
             FROM approval a JOIN operation o USING (tenant_id, op_id)
                 JOIN account c ON c.tenant_id = o.tenant_id AND c.account_id = o.account_id
             WHERE a.tenant_id = $1 AND ",
            $rest
        )
    };
}

/// Where an operation stands, if it was ever asked about.
pub async fn state(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
) -> Result<Option<ApprovalState>, BackendError> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT state FROM approval WHERE tenant_id = $1 AND op_id = $2")
            .bind(tenant.as_str())
            .bind(op_id.to_string())
            .fetch_optional(conn)
            .await?;
    text.map(|text| ApprovalState::parse(&text).ok_or(BackendError::Corrupt { what: "approval state" }))
        .transpose()
}

/// Asks the supervisors of a branch. What the account asked about the case before, and took back, is asked no more.
pub async fn ask(
    conn: &mut Conn,
    tenant: &TenantId,
    (op_id, case_id, account_id): (OpId, CaseId, AccountId),
    branch_id: Option<&str>,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "DELETE FROM approval WHERE tenant_id = $1 AND state = 'waiting' AND EXISTS
             (SELECT 1 FROM operation o WHERE o.tenant_id = approval.tenant_id AND o.op_id = approval.op_id
                 AND o.case_id = $2 AND o.account_id = $3)",
    )
    .bind(tenant.as_str())
    .bind(case_id.to_string())
    .bind(account_id.to_string())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO approval (tenant_id, op_id, branch_id, state, asked_at_ms) VALUES ($1, $2, $3, 'waiting', $4)",
    )
    .bind(tenant.as_str())
    .bind(op_id.to_string())
    .bind(branch_id)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// One question.
pub async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
) -> Result<Option<ApprovalRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("a.op_id = $2"))
        .bind(tenant.as_str())
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

/// The question, which nobody else can decide until the transaction ends.
pub async fn lock(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
) -> Result<Option<ApprovalRecord>, BackendError> {
    sqlx::query(locking!(conn, "SELECT 1 FROM approval WHERE tenant_id = $1 AND op_id = $2"))
        .bind(tenant.as_str())
        .bind(op_id.to_string())
        .execute(&mut *conn)
        .await?;
    find(conn, tenant, op_id).await
}

/// What waits, oldest first: of one branch, or of the tenant when none is given.
pub async fn waiting(
    conn: &mut Conn,
    tenant: &TenantId,
    branch_id: Option<&str>,
    limit: u32,
) -> Result<Vec<ApprovalRecord>, BackendError> {
    let rows: Vec<Row> = sqlx::query_as(selecting!(
        "a.state = 'waiting' AND ($2 IS NULL OR a.branch_id = $2) ORDER BY a.asked_at_ms, a.op_id LIMIT $3"
    ))
    .bind(tenant.as_str())
    .bind(branch_id)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::record).collect()
}

/// Writes down what was decided.
pub async fn decide(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
    (state, words): (ApprovalState, &str),
    by: &str,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE approval SET state = $1, words = $2, decided_by = $3, decided_at_ms = $4
         WHERE tenant_id = $5 AND op_id = $6",
    )
    .bind(state.as_str())
    .bind(words)
    .bind(by)
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(op_id.to_string())
    .execute(conn)
    .await?;
    Ok(())
}
