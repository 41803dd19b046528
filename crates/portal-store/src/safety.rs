//! The safety meter: what would be lost with this computer.

use crate::error::StoreError;
use crate::store::{Store, unsigned};

/// What exists only here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Safety {
    /// Drafts, and cases with an operation that the backend hasn't received.
    pub cases_only_here: u64,
    /// Since when the oldest of them has: start of a draft, finalising of an operation.
    pub oldest_ms: Option<i64>,
    pub pending_ops: u64,
    /// Operations that wait for the user.
    pub attention: u64,
}

impl Store {
    /// # Errors
    /// What the database says.
    pub async fn safety(&self) -> Result<Safety, StoreError> {
        let mut conn = self.read().await?;
        let (pending_ops, attention, oldest_op, cases_with_ops): (i64, i64, Option<i64>, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(hold IN ('attention', 'conflict')), 0), min(made_at_ms), count(DISTINCT case_id)
             FROM op INDEXED BY op_pending WHERE state IN ('waiting', 'sending')",
        )
        .fetch_one(&mut *conn)
        .await?;
        let (drafts, oldest_draft): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(created_at_ms) FROM case_ WHERE status IN ('draft', 'photos_missing')",
        )
        .fetch_one(&mut *conn)
        .await?;
        Ok(Safety {
            cases_only_here: unsigned(drafts)? + unsigned(cases_with_ops)?,
            oldest_ms: oldest_op.into_iter().chain(oldest_draft).min(),
            pending_ops: unsigned(pending_ops)?,
            attention: unsigned(attention)?,
        })
    }
}
