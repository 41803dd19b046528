//! What handlers take out of a request, each refusal in our own form.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use portal_protocol::error::{ErrorCode, FieldError};
use serde::de::DeserializeOwned;

use super::body;
use crate::app::{AppState, Caller};
use crate::json;
use crate::problem::Problem;

/// Largest JSON body, in bytes: a case document has no reason to come near.
pub const MAX_JSON_BYTES: usize = 1 << 20;

/// The one parameter of the path.
pub struct Param<T>(pub T);

/// The query, by name.
pub struct Query<T>(pub T);

/// A JSON body.
pub struct Json<T>(pub T);

/// A JSON body with the bytes it came as, for signatures.
pub struct Raw(pub bytes::Bytes);

/// The network address that the request came from.
pub struct Address(pub String);

impl<T: FromStr + Send> FromRequestParts<AppState> for Param<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| ErrorCode::BadParameter)?;
        text.parse().map(Self).map_err(|_| Problem::new(ErrorCode::BadParameter).at("/path", "bad_format"))
    }
}

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection| Problem::new(ErrorCode::BadParameter).with_errors([misplaced(&rejection)]))
    }
}

/// Which parameter of a query has no usable value.
fn misplaced(rejection: &(dyn std::error::Error + 'static)) -> FieldError {
    let mut cause = Some(rejection);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<serde_path_to_error::Error<serde::de::value::Error>>() {
            return json::misfit(error.path(), &error.inner().to_string());
        }
        cause = error.source();
    }
    FieldError { pointer: "/query".to_owned(), code: "bad_format".to_owned() }
}

impl FromRequestParts<AppState> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let address = address(&parts.extensions, &parts.headers, state.https);
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())))
    }
}

/// Where a request came from. Behind a balancer all come from its address; whom it forwards for is what it added last.
pub fn address(extensions: &Extensions, headers: &HeaderMap, behind_balancer: bool) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if behind_balancer { forwarded_for(headers).or(peer) } else { peer }
}

fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| ErrorCode::Unauthorized.into())
    }
}

impl FromRequest<AppState> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &AppState) -> Result<Self, Problem> {
        require_json(request.headers())?;
        // Told before it is sent: there is no need to wait for the end of it.
        if content_length(request.headers()).is_some_and(|length| length > MAX_JSON_BYTES as u64) {
            return Err(ErrorCode::TooLarge.into());
        }
        body::read(request.into_body(), MAX_JSON_BYTES).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let Raw(bytes) = Raw::from_request(request, state).await?;
        json::parse(&bytes).map(Self)
    }
}

/// A header's text.
///
/// # Errors
/// `bad_parameter` when it is there and isn't text.
pub fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    headers.get(name).map(|value| value.to_str().map_err(|_| Problem::parameter(name))).transpose()
}

/// The size that a body was announced with.
pub fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = header_text(headers, header::CONTENT_TYPE.as_str())?.unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(ErrorCode::UnsupportedType.into())
    }
}
