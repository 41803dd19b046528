//! Enrolled computers.

use portal_domain::ids::{AccountId, DeviceId};
use serde::Serialize;
use sqlx::FromRow;

use super::Conn;
use super::reading::parsed;
use super::tenants::TenantId;
use crate::error::BackendError;

#[derive(Debug, Clone)]
pub struct DeviceRecord {
    pub tenant: TenantId,
    pub device_id: DeviceId,
    pub branch_id: Option<String>,
    /// Uncompressed SEC1 point.
    pub public_key: Vec<u8>,
    pub certificate: String,
    pub disabled: bool,
}

/// Whether a computer may still speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Enrolled,
    SwitchedOff,
}

/// A line of `device list`.
#[derive(Debug, Clone, Serialize, FromRow)]
pub struct DeviceLine {
    pub device_id: String,
    pub branch: Option<String>,
    pub created_at_ms: i64,
    pub disabled_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    tenant_id: String,
    device_id: String,
    branch_id: Option<String>,
    public_key: Vec<u8>,
    certificate: String,
    disabled_at_ms: Option<i64>,
}

/// The computer with this id, of whichever tenant.
pub async fn by_id(conn: &mut Conn, device: DeviceId) -> Result<Option<DeviceRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT tenant_id, device_id, branch_id, public_key, certificate, disabled_at_ms
         FROM device WHERE device_id = $1",
    )
    .bind(device.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(DeviceRecord {
            tenant: TenantId::stored(row.tenant_id),
            device_id: parsed(&row.device_id, "device id")?,
            branch_id: row.branch_id,
            public_key: row.public_key,
            certificate: row.certificate,
            disabled: row.disabled_at_ms.is_some(),
        })
    })
    .transpose()
}

pub async fn insert(conn: &mut Conn, device: &DeviceRecord, now_ms: i64) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO device (tenant_id, device_id, branch_id, public_key, certificate, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(device.tenant.as_str())
    .bind(device.device_id.to_string())
    .bind(&device.branch_id)
    .bind(&device.public_key)
    .bind(&device.certificate)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a newer certificate in the place of a computer's.
pub async fn renew_certificate(
    conn: &mut Conn,
    device: &DeviceRecord,
    certificate: &str,
) -> Result<(), BackendError> {
    sqlx::query("UPDATE device SET certificate = $1 WHERE tenant_id = $2 AND device_id = $3")
        .bind(certificate)
        .bind(device.tenant.as_str())
        .bind(device.device_id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Moves a computer to a branch: an administrator's activation code says where it stands.
pub async fn move_to_branch(
    conn: &mut Conn,
    tenant: &TenantId,
    device: DeviceId,
    branch_id: &str,
) -> Result<(), BackendError> {
    sqlx::query("UPDATE device SET branch_id = $1 WHERE tenant_id = $2 AND device_id = $3")
        .bind(branch_id)
        .bind(tenant.as_str())
        .bind(device.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Remembers that an account is signed in on a computer.
pub async fn add_account(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    device: DeviceId,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO account_device (tenant_id, account_id, device_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .bind(device.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an account was ever signed in on a computer, and if so whether that was switched off since.
pub async fn of_account(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    device: DeviceId,
) -> Result<Option<Standing>, BackendError> {
    let disabled: Option<(Option<i64>,)> = sqlx::query_as(
        "SELECT d.disabled_at_ms FROM account_device a JOIN device d USING (tenant_id, device_id)
         WHERE a.tenant_id = $1 AND a.account_id = $2 AND a.device_id = $3",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .bind(device.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(disabled.map(
        |(disabled_at_ms,)| if disabled_at_ms.is_some() { Standing::SwitchedOff } else { Standing::Enrolled },
    ))
}

pub async fn list(conn: &mut Conn, tenant: &TenantId) -> Result<Vec<DeviceLine>, BackendError> {
    Ok(sqlx::query_as(
        "SELECT d.device_id, b.name AS branch, d.created_at_ms, d.disabled_at_ms
         FROM device d LEFT JOIN branch b USING (tenant_id, branch_id)
         WHERE d.tenant_id = $1 ORDER BY d.created_at_ms, d.device_id",
    )
    .bind(tenant.as_str())
    .fetch_all(conn)
    .await?)
}

/// Switches a computer off; false when the tenant has none with this id.
pub async fn disable(
    conn: &mut Conn,
    tenant: &TenantId,
    device: DeviceId,
    now_ms: i64,
) -> Result<bool, BackendError> {
    let changed = sqlx::query(
        "UPDATE device SET disabled_at_ms = coalesce(disabled_at_ms, $1) WHERE tenant_id = $2 AND device_id = $3",
    )
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(device.to_string())
    .execute(conn)
    .await?;
    Ok(changed.rows_affected() > 0)
}
