//! Second factors of staff.

use portal_domain::ids::AccountId;
use sqlx::FromRow;

use super::Conn;
use super::tenants::TenantId;
use crate::error::BackendError;

/// What is known of a person's second factor.
#[derive(Debug, Clone, FromRow)]
pub struct Kept {
    asked: i64,
    /// The sealed secret, once one was made.
    pub totp_secret: Option<String>,
    /// The time step of the last code that was taken.
    pub totp_step: Option<i64>,
}

impl Kept {
    /// Whether the person or their branch has to sign in with one.
    pub fn is_asked(&self) -> bool {
        self.asked == 1
    }
}

/// What is kept of an account's.
pub async fn find(conn: &mut Conn, tenant: &TenantId, account: AccountId) -> Result<Kept, BackendError> {
    let kept = sqlx::query_as(
        "SELECT CASE WHEN a.second_factor = 1 OR b.second_factor = 1 THEN 1 ELSE 0 END AS asked,
             a.totp_secret, a.totp_step
         FROM account a LEFT JOIN branch b USING (tenant_id, branch_id)
         WHERE a.tenant_id = $1 AND a.account_id = $2",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .fetch_optional(conn)
    .await?;
    kept.ok_or(BackendError::Corrupt { what: "account" })
}

/// Keeps a sealed secret, unless there is one.
pub async fn begin(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    sealed: &str,
) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE account SET totp_secret = $1 WHERE tenant_id = $2 AND account_id = $3 AND totp_secret IS NULL",
    )
    .bind(sealed)
    .bind(tenant.as_str())
    .bind(account.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the code of a time step; false when that or a later one was taken.
pub async fn take(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    step: i64,
) -> Result<bool, BackendError> {
    let taken = sqlx::query(
        "UPDATE account SET totp_step = $1
         WHERE tenant_id = $2 AND account_id = $3 AND (totp_step IS NULL OR totp_step < $1)",
    )
    .bind(step)
    .bind(tenant.as_str())
    .bind(account.to_string())
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Whether one person has to sign in with a second factor, whatever their branch asks for.
pub async fn ask(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    asked: bool,
) -> Result<(), BackendError> {
    sqlx::query("UPDATE account SET second_factor = $1 WHERE tenant_id = $2 AND account_id = $3")
        .bind(i64::from(asked))
        .bind(tenant.as_str())
        .bind(account.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the secret, e.g. with a lost phone: the next sign-in sets up another.
pub async fn forget(conn: &mut Conn, tenant: &TenantId, account: AccountId) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE account SET totp_secret = NULL, totp_step = NULL WHERE tenant_id = $1 AND account_id = $2",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .execute(conn)
    .await?;
    Ok(())
}
