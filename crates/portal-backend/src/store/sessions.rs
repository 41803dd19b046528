//! Sessions of people on computers: access tokens, and refresh tokens of which the previous one stays valid until
//! the newer one is used.

use portal_domain::ids::{AccountId, DeviceId};
use sqlx::FromRow;
use uuid::Uuid;

use super::Conn;
use super::reading::parsed;
use super::tenants::TenantId;
use crate::error::BackendError;

/// Whom a token stands for.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    pub tenant: TenantId,
    pub session_id: String,
    pub account_id: AccountId,
    pub device_id: DeviceId,
    pub expires_at_ms: i64,
    /// The token given was the current one, not the one before it.
    pub is_current: bool,
}

#[derive(FromRow)]
struct Row {
    tenant_id: String,
    session_id: String,
    account_id: String,
    device_id: String,
    expires_at_ms: i64,
    is_current: bool,
}

impl Row {
    fn record(self) -> Result<SessionRecord, BackendError> {
        Ok(SessionRecord {
            tenant: TenantId::stored(self.tenant_id),
            session_id: self.session_id,
            account_id: parsed(&self.account_id, "account id")?,
            device_id: parsed(&self.device_id, "device id")?,
            expires_at_ms: self.expires_at_ms,
            is_current: self.is_current,
        })
    }
}

pub async fn create(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    device: DeviceId,
    refresh_sha: &str,
    expires_at_ms: i64,
) -> Result<String, BackendError> {
    let session_id = Uuid::now_v7().to_string();
    sqlx::query(
        "INSERT INTO session (tenant_id, session_id, account_id, device_id, refresh_sha, expires_at_ms)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(tenant.as_str())
    .bind(&session_id)
    .bind(account.to_string())
    .bind(device.to_string())
    .bind(refresh_sha)
    .bind(expires_at_ms)
    .execute(conn)
    .await?;
    Ok(session_id)
}

/// Adds an access token, and drops the expired ones.
pub async fn add_access(
    conn: &mut Conn,
    tenant: &TenantId,
    session_id: &str,
    token_sha: &str,
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM access_token WHERE tenant_id = ? AND session_id = ? AND expires_at_ms <= ?")
        .bind(tenant.as_str())
        .bind(session_id)
        .bind(now_ms)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO access_token (tenant_id, token_sha, session_id, expires_at_ms) VALUES (?, ?, ?, ?)",
    )
    .bind(tenant.as_str())
    .bind(token_sha)
    .bind(session_id)
    .bind(expires_at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of an access token; `expires_at_ms` is the token's.
pub async fn by_access(conn: &mut Conn, token_sha: &str) -> Result<Option<SessionRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT s.tenant_id, s.session_id, s.account_id, s.device_id, t.expires_at_ms, 1 AS is_current
         FROM access_token t JOIN session s USING (tenant_id, session_id) WHERE t.token_sha = ?",
    )
    .bind(token_sha)
    .fetch_optional(conn)
    .await?;
    row.map(Row::record).transpose()
}

/// The session of a refresh token, the current or the previous one.
pub async fn by_refresh(conn: &mut Conn, token_sha: &str) -> Result<Option<SessionRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT tenant_id, session_id, account_id, device_id, expires_at_ms, refresh_sha = ?1 AS is_current
         FROM session WHERE refresh_sha = ?1 OR previous_sha = ?1",
    )
    .bind(token_sha)
    .fetch_optional(conn)
    .await?;
    row.map(Row::record).transpose()
}

/// Replaces the refresh token. `presented_sha` (current or previous) becomes the previous one: when an answer was
/// lost, the token that nobody received dies.
pub async fn rotate(
    conn: &mut Conn,
    session: &SessionRecord,
    presented_sha: &str,
    new_sha: &str,
    expires_at_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE session SET refresh_sha = ?, previous_sha = ?, expires_at_ms = ?
         WHERE tenant_id = ? AND session_id = ?",
    )
    .bind(new_sha)
    .bind(presented_sha)
    .bind(expires_at_ms)
    .bind(session.tenant.as_str())
    .bind(&session.session_id)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn delete(conn: &mut Conn, tenant: &TenantId, session_id: &str) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM session WHERE tenant_id = ? AND session_id = ?")
        .bind(tenant.as_str())
        .bind(session_id)
        .execute(conn)
        .await?;
    Ok(())
}
