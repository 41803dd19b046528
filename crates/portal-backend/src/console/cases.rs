//! The queue, one case, and what a reviewer decides.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use portal_domain::check::check;
use portal_domain::ids::{CaseId, Sha256};
use portal_domain::profile::{self, Profile, Text};
use portal_domain::progress::progress;
use portal_domain::requirement::requirements;
use portal_domain::track::ReviewState;
use portal_protocol::case::CaseDocument;
use portal_protocol::error::ErrorCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::view::{AcceptRequest, CaseView, Photo, QueuePage, RejectRequest, ReturnRequest, StepRequest};
use crate::app::{AppState, Caller};
use crate::clock;
use crate::deciding::{Actor, Decision, decide};
use crate::http::cases::{CURSOR, MAX_LIMIT, cursor, limit};
use crate::http::extract::{Json, Param, Query};
use crate::problem::{Answer, Problem};
use crate::rules;
use crate::stepping;
use crate::store::{cases, steps};

#[derive(Debug, Deserialize, JsonSchema)]
pub struct QueueQuery {
    /// A review state, or `all`; cases in review when absent.
    #[serde(default)]
    #[schemars(extend("enum" = filters()))]
    filter: Option<String>,
    /// Part of the name.
    #[serde(default)]
    name: String,
    #[serde(default)]
    #[schemars(regex(pattern = CURSOR))]
    after: Option<String>,
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_LIMIT))]
    limit: Option<u32>,
}

fn filters() -> Vec<&'static str> {
    ReviewState::ALL.iter().map(|state| state.as_str()).chain(["all"]).collect()
}

/// Cases of the tenant, oldest submission first.
pub async fn queue(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<QueueQuery>,
) -> Answer<axum::Json<QueuePage>> {
    let review = match query.filter.as_deref() {
        None => Some(ReviewState::InReview),
        Some("all") => None,
        Some(name) => Some(ReviewState::parse(name).ok_or_else(|| Problem::parameter("filter"))?),
    };
    let (after_ms, after_case) = cursor(query.after.as_deref())?;
    let limit = limit(query.limit)?;
    let mut conn = app.office.store.read().await?;
    let name = query.name.trim();
    let mut lines =
        cases::queue(&mut conn, &caller.tenant, review, name, (after_ms, &after_case), limit + 1).await?;
    let more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|last| format!("{}_{}", last.line.submitted_at_ms, last.line.case_id));
    Ok(axum::Json(QueuePage { cases: lines, now_ms: app.office.now_ms(), next }))
}

/// One case with requirements, problems and photos.
pub async fn get(
    State(app): State<AppState>,
    caller: Caller,
    Param(case_id): Param<CaseId>,
) -> Answer<Response> {
    let (document, steps) = {
        let mut conn = app.office.store.read().await?;
        let case = cases::find(&mut conn, &caller.tenant, case_id).await?.ok_or(ErrorCode::NotFound)?;
        let document = cases::document(&mut conn, &caller.tenant, &case).await?;
        (document, steps::of_case(&mut conn, &caller.tenant, case_id).await?)
    };
    let today = clock::china_date(app.office.now_ms());
    let profile = rules::known_profile(&document.profile);
    let view = CaseView {
        requirements: profile.map_or_else(Vec::new, |profile| requirements(&document.dossier, profile)),
        problems: profile.map_or_else(Vec::new, |profile| check(&document.dossier, profile, today)),
        photos: photos(&document, profile),
        progress: profile
            .map_or_else(Vec::new, |profile| progress(profile, &document.dossier, &document.tracks)),
        steps,
        document,
    };
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], axum::Json(view)).into_response())
}

/// The acceptance notice, as PDF.
pub async fn notice(state: State<AppState>, caller: Caller, case: Param<CaseId>) -> Answer<Response> {
    crate::http::cases::notice(state, caller, case).await
}

/// A photo of a case of the tenant.
pub async fn blob(state: State<AppState>, caller: Caller, sha: Param<Sha256>) -> Answer<Response> {
    crate::http::blobs::get(state, caller, sha).await
}

/// A profile.
pub async fn profile(Param(id): Param<String>) -> Answer<axum::Json<&'static Profile>> {
    profile::builtin_profile(&id).map(axum::Json).ok_or_else(|| ErrorCode::NotFound.into())
}

/// Returns a case to be changed in the named places.
pub async fn give_back(
    state: State<AppState>,
    caller: Caller,
    case: Param<CaseId>,
    Json(request): Json<ReturnRequest>,
) -> Answer<axum::Json<CaseDocument>> {
    decided(state, caller, case, request.rev, Decision::Return { items: request.items }).await
}

/// Accepts a case and issues its notice.
pub async fn accept(
    state: State<AppState>,
    caller: Caller,
    case: Param<CaseId>,
    Json(request): Json<AcceptRequest>,
) -> Answer<axum::Json<CaseDocument>> {
    decided(state, caller, case, request.rev, Decision::Accept).await
}

/// Rejects a case for good.
pub async fn reject(
    state: State<AppState>,
    caller: Caller,
    case: Param<CaseId>,
    Json(request): Json<RejectRequest>,
) -> Answer<axum::Json<CaseDocument>> {
    decided(state, caller, case, request.rev, Decision::Reject { text: request.text }).await
}

/// Records what became of a step.
pub async fn step(
    State(app): State<AppState>,
    caller: Caller,
    Param(case_id): Param<CaseId>,
    Json(request): Json<StepRequest>,
) -> Answer<axum::Json<CaseDocument>> {
    let id = caller.account.account_id.to_string();
    let actor = Actor { id: &id, name: Some(&caller.account.name) };
    let rev = Some(request.rev);
    stepping::record(&app.office, &caller.tenant, actor, case_id, rev, &request.report).await.map(axum::Json)
}

async fn decided(
    State(app): State<AppState>,
    caller: Caller,
    Param(case_id): Param<CaseId>,
    rev: u64,
    decision: Decision,
) -> Answer<axum::Json<CaseDocument>> {
    let id = caller.account.account_id.to_string();
    let actor = Actor { id: &id, name: Some(&caller.account.name) };
    decide(&app.office, &app.keys, &caller.tenant, actor, case_id, Some(rev), decision).await.map(axum::Json)
}

fn photos(document: &CaseDocument, profile: Option<&Profile>) -> Vec<Photo> {
    let name = |slot| match profile.and_then(|profile| profile.slot(slot)) {
        Some(rule) => rule.name.clone(),
        None => Text { zh: slot.as_str().to_owned(), en: slot.as_str().to_owned() },
    };
    document
        .dossier
        .photos()
        .map(|(slot, index, photo)| Photo {
            pointer: format!("/attachments/{}/{index}", slot.as_str()),
            slot,
            name: name(slot),
            sha: photo.sha256.clone(),
            media_type: photo.media_type.clone(),
            size_bytes: photo.size_bytes,
            width_px: photo.width_px,
            height_px: photo.height_px,
        })
        .collect()
}
