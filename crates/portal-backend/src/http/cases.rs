//! `/v1/cases` and `/v1/profiles`.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portal_domain::ids::CaseId;
use portal_domain::profile::{self, Profile};
use portal_protocol::case::CasePage;
use portal_protocol::error::ErrorCode;
use serde::Deserialize;

use super::extract::{Param, Query, header_text};
use crate::app::{AppState, Caller};
use crate::error::BackendError;
use crate::problem::{Answer, Problem};
use crate::store::cases;
use crate::store::reading::sha;

const DEFAULT_LIMIT: u32 = 50;
pub const MAX_LIMIT: u32 = 200;

/// Which page of a list.
#[derive(Debug, Deserialize)]
pub struct PageQuery {
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
}

/// A page of the caller's cases.
pub async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Answer<axum::Json<CasePage>> {
    let (after_ms, after_case) = cursor(query.after.as_deref())?;
    let limit = limit(query.limit)?;
    let mut conn = app.office.store.read().await?;
    let mut lines = cases::page(&mut conn, &caller.reader, (after_ms, &after_case), limit + 1).await?;
    let more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next = lines.last().filter(|_| more).map(|line| format!("{}_{}", line.updated_at_ms, line.case_id));
    Ok(axum::Json(CasePage { cases: lines, next }))
}

/// One case, with its rounds.
pub async fn get(
    State(app): State<AppState>,
    caller: Caller,
    Param(case_id): Param<CaseId>,
    headers: HeaderMap,
) -> Answer<Response> {
    let mut conn = app.office.store.read().await?;
    let case = cases::find(&mut conn, &caller.tenant, case_id)
        .await?
        .filter(|case| caller.reader.sees(case))
        .ok_or(ErrorCode::NotFound)?;
    let etag = format!("\"{}\"", case.rev);
    let tag = HeaderValue::from_str(&etag).map_err(|_| BackendError::Corrupt { what: "revision" })?;
    let tags = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    let known = header_text(&headers, header::IF_NONE_MATCH.as_str())?.unwrap_or_default();
    if known == "*" || known.split(',').any(|given| given.trim().trim_start_matches("W/") == etag) {
        return Ok((StatusCode::NOT_MODIFIED, tags).into_response());
    }
    let document = cases::document(&mut conn, &caller.tenant, &case).await?;
    Ok((tags, axum::Json(document)).into_response())
}

/// The acceptance notice of a case, as PDF.
pub async fn notice(
    State(app): State<AppState>,
    caller: Caller,
    Param(case_id): Param<CaseId>,
) -> Answer<Response> {
    let notice = {
        let mut conn = app.office.store.read().await?;
        let case = cases::find(&mut conn, &caller.tenant, case_id)
            .await?
            .filter(|case| caller.reader.sees(case))
            .ok_or(ErrorCode::NotFound)?;
        cases::notice(&mut conn, &caller.tenant, case.case_id).await?.ok_or(ErrorCode::NotFound)?
    };
    super::blobs::send(&app, &sha(&notice)?, "application/pdf").await
}

/// Every profile in every version that a case may have.
pub async fn profiles() -> axum::Json<Vec<&'static Profile>> {
    axum::Json(profile::builtin().iter().collect())
}

/// Reads a `TIME_ID` cursor.
///
/// # Errors
/// `bad_parameter`.
pub fn cursor(text: Option<&str>) -> Answer<(i64, String)> {
    let Some(text) = text else { return Ok((i64::MIN, String::new())) };
    text.split_once('_')
        .and_then(|(time, id)| Some((time.parse().ok()?, id.parse::<CaseId>().ok()?.to_string())))
        .ok_or_else(|| Problem::parameter("after"))
}

/// Reads a page size.
///
/// # Errors
/// `bad_parameter`.
pub fn limit(limit: Option<u32>) -> Answer<u32> {
    match limit.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::parameter("limit")),
    }
}
