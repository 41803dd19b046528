//! One case as stored: reading it, writing it, and the columns derived from it.

use portal_domain::dossier::Dossier;
use portal_domain::ids::{AccountId, CaseId};
use portal_domain::review::ReturnItem;
use portal_domain::status::{CaseStatus, Outbound, case_status};
use portal_domain::track::{ReviewState, Tracks};
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use super::search;
use crate::error::StoreError;
use crate::store::{Conn, signed, unsigned};

/// One case as this computer knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    pub case_id: CaseId,
    /// Whose case it is; absent before enrolment.
    pub owner: Option<AccountId>,
    /// Counts the changes made here; guards every save and the submission.
    pub revision: u64,
    /// The backend's revision; absent before it received anything.
    pub rev: Option<u64>,
    pub profile_id: String,
    pub profile_version: String,
    pub dossier: Dossier,
    /// As the backend last said. What waits in the outbox shows in `status` only.
    pub tracks: Tracks,
    /// Submissions that the backend received.
    pub round: u32,
    /// Nothing but photos stops this draft from being submitted.
    pub only_photos_missing: bool,
    /// What the reviewer wants changed, while the case is returned.
    pub returned_items: Vec<ReturnItem>,
    /// Number of the last local receipt: "saved on this computer, not yet received".
    pub local_receipt: Option<String>,
    /// Number of the backend's last receipt.
    pub receipt_number: Option<String>,
    pub notice_number: Option<String>,
    pub created_at_ms: i64,
    /// Last change of any kind.
    pub updated_at_ms: i64,
    /// Last save of the draft.
    pub saved_at_ms: i64,
    /// Computed from review and outbox when either changes.
    pub status: CaseStatus,
}

impl CaseRow {
    pub fn review(&self) -> ReviewState {
        self.tracks.review
    }
}

#[derive(FromRow)]
struct Record {
    case_id: String,
    owner: Option<String>,
    revision: i64,
    rev: Option<i64>,
    profile_id: String,
    profile_version: String,
    dossier: String,
    tracks: String,
    round: i64,
    only_photos_missing: bool,
    returned_items: String,
    local_receipt: Option<String>,
    receipt_number: Option<String>,
    notice_number: Option<String>,
    created_at_ms: i64,
    updated_at_ms: i64,
    saved_at_ms: i64,
    status: String,
}

impl TryFrom<Record> for CaseRow {
    type Error = StoreError;

    fn try_from(record: Record) -> Result<Self, StoreError> {
        Ok(Self {
            case_id: record.case_id.parse().map_err(|_| StoreError::Damaged("case id"))?,
            owner: record
                .owner
                .map(|text| text.parse())
                .transpose()
                .map_err(|_| StoreError::Damaged("owner"))?,
            revision: unsigned(record.revision)?,
            rev: record.rev.map(unsigned).transpose()?,
            profile_id: record.profile_id,
            profile_version: record.profile_version,
            dossier: read_json(&record.dossier, "dossier")?,
            tracks: read_json(&record.tracks, "tracks")?,
            round: u32::try_from(record.round).map_err(|_| StoreError::Damaged("round"))?,
            only_photos_missing: record.only_photos_missing,
            returned_items: read_json(&record.returned_items, "returned items")?,
            local_receipt: record.local_receipt,
            receipt_number: record.receipt_number,
            notice_number: record.notice_number,
            created_at_ms: record.created_at_ms,
            updated_at_ms: record.updated_at_ms,
            saved_at_ms: record.saved_at_ms,
            status: CaseStatus::parse(&record.status).ok_or(StoreError::Damaged("status"))?,
        })
    }
}

/// The parser's own message could repeat a value: only the column is named.
pub(crate) fn read_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged(what))
}

pub(crate) fn write_json<T: serde::Serialize>(value: &T, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged(what))
}

pub(crate) async fn load(conn: &mut Conn, case_id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    sqlx::query_as::<_, Record>(
        "SELECT case_id, owner, revision, rev, profile_id, profile_version, dossier, tracks, round,
                only_photos_missing, returned_items, local_receipt, receipt_number, notice_number,
                created_at_ms, updated_at_ms, saved_at_ms, status
         FROM case_ WHERE case_id = ?1",
    )
    .bind(case_id.to_string())
    .fetch_optional(conn)
    .await?
    .map(CaseRow::try_from)
    .transpose()
}

pub(crate) async fn require(conn: &mut Conn, case_id: CaseId) -> Result<CaseRow, StoreError> {
    load(conn, case_id).await?.ok_or(StoreError::NotFound)
}

/// What queueing asks of a case: without its document, which is read and written back at some cost.
pub(crate) struct Head {
    pub revision: u64,
    pub review: ReviewState,
    /// The backend has a newer document, which is still to be fetched.
    pub is_wanted: bool,
    only_photos_missing: bool,
}

impl Head {
    /// The status word with this on its way.
    pub fn status(&self, outbound: Outbound) -> CaseStatus {
        case_status(self.review, outbound, self.only_photos_missing)
    }
}

pub(crate) async fn head(conn: &mut Conn, case_id: CaseId) -> Result<Head, StoreError> {
    let found: Option<(i64, String, bool, bool)> = sqlx::query_as(
        "SELECT revision, review, EXISTS (SELECT 1 FROM case_wanted WHERE case_id = ?1), only_photos_missing
         FROM case_ WHERE case_id = ?1",
    )
    .bind(case_id.to_string())
    .fetch_optional(conn)
    .await?;
    let (revision, review, is_wanted, only_photos_missing) = found.ok_or(StoreError::NotFound)?;
    let review = ReviewState::parse(&review).ok_or(StoreError::Damaged("review"))?;
    Ok(Head { revision: unsigned(revision)?, review, is_wanted, only_photos_missing })
}

/// Notes that operations were taken out of the queue: the receipt is that of the newest that is left.
pub(crate) async fn unqueued(conn: &mut Conn, case_id: CaseId, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE case_ SET updated_at_ms = ?2, local_receipt = (SELECT local_receipt FROM op
             WHERE case_id = ?1 AND local_receipt IS NOT NULL AND state <> 'abandoned' ORDER BY seq DESC LIMIT 1)
         WHERE case_id = ?1",
    )
    .bind(case_id.to_string())
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    refresh_status(conn, case_id).await
}

/// A row whose other columns [`write`] fills in.
pub(crate) async fn insert(conn: &mut Conn, row: &CaseRow) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO case_ (case_id, owner, revision, profile_id, profile_version, dossier, tracks, round,
             only_photos_missing, returned_items, created_at_ms, updated_at_ms, saved_at_ms, review, name,
             licence_number, legal_id, account_number, phone, photo_count, status, urgency)
         VALUES (?1, ?2, 0, '', '', '', '', 0, 0, '', ?3, 0, 0, '', '', '', '', '', '', 0, 'draft', 0)
         ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(row.case_id.to_string())
    .bind(row.owner.map(|owner| owner.to_string()))
    .bind(row.created_at_ms)
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Exists);
    }
    write(conn, row).await
}

/// Writes everything that may change, the derived columns, the search words and the status.
pub(crate) async fn write(conn: &mut Conn, row: &CaseRow) -> Result<(), StoreError> {
    let dossier = &row.dossier;
    let id: i64 = sqlx::query_scalar(
        "UPDATE case_ SET revision = ?2, rev = ?3, profile_id = ?4, profile_version = ?5, dossier = ?6, tracks = ?7,
             round = ?8, only_photos_missing = ?9, returned_items = ?10, local_receipt = ?11, receipt_number = ?12,
             notice_number = ?13, updated_at_ms = ?14, saved_at_ms = ?15, review = ?16, name = ?17,
             licence_number = ?18, legal_id = ?19, account_number = ?20, phone = ?21, photo_count = ?22
         WHERE case_id = ?1 RETURNING id",
    )
    .bind(row.case_id.to_string())
    .bind(signed(row.revision))
    .bind(row.rev.map(signed))
    .bind(&row.profile_id)
    .bind(&row.profile_version)
    .bind(write_json(dossier, "dossier")?)
    .bind(write_json(&row.tracks, "tracks")?)
    .bind(i64::from(row.round))
    .bind(row.only_photos_missing)
    .bind(write_json(&row.returned_items, "returned items")?)
    .bind(&row.local_receipt)
    .bind(&row.receipt_number)
    .bind(&row.notice_number)
    .bind(row.updated_at_ms)
    .bind(row.saved_at_ms)
    .bind(row.review().as_str())
    .bind(dossier.display_name())
    .bind(search::key(&dossier.licence.number))
    .bind(search::key(&dossier.legal_person.id_number))
    .bind(search::key(&dossier.settlement.number))
    .bind(search::key(search::phone(dossier)))
    .bind(signed(dossier.photos().count() as u64))
    .fetch_one(&mut *conn)
    .await?;
    search::index(conn, id, row).await?;
    refresh_status(conn, row.case_id).await
}

/// Brings the status word up to date; every change of an operation ends with it.
pub(crate) async fn refresh_status(conn: &mut Conn, case_id: CaseId) -> Result<(), StoreError> {
    let case = head(conn, case_id).await?;
    let status = case.status(crate::outbox::outbound(conn, case_id).await?);
    sqlx::query("UPDATE case_ SET status = ?2, urgency = ?3 WHERE case_id = ?1")
        .bind(case_id.to_string())
        .bind(status.as_str())
        .bind(urgency(status))
        .execute(conn)
        .await?;
    Ok(())
}

/// Place in the list sorted by status, highest first: what waits for the user before what waits for others.
pub(crate) fn urgency(status: CaseStatus) -> i64 {
    match status {
        CaseStatus::NeedsAttention => 9,
        CaseStatus::Returned => 8,
        CaseStatus::PhotosMissing => 7,
        CaseStatus::Draft => 6,
        CaseStatus::Sending => 5,
        CaseStatus::Queued | CaseStatus::AwaitingApproval => 4,
        CaseStatus::InReview => 3,
        CaseStatus::Accepted => 2,
        CaseStatus::Rejected => 1,
        CaseStatus::Withdrawn => 0,
    }
}
