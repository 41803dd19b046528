//! `/v1/limits`.

use axum::extract::State;
use portal_protocol::SMALL_BLOB_BYTES;
use portal_protocol::limits::Limits;

use super::extract::MAX_JSON_BYTES;
use crate::app::AppState;
use crate::rules::{MAX_TEXT_CHARS, MEDIA_TYPES};

/// What is taken at all.
pub async fn get(State(app): State<AppState>) -> axum::Json<Limits> {
    axum::Json(Limits {
        max_operation_bytes: MAX_JSON_BYTES as u64,
        max_small_blob_bytes: SMALL_BLOB_BYTES,
        max_blob_bytes: app.limits.max_blob_bytes,
        media_types: MEDIA_TYPES.map(str::to_owned).to_vec(),
        max_text_chars: MAX_TEXT_CHARS,
    })
}
