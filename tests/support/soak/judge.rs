//! Whether the promises were kept, looked at from both sides at rest.

use std::collections::BTreeSet;

use portal_app::view::{CaseView, TimelineKind};
use portal_domain::dossier::Attachment;
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::track::{ReviewState, ReviewStep};
use portal_protocol::case::CaseDocument;
use sha2::Digest;

use super::model::{Tracked, leads};
use super::world::World;

/// What a case says of the backend's part.
const TOLD: [TimelineKind; 5] = [
    TimelineKind::Received,
    TimelineKind::Returned,
    TimelineKind::Accepted,
    TimelineKind::Rejected,
    TimelineKind::Withdrawn,
];

impl World {
    /// The bytes of what waits are on this computer, whatever has become of the sending (I3): one photo is looked
    /// at.
    pub async fn judge_photos_here(&mut self) -> Result<(), String> {
        let waiting: Vec<CaseId> = self.outbox().await.iter().map(|item| item.case_id).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let case_id = self.draw.one_of(&waiting);
        let case = self.show(case_id).await?;
        let photos: Vec<&Attachment> = case.dossier.photos().map(|(_, _, photo)| photo).collect();
        if photos.is_empty() {
            return Ok(());
        }
        let photo = self.draw.one_of(&photos);
        self.require_photo_here(case_id, photo).await
    }

    /// What moves, moves along the drawn graph only, also while nothing works (T1).
    pub async fn judge_moves(&mut self) -> Result<(), String> {
        for at in 0..self.cases.len() {
            if self.cases[at].owner != self.current || !self.cases[at].is_touched() {
                continue;
            }
            let (case_id, seen) = (self.cases[at].case_id, self.cases[at].seen);
            let now = self.show(case_id).await?.tracks.review;
            if !leads(seen, now) {
                return Err(format!("T1: {case_id} went from {seen:?} to {now:?}"));
            }
            self.cases[at].seen = now;
        }
        Ok(())
    }

    async fn show(&self, case_id: CaseId) -> Result<CaseView, String> {
        self.app().case_show(case_id).await.map_err(|error| format!("{case_id} can't be shown: {error:?}"))
    }

    async fn require_photos_here(&self, case: &CaseView) -> Result<(), String> {
        for (_, _, photo) in case.dossier.photos() {
            self.require_photo_here(case.case_id, photo).await?;
        }
        Ok(())
    }

    async fn require_photo_here(&self, case_id: CaseId, photo: &Attachment) -> Result<(), String> {
        let bytes = self.app().photo_bytes(photo.photo_id, None).await;
        let found = bytes.ok().map(|bytes| hash(&bytes));
        if found.as_ref() == Some(&photo.sha256) {
            Ok(())
        } else {
            Err(format!("I3: a photo of {case_id} is lost here"))
        }
    }

    /// Judges the cases of the account in use to which something happened since they were judged last. What was
    /// received becomes part of the model.
    pub async fn judge(&mut self) -> Result<(), String> {
        self.judge_blobs()?;
        let listed = self.listed();
        let mut broken = Vec::new();
        for at in 0..self.cases.len() {
            if self.cases[at].owner == self.current && self.cases[at].is_touched() {
                broken.extend(self.judge_case(at, &listed).await.err());
            }
        }
        if broken.is_empty() { Ok(()) } else { Err(broken.join("; ")) }
    }

    async fn judge_case(&mut self, at: usize, listed: &[CaseId]) -> Result<(), String> {
        let expected = self.cases[at].clone();
        let case_id = expected.case_id;
        if let Some(sent) = &expected.pending {
            self.cases[at].done.push(sent.clone());
            self.cases[at].pending = None;
        }
        let expected_ops = self.cases[at].clone();
        if expected_ops.done.is_empty() {
            // Only ever refused.
            return Ok(());
        }
        let there = match listed.iter().filter(|listed| **listed == case_id).count() {
            0 => None,
            1 => Some(self.backend.case(case_id)),
            more => return Err(format!("I2: {case_id} is listed {more} times")),
        };
        self.judge_operations(&expected_ops, there.as_ref())?;
        let Some(there) = there else { return Ok(()) };
        let here = self.show(case_id).await?;

        let wanted = expected.review;
        if (here.tracks.review, there.tracks.review) != (wanted, wanted) {
            let both = (here.tracks.review, there.tracks.review);
            return Err(format!("U1: {case_id} is {both:?} here and there instead of {wanted:?}"));
        }
        self.cases[at].shown = here.tracks.review;
        if here.dossier != there.dossier {
            return Err(format!("U1: {case_id} has another document here than there"));
        }
        if here.receipt_number.is_none() || here.outbox.is_some() {
            return Err(format!("I1: {case_id} has no receipt here, or is still in the outbox"));
        }
        for (slot, _, photo) in there.dossier.photos() {
            if !self.stored.contains(&photo.sha256) {
                return Err(format!("I1, I5: {case_id} was received without its photo of {}", slot.as_str()));
            }
        }
        self.require_photos_here(&here).await?;
        let told: Vec<TimelineKind> =
            here.timeline.iter().map(|entry| entry.what).filter(|what| TOLD.contains(what)).collect();
        if told != expected.told {
            return Err(format!("E1: {case_id} was told {told:?} instead of {:?}", expected.told));
        }
        let receipts = here.timeline.iter().filter(|entry| entry.what == TimelineKind::ReceiptStored).count();
        if receipts != expected_ops.done.len() {
            return Err(format!(
                "U2: {case_id} has {receipts} receipts for {} operations",
                expected_ops.done.len()
            ));
        }
        if let Some(sent) = &expected.pending {
            self.judge_sender(expected.owner, sent.op_id)?;
            self.tally.received += 1;
        }
        Ok(())
    }

    /// Every operation once, none besides, in order (I2, U2).
    fn judge_operations(&mut self, expected: &Tracked, there: Option<&CaseDocument>) -> Result<(), String> {
        let case_id = expected.case_id;
        let wanted = expected.rounds();
        let found: Vec<OpId> =
            there.map(|there| there.rounds.iter().map(|round| round.op_id).collect()).unwrap_or_default();
        let lost = wanted.iter().filter(|op| !found.contains(op)).count() as u64;
        let distinct: BTreeSet<_> = found.iter().filter(|op| wanted.contains(op)).collect();
        let doubled = (found.len() - distinct.len()) as u64;
        let withdrawals = expected.done.iter().filter(|sent| sent.step == ReviewStep::Withdraw).count();
        let is_withdrawn = there.is_some_and(|there| there.tracks.review == ReviewState::Withdrawn);
        self.tally.lost += lost + u64::from(withdrawals > 0 && !is_withdrawn);
        self.tally.doubled += doubled;
        if found == wanted {
            Ok(())
        } else {
            Err(format!(
                "I2: {case_id} has rounds {found:?} instead of {wanted:?}: {lost} lost, {doubled} doubled"
            ))
        }
    }

    /// An operation came with its own account's tokens only (I9).
    fn judge_sender(&self, owner: usize, op_id: OpId) -> Result<(), String> {
        let senders = self.chaos.senders(op_id);
        let own = self.members[owner].account_id;
        if senders.iter().all(|sender| *sender == own) {
            Ok(())
        } else {
            Err(format!("I9: {op_id} of {own} was sent by {senders:?}"))
        }
    }

    /// Every stored photo has the bytes of its name (I6); those that were looked at before are left alone.
    fn judge_blobs(&mut self) -> Result<(), String> {
        for shelf in std::fs::read_dir(self.data().join("blobs")).unwrap() {
            for file in std::fs::read_dir(shelf.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap();
                let Ok(sha) = name.parse::<Sha256>() else { continue };
                if self.stored.contains(&sha) {
                    continue;
                }
                if hash(&std::fs::read(&path).unwrap()) != sha {
                    return Err(format!("I6: the bytes under {name} are others"));
                }
                self.stored.insert(sha);
            }
        }
        Ok(())
    }

    /// The backend's cases.
    fn listed(&self) -> Vec<CaseId> {
        let listed = self.backend.admin(&["case", "list"]);
        listed
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["case_id"].as_str().unwrap().parse().unwrap())
            .collect()
    }

    /// At the end: every photo is still what it was, nothing is there that nobody sent, and the audit trail is whole.
    pub fn judge_end(&mut self) -> Result<(), String> {
        self.stored.clear();
        self.judge_blobs()?;
        let listed = self.listed().len();
        let sent = self.number_of_cases();
        if listed != sent {
            self.tally.doubled += listed.saturating_sub(sent) as u64;
            self.tally.lost += sent.saturating_sub(listed) as u64;
            return Err(format!("I2: {listed} cases were received of {sent}"));
        }
        let verified = self.backend.admin(&["audit", "verify"]);
        if verified["intact"] == true {
            Ok(())
        } else {
            Err(format!("the audit trail is broken: {verified}"))
        }
    }
}

impl Tracked {
    /// Whether something happened since it was judged last.
    pub fn is_touched(&self) -> bool {
        self.pending.is_some() || self.shown != self.review
    }
}

fn hash(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}
