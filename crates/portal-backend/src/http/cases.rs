//! `/v1/cases` and `/v1/profiles`.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use portal_domain::ids::CaseId;
use portal_domain::profile::{self, Profile};
use portal_protocol::case::CasePage;
use portal_protocol::error::ErrorCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::extract::{Param, Query};
use super::tag::Tag;
use crate::app::{AppState, Caller};
use crate::error::BackendError;
use crate::problem::{Answer, Problem};
use crate::random;
use crate::store::cases;
use crate::store::reading::sha;

const DEFAULT_LIMIT: u32 = 50;
pub const MAX_LIMIT: u32 = 200;

/// How a cursor looks: the time and id of the last line seen.
pub const CURSOR: &str = "^[0-9]{1,15}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

/// Which page of a list.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PageQuery {
    #[serde(default)]
    #[schemars(regex(pattern = CURSOR))]
    after: Option<String>,
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_LIMIT))]
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
    let tag = Tag::new(&case.rev.to_string())?;
    if tag.is_known(&headers)? {
        return Ok(tag.not_modified());
    }
    let document = cases::document(&mut conn, &caller.tenant, &case).await?;
    Ok((tag.headers(), axum::Json(document)).into_response())
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
pub async fn profiles(headers: HeaderMap) -> Answer<Response> {
    let profiles: Vec<&Profile> = profile::builtin().iter().collect();
    let body = serde_json::to_vec(&profiles).map_err(BackendError::from)?;
    let tag = Tag::new(&random::sha256_hex(&body)[..16])?;
    if tag.is_known(&headers)? {
        return Ok(tag.not_modified());
    }
    Ok((tag.headers(), [(header::CONTENT_TYPE, "application/json")], body).into_response())
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
