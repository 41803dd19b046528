//! Which photos and documents are durable, who has them, and which cases they belong to.

use portal_domain::ids::{AccountId, CaseId, Sha256};

use super::Conn;
use super::cases::Reader;
use super::reading::{signed, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

/// Records a durable blob, and that this account has its bytes.
pub async fn add(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    sha: &Sha256,
    size_bytes: u64,
    now_ms: i64,
) -> Result<(), BackendError> {
    add_unheld(conn, tenant, sha, size_bytes, now_ms).await?;
    sqlx::query(
        "INSERT INTO blob_holder (tenant_id, sha, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(sha.as_str())
    .bind(account.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Records a durable blob that the backend made itself.
pub async fn add_unheld(
    conn: &mut Conn,
    tenant: &TenantId,
    sha: &Sha256,
    size_bytes: u64,
    now_ms: i64,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO blob (tenant_id, sha, size_bytes, created_at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(sha.as_str())
    .bind(signed(size_bytes))
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Size of a blob that counts as present for this reader: uploaded by the account, or bound to a case it may read.
pub async fn present(conn: &mut Conn, reader: &Reader, sha: &Sha256) -> Result<Option<u64>, BackendError> {
    let size: Option<i64> = sqlx::query_scalar(
        "SELECT b.size_bytes FROM blob b WHERE b.tenant_id = $1 AND b.sha = $2 AND (
            EXISTS (SELECT 1 FROM blob_holder h
                    WHERE h.tenant_id = b.tenant_id AND h.sha = b.sha AND h.account_id = $3)
            OR EXISTS (SELECT 1 FROM case_blob cb JOIN case_ c USING (tenant_id, case_id)
                    WHERE cb.tenant_id = b.tenant_id AND cb.sha = b.sha
                    AND ($4 OR c.owner_id = $3 OR c.branch_id = $5)))",
    )
    .bind(reader.tenant.as_str())
    .bind(sha.as_str())
    .bind(reader.account.to_string())
    .bind(reader.reads_all)
    .bind(&reader.branch_id)
    .fetch_optional(conn)
    .await?;
    size.map(|size| unsigned(size, "blob size")).transpose()
}

/// Media type of a blob that is bound to a case which this reader may read.
pub async fn readable(
    conn: &mut Conn,
    reader: &Reader,
    sha: &Sha256,
) -> Result<Option<String>, BackendError> {
    Ok(sqlx::query_scalar(
        "SELECT cb.media_type FROM case_blob cb JOIN case_ c USING (tenant_id, case_id)
         WHERE cb.tenant_id = $1 AND cb.sha = $2 AND ($4 OR c.owner_id = $3 OR c.branch_id = $5) LIMIT 1",
    )
    .bind(reader.tenant.as_str())
    .bind(sha.as_str())
    .bind(reader.account.to_string())
    .bind(reader.reads_all)
    .bind(&reader.branch_id)
    .fetch_optional(conn)
    .await?)
}

/// Binds a blob to a case.
pub async fn bind(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
    sha: &Sha256,
    media_type: &str,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO case_blob (tenant_id, sha, case_id, media_type) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(sha.as_str())
    .bind(case.to_string())
    .bind(media_type)
    .execute(conn)
    .await?;
    Ok(())
}
