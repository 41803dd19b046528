//! Photos of a case: the only way its attachments change.

use portal_domain::dossier::{Attachment, Slot};
use portal_domain::ids::{CaseId, PhotoId};

use super::draft::editable;
use super::row::{CaseRow, require, write};
use crate::blob::hash;
use crate::error::StoreError;
use crate::store::{Conn, Store};

/// A photo to add to a slot.
#[derive(Clone)]
pub struct NewPhoto {
    pub case_id: CaseId,
    /// Refused when the case has another revision; a photo added beside typing may leave it out, since it can
    /// overwrite nothing.
    pub expected_revision: Option<u64>,
    pub slot: Slot,
    /// The photo of that slot whose place it takes; else it goes to the slot's end.
    pub replaces: Option<PhotoId>,
    pub attachment: Attachment,
    /// The bytes to send: `attachment.sha256`.
    pub bytes: Vec<u8>,
    /// The file as the user gave it, when it is kept: `attachment.original_sha256`.
    pub original: Option<Vec<u8>>,
}

impl Store {
    /// Stores the bytes, then names them in the document: a crash in between leaves a file that is swept.
    ///
    /// # Errors
    /// [`StoreError::BlobMismatch`] when the bytes aren't the declared ones, [`StoreError::Exists`] for a photo id
    /// used before, [`StoreError::NotFound`] when the photo to replace isn't in the slot, [`StoreError::Stale`],
    /// [`StoreError::Frozen`], [`StoreError::DiskFull`]. After an error the slot is as it was.
    pub async fn attach_photo(&self, photo: NewPhoto, now_ms: i64) -> Result<CaseRow, StoreError> {
        let NewPhoto { case_id, expected_revision, slot, replaces, attachment, bytes, original } = photo;
        if bytes.len() as u64 != attachment.size_bytes {
            return Err(StoreError::BlobMismatch(attachment.sha256));
        }
        for (bytes, sha) in [(Some(bytes), &attachment.sha256), (original, &attachment.original_sha256)] {
            let Some(bytes) = bytes else { continue };
            if hash(&bytes) != *sha {
                return Err(StoreError::BlobMismatch(sha.clone()));
            }
            self.put_blob(bytes, now_ms).await?;
        }
        self.change_photos(case_id, expected_revision, now_ms, |row| {
            if row.dossier.photos().any(|(_, _, known)| known.photo_id == attachment.photo_id) {
                return Err(StoreError::Exists);
            }
            let photos = row.dossier.attachments.entry(slot).or_default();
            match replaces {
                None => photos.push(attachment),
                Some(old) => {
                    *photos.iter_mut().find(|photo| photo.photo_id == old).ok_or(StoreError::NotFound)? =
                        attachment;
                }
            }
            Ok(())
        })
        .await
    }

    /// Takes a photo out of the document; its file stays while an operation or another case names it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`], [`StoreError::Frozen`].
    pub async fn remove_photo(
        &self,
        case_id: CaseId,
        photo_id: PhotoId,
        expected_revision: Option<u64>,
        now_ms: i64,
    ) -> Result<CaseRow, StoreError> {
        self.change_photos(case_id, expected_revision, now_ms, |row| take(row, photo_id).map(drop)).await
    }

    /// Puts a photo into a slot at a place, counted from 0 and limited to the slot's end.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`], [`StoreError::Frozen`].
    pub async fn move_photo(
        &self,
        case_id: CaseId,
        photo_id: PhotoId,
        to: (Slot, usize),
        expected_revision: Option<u64>,
        now_ms: i64,
    ) -> Result<CaseRow, StoreError> {
        self.change_photos(case_id, expected_revision, now_ms, |row| {
            let photo = take(row, photo_id)?;
            let (slot, index) = to;
            let photos = row.dossier.attachments.entry(slot).or_default();
            photos.insert(index.min(photos.len()), photo);
            Ok(())
        })
        .await
    }

    /// Writes down why a photo is used although the quality check doubts it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Frozen`].
    pub async fn explain_photo(
        &self,
        case_id: CaseId,
        photo_id: PhotoId,
        kept_because: &str,
        now_ms: i64,
    ) -> Result<CaseRow, StoreError> {
        self.change_photos(case_id, None, now_ms, |row| {
            let mut photos = row.dossier.attachments.values_mut().flatten();
            let photo = photos.find(|photo| photo.photo_id == photo_id).ok_or(StoreError::NotFound)?;
            kept_because.clone_into(&mut photo.kept_because);
            Ok(())
        })
        .await
    }

    async fn change_photos(
        &self,
        case_id: CaseId,
        expected_revision: Option<u64>,
        now_ms: i64,
        change: impl FnOnce(&mut CaseRow) -> Result<(), StoreError> + Send,
    ) -> Result<CaseRow, StoreError> {
        let mut tx = self.begin().await?;
        let mut row = editable(&mut tx, case_id, expected_revision).await?;
        change(&mut row)?;
        row.revision += 1;
        row.saved_at_ms = now_ms;
        row.updated_at_ms = now_ms;
        write(&mut tx, &row).await?;
        write_photos(&mut tx, &row).await?;
        let changed = require(&mut tx, case_id).await?;
        tx.commit().await?;
        Ok(changed)
    }
}

fn take(row: &mut CaseRow, photo_id: PhotoId) -> Result<Attachment, StoreError> {
    let mut taken = None;
    row.dossier.attachments.retain(|_, photos| {
        if let Some(index) = photos.iter().position(|photo| photo.photo_id == photo_id) {
            taken = Some(photos.remove(index));
        }
        !photos.is_empty()
    });
    taken.ok_or(StoreError::NotFound)
}

/// Makes the references of the case's photos those of its document.
pub(crate) async fn write_photos(conn: &mut Conn, row: &CaseRow) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM case_photo WHERE case_id = ?1")
        .bind(row.case_id.to_string())
        .execute(&mut *conn)
        .await?;
    for (_, _, photo) in row.dossier.photos() {
        sqlx::query(
            "INSERT INTO case_photo (case_id, photo_id, sha, original_sha)
             SELECT ?1, ?2, sha, ?4 FROM blob WHERE sha = ?3",
        )
        .bind(row.case_id.to_string())
        .bind(photo.photo_id.to_string())
        .bind(photo.sha256.as_str())
        .bind(photo.original_sha256.as_str())
        .execute(&mut *conn)
        .await
        .map_err(StoreError::from)
        .and_then(|done| match done.rows_affected() {
            0 => Err(StoreError::BlobMissing(photo.sha256.clone())),
            _ => Ok(()),
        })?;
    }
    Ok(())
}
