//! Acquirer organisations and their branches.

use serde::Serialize;
use uuid::Uuid;

use super::reading::unsigned;
use super::{Conn, locking};
use crate::error::BackendError;

/// An acquirer organisation: leads every key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct TenantId(String);

impl TenantId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }
}

/// A service centre or branch.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    pub branch_id: String,
    pub name: String,
    pub address: String,
    pub hours: String,
}

/// The tenant that a first start makes, and that merchants enrol with.
pub const HOME: &str = "default";

/// Makes a tenant; none when the name is taken.
pub async fn create(conn: &mut Conn, name: &str, now_ms: i64) -> Result<Option<TenantId>, BackendError> {
    let id = Uuid::now_v7().to_string();
    let made = sqlx::query(
        "INSERT INTO tenant (tenant_id, name, created_at_ms) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
    )
    .bind(&id)
    .bind(name)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok((made.rows_affected() == 1).then_some(TenantId(id)))
}

/// The tenant that merchants enrol with: the oldest.
pub async fn home(conn: &mut Conn) -> Result<Option<TenantId>, BackendError> {
    let id = sqlx::query_scalar("SELECT tenant_id FROM tenant ORDER BY created_at_ms, tenant_id LIMIT 1")
        .fetch_optional(conn)
        .await?;
    Ok(id.map(TenantId))
}

/// A tenant by its name or its id.
pub async fn find(conn: &mut Conn, name_or_id: &str) -> Result<Option<TenantId>, BackendError> {
    let id = sqlx::query_scalar("SELECT tenant_id FROM tenant WHERE name = $1 OR tenant_id = $1")
        .bind(name_or_id)
        .fetch_optional(conn)
        .await?;
    Ok(id.map(TenantId))
}

/// Every tenant.
pub async fn all(conn: &mut Conn) -> Result<Vec<TenantId>, BackendError> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT tenant_id FROM tenant ORDER BY tenant_id").fetch_all(conn).await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

pub async fn name(conn: &mut Conn, tenant: &TenantId) -> Result<String, BackendError> {
    Ok(sqlx::query_scalar("SELECT name FROM tenant WHERE tenant_id = $1")
        .bind(tenant.as_str())
        .fetch_one(conn)
        .await?)
}

/// Waits until no other transaction holds the tenant, and holds it: what is counted per tenant, or continues its audit
/// trail, is done one after the other.
pub async fn lock(conn: &mut Conn, tenant: &TenantId) -> Result<(), BackendError> {
    sqlx::query(locking!(conn, "SELECT 1 FROM tenant WHERE tenant_id = $1"))
        .bind(tenant.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a branch; none when the tenant has one of this name.
pub async fn create_branch(
    conn: &mut Conn,
    tenant: &TenantId,
    branch: (&str, &str, &str),
    now_ms: i64,
) -> Result<Option<Branch>, BackendError> {
    let (name, address, hours) = branch;
    let branch_id = Uuid::now_v7().to_string();
    let made = sqlx::query(
        "INSERT INTO branch (tenant_id, branch_id, name, address, hours, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, name) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(&branch_id)
    .bind(name)
    .bind(address)
    .bind(hours)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok((made.rows_affected() == 1).then(|| Branch {
        branch_id,
        name: name.into(),
        address: address.into(),
        hours: hours.into(),
    }))
}

/// A branch by its name or its id.
pub async fn find_branch(
    conn: &mut Conn,
    tenant: &TenantId,
    name_or_id: &str,
) -> Result<Option<Branch>, BackendError> {
    let row: Option<(String, String, String, String)> = sqlx::query_as(
        "SELECT branch_id, name, address, hours FROM branch
         WHERE tenant_id = $1 AND (name = $2 OR branch_id = $2)",
    )
    .bind(tenant.as_str())
    .bind(name_or_id)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(branch))
}

/// What a branch asks of its staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A supervisor has to agree to what the staff submits.
    pub approval: bool,
    /// For how many days new cases may be begun without the backend.
    pub offline_days: u32,
    /// Passwords alone don't sign in.
    pub second_factor: bool,
}

/// What is to be changed of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct PolicyChange {
    pub approval: Option<bool>,
    pub offline_days: Option<u32>,
    pub second_factor: Option<bool>,
}

/// A branch's policy.
///
/// # Errors
/// [`BackendError::Corrupt`] when there is no such branch.
pub async fn policy(conn: &mut Conn, tenant: &TenantId, branch_id: &str) -> Result<Policy, BackendError> {
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "SELECT approval, offline_days, second_factor FROM branch WHERE tenant_id = $1 AND branch_id = $2",
    )
    .bind(tenant.as_str())
    .bind(branch_id)
    .fetch_optional(conn)
    .await?;
    let (approval, offline_days, second_factor) = row.ok_or(BackendError::Corrupt { what: "branch" })?;
    Ok(Policy {
        approval: approval == 1,
        offline_days: unsigned(offline_days, "offline days")?,
        second_factor: second_factor == 1,
    })
}

/// Changes a branch's policy, and says what it is then.
///
/// # Errors
/// As [`policy`].
pub async fn change_policy(
    conn: &mut Conn,
    tenant: &TenantId,
    branch_id: &str,
    change: PolicyChange,
) -> Result<Policy, BackendError> {
    let before = policy(conn, tenant, branch_id).await?;
    let after = Policy {
        approval: change.approval.unwrap_or(before.approval),
        offline_days: change.offline_days.unwrap_or(before.offline_days),
        second_factor: change.second_factor.unwrap_or(before.second_factor),
    };
    sqlx::query(
        "UPDATE branch SET approval = $1, offline_days = $2, second_factor = $3
         WHERE tenant_id = $4 AND branch_id = $5",
    )
    .bind(i64::from(after.approval))
    .bind(i64::from(after.offline_days))
    .bind(i64::from(after.second_factor))
    .bind(tenant.as_str())
    .bind(branch_id)
    .execute(conn)
    .await?;
    Ok(after)
}

/// The tenant's oldest branch: where a merchant without a branch is served.
pub async fn first_branch(conn: &mut Conn, tenant: &TenantId) -> Result<Option<Branch>, BackendError> {
    let row: Option<(String, String, String, String)> = sqlx::query_as(
        "SELECT branch_id, name, address, hours FROM branch WHERE tenant_id = $1
         ORDER BY created_at_ms, branch_id LIMIT 1",
    )
    .bind(tenant.as_str())
    .fetch_optional(conn)
    .await?;
    Ok(row.map(branch))
}

fn branch((branch_id, name, address, hours): (String, String, String, String)) -> Branch {
    Branch { branch_id, name, address, hours }
}
