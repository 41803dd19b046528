//! The event feed: gapless and in order per account.

use portal_domain::ids::{AccountId, CaseId};
use portal_protocol::event::{Event, Happened};
use sqlx::FromRow;

use super::Conn;
use super::reading::{parsed, signed, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

#[derive(FromRow)]
struct Row {
    seq: i64,
    at_ms: i64,
    case_id: String,
    rev: i64,
    what: String,
}

/// Tells an account what happened. The number comes from the account's own row, in the caller's transaction: an
/// event with a higher number can't be seen before one with a lower.
pub async fn tell(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    case: (CaseId, u64),
    what: &Happened,
    now_ms: i64,
) -> Result<(), BackendError> {
    let (case_id, rev) = case;
    let seq: i64 = sqlx::query_scalar(
        "UPDATE account SET event_seq = event_seq + 1 WHERE tenant_id = $1 AND account_id = $2 RETURNING event_seq",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO event (tenant_id, account_id, seq, at_ms, case_id, rev, what) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .bind(seq)
    .bind(now_ms)
    .bind(case_id.to_string())
    .bind(signed(rev))
    .bind(serde_json::to_string(what)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// An account's events after a number, oldest first.
pub async fn after(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    seq: u64,
    limit: u32,
) -> Result<Vec<Event>, BackendError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT seq, at_ms, case_id, rev, what FROM event
         WHERE tenant_id = $1 AND account_id = $2 AND seq > $3 ORDER BY seq LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(account.to_string())
    .bind(signed(seq))
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                seq: unsigned(row.seq, "event number")?,
                at_ms: row.at_ms,
                case_id: parsed(&row.case_id, "case id")?,
                rev: unsigned(row.rev, "revision")?,
                what: serde_json::from_str(&row.what)?,
            })
        })
        .collect()
}
