//! `/v1/blobs/{sha}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_domain::ids::Sha256;
use portal_protocol::SMALL_BLOB_BYTES;
use portal_protocol::error::ErrorCode;
use portal_protocol::mutant::Mutant;

use super::extract::{Param, content_length, header_text};
use crate::app::{App, AppState, Caller};
use crate::blob_store::Refused;
use crate::error::BackendError;
use crate::problem::{Answer, Problem};
use crate::store::{blobs, retried};

/// Takes a small blob: durable under its hash before the answer.
pub async fn put(
    State(app): State<AppState>,
    caller: Caller,
    Param(sha): Param<Sha256>,
    headers: HeaderMap,
    body: Body,
) -> Answer<StatusCode> {
    if let Some(digest) = content_digest(&headers)?
        && digest != sha
    {
        return Err(ErrorCode::DigestMismatch.into());
    }
    if content_length(&headers).is_some_and(|length| length > SMALL_BLOB_BYTES) {
        return Err(ErrorCode::TooLarge.into());
    }
    let mut received = match app.office.blobs.receive(body.into_data_stream(), SMALL_BLOB_BYTES).await {
        Ok(received) => received,
        Err(Refused::TooLarge) => return Err(ErrorCode::TooLarge.into()),
        Err(Refused::Broken) => return Err(ErrorCode::RequestTimeout.into()),
        Err(Refused::Failed(error)) => return Err(error.into()),
    };
    if Mutant::NoHashCheck.is_on() {
        received.sha = sha.clone();
    }
    if received.sha != sha {
        app.office.blobs.discard(received).await;
        return Err(ErrorCode::DigestMismatch.into());
    }
    let size_bytes = received.size_bytes;
    app.office.blobs.keep(received).await?;
    let now_ms = app.office.now_ms();
    retried(|| async {
        let mut tx = app.office.store.write().await?;
        blobs::add(&mut tx, &caller.tenant, caller.account.account_id, &sha, size_bytes, now_ms).await?;
        tx.commit().await.map_err(BackendError::from)
    })
    .await?;
    app.metrics.stored(size_bytes);
    Ok(StatusCode::CREATED)
}

/// Gives a blob that is bound to a case which the caller may read.
pub async fn get(State(app): State<AppState>, caller: Caller, Param(sha): Param<Sha256>) -> Answer<Response> {
    let media_type = {
        let mut conn = app.office.store.read().await?;
        blobs::readable(&mut conn, &caller.reader, &sha).await?.ok_or(ErrorCode::NotFound)?
    };
    send(&app, &sha, &media_type).await
}

/// Streams a stored blob.
///
/// # Errors
/// Storage failures.
pub async fn send(app: &App, sha: &Sha256, media_type: &str) -> Answer<Response> {
    let (bytes, size_bytes) = app.office.blobs.open_blob(sha).await?;
    let body = Body::from_stream(bytes);
    let media_type =
        HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, HeaderValue::from(size_bytes)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A PDF or picture opened by itself runs nothing.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, body).into_response())
}

/// The `sha-256` member of `Content-Digest` (RFC 9530); other algorithms are passed over.
fn content_digest(headers: &HeaderMap) -> Answer<Option<Sha256>> {
    const NAME: &str = "content-digest";
    let Some(text) = header_text(headers, NAME)? else { return Ok(None) };
    for member in text.split(',') {
        let Some((algorithm, value)) = member.trim().split_once('=') else {
            return Err(Problem::parameter(NAME));
        };
        if algorithm.trim() != "sha-256" {
            continue;
        }
        let digest = value
            .trim()
            .strip_prefix(':')
            .and_then(|value| value.strip_suffix(':'))
            .and_then(|value| STANDARD.decode(value).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| Problem::parameter(NAME))?;
        return Ok(Some(Sha256::from_bytes(digest)));
    }
    Ok(None)
}
