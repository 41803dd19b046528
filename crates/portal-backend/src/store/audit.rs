//! The audit trail: append-only and hash-chained per tenant.

use super::Conn;
use super::tenants::{self, TenantId};
use crate::error::BackendError;
use crate::random;

/// What is recorded. Never a personal value: identifiers and codes only.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Account id, or `operator` for the command line.
    pub actor: &'a str,
    pub action: &'a str,
    /// What it was done to.
    pub subject: &'a str,
}

/// Appends an entry.
pub async fn append(
    conn: &mut Conn,
    tenant: &TenantId,
    entry: Entry<'_>,
    now_ms: i64,
) -> Result<(), BackendError> {
    tenants::lock(conn, tenant).await?;
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM audit WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1")
            .bind(tenant.as_str())
            .fetch_optional(&mut *conn)
            .await?;
    let (seq, previous) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
    let hash = chained(&previous, seq, now_ms, entry);
    sqlx::query(
        "INSERT INTO audit (tenant_id, seq, at_ms, actor, action, subject, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(seq)
    .bind(now_ms)
    .bind(entry.actor)
    .bind(entry.action)
    .bind(entry.subject)
    .bind(hash)
    .execute(conn)
    .await?;
    Ok(())
}

/// Number of the first entry whose hash doesn't follow from the one before; none when the trail is whole.
pub async fn first_broken(conn: &mut Conn, tenant: &TenantId) -> Result<Option<i64>, BackendError> {
    let rows: Vec<(i64, i64, String, String, String, String)> = sqlx::query_as(
        "SELECT seq, at_ms, actor, action, subject, hash FROM audit WHERE tenant_id = $1 ORDER BY seq",
    )
    .bind(tenant.as_str())
    .fetch_all(conn)
    .await?;
    let mut previous = String::new();
    for (index, (seq, at_ms, actor, action, subject, hash)) in rows.into_iter().enumerate() {
        let entry = Entry { actor: &actor, action: &action, subject: &subject };
        let in_place = usize::try_from(seq).is_ok_and(|seq| seq == index + 1);
        if !in_place || hash != chained(&previous, seq, at_ms, entry) {
            return Ok(Some(seq));
        }
        previous = hash;
    }
    Ok(None)
}

fn chained(previous: &str, seq: i64, at_ms: i64, entry: Entry<'_>) -> String {
    // Newlines can't occur in ids and codes, so that no two entries have the same text.
    let text = format!("{previous}\n{seq}\n{at_ms}\n{}\n{}\n{}", entry.actor, entry.action, entry.subject);
    random::sha256_hex(text.as_bytes())
}
