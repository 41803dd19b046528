//! `POST /v1/devices`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use portal_protocol::error::ErrorCode;
use portal_protocol::session::EnrolRequest;

use super::extract::{Address, Json};
use super::sessions::limited;
use crate::app::AppState;
use crate::problem::Answer;
use crate::signing_in;

/// Enrols a computer by activation code or phone code.
pub async fn enrol(
    State(app): State<AppState>,
    Address(address): Address,
    Json(request): Json<EnrolRequest>,
) -> Answer<Response> {
    limited(&app, &address)?;
    let answer = signing_in::enrol(&app, &request).await;
    if answer.as_ref().is_err_and(|problem| problem.code == ErrorCode::Unauthorized) {
        super::sessions::count_failure(&app, &address);
    }
    Ok((StatusCode::CREATED, axum::Json(answer?)).into_response())
}
