//! Declared operations and their stored answers.

use portal_domain::ids::{AccountId, CaseId, DeviceId, OpId};
use portal_protocol::receipt::Envelope;
use sqlx::FromRow;

use super::reading::parsed;
use super::tenants::TenantId;
use super::{Conn, locking};
use crate::error::BackendError;

#[derive(Debug, Clone)]
pub struct OperationRecord {
    pub account_id: AccountId,
    /// The raw bytes declared.
    pub body: Vec<u8>,
    pub body_sha: String,
    /// The stored answer of a committed operation.
    pub receipt: Option<Envelope>,
}

/// An operation as declared.
pub struct Declared<'a> {
    pub op_id: OpId,
    pub account_id: AccountId,
    pub case_id: CaseId,
    pub kind: &'a str,
    pub body: &'a [u8],
    pub body_sha: &'a str,
    pub signature: &'a str,
    /// The computer whose key signed.
    pub signed_by: DeviceId,
}

#[derive(FromRow)]
struct Row {
    account_id: String,
    body: Vec<u8>,
    body_sha: String,
    receipt: Option<String>,
}

macro_rules! finding {
    () => {
        "SELECT account_id, body, body_sha, receipt FROM operation WHERE tenant_id = $1 AND op_id = $2"
    };
}

impl Row {
    fn record(self) -> Result<OperationRecord, BackendError> {
        Ok(OperationRecord {
            account_id: parsed(&self.account_id, "account id")?,
            body: self.body,
            body_sha: self.body_sha,
            receipt: self.receipt.as_deref().map(serde_json::from_str).transpose()?,
        })
    }
}

pub async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
) -> Result<Option<OperationRecord>, BackendError> {
    let row: Option<Row> =
        sqlx::query_as(finding!()).bind(tenant.as_str()).bind(op_id.to_string()).fetch_optional(conn).await?;
    row.map(Row::record).transpose()
}

/// The operation, which nobody else can receive until the transaction ends.
pub async fn lock(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
) -> Result<Option<OperationRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(locking!(conn, finding!()))
        .bind(tenant.as_str())
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

pub async fn declare(
    conn: &mut Conn,
    tenant: &TenantId,
    declared: &Declared<'_>,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO operation (tenant_id, op_id, account_id, case_id, kind, body, body_sha, signature, signed_by,
            declared_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(tenant.as_str())
    .bind(declared.op_id.to_string())
    .bind(declared.account_id.to_string())
    .bind(declared.case_id.to_string())
    .bind(declared.kind)
    .bind(declared.body)
    .bind(declared.body_sha)
    .bind(declared.signature)
    .bind(declared.signed_by.to_string())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores the answer of a committed operation, once and for ever.
pub async fn receive(
    conn: &mut Conn,
    tenant: &TenantId,
    op_id: OpId,
    receipt: &Envelope,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE operation SET receipt = $1, received_at_ms = $2
         WHERE tenant_id = $3 AND op_id = $4 AND receipt IS NULL",
    )
    .bind(serde_json::to_string(receipt)?)
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(op_id.to_string())
    .execute(conn)
    .await?;
    Ok(())
}
