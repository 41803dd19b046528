//! Cases whose document comes from the backend: begun or answered on another computer of the account.

use portal_domain::dossier::Dossier;
use portal_domain::ids::CaseId;
use portal_domain::review::ReturnItem;
use portal_domain::status::CaseStatus;
use portal_domain::track::Tracks;

use crate::case::{self, CaseRow, read_json, write_json};
use crate::error::StoreError;
use crate::outbox;
use crate::store::{Conn, Store, signed};
use crate::timeline::{self, Occurrence};

/// A case as the backend has it.
#[derive(Debug, Clone)]
pub struct Fetched {
    pub case_id: CaseId,
    pub rev: u64,
    pub profile_id: String,
    pub profile_version: String,
    /// The document received last. Its photos are at the backend.
    pub dossier: Dossier,
    pub tracks: Tracks,
    /// Submissions received.
    pub round: u32,
    /// While the case is returned: what is to be changed.
    pub returned_items: Vec<ReturnItem>,
    pub receipt_number: Option<String>,
    pub notice_number: Option<String>,
    pub created_at_ms: i64,
}

impl Store {
    /// Cases behind `after` whose document is to be fetched from the backend, except those of which something waits to
    /// be sent: the backend's answer to that says what to do.
    ///
    /// # Errors
    /// What the database says.
    pub async fn wanted_cases(&self, after: Option<CaseId>, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let wanted: Vec<String> = sqlx::query_scalar(
            "SELECT case_id FROM case_wanted WHERE case_id > ?1
                 AND NOT EXISTS (SELECT 1 FROM op WHERE op.case_id = case_wanted.case_id
                     AND op.state IN ('waiting', 'sending'))
             ORDER BY case_id LIMIT ?2",
        )
        .bind(after.map(|case_id| case_id.to_string()).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.read().await?)
        .await?;
        wanted.iter().map(|text| text.parse().map_err(|_| StoreError::Damaged("case id"))).collect()
    }

    /// Stores a case as the backend has it; its photos are known by their hashes. A document that stood here and was
    /// another is kept in the timeline. Does nothing and says so when the case moved on meanwhile: it stays wanted.
    ///
    /// # Errors
    /// What the database says.
    pub async fn store_fetched(&self, fetched: Fetched, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let known = case::load(&mut tx, fetched.case_id).await?;
        let older = known.as_ref().is_some_and(|row| row.rev.is_some_and(|rev| rev > fetched.rev));
        if older || outbox::has_pending(&mut tx, fetched.case_id).await? {
            return Ok(false);
        }
        for (_, _, photo) in fetched.dossier.photos() {
            sqlx::query(
                "INSERT INTO blob (sha, size, created_at_ms, sent_bytes, server_has, here) VALUES (?1, ?2, ?3, ?2, 1, 0)
                 ON CONFLICT (sha) DO UPDATE SET server_has = 1, sent_bytes = size, upload_url = NULL",
            )
            .bind(photo.sha256.as_str())
            .bind(signed(photo.size_bytes))
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("DELETE FROM case_wanted WHERE case_id = ?1")
            .bind(fetched.case_id.to_string())
            .execute(&mut *tx)
            .await?;
        let (case_id, sent) = (fetched.case_id, write_json(&fetched.dossier, "dossier")?);
        let replaced = put(&mut tx, fetched, known, now_ms).await?;
        sqlx::query(
            "INSERT INTO case_sent (case_id, dossier) VALUES (?1, ?2)
             ON CONFLICT (case_id) DO UPDATE SET dossier = excluded.dossier",
        )
        .bind(case_id.to_string())
        .bind(sent)
        .execute(&mut *tx)
        .await?;
        let occurrence = Occurrence::Fetched { replaced: replaced.map(Box::new) };
        timeline::append(&mut tx, case_id, now_ms, &occurrence).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The backend shows this account no such case (any more): it isn't asked for again until something happens to it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_wanted(&self, case_id: CaseId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM case_wanted WHERE case_id = ?1")
            .bind(case_id.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The document that the backend received last, when another computer sent it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sent_elsewhere(&self, case_id: CaseId) -> Result<Option<Dossier>, StoreError> {
        let sent: Option<String> = sqlx::query_scalar("SELECT dossier FROM case_sent WHERE case_id = ?1")
            .bind(case_id.to_string())
            .fetch_optional(&mut *self.read().await?)
            .await?;
        sent.map(|text| read_json(&text, "dossier")).transpose()
    }
}

/// Writes the case; gives the document that it replaced and that was another.
async fn put(
    conn: &mut Conn,
    fetched: Fetched,
    known: Option<CaseRow>,
    now_ms: i64,
) -> Result<Option<Dossier>, StoreError> {
    let is_new = known.is_none();
    let mut row = known.unwrap_or_else(|| CaseRow {
        case_id: fetched.case_id,
        owner: None,
        revision: 0,
        rev: None,
        profile_id: String::new(),
        profile_version: String::new(),
        dossier: Dossier::default(),
        tracks: Tracks::default(),
        round: 0,
        only_photos_missing: false,
        returned_items: Vec::new(),
        local_receipt: None,
        receipt_number: None,
        notice_number: None,
        created_at_ms: fetched.created_at_ms,
        updated_at_ms: now_ms,
        saved_at_ms: now_ms,
        // Found from the rest when the row is written.
        status: CaseStatus::InReview,
    });
    let before = std::mem::replace(&mut row.dossier, fetched.dossier);
    let replaced = (!is_new && before != row.dossier).then_some(before);
    // Whoever has the old document open is told so by their next save.
    row.revision += 1;
    row.rev = Some(fetched.rev);
    row.profile_id = fetched.profile_id;
    row.profile_version = fetched.profile_version;
    row.tracks = fetched.tracks;
    row.round = fetched.round;
    row.only_photos_missing = false;
    row.returned_items = fetched.returned_items;
    row.receipt_number = fetched.receipt_number.or(row.receipt_number);
    row.notice_number = fetched.notice_number.or(row.notice_number);
    row.updated_at_ms = now_ms;
    row.saved_at_ms = now_ms;
    if is_new {
        case::insert(conn, &row).await?;
    } else {
        case::write(conn, &row).await?;
    }
    case::write_photos(conn, &row).await?;
    Ok(replaced)
}

/// Notes that the case's document is to be fetched.
pub(crate) async fn want(conn: &mut Conn, case_id: CaseId) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO case_wanted (case_id) VALUES (?1) ON CONFLICT DO NOTHING")
        .bind(case_id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn is_wanted(conn: &mut Conn, case_id: CaseId) -> Result<bool, StoreError> {
    let wanted = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM case_wanted WHERE case_id = ?1)")
        .bind(case_id.to_string())
        .fetch_one(conn)
        .await?;
    Ok(wanted)
}

/// This computer sent a newer document itself.
pub(crate) async fn forget_sent(conn: &mut Conn, case_id: CaseId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM case_sent WHERE case_id = ?1").bind(case_id.to_string()).execute(conn).await?;
    Ok(())
}
