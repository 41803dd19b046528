//! Health, metrics, and the description of this interface.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::routes;
use crate::app::AppState;
use crate::openapi;
use crate::problem::Answer;
use crate::store::tenants;

const PATHS: [&str; 2] = ["/health/live", "/health/ready"];

/// Whether this is what a supervisor asks.
pub fn is_asked(path: &str) -> bool {
    PATHS.contains(&path)
}

/// The process answers.
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers too.
pub async fn ready(State(app): State<AppState>) -> Answer<StatusCode> {
    let mut conn = app.office.store.read().await?;
    tenants::home(&mut conn).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counters in the Prometheus text format.
pub async fn metrics(State(app): State<AppState>) -> Answer<Response> {
    let text_format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, text_format)], app.metrics.text()?).into_response())
}

/// OpenAPI 3.1, made from the same table as the router.
pub async fn openapi() -> axum::Json<serde_json::Value> {
    axum::Json(openapi::document(&routes::all()))
}
