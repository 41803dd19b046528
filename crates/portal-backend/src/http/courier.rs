//! `/v1/courier`.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use portal_protocol::courier::MAX_PACKAGE_BYTES;
use portal_protocol::error::ErrorCode;
use portal_protocol::receipt::Envelope;

use super::extract::content_length;
use crate::app::{AppState, Caller};
use crate::blob_store::Refused;
use crate::courier::{self, Bearer};
use crate::problem::Answer;

/// Receives a package that somebody brings, and answers with the receipts for the computer that made it.
pub async fn import(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Answer<axum::Json<Envelope>> {
    if content_length(&headers).is_some_and(|length| length > MAX_PACKAGE_BYTES) {
        return Err(ErrorCode::TooLarge.into());
    }
    // As it came, encrypted.
    let package = match app.office.blobs.receive(body.into_data_stream(), MAX_PACKAGE_BYTES).await {
        Ok(package) => package,
        Err(Refused::TooLarge) => return Err(ErrorCode::TooLarge.into()),
        Err(Refused::Broken) => return Err(ErrorCode::RequestTimeout.into()),
        Err(Refused::Failed(error)) => return Err(error.into()),
    };
    let actor = caller.account.account_id.to_string();
    let bearer = Bearer { actor: &actor, tenant: Some(&caller.tenant) };
    let imported = courier::import(&app, &bearer, package.path()).await;
    app.office.blobs.discard(package).await;
    Ok(axum::Json(imported?.signed))
}
