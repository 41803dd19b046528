//! Operations that leave this computer in a file instead of over the network.

use portal_domain::ids::OpId;

use super::row::{OpRow, Record, complete, require};
use crate::error::StoreError;
use crate::store::{Store, signed};

impl Store {
    /// Operations that a courier may take: pending ones that wait for nothing but the network or a sign-in, and stand
    /// behind no other of their case that a person has to look at first. Paused ones are among them: who exports them
    /// wants them sent; and so are those that wait for an approval, because the answer to them tells what came of it. In order of finalising, those behind `after_seq`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn exportable(&self, after_seq: u64, limit: u32) -> Result<Vec<OpRow>, StoreError> {
        let mut conn = self.read().await?;
        let records: Vec<Record> = sqlx::query_as(
            "SELECT * FROM op WHERE seq IN (
                 SELECT seq FROM op INDEXED BY op_pending WHERE seq > ?1 AND state IN ('waiting', 'sending')
                     AND NOT EXISTS (SELECT 1 FROM op held WHERE held.case_id = op.case_id AND held.seq <= op.seq
                         AND held.state IN ('waiting', 'sending') AND held.hold IN ('attention', 'conflict'))
                 ORDER BY seq LIMIT ?2)
             ORDER BY seq",
        )
        .bind(signed(after_seq))
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await?;
        complete(&mut conn, records).await
    }

    /// Called before a file with these operations appears: from here on they may reach the backend, so none of them
    /// can be taken back any more. They stay in the queue and may be sent over the network too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] or [`StoreError::WrongOpState`] when one was taken back, given up or received meanwhile:
    /// then nothing was changed, and the file must not appear.
    pub async fn mark_exported(&self, op_ids: &[OpId]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for op_id in op_ids {
            if !require(&mut tx, *op_id).await?.state.is_pending() {
                return Err(StoreError::WrongOpState(*op_id));
            }
            sqlx::query("UPDATE op SET sent = 1 WHERE op_id = ?1")
                .bind(op_id.to_string())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
