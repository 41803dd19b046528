//! What a request is refused with.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portal_protocol::case::{CaseDocument, ConflictDocument};
use portal_protocol::error::{ErrorCode, FieldError, PROBLEM_MEDIA_TYPE, ProblemDocument};

use crate::error::BackendError;

/// A refused request.
#[derive(Debug)]
pub struct Problem {
    pub code: ErrorCode,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    current: Option<Box<CaseDocument>>,
    incident: Option<String>,
    /// Another transaction was in the way: see [`crate::store::retried`].
    pub raced: bool,
}

/// An answer or a refusal.
pub type Answer<T> = Result<T, Problem>;

impl Problem {
    pub fn new(code: ErrorCode) -> Self {
        Self { code, errors: Vec::new(), headers: Vec::new(), current: None, incident: None, raced: false }
    }

    /// Names a place of the request and what is wrong with it.
    pub fn at(mut self, pointer: impl Into<String>, code: impl Into<String>) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), code: code.into() });
        self
    }

    pub fn with_errors(mut self, errors: impl IntoIterator<Item = FieldError>) -> Self {
        self.errors.extend(errors);
        self
    }

    pub fn with_header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Seconds after which trying again makes sense.
    pub fn retry_after_s(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, seconds)
    }

    /// The case has moved on: here is what it is now.
    pub fn conflict(current: CaseDocument) -> Self {
        Self { current: Some(Box::new(current)), ..Self::new(ErrorCode::Conflict) }
    }

    /// A parameter, header or query value without a usable value.
    pub fn parameter(name: &str) -> Self {
        Self::new(ErrorCode::BadParameter).at(format!("/{name}"), "bad_parameter")
    }

    /// The places named by the refusal.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<BackendError> for Problem {
    fn from(error: BackendError) -> Self {
        if error.is_storage_full() {
            tracing::error!(error = %Chain(&error), "storage is full");
            return Self::new(ErrorCode::Unavailable).retry_after_s(60);
        }
        if error.is_busy() {
            let raced = error.is_raced();
            if raced {
                tracing::debug!(error = %Chain(&error), "another transaction was in the way");
            } else {
                tracing::warn!(error = %Chain(&error), "the storage is busy");
            }
            return Self { raced, ..Self::new(ErrorCode::Unavailable).retry_after_s(1) };
        }
        let incident = uuid::Uuid::new_v4().to_string();
        tracing::error!(incident, error = %Chain(&error), "a request failed");
        Self { incident: Some(incident), ..Self::new(ErrorCode::Internal) }
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        BackendError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let problem = ProblemDocument {
            type_uri: format!("urn:portal:problem:{}", name(self.code)),
            title: title(self.code).to_owned(),
            status: status.as_u16(),
            code: self.code,
            errors: self.errors,
            incident: self.incident,
        };
        let body = match self.current {
            Some(current) => serde_json::to_vec(&ConflictDocument { problem, current: *current }),
            None => serde_json::to_vec(&problem),
        };
        let mut response = (status, body.unwrap_or_default()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}

/// An error with its causes, for the log.
pub struct Chain<'a>(pub &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// The code as it stands on the wire.
pub fn name(code: ErrorCode) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::MalformedRequest => "The request can't be read",
        ErrorCode::BadParameter => "A parameter or header has no usable value",
        ErrorCode::DigestMismatch => "The bytes don't have the digest they were sent under",
        ErrorCode::Unauthorized => "Sign in first",
        ErrorCode::BadSignature => "The device's signature is missing or wrong",
        ErrorCode::SecondFactorNeeded => "A code of the second factor goes with the password",
        ErrorCode::SecondFactorUnset => "A second factor has to be set up first",
        ErrorCode::SecondFactorWrong => "The code of the second factor is wrong or was used",
        ErrorCode::Forbidden => "This account may not do this",
        ErrorCode::Disabled => "The account or the device was switched off",
        ErrorCode::WrongCode => "The code is wrong, used, expired, or for something else",
        ErrorCode::NotFound => "There is nothing here",
        ErrorCode::MethodNotAllowed => "This address doesn't take this method",
        ErrorCode::RequestTimeout => "The body stood still or broke off",
        ErrorCode::OperationMismatch => "This operation was declared with another body",
        ErrorCode::MissingBlobs => "Photos are missing",
        ErrorCode::OffsetMismatch => "The upload stands at another offset",
        ErrorCode::IllegalMove => "The case can't do this in its present state",
        ErrorCode::ApprovalNeeded => "A supervisor has to agree first",
        ErrorCode::ApprovalRefused => "A supervisor didn't agree",
        ErrorCode::Gone => "The upload expired",
        ErrorCode::Conflict => "The case has changed meanwhile",
        ErrorCode::TusVersion => "This tus version isn't spoken here",
        ErrorCode::TooLarge => "Too large",
        ErrorCode::UnsupportedType => "This media type isn't taken here",
        ErrorCode::Invalid => "The document breaks rules",
        ErrorCode::Locked => "A newer request writes to this upload",
        ErrorCode::TooManyRequests => "Too many requests",
        ErrorCode::ChecksumMismatch => "The chunk doesn't have its checksum",
        ErrorCode::Internal => "The backend failed",
        ErrorCode::Unavailable => "The backend can't do this now",
    }
}
