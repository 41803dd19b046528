//! Entity tags: what a client has already is not sent again.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::extract::header_text;
use crate::error::BackendError;
use crate::problem::Answer;

/// The tag of one answer.
pub struct Tag(HeaderValue);

impl Tag {
    /// A tag of plain characters, e.g. a revision or a hash.
    ///
    /// # Errors
    /// [`BackendError::Corrupt`] for characters that a tag can't have.
    pub fn new(text: &str) -> Result<Self, BackendError> {
        let quoted = HeaderValue::from_str(&format!("\"{text}\""));
        quoted.map(Self).map_err(|_| BackendError::Corrupt { what: "entity tag" })
    }

    /// Whether `If-None-Match` names this tag.
    ///
    /// # Errors
    /// `bad_parameter`.
    pub fn is_known(&self, headers: &HeaderMap) -> Answer<bool> {
        let known = header_text(headers, header::IF_NONE_MATCH.as_str())?.unwrap_or_default();
        let names = |given: &str| given.trim().trim_start_matches("W/").as_bytes() == self.0.as_bytes();
        Ok(known.trim() == "*" || known.split(',').any(names))
    }

    pub fn headers(&self) -> [(HeaderName, HeaderValue); 2] {
        [
            (header::ETAG, self.0.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        ]
    }

    pub fn not_modified(&self) -> Response {
        (StatusCode::NOT_MODIFIED, self.headers()).into_response()
    }
}
