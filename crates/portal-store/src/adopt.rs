//! Taking over the guest's drafts at enrolment.

use portal_domain::ids::{AccountId, CaseId};

use crate::case;
use crate::error::StoreError;
use crate::outbox;
use crate::store::Store;
use crate::timeline::{self, Occurrence};

impl Store {
    /// Copies every draft of `guest` with its photos, sealed under this account's keys, and gives it to `owner`.
    /// Returns the cases that are here now; those copied before are not copied again. The guest's own stay until
    /// [`Store::forget_adopted`].
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`] or [`StoreError::BlobDamaged`] when a draft's photo can't be read: that draft is
    /// not copied, those before it are. [`StoreError::DiskFull`].
    pub async fn adopt_from(
        &self,
        guest: &Store,
        owner: Option<AccountId>,
        now_ms: i64,
    ) -> Result<Vec<CaseId>, StoreError> {
        let mut adopted = Vec::new();
        for case_id in guest.case_ids().await? {
            if self.case(case_id).await?.is_none() {
                self.adopt(guest, case_id, owner, now_ms).await?;
            }
            adopted.push(case_id);
        }
        Ok(adopted)
    }

    /// Deletes from the guest's store what another store has adopted.
    ///
    /// # Errors
    /// What the database says; running it again continues.
    pub async fn forget_adopted(&self, adopted: &[CaseId]) -> Result<(), StoreError> {
        for case_id in adopted {
            let mut tx = self.begin().await?;
            if case::load(&mut tx, *case_id).await?.is_some() {
                case::delete(&mut tx, *case_id).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    async fn adopt(
        &self,
        guest: &Store,
        case_id: CaseId,
        owner: Option<AccountId>,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let Some(mut row) = guest.case(case_id).await? else { return Ok(()) };
        for (_, _, photo) in row.dossier.photos() {
            self.put_blob(guest.read_blob(&photo.sha256).await?, now_ms).await?;
            // The original is kept only when it differs from what is sent, and may have been left out.
            if guest.blob_exists(&photo.original_sha256).await? {
                self.put_blob(guest.read_blob(&photo.original_sha256).await?, now_ms).await?;
            }
        }
        row.owner = owner;
        let mut tx = self.begin().await?;
        if case::load(&mut tx, case_id).await?.is_some() {
            return Ok(());
        }
        case::insert(&mut tx, &row).await?;
        case::write_photos(&mut tx, &row).await?;
        timeline::append(&mut tx, case_id, row.created_at_ms, &Occurrence::Created).await?;
        timeline::append(&mut tx, case_id, now_ms, &Occurrence::Adopted).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Cases of which nothing is in the queue: a guest's store has no others.
    async fn case_ids(&self) -> Result<Vec<CaseId>, StoreError> {
        let mut conn = self.read().await?;
        let texts: Vec<String> =
            sqlx::query_scalar("SELECT case_id FROM case_ ORDER BY id").fetch_all(&mut *conn).await?;
        let mut case_ids = Vec::with_capacity(texts.len());
        for text in texts {
            let case_id = text.parse().map_err(|_| StoreError::Damaged("case id"))?;
            if !outbox::has_pending(&mut conn, case_id).await? {
                case_ids.push(case_id);
            }
        }
        Ok(case_ids)
    }
}
