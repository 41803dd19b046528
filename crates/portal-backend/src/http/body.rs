//! Bodies: read whole within a limit, or streamed.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use portal_protocol::error::ErrorCode;

use crate::problem::Answer;

/// The whole body.
///
/// # Errors
/// `too_large`; `request_timeout` when it stands still or breaks off.
pub async fn read(body: Body, max_bytes: usize) -> Answer<Bytes> {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| ErrorCode::RequestTimeout)?;
        if bytes.len() + chunk.len() > max_bytes {
            return Err(ErrorCode::TooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}
