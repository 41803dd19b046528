//! What photos say: read beside everything else, compared with the form, offered where a field is empty.
//!
//! A reading is kept by the hash of the photo's bytes for as long as the account is unlocked; it can be had again at
//! any time, so nothing of it is stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use portal_domain::dossier::{Attachment, Dossier, Slot};
use portal_domain::ids::{CaseId, Sha256};
use portal_domain::problem::{Problem, ProblemCode};
use portal_domain::{clean, division};
use portal_imaging::Fitted;
use portal_recognition::reader::{ReadError, Reader};
use portal_recognition::{Field, Key, Paper, Reading, Request, places};
use portal_store::CaseRow;

use crate::App;
use crate::account::Account;
use crate::clock::beijing_date;
use crate::error::{CommandCode, CommandError};
use crate::photo::fitted_to;
use crate::verdict::outline;
use crate::view::{
    Agreement, CaseView, Changed, Editing, PhotoArea, PhotoReadView, ReadFieldView, ReadingState,
    SuggestionView,
};

/// From this confidence on, without a check digit, a difference is worth a word.
const SURE_FROM: f32 = 0.8;

/// What the photos of one account were read to say.
#[derive(Default)]
pub(crate) struct Readings(Mutex<HashMap<Sha256, State>>);

#[derive(Clone)]
enum State {
    InProgress,
    Read(Arc<Reading>),
    Failed,
}

impl Readings {
    /// Whether nobody has begun to read this photo: the caller does now.
    fn begin(&self, sha: &Sha256) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains_key(sha) {
            return false;
        }
        known.insert(sha.clone(), State::InProgress);
        true
    }

    fn end(&self, sha: Sha256, state: State) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sha, state);
    }

    /// Takes over what was read before the photo was in a case.
    pub(crate) fn keep(&self, sha: Sha256, reading: Reading) {
        self.end(sha, State::Read(Arc::new(reading)));
    }

    fn get(&self, sha: &Sha256) -> Option<State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sha).cloned()
    }

    pub(crate) fn state(&self, sha: &Sha256) -> ReadingState {
        match self.get(sha) {
            None => ReadingState::NotRead,
            Some(State::InProgress) => ReadingState::InProgress,
            Some(State::Read(reading)) if reading.print_was_read => ReadingState::Read,
            Some(State::Read(_)) => ReadingState::CodeOnly,
            Some(State::Failed) => ReadingState::Failed,
        }
    }

    /// Everything that the photos say about fields of the form.
    pub(crate) fn suggestions(&self, dossier: &Dossier) -> Vec<SuggestionView> {
        let read: Vec<_> = dossier
            .photos()
            .filter_map(|(slot, _, photo)| match self.get(&photo.sha256) {
                Some(State::Read(reading)) => Some((slot, photo, reading)),
                _ => None,
            })
            .collect();
        let mut suggestions: Vec<SuggestionView> = Vec::new();
        // Every save asks: most cases have nothing to compare.
        if read.is_empty() {
            return suggestions;
        }
        let document = serde_json::to_value(dossier).unwrap_or_default();
        for (slot, photo, reading) in read {
            for field in &reading.fields {
                for pointer in places(slot, field.key, dossier) {
                    let typed =
                        document.pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
                    let suggestion = suggestion(pointer, field, slot, photo, typed);
                    let is_new = suggestions
                        .iter()
                        .all(|known| known.pointer != suggestion.pointer || known.value != suggestion.value);
                    if is_new {
                        suggestions.push(suggestion);
                    }
                }
            }
        }
        suggestions
    }
}

/// Fields that say something else than a photo that was read without doubt.
pub(crate) fn differences(suggestions: &[SuggestionView]) -> impl Iterator<Item = Problem> {
    let sure =
        |found: &&SuggestionView| found.checked || f32::from(found.confidence_percent) >= SURE_FROM * 100.0;
    suggestions.iter().filter(|found| found.agreement == Agreement::Differs).filter(sure).map(|found| {
        let slot = format!("/attachments/{}", found.slot.as_str());
        Problem::warning(&found.pointer, ProblemCode::DiffersFromPhoto).with("other", slot)
    })
}

impl App {
    /// Begins to read the photos of a case that haven't been read, if it can be changed. Returns at once; what is found
    /// comes with the case's view, which changes with each photo that is done.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn photo_read(&self, case_id: CaseId) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        if !matches!(self.editing(&account, &row), Editing::Nothing { .. }) {
            self.begin_to_read(&account, &row);
        }
        self.case_view(&account, row).await
    }

    fn begin_to_read(&self, account: &Account, row: &CaseRow) {
        let Some(reader) = self.reader() else { return };
        let today = beijing_date(self.now());
        for (slot, _, photo) in row.dossier.photos() {
            let Some(paper) = Paper::of(slot).filter(|_| account.readings.begin(&photo.sha256)) else {
                continue;
            };
            let (reader, readings) = (reader.clone(), Arc::clone(&account.readings));
            let (store, permits) = (Arc::downgrade(&account.store), self.reading_permits());
            let (changes, case_id, sha) = (self.changes_sender(), row.case_id, photo.sha256.clone());
            let request = Request { paper: Some(paper), corners: corners(photo), today };
            tokio::spawn(async move {
                let state = match permits.acquire().await {
                    // An account that was locked meanwhile wants nothing read any more.
                    Ok(_permit) => match store.upgrade() {
                        Some(store) => {
                            let bytes = store.read_blob(&sha).await;
                            drop(store);
                            match bytes {
                                Ok(bytes) => read(reader, bytes, request).await,
                                Err(_) => State::Failed,
                            }
                        }
                        None => return,
                    },
                    Err(_) => return,
                };
                readings.end(sha, state);
                // Nobody listening is fine.
                let _heard_by = changes.send(Changed::Case { case_id });
            });
        }
    }
}

/// Where the paper lies in the photo, as it was outlined when it was fitted.
fn corners(photo: &Attachment) -> Option<[(f64, f64); 4]> {
    let outline = outline(photo)?;
    <[_; 4]>::try_from(outline).ok().map(|corners| corners.map(|point| (point.x.into(), point.y.into())))
}

pub(crate) fn corners_of(fitted: &Fitted) -> Option<[(f64, f64); 4]> {
    fitted.outline().map(|outline| outline.corners.map(|corner| (corner.x.into(), corner.y.into())))
}

async fn read(reader: Reader, bytes: Vec<u8>, request: Request) -> State {
    match tokio::task::spawn_blocking(move || reader.read(&bytes, request)).await {
        Ok(Ok(reading)) => State::Read(Arc::new(reading)),
        Ok(Err(error)) => {
            tracing::warn!(reason = %error, "a photo could not be read");
            State::Failed
        }
        Err(_) => State::Failed,
    }
}

/// Reads a photo file as it would be sent, without a profile folder or an account. Blocks until both worker processes
/// have answered. `now_ms` says which day it is.
///
/// # Errors
/// `photo_*` codes say what is wrong with the file; `invalid_argument` for a slot whose papers aren't read;
/// `worker_missing`.
pub fn photo_read(slot: Slot, bytes: &[u8], now_ms: i64) -> Result<PhotoReadView, CommandError> {
    let pointer = format!("/attachments/{}", slot.as_str());
    let paper = Paper::of(slot)
        .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field(&pointer, "not_read"))?;
    let fitted = fitted_to(slot, bytes)?;
    let reader = Reader::installed().ok_or(CommandError::new(CommandCode::WorkerMissing))?;
    let request = Request { paper: Some(paper), corners: corners_of(&fitted), today: beijing_date(now_ms) };
    let reading = reader.read(&fitted.bytes, request)?;
    let size = (fitted.width, fitted.height);
    let empty = Dossier::default();
    let fields = reading.fields.iter().map(|field| ReadFieldView {
        pointer: places(slot, field.key, &empty).first().map(|pointer| (*pointer).to_owned()),
        key: field.key.into(),
        value: field.value.clone(),
        source: field.source.into(),
        confidence_percent: percent(field.confidence),
        checked: field.checked,
        place: area(field, size),
    });
    Ok(PhotoReadView {
        slot,
        sha256: fitted.sha256.parse().map_err(|error| crate::failure::internal("photo hash", &error))?,
        width_px: fitted.width,
        height_px: fitted.height,
        print_was_read: reading.print_was_read,
        fields: fields.collect(),
    })
}

impl From<ReadError> for CommandError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Picture { rejection } => rejection.into(),
            // They come with the programs, and installing again brings them back.
            ReadError::Models => Self::new(CommandCode::WorkerMissing),
        }
    }
}

fn suggestion(pointer: &str, field: &Field, slot: Slot, photo: &Attachment, typed: &str) -> SuggestionView {
    let value = match field.key {
        Key::Address => division::after_names(&field.value),
        _ => &field.value,
    }
    .to_owned();
    let agreement = if typed.trim().is_empty() {
        Agreement::Empty
    } else if compared(typed) == compared(&value) {
        Agreement::Same
    } else {
        Agreement::Differs
    };
    SuggestionView {
        pointer: pointer.to_owned(),
        value,
        slot,
        photo_id: photo.photo_id,
        source: field.source.into(),
        confidence_percent: percent(field.confidence),
        checked: field.checked,
        place: area(field, (photo.width_px, photo.height_px)),
        agreement,
    }
}

/// What two ways of writing the same have in common: letters and digits, in one width.
fn compared(text: &str) -> String {
    clean::text(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

fn percent(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

fn area(field: &Field, (width, height): (u32, u32)) -> PhotoArea {
    let least = |of: fn(&(f64, f64)) -> f64| field.place.iter().map(of).fold(f64::MAX, f64::min).max(0.0);
    let most = |of: fn(&(f64, f64)) -> f64| field.place.iter().map(of).fold(f64::MIN, f64::max);
    let (wide, high) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let (left, top) = (least(|p| p.0) / wide, least(|p| p.1) / high);
    let (right, bottom) = ((most(|p| p.0) / wide).min(1.0), (most(|p| p.1) / high).min(1.0));
    PhotoArea { left, top, width: (right - left).max(0.0), height: (bottom - top).max(0.0) }
}
