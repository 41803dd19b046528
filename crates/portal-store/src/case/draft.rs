//! Making, saving and deleting drafts.

use portal_domain::dossier::Dossier;
use portal_domain::ids::{AccountId, CaseId};
use portal_domain::review::ReturnItem;
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, Tracks};

use super::row::{CaseRow, insert, load, require, write};
use super::{photo, search};
use crate::error::StoreError;
use crate::fetched;
use crate::outbox;
use crate::store::{Conn, Store};
use crate::timeline::{self, Occurrence};

/// A draft to start.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub case_id: CaseId,
    pub owner: Option<AccountId>,
    pub profile_id: String,
    pub profile_version: String,
    /// Photos in it must be stored already.
    pub dossier: Dossier,
}

/// A save of what the user typed.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    pub case_id: CaseId,
    /// The revision that the user edited.
    pub expected_revision: u64,
    /// Its attachments are not looked at: the stored ones stay.
    pub dossier: &'a Dossier,
    pub only_photos_missing: bool,
}

impl Store {
    /// Starts a draft at revision 1.
    ///
    /// # Errors
    /// [`StoreError::Exists`].
    pub async fn create_case(&self, new: NewCase, now_ms: i64) -> Result<CaseRow, StoreError> {
        let row = CaseRow {
            case_id: new.case_id,
            owner: new.owner,
            revision: 1,
            rev: None,
            profile_id: new.profile_id,
            profile_version: new.profile_version,
            dossier: new.dossier,
            tracks: Tracks::default(),
            round: 0,
            only_photos_missing: false,
            returned_items: Vec::<ReturnItem>::new(),
            local_receipt: None,
            receipt_number: None,
            notice_number: None,
            created_at_ms: now_ms,
            updated_at_ms: now_ms,
            saved_at_ms: now_ms,
            status: CaseStatus::Draft,
        };
        let mut tx = self.begin().await?;
        insert(&mut tx, &row).await?;
        photo::write_photos(&mut tx, &row).await?;
        timeline::append(&mut tx, row.case_id, now_ms, &Occurrence::Created).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Saves a draft; returns the case at its new revision. Saved when this returns, not before.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the case was changed since, [`StoreError::Frozen`] when it may not be edited.
    pub async fn save_draft(&self, draft: Draft<'_>, now_ms: i64) -> Result<CaseRow, StoreError> {
        let mut tx = self.begin().await?;
        let mut row = editable(&mut tx, draft.case_id, Some(draft.expected_revision)).await?;
        let attachments = std::mem::take(&mut row.dossier.attachments);
        row.dossier = Dossier { attachments, ..draft.dossier.clone() };
        row.only_photos_missing = draft.only_photos_missing;
        row.revision += 1;
        row.saved_at_ms = now_ms;
        row.updated_at_ms = now_ms;
        write(&mut tx, &row).await?;
        let saved = require(&mut tx, draft.case_id).await?;
        tx.commit().await?;
        Ok(saved)
    }

    /// Pins a newer profile version to an editable case, after its owner saw what changed.
    ///
    /// # Errors
    /// As [`Store::save_draft`].
    pub async fn set_profile(
        &self,
        case_id: CaseId,
        expected_revision: u64,
        profile_id: &str,
        profile_version: &str,
        now_ms: i64,
    ) -> Result<CaseRow, StoreError> {
        let mut tx = self.begin().await?;
        let mut row = editable(&mut tx, case_id, Some(expected_revision)).await?;
        profile_id.clone_into(&mut row.profile_id);
        profile_version.clone_into(&mut row.profile_version);
        row.revision += 1;
        row.updated_at_ms = now_ms;
        write(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// One case, or nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case(&self, case_id: CaseId) -> Result<Option<CaseRow>, StoreError> {
        load(&mut *self.read().await?, case_id).await
    }

    /// Deletes a draft that was never submitted; its photos become garbage.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Frozen`] when the backend knows it or an operation waits.
    pub async fn delete_draft(&self, case_id: CaseId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let row = editable(&mut tx, case_id, None).await?;
        if row.review() != ReviewState::NotSubmitted || row.rev.is_some() {
            return Err(StoreError::Frozen);
        }
        delete(&mut tx, case_id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Removes a case with everything that hangs on it.
pub(crate) async fn delete(conn: &mut Conn, case_id: CaseId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM case_event WHERE case_id = ?1")
        .bind(case_id.to_string())
        .execute(&mut *conn)
        .await?;
    let id: i64 = sqlx::query_scalar("DELETE FROM case_ WHERE case_id = ?1 RETURNING id")
        .bind(case_id.to_string())
        .fetch_one(&mut *conn)
        .await?;
    search::remove(conn, id).await
}

/// The case, when it may be changed now: nothing of it waits to be sent or fetched, and its review is open to the
/// merchant.
pub(super) async fn editable(
    conn: &mut Conn,
    case_id: CaseId,
    expected_revision: Option<u64>,
) -> Result<CaseRow, StoreError> {
    let row = require(conn, case_id).await?;
    if expected_revision.is_some_and(|expected| expected != row.revision) {
        return Err(StoreError::Stale { current: row.revision });
    }
    let open = match row.review() {
        ReviewState::NotSubmitted | ReviewState::Returned => true,
        ReviewState::InReview | ReviewState::Accepted | ReviewState::Rejected | ReviewState::Withdrawn => {
            false
        }
    };
    // What another computer sent must be seen before anything is built on it.
    if !open || outbox::has_pending(conn, case_id).await? || fetched::is_wanted(conn, case_id).await? {
        return Err(StoreError::Frozen);
    }
    Ok(row)
}
