//! What can go wrong between this computer and the backend, and what each failure means for an operation.

use portal_protocol::error::{ErrorCode, FieldError};
use portal_store::StoreError;

use crate::ports::{SignError, TokenError};

/// A request or a step of the pump that did not succeed. Errors carry codes, never values of a document.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// No usable answer of the backend came.
    #[error("no answer of the backend: {0}")]
    Transport(#[from] Transport),
    /// The backend answered, and refused.
    #[error("the backend refused: {} ({})", .0.code_text, .0.status)]
    Refused(Box<Refusal>),
    /// The account has no token that the backend takes.
    #[error("sign-in needed")]
    SignInNeeded,
    /// The access token ran out and no new one could be had just now; no operation is to blame.
    #[error("the session can't be renewed now")]
    Renewal(#[source] Box<SyncError>),
    /// The day's budget of a metered line is used: no operation is to blame.
    #[error("the day's budget is used")]
    BudgetSpent,
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backend's address isn't `https://…`, nor `http://` to this computer itself.
    #[error("not a usable backend address")]
    BadAddress,
    /// A receipt key isn't Base64 of a 32-byte Ed25519 key.
    #[error("not a usable receipt key")]
    BadKey,
    /// The stored operation can't be read as one.
    #[error("the stored operation can't be read")]
    DamagedOperation,
    /// A file of the user's can't be read.
    #[error("the file can't be read")]
    File(#[source] std::io::Error),
    /// TLS can't be set up on this computer.
    #[error("the HTTP client can't be set up")]
    Setup(#[source] reqwest::Error),
    /// A blocking call into the vault ended early.
    #[error("a background task ended early")]
    Task(#[from] tokio::task::JoinError),
}

/// Code of an operation whose form is at the backend and whose photos wait for the next day's budget.
pub(crate) const BUDGET_SPENT: &str = "budget_spent";

/// Why no usable answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Transport {
    #[error("network")]
    Network,
    #[error("timeout")]
    Timeout,
    /// The certificate isn't valid for the backend, or not yet (a wrong clock shows so too).
    #[error("tls")]
    Tls,
    /// Somebody else answered: no `Portal-Sync: 1`.
    #[error("captive_portal")]
    CaptivePortal,
    /// The answer isn't what the protocol says.
    #[error("bad_answer")]
    BadAnswer,
    /// A receipt that isn't for this operation, or not signed by an enrolled key.
    #[error("bad_receipt")]
    BadReceipt,
}

impl Transport {
    /// The stable code that the outbox keeps and people's language catalogues know.
    pub fn code(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Tls => "tls",
            Self::CaptivePortal => "captive_portal",
            Self::BadAnswer => "bad_answer",
            Self::BadReceipt => "bad_receipt",
        }
    }
}

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// Absent when the code is one that this version doesn't know.
    pub code: Option<ErrorCode>,
    /// The code as it came; `http_<status>` when there was none.
    pub code_text: String,
    pub fields: Vec<FieldError>,
    /// Milliseconds the backend asks to wait.
    pub retry_after_ms: Option<i64>,
    pub incident: Option<String>,
}

/// What a failure means for the operation it happened to (sync.md §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// May go away by itself: try again later.
    Transient,
    /// The account has to sign in; the operation is blameless.
    Auth,
    /// The session can't be renewed just now; the operation is blameless.
    Session,
    /// The day's budget is used; the operation is blameless and waits.
    Budget,
    /// Both sides disagree about where they are: find out and go on.
    Resume,
    /// The case changed meanwhile.
    Conflict,
    /// A supervisor has to agree first; the operation is blameless.
    Approval,
    /// Will fail the same way again: a person has to look at it.
    Permanent,
    /// This computer failed, not the operation or the backend.
    Local,
}

impl SyncError {
    pub fn class(&self) -> Class {
        match self {
            Self::Transport(_) => Class::Transient,
            Self::Refused(refusal) => refusal.class(),
            Self::SignInNeeded | Self::Sign(_) => Class::Auth,
            Self::Renewal(_) => Class::Session,
            Self::BudgetSpent => Class::Budget,
            Self::Store(StoreError::BlobMissing(_) | StoreError::BlobDamaged(_)) | Self::DamagedOperation => {
                Class::Permanent
            }
            Self::Token(_)
            | Self::Store(_)
            | Self::BadAddress
            | Self::BadKey
            | Self::File(_)
            | Self::Setup(_)
            | Self::Task(_) => Class::Local,
        }
    }

    /// The stable code that the outbox keeps.
    pub fn code(&self) -> &str {
        match self {
            Self::Transport(transport) => transport.code(),
            Self::Refused(refusal) => &refusal.code_text,
            Self::SignInNeeded => "sign_in_needed",
            Self::Renewal(cause) => cause.code(),
            Self::BudgetSpent => BUDGET_SPENT,
            Self::Sign(_) => "device_key",
            Self::Token(_) => "token_store",
            Self::Store(StoreError::BlobMissing(_)) => "blob_missing",
            Self::Store(StoreError::BlobDamaged(_)) => "blob_damaged",
            Self::Store(StoreError::DiskFull) => "disk_full",
            Self::Store(_) => "store",
            Self::BadAddress => "backend_address",
            Self::BadKey => "receipt_key",
            Self::DamagedOperation => "operation_damaged",
            Self::File(_) => "file",
            Self::Setup(_) => "setup",
            Self::Task(_) => "task",
        }
    }

    /// The backend's error code, when it refused with one that this version knows.
    pub fn refusal_code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(refusal) => refusal.code,
            _ => None,
        }
    }

    /// Whether no usable answer came.
    pub(crate) fn is_transport(&self) -> bool {
        match self {
            Self::Transport(_) => true,
            Self::Renewal(cause) => cause.is_transport(),
            _ => false,
        }
    }

    pub(crate) fn retry_after_ms(&self) -> Option<i64> {
        match self {
            Self::Refused(refusal) => refusal.retry_after_ms,
            Self::Renewal(cause) => cause.retry_after_ms(),
            _ => None,
        }
    }
}

impl Refusal {
    fn class(&self) -> Class {
        match self.code {
            // A wrong signature stays wrong however often somebody signs in.
            Some(ErrorCode::BadSignature | ErrorCode::TusVersion) => return Class::Permanent,
            Some(ErrorCode::MissingBlobs | ErrorCode::OffsetMismatch) => return Class::Resume,
            Some(ErrorCode::ApprovalNeeded) => return Class::Approval,
            // The account's matter, not the operation's: nothing is parked, and all goes on when it is let in again.
            Some(ErrorCode::Disabled) => return Class::Auth,
            _ => {}
        }
        match self.status {
            401 => Class::Auth,
            404 | 410 | 460 => Class::Resume,
            408 | 423 | 425 | 429 | 500..=599 => Class::Transient,
            412 => Class::Conflict,
            _ => Class::Permanent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: Option<ErrorCode>) -> Class {
        SyncError::Refused(Box::new(Refusal {
            status,
            code,
            code_text: String::new(),
            fields: Vec::new(),
            retry_after_ms: None,
            incident: None,
        }))
        .class()
    }

    #[test]
    fn every_code_has_the_class_of_the_design() {
        use ErrorCode as C;
        for (code, class) in [
            (C::MalformedRequest, Class::Permanent),
            (C::BadParameter, Class::Permanent),
            (C::DigestMismatch, Class::Permanent),
            (C::Unauthorized, Class::Auth),
            (C::SecondFactorNeeded, Class::Auth),
            (C::SecondFactorUnset, Class::Auth),
            (C::SecondFactorWrong, Class::Auth),
            (C::BadSignature, Class::Permanent),
            (C::Forbidden, Class::Permanent),
            (C::Disabled, Class::Auth),
            (C::WrongCode, Class::Permanent),
            (C::NotFound, Class::Resume),
            (C::MethodNotAllowed, Class::Permanent),
            (C::OperationMismatch, Class::Permanent),
            (C::MissingBlobs, Class::Resume),
            (C::OffsetMismatch, Class::Resume),
            (C::IllegalMove, Class::Permanent),
            (C::ApprovalNeeded, Class::Approval),
            (C::ApprovalRefused, Class::Permanent),
            (C::Gone, Class::Resume),
            (C::Conflict, Class::Conflict),
            (C::TusVersion, Class::Permanent),
            (C::TooLarge, Class::Permanent),
            (C::UnsupportedType, Class::Permanent),
            (C::Invalid, Class::Permanent),
            (C::Locked, Class::Transient),
            (C::TooManyRequests, Class::Transient),
            (C::ChecksumMismatch, Class::Resume),
            (C::Internal, Class::Transient),
            (C::Unavailable, Class::Transient),
        ] {
            assert_eq!(refused(code.status(), Some(code)), class, "{code:?}");
        }
    }

    #[test]
    fn a_code_of_a_later_version_is_judged_by_its_status() {
        assert_eq!(refused(422, None), Class::Permanent);
        assert_eq!(refused(502, None), Class::Transient);
        assert_eq!(refused(425, None), Class::Transient);
    }
}
