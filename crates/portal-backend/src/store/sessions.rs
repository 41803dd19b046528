//! Sessions of people on computers: access tokens, and refresh tokens of which the previous one stays valid until
//! the newer one is used.

use portal_domain::ids::{AccountId, DeviceId};
use sqlx::FromRow;
use uuid::Uuid;

use super::reading::parsed;
use super::tenants::TenantId;
use super::{Conn, devices, locking};
use crate::error::BackendError;

/// Whom a token stands for.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    pub tenant: TenantId,
    pub session_id: String,
    pub account_id: AccountId,
    pub device_id: DeviceId,
    pub expires_at_ms: i64,
    /// Hash of the newest refresh token.
    pub refresh_sha: String,
    /// The token given is of the newest pair, and the refresh token before that still works.
    pub ends_previous: bool,
}

#[derive(FromRow)]
struct Row {
    tenant_id: String,
    session_id: String,
    account_id: String,
    device_id: String,
    expires_at_ms: i64,
    refresh_sha: String,
    ends_previous: i64,
}

impl Row {
    fn record(self) -> Result<SessionRecord, BackendError> {
        Ok(SessionRecord {
            tenant: TenantId::stored(self.tenant_id),
            session_id: self.session_id,
            account_id: parsed(&self.account_id, "account id")?,
            device_id: parsed(&self.device_id, "device id")?,
            expires_at_ms: self.expires_at_ms,
            refresh_sha: self.refresh_sha,
            ends_previous: self.ends_previous != 0,
        })
    }
}

/// Opens a session, and remembers that the account was signed in on this computer.
pub async fn create(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    device: DeviceId,
    refresh_sha: &str,
    expires_at_ms: i64,
) -> Result<String, BackendError> {
    let session_id = Uuid::now_v7().to_string();
    devices::add_account(conn, tenant, account, device).await?;
    sqlx::query(
        "INSERT INTO session (tenant_id, session_id, account_id, device_id, refresh_sha, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
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

/// Adds the access token of a pair (access, refresh), and drops the expired ones.
pub async fn add_access(
    conn: &mut Conn,
    tenant: &TenantId,
    session_id: &str,
    tokens: (&str, &str),
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<(), BackendError> {
    let (access_sha, refresh_sha) = tokens;
    sqlx::query("DELETE FROM access_token WHERE tenant_id = $1 AND session_id = $2 AND expires_at_ms <= $3")
        .bind(tenant.as_str())
        .bind(session_id)
        .bind(now_ms)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO access_token (tenant_id, token_sha, session_id, refresh_sha, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(tenant.as_str())
    .bind(access_sha)
    .bind(session_id)
    .bind(refresh_sha)
    .bind(expires_at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of an access token; `expires_at_ms` is the token's.
pub async fn by_access(conn: &mut Conn, token_sha: &str) -> Result<Option<SessionRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT s.tenant_id, s.session_id, s.account_id, s.device_id, t.expires_at_ms, s.refresh_sha,
            CASE WHEN s.previous_sha IS NOT NULL AND t.refresh_sha = s.refresh_sha THEN 1 ELSE 0 END AS ends_previous
         FROM access_token t JOIN session s USING (tenant_id, session_id) WHERE t.token_sha = $1",
    )
    .bind(token_sha)
    .fetch_optional(conn)
    .await?;
    row.map(Row::record).transpose()
}

/// The session of a refresh token, the current or the previous one. Nobody else can refresh it until the transaction
/// ends.
pub async fn by_refresh(conn: &mut Conn, token_sha: &str) -> Result<Option<SessionRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(locking!(
        conn,
        "SELECT tenant_id, session_id, account_id, device_id, expires_at_ms, refresh_sha,
            CASE WHEN previous_sha IS NOT NULL AND refresh_sha = $1 THEN 1 ELSE 0 END AS ends_previous
         FROM session WHERE refresh_sha = $1 OR previous_sha = $1"
    ))
    .bind(token_sha)
    .fetch_optional(conn)
    .await?;
    row.map(Row::record).transpose()
}

/// Replaces the refresh token. `presented_sha` (current or previous) becomes the previous one. When it was the previous
/// one, the answer with the newer pair was lost: what nobody received dies, its access token too.
pub async fn rotate(
    conn: &mut Conn,
    session: &SessionRecord,
    presented_sha: &str,
    new_sha: &str,
    expires_at_ms: i64,
) -> Result<(), BackendError> {
    if presented_sha != session.refresh_sha {
        sqlx::query("DELETE FROM access_token WHERE tenant_id = $1 AND session_id = $2 AND refresh_sha = $3")
            .bind(session.tenant.as_str())
            .bind(&session.session_id)
            .bind(&session.refresh_sha)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query(
        "UPDATE session SET refresh_sha = $1, previous_sha = $2, expires_at_ms = $3
         WHERE tenant_id = $4 AND session_id = $5",
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

/// Ends the refresh token before the newest pair, which is in use now.
pub async fn end_previous(conn: &mut Conn, session: &SessionRecord) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE session SET previous_sha = NULL
         WHERE tenant_id = $1 AND session_id = $2 AND refresh_sha = $3",
    )
    .bind(session.tenant.as_str())
    .bind(&session.session_id)
    .bind(&session.refresh_sha)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a session is still open, and neither its account nor its computer was switched off.
pub async fn is_open(conn: &mut Conn, tenant: &TenantId, session_id: &str) -> Result<bool, BackendError> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM session s JOIN account a USING (tenant_id, account_id) JOIN device d USING (tenant_id, device_id)
         WHERE s.tenant_id = $1 AND s.session_id = $2 AND a.disabled_at_ms IS NULL AND d.disabled_at_ms IS NULL",
    )
    .bind(tenant.as_str())
    .bind(session_id)
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// Forgets sessions that ended, with their tokens.
pub async fn expire(conn: &mut Conn, now_ms: i64) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM session WHERE expires_at_ms <= $1").bind(now_ms).execute(&mut *conn).await?;
    sqlx::query("DELETE FROM access_token WHERE expires_at_ms <= $1").bind(now_ms).execute(conn).await?;
    Ok(())
}

pub async fn delete(conn: &mut Conn, tenant: &TenantId, session_id: &str) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM session WHERE tenant_id = $1 AND session_id = $2")
        .bind(tenant.as_str())
        .bind(session_id)
        .execute(conn)
        .await?;
    Ok(())
}
