//! HTTP: one table of routes, from which the router, the access rules and the OpenAPI document are made.

pub mod access;
pub mod blobs;
pub mod body;
pub mod cases;
pub mod codes;
pub mod confirmations;
pub mod contracts;
pub mod courier;
pub mod devices;
pub mod events;
pub mod extract;
pub mod health;
pub mod limits;
pub mod operations;
pub mod pace;
pub mod route;
pub mod routes;
pub mod sessions;
pub mod tag;
pub mod tus;
pub mod uploads;

use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use portal_protocol::error::ErrorCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::app::AppState;
use crate::console;
use crate::problem::Problem;
use route::Route;

/// The whole HTTP surface.
pub fn router(app: AppState) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        router = router.route(route.path, guarded(route, &app));
    }
    router
        .merge(console::files::router())
        .fallback(|| async { Problem::new(ErrorCode::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::new(ErrorCode::MethodNotAllowed) })
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(app.clone(), pace::enforce))
        .layer(RequestBodyTimeoutLayer::new(app.limits.traffic.body_idle()))
        .layer(CatchPanicLayer::custom(|_cause| Problem::new(ErrorCode::Internal).into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), admit))
        .layer(middleware::from_fn_with_state(app.clone(), stamp))
        .with_state(app)
}

fn guarded(route: Route, app: &AppState) -> axum::routing::MethodRouter<AppState> {
    let access = route.access;
    route.endpoint.layer(middleware::from_fn_with_state((app.clone(), access), access::enforce))
}

/// What a method is counted as: a counter for every word that a stranger sends would fill the memory.
fn counted_as(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Refuses a network that asks too much. Whether the server lives may be asked at any rate.
async fn admit(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let origin = extract::address(request.extensions(), request.headers(), app.https);
    let admitted = match origin {
        Some(origin) if !health::is_asked(request.uri().path()) => app.traffic.asked_from(origin.into()),
        Some(_) | None => Ok(()),
    };
    match admitted {
        Ok(()) => next.run(request).await,
        Err(wait_s) => Problem::new(ErrorCode::TooManyRequests).retry_after_s(wait_s).into_response(),
    }
}

/// Marks every answer as ours, gives it a date, counts it, and gives refusals made by the framework our form.
async fn stamp(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = counted_as(request.method());
    let path =
        request.extensions().get::<MatchedPath>().map_or("none".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static(portal_protocol::SYNC_HEADER),
        HeaderValue::from_static(portal_protocol::SYNC_VERSION),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // What is not meant to be kept isn't: answers name people.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let date = crate::clock::timestamp(app.office.now_ms()).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        headers.insert(header::DATE, date);
    }
    let status = response.status().as_u16();
    app.metrics.answered(method, &path, status, began.elapsed().as_secs_f64());
    response
}
