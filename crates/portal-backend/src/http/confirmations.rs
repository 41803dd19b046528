//! `POST /v1/contract-codes`, `POST /v1/contract-confirmations`: the signer's phone confirms a document.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use portal_protocol::contract::{ContractCodeRequest, ContractConfirmation, SealedText};
use portal_protocol::session::CodeSent;

use super::codes::refused;
use super::extract::{Address, Json};
use crate::app::{AppState, Caller};
use crate::confirming;
use crate::phone_codes;
use crate::problem::Answer;
use crate::sender::Template;

/// Sends a code to the signer.
pub async fn send(
    State(app): State<AppState>,
    caller: Caller,
    Address(address): Address,
    Json(request): Json<ContractCodeRequest>,
) -> Answer<Response> {
    let (phone, code) = confirming::make_code(&app, &caller, &request, &address).await?;
    app.sender.send(&phone, &code, Template::SignContract).await.map_err(|error| refused(&error))?;
    let sent = CodeSent { valid_s: phone_codes::VALID_S, again_after_s: app.limits.code_again_after_s };
    Ok((StatusCode::ACCEPTED, axum::Json(sent)).into_response())
}

/// Takes the code.
pub async fn confirm(
    State(app): State<AppState>,
    caller: Caller,
    Json(request): Json<ContractConfirmation>,
) -> Answer<axum::Json<SealedText>> {
    Ok(axum::Json(confirming::confirm(&app, &caller, &request).await?))
}
