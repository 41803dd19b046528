//! Verification of contracts for anybody: by file, or by the file's hash. Nothing that is sent is kept.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use portal_contract::agreement::Offer;
use portal_contract::evidence::Assurance;
use portal_contract::verifying::{Report, verify};
use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body;
use super::extract::Param;
use crate::app::AppState;
use crate::clock;
use crate::contracting::MAX_FILE_BYTES;
use crate::error::BackendError;
use crate::problem::Answer;
use crate::store::contracts::{self, ContractState, Stamp};

/// Everything from here and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = include_str!("contract/page.html");
const SCRIPT: &str = include_str!("contract/page.js");
const STYLE: &str = include_str!("contract/page.css");

/// Which of a contract's files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// With the merchant's signature only: this file has no effect.
    MerchantCopy,
    /// With both signatures; another one has the time stamp too.
    Unstamped,
    /// With everything that there is.
    Newest,
}

/// What is known of a file by its hash. Nobody's name is told: who has the file reads it there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownFile {
    pub number: String,
    pub issuer: String,
    /// `in_effect` only for a contract that both signed and that holds.
    pub state: ContractState,
    pub file: FileKind,
    pub effective_at_ms: Option<i64>,
    pub stamp: Option<Stamp>,
    /// How sure it is that the signer said yes to this document, as it was checked when the signature was received.
    pub assurance: Option<Assurance>,
}

/// Verifies a file.
pub async fn check(State(app): State<AppState>, body: Body) -> Answer<axum::Json<Report>> {
    let pdf = body::read(body, usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX)).await?;
    if pdf.is_empty() {
        return Err(ErrorCode::Invalid.into());
    }
    let (trust, now) = (app.trust(), clock::timestamp(app.office.now_ms()));
    let report =
        tokio::task::spawn_blocking(move || verify(&pdf, &trust, now)).await.map_err(BackendError::from)?;
    Ok(axum::Json(report))
}

/// What is known of a file.
pub async fn known(State(app): State<AppState>, Param(sha): Param<Sha256>) -> Answer<axum::Json<KnownFile>> {
    let mut conn = app.office.store.read().await?;
    let contract = contracts::by_file(&mut conn, &sha).await?.ok_or(ErrorCode::NotFound)?;
    let offer: Offer = serde_json::from_str(&contract.offer.payload).map_err(BackendError::from)?;
    Ok(axum::Json(KnownFile {
        assurance: contract.assurance(),
        file: match (&contract.signed_sha, &contract.effective_sha) {
            (_, Some(newest)) if *newest == sha => FileKind::Newest,
            (Some(copy), _) if *copy == sha => FileKind::MerchantCopy,
            _ => FileKind::Unstamped,
        },
        number: contract.number,
        issuer: offer.issuer.name,
        state: contract.state,
        effective_at_ms: contract.effective_at_ms,
        stamp: contract.stamp,
    }))
}

/// The root that verifiers believe, PEM.
pub async fn root(State(app): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], app.keys.root_pem().to_owned()).into_response()
}

/// The page for people.
pub async fn page() -> Response {
    served("text/html; charset=utf-8", PAGE)
}

/// Its script.
pub async fn script() -> Response {
    served("text/javascript; charset=utf-8", SCRIPT)
}

/// Its style.
pub async fn style() -> Response {
    served("text/css; charset=utf-8", STYLE)
}

fn served(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text).into_response()
}
