//! Lists of cases: by keyset, so that page 1,000 costs what page 1 does.

use portal_domain::dossier::Dossier;
use portal_domain::ids::{AccountId, CaseId};
use portal_domain::status::CaseStatus;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::search;
use crate::error::StoreError;
use crate::store::{Store, signed, unsigned};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseSort {
    /// Last changed first.
    #[default]
    Updated,
    /// By name, in the order of the characters' code points.
    Name,
    /// What waits for the user first, within that last changed first.
    Status,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct CaseQuery {
    /// Any part of names, licence number and phone, where several words must all be found; or of a receipt's or notice's
    /// number.
    pub text: Option<String>,
    pub status: Option<CaseStatus>,
    pub sort: CaseSort,
    /// `next` of the page before, with the same text, status and sort.
    pub after: Option<CaseCursor>,
    /// Lines per page.
    pub limit: u32,
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseCursor {
    updated_at_ms: i64,
    name: String,
    urgency: i64,
    case_id: CaseId,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CasePage {
    pub lines: Vec<CaseLine>,
    /// Absent on the last page.
    pub next: Option<CaseCursor>,
    /// Cases that the query finds on all pages.
    pub total: u64,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseLine {
    pub case_id: CaseId,
    pub owner: Option<AccountId>,
    pub name: String,
    pub licence_number: String,
    pub phone: String,
    pub status: CaseStatus,
    pub revision: u64,
    pub round: u32,
    pub photo_count: u32,
    pub local_receipt: Option<String>,
    pub receipt_number: Option<String>,
    pub notice_number: Option<String>,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

/// Cases by status; every status is listed, zero too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCounts(pub Vec<(CaseStatus, u64)>);

impl CaseCounts {
    pub fn of(&self, status: CaseStatus) -> u64 {
        self.0.iter().find(|(known, _)| *known == status).map_or(0, |(_, count)| *count)
    }

    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }
}

/// What two cases share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateField {
    Licence,
    LegalId,
    Account,
    Phone,
}

/// Another case with the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    pub case_id: CaseId,
    pub name: String,
    pub field: DuplicateField,
}

#[derive(FromRow)]
struct Record {
    case_id: String,
    owner: Option<String>,
    name: String,
    licence_number: String,
    phone: String,
    status: String,
    urgency: i64,
    revision: i64,
    round: i64,
    photo_count: i64,
    local_receipt: Option<String>,
    receipt_number: Option<String>,
    notice_number: Option<String>,
    created_at_ms: i64,
    updated_at_ms: i64,
}

/// The cases that a search finds: parameter 2 is the expression for names and numbers that were typed, 3 what is looked
/// for in receipt and notice numbers, which have an index that holds nothing else.
macro_rules! found_sql {
    () => {
        "SELECT rowid FROM case_search WHERE case_search MATCH ?2 UNION SELECT id FROM case_
             WHERE instr(replace(local_receipt, '-', ''), ?3) OR instr(replace(receipt_number, '-', ''), ?3)
                 OR instr(replace(notice_number, '-', ''), ?3)"
    };
}

/// One statement per order and filter, so that each finds its index. Parameters: 1 status, 2 and 3 the search,
/// 4–7 the last line of the page before (update, name, urgency, case), 8 limit.
macro_rules! page_sql {
    ($filter:expr, $after:literal, $order:literal) => {
        concat!(
            "SELECT case_id, owner, name, licence_number, phone, status, urgency, revision, round, photo_count, ",
            "local_receipt, receipt_number, notice_number, created_at_ms, updated_at_ms FROM case_ WHERE ",
            $filter,
            " AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT ?8"
        )
    };
}
macro_rules! page_sqls {
    ($filter:expr) => {
        [
            page_sql!($filter, "(updated_at_ms, case_id) < (?4, ?7)", "updated_at_ms DESC, case_id DESC"),
            page_sql!($filter, "(name, case_id) > (?5, ?7)", "name, case_id"),
            page_sql!(
                $filter,
                "(urgency, updated_at_ms, case_id) < (?6, ?4, ?7)",
                "urgency DESC, updated_at_ms DESC, case_id DESC"
            ),
        ]
    };
}
const ALL: [&str; 3] = page_sqls!("?1 IS NULL AND ?2 IS NULL");
const BY_STATUS: [&str; 3] = page_sqls!("status = ?1 AND ?2 IS NULL");
const BY_TEXT: [&str; 3] =
    page_sqls!(concat!("(?1 IS NULL OR +status = ?1) AND +id IN (", found_sql!(), ")"));
const COUNT_ALL: &str = "SELECT count(*) FROM case_ WHERE ?1 IS NULL AND ?2 IS NULL";
const COUNT_BY_STATUS: &str = "SELECT count(*) FROM case_ WHERE status = ?1 AND ?2 IS NULL";
/// Without looking at the cases themselves: a common word finds most of them.
const COUNT_BY_TEXT: &str = concat!("SELECT count(*) FROM (", found_sql!(), ") WHERE ?1 IS NULL");
const COUNT_BY_TEXT_AND_STATUS: &str =
    concat!("SELECT count(*) FROM case_ WHERE +status = ?1 AND id IN (", found_sql!(), ")");

/// The statements that a query runs: the page's and the count's.
fn statements(
    status: Option<CaseStatus>,
    expression: Option<&str>,
    sort: CaseSort,
) -> (&'static str, &'static str) {
    let (pages, count) = match (expression, status) {
        (Some(_), None) => (BY_TEXT, COUNT_BY_TEXT),
        (Some(_), Some(_)) => (BY_TEXT, COUNT_BY_TEXT_AND_STATUS),
        (None, Some(_)) => (BY_STATUS, COUNT_BY_STATUS),
        (None, None) => (ALL, COUNT_ALL),
    };
    let [by_update, by_name, by_status] = pages;
    let page = match (sort, status) {
        (CaseSort::Name, _) => by_name,
        // Cases of one status differ in their update only, and that order has an index of its own.
        (CaseSort::Updated, _) | (CaseSort::Status, Some(_)) => by_update,
        (CaseSort::Status, None) => by_status,
    };
    (page, count)
}

impl Store {
    /// A page of cases.
    ///
    /// # Errors
    /// What the database says.
    pub async fn list_cases(&self, query: &CaseQuery) -> Result<CasePage, StoreError> {
        let typed = query.text.as_deref().filter(|text| !text.trim().is_empty());
        let expression = typed.map(search::expression);
        if expression == Some(None) {
            // Only punctuation was typed: nothing can match.
            return Ok(CasePage { lines: Vec::new(), next: None, total: 0 });
        }
        let expression = expression.flatten();
        let number = typed.map(search::key);
        let (page_sql, count_sql) = statements(query.status, expression.as_deref(), query.sort);
        let status = query.status.map(CaseStatus::as_str);
        let after = query.after.as_ref();
        // Before the first line: above every value in descending order, below every one in ascending order.
        let first_case_id = match query.sort {
            CaseSort::Updated | CaseSort::Status => "~",
            CaseSort::Name => "",
        };
        let mut conn = self.read().await?;
        let mut records: Vec<Record> = sqlx::query_as(page_sql)
            .bind(status)
            .bind(expression.as_deref())
            .bind(number.as_deref())
            .bind(after.map_or(i64::MAX, |cursor| cursor.updated_at_ms))
            .bind(after.map_or("", |cursor| cursor.name.as_str()))
            .bind(after.map_or(i64::MAX, |cursor| cursor.urgency))
            .bind(after.map_or_else(|| first_case_id.to_owned(), |cursor| cursor.case_id.to_string()))
            .bind(i64::from(query.limit) + 1)
            .fetch_all(&mut *conn)
            .await?;
        let total: i64 = sqlx::query_scalar(count_sql)
            .bind(status)
            .bind(expression.as_deref())
            .bind(number.as_deref())
            .fetch_one(&mut *conn)
            .await?;
        let more = records.len() > query.limit as usize;
        records.truncate(query.limit as usize);
        let next = match records.last() {
            Some(last) if more => Some(CaseCursor {
                updated_at_ms: last.updated_at_ms,
                name: last.name.clone(),
                urgency: last.urgency,
                case_id: parse_case_id(&last.case_id)?,
            }),
            _ => None,
        };
        let lines = records.into_iter().map(line).collect::<Result<_, _>>()?;
        Ok(CasePage { lines, next, total: unsigned(total)? })
    }

    /// Cases by status.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts(&self) -> Result<CaseCounts, StoreError> {
        let found: Vec<(String, i64)> = sqlx::query_as("SELECT status, count(*) FROM case_ GROUP BY status")
            .fetch_all(&mut *self.read().await?)
            .await?;
        let count = |status: CaseStatus| {
            let found = found.iter().find(|(text, _)| text == status.as_str());
            Ok((status, found.map_or(Ok(0), |(_, count)| unsigned(*count))?))
        };
        Ok(CaseCounts(CaseStatus::ALL.into_iter().map(count).collect::<Result<_, StoreError>>()?))
    }

    /// Other cases with the same licence number, legal person, settlement account or phone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn duplicates(&self, case_id: CaseId, dossier: &Dossier) -> Result<Vec<Duplicate>, StoreError> {
        /// Enough to warn with.
        const LIMIT: u64 = 20;
        let keys = [
            (
                DuplicateField::Licence,
                &dossier.licence.number as &str,
                "SELECT case_id, name FROM case_ WHERE licence_number = ?1 AND licence_number <> '' AND case_id <> ?2 LIMIT ?3",
            ),
            (
                DuplicateField::LegalId,
                &dossier.legal_person.id_number,
                "SELECT case_id, name FROM case_ WHERE legal_id = ?1 AND legal_id <> '' AND case_id <> ?2 LIMIT ?3",
            ),
            (
                DuplicateField::Account,
                &dossier.settlement.number,
                "SELECT case_id, name FROM case_ WHERE account_number = ?1 AND account_number <> '' AND case_id <> ?2 LIMIT ?3",
            ),
            (
                DuplicateField::Phone,
                search::phone(dossier),
                "SELECT case_id, name FROM case_ WHERE phone = ?1 AND phone <> '' AND case_id <> ?2 LIMIT ?3",
            ),
        ];
        let mut conn = self.read().await?;
        let mut duplicates = Vec::new();
        for (field, number, sql) in keys {
            let found: Vec<(String, String)> = sqlx::query_as(sql)
                .bind(search::key(number))
                .bind(case_id.to_string())
                .bind(signed(LIMIT))
                .fetch_all(&mut *conn)
                .await?;
            for (other, name) in found {
                duplicates.push(Duplicate { case_id: parse_case_id(&other)?, name, field });
            }
        }
        Ok(duplicates)
    }
}

fn parse_case_id(text: &str) -> Result<CaseId, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged("case id"))
}

fn line(record: Record) -> Result<CaseLine, StoreError> {
    let small = |value: i64, what| u32::try_from(value).map_err(|_| StoreError::Damaged(what));
    Ok(CaseLine {
        case_id: parse_case_id(&record.case_id)?,
        owner: record.owner.map(|text| text.parse()).transpose().map_err(|_| StoreError::Damaged("owner"))?,
        name: record.name,
        licence_number: record.licence_number,
        phone: record.phone,
        status: CaseStatus::parse(&record.status).ok_or(StoreError::Damaged("status"))?,
        revision: unsigned(record.revision)?,
        round: small(record.round, "round")?,
        photo_count: small(record.photo_count, "photo count")?,
        local_receipt: record.local_receipt,
        receipt_number: record.receipt_number,
        notice_number: record.notice_number,
        created_at_ms: record.created_at_ms,
        updated_at_ms: record.updated_at_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;

    /// The plan, one step a line.
    async fn plan(store: &Store, sql: &'static str) -> String {
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explained).fetch_all(&mut *store.read().await.unwrap()).await.unwrap();
        steps.into_iter().map(|step| step.3).collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn every_list_walks_an_index_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys { database: [1; 32], blobs: [2; 32], names: [3; 32] };
        let store = Store::open(folder.path(), keys, "0.1.0", 0).await.unwrap();
        for (status, sort, index) in [
            (None, CaseSort::Updated, "case_by_update"),
            (None, CaseSort::Name, "case_by_name"),
            (None, CaseSort::Status, "case_by_urgency"),
            (Some(CaseStatus::Draft), CaseSort::Updated, "case_by_status_update"),
            (Some(CaseStatus::Draft), CaseSort::Name, "case_by_status_name"),
            (Some(CaseStatus::Draft), CaseSort::Status, "case_by_status_update"),
        ] {
            let steps = plan(&store, statements(status, None, sort).0).await;
            assert!(steps.starts_with(&format!("SEARCH case_ USING INDEX {index}")), "{sort:?}: {steps}");
            assert!(!steps.contains("TEMP B-TREE"), "{sort:?} sorts: {steps}");
        }
        for status in [None, Some(CaseStatus::Draft)] {
            let steps = plan(&store, statements(status, None, CaseSort::Updated).1).await;
            assert!(steps.contains("COVERING INDEX"), "counting reads whole rows: {steps}");
        }
        let steps = plan(&store, statements(None, Some("x"), CaseSort::Updated).1).await;
        assert!(steps.contains("VIRTUAL TABLE"), "{steps}");
        store.close().await;
    }
}
