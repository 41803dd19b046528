//! What the backend tells: applied exactly once, in order, in the transaction that moves the cursor.

use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::profile;
use portal_domain::progress::OfficeTrack;
use portal_domain::review::ReturnItem;
use portal_domain::track::{ReviewState, StepState};

use crate::case::{self, CaseRow};
use crate::contract::{self, ContractState};
use crate::document::{self, DocumentKind};
use crate::error::StoreError;
use crate::fetched;
use crate::outbox::release_approval;
use crate::store::{Conn, Store, signed, unsigned};
use crate::timeline::{self, Occurrence, Who};

/// One event of the account's feed.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseEvent {
    /// Counts from 1 without a gap.
    pub seq: u64,
    pub at_ms: i64,
    pub case_id: CaseId,
    /// Revision of the case after what happened; 0 while the backend received nothing of it.
    pub rev: u64,
    /// The reviewer who did it, where the backend names one.
    pub by: Option<String>,
    pub what: Happened,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    Received {
        op_id: OpId,
        round: u32,
    },
    Returned {
        round: u32,
        items: Vec<ReturnItem>,
    },
    Accepted {
        round: u32,
        notice_number: String,
    },
    Rejected {
        round: u32,
        text: String,
    },
    Withdrawn {
        op_id: OpId,
    },
    Approved {
        op_id: OpId,
    },
    NotApproved {
        op_id: OpId,
        text: String,
    },
    ContractOffered {
        number: String,
        offer: String,
        seal: String,
    },
    ContractReceived {
        op_id: OpId,
        number: String,
    },
    ContractReturned {
        number: String,
        text: String,
    },
    ContractCountersigned {
        number: String,
        sha: Sha256,
        stamped: bool,
    },
    ContractRefused {
        op_id: OpId,
        number: String,
    },
    /// What the office recorded of a step, why it failed, and the paper that came of it.
    StepRecorded {
        track: OfficeTrack,
        state: StepState,
        text: Option<String>,
        issued: Option<Issued>,
    },
}

/// A paper of the office, to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub kind: DocumentKind,
    pub number: String,
    pub sha: Sha256,
}

/// What [`Store::apply_events`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventOutcome {
    /// Cursor now.
    pub cursor: u64,
    /// Events applied; the others had been applied before.
    pub applied: u64,
    /// Cases that changed here.
    pub changed: Vec<CaseId>,
    /// Cases whose document is to be fetched: this computer doesn't have them, or another one sent something newer.
    pub wanted: Vec<CaseId>,
}

impl Store {
    /// The last event applied; 0 before the first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn event_cursor(&self) -> Result<u64, StoreError> {
        read_cursor(&mut *self.read().await?).await
    }

    /// Applies a batch and moves the cursor, all or nothing. Events at or before the cursor are skipped. An event of
    /// a revision that the case already has or has passed is written to the timeline only: a receipt may have
    /// come first.
    ///
    /// # Errors
    /// [`StoreError::EventGap`]; then nothing of the batch is applied.
    pub async fn apply_events(&self, events: &[CaseEvent], now_ms: i64) -> Result<EventOutcome, StoreError> {
        let mut tx = self.begin().await?;
        let mut outcome = EventOutcome { cursor: read_cursor(&mut tx).await?, ..EventOutcome::default() };
        for event in events {
            if event.seq <= outcome.cursor {
                continue;
            }
            if event.seq != outcome.cursor + 1 {
                return Err(StoreError::EventGap { expected: outcome.cursor + 1, found: event.seq });
            }
            let known = apply(&mut tx, event, now_ms).await?;
            let wanted = event.rev > 0 && (!known || sent_elsewhere(&mut tx, &event.what).await?);
            if wanted {
                fetched::want(&mut tx, event.case_id).await?;
            }
            for (holds, cases) in [(known, &mut outcome.changed), (wanted, &mut outcome.wanted)] {
                if holds && !cases.contains(&event.case_id) {
                    cases.push(event.case_id);
                }
            }
            outcome.cursor = event.seq;
            outcome.applied += 1;
        }
        sqlx::query("UPDATE event_cursor SET seq = ?1 WHERE id = 1")
            .bind(signed(outcome.cursor))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(outcome)
    }
}

async fn read_cursor(conn: &mut Conn) -> Result<u64, StoreError> {
    unsigned(sqlx::query_scalar("SELECT seq FROM event_cursor WHERE id = 1").fetch_one(conn).await?)
}

/// Whether the backend received a document that this computer didn't send.
async fn sent_elsewhere(conn: &mut Conn, what: &Happened) -> Result<bool, StoreError> {
    let Happened::Received { op_id, .. } = what else { return Ok(false) };
    let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM op WHERE op_id = ?1)")
        .bind(op_id.to_string())
        .fetch_one(conn)
        .await?;
    Ok(!known)
}

/// Whether the case is on this computer.
async fn apply(conn: &mut Conn, event: &CaseEvent, now_ms: i64) -> Result<bool, StoreError> {
    let occurrence = occurrence(&event.what);
    let who = match &event.by {
        Some(name) => Who::Reviewer(name.clone()),
        None => Who::Backend,
    };
    timeline::write_row(conn, event.case_id, Some(signed(event.seq)), event.at_ms, &who, &occurrence).await?;
    apply_to_contract(conn, event).await?;
    if let Happened::StepRecorded { issued: Some(issued), .. } = &event.what {
        document::issued(conn, event.case_id, issued).await?;
    }
    if let Happened::Approved { op_id } | Happened::NotApproved { op_id, .. } = &event.what {
        // Nothing of the case has changed at the backend: what waited is asked again, and answered now.
        release_approval(conn, *op_id).await?;
    }
    let Some(mut row) = case::load(conn, event.case_id).await? else { return Ok(false) };
    let newer = event.rev > row.rev.unwrap_or(0);
    row.updated_at_ms = now_ms;
    match &event.what {
        Happened::Received { round, .. } => {
            row.round = row.round.max(*round);
            if newer {
                row.tracks.review = ReviewState::InReview;
                row.returned_items.clear();
            }
        }
        Happened::Returned { round, items } => {
            row.round = row.round.max(*round);
            if newer {
                row.tracks.review = ReviewState::Returned;
                row.returned_items.clone_from(items);
                // A new round: its answer is another submission, even if nothing is edited.
                row.revision += 1;
            }
        }
        Happened::Accepted { notice_number, .. } => {
            row.notice_number = Some(notice_number.clone());
            if newer {
                row.tracks.review = ReviewState::Accepted;
                open_ready(&mut row);
            }
        }
        Happened::Rejected { .. } => {
            if newer {
                row.tracks.review = ReviewState::Rejected;
            }
        }
        Happened::Withdrawn { .. } => {
            if newer {
                row.tracks.review = ReviewState::Withdrawn;
            }
        }
        Happened::Approved { .. } | Happened::NotApproved { .. } => {}
        // Nothing else moves these tracks: a receipt that brought a later revision says nothing of them, and the last of the
        // events is right.
        Happened::StepRecorded { track, state, .. } => {
            if let Some(known) = row.tracks.step_mut((*track).into()) {
                *known = *state;
            }
            open_ready(&mut row);
        }
        // The receipt of an answer, or the document, may have brought the same revision.
        _ if row.rev.is_some_and(|known| event.rev < known) => {}
        Happened::ContractOffered { .. } => {
            if row.tracks.contract == StepState::Failed {
                row.tracks.contract = StepState::Open;
            }
        }
        Happened::ContractReceived { .. } | Happened::ContractReturned { .. } => {}
        Happened::ContractCountersigned { .. } => {
            row.tracks.contract = StepState::Done;
            open_ready(&mut row);
        }
        Happened::ContractRefused { .. } => row.tracks.contract = StepState::Failed,
    }
    if newer {
        row.rev = Some(event.rev);
    }
    case::write(conn, &row).await?;
    Ok(true)
}

/// Tracks whose gates are met are open. A profile that only a newer portal knows opens none here.
fn open_ready(row: &mut CaseRow) {
    if let Some(profile) = profile::builtin_version(&row.profile_id, &row.profile_version) {
        row.tracks.open_ready(profile, &row.dossier);
    }
}

async fn apply_to_contract(conn: &mut Conn, event: &CaseEvent) -> Result<(), StoreError> {
    match &event.what {
        Happened::ContractOffered { number, offer, seal } => {
            contract::offered(conn, event.case_id, number, (offer, seal), event.at_ms).await
        }
        Happened::ContractReceived { number, .. } => {
            contract::answered(conn, number, ContractState::Received).await
        }
        Happened::ContractReturned { number, text } => contract::returned(conn, number, text).await,
        Happened::ContractCountersigned { number, sha, stamped } => {
            contract::in_effect(conn, number, sha, *stamped).await
        }
        Happened::ContractRefused { number, .. } => {
            contract::answered(conn, number, ContractState::Refused).await
        }
        Happened::Received { .. }
        | Happened::Returned { .. }
        | Happened::Accepted { .. }
        | Happened::Rejected { .. }
        | Happened::Withdrawn { .. }
        | Happened::Approved { .. }
        | Happened::NotApproved { .. }
        | Happened::StepRecorded { .. } => Ok(()),
    }
}

fn occurrence(what: &Happened) -> Occurrence {
    match what {
        Happened::Received { op_id, round } => Occurrence::Received { op_id: *op_id, round: *round },
        Happened::Returned { round, items } => Occurrence::Returned { round: *round, items: items.clone() },
        Happened::Accepted { round, notice_number } => {
            Occurrence::Accepted { round: *round, notice_number: notice_number.clone() }
        }
        Happened::Rejected { round, text } => Occurrence::Rejected { round: *round, text: text.clone() },
        Happened::Withdrawn { op_id } => Occurrence::Withdrawn { op_id: *op_id },
        Happened::Approved { op_id } => Occurrence::Approved { op_id: *op_id },
        Happened::NotApproved { op_id, text } => {
            Occurrence::NotApproved { op_id: *op_id, text: text.clone() }
        }
        Happened::ContractOffered { number, .. } => Occurrence::ContractOffered { number: number.clone() },
        Happened::ContractReceived { op_id, number } => {
            Occurrence::ContractReceived { op_id: *op_id, number: number.clone() }
        }
        Happened::ContractReturned { number, text } => {
            Occurrence::ContractReturned { number: number.clone(), text: text.clone() }
        }
        Happened::ContractCountersigned { number, stamped, .. } => {
            Occurrence::ContractCountersigned { number: number.clone(), stamped: *stamped }
        }
        Happened::ContractRefused { op_id, number } => {
            Occurrence::ContractRefused { op_id: *op_id, number: number.clone() }
        }
        Happened::StepRecorded { track, state, text, issued } => Occurrence::StepRecorded {
            track: *track,
            state: *state,
            text: text.clone(),
            number: issued.as_ref().map(|issued| issued.number.clone()),
        },
    }
}
