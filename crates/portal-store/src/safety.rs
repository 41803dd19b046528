//! The safety meter: what would be lost with this computer.

use crate::error::StoreError;
use crate::store::{Store, unsigned};

/// What exists only here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Safety {
    /// Drafts, returned cases that were changed since they were sent, and cases with an operation that the backend hasn't
    /// received.
    pub cases_only_here: u64,
    /// Since when the oldest of them has: start of a draft, last change of an answer, finalising of an operation.
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
        let (answers, oldest_answer): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(saved_at_ms) FROM case_ LEFT JOIN case_sent sent ON sent.case_id = case_.case_id
             WHERE status = 'returned' AND CASE
                 WHEN sent.case_id IS NULL
                     THEN saved_at_ms > (SELECT max(made_at_ms) FROM op WHERE op.case_id = case_.case_id)
                 -- It was sent from another computer.
                 ELSE case_.dossier <> sent.dossier END",
        )
        .fetch_one(&mut *conn)
        .await?;
        Ok(Safety {
            cases_only_here: unsigned(drafts)? + unsigned(answers)? + unsigned(cases_with_ops)?,
            oldest_ms: [oldest_op, oldest_draft, oldest_answer].into_iter().flatten().min(),
            pending_ops: unsigned(pending_ops)?,
            attention: unsigned(attention)?,
        })
    }
}
