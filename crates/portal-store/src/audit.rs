//! Append-only record of who did what, chained by hashes: a changed, removed or inserted row is named.

use portal_domain::ids::CaseId;
use sha2::Digest;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::store::{Conn, Store, unsigned};

/// What to record. `action` is a code, never a value of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub who: String,
    pub action: String,
    pub case_id: Option<CaseId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub id: u64,
    pub at_ms: i64,
    pub entry: AuditEntry,
    /// Hash over this row and the one before.
    pub hash: String,
}

/// Verdict on the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCheck {
    Intact {
        rows: u64,
        head: String,
    },
    /// The first row that isn't what was written, or is missing.
    Tampered {
        id: u64,
    },
}

#[derive(FromRow)]
struct Record {
    id: i64,
    prev_hash: String,
    at_ms: i64,
    who: String,
    action: String,
    case_id: Option<String>,
    hash: String,
}

impl Store {
    /// Appends a row; returns the new head.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(&self, entry: &AuditEntry, now_ms: i64) -> Result<String, StoreError> {
        let mut tx = self.begin().await?;
        let hash = append(&mut tx, entry, now_ms).await?;
        tx.commit().await?;
        Ok(hash)
    }

    /// Hash of the newest row; empty before the first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_head(&self) -> Result<String, StoreError> {
        let head: Option<String> = sqlx::query_scalar("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(head.unwrap_or_default())
    }

    /// Rows behind `after_id`, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_rows(&self, after_id: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let records =
            records(&mut *self.read().await?, crate::store::signed(after_id), i64::from(limit)).await?;
        records
            .into_iter()
            .map(|record| {
                let case_id = record.case_id.map(|text| text.parse()).transpose();
                Ok(AuditRow {
                    id: unsigned(record.id)?,
                    at_ms: record.at_ms,
                    entry: AuditEntry {
                        who: record.who,
                        action: record.action,
                        case_id: case_id.map_err(|_| StoreError::Damaged("case id"))?,
                    },
                    hash: record.hash,
                })
            })
            .collect()
    }

    /// Recomputes the chain. Rows cut off at the end are noticed by SQLite's own counter of row ids.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_verify(&self) -> Result<AuditCheck, StoreError> {
        let mut conn = self.read().await?;
        let highest: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
            .fetch_optional(&mut *conn)
            .await?;
        let mut head = String::new();
        let mut expected_id = 1_i64;
        for record in records(&mut conn, 0, i64::MAX).await? {
            let hash = chain(
                &head,
                expected_id,
                record.at_ms,
                &record.who,
                &record.action,
                record.case_id.as_deref(),
            );
            if record.id != expected_id || record.prev_hash != head || record.hash != hash {
                return Ok(AuditCheck::Tampered { id: unsigned(expected_id)? });
            }
            head = hash;
            expected_id += 1;
        }
        if highest.is_some_and(|highest| highest >= expected_id) {
            return Ok(AuditCheck::Tampered { id: unsigned(expected_id)? });
        }
        Ok(AuditCheck::Intact { rows: unsigned(expected_id - 1)?, head })
    }
}

/// The place of a row in the chain.
pub(crate) struct Link {
    pub id: i64,
    pub prev_hash: String,
    pub hash: String,
}

/// Where a row of this transaction goes.
pub(crate) async fn next(conn: &mut Conn, entry: &AuditEntry, now_ms: i64) -> Result<Link, StoreError> {
    let (last, prev_hash): (i64, String) =
        sqlx::query_as("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_optional(conn)
            .await?
            .unwrap_or_default();
    let (id, case_id) = (last + 1, entry.case_id.map(|case_id| case_id.to_string()));
    let hash = chain(&prev_hash, id, now_ms, &entry.who, &entry.action, case_id.as_deref());
    Ok(Link { id, prev_hash, hash })
}

/// Appends a row in the transaction of what it is about; gives the new head.
pub(crate) async fn append(conn: &mut Conn, entry: &AuditEntry, now_ms: i64) -> Result<String, StoreError> {
    let Link { id, prev_hash, hash } = next(conn, entry, now_ms).await?;
    sqlx::query(
        "INSERT INTO audit (id, prev_hash, at_ms, who, action, case_id, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )
    .bind(id)
    .bind(prev_hash)
    .bind(now_ms)
    .bind(&entry.who)
    .bind(&entry.action)
    .bind(entry.case_id.map(|case_id| case_id.to_string()))
    .bind(&hash)
    .execute(conn)
    .await?;
    Ok(hash)
}

async fn records(conn: &mut Conn, after_id: i64, limit: i64) -> Result<Vec<Record>, StoreError> {
    let records = sqlx::query_as(
        "SELECT id, prev_hash, at_ms, who, action, case_id, hash FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2",
    )
    .bind(after_id)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(records)
}

/// Every field with its length before it, so that no two rows have the same text.
fn chain(prev_hash: &str, id: i64, at_ms: i64, who: &str, action: &str, case_id: Option<&str>) -> String {
    let mut hasher = sha2::Sha256::new();
    for field in [prev_hash, &id.to_string(), &at_ms.to_string(), who, action, case_id.unwrap_or_default()] {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hex::encode(hasher.finalize())
}
