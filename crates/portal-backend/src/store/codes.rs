//! Activation codes, phone codes, and how often they were asked for.

use sqlx::FromRow;

use super::tenants::TenantId;
use super::{Conn, locking};
use crate::error::BackendError;

/// An activation code found by its hash.
#[derive(Debug, Clone, FromRow)]
struct ActivationRow {
    tenant_id: String,
    branch_id: String,
    expires_at_ms: i64,
    used_by: Option<String>,
}

/// An activation code found by its hash.
#[derive(Debug, Clone)]
pub struct ActivationCode {
    pub tenant: TenantId,
    pub branch_id: String,
    pub expires_at_ms: i64,
    /// Hash of the key that used it.
    pub used_by: Option<String>,
}

/// The newest phone code of a phone and purpose.
#[derive(Debug, Clone, FromRow)]
pub struct PhoneCode {
    pub code_sha: String,
    pub tries: i64,
    pub expires_at_ms: i64,
    /// The device that used it.
    pub used_by: Option<String>,
}

pub async fn add_activation(
    conn: &mut Conn,
    tenant: &TenantId,
    code_sha: &str,
    branch_id: &str,
    now_ms: i64,
    expires_at_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO activation_code (tenant_id, code_sha, branch_id, expires_at_ms, created_at_ms)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(tenant.as_str())
    .bind(code_sha)
    .bind(branch_id)
    .bind(expires_at_ms)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// An activation code, which nobody else can use until the transaction ends.
pub async fn activation(conn: &mut Conn, code_sha: &str) -> Result<Option<ActivationCode>, BackendError> {
    let row: Option<ActivationRow> = sqlx::query_as(locking!(
        conn,
        "SELECT tenant_id, branch_id, expires_at_ms, used_by FROM activation_code WHERE code_sha = $1"
    ))
    .bind(code_sha)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| ActivationCode {
        tenant: TenantId::stored(row.tenant_id),
        branch_id: row.branch_id,
        expires_at_ms: row.expires_at_ms,
        used_by: row.used_by,
    }))
}

pub async fn use_activation(conn: &mut Conn, code_sha: &str, used_by: &str) -> Result<(), BackendError> {
    sqlx::query("UPDATE activation_code SET used_by = $1 WHERE code_sha = $2")
        .bind(used_by)
        .bind(code_sha)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps a new phone code; the one before of the same purpose is void.
pub async fn put_phone(
    conn: &mut Conn,
    tenant: &TenantId,
    phone: &str,
    purpose: &str,
    code_sha: &str,
    expires_at_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO phone_code (tenant_id, phone, purpose, code_sha, expires_at_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, phone, purpose) DO UPDATE
         SET code_sha = excluded.code_sha, expires_at_ms = excluded.expires_at_ms, tries = 0, used_by = NULL",
    )
    .bind(tenant.as_str())
    .bind(phone)
    .bind(purpose)
    .bind(code_sha)
    .bind(expires_at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// The phone's code for this purpose, with this try counted.
pub async fn try_phone(
    conn: &mut Conn,
    tenant: &TenantId,
    phone: &str,
    purpose: &str,
) -> Result<Option<PhoneCode>, BackendError> {
    Ok(sqlx::query_as(
        "UPDATE phone_code SET tries = tries + 1 WHERE tenant_id = $1 AND phone = $2 AND purpose = $3
         RETURNING code_sha, tries, expires_at_ms, used_by",
    )
    .bind(tenant.as_str())
    .bind(phone)
    .bind(purpose)
    .fetch_optional(conn)
    .await?)
}

pub async fn use_phone(
    conn: &mut Conn,
    tenant: &TenantId,
    phone: &str,
    purpose: &str,
    used_by: &str,
) -> Result<(), BackendError> {
    sqlx::query("UPDATE phone_code SET used_by = $1 WHERE tenant_id = $2 AND phone = $3 AND purpose = $4")
        .bind(used_by)
        .bind(tenant.as_str())
        .bind(phone)
        .bind(purpose)
        .execute(conn)
        .await?;
    Ok(())
}

/// How often something was tried since a moment, and when last.
pub async fn attempts(
    conn: &mut Conn,
    tenant: &TenantId,
    subject: &str,
    since_ms: i64,
) -> Result<(i64, Option<i64>), BackendError> {
    Ok(sqlx::query_as(
        "SELECT count(*), max(at_ms) FROM attempt WHERE tenant_id = $1 AND subject = $2 AND at_ms > $3",
    )
    .bind(tenant.as_str())
    .bind(subject)
    .bind(since_ms)
    .fetch_one(conn)
    .await?)
}

/// Counts an attempt, and forgets those that no limit looks at any more.
pub async fn add_attempt(
    conn: &mut Conn,
    tenant: &TenantId,
    subject: &str,
    now_ms: i64,
    forget_before_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM attempt WHERE tenant_id = $1 AND subject = $2 AND at_ms < $3")
        .bind(tenant.as_str())
        .bind(subject)
        .bind(forget_before_ms)
        .execute(&mut *conn)
        .await?;
    sqlx::query("INSERT INTO attempt (tenant_id, subject, at_ms) VALUES ($1, $2, $3)")
        .bind(tenant.as_str())
        .bind(subject)
        .bind(now_ms)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets phones whose code expired, and attempts that no limit looks at any more.
pub async fn expire(conn: &mut Conn, now_ms: i64, attempts_before_ms: i64) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM phone_code WHERE expires_at_ms <= $1").bind(now_ms).execute(&mut *conn).await?;
    sqlx::query("DELETE FROM attempt WHERE at_ms < $1").bind(attempts_before_ms).execute(conn).await?;
    Ok(())
}
