//! `/v1/operations/{op_id}`: declare, look, commit.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use portal_domain::ids::OpId;
use portal_protocol::error::ErrorCode;
use portal_protocol::operation::OperationState;
use portal_protocol::receipt::Envelope;

use super::access::verify_signature;
use super::extract::{Param, Raw};
use crate::app::{AppState, Caller, Means};
use crate::problem::Answer;
use crate::receiving::{self, DeclareAnswer, Signed};

/// Declares an operation: 201 when it is new, 200 with where it stands when it is known.
pub async fn declare(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Response> {
    let Means::Device { device_id, public_key, .. } = &caller.means else {
        return Err(ErrorCode::Forbidden.into());
    };
    let signature = verify_signature(&headers, public_key, &op_id.to_string(), &body)?;
    let declaration = Signed { raw: &body, signature: &signature, by: *device_id };
    match receiving::declare(&app, &caller, op_id, &declaration).await? {
        DeclareAnswer::New(state) => Ok((StatusCode::CREATED, axum::Json(state)).into_response()),
        DeclareAnswer::Known(state) => Ok(axum::Json(state).into_response()),
    }
}

/// Where an operation stands.
pub async fn state(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
) -> Answer<axum::Json<OperationState>> {
    receiving::state(&app, &caller, op_id).await.map(axum::Json)
}

/// Receives an operation, and answers with its receipt.
pub async fn commit(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
) -> Answer<axum::Json<Envelope>> {
    receiving::commit(&app, &caller, op_id).await.map(axum::Json)
}
