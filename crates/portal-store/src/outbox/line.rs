//! Operations as lists show them: without the bodies, which are most of what the table holds.

use portal_domain::ids::{CaseId, OpId};
use sqlx::FromRow;

use super::row::{Hold, OpError, OpState, last_error, parse_hold};
use crate::error::StoreError;
use crate::store::{Store, unsigned};

/// One operation in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct OpLine {
    pub op_id: OpId,
    pub case_id: CaseId,
    /// What the case is called.
    pub name: String,
    pub kind: String,
    pub state: OpState,
    pub hold: Option<Hold>,
    pub paused: bool,
    /// Failed attempts since the last progress.
    pub attempts: u32,
    pub next_at_ms: i64,
    pub last_error: Option<OpError>,
    pub receipt_number: Option<String>,
    pub made_at_ms: i64,
    /// The body and its photos.
    pub bytes: u64,
    /// Of these, what is known to be at the backend.
    pub bytes_sent: u64,
}

/// Operations that wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// Those that need a person first, then in order of finalising.
    pub lines: Vec<OpLine>,
    /// Those that the list has no room for.
    pub more: u64,
}

#[derive(FromRow)]
struct Record {
    op_id: String,
    case_id: String,
    name: String,
    kind: String,
    state: String,
    hold: Option<String>,
    paused: bool,
    attempts: i64,
    next_at_ms: i64,
    error_code: Option<String>,
    error_detail: Option<String>,
    receipt_number: Option<String>,
    made_at_ms: i64,
    sent: bool,
    body_bytes: i64,
    photo_bytes: i64,
    photo_bytes_sent: i64,
}

/// Which operations are picked by a statement that needs no body: these are then read one by one.
macro_rules! lines {
    ($which:literal, $order:literal) => {
        concat!(
            "SELECT op.op_id, op.case_id, case_.name, op.kind, op.state, op.hold, op.paused, op.attempts, op.next_at_ms,
                 op.error_code, op.error_detail, op.receipt_number, op.made_at_ms, op.sent, length(op.body) AS body_bytes,
                 coalesce(sum(b.size), 0) AS photo_bytes,
                 coalesce(sum(iif(b.server_has, b.size, min(b.sent_bytes, b.size))), 0) AS photo_bytes_sent
             FROM op JOIN case_ ON case_.case_id = op.case_id
             LEFT JOIN op_blob o ON o.op_id = op.op_id LEFT JOIN blob b ON b.sha = o.sha
             WHERE op.seq IN (",
            $which,
            ") GROUP BY op.seq ORDER BY ",
            $order
        )
    };
}

impl Store {
    /// What waits to be sent, as much of it as a list shows.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pending(&self, limit: u32) -> Result<Pending, StoreError> {
        let mut conn = self.read().await?;
        let records: Vec<Record> = sqlx::query_as(lines!(
            "SELECT seq FROM op INDEXED BY op_pending WHERE state IN ('waiting', 'sending')
             ORDER BY coalesce(hold IN ('attention', 'conflict'), 0) DESC, seq LIMIT ?1",
            "coalesce(op.hold IN ('attention', 'conflict'), 0) DESC, op.seq"
        ))
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await?;
        let all: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM op INDEXED BY op_pending WHERE state IN ('waiting', 'sending')",
        )
        .fetch_one(&mut *conn)
        .await?;
        let more = unsigned(all)?.saturating_sub(records.len() as u64);
        Ok(Pending { lines: records.into_iter().map(line).collect::<Result<_, _>>()?, more })
    }

    /// The operations that the backend received last, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn recently_received(&self, limit: u32) -> Result<Vec<OpLine>, StoreError> {
        let records: Vec<Record> = sqlx::query_as(lines!(
            "SELECT seq FROM op INDEXED BY op_received WHERE state = 'received' ORDER BY received_at_ms DESC, seq DESC LIMIT ?1",
            "op.received_at_ms DESC, op.seq DESC"
        ))
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        records.into_iter().map(line).collect()
    }

    /// One operation as lists show it, or nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn op_line(&self, op_id: OpId) -> Result<Option<OpLine>, StoreError> {
        let record: Option<Record> = sqlx::query_as(lines!("SELECT seq FROM op WHERE op_id = ?1", "op.seq"))
            .bind(op_id.to_string())
            .fetch_optional(&mut *self.read().await?)
            .await?;
        record.map(line).transpose()
    }
}

fn line(record: Record) -> Result<OpLine, StoreError> {
    let state = OpState::parse(&record.state).ok_or(StoreError::Damaged("state"))?;
    let (body, photos) = (unsigned(record.body_bytes)?, unsigned(record.photo_bytes)?);
    let bytes = body + photos;
    let bytes_sent = if state == OpState::Received {
        bytes
    } else {
        unsigned(record.photo_bytes_sent)? + if record.sent { body } else { 0 }
    };
    Ok(OpLine {
        op_id: record.op_id.parse().map_err(|_| StoreError::Damaged("operation id"))?,
        case_id: record.case_id.parse().map_err(|_| StoreError::Damaged("case id"))?,
        name: record.name,
        kind: record.kind,
        state,
        hold: parse_hold(record.hold)?,
        paused: record.paused,
        attempts: u32::try_from(record.attempts).map_err(|_| StoreError::Damaged("attempts"))?,
        next_at_ms: record.next_at_ms,
        last_error: last_error(record.error_code, record.error_detail.as_deref())?,
        receipt_number: record.receipt_number,
        made_at_ms: record.made_at_ms,
        bytes,
        bytes_sent,
    })
}
