//! `portal-photo://localhost/{photo_id}?side=240`: decrypted photos for the one window, never cached.

use portal_app::domain::ids::PhotoId;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

use crate::Portal;

/// Longest side of a thumbnail when the address names none, in pixels.
const DEFAULT_SIDE_PX: u32 = 240;
/// Asks for the photo as it is sent.
const FULL: &str = "full";

pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let allowed = context.webview_label() == "main";
    let Some((photo_id, side)) = parse(&request).filter(|_| allowed) else {
        responder.respond(empty(StatusCode::NOT_FOUND));
        return;
    };
    let portal = context.app_handle().state::<Portal>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let response = match portal.photo_bytes(photo_id, side).await {
            Ok(bytes) => picture(bytes),
            Err(_) => empty(StatusCode::NOT_FOUND),
        };
        responder.respond(response);
    });
}

/// The photo, and the longest side wanted; no side = the whole photo.
fn parse(request: &Request<Vec<u8>>) -> Option<(PhotoId, Option<u32>)> {
    let photo_id = request.uri().path().trim_start_matches('/').parse().ok()?;
    let query = request.uri().query().unwrap_or_default();
    let side = query.split('&').find_map(|pair| pair.strip_prefix("side="));
    match side {
        None => Some((photo_id, Some(DEFAULT_SIDE_PX))),
        Some(FULL) => Some((photo_id, None)),
        Some(side) => Some((photo_id, Some(side.parse().ok()?))),
    }
}

fn picture(bytes: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(bytes);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/jpeg"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    response
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
