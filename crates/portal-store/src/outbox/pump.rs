//! What the pump asks and reports while it sends.

use portal_domain::ids::{CaseId, OpId, Sha256};

use super::contract::end_superseded;
use super::row::{Hold, OpError, OpRow, Record, complete, require};
use crate::case;
use crate::error::StoreError;
use crate::store::{Conn, Store, signed};

/// Longest wait between two attempts. A stored time further ahead means that the clock was set back: run now.
pub const RETRY_CAP_MS: i64 = 15 * 60 * 1000;

/// One operation, or every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    One(OpId),
    All,
}

impl Target {
    fn id(self) -> Option<String> {
        match self {
            Self::One(op_id) => Some(op_id.to_string()),
            Self::All => None,
        }
    }
}

impl Store {
    /// Operations that may be sent now: of each case the first pending one, unless it is held or its time hasn't
    /// come; those with a sequence number above `after_seq`, in order. Going on from the last number seen attempts
    /// every operation once per run, whatever happens to the rows meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub async fn due(&self, now_ms: i64, after_seq: u64, limit: u32) -> Result<Vec<OpRow>, StoreError> {
        let mut conn = self.read().await?;
        let records: Vec<Record> = sqlx::query_as(
            "SELECT * FROM op WHERE seq IN (
                 SELECT seq FROM op INDEXED BY op_pending
                 WHERE seq > ?1 AND state IN ('waiting', 'sending') AND hold IS NULL AND NOT paused
                     AND (next_at_ms <= ?2 OR next_at_ms > ?3)
                     AND NOT EXISTS (SELECT 1 FROM op earlier WHERE earlier.case_id = op.case_id
                         AND earlier.seq < op.seq AND earlier.state IN ('waiting', 'sending'))
                 ORDER BY seq LIMIT ?4)
             ORDER BY seq",
        )
        .bind(signed(after_seq))
        .bind(now_ms)
        .bind(now_ms.saturating_add(RETRY_CAP_MS))
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await?;
        complete(&mut conn, records).await
    }

    /// When the next operation that nothing holds wants to be sent; absent when there is none. Never more than
    /// [`RETRY_CAP_MS`] ahead.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_due_at(&self, now_ms: i64) -> Result<Option<i64>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(CASE WHEN next_at_ms > ?1 THEN 0 ELSE next_at_ms END)
             FROM op INDEXED BY op_pending WHERE state IN ('waiting', 'sending') AND hold IS NULL AND NOT paused
                 AND NOT EXISTS (SELECT 1 FROM op earlier WHERE earlier.case_id = op.case_id
                     AND earlier.seq < op.seq AND earlier.state IN ('waiting', 'sending'))",
        )
        .bind(now_ms.saturating_add(RETRY_CAP_MS))
        .fetch_one(&mut *self.read().await?)
        .await?;
        Ok(next)
    }

    /// Called before the first byte of an operation leaves: from here on it can't be taken back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was taken back meanwhile (then it must not be sent),
    /// [`StoreError::WrongOpState`] when it is held, paused, received or abandoned.
    pub async fn mark_sent(&self, op_id: OpId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let op = require(&mut tx, op_id).await?;
        if !op.state.is_pending() || op.hold.is_some() || op.paused {
            return Err(StoreError::WrongOpState(op_id));
        }
        sqlx::query("UPDATE op SET state = 'sending', sent = 1 WHERE op_id = ?1")
            .bind(op_id.to_string())
            .execute(&mut *tx)
            .await?;
        case::refresh_status(&mut tx, op.case_id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes over which of the operation's photos the backend still misses; it has all others.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn note_missing(&self, op_id: OpId, missing: &[Sha256]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for blob in require(&mut tx, op_id).await?.blobs {
            let server_has = !missing.contains(&blob.sha);
            sqlx::query(
                "UPDATE blob SET server_has = ?2, sent_bytes = CASE WHEN ?2 THEN size
                     WHEN server_has THEN 0 ELSE sent_bytes END WHERE sha = ?1",
            )
            .bind(blob.sha.as_str())
            .bind(server_has)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Remembers where a resumable upload goes on; `None` when the backend no longer knows it.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`].
    pub async fn set_upload(&self, sha: &Sha256, url: Option<&str>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE blob SET upload_url = ?2, sent_bytes = CASE WHEN ?2 IS NULL THEN 0 ELSE sent_bytes END
             WHERE sha = ?1",
        )
        .bind(sha.as_str())
        .bind(url)
        .execute(&mut *tx)
        .await?;
        require_blob(sha, done.rows_affected())?;
        tx.commit().await?;
        Ok(())
    }

    /// The backend's offset of an upload; it may go back (crash point C9).
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`].
    pub async fn blob_progress(&self, sha: &Sha256, sent_bytes: u64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE blob SET sent_bytes = min(?2, size) WHERE sha = ?1")
            .bind(sha.as_str())
            .bind(signed(sent_bytes))
            .execute(&mut *tx)
            .await?;
        require_blob(sha, done.rows_affected())?;
        tx.commit().await?;
        Ok(())
    }

    /// The backend said that these bytes are durable there.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`].
    pub async fn blob_on_server(&self, sha: &Sha256) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE blob SET server_has = 1, sent_bytes = size, upload_url = NULL WHERE sha = ?1",
        )
        .bind(sha.as_str())
        .execute(&mut *tx)
        .await?;
        require_blob(sha, done.rows_affected())?;
        tx.commit().await?;
        Ok(())
    }

    /// A passing failure: counts the attempt and waits until `next_at_ms`, at most [`RETRY_CAP_MS`] from now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongOpState`] when it isn't pending.
    pub async fn retry_later(
        &self,
        op_id: OpId,
        next_at_ms: i64,
        error: &OpError,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.wait(op_id, next_at_ms, error, now_ms, 1).await
    }

    /// Waits until `next_at_ms`, at most [`RETRY_CAP_MS`] from now, through no fault of its own: attempts stay as they
    /// are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongOpState`] when it isn't pending.
    pub async fn defer(
        &self,
        op_id: OpId,
        next_at_ms: i64,
        error: &OpError,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.wait(op_id, next_at_ms, error, now_ms, 0).await
    }

    async fn wait(
        &self,
        op_id: OpId,
        next_at_ms: i64,
        error: &OpError,
        now_ms: i64,
        attempts: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let op = require_pending(&mut tx, op_id).await?;
        write_error(&mut tx, op_id, Some(error)).await?;
        sqlx::query(
            "UPDATE op SET state = 'waiting', attempts = attempts + ?3, next_at_ms = ?2 WHERE op_id = ?1",
        )
        .bind(op_id.to_string())
        .bind(next_at_ms.min(now_ms.saturating_add(RETRY_CAP_MS)))
        .bind(attempts)
        .execute(&mut *tx)
        .await?;
        case::refresh_status(&mut tx, op.case_id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Any progress starts the delays anew.
    ///
    /// # Errors
    /// What the database says.
    pub async fn reset_attempts(&self, op_id: OpId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE op SET attempts = 0, error_code = NULL, error_detail = NULL WHERE op_id = ?1")
            .bind(op_id.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stops an operation, and with it its case, until it is released. Attempts stay as they are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongOpState`] when it isn't pending.
    pub async fn hold(&self, op_id: OpId, hold: Hold, error: Option<&OpError>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let op = require_pending(&mut tx, op_id).await?;
        write_error(&mut tx, op_id, error).await?;
        sqlx::query("UPDATE op SET state = 'waiting', hold = ?2 WHERE op_id = ?1")
            .bind(op_id.to_string())
            .bind(hold.as_str())
            .execute(&mut *tx)
            .await?;
        end_superseded(&mut tx, op.case_id).await?;
        case::refresh_status(&mut tx, op.case_id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stops an operation until a supervisor has decided, unless the feed already told that one has: the decision may
    /// overtake the answer that asked for it. Whether it is held now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongOpState`] when it isn't pending.
    pub async fn hold_for_approval(&self, op_id: OpId) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let op = require_pending(&mut tx, op_id).await?;
        let is_decided: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM case_event WHERE case_id = ?1 AND what ->> 'op_id' = ?2
                 AND what ->> 'kind' IN ('approved', 'not_approved'))",
        )
        .bind(op.case_id.to_string())
        .bind(op_id.to_string())
        .fetch_one(&mut *tx)
        .await?;
        write_error(&mut tx, op_id, None).await?;
        sqlx::query("UPDATE op SET state = 'waiting', hold = ?2, next_at_ms = 0 WHERE op_id = ?1")
            .bind(op_id.to_string())
            .bind((!is_decided).then_some(Hold::Approval.as_str()))
            .execute(&mut *tx)
            .await?;
        case::refresh_status(&mut tx, op.case_id).await?;
        tx.commit().await?;
        Ok(!is_decided)
    }

    /// Lifts whatever holds an operation; it may be sent at once, unless it is paused.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongOpState`] when it isn't pending.
    pub async fn release(&self, op_id: OpId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let op = require_pending(&mut tx, op_id).await?;
        sqlx::query("UPDATE op SET hold = NULL, next_at_ms = 0 WHERE op_id = ?1")
            .bind(op_id.to_string())
            .execute(&mut *tx)
            .await?;
        case::refresh_status(&mut tx, op.case_id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The account has signed in again; returns how many operations go on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn release_auth(&self) -> Result<u64, StoreError> {
        self.change_holds(
            "UPDATE op INDEXED BY op_pending SET hold = NULL, next_at_ms = 0
             WHERE hold = 'auth' AND state IN ('waiting', 'sending') AND (?1 IS NULL OR op_id = ?1) RETURNING case_id",
            Target::All,
        )
        .await
    }

    /// *Send now*: no more waiting. One operation that needed attention or an approval is tried again as it is; holds of
    /// other kinds stay, and so does a pause.
    ///
    /// # Errors
    /// What the database says.
    pub async fn retry_now(&self, target: Target) -> Result<u64, StoreError> {
        self.change_holds(
            "UPDATE op INDEXED BY op_pending SET next_at_ms = 0, hold = CASE WHEN hold IN ('attention', 'approval') AND ?1 IS NOT NULL
                 THEN NULL ELSE hold END
             WHERE state IN ('waiting', 'sending') AND (?1 IS NULL OR op_id = ?1) RETURNING case_id",
            target,
        )
        .await
    }

    /// Pauses operations, held or not, until [`Store::resume`]; returns how many. What is under way is to be stopped
    /// by whoever sends it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pause(&self, target: Target) -> Result<u64, StoreError> {
        self.change_holds(
            "UPDATE op INDEXED BY op_pending SET paused = 1, state = 'waiting'
             WHERE NOT paused AND state IN ('waiting', 'sending') AND (?1 IS NULL OR op_id = ?1) RETURNING case_id",
            target,
        )
        .await
    }

    /// Ends a pause; returns of how many. What else holds them goes on holding them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn resume(&self, target: Target) -> Result<u64, StoreError> {
        self.change_holds(
            "UPDATE op INDEXED BY op_pending SET paused = 0, next_at_ms = 0
             WHERE paused AND state IN ('waiting', 'sending') AND (?1 IS NULL OR op_id = ?1) RETURNING case_id",
            target,
        )
        .await
    }

    /// Sending stopped through no fault of the operations, e.g. because the network is gone: they wait again as they
    /// were, attempts unchanged.
    ///
    /// # Errors
    /// What the database says.
    pub async fn interrupted(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        stop_sending(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn change_holds(&self, sql: &'static str, target: Target) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let changed: Vec<String> = sqlx::query_scalar(sql).bind(target.id()).fetch_all(&mut *tx).await?;
        let count = changed.len() as u64;
        refresh_all(&mut tx, changed).await?;
        tx.commit().await?;
        Ok(count)
    }
}

async fn require_pending(conn: &mut Conn, op_id: OpId) -> Result<OpRow, StoreError> {
    let op = require(conn, op_id).await?;
    if op.state.is_pending() { Ok(op) } else { Err(StoreError::WrongOpState(op_id)) }
}

fn require_blob(sha: &Sha256, rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::BlobMissing(sha.clone())) } else { Ok(()) }
}

async fn write_error(conn: &mut Conn, op_id: OpId, error: Option<&OpError>) -> Result<(), StoreError> {
    sqlx::query("UPDATE op SET error_code = ?2, error_detail = ?3 WHERE op_id = ?1")
        .bind(op_id.to_string())
        .bind(error.map(|error| error.code.as_str()))
        .bind(error.map(|error| error.detail.to_string()))
        .execute(conn)
        .await?;
    Ok(())
}

/// A supervisor has decided: what waited for it is asked again.
pub(crate) async fn release_approval(conn: &mut Conn, op_id: OpId) -> Result<(), StoreError> {
    let released: Vec<String> = sqlx::query_scalar(
        "UPDATE op SET hold = NULL, next_at_ms = 0 WHERE op_id = ?1 AND hold = 'approval' RETURNING case_id",
    )
    .bind(op_id.to_string())
    .fetch_all(&mut *conn)
    .await?;
    refresh_all(conn, released).await
}

/// Turns "sending" into "waiting": nothing is in flight when a store opens.
pub(crate) async fn stop_sending(conn: &mut Conn) -> Result<(), StoreError> {
    let stopped: Vec<String> = sqlx::query_scalar(
        // The index wants its own term too.
        "UPDATE op INDEXED BY op_pending SET state = 'waiting'
         WHERE state = 'sending' AND state IN ('waiting', 'sending') RETURNING case_id",
    )
    .fetch_all(&mut *conn)
    .await?;
    refresh_all(conn, stopped).await
}

async fn refresh_all(conn: &mut Conn, mut case_ids: Vec<String>) -> Result<(), StoreError> {
    case_ids.sort_unstable();
    case_ids.dedup();
    for text in case_ids {
        let case_id: CaseId = text.parse().map_err(|_| StoreError::Damaged("case id"))?;
        case::refresh_status(conn, case_id).await?;
    }
    Ok(())
}
