//! Operations as stored, and reading them.

use portal_domain::dossier::BlobSlot;
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_domain::track::ReviewStep;
use sqlx::FromRow;

use crate::error::StoreError;
use crate::store::{Conn, Store, signed, unsigned};

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpState {
    Waiting,
    Sending,
    /// The backend's receipt is stored.
    Received,
    /// Refused by the backend and given up by the user; kept for the record.
    Abandoned,
}

impl OpState {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "waiting" => Some(Self::Waiting),
            "sending" => Some(Self::Sending),
            "received" => Some(Self::Received),
            "abandoned" => Some(Self::Abandoned),
            _ => None,
        }
    }

    pub fn is_pending(self) -> bool {
        match self {
            Self::Waiting | Self::Sending => true,
            Self::Received | Self::Abandoned => false,
        }
    }
}

/// Why an operation isn't being sent. A pause is none of these: it stands beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The account must sign in again.
    Auth,
    /// The backend refused it.
    Attention,
    /// The case changed at the backend meanwhile.
    Conflict,
    /// A supervisor must agree first.
    Approval,
}

impl Hold {
    pub const ALL: [Self; 4] = [Self::Auth, Self::Attention, Self::Conflict, Self::Approval];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Attention => "attention",
            Self::Conflict => "conflict",
            Self::Approval => "approval",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hold| hold.as_str() == text)
    }
}

/// Why the last attempt failed.
#[derive(Debug, Clone, PartialEq)]
pub struct OpError {
    /// Stable code.
    pub code: String,
    /// What the sync centre shows and the correction needs, e.g. refused fields.
    pub detail: serde_json::Value,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct OpRow {
    /// Order of finalising.
    pub seq: u64,
    pub op_id: OpId,
    pub case_id: CaseId,
    /// Revision of the case that was finalised.
    pub case_revision: u64,
    pub kind: String,
    pub step: Option<ReviewStep>,
    /// The exact bytes to send.
    pub body: Vec<u8>,
    pub body_sha: Sha256,
    pub local_receipt: Option<String>,
    pub made_at_ms: i64,
    pub state: OpState,
    /// Something of it may have reached the backend: it can't be taken back any more.
    pub sent_anything: bool,
    /// Failed attempts since the last progress.
    pub attempts: u32,
    pub next_at_ms: i64,
    pub hold: Option<Hold>,
    /// The user paused it: whatever else holds it or lets it go, it isn't sent.
    pub paused: bool,
    pub last_error: Option<OpError>,
    /// The backend's receipt envelope, opaque.
    pub receipt: Option<Vec<u8>>,
    pub receipt_number: Option<String>,
    pub received_at_ms: Option<i64>,
    /// In the order declared.
    pub blobs: Vec<OpBlob>,
}

/// A photo of an operation, and how far it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpBlob {
    pub slot: BlobSlot,
    pub sha: Sha256,
    pub size_bytes: u64,
    /// The backend said that it is durable there.
    pub server_has: bool,
    /// Where a resumable upload of it goes on.
    pub upload_url: Option<String>,
    /// Bytes known to be at the backend.
    pub sent_bytes: u64,
}

/// Which operations to list, in order of finalising.
#[derive(Debug, Clone, Copy)]
pub struct OpQuery {
    pub case_id: Option<CaseId>,
    /// Only those that aren't received or abandoned.
    pub pending_only: bool,
    /// Those behind this one; 0 from the start.
    pub after_seq: u64,
    pub limit: u32,
}

impl Default for OpQuery {
    fn default() -> Self {
        Self { case_id: None, pending_only: false, after_seq: 0, limit: 100 }
    }
}

#[derive(FromRow)]
pub(super) struct Record {
    seq: i64,
    op_id: String,
    case_id: String,
    case_revision: i64,
    kind: String,
    step: Option<String>,
    body: Vec<u8>,
    body_sha: String,
    local_receipt: Option<String>,
    made_at_ms: i64,
    state: String,
    sent: bool,
    attempts: i64,
    next_at_ms: i64,
    hold: Option<String>,
    paused: bool,
    error_code: Option<String>,
    error_detail: Option<String>,
    receipt: Option<Vec<u8>>,
    receipt_number: Option<String>,
    received_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct BlobRecord {
    slot: String,
    sha: String,
    size: i64,
    server_has: bool,
    upload_url: Option<String>,
    sent_bytes: i64,
}

impl Store {
    /// One operation, or nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn op(&self, op_id: OpId) -> Result<Option<OpRow>, StoreError> {
        load(&mut *self.read().await?, op_id).await
    }

    /// A page of operations.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ops(&self, query: OpQuery) -> Result<Vec<OpRow>, StoreError> {
        let mut conn = self.read().await?;
        let records: Vec<Record> = sqlx::query_as(
            "SELECT * FROM op WHERE (?1 IS NULL OR case_id = ?1) AND (NOT ?2 OR state IN ('waiting', 'sending'))
                 AND seq > ?3 ORDER BY seq LIMIT ?4",
        )
        .bind(query.case_id.map(|case_id| case_id.to_string()))
        .bind(query.pending_only)
        .bind(signed(query.after_seq))
        .bind(i64::from(query.limit))
        .fetch_all(&mut *conn)
        .await?;
        complete(&mut conn, records).await
    }
}

pub(super) async fn load(conn: &mut Conn, op_id: OpId) -> Result<Option<OpRow>, StoreError> {
    let record: Vec<Record> = sqlx::query_as("SELECT * FROM op WHERE op_id = ?1")
        .bind(op_id.to_string())
        .fetch_all(&mut *conn)
        .await?;
    Ok(complete(conn, record).await?.pop())
}

pub(super) async fn require(conn: &mut Conn, op_id: OpId) -> Result<OpRow, StoreError> {
    load(conn, op_id).await?.ok_or(StoreError::NotFound)
}

/// Adds the photos.
pub(super) async fn complete(conn: &mut Conn, records: Vec<Record>) -> Result<Vec<OpRow>, StoreError> {
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let blobs: Vec<BlobRecord> = sqlx::query_as(
            "SELECT o.slot, o.sha, b.size, b.server_has, b.upload_url, b.sent_bytes
             FROM op_blob o JOIN blob b ON b.sha = o.sha WHERE o.op_id = ?1 ORDER BY o.position",
        )
        .bind(&record.op_id)
        .fetch_all(&mut *conn)
        .await?;
        rows.push(row(record, blobs)?);
    }
    Ok(rows)
}

fn row(record: Record, blobs: Vec<BlobRecord>) -> Result<OpRow, StoreError> {
    let damaged = StoreError::Damaged;
    Ok(OpRow {
        seq: unsigned(record.seq)?,
        op_id: record.op_id.parse().map_err(|_| damaged("operation id"))?,
        case_id: record.case_id.parse().map_err(|_| damaged("case id"))?,
        case_revision: unsigned(record.case_revision)?,
        kind: record.kind,
        step: record.step.map(|text| parse_step(&text).ok_or(damaged("step"))).transpose()?,
        body: record.body,
        body_sha: record.body_sha.parse().map_err(|_| damaged("hash"))?,
        local_receipt: record.local_receipt,
        made_at_ms: record.made_at_ms,
        state: OpState::parse(&record.state).ok_or(damaged("state"))?,
        sent_anything: record.sent,
        attempts: u32::try_from(record.attempts).map_err(|_| damaged("attempts"))?,
        next_at_ms: record.next_at_ms,
        hold: parse_hold(record.hold)?,
        paused: record.paused,
        last_error: last_error(record.error_code, record.error_detail.as_deref())?,
        receipt: record.receipt,
        receipt_number: record.receipt_number,
        received_at_ms: record.received_at_ms,
        blobs: blobs
            .into_iter()
            .map(|blob| {
                Ok(OpBlob {
                    slot: BlobSlot::parse(&blob.slot).ok_or(damaged("slot"))?,
                    sha: blob.sha.parse().map_err(|_| damaged("hash"))?,
                    size_bytes: unsigned(blob.size)?,
                    server_has: blob.server_has,
                    upload_url: blob.upload_url,
                    sent_bytes: unsigned(blob.sent_bytes)?,
                })
            })
            .collect::<Result<_, StoreError>>()?,
    })
}

pub(super) fn parse_hold(text: Option<String>) -> Result<Option<Hold>, StoreError> {
    text.map(|text| Hold::parse(&text).ok_or(StoreError::Damaged("hold"))).transpose()
}

pub(super) fn last_error(code: Option<String>, detail: Option<&str>) -> Result<Option<OpError>, StoreError> {
    let Some(code) = code else { return Ok(None) };
    Ok(Some(OpError { code, detail: crate::case::read_json(detail.unwrap_or("null"), "error detail")? }))
}

pub(super) fn parse_step(text: &str) -> Option<ReviewStep> {
    ReviewStep::ALL.into_iter().find(|step| step.as_str() == text)
}
