//! `/v1/session`: sign in, refresh, sign out. Token requests are signed by the computer.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portal_protocol::error::ErrorCode;
use portal_protocol::session::{RefreshRequest, SecondFactorRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::signing_device;
use super::extract::{Address, Raw};
use crate::app::{App, AppState, Caller, Means};
use crate::json;
use crate::problem::{Answer, Problem};
use crate::signing_in;
use crate::store::devices::DeviceRecord;
use crate::store::{console, sessions};

/// Signs in.
pub async fn open(
    State(app): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Response> {
    let (device, request) = signed(&app, &address, (&headers, "/v1/session", &body)).await?;
    let answer = signing_in::sign_in(&app, &device, request).await;
    counted(&app, &address, answer).map(answered)
}

/// Gives what an authenticator app is set up with, to whoever has to have one and has none.
pub async fn second_factor(
    State(app): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Response> {
    let (device, request) = signed(&app, &address, (&headers, "/v1/second-factor", &body)).await?;
    let SecondFactorRequest { user, password } = request;
    let answer = signing_in::set_up_second_factor(&app, &device.tenant, &user, password).await;
    counted(&app, &address, answer).map(answered)
}

/// Gives new tokens for a refresh token.
pub async fn refresh(
    State(app): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Response> {
    let (device, request) = signed(&app, &address, (&headers, "/v1/session/refresh", &body)).await?;
    let RefreshRequest { refresh_token } = request;
    let answer = signing_in::refresh(&app, &device, &refresh_token).await;
    counted(&app, &address, answer).map(answered)
}

/// A request for secrets: the computer that signed it, and what it asks.
async fn signed<T: DeserializeOwned>(
    app: &App,
    address: &str,
    (headers, path, body): (&HeaderMap, &str, &[u8]),
) -> Answer<(DeviceRecord, T)> {
    limited(app, address)?;
    let device = signing_device(app, headers, path, body).await?;
    Ok((device, json::parse(body)?))
}

/// Signs out: all tokens of the session die.
pub async fn close(State(app): State<AppState>, caller: Caller) -> Answer<StatusCode> {
    let mut tx = app.office.store.write().await?;
    match &caller.means {
        Means::Device { session_id, .. } => sessions::delete(&mut tx, &caller.tenant, session_id).await?,
        Means::Console { token_sha, .. } => console::delete(&mut tx, token_sha).await?,
        Means::Courier => return Err(ErrorCode::Forbidden.into()),
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses an address that failed too often.
///
/// # Errors
/// `too_many_requests`.
pub fn limited(app: &App, address: &str) -> Answer<()> {
    let limits = &app.limits;
    let wait_s = app.limiter.wait_s(
        &subject(address),
        limits.failures_per_address,
        limits.failure_window_ms,
        app.office.now_ms(),
    );
    match wait_s {
        Some(wait_s) => Err(Problem::new(ErrorCode::TooManyRequests).retry_after_s(wait_s)),
        None => Ok(()),
    }
}

/// Counts a failure against an address.
pub fn count_failure(app: &App, address: &str) {
    app.limiter.failed(&subject(address), app.limits.failure_window_ms, app.office.now_ms());
}

/// The answer, counted against the address where it tells of a wrong guess.
pub fn counted<T>(app: &App, address: &str, answer: Answer<T>) -> Answer<T> {
    let is_guess = |code| matches!(code, ErrorCode::Unauthorized | ErrorCode::SecondFactorWrong);
    if answer.as_ref().is_err_and(|problem| is_guess(problem.code)) {
        count_failure(app, address);
    }
    answer
}

fn subject(address: &str) -> String {
    format!("address {address}")
}

fn answered(secret: impl Serialize) -> Response {
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([no_store], axum::Json(secret)).into_response()
}
