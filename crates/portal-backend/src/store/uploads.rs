//! Resumable uploads under way.

use portal_domain::ids::{AccountId, Sha256};
use sqlx::FromRow;
use uuid::Uuid;

use super::Conn;
use super::reading::{sha, signed, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

#[derive(Debug, Clone)]
pub struct UploadRecord {
    pub upload_id: String,
    pub length_bytes: u64,
    /// Bytes that have come; after a power cut the last of them may be lost.
    pub offset_bytes: u64,
    /// The hash that the client declared.
    pub sha: Option<Sha256>,
    /// `Upload-Metadata` as it came.
    pub metadata: String,
    pub finished: bool,
    pub expires_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    upload_id: String,
    length_bytes: i64,
    offset_bytes: i64,
    sha: Option<String>,
    metadata: String,
    finished: i64,
    expires_at_ms: i64,
}

/// Columns are named one by one, as a newer server may have added some.
macro_rules! selecting {
    ($where:literal) => {
        concat!(
            "SELECT upload_id, length_bytes, offset_bytes, sha, metadata, finished, expires_at_ms
             FROM upload WHERE ",
            $where
        )
    };
}

impl Row {
    fn record(self) -> Result<UploadRecord, BackendError> {
        Ok(UploadRecord {
            upload_id: self.upload_id,
            length_bytes: unsigned(self.length_bytes, "upload length")?,
            offset_bytes: unsigned(self.offset_bytes, "upload offset")?,
            sha: self.sha.as_deref().map(sha).transpose()?,
            metadata: self.metadata,
            finished: self.finished != 0,
            expires_at_ms: self.expires_at_ms,
        })
    }
}

pub async fn create(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    length_bytes: u64,
    declared: (Option<&Sha256>, &str),
    expires_at_ms: i64,
) -> Result<UploadRecord, BackendError> {
    let (sha, metadata) = declared;
    let upload_id = Uuid::new_v4().simple().to_string();
    sqlx::query(
        "INSERT INTO upload (tenant_id, upload_id, account_id, length_bytes, offset_bytes, sha, metadata, expires_at_ms)
         VALUES ($1, $2, $3, $4, 0, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(&upload_id)
    .bind(account.to_string())
    .bind(signed(length_bytes))
    .bind(sha.map(Sha256::as_str))
    .bind(metadata)
    .bind(expires_at_ms)
    .execute(conn)
    .await?;
    Ok(UploadRecord {
        upload_id,
        length_bytes,
        offset_bytes: 0,
        sha: sha.cloned(),
        metadata: metadata.to_owned(),
        finished: false,
        expires_at_ms,
    })
}

pub async fn find(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    upload_id: &str,
) -> Result<Option<UploadRecord>, BackendError> {
    let row: Option<Row> =
        sqlx::query_as(selecting!("tenant_id = $1 AND upload_id = $2 AND account_id = $3"))
            .bind(tenant.as_str())
            .bind(upload_id)
            .bind(account.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(Row::record).transpose()
}

pub async fn by_sha(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    sha: &Sha256,
) -> Result<Option<UploadRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("tenant_id = $1 AND account_id = $2 AND sha = $3"))
        .bind(tenant.as_str())
        .bind(account.to_string())
        .bind(sha.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

pub async fn set_offset(
    conn: &mut Conn,
    tenant: &TenantId,
    upload_id: &str,
    offset_bytes: u64,
) -> Result<(), BackendError> {
    sqlx::query("UPDATE upload SET offset_bytes = $1 WHERE tenant_id = $2 AND upload_id = $3")
        .bind(signed(offset_bytes))
        .bind(tenant.as_str())
        .bind(upload_id)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn finish(conn: &mut Conn, tenant: &TenantId, upload_id: &str) -> Result<(), BackendError> {
    sqlx::query(
        "UPDATE upload SET finished = 1, offset_bytes = length_bytes WHERE tenant_id = $1 AND upload_id = $2",
    )
    .bind(tenant.as_str())
    .bind(upload_id)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn delete(conn: &mut Conn, tenant: &TenantId, upload_id: &str) -> Result<(), BackendError> {
    sqlx::query("DELETE FROM upload WHERE tenant_id = $1 AND upload_id = $2")
        .bind(tenant.as_str())
        .bind(upload_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether there is an upload of this id, of whichever tenant.
pub async fn exists(conn: &mut Conn, upload_id: &str) -> Result<bool, BackendError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM upload WHERE upload_id = $1")
        .bind(upload_id)
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}

/// Forgets the uploads that expired, and names them.
pub async fn expire(conn: &mut Conn, now_ms: i64) -> Result<Vec<String>, BackendError> {
    Ok(sqlx::query_scalar("DELETE FROM upload WHERE expires_at_ms <= $1 RETURNING upload_id")
        .bind(now_ms)
        .fetch_all(conn)
        .await?)
}
