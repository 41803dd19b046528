//! What merchants and reviewers do between two storms.

use std::time::Duration;

use portal_app::view::{CaseView, OutboxState, PhotoView};
use portal_domain::dossier::{Dossier, MerchantKind};
use portal_domain::ids::{CaseId, OpId};
use portal_domain::testing::dossier;
use portal_domain::track::{ReviewState, ReviewStep};

use super::model::{Fate, Sent, Tracked};
use super::world::World;
use crate::photos::photo;
use crate::portal::draft_with;

const DAY_MS: i64 = 24 * 3600 * 1000;

impl World {
    /// A few changes, all made where no line is needed.
    pub async fn work(&mut self) {
        for _ in 0..2 + self.draw.below(3) {
            match self.draw.below(12) {
                0 | 1 => self.submit_new().await,
                2..=4 => self.submit_refused().await,
                5 => self.take_back_and_submit().await,
                6 => self.withdraw().await,
                7..=9 => self.withdraw_too_late().await,
                _ => self.answer().await,
            }
        }
        for _ in 0..2 {
            self.review().await;
        }
    }

    /// A case of the account in use that stands like this, with nothing under way.
    fn pick(&mut self, review: ReviewState) -> Option<usize> {
        let fits = |case: &Tracked| {
            case.owner == self.current
                && case.review == review
                && case.shown == review
                && case.pending.is_none()
        };
        let fitting: Vec<usize> =
            self.cases.iter().enumerate().filter(|(_, case)| fits(case)).map(|(at, _)| at).collect();
        if fitting.is_empty() { None } else { Some(self.draw.one_of(&fitting)) }
    }

    async fn draft(&mut self, dossier: Dossier) -> CaseView {
        let mut photos = vec![photo(self.draw.next() >> 1, 800, 600)];
        photos.extend(self.shared.iter().cloned());
        draft_with(&self.app(), dossier, &photos).await
    }

    async fn submit_new(&mut self) {
        let document = dossier(self.draw.next() >> 1, MerchantKind::Micro);
        let case = self.draft(document).await;
        self.submit(case.case_id).await;
    }

    /// Submits a draft; now and then the portal crashes in the middle of it.
    async fn submit(&mut self, case_id: CaseId) {
        let slot = self.app().case_show(case_id).await.unwrap().photos[0].slot;
        let mut tracked = Tracked::new(case_id, self.current, slot);
        if !self.draw.once_in(4) {
            self.tally.inject("portal dropped while finalising");
            let patience = Duration::from_micros(self.draw.below(12_000));
            let app = self.app();
            let revision = app.case_show(case_id).await.unwrap().revision;
            drop(tokio::time::timeout(patience, app.case_submit(case_id, revision)).await);
            drop(app);
            self.crash().await;
        }
        let case = self.app().case_show(case_id).await.unwrap();
        let case = match case.outbox {
            Some(_) => case,
            None => self.app().case_submit(case_id, case.revision).await.unwrap(),
        };
        self.tally.submitted += 1;
        tracked.finalised(case.outbox.unwrap().op_id, ReviewStep::Submit);
        self.cases.push(tracked);
    }

    /// What is taken back before anything was sent is never received.
    async fn take_back_and_submit(&mut self) {
        let document = dossier(self.draw.next() >> 1, MerchantKind::Micro);
        let case = self.draft(document).await;
        self.app().case_submit(case.case_id, case.revision).await.unwrap();
        self.app().case_unqueue(case.case_id).await.unwrap();
        self.submit(case.case_id).await;
    }

    /// On a computer whose clock is two months behind a card that has run out looks good; the backend refuses it.
    async fn submit_refused(&mut self) {
        self.tally.inject("clock behind the papers");
        let two_days_ago = portal_app::system_clock() - 2 * DAY_MS;
        let mut document = dossier(self.draw.next() >> 1, MerchantKind::Micro);
        let day = jiff::Timestamp::from_millisecond(two_days_ago).unwrap().strftime("%Y-%m-%d").to_string();
        document.legal_person.id_valid_until = day;
        self.set_clock(-60 * DAY_MS);
        let case = self.draft(document).await;
        let case = self.app().case_submit(case.case_id, case.revision).await.unwrap();
        self.set_clock(0);
        self.tally.submitted += 1;
        let slot = case.photos[0].slot;
        let mut tracked = Tracked::new(case.case_id, self.current, slot);
        let op_id = case.outbox.unwrap().op_id;
        tracked.pending = Some(Sent { op_id, step: ReviewStep::Submit, fate: Fate::Refused });
        self.cases.push(tracked);
    }

    /// Answers a return.
    async fn answer(&mut self) {
        let Some(at) = self.pick(ReviewState::Returned) else { return self.submit_new().await };
        let case_id = self.cases[at].case_id;
        let case = self.app().case_show(case_id).await.unwrap();
        let mut document = case.dossier.clone();
        document.business.address = format!("和平路{}号", 1 + self.draw.below(9_000));
        self.app().case_save(case_id, case.revision, document).await.unwrap();
        let returned =
            |photo: &&PhotoView| case.returned.iter().any(|item| item.item.slot() == Some(photo.slot));
        let old = case.photos.iter().find(returned).unwrap().photo_id;
        let new = photo(self.draw.next() >> 1, 800, 600);
        let case = self.app().photo_replace(case_id, old, "", new).await.unwrap();
        let case = self.app().case_submit(case_id, case.revision).await.unwrap();
        self.tally.submitted += 1;
        self.cases[at].finalised(case.outbox.unwrap().op_id, ReviewStep::Amend);
    }

    async fn withdraw_case(&mut self, at: usize) -> OpId {
        let case_id = self.cases[at].case_id;
        let case = self.app().case_withdraw(case_id, "换一家".to_owned()).await.unwrap();
        self.tally.submitted += 1;
        case.outbox.unwrap().op_id
    }

    async fn withdraw(&mut self) {
        let Some(at) = self.pick(ReviewState::InReview) else { return self.submit_new().await };
        let op_id = self.withdraw_case(at).await;
        self.cases[at].finalised(op_id, ReviewStep::Withdraw);
    }

    /// A reviewer was faster: the withdrawal meets a case that isn't the one it was written for (U1).
    async fn withdraw_too_late(&mut self) {
        let Some(at) = self.pick(ReviewState::InReview) else { return self.submit_new().await };
        let op_id = self.withdraw_case(at).await;
        self.tally.inject("changed at the backend meanwhile");
        let step = self.draw.one_of(&[ReviewStep::Return, ReviewStep::Accept]);
        self.decide(at, step);
        self.cases[at].pending = Some(Sent { op_id, step: ReviewStep::Withdraw, fate: Fate::Refused });
    }

    async fn review(&mut self) {
        let Some(at) = self.pick(ReviewState::InReview) else { return };
        let step = if self.draw.once_in(6) { ReviewStep::Accept } else { ReviewStep::Return };
        self.decide(at, step);
    }

    fn decide(&mut self, at: usize, step: ReviewStep) {
        let id = self.cases[at].case_id.to_string();
        match step {
            ReviewStep::Accept => self.backend.admin(&["case", "accept", &id]),
            _ => {
                let photo = format!("/attachments/{}/0", self.cases[at].slot.as_str());
                let address = ["--pointer", "/business/address", "--reason", "incomplete"];
                let photo = ["--pointer", &photo, "--reason", "blurred"];
                self.backend.admin(&[&["case", "return", &id][..], &address, &photo].concat())
            }
        };
        self.cases[at].decided(step);
    }

    /// A person looks at what needs attention in the account in use. What was only damaged on its way is sent again and goes through; what
    /// was refused rightly is given up. `Err` names a refusal that should not have been.
    pub async fn attend(&mut self) -> Result<(), String> {
        for item in self.outbox().await {
            let fate = self.cases.iter().find_map(|case| {
                case.pending.as_ref().filter(|sent| sent.op_id == item.op_id).map(|sent| sent.fate)
            });
            let code = item.problem.as_ref().map_or("", |problem| problem.code.as_str());
            match (item.state, fate) {
                (OutboxState::Attention, Some(_)) => {
                    self.app().outbox_retry(item.op_id).await.unwrap();
                }
                (OutboxState::Conflict, Some(Fate::Refused)) => {}
                (OutboxState::Conflict, Some(Fate::Received)) => {
                    return Err(format!("U3: a conflict is shown for {}", item.op_id));
                }
                (state, _) => return Err(format!("I4: {} is {state:?} at rest ({code})", item.op_id)),
            }
        }
        self.app().sync_once().await.map_err(|error| format!("I4: {error:?}"))?;
        for item in self.outbox().await {
            let is_its =
                |case: &&mut Tracked| case.pending.as_ref().is_some_and(|sent| sent.op_id == item.op_id);
            let Some(case) = self.cases.iter_mut().find(is_its) else {
                return Err(format!("U2: {} is in the outbox, and nobody put it there", item.op_id));
            };
            let code = item.problem.as_ref().map_or("", |problem| problem.code.as_str());
            if case.pending.as_ref().is_some_and(|sent| sent.fate == Fate::Received) {
                return Err(format!("I4: {} stays {:?} ({code})", item.op_id, item.state));
            }
            self.tally.attention += 1;
            case.pending = None;
            let case_id = case.case_id;
            self.app().case_unqueue(case_id).await.map_err(|error| format!("giving up: {error:?}"))?;
        }
        Ok(())
    }
}
