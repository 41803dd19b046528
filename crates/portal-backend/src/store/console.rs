//! Sessions of the reviewers' console.

use portal_domain::ids::AccountId;

use super::Conn;
use super::reading::parsed;
use super::tenants::TenantId;
use crate::error::BackendError;

#[derive(Debug, Clone)]
pub struct ConsoleSession {
    pub tenant: TenantId,
    pub account_id: AccountId,
    pub csrf: String,
    pub expires_at_ms: i64,
}

pub async fn create(conn: &mut Conn, token_sha: &str, session: &ConsoleSession) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO console_session (tenant_id, token_sha, account_id, csrf, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(session.tenant.as_str())
    .bind(token_sha)
    .bind(session.account_id.to_string())
    .bind(&session.csrf)
    .bind(session.expires_at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn by_token(conn: &mut Conn, token_sha: &str) -> Result<Option<ConsoleSession>, BackendError> {
    let row: Option<(String, String, String, i64)> = sqlx::query_as(
        "SELECT tenant_id, account_id, csrf, expires_at_ms FROM console_session WHERE token_sha = $1",
    )
    .bind(token_sha)
    .fetch_optional(conn)
    .await?;
    row.map(|(tenant, account, csrf, expires_at_ms)| {
        Ok(ConsoleSession {
            tenant: TenantId::stored(tenant),
            account_id: parsed(&account, "account id")?,
            csrf,
            expires_at_ms,
        })
    })
    .transpose()
}

pub async fn delete(conn: &mut Conn, token_sha: &str) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM console_session WHERE token_sha = $1").bind(token_sha).execute(conn).await?;
    Ok(())
}

/// Forgets sessions that ended.
pub async fn expire(conn: &mut Conn, now_ms: i64) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM console_session WHERE expires_at_ms <= $1").bind(now_ms).execute(conn).await?;
    Ok(())
}
