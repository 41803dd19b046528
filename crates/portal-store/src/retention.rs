//! Photos don't stay on a computer for ever.

use crate::blob::parse_shas;
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Removes from this computer the photos (and the originals kept beside them) of cases that ended at or before
    /// `ended_at_ms`: rejected, withdrawn, or activated. Only those go that a stored receipt of their case lists, and
    /// that no other case or operation still needs. Hashes, receipts and printed documents stay. Returns how many
    /// files went; running it again continues after a crash.
    ///
    /// # Errors
    /// What the database or the disk says.
    pub async fn retire_photos(&self, ended_at_ms: i64) -> Result<u64, StoreError> {
        // The gate before the writer, as in `put_blob`: the other order could wait for ever.
        let _exclusive = self.blobs.gate().write().await;
        let mut tx = self.begin().await?;
        let retired: Vec<String> = sqlx::query_scalar(
            "WITH received (case_id, sha) AS (
                 SELECT op.case_id, b.sha FROM op JOIN op_blob b ON b.op_id = op.op_id
                 WHERE op.state = 'received' AND op.receipt IS NOT NULL),
             ended (case_id) AS (
                 SELECT case_id FROM case_
                 WHERE (review IN ('rejected', 'withdrawn') OR json_extract(tracks, '$.activation') = 'done')
                     AND updated_at_ms <= ?1
                     AND NOT EXISTS (SELECT 1 FROM op WHERE op.case_id = case_.case_id
                         AND op.state IN ('waiting', 'sending'))),
             -- A file, a case that needs it, and the photo of which the backend must have signed.
             needed (sha, case_id, signed) AS (
                 SELECT sha, case_id, sha FROM case_photo
                 UNION SELECT original_sha, case_id, sha FROM case_photo
                 UNION SELECT b.sha, op.case_id, b.sha FROM op JOIN op_blob b ON b.op_id = op.op_id)
             UPDATE blob SET here = 0
             WHERE here AND sha IN (SELECT sha FROM needed)
                 AND NOT EXISTS (SELECT 1 FROM needed WHERE needed.sha = blob.sha
                     AND NOT (needed.case_id IN (SELECT case_id FROM ended)
                         AND EXISTS (SELECT 1 FROM received
                             WHERE received.case_id = needed.case_id AND received.sha = needed.signed)))
                 AND NOT EXISTS (SELECT 1 FROM document WHERE document.sha = blob.sha)
             RETURNING sha",
        )
        .bind(ended_at_ms)
        .fetch_all(&mut *tx)
        .await?;
        let retired = parse_shas(retired)?;
        tx.commit().await?;
        self.erase_files(retired).await
    }
}
