//! Photos: from the file a user gives to the bytes that will be sent.

use std::sync::Arc;

use portal_domain::dossier::{Attachment, Slot};
use portal_domain::ids::{CaseId, PhotoId, Sha256};
use portal_domain::profile::{SlotRule, builtin_profile};
use portal_domain::review::editable;
use portal_imaging::worker::Worker;
use portal_imaging::{FitSpec, Fitted, PREVIEW_PX, Severity, Step, Turn};
use portal_store::{CaseRow, NewPhoto, StoreError};

use crate::App;
use crate::account::Account;
use crate::case::{DEFAULT_PROFILE, profile_of};
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::photo_work::{self, PhotoWork};
use crate::verdict::{outline, subject, verdicts};
use crate::view::{CaseView, Changed, PhotoFitView};

/// Largest photo file that is looked at, in bytes.
pub const MAX_PHOTO_FILE_BYTES: u64 = portal_imaging::MAX_FILE_BYTES;
/// Longest side of a photo sent, in pixels.
const MAX_SIDE_PX: u32 = 2_000;
/// Longest reason for using a doubtful photo, in characters.
const MAX_REASON_CHARS: usize = 200;
/// Largest thumbnail that can be asked for, in pixels.
const MAX_THUMBNAIL_PX: u32 = 1_200;

impl App {
    /// Fits a picture to its slot and adds it to the end of the slot.
    ///
    /// # Errors
    /// `photo_*` codes say what is wrong with the picture; `frozen` when the case or the slot can't be changed.
    pub async fn photo_add(
        &self,
        case_id: CaseId,
        slot: Slot,
        bytes: Vec<u8>,
    ) -> Result<CaseView, CommandError> {
        self.photo_add_file(case_id, slot, "", bytes).await
    }

    /// As [`App::photo_add`], for a file whose name may claim another format than its content has. The name itself
    /// is not kept.
    ///
    /// # Errors
    /// As [`App::photo_add`].
    pub async fn photo_add_file(
        &self,
        case_id: CaseId,
        slot: Slot,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        self.place_photo(&account, &row, slot, None, file_name, bytes).await.map(|(_, view)| view)
    }

    /// Fits a file and puts it in a photo's place: the old one goes with the same change that the new one comes with.
    ///
    /// # Errors
    /// As [`App::photo_add`], and `not_found`; the old photo then stays.
    pub async fn photo_replace(
        &self,
        case_id: CaseId,
        photo_id: PhotoId,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        let (slot, _) = photo_of(&row, photo_id)?;
        self.place_photo(&account, &row, slot, Some(photo_id), file_name, bytes).await.map(|(_, view)| view)
    }

    /// The way of every photo into a case; gives its id with the case.
    pub(crate) async fn place_photo(
        &self,
        account: &Account,
        row: &CaseRow,
        slot: Slot,
        replaces: Option<PhotoId>,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<(PhotoId, CaseView), CommandError> {
        self.writable()?;
        let case_id = row.case_id;
        let pointer = may_change(row, slot)?;
        let rule = profile_of(row)?
            .slot(slot)
            .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field(&pointer, "not_offered"))?;
        let refused = |code, problem| Err(CommandError::new(code).field(&pointer, problem));
        let is_full = |row: &CaseRow| {
            let present = row.dossier.attachments.get(&slot).map_or(0, Vec::len);
            replaces.is_none() && present >= rule.max_count as usize
        };
        if is_full(row) {
            return refused(CommandCode::PhotoSlotFull, "too_many_photos");
        }
        let work = photo_work::current();
        let photo_id = work.as_ref().map_or_else(new_photo_id, |work| work.photo_id());
        let is_used = row.dossier.photos().any(|(_, _, known)| known.photo_id == photo_id);
        if is_used || account.shown_photo(photo_id).is_some() {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("new-photo-id", "in_use"));
        }
        let show = shown_as(account, photo_id, work);
        let (mut fitted, original) = self.fit_to(bytes, fit_spec(rule), Turn::None, show).await?;
        fitted.record_file_name(file_name);
        if fitted.verdicts.iter().any(|found| found.severity == Severity::Block) {
            return refused(CommandCode::PhotoShowsNothing, "shows_nothing");
        }
        let attachment = attachment(&fitted, photo_id, self.now())?;
        let same = |known: &Attachment| known.sha256 == attachment.sha256 && Some(known.photo_id) != replaces;
        let mut photo = NewPhoto {
            case_id,
            expected_revision: None,
            slot,
            replaces,
            attachment: attachment.clone(),
            bytes: fitted.bytes,
            original: Some(original),
        };
        // A phone or another window may have put one in meanwhile, and does again between this look and the writing.
        loop {
            let row = self.case_row(account, case_id).await?;
            may_change(&row, slot)?;
            if is_full(&row) {
                return refused(CommandCode::PhotoSlotFull, "too_many_photos");
            }
            if row.dossier.photos().any(|(_, _, known)| same(known)) {
                return refused(CommandCode::PhotoDuplicate, "same_photo_twice");
            }
            photo.expected_revision = Some(row.revision);
            match account.store.attach_photo(photo.clone(), self.now()).await {
                Ok(_) => break,
                Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let row = self.after_photo_change(account, case_id).await?;
        self.changed(Changed::Case { case_id });
        Ok((photo_id, self.case_view(account, row).await?))
    }

    pub async fn photo_remove(&self, case_id: CaseId, photo_id: PhotoId) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        let (slot, _) = photo_of(&row, photo_id)?;
        may_change(&row, slot)?;
        account.store.remove_photo(case_id, photo_id, None, self.now()).await?;
        let row = self.after_photo_change(&account, case_id).await?;
        self.changed(Changed::Case { case_id });
        self.case_view(&account, row).await
    }

    /// Turns a photo clockwise by one to three quarter turns: it is fitted anew from the file it came as, so that nothing gets worse by
    /// turning, and the original's hash stays.
    ///
    /// # Errors
    /// `invalid_argument` for another number of turns; `frozen` when the case or the slot can't be changed; `not_found`.
    pub async fn photo_turn(
        &self,
        case_id: CaseId,
        photo_id: PhotoId,
        quarters: u32,
    ) -> Result<CaseView, CommandError> {
        if !(1..=3).contains(&quarters) {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/quarters", "out_of_range"));
        }
        let account = self.account().await?;
        let row = account.store.case(case_id).await?.ok_or(CommandError::new(CommandCode::NotFound))?;
        let (slot, before) = photo_of(&row, photo_id)?;
        let pointer = may_change(&row, slot)?;
        let rule = profile_of(&row)?
            .slot(slot)
            .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field(&pointer, "not_offered"))?;

        let has_original = account.store.blob_exists(&before.original_sha256).await?;
        let (source, turn) = if has_original {
            (&before.original_sha256, turned_by(before).further_by(quarters))
        } else {
            (&before.sha256, Turn::None.further_by(quarters))
        };
        let bytes = account.store.read_blob(source).await?;
        let turned_id = new_photo_id();
        let show = shown_as(&account, turned_id, None);
        let (fitted, _) = self.fit_to(bytes, fit_spec(rule), turn, show).await?;
        let mut turned = attachment(&fitted, turned_id, self.now())?;
        turned.kept_because.clone_from(&before.kept_because);
        if !has_original {
            // What was sent before is all there is: its own history comes first.
            turned.original_sha256 = before.original_sha256.clone();
            turned.original_bytes = before.original_bytes;
            turned.steps.splice(0..0, before.steps.iter().cloned());
        }
        let photo = NewPhoto {
            case_id,
            expected_revision: None,
            slot,
            replaces: Some(photo_id),
            attachment: turned,
            bytes: fitted.bytes,
            original: None,
        };
        account.store.attach_photo(photo, self.now()).await?;
        let row = self.after_photo_change(&account, case_id).await?;
        self.changed(Changed::Case { case_id });
        self.case_view(&account, row).await
    }

    /// Writes down why a photo is used although the quality check doubts it: the reviewer reads it beside the photo.
    /// An empty reason takes it back.
    ///
    /// # Errors
    /// `invalid_argument` for a reason that is too long; `frozen` when the case or the slot can't be changed;
    /// `not_found`.
    pub async fn photo_keep(
        &self,
        case_id: CaseId,
        photo_id: PhotoId,
        reason: String,
    ) -> Result<CaseView, CommandError> {
        let reason = reason.trim();
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/reason", "too_long"));
        }
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        let (slot, _) = photo_of(&row, photo_id)?;
        may_change(&row, slot)?;
        let row = account.store.explain_photo(case_id, photo_id, reason, self.now()).await?;
        self.changed(Changed::Case { case_id });
        self.case_view(&account, row).await
    }

    /// The bytes of a photo that a view has shown; with `side` a thumbnail whose longest side is about that. Of a picture
    /// that is only being sorted there is the preview, and of one that is on its way into a slot as soon as it has pixels.
    ///
    /// # Errors
    /// `not_found` for an id that no view of this session named, and that no photo comes under.
    pub async fn photo_bytes(&self, photo_id: PhotoId, side: Option<u32>) -> Result<Vec<u8>, CommandError> {
        let account = self.account().await?;
        let preview = account.previews.get(photo_id);
        let Some(sha) = account.shown_photo(photo_id) else {
            // It is only being sorted.
            if let Some(preview) = preview {
                return Ok(preview);
            }
            // Nobody holds an account open by waiting, and what has been shown is for the one who is there then.
            drop(account);
            self.photo_coming(photo_id).await?;
            let account = self.account().await?;
            return account.previews.get(photo_id).ok_or(CommandError::new(CommandCode::NotFound));
        };
        if let Some(preview) = preview.filter(|_| side.is_some_and(|side| side <= PREVIEW_PX)) {
            return Ok(preview);
        }
        let bytes = match account.store.read_blob(&sha).await {
            // It isn't on this computer (any more), and nothing is wrong with that.
            Err(StoreError::BlobMissing(_)) => return Err(CommandError::new(CommandCode::NotFound)),
            read => read?,
        };
        match side {
            None => Ok(bytes),
            // By the worker: what is stored may have been kept as it came, byte by byte, or come from another computer.
            Some(side) => {
                let side = side.clamp(16, MAX_THUMBNAIL_PX);
                self.photo_pool(move |worker| worker.thumbnail(&bytes, side)).await
            }
        }
    }

    /// Fits a file in the worker process; gives the file back with it.
    pub(crate) async fn fit(
        &self,
        bytes: Vec<u8>,
        rule: &SlotRule,
        turn: Turn,
    ) -> Result<(Fitted, Vec<u8>), CommandError> {
        self.fit_to(bytes, fit_spec(rule), turn, |_| {}).await
    }

    /// As [`App::fit`], within other limits than a slot's; `show` gets the preview as soon as there are pixels.
    pub(crate) async fn fit_to(
        &self,
        bytes: Vec<u8>,
        spec: FitSpec,
        turn: Turn,
        show: impl FnOnce(&[u8]) + Send + 'static,
    ) -> Result<(Fitted, Vec<u8>), CommandError> {
        self.photo_pool(move |worker| {
            worker.fit_showing(&bytes, &spec, turn, show).map(|fitted| (fitted, bytes))
        })
        .await
    }
}

/// Fits a file to a slot of the profile that new cases get, without a profile folder or an account. Gives what was
/// done with it, and the JPEG. Blocks until the worker process has answered.
///
/// # Errors
/// `photo_*` codes say what is wrong with the file; `worker_missing`.
pub fn photo_fit(slot: Slot, file_name: &str, bytes: &[u8]) -> Result<(PhotoFitView, Vec<u8>), CommandError> {
    let mut fitted = fitted_to(slot, bytes)?;
    fitted.record_file_name(file_name);
    let attachment = attachment(&fitted, new_photo_id(), 0)?;
    let (outline, verdicts) = (outline(&attachment), verdicts(&attachment));
    let view = PhotoFitView {
        slot,
        media_type: attachment.media_type,
        width_px: attachment.width_px,
        height_px: attachment.height_px,
        size_bytes: attachment.size_bytes,
        sha256: attachment.sha256,
        original_bytes: attachment.original_bytes,
        original_sha256: attachment.original_sha256,
        outline,
        verdicts,
        steps: attachment.steps,
        expiry: None,
    };
    Ok((view, fitted.bytes))
}

/// A file fitted to a slot of the profile that new cases get.
pub(crate) fn fitted_to(slot: Slot, bytes: &[u8]) -> Result<Fitted, CommandError> {
    let pointer = format!("/attachments/{}", slot.as_str());
    let profile = builtin_profile(DEFAULT_PROFILE).ok_or(CommandError::new(CommandCode::Internal))?;
    let rule = profile
        .slot(slot)
        .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field(&pointer, "not_offered"))?;
    let worker = Worker::installed().ok_or(CommandError::new(CommandCode::WorkerMissing))?;
    Ok(worker.fit(bytes, &fit_spec(rule))?)
}

/// The photo with its slot.
fn photo_of(row: &CaseRow, photo_id: PhotoId) -> Result<(Slot, &Attachment), CommandError> {
    let mut photos = row.dossier.photos();
    let found = photos.find(|(_, _, photo)| photo.photo_id == photo_id);
    found.map(|(slot, _, photo)| (slot, photo)).ok_or(CommandError::new(CommandCode::NotFound))
}

/// The slot's pointer, if a return, where there is one, opened it.
pub(crate) fn may_change(row: &CaseRow, slot: Slot) -> Result<String, CommandError> {
    let pointer = format!("/attachments/{}", slot.as_str());
    if !row.returned_items.is_empty() && !editable(&pointer, &row.returned_items) {
        return Err(CommandError::new(CommandCode::Frozen).field(&pointer, "not_returned"));
    }
    Ok(pointer)
}

/// How far a person has turned the photo so far.
fn turned_by(photo: &Attachment) -> Turn {
    let steps = photo.steps.iter().filter_map(|step| serde_json::from_value(step.clone()).ok());
    let mut turns = steps.filter_map(|step| match step {
        Step::Turned { by } => Some(by),
        _ => None,
    });
    turns.next_back().unwrap_or_default()
}

pub(crate) fn fit_spec(rule: &SlotRule) -> FitSpec {
    FitSpec {
        send_bytes: rule.send_bytes,
        max_bytes: rule.max_bytes,
        max_side_px: MAX_SIDE_PX,
        min_short_side_px: rule.min_short_side_px,
        subject: subject(rule.slot),
    }
}

fn new_photo_id() -> PhotoId {
    PhotoId(uuid::Uuid::new_v4())
}

/// Keeps a photo's preview with its account, and tells who waits for it.
fn shown_as(
    account: &Account,
    photo_id: PhotoId,
    work: Option<Arc<PhotoWork>>,
) -> impl FnOnce(&[u8]) + Send + 'static {
    let previews = Arc::clone(&account.previews);
    move |preview| {
        previews.keep(photo_id, preview.to_vec());
        if let Some(work) = &work {
            work.shown();
        }
    }
}

fn attachment(fitted: &Fitted, photo_id: PhotoId, now_ms: i64) -> Result<Attachment, CommandError> {
    let sha = |text: &str| text.parse::<Sha256>().map_err(|error| internal("photo hash", &error));
    let steps = fitted.steps.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    let verdicts = fitted.verdicts.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    Ok(Attachment {
        photo_id,
        sha256: sha(&fitted.sha256)?,
        size_bytes: fitted.bytes.len() as u64,
        media_type: fitted.media_type.to_owned(),
        width_px: fitted.width,
        height_px: fitted.height,
        original_sha256: sha(&fitted.original_sha256)?,
        original_bytes: fitted.original_bytes,
        steps: steps.map_err(|error| internal("photo steps", &error))?,
        verdicts: verdicts.map_err(|error| internal("photo verdicts", &error))?,
        kept_because: String::new(),
        added_at_ms: now_ms,
    })
}
