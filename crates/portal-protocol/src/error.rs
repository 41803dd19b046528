//! RFC 9457 problem documents with a stable code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// Stable code of a refused request. Clients decide by it, people read the language catalogue's text for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: not JSON, or not of this shape.
    MalformedRequest,
    /// 400: a parameter or header is missing or has no usable value.
    BadParameter,
    /// 400: the bytes don't have the digest they were sent under.
    DigestMismatch,
    /// 401: no, wrong or expired credentials. One code for all, so that nothing can be guessed from it.
    Unauthorized,
    /// 401: the device's signature is missing or wrong.
    BadSignature,
    /// 401: the password is right, and a code of the second factor goes with it.
    SecondFactorNeeded,
    /// 401: the password is right, and a second factor has to be set up before anything else.
    SecondFactorUnset,
    /// 401: the password is right, the code isn't, or was used already.
    SecondFactorWrong,
    /// 403: this account may not do this.
    Forbidden,
    /// 403: the account or the device was switched off.
    Disabled,
    /// 403: the one-time code is wrong, was used or has expired, or was made for something else. One code for all, so that
    /// nothing can be guessed from it.
    WrongCode,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 408: the body stood still or broke off.
    RequestTimeout,
    /// 409: this operation id was declared with another body.
    OperationMismatch,
    /// 409: blobs are missing; `errors` names them.
    MissingBlobs,
    /// 409: the upload's offset is another one.
    OffsetMismatch,
    /// 409: the case can't do this in its present state.
    IllegalMove,
    /// 409: a supervisor has to agree to this submission first; an event tells when they did.
    ApprovalNeeded,
    /// 409: a supervisor didn't agree to this submission; an event says why.
    ApprovalRefused,
    /// 410: the upload expired.
    Gone,
    /// 412: the case has changed since `base_rev`.
    Conflict,
    /// 412: the tus version isn't spoken here.
    TusVersion,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedType,
    /// 422: the document breaks rules; `errors` names fields and codes.
    Invalid,
    /// 423: another request is writing to this upload.
    Locked,
    /// 429.
    TooManyRequests,
    /// 460 (tus): the chunk doesn't have its checksum.
    ChecksumMismatch,
    /// 500.
    Internal,
    /// 503: shutting down, or storage is full.
    Unavailable,
}

/// One field that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// JSON pointer into the request's document; for `invalid` on commit, into the case document.
    pub pointer: String,
    pub code: String,
}

/// The body of every error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemDocument {
    #[serde(rename = "type")]
    pub type_uri: String,
    pub title: String,
    pub status: u16,
    pub code: ErrorCode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Id under which the backend's log has the cause (5xx only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest | Self::BadParameter | Self::DigestMismatch => 400,
            Self::Unauthorized
            | Self::BadSignature
            | Self::SecondFactorNeeded
            | Self::SecondFactorUnset
            | Self::SecondFactorWrong => 401,
            Self::Forbidden | Self::Disabled | Self::WrongCode => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::OperationMismatch
            | Self::MissingBlobs
            | Self::OffsetMismatch
            | Self::IllegalMove
            | Self::ApprovalNeeded
            | Self::ApprovalRefused => 409,
            Self::Gone => 410,
            Self::Conflict | Self::TusVersion => 412,
            Self::TooLarge => 413,
            Self::UnsupportedType => 415,
            Self::Invalid => 422,
            Self::Locked => 423,
            Self::TooManyRequests => 429,
            Self::ChecksumMismatch => 460,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}
