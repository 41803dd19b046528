//! Cases that another computer of the account sent: their documents are fetched, so that they can be read here and
//! answered from here.

use portal_domain::review::ReviewOutcome;
use portal_domain::track::ReviewState;
use portal_protocol::case::{CaseDocument, Round};
use portal_protocol::error::ErrorCode;
use portal_store::Fetched;

use super::{Pump, PumpEvent};
use crate::error::{Class, SyncError, Transport};

/// Cases asked for in one go.
const PAGE: u32 = 32;

impl Pump {
    /// Asks for every wanted case once. One that can't be had now delays no other; all are asked for again later.
    ///
    /// # Errors
    /// Failures of this computer.
    pub(super) async fn fetch_cases(&self) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            let wanted = self.store.wanted_cases(after, PAGE).await?;
            let Some(last) = wanted.last() else { return Ok(()) };
            after = Some(*last);
            for case_id in wanted {
                let answered = match self.account.case(case_id, None).await {
                    Ok(Some(tagged)) if tagged.value.case_id == case_id => Ok(tagged.value),
                    Ok(_) => Err(Transport::BadAnswer.into()),
                    Err(error) => Err(error),
                };
                match answered {
                    Ok(document) => {
                        if self.store.store_fetched(self.fetched(document), (self.clock)()).await? {
                            self.tell(PumpEvent::Case { case_id });
                        }
                    }
                    Err(error) if error.class() == Class::Local => return Err(error),
                    Err(error) if is_not_ours(&error) => {
                        tracing::info!(%case_id, code = error.code(), "the backend doesn't show this case");
                        self.store.forget_wanted(case_id).await?;
                    }
                    Err(error) => {
                        tracing::info!(%case_id, code = error.code(), "case not fetched yet");
                        // Without a line or a session the others fare no better.
                        let answered_by_backend = matches!(
                            error,
                            SyncError::Refused(_) | SyncError::Transport(Transport::BadAnswer)
                        );
                        if !answered_by_backend || error.class() == Class::Auth {
                            return Ok(());
                        }
                    }
                }
            }
        }
    }

    fn fetched(&self, document: CaseDocument) -> Fetched {
        let (first, last) = (document.rounds.first(), document.rounds.last());
        let returned_items = match last.and_then(|round| round.outcome.as_ref()) {
            Some(ReviewOutcome::Returned { items }) if document.tracks.review == ReviewState::Returned => {
                items.clone()
            }
            _ => Vec::new(),
        };
        Fetched {
            case_id: document.case_id,
            rev: document.rev,
            profile_id: document.profile.id.clone(),
            profile_version: document.profile.version.clone(),
            tracks: document.tracks,
            round: last.map_or(0, |round| round.round),
            returned_items,
            receipt_number: last.and_then(|round| self.receipt_number(&document, round)),
            notice_number: document.notice_number.clone(),
            created_at_ms: first.map_or(document.updated_at_ms, |round| round.submitted_at_ms),
            dossier: document.dossier,
        }
    }

    /// Only a receipt that an enrolled key signed gives its number.
    fn receipt_number(&self, document: &CaseDocument, round: &Round) -> Option<String> {
        let receipt = self.keys.read(&round.receipt).ok()?;
        let fits = receipt.case_id == document.case_id && receipt.op_id == round.op_id;
        fits.then_some(receipt.number)
    }
}

fn is_not_ours(error: &SyncError) -> bool {
    matches!(error.refusal_code(), Some(ErrorCode::NotFound | ErrorCode::Forbidden))
}
