//! The console's files, built into the program.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use portal_protocol::error::ErrorCode;
use rust_embed::RustEmbed;

use crate::app::AppState;
use crate::problem::{Answer, Problem};

/// Scripts, styles, pictures and calls from here only; nothing may frame the console. Styles may stand inline: the
/// component library writes them at run time.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Console</title>\
    <p>The console was not built into this program: build the user interface first, then the backend.</p></html>";

#[derive(RustEmbed)]
#[folder = "../../ui/dist/console"]
#[allow_missing = true]
struct Files;

/// `/` and `/console/…`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/console/") }))
        .route("/console", get(|| async { Redirect::temporary("/console/") }))
        .route("/console/", get(index))
        .route("/console/{*path}", get(file))
}

async fn index() -> Answer<Response> {
    match Files::get("index.html") {
        Some(page) => Ok(served("index.html", page.data.into_owned())),
        None => Ok(guarded((StatusCode::OK, axum::response::Html(NOT_BUILT)).into_response())),
    }
}

async fn file(path: Result<Path<String>, axum::extract::rejection::PathRejection>) -> Answer<Response> {
    let Path(path) = path.map_err(|_| ErrorCode::NotFound)?;
    if path.starts_with("api/") {
        return Err(ErrorCode::NotFound.into());
    }
    match Files::get(&path) {
        Some(found) => Ok(served(&path, found.data.into_owned())),
        // A page of the console: its own router shows it.
        None if !path.contains('.') => index().await,
        None => Err(Problem::new(ErrorCode::NotFound)),
    }
}

fn served(path: &str, bytes: Vec<u8>) -> Response {
    let hashed = path.starts_with("assets/");
    let caching = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type(path))),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    guarded((headers, bytes).into_response())
}

fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
