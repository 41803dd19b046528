//! Finalising: what the user made becomes an operation of the outbox, once.

use portal_domain::check::check;
use portal_domain::dossier::{Attachment, Slot};
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::problem::{Problem, ProblemCode};
use portal_domain::review::ReturnItem;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission, Withdrawal};
use portal_store::{CaseRow, Finalise, Hold, NewBlob, OpQuery, OpRow};
use portal_sync::stored_limits;
use sha2::Digest;
use uuid::Uuid;

use super::limits::not_taken;
use super::profile_of;
use crate::App;
use crate::account::Account;
use crate::clock::{beijing_compact, beijing_date};
use crate::contract::way_of;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::view::{CaseView, Changed, SigningWay};

/// The operation of the case that isn't received yet.
async fn pending(account: &Account, case_id: CaseId) -> Result<Option<OpRow>, CommandError> {
    let query = OpQuery { case_id: Some(case_id), pending_only: true, ..OpQuery::default() };
    Ok(account.store.ops(query).await?.pop())
}

fn answers_contract(op: &OpRow) -> bool {
    ANSWERS.contains(&op.kind.as_str())
}

/// The kind of [`Change::Withdraw`].
const WITHDRAW: &str = "application.withdraw";
/// The kinds of [`Change::Sign`] and [`Change::Refuse`].
const ANSWERS: [&str; 2] = ["contract.sign", "contract.refuse"];
/// Longest withdrawal reason, in characters.
const MAX_REASON_CHARS: usize = 500;

impl App {
    /// Checks the document once more and finalises it. The second of two clicks finds the operation of the first.
    ///
    /// # Errors
    /// `invalid` with every blocking problem; `stale` when the document on screen isn't the one stored;
    /// `sign_in_needed` for a guest.
    pub async fn case_submit(&self, case_id: CaseId, revision: u64) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        if pending(&account, case_id).await?.is_none() {
            self.finalise_document(&account, &row, revision).await?;
        }
        self.after_finalising(&account, case_id).await
    }

    async fn finalise_document(
        &self,
        account: &Account,
        row: &CaseRow,
        revision: u64,
    ) -> Result<(), CommandError> {
        // What is sent is the document that was read here: it must be the one on screen.
        if row.revision != revision {
            return Err(CommandError::new(CommandCode::Stale));
        }
        let profile = profile_of(row)?;
        let mut problems = check(&row.dossier, profile, beijing_date(self.now()));
        if let Some(limits) = stored_limits(&account.store).await? {
            problems.extend(not_taken(&row.dossier, &limits));
        }
        refuse_problems(&problems)?;
        // Nobody would send a guest's outbox, and only drafts are taken over at sign-in.
        if account.record.is_none() {
            return Err(CommandError::new(CommandCode::SignInNeeded));
        }
        let local_receipt = self.receipt_number();
        let submission = Box::new(Submission {
            profile: ProfileRef { id: row.profile_id.clone(), version: row.profile_version.clone() },
            local_receipt: local_receipt.clone(),
            dossier: row.dossier.clone(),
        });
        let change = match row.tracks.review {
            ReviewState::NotSubmitted => Change::Submit(submission),
            ReviewState::Returned => {
                self.refuse_unanswered(account, row).await?;
                Change::Amend(submission)
            }
            ReviewState::InReview
            | ReviewState::Accepted
            | ReviewState::Rejected
            | ReviewState::Withdrawn => return Err(CommandError::new(CommandCode::Frozen)),
        };
        self.finalise(account, row, revision, change, Some(local_receipt)).await
    }

    /// Withdraws an application that the backend has. What waits here and was not sent is taken back first: a
    /// submission is a draft again and needs no withdrawal, and an answer that the withdrawal makes pointless must not
    /// go ahead of it and change what it was written for.
    ///
    /// # Errors
    /// `already_sent` while the backend may have what waits here: withdrawing works once its receipt has come.
    pub async fn case_withdraw(&self, case_id: CaseId, reason: String) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let reason = reason.trim().to_owned();
        let problem = |code| CommandError::new(CommandCode::InvalidArgument).field("/reason", code);
        if reason.is_empty() {
            return Err(problem("required"));
        }
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(problem("too_long"));
        }
        let waiting = pending(&account, case_id).await?;
        if let Some(op) = &waiting {
            let refused = matches!(op.hold, Some(Hold::Attention | Hold::Conflict | Hold::Approval));
            if op.kind == WITHDRAW && !refused {
                return self.after_finalising(&account, case_id).await;
            }
            self.case_unqueue(case_id).await?;
        }
        let row = self.case_row(&account, case_id).await?;
        match row.tracks.review {
            ReviewState::InReview | ReviewState::Returned => {}
            // Taken back: nothing is left to withdraw.
            ReviewState::NotSubmitted if waiting.is_some() => {
                return self.after_finalising(&account, case_id).await;
            }
            ReviewState::NotSubmitted
            | ReviewState::Accepted
            | ReviewState::Rejected
            | ReviewState::Withdrawn => return Err(CommandError::new(CommandCode::Frozen)),
        }
        let change = Change::Withdraw(Withdrawal { reason });
        self.finalise(&account, &row, row.revision, change, None).await?;
        self.after_finalising(&account, case_id).await
    }

    /// Takes back what waits in the outbox, while nothing of it was sent or a supervisor hasn't agreed to it. What a merchant answered to a contract only they
    /// take back.
    ///
    /// # Errors
    /// `not_found`; `already_sent`; `not_the_signer`.
    pub async fn case_unqueue(&self, case_id: CaseId) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let op = pending(&account, case_id).await?.ok_or(CommandError::new(CommandCode::NotFound))?;
        match op.hold {
            // Refused by the backend, or not received before a supervisor agreed: it is never sent again as it is.
            Some(Hold::Attention | Hold::Conflict | Hold::Approval) => {
                account.store.abandon(op.op_id, self.now()).await?
            }
            _ if answers_contract(&op) && way_of(&account) != SigningWay::OwnPin => {
                return Err(CommandError::new(CommandCode::NotTheSigner));
            }
            _ => {
                account.store.unqueue(op.op_id, self.now()).await?;
            }
        }
        self.after_finalising(&account, case_id).await
    }

    async fn after_finalising(&self, account: &Account, case_id: CaseId) -> Result<CaseView, CommandError> {
        account.wake();
        self.changed(Changed::Outbox);
        self.changed(Changed::Case { case_id });
        let row = self.case_row(account, case_id).await?;
        self.case_view(account, row).await
    }

    async fn finalise(
        &self,
        account: &Account,
        row: &CaseRow,
        revision: u64,
        change: Change,
        local_receipt: Option<String>,
    ) -> Result<(), CommandError> {
        let photos = change.submission().map(|submission| &submission.dossier);
        let blobs: Vec<BlobRef> = photos
            .map(|dossier| {
                let blob = |(slot, _, photo): (Slot, _, &Attachment)| BlobRef {
                    slot: slot.into(),
                    sha: photo.sha256.clone(),
                    size: photo.size_bytes,
                    media_type: photo.media_type.clone(),
                };
                dossier.photos().map(blob).collect()
            })
            .unwrap_or_default();
        let (kind, step) = (change.kind(), step_of(&change));
        let operation = Operation {
            case_id: row.case_id,
            base_rev: row.rev,
            made_at_ms: self.now(),
            device_id: self.device_id()?,
            blobs,
            change,
        };
        let body = serde_json::to_vec(&operation).map_err(|error| internal("operation", &error))?;
        if let Some(limits) = stored_limits(&account.store).await?
            && body.len() as u64 > limits.max_operation_bytes
        {
            return Err(CommandError::new(CommandCode::TooLargeToSend)
                .field("/max_bytes", &limits.max_operation_bytes.to_string()));
        }
        account
            .store
            .finalise(
                Finalise {
                    op_id: OpId(Uuid::now_v7()),
                    case_id: row.case_id,
                    expected_revision: revision,
                    kind: kind.to_owned(),
                    step,
                    body_sha: Sha256::from_bytes(sha2::Sha256::digest(&body).into()),
                    body,
                    blobs: operation
                        .blobs
                        .iter()
                        .map(|blob| NewBlob { slot: blob.slot, sha: blob.sha.clone(), size_bytes: blob.size })
                        .collect(),
                    local_receipt,
                    paused: crate::outbox::is_paused(account).await?,
                },
                self.now(),
            )
            .await?;
        Ok(())
    }

    /// An answer must touch everything that was asked.
    async fn refuse_unanswered(&self, account: &Account, row: &CaseRow) -> Result<(), CommandError> {
        let view = self.case_view(account, row.clone()).await?;
        let untouched: Vec<&ReturnItem> =
            view.returned.iter().filter(|item| !item.changed).map(|item| &item.item).collect();
        if untouched.is_empty() {
            return Ok(());
        }
        let error = CommandError::new(CommandCode::Invalid);
        Err(untouched.iter().fold(error, |error, item| error.field(&item.pointer, "not_answered")))
    }

    /// `L20260301-7F3K2`: the day in Beijing and five symbols that read aloud without confusion.
    fn receipt_number(&self) -> String {
        const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let random = Uuid::new_v4();
        let tail: String = random
            .as_bytes()
            .iter()
            .take(5)
            .map(|byte| char::from(SYMBOLS[usize::from(byte % 32)]))
            .collect();
        format!("L{}-{tail}", beijing_compact(self.now()))
    }
}

/// The code as catalogues know it.
fn code_name(code: ProblemCode) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn step_of(change: &Change) -> Option<ReviewStep> {
    match change {
        Change::Submit(_) => Some(ReviewStep::Submit),
        Change::Amend(_) => Some(ReviewStep::Amend),
        Change::Withdraw(_) => Some(ReviewStep::Withdraw),
        Change::Sign(_) | Change::SignOnPaper(_) | Change::Refuse(_) => None,
    }
}

fn refuse_problems(problems: &[Problem]) -> Result<(), CommandError> {
    let mut error = CommandError::new(CommandCode::Invalid);
    for problem in problems.iter().filter(|problem| problem.is_blocking()) {
        error = error.field(&problem.pointer, &code_name(problem.code));
    }
    if error.fields.is_empty() { Ok(()) } else { Err(error) }
}
