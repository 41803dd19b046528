//! `POST /v1/codes`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use portal_domain::identifier::Mobile;
use portal_protocol::error::ErrorCode;
use portal_protocol::session::{CodePurpose, CodeRequest, CodeSent};

use super::extract::{Address, Json};
use crate::app::AppState;
use crate::phone_codes;
use crate::problem::{Answer, Chain, Problem};
use crate::sender::{SendError, Template};

/// Sends a one-time code. The answer doesn't tell whether the phone is known.
pub async fn send(
    State(app): State<AppState>,
    Address(address): Address,
    Json(request): Json<CodeRequest>,
) -> Answer<Response> {
    let phone = Mobile::parse(request.phone.trim())
        .map_err(|error| Problem::new(ErrorCode::Invalid).at("/phone", error.code()))?;
    let phone = phone.as_str();
    if let Some(code) = phone_codes::make(&app, phone, request.purpose.into(), &address).await? {
        match request.purpose {
            CodePurpose::Enrol => {
                app.sender.send(phone, &code, Template::SignIn).await.map_err(|error| refused(&error))?;
            }
            CodePurpose::SignIn => send_unwaited(&app, phone.to_owned(), code),
        }
    }
    let again_after_s = app.limits.code_again_after_s;
    let sent = CodeSent { valid_s: phone_codes::VALID_S, again_after_s };
    Ok((StatusCode::ACCEPTED, axum::Json(sent)).into_response())
}

/// Waiting for the gateway would tell by the time it takes that the phone is known.
fn send_unwaited(app: &AppState, phone: String, code: String) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = app.sender.send(&phone, &code, Template::SignIn).await {
            refused(&error);
        }
    });
}

/// What a request is told when its code didn't leave.
pub fn refused(error: &SendError) -> Problem {
    tracing::error!(error = %Chain(error), "a one-time code was not sent");
    Problem::new(ErrorCode::Unavailable).retry_after_s(60)
}
