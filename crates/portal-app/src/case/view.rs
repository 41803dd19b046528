//! A case as its pages show it.

use std::collections::{BTreeMap, HashSet};

use portal_domain::check::check;
use portal_domain::dossier::Dossier;
use portal_domain::ids::Sha256;
use portal_domain::pointer;
use portal_domain::progress::progress;
use portal_domain::requirement::requirements;
use portal_domain::review::{ReturnItem, ReviewOutcome, diff_pointers};
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, StepState};
use portal_protocol::operation::Operation;
use portal_store::{
    CaseRow, DocumentKind as StoredKind, DuplicateField, Occurrence, OpQuery, OpRow, OpState, TimelineRow,
    Who,
};
use portal_sync::stored_limits;

use super::limits::not_taken;
use super::profile_of;
use crate::App;
use crate::account::Account;
use crate::clock::beijing_date;
use crate::error::CommandError;
use crate::outbox::outbox_item;
use crate::reading::{Readings, differences};
use crate::verdict::{of_the_whole, outline, same_picture, verdicts};
use crate::view::{
    CaseView, DocumentKind, DuplicateView, Editing, FrozenReason, PhotoVerdict, PhotoVerdictCode, PhotoView,
    ReturnedItemView, RoundView, TimelineEntry, TimelineKind, TimelineWho,
};

impl App {
    pub(crate) async fn case_view(&self, account: &Account, row: CaseRow) -> Result<CaseView, CommandError> {
        let profile = profile_of(&row)?;
        let timeline = account.store.timeline(row.case_id).await?;
        let ops = account.store.ops(OpQuery { case_id: Some(row.case_id), ..OpQuery::default() }).await?;
        let sent = match account.store.sent_elsewhere(row.case_id).await? {
            Some(sent) => Some(sent),
            None => last_sent(&ops),
        };
        let shas: Vec<Sha256> = row.dossier.photos().map(|(_, _, photo)| photo.sha256.clone()).collect();
        let elsewhere = account.store.elsewhere(&shas).await?;
        account.show_photos(&row.dossier);
        if let Some(sent) = &sent {
            account.show_photos(sent);
        }
        let outbox = match ops.iter().rev().find(|op| op.state.is_pending()) {
            Some(op) => account.store.op_line(op.op_id).await?.map(|op| outbox_item(account, op)),
            None => None,
        };
        let duplicates = account.store.duplicates(row.case_id, &row.dossier).await?;
        let suggestions = account.readings.suggestions(&row.dossier);
        let today = beijing_date(self.now());
        let mut problems = check(&row.dossier, profile, today);
        problems.extend(account.readings.expiries(&row.dossier, &problems, today));
        problems.extend(differences(&suggestions));
        if let Some(limits) = stored_limits(&account.store).await? {
            problems.extend(not_taken(&row.dossier, &limits));
        }
        problems.sort_by_cached_key(|problem| (pointer::order(&problem.pointer), problem.severity));
        let mut documents = vec![DocumentKind::Checklist];
        if row.local_receipt.is_some() {
            documents.push(DocumentKind::LocalReceipt);
        }
        let stored = account.store.documents(row.case_id).await?;
        for (kind, shown) in [
            (StoredKind::AcceptanceNotice, DocumentKind::AcceptanceNotice),
            (StoredKind::SignedContract, DocumentKind::SignedContract),
            (StoredKind::Contract, DocumentKind::Contract),
            (StoredKind::Contract, DocumentKind::PrintCopy),
            (StoredKind::CustodySheet, DocumentKind::CustodySheet),
            (StoredKind::TrainingCertificate, DocumentKind::TrainingCertificate),
            (StoredKind::ActivationLetter, DocumentKind::ActivationLetter),
        ] {
            if stored.iter().any(|known| known.kind == kind) {
                documents.push(shown);
            }
        }
        Ok(CaseView {
            case_id: row.case_id,
            status: row.status,
            tracks: row.tracks,
            progress: progress(profile, &row.dossier, &row.tracks),
            revision: row.revision,
            saved_at_ms: row.saved_at_ms,
            created_at_ms: row.created_at_ms,
            problems,
            requirements: requirements(&row.dossier, profile),
            photos: photos(&row.dossier, &elsewhere, &account.readings),
            suggestions,
            may_override: account.may_override(),
            editing: self.editing(account, &row),
            rounds: rounds(&timeline),
            returned: returned(&row, sent.as_ref()),
            timeline: timeline.iter().map(|row| entry(row, who(row, account, &ops))).collect(),
            documents,
            local_receipt: row.local_receipt.clone(),
            receipt_number: row.receipt_number.clone(),
            notice_number: row.notice_number.clone(),
            duplicates: duplicates
                .into_iter()
                .map(|duplicate| DuplicateView {
                    case_id: duplicate.case_id,
                    name: duplicate.name,
                    pointer: pointer_of(duplicate.field).to_owned(),
                })
                .collect(),
            outbox,
            dossier: row.dossier,
        })
    }

    pub(crate) fn editing(&self, account: &Account, row: &CaseRow) -> Editing {
        if account.store.is_newer() {
            return Editing::Nothing { reason: FrozenReason::NewerSchema };
        }
        if self.profile_dir().is_read_only() {
            return Editing::Nothing { reason: FrozenReason::ReadOnly };
        }
        match row.status {
            CaseStatus::Queued
            | CaseStatus::AwaitingApproval
            | CaseStatus::Sending
            | CaseStatus::NeedsAttention => {
                return Editing::Nothing { reason: FrozenReason::InOutbox };
            }
            _ => {}
        }
        match row.tracks.review {
            ReviewState::NotSubmitted => Editing::Everything,
            ReviewState::Returned => {
                Editing::Only { pointers: row.returned_items.iter().map(opened).collect() }
            }
            ReviewState::InReview => Editing::Nothing { reason: FrozenReason::InReview },
            ReviewState::Accepted | ReviewState::Rejected | ReviewState::Withdrawn => {
                Editing::Nothing { reason: FrozenReason::Closed }
            }
        }
    }
}

/// The document of the last submission or answer that the backend received.
fn last_sent(ops: &[OpRow]) -> Option<Dossier> {
    let received = ops.iter().rev().filter(|op| op.state == OpState::Received);
    received
        .filter_map(|op| serde_json::from_slice::<Operation>(&op.body).ok())
        .find_map(|operation| operation.change.submission().map(|submission| submission.dossier.clone()))
}

/// What an item opens: its field, or the whole slot of its photo.
fn opened(item: &ReturnItem) -> String {
    item.slot().map_or_else(|| item.pointer.clone(), |slot| format!("/attachments/{}", slot.as_str()))
}

fn photos(dossier: &Dossier, elsewhere: &HashSet<Sha256>, readings: &Readings) -> Vec<PhotoView> {
    let mut earlier = Vec::new();
    dossier
        .photos()
        .map(|(slot, index, photo)| PhotoView {
            photo_id: photo.photo_id,
            slot,
            index: u32::try_from(index).unwrap_or(u32::MAX),
            verdicts: with_what_was_read(verdicts(photo), readings.shows_another(slot, &photo.sha256))
                .chain(same_picture(photo, &mut earlier))
                .collect(),
            outline: outline(photo),
            here: !elsewhere.contains(&photo.sha256),
            reading: readings.state(&photo.sha256),
            quarter_turns: readings.quarter_turns(&photo.sha256),
        })
        .collect()
}

/// The words of a paper tell papers apart that look alike.
fn with_what_was_read(
    seen: Vec<PhotoVerdict>,
    read: Option<PhotoVerdictCode>,
) -> impl Iterator<Item = PhotoVerdict> {
    let is_said = |found: &PhotoVerdict| {
        matches!(found.code, PhotoVerdictCode::WrongDocument | PhotoVerdictCode::WrongSide)
    };
    let read = read.filter(|_| !seen.iter().any(is_said));
    seen.into_iter().chain(read.map(of_the_whole))
}

fn returned(row: &CaseRow, sent: Option<&Dossier>) -> Vec<ReturnedItemView> {
    let changed = sent.map(|sent| diff_pointers(sent, &row.dossier)).unwrap_or_default();
    let document = sent.and_then(|sent| serde_json::to_value(sent).ok());
    row.returned_items
        .iter()
        .map(|item| ReturnedItemView {
            sent: match item.slot() {
                Some(_) => None,
                None => document.as_ref().and_then(|document| text_at(document, &item.pointer)),
            },
            sent_photos: item
                .slot()
                .and_then(|slot| sent?.attachments.get(&slot))
                .map(|photos| photos.iter().map(|photo| photo.photo_id).collect())
                .unwrap_or_default(),
            changed: changed.iter().any(|pointer| item.opens(pointer)),
            item: item.clone(),
        })
        .collect()
}

fn text_at(document: &serde_json::Value, pointer: &str) -> Option<String> {
    match document.pointer(pointer)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn rounds(timeline: &[TimelineRow]) -> Vec<RoundView> {
    let mut rounds: BTreeMap<u32, RoundView> = BTreeMap::new();
    for row in timeline {
        let (round, outcome) = match &row.what {
            Occurrence::Received { round, .. } => {
                rounds.entry(*round).or_insert(RoundView {
                    round: *round,
                    submitted_at_ms: row.at_ms,
                    outcome: None,
                    decided_at_ms: None,
                });
                continue;
            }
            Occurrence::Returned { round, items } => {
                (*round, ReviewOutcome::Returned { items: items.clone() })
            }
            Occurrence::Accepted { round, notice_number } => {
                (*round, ReviewOutcome::Accepted { notice_number: notice_number.clone() })
            }
            Occurrence::Rejected { round, text } => (*round, ReviewOutcome::Rejected { text: text.clone() }),
            _ => continue,
        };
        if let Some(view) = rounds.get_mut(&round) {
            view.outcome = Some(outcome);
            view.decided_at_ms = Some(row.at_ms);
        }
    }
    rounds.into_values().collect()
}

/// A round that the backend received came from here when its operation did.
fn who(row: &TimelineRow, account: &Account, ops: &[OpRow]) -> TimelineWho {
    let here = || TimelineWho::ThisComputer { name: account.view().map(|account| account.display) };
    match (&row.what, &row.who) {
        (Occurrence::Received { op_id, .. } | Occurrence::Withdrawn { op_id }, Who::Backend) => {
            if ops.iter().any(|op| op.op_id == *op_id) { here() } else { TimelineWho::AnotherComputer }
        }
        (
            Occurrence::Returned { .. }
            | Occurrence::Accepted { .. }
            | Occurrence::Rejected { .. }
            | Occurrence::Approved { .. }
            | Occurrence::NotApproved { .. }
            | Occurrence::ContractReturned { .. }
            | Occurrence::StepRecorded { .. },
            Who::Backend,
        ) => TimelineWho::Office { name: None },
        (Occurrence::ReceiptStored { .. }, _) | (_, Who::Backend) => TimelineWho::Backend,
        (_, Who::Reviewer(name)) => TimelineWho::Office { name: Some(name.clone()) },
        (_, Who::Device) => here(),
    }
}

fn entry(row: &TimelineRow, who: TimelineWho) -> TimelineEntry {
    let mut entry = TimelineEntry {
        at_ms: row.at_ms,
        who,
        what: TimelineKind::Created,
        round: None,
        track: None,
        number: None,
        text: None,
        replaced: None,
    };
    match &row.what {
        Occurrence::Created => {}
        Occurrence::Adopted => entry.what = TimelineKind::Adopted,
        Occurrence::Fetched { replaced } => {
            entry.what = TimelineKind::Fetched;
            entry.replaced.clone_from(replaced);
        }
        Occurrence::Queued { op_kind, local_receipt, .. } => {
            entry.what = match op_kind.as_str() {
                "application.amend" => TimelineKind::AmendedHere,
                "application.withdraw" => TimelineKind::WithdrawnHere,
                "contract.sign" => TimelineKind::ContractSignedHere,
                "contract.sign_on_paper" => TimelineKind::ContractScannedHere,
                "contract.refuse" => TimelineKind::ContractRefusedHere,
                _ => TimelineKind::SubmittedHere,
            };
            entry.number.clone_from(local_receipt);
        }
        Occurrence::Unqueued { .. } | Occurrence::Abandoned { .. } => entry.what = TimelineKind::TakenBack,
        Occurrence::ReceiptStored { receipt_number, .. } => {
            entry.what = TimelineKind::ReceiptStored;
            entry.number = Some(receipt_number.clone());
        }
        Occurrence::Received { round, .. } => {
            entry.what = TimelineKind::Received;
            entry.round = Some(*round);
        }
        Occurrence::Returned { round, .. } => {
            entry.what = TimelineKind::Returned;
            entry.round = Some(*round);
        }
        Occurrence::Accepted { round, notice_number } => {
            entry.what = TimelineKind::Accepted;
            entry.round = Some(*round);
            entry.number = Some(notice_number.clone());
        }
        Occurrence::Rejected { round, text } => {
            entry.what = TimelineKind::Rejected;
            entry.round = Some(*round);
            entry.text = Some(text.clone());
        }
        Occurrence::Withdrawn { .. } => entry.what = TimelineKind::Withdrawn,
        Occurrence::Approved { .. } => entry.what = TimelineKind::Approved,
        Occurrence::NotApproved { text, .. } => {
            entry.what = TimelineKind::NotApproved;
            entry.text = Some(text.clone());
        }
        Occurrence::ContractOffered { number } => {
            entry.what = TimelineKind::ContractOffered;
            entry.number = Some(number.clone());
        }
        Occurrence::ContractReceived { number, .. } => {
            entry.what = TimelineKind::ContractReceived;
            entry.number = Some(number.clone());
        }
        Occurrence::ContractReturned { number, text } => {
            entry.what = TimelineKind::ContractReturned;
            entry.number = Some(number.clone());
            entry.text = Some(text.clone());
        }
        Occurrence::ContractCountersigned { number, .. } => {
            entry.what = TimelineKind::ContractInEffect;
            entry.number = Some(number.clone());
        }
        Occurrence::ContractRefused { number, .. } => {
            entry.what = TimelineKind::ContractRefused;
            entry.number = Some(number.clone());
        }
        Occurrence::StepRecorded { track, state, text, number } => {
            entry.what = match state {
                StepState::Done => TimelineKind::StepDone,
                StepState::Failed => TimelineKind::StepFailed,
                StepState::Waiting | StepState::Open => TimelineKind::StepReopened,
            };
            entry.track = Some((*track).into());
            entry.text.clone_from(text);
            entry.number.clone_from(number);
        }
    }
    entry
}

fn pointer_of(field: DuplicateField) -> &'static str {
    match field {
        DuplicateField::Licence => "/licence/number",
        DuplicateField::LegalId => "/legal_person/id_number",
        DuplicateField::Account => "/settlement/number",
        DuplicateField::Phone => "/contact/mobile",
    }
}
