//! Many pictures at once: each is fitted, judged and read, and proposed for the slot that it fits. Nothing of it is
//! stored before a person says so.

mod files;
mod names;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use portal_domain::branch::has_authorised_settler;
use portal_domain::dossier::{Dossier, Slot};
use portal_domain::ids::{CaseId, PhotoId, Sha256};
use portal_domain::pointer;
use portal_domain::profile::Profile;
use portal_domain::requirement::requirements;
use portal_imaging::{Fitted, Subject, Turn};
use portal_recognition::{Document, Key, Paper, Reading, Request};
use portal_store::CaseRow;

use crate::App;
use crate::account::Account;
use crate::case::profile_of;
use crate::clock::beijing_date;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::photo::{fit_spec, may_change};
use crate::reading::corners_of;
use crate::verdict::{is_of_another_kind, shown};
use crate::view::{Editing, SortedPhotoView, ToldBy};

pub(crate) use files::is_hidden;
pub use files::{files_of, read_handed};

/// Previews kept, about 40 kB each.
const PREVIEWS: usize = 300;

/// Small pictures as they were made when a photo was fitted, whether or not it is in a case, the newest ones, as long as the
/// account is unlocked.
#[derive(Default)]
pub(crate) struct Previews(Mutex<VecDeque<(PhotoId, Vec<u8>)>>);

impl Previews {
    fn add(&self, jpeg: Vec<u8>) -> PhotoId {
        let id = PhotoId(uuid::Uuid::new_v4());
        self.keep(id, jpeg);
        id
    }

    pub(crate) fn keep(&self, id: PhotoId, jpeg: Vec<u8>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(PREVIEWS - 1);
        kept.push_front((id, jpeg));
    }

    pub(crate) fn get(&self, id: PhotoId) -> Option<Vec<u8>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| *known == id).map(|(_, jpeg)| jpeg.clone())
    }
}

impl App {
    /// Proposes a slot for a picture by what it shows, or else by its file's name, which isn't kept. `taken` are the
    /// slots that were proposed for other pictures of the same handing over, each as often as it was.
    ///
    /// # Errors
    /// `photo_*` codes say what is wrong with the file; `frozen` when the case can't be changed.
    pub async fn photo_sort(
        &self,
        case_id: CaseId,
        file_name: &str,
        bytes: Vec<u8>,
        taken: &[Slot],
    ) -> Result<SortedPhotoView, CommandError> {
        let (account, row) = self.to_be_filled(case_id).await?;
        let profile = profile_of(&row)?;
        let first = profile.slots.first().ok_or(CommandError::new(CommandCode::Internal))?;
        let mut spec = fit_spec(first);
        spec.min_short_side_px = 0;
        spec.subject = Subject::Anything;
        let (fitted, bytes) = self.fit_to(bytes, spec, Turn::None, |_| {}).await?;
        let original: Sha256 =
            fitted.original_sha256.parse().map_err(|error| internal("photo hash", &error))?;
        let known = row.dossier.photos().find(|(_, _, photo)| photo.original_sha256 == original);
        if let Some((slot, ..)) = known {
            return self.sorted(&account, fitted, None, Some(slot)).await;
        }
        let reading = self.read_whatever(&fitted).await;
        // What has no place in a case, as a terminal's label on a photo of the cashier's desk, says nothing of the photo's.
        let has_place = |document: &Document| !document.slots().is_empty();
        let told = reading.as_ref().and_then(|reading| reading.document).filter(has_place);
        let document = told.or_else(|| fitted.measurements.looks_like().and_then(document_of));
        let open = open_slots(&row, profile, taken);
        let named = names::slot_named(file_name);
        let (slot, told_by) = match document {
            Some(document) => {
                let name = reading.as_ref().and_then(|reading| reading.field(Key::Name));
                let name = name.map_or("", |name| name.value.as_str());
                let owner = card_of(document, name, &row.dossier);
                let shown = choose(document.slots(), &open, owner);
                let chosen = choose(document.slots(), &open, owner.or(names::person_named(file_name)));
                let told_by = if chosen == shown { ToldBy::Picture } else { ToldBy::FileName };
                (chosen.filter(|slot| !is_of_another(*slot, name, &row.dossier)), told_by)
            }
            None => (named.filter(|named| open.contains(named)), ToldBy::FileName),
        };
        let Some(slot) = slot else { return self.sorted(&account, fitted, None, None).await };
        let rule = profile.slot(slot).ok_or(CommandError::new(CommandCode::Internal))?;
        let (for_slot, _) = self.fit(bytes, rule, Turn::None).await?;
        if told_by == ToldBy::FileName && is_of_another_kind(&for_slot.verdicts) {
            return self.sorted(&account, fitted, None, None).await;
        }
        // The same bytes needn't be read a second time once they are in the slot.
        if let Some(reading) = reading
            && for_slot.sha256 == fitted.sha256
            && Paper::of(slot).is_some()
            && document.and_then(Document::paper) == Paper::of(slot)
        {
            let sha = for_slot.sha256.parse().map_err(|error| internal("photo hash", &error))?;
            account.readings.keep(sha, reading);
        }
        self.sorted(&account, for_slot, Some((slot, told_by)), None).await
    }

    /// What a picture is worth in the slot that a person chose for it.
    ///
    /// # Errors
    /// As [`App::photo_sort`].
    pub async fn photo_sort_into(
        &self,
        case_id: CaseId,
        slot: Slot,
        bytes: Vec<u8>,
    ) -> Result<SortedPhotoView, CommandError> {
        let (account, row) = self.to_be_filled(case_id).await?;
        let rule = profile_of(&row)?.slot(slot);
        let rule = rule.ok_or_else(|| {
            CommandError::new(CommandCode::InvalidArgument).field(&pointer::slot(slot), "not_offered")
        })?;
        let (fitted, _) = self.fit(bytes, rule, Turn::None).await?;
        let mut view = self.sorted(&account, fitted, None, None).await?;
        view.slot = Some(slot);
        Ok(view)
    }

    /// The case, if photos may still be put into it.
    pub(crate) async fn to_be_filled(
        &self,
        case_id: CaseId,
    ) -> Result<(Arc<Account>, CaseRow), CommandError> {
        self.writable()?;
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        if matches!(self.editing(&account, &row), Editing::Nothing { .. }) {
            return Err(CommandError::new(CommandCode::Frozen));
        }
        Ok((account, row))
    }

    /// What the picture says, whatever it is; nothing where nothing can be read here.
    async fn read_whatever(&self, fitted: &Fitted) -> Option<Reading> {
        let reader = self.reader()?.clone();
        let request = Request { paper: None, corners: corners_of(fitted), today: beijing_date(self.now()) };
        let bytes = fitted.bytes.clone();
        let permits = self.reading_permits();
        let _permit = permits.acquire().await.ok()?;
        match self.blocking(move || Ok(reader.read(&bytes, request)?)).await {
            Ok(reading) => Some(reading),
            Err(error) => {
                tracing::warn!(code = ?error.code, "a picture could not be read");
                None
            }
        }
    }

    async fn sorted(
        &self,
        account: &Account,
        fitted: Fitted,
        told: Option<(Slot, ToldBy)>,
        known_in: Option<Slot>,
    ) -> Result<SortedPhotoView, CommandError> {
        let verdicts = fitted.verdicts.iter().map(shown).collect();
        Ok(SortedPhotoView {
            preview: account.previews.add(fitted.preview),
            slot: told.map(|(slot, _)| slot),
            told_by: told.map(|(_, by)| by),
            verdicts,
            known_in,
        })
    }
}

/// The slots that this case takes, as often as they have room.
fn open_slots(row: &CaseRow, profile: &Profile, taken: &[Slot]) -> Vec<Slot> {
    let needed = requirements(&row.dossier, profile);
    let is_needed = |slot: Slot| needed.iter().any(|need| need.pointer == pointer::slot(slot));
    let count = |slot: Slot| {
        let present = row.dossier.attachments.get(&slot).map_or(0, Vec::len);
        present + taken.iter().filter(|other| **other == slot).count()
    };
    let rules = profile.slots.iter().filter(|rule| {
        let is_asked_for = rule.needs.is_empty() || is_needed(rule.slot);
        is_asked_for && may_change(row, rule.slot).is_ok() && count(rule.slot) < rule.max_count as usize
    });
    rules.map(|rule| rule.slot).collect()
}

/// The one slot that is meant, if there is one: alone among those that are open, or the hinted one of several.
fn choose(fitting: &[Slot], open: &[Slot], hint: Option<Slot>) -> Option<Slot> {
    if let Some(hint) = hint.filter(|hint| fitting.contains(hint)) {
        return open.contains(&hint).then_some(hint);
    }
    let mut left = fitting.iter().copied().filter(|slot| open.contains(slot));
    left.next().filter(|_| left.next().is_none())
}

/// Whose card it is, by the name on it.
fn card_of(document: Document, name: &str, dossier: &Dossier) -> Option<Slot> {
    let [legal, settler] = document.slots() else { return None };
    let is = |known: &str| !known.trim().is_empty() && known.trim() == name;
    match (is(&dossier.legal_person.name), is(&dossier.settlement.settler_person.name)) {
        (true, false) => Some(*legal),
        (false, true) => Some(*settler),
        _ => None,
    }
}

/// Whether a card may well be the other person's: the form has another name for this slot's. Where there is only one person
/// the card is theirs, and what was typed may be wrong.
fn is_of_another(slot: Slot, name: &str, dossier: &Dossier) -> bool {
    if !has_authorised_settler(dossier) {
        return false;
    }
    let known = match slot {
        Slot::LegalIdPortrait => &dossier.legal_person.name,
        Slot::SettlerIdPortrait => &dossier.settlement.settler_person.name,
        _ => return false,
    };
    !name.is_empty() && !known.trim().is_empty() && known.trim() != name
}

fn document_of(looks_like: Subject) -> Option<Document> {
    match looks_like {
        Subject::Licence => Some(Document::BusinessLicence),
        Subject::IdPortrait => Some(Document::IdPortrait),
        Subject::IdEmblem => Some(Document::IdEmblem),
        Subject::Anything | Subject::Scene | Subject::Paper | Subject::Certificate | Subject::BankCard => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_proposed_only_where_one_is_meant() {
        let [legal, settler] = [Slot::LegalIdPortrait, Slot::SettlerIdPortrait];
        let card = Document::IdPortrait.slots();
        assert_eq!(choose(card, &[legal, Slot::Interior], None), Some(legal), "the other isn't asked for");
        assert_eq!(choose(card, &[legal, settler], None), None, "it may be either's");
        assert_eq!(choose(card, &[legal, settler], Some(settler)), Some(settler));
        assert_eq!(choose(card, &[settler], Some(legal)), None, "the one that is meant is full");
        assert_eq!(
            choose(card, &[legal, settler], Some(Slot::Lease)),
            None,
            "a hint of something else is none"
        );
        assert_eq!(choose(card, &[], None), None);
    }
}
