//! What happened to a case, as its page shows it.

use portal_domain::dossier::Dossier;
use portal_domain::ids::{CaseId, OpId};
use portal_domain::progress::OfficeTrack;
use portal_domain::review::ReturnItem;
use portal_domain::track::StepState;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::audit::{self, AuditEntry};
use crate::case::read_json;
use crate::error::StoreError;
use crate::store::{Conn, Store, unsigned};

/// Who did what this computer wrote down itself, as stored.
pub(crate) const DEVICE: &str = "device";
const BACKEND: &str = "backend";
/// Comes before a reviewer's name.
const REVIEWER: &str = "reviewer:";

/// Who did something to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// This account on this computer.
    Device,
    /// The backend, or somebody whom it doesn't name.
    Backend,
    /// A reviewer, as colleagues call them.
    Reviewer(String),
}

impl Who {
    fn to_text(&self) -> String {
        match self {
            Self::Device => DEVICE.to_owned(),
            Self::Backend => BACKEND.to_owned(),
            Self::Reviewer(name) => format!("{REVIEWER}{name}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            DEVICE => Some(Self::Device),
            BACKEND => Some(Self::Backend),
            _ => text.strip_prefix(REVIEWER).map(|name| Self::Reviewer(name.to_owned())),
        }
    }
}

/// One thing that happened, on this computer or at the backend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Occurrence {
    Created,
    /// Finalised: saved on this computer, in the queue.
    Queued {
        op_id: OpId,
        op_kind: String,
        local_receipt: Option<String>,
    },
    /// Taken back from the queue before anything was sent.
    Unqueued {
        op_id: OpId,
    },
    /// Refused by the backend and given up, so that the case can be changed.
    Abandoned {
        op_id: OpId,
    },
    /// The backend's signed receipt was stored.
    ReceiptStored {
        op_id: OpId,
        receipt_number: String,
    },
    /// Events of the backend.
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
    /// A supervisor agreed to a submission, or did not.
    Approved {
        op_id: OpId,
    },
    NotApproved {
        op_id: OpId,
        text: String,
    },
    ContractOffered {
        number: String,
    },
    ContractReceived {
        op_id: OpId,
        number: String,
    },
    /// What was signed on paper came back.
    ContractReturned {
        number: String,
        text: String,
    },
    /// Both signed; said again when the time stamp came later.
    ContractCountersigned {
        number: String,
        stamped: bool,
    },
    ContractRefused {
        op_id: OpId,
        number: String,
    },
    /// What became of a step; with the number of the paper that came of it.
    StepRecorded {
        track: OfficeTrack,
        state: StepState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    /// Taken over from the guest's store at enrolment.
    Adopted,
    /// The backend's document took the place of the one here, because another computer sent it. What stood here and
    /// was another is kept with this row.
    Fetched {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced: Option<Box<Dossier>>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct TimelineRow {
    pub at_ms: i64,
    pub who: Who,
    /// The backend's event number.
    pub seq: Option<u64>,
    pub what: Occurrence,
}

#[derive(FromRow)]
struct Record {
    at_ms: i64,
    who: String,
    seq: Option<i64>,
    what: String,
}

impl Store {
    /// Everything that happened to a case, oldest first as this computer learnt of it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn timeline(&self, case_id: CaseId) -> Result<Vec<TimelineRow>, StoreError> {
        let records: Vec<Record> =
            sqlx::query_as("SELECT at_ms, who, seq, what FROM case_event WHERE case_id = ?1 ORDER BY id")
                .bind(case_id.to_string())
                .fetch_all(&mut *self.read().await?)
                .await?;
        records
            .into_iter()
            .map(|record| {
                Ok(TimelineRow {
                    at_ms: record.at_ms,
                    who: Who::parse(&record.who).ok_or(StoreError::Damaged("who"))?,
                    seq: record.seq.map(unsigned).transpose()?,
                    what: read_json(&record.what, "event")?,
                })
            })
            .collect()
    }
}

impl Occurrence {
    /// The row of the audit about what this computer did.
    pub(crate) fn audited(&self, case_id: CaseId) -> AuditEntry {
        let action = match self {
            Self::Created => "case.created",
            Self::Queued { .. } => "case.queued",
            Self::Unqueued { .. } => "case.taken_back",
            Self::Abandoned { .. } => "case.abandoned",
            Self::ReceiptStored { .. } => "case.receipt_stored",
            Self::Received { .. } => "case.received",
            Self::Returned { .. } => "case.returned",
            Self::Accepted { .. } => "case.accepted",
            Self::Rejected { .. } => "case.rejected",
            Self::Withdrawn { .. } => "case.withdrawn",
            Self::Approved { .. } => "case.approved",
            Self::NotApproved { .. } => "case.not_approved",
            Self::ContractOffered { .. } => "contract.offered",
            Self::ContractReceived { .. } => "contract.received",
            Self::ContractReturned { .. } => "contract.returned",
            Self::ContractCountersigned { .. } => "contract.countersigned",
            Self::ContractRefused { .. } => "contract.refused",
            Self::StepRecorded { .. } => "step.recorded",
            Self::Adopted => "case.adopted",
            Self::Fetched { .. } => "case.fetched",
        };
        AuditEntry { who: DEVICE.to_owned(), action: action.to_owned(), case_id: Some(case_id) }
    }
}

/// A row of this computer's own, in the audit too.
pub(crate) async fn append(
    conn: &mut Conn,
    case_id: CaseId,
    at_ms: i64,
    what: &Occurrence,
) -> Result<(), StoreError> {
    write_row(conn, case_id, None, at_ms, &Who::Device, what).await?;
    audit::append(conn, &what.audited(case_id), at_ms).await?;
    Ok(())
}

pub(crate) async fn write_row(
    conn: &mut Conn,
    case_id: CaseId,
    seq: Option<i64>,
    at_ms: i64,
    who: &Who,
    what: &Occurrence,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO case_event (case_id, seq, at_ms, who, what) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(case_id.to_string())
        .bind(seq)
        .bind(at_ms)
        .bind(who.to_text())
        .bind(crate::case::write_json(what, "event")?)
        .execute(conn)
        .await?;
    Ok(())
}
