//! A phone as the camera of a slot: a door is open for it while the slot waits, and no longer than the account is in use.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, PhotoId, Sha256};
use portal_domain::profile::SlotRule;
use portal_phone::{Arrival, Door, Limits, LocalAddress, OpenError, Reply, Sent, local_addresses};
use sha2::Digest;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::App;
use crate::account::Account;
use crate::case::profile_of;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::photo::may_change;
use crate::session::{audit, left};
use crate::view::{CaseView, Changed, Editing, PhoneAddress, PhoneAnswer, PhoneShot, PhoneView};

/// Closes when nothing came for so long.
const IDLE_MS: u32 = 10 * 60_000;
const LIMITS: Limits = Limits {
    photo_bytes: portal_imaging::MAX_FILE_BYTES as usize,
    idle: Duration::from_millis(IDLE_MS as u64),
};

/// The door, if one is open.
#[derive(Default)]
pub(crate) struct Doorway {
    open: Option<OpenDoor>,
    /// Counts closings: one that was asked for while a door was being opened closes that door too.
    closings: u64,
}

/// The door that is open, if its task still has the other end.
struct OpenDoor {
    view: watch::Receiver<PhoneView>,
    _closing: DropGuard,
}

/// For whom and for what a door is open.
#[derive(Clone)]
struct Purpose {
    app: Weak<App>,
    /// The account that opened it: no other gets its photos.
    local_id: String,
    case_id: CaseId,
    slot: Slot,
    rule: &'static SlotRule,
}

impl App {
    /// Opens a door for a phone's photos of this slot, at one of the computer's addresses or at the likeliest; one that
    /// is open for another slot closes.
    ///
    /// # Errors
    /// `no_network` without an address that a phone could reach, or when the named one is gone; `frozen` when the case
    /// or the slot can't be changed.
    pub async fn phone_open(
        &self,
        case_id: CaseId,
        slot: Slot,
        address: Option<String>,
    ) -> Result<PhoneView, CommandError> {
        self.writable()?;
        let closings = self.doorway().closings;
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        let pointer = may_change(&row, slot)?;
        let rule = profile_of(&row)?
            .slot(slot)
            .ok_or_else(|| CommandError::new(CommandCode::InvalidArgument).field(&pointer, "not_offered"))?;
        if matches!(self.editing(&account, &row), Editing::Nothing { .. }) {
            return Err(CommandError::new(CommandCode::Frozen));
        }

        let known = self.blocking(|| Ok(local_addresses())).await?;
        let at = chosen(&known, address.as_deref())?;
        let door = Door::open(IpAddr::V4(at), LIMITS).await.map_err(|error| match error {
            // It went away since it was listed.
            OpenError::Address(_) => CommandError::new(CommandCode::NoNetwork).retryable(),
            OpenError::Random(_) => internal("phone", &error),
        })?;
        let view = PhoneView {
            case_id,
            slot,
            link: door.link().to_owned(),
            address: at.to_string(),
            port: door.address().port(),
            addresses: known.into_iter().map(address_view).collect(),
            connected: false,
            photos: Vec::new(),
            closes_at_ms: self.closes_at_ms(),
        };
        audit(&account, "phone.opened", Some(case_id), self.now()).await;
        self.attend(door, view.clone(), &account, rule, closings);
        self.changed(Changed::Phone);
        Ok(view)
    }

    /// The slot that waits for a phone; none when the door has closed.
    pub async fn phone_show(&self) -> Result<Option<PhoneView>, CommandError> {
        let doorway = self.doorway();
        // Without its task a door is closed.
        let open = doorway.open.as_ref().filter(|door| door.view.has_changed().is_ok());
        Ok(open.map(|door| door.view.borrow().clone()))
    }

    pub async fn phone_close(&self) -> Result<(), CommandError> {
        self.close_door();
        self.changed(Changed::Phone);
        Ok(())
    }

    /// Answers what comes through the door until it closes.
    fn attend(
        &self,
        mut door: Door,
        view: PhoneView,
        account: &Account,
        rule: &'static SlotRule,
        closings: u64,
    ) {
        let (case_id, slot) = (view.case_id, view.slot);
        let purpose = Purpose { app: self.weak(), local_id: account.local_id.clone(), case_id, slot, rule };
        let (shown, view) = watch::channel(view);
        let closed = CancellationToken::new();
        let left = left(purpose.app.clone(), purpose.local_id.clone(), self.changes());
        let open = OpenDoor { view, _closing: closed.clone().drop_guard() };
        {
            let mut doorway = self.doorway();
            if doorway.closings != closings {
                return;
            }
            doorway.open = Some(open);
        }
        tokio::spawn(async move {
            tokio::select! {
                () = closed.cancelled() => {}
                () = left => {}
                () = receive(&mut door, &shown, &purpose) => {}
            }
            door.close().await;
            // First, so that who hears of the change sees it closed.
            drop(shown);
            if let Some(app) = purpose.app.upgrade() {
                app.changed(Changed::Phone);
            }
        });
    }

    pub(crate) fn close_door(&self) {
        let mut doorway = self.doorway();
        doorway.closings += 1;
        doorway.open = None;
    }

    fn doorway(&self) -> MutexGuard<'_, Doorway> {
        self.phone().lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closes_at_ms(&self) -> i64 {
        self.now().saturating_add(i64::from(IDLE_MS))
    }
}

/// Takes what comes, one after another, until the phone has no more or nothing comes.
async fn receive(door: &mut Door, shown: &watch::Sender<PhoneView>, purpose: &Purpose) {
    while let Some(Arrival { sent, reply }) = door.next().await {
        let Some(app) = purpose.app.upgrade() else { return };
        let photos = shown.borrow().photos.clone();
        let is_last = sent == Sent::Done;
        // A task of its own: a photo that has come is put into the case even if the door closes meanwhile.
        let taking = {
            let (app, purpose) = (Arc::clone(&app), purpose.clone());
            tokio::spawn(async move { app.take(purpose, photos, sent).await })
        };
        let Ok((photos, answer)) = taking.await else { return };
        answer_with(reply, &answer);
        if is_last {
            return;
        }
        shown.send_modify(|view| {
            view.connected = true;
            view.photos = photos;
            view.closes_at_ms = app.closes_at_ms();
        });
        app.changed(Changed::Phone);
    }
}

fn answer_with(reply: Reply, answer: &PhoneAnswer) {
    match serde_json::to_string(answer) {
        Ok(json) => reply.send(json),
        Err(error) => drop(internal("phone", &error)),
    }
}

impl App {
    /// Does what a phone asks. Gives the photos that came through this door, and what the phone is told.
    async fn take(
        &self,
        purpose: Purpose,
        mut photos: Vec<PhotoId>,
        sent: Sent,
    ) -> (Vec<PhotoId>, PhoneAnswer) {
        let answer = match sent {
            Sent::Hello => self.greet(&purpose, &photos).await,
            Sent::Photo { bytes, replaces } => self.take_photo(&purpose, &mut photos, bytes, replaces).await,
            Sent::Done => Ok(PhoneAnswer::Closed),
        };
        let answer = answer.unwrap_or_else(|error| PhoneAnswer::Refused { code: error.code });
        (photos, answer)
    }

    /// With what came before: a phone short of memory forgets its page while its camera is open.
    async fn greet(&self, purpose: &Purpose, photos: &[PhotoId]) -> Result<PhoneAnswer, CommandError> {
        let account = self.account_of(purpose).await?;
        let row = self.case_row(&account, purpose.case_id).await?;
        let present = row.dossier.attachments.get(&purpose.slot).map_or(0, Vec::len);
        let view = self.case_view(&account, row).await?;
        let known = photos.iter().zip(0..).filter_map(|(photo_id, number)| {
            let shown = view.photos.iter().find(|photo| photo.photo_id == *photo_id)?;
            Some(PhoneShot { number, verdicts: shown.verdicts.clone() })
        });
        Ok(PhoneAnswer::Ready {
            slot: purpose.rule.name.clone(),
            guide: purpose.rule.guide.clone(),
            room: room(purpose.rule, present),
            photos: known.collect(),
        })
    }

    /// The way of every photo: fitted by the worker, judged, and stored.
    async fn take_photo(
        &self,
        purpose: &Purpose,
        photos: &mut Vec<PhotoId>,
        bytes: Vec<u8>,
        replaces: Option<usize>,
    ) -> Result<PhoneAnswer, CommandError> {
        let account = self.account_of(purpose).await?;
        let row = self.case_row(&account, purpose.case_id).await?;
        // Sent again because the answer was lost: it is there.
        let original = Sha256::from_bytes(sha2::Sha256::digest(&bytes).into());
        let came = |photo_id: &PhotoId| {
            row.dossier
                .photos()
                .any(|(_, _, photo)| photo.photo_id == *photo_id && photo.original_sha256 == original)
        };
        if let Some(number) = photos.iter().position(came) {
            let photo_id = photos[number];
            let view = self.case_view(&account, row).await?;
            return Ok(taken(&view, purpose, photo_id, number));
        }
        // One that was removed or turned at the computer can't be stood in for: the new one is a photo of its own.
        let old = replaces.and_then(|number| photos.get(number).copied().map(|old| (number, old)));
        let old = old.filter(|(_, old)| row.dossier.photos().any(|(_, _, photo)| photo.photo_id == *old));
        let replaced = old.map(|(_, photo_id)| photo_id);
        let (photo_id, view) = self.place_photo(&account, &row, purpose.slot, replaced, "", bytes).await?;
        let number = match old {
            Some((number, _)) => {
                photos[number] = photo_id;
                number
            }
            None => {
                photos.push(photo_id);
                photos.len() - 1
            }
        };
        Ok(taken(&view, purpose, photo_id, number))
    }

    /// The account that opened the door, if it is still the one in use.
    async fn account_of(&self, purpose: &Purpose) -> Result<Arc<Account>, CommandError> {
        let account = self.account().await?;
        if account.local_id == purpose.local_id {
            Ok(account)
        } else {
            Err(CommandError::new(CommandCode::Locked))
        }
    }
}

fn taken(view: &CaseView, purpose: &Purpose, photo_id: PhotoId, number: usize) -> PhoneAnswer {
    let shown = view.photos.iter().find(|photo| photo.photo_id == photo_id);
    let present = view.dossier.attachments.get(&purpose.slot).map_or(0, Vec::len);
    PhoneAnswer::Taken {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        room: room(purpose.rule, present),
        verdicts: shown.map(|photo| photo.verdicts.clone()).unwrap_or_default(),
    }
}

fn room(rule: &SlotRule, present: usize) -> u32 {
    rule.max_count.saturating_sub(u32::try_from(present).unwrap_or(u32::MAX))
}

/// The address that was chosen among those that there are, or the likeliest.
fn chosen(known: &[LocalAddress], wanted: Option<&str>) -> Result<Ipv4Addr, CommandError> {
    let found = match wanted {
        None => known.first(),
        Some(wanted) => known.iter().find(|known| known.address.to_string() == wanted),
    };
    found.map(|found| found.address).ok_or(CommandError::new(CommandCode::NoNetwork))
}

fn address_view(found: LocalAddress) -> PhoneAddress {
    PhoneAddress { address: found.address.to_string(), interface: found.interface }
}
