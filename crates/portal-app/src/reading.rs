//! What photos say: read beside everything else, compared with the form, offered where a field is empty.
//!
//! A reading is kept by the hash of the photo's bytes for as long as the account is unlocked; it can be had again at
//! any time, so nothing of it is stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use portal_domain::check::Expiry;
use portal_domain::dossier::{Attachment, Dossier, Slot};
use portal_domain::ids::{CaseId, Sha256};
use portal_domain::problem::{Problem, ProblemCode};
use portal_domain::{clean, division, pointer};
use portal_imaging::Fitted;
use portal_recognition::reader::{ReadError, Reader};
use portal_recognition::{Field, Key, Paper, Reading, Request, agree, places};
use portal_store::CaseRow;

use crate::App;
use crate::account::Account;
use crate::clock::beijing_date;
use crate::error::{CommandCode, CommandError};
use crate::photo::{fitted_to, photo_fit};
use crate::verdict::outline;
use crate::view::{
    Agreement, CaseView, Changed, Editing, ExpiryView, PhotoArea, PhotoFitView, PhotoPoint, PhotoReadView,
    PhotoVerdictCode, ReadFieldView, ReadingState, SuggestionView,
};

/// From this confidence on, without a check digit, a difference is worth a word.
const SURE_FROM: f32 = 0.8;

/// A paper whose photo is taken now should outlast the review, and not be asked for again at once: a new licence takes
/// weeks.
const EXPIRY_SOON_DAYS: u32 = 90;

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

    fn forget(&self, sha: &Sha256) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(sha);
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

    /// How far the photo lies from upright.
    pub(crate) fn quarter_turns(&self, sha: &Sha256) -> u32 {
        match self.get(sha) {
            Some(State::Read(reading)) => reading.turn.quarters(),
            _ => 0,
        }
    }

    /// Everything that the photos say about fields of the form.
    pub(crate) fn suggestions(&self, dossier: &Dossier) -> Vec<SuggestionView> {
        let (mut read, mut of) = (Vec::new(), Vec::new());
        for (slot, _, photo) in dossier.photos() {
            if let Some(State::Read(reading)) = self.get(&photo.sha256) {
                read.extend(reading.fields.iter().map(|field| (slot, field.clone())));
                of.extend(reading.fields.iter().map(|_| photo));
            }
        }
        let mut suggestions: Vec<SuggestionView> = Vec::new();
        // Every save asks: most cases have nothing to compare.
        if read.is_empty() {
            return suggestions;
        }
        agree(&mut read, dossier);
        let document = serde_json::to_value(dossier).unwrap_or_default();
        for ((slot, field), photo) in read.iter().zip(of) {
            for pointer in places(*slot, field.key, dossier) {
                let typed = document.pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
                let suggestion = suggestion(pointer, field, *slot, photo, typed);
                let is_new = suggestions
                    .iter()
                    .all(|known| known.pointer != suggestion.pointer || known.value != suggestion.value);
                if is_new {
                    suggestions.push(suggestion);
                }
            }
        }
        suggestions
    }

    /// Papers that have expired by what was read on them, or will soon, where the form's own check doesn't say so already.
    pub(crate) fn expiries(&self, dossier: &Dossier, said: &[Problem], today: Date) -> Vec<Problem> {
        let is_said = |pointer: &str| {
            said.iter().any(|problem| {
                problem.pointer == pointer
                    && matches!(problem.code, ProblemCode::Expired | ProblemCode::ExpiresSoon)
            })
        };
        let mut problems: Vec<Problem> = Vec::new();
        for (slot, _, photo) in dossier.photos() {
            let Some(State::Read(reading)) = self.get(&photo.sha256) else { continue };
            // Some papers' days have no field in the form.
            if places(slot, Key::ValidUntil, dossier).iter().any(|pointer| is_said(pointer)) {
                continue;
            }
            let Some(ExpiryView { until, days_left }) = expiry(&reading, today) else { continue };
            let slot = pointer::slot(slot);
            let problem = match days_left {
                None => Problem::warning(slot, ProblemCode::Expired),
                Some(days_left) => Problem::warning(slot, ProblemCode::ExpiresSoon).with("days", days_left),
            };
            let problem = problem.with("until", until);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    /// What its words say against a photo's slot: it is another paper, or the other side of the card.
    pub(crate) fn shows_another(&self, slot: Slot, sha: &Sha256) -> Option<PhotoVerdictCode> {
        let State::Read(reading) = self.get(sha)? else { return None };
        let (told, asked) = (reading.document?, Paper::of(slot)?);
        // A label of a terminal belongs nowhere, and may well stand on a table.
        if told.slots().is_empty() {
            return None;
        }
        let is_card = |paper: Paper| matches!(paper, Paper::IdPortrait | Paper::IdEmblem);
        match told.paper() {
            Some(paper) if paper == asked => None,
            Some(paper) if is_card(paper) && is_card(asked) => Some(PhotoVerdictCode::WrongSide),
            _ => Some(PhotoVerdictCode::WrongDocument),
        }
    }
}

/// Fields that say something else than a photo that was read without doubt.
pub(crate) fn differences(suggestions: &[SuggestionView]) -> impl Iterator<Item = Problem> {
    suggestions.iter().filter(|found| found.agreement == Agreement::Differs).filter(is_sure).map(|found| {
        let slot = format!("/attachments/{}", found.slot.as_str());
        Problem::warning(&found.pointer, ProblemCode::DiffersFromPhoto).with("other", slot)
    })
}

/// A check digit or the model is sure of it.
fn is_sure(found: &&SuggestionView) -> bool {
    found.checked || f32::from(found.confidence_percent) >= SURE_FROM * 100.0
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
                                // It may come from the backend yet.
                                Err(_) => return readings.forget(&sha),
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
    corners_at(&outline(photo)?)
}

fn corners_at(outline: &[PhotoPoint]) -> Option<[(f64, f64); 4]> {
    let corners: &[PhotoPoint; 4] = outline.try_into().ok()?;
    Some(corners.each_ref().map(|point| (point.x.into(), point.y.into())))
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

/// Reads a photo file as it would be sent in a slot, or finds out which document it is, without a profile folder or an account. Blocks
/// until both worker processes have answered. `now_ms` says which day it is.
///
/// # Errors
/// `photo_*` codes say what is wrong with the file; `invalid_argument` for a slot whose papers aren't read;
/// `worker_missing`.
pub fn photo_read(slot: Option<Slot>, bytes: &[u8], now_ms: i64) -> Result<PhotoReadView, CommandError> {
    let not_read = |slot: Slot| {
        let pointer = format!("/attachments/{}", slot.as_str());
        CommandError::new(CommandCode::InvalidArgument).field(&pointer, "not_read")
    };
    let paper = slot.map(|slot| Paper::of(slot).ok_or_else(|| not_read(slot))).transpose()?;
    let fitted = fitted_to(slot.unwrap_or(Slot::Other), bytes)?;
    let reader = Reader::installed().ok_or(CommandError::new(CommandCode::WorkerMissing))?;
    let request = Request { paper, corners: corners_of(&fitted), today: beijing_date(now_ms) };
    let reading = reader.read(&fitted.bytes, request)?;
    let size = (fitted.width, fitted.height);
    let empty = Dossier::default();
    let fields = reading.fields.iter().map(|field| ReadFieldView {
        pointer: slot
            .and_then(|slot| places(slot, field.key, &empty).first())
            .map(|pointer| (*pointer).to_owned()),
        key: field.key.into(),
        value: field.value.clone(),
        source: field.source.into(),
        confidence_percent: percent(field.confidence),
        checked: field.checked,
        place: area(field, size),
    });
    Ok(PhotoReadView {
        slot,
        document: reading.document.map(Into::into),
        quarter_turns: reading.turn.quarters(),
        expiry: expiry(&reading, request.today),
        sha256: fitted.sha256.parse().map_err(|error| crate::failure::internal("photo hash", &error))?,
        width_px: fitted.width,
        height_px: fitted.height,
        print_was_read: reading.print_was_read,
        fields: fields.collect(),
    })
}

/// As [`photo_fit`], with what the paper's own last day says, where it has one and it can be read here. `now_ms` says
/// which day it is.
///
/// # Errors
/// As [`photo_fit`]. A paper that can't be read is checked all the same.
pub fn photo_check(
    slot: Slot,
    file_name: &str,
    bytes: &[u8],
    now_ms: i64,
) -> Result<PhotoFitView, CommandError> {
    let (mut view, jpeg) = photo_fit(slot, file_name, bytes)?;
    let paper = Paper::of(slot).filter(|paper| paper.has_period());
    if let (Some(paper), Some(reader)) = (paper, Reader::installed()) {
        let corners = view.outline.as_deref().and_then(corners_at);
        let request = Request { paper: Some(paper), corners, today: beijing_date(now_ms) };
        view.expiry = reader.read(&jpeg, request).ok().and_then(|reading| expiry(&reading, request.today));
    }
    Ok(view)
}

/// What is to be said of the last day that was read, if it was read for sure.
fn expiry(reading: &Reading, today: Date) -> Option<ExpiryView> {
    let until = reading.field(Key::ValidUntil).filter(|field| field.confidence >= SURE_FROM)?;
    let days_left = match Expiry::of(until.value.parse().ok()?, today, EXPIRY_SOON_DAYS)? {
        Expiry::Expired => None,
        Expiry::Soon { days_left } => Some(days_left),
    };
    Some(ExpiryView { until: until.value.clone(), days_left })
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
