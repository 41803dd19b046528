//! What a branch's supervisors decide about before it is received.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portal_domain::check::{check, overrides_in_force};
use portal_domain::dossier::Dossier;
use portal_domain::ids::{OpId, Sha256};
use portal_domain::requirement::requirements;
use portal_protocol::case::Round;
use portal_protocol::error::ErrorCode;
use portal_protocol::operation::Operation;
use schemars::JsonSchema;
use serde::Deserialize;

use super::view::{ApprovalLine, ApprovalPage, ApprovalRequest, ApprovalView};
use crate::app::{App, AppState, Caller};
use crate::approving::{self, Scope, Verdict};
use crate::clock;
use crate::deciding::Actor;
use crate::error::BackendError;
use crate::http::extract::{Json, Param, Query};
use crate::problem::Answer;
use crate::rules;
use crate::store::approvals::{self, ApprovalRecord};
use crate::store::{Conn, cases};

/// Most questions in one answer: a branch with more has other worries than the end of the list.
const LIMIT: u32 = 200;

#[derive(Debug, Deserialize, JsonSchema)]
pub struct PhotoQuery {
    sha: Sha256,
}

/// What waits for the supervisors of the caller's branch, oldest first.
pub async fn list(State(app): State<AppState>, caller: Caller) -> Answer<Response> {
    let records = {
        let mut conn = app.office.store.read().await?;
        approvals::waiting(&mut conn, &caller.tenant, branch_of(&caller)?, LIMIT).await?
    };
    let lines = records.iter().map(|record| line(&app, &caller, record)).collect::<Result<_, _>>()?;
    Ok((no_store(), axum::Json(ApprovalPage { lines, now_ms: app.office.now_ms() })).into_response())
}

/// One submission, with what it is judged by.
pub async fn get(State(app): State<AppState>, caller: Caller, Param(op_id): Param<OpId>) -> Answer<Response> {
    let (record, operation, previous) = {
        let mut conn = app.office.store.read().await?;
        let scope = Scope::Supervisor(&caller.account);
        let record = approving::question(&mut conn, &caller.tenant, scope, op_id).await?;
        let operation = read(&record)?;
        let previous = round_before(&mut conn, &caller, &operation).await?;
        (record, operation, previous)
    };
    let submission = operation.change.submission().ok_or(ErrorCode::NotFound)?;
    let today = clock::china_date(app.office.now_ms());
    let profile = rules::known_profile(&submission.profile);
    let view = ApprovalView {
        line: line(&app, &caller, &record)?,
        body_sha: record.body_sha.clone(),
        profile: submission.profile.clone(),
        reasons: profile.map_or_else(Vec::new, |profile| {
            overrides_in_force(&submission.dossier, profile, today).into_iter().cloned().collect()
        }),
        requirements: profile.map_or_else(Vec::new, |profile| requirements(&submission.dossier, profile)),
        problems: profile.map_or_else(Vec::new, |profile| check(&submission.dossier, profile, today)),
        dossier: submission.dossier.clone(),
        previous,
    };
    Ok((no_store(), axum::Json(view)).into_response())
}

/// A photo of a submission that waits, or of the round before it.
pub async fn photo(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
    Query(PhotoQuery { sha }): Query<PhotoQuery>,
) -> Answer<Response> {
    let (operation, previous) = {
        let mut conn = app.office.store.read().await?;
        let scope = Scope::Supervisor(&caller.account);
        let operation = read(&approving::question(&mut conn, &caller.tenant, scope, op_id).await?)?;
        let previous = round_before(&mut conn, &caller, &operation).await?;
        (operation, previous)
    };
    let dossiers = operation.change.submission().map(|submission| &submission.dossier).into_iter();
    let mut photos = dossiers.chain(previous.as_ref().map(|round| &round.dossier)).flat_map(Dossier::photos);
    let (_, _, photo) = photos.find(|(_, _, photo)| photo.sha256 == sha).ok_or(ErrorCode::NotFound)?;
    crate::http::blobs::send(&app, &sha, &photo.media_type).await
}

/// Agrees, or refuses with words.
pub async fn decide(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
    Json(request): Json<ApprovalRequest>,
) -> Answer<StatusCode> {
    let (body_sha, verdict) = match request {
        ApprovalRequest::Agree { body_sha } => (body_sha, Verdict::Agree),
        ApprovalRequest::Refuse { body_sha, text } => (body_sha, Verdict::Refuse { text }),
    };
    let id = caller.account.account_id.to_string();
    let actor = Actor { id: &id, name: Some(&caller.account.name) };
    let scope = Scope::Supervisor(&caller.account);
    approving::decide(&app.office, &caller.tenant, (scope, actor), op_id, body_sha.as_str(), &verdict)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was received of the case last.
async fn round_before(
    conn: &mut Conn,
    caller: &Caller,
    operation: &Operation,
) -> Result<Option<Round>, BackendError> {
    match cases::find(conn, &caller.tenant, operation.case_id).await? {
        Some(case) => Ok(cases::rounds(conn, &caller.tenant, case.case_id).await?.pop()),
        None => Ok(None),
    }
}

/// A supervisor without a branch has nothing to decide.
fn branch_of(caller: &Caller) -> Answer<Option<&str>> {
    match caller.account.branch_id.as_deref() {
        Some(branch_id) => Ok(Some(branch_id)),
        None => Err(ErrorCode::Forbidden.into()),
    }
}

fn line(app: &App, caller: &Caller, record: &ApprovalRecord) -> Answer<ApprovalLine> {
    let operation = read(record)?;
    let submission = operation.change.submission().ok_or(ErrorCode::NotFound)?;
    let today = clock::china_date(app.office.now_ms());
    let overrides = rules::known_profile(&submission.profile)
        .map_or(0, |profile| overrides_in_force(&submission.dossier, profile, today).len());
    Ok(ApprovalLine {
        op_id: record.op_id,
        case_id: operation.case_id,
        name: submission.dossier.display_name().to_owned(),
        submitted_by: record.account_name.clone(),
        asked_at_ms: record.asked_at_ms,
        overrides,
        own: record.account_id == caller.account.account_id,
    })
}

fn read(record: &ApprovalRecord) -> Result<Operation, BackendError> {
    Ok(serde_json::from_slice(&record.body)?)
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}
