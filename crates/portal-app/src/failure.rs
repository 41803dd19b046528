//! From the parts' errors to the one error that people see. The cause is logged here, once, under an incident id.

use portal_imaging::Rejection;
use portal_store::StoreError;
use portal_vault::VaultError;

use crate::app::StartError;
use crate::config::ConfigError;
use crate::error::{CommandCode, CommandError};

/// An error nobody foresaw: logged with its cause, shown with the number to ask about.
pub fn internal(what: &'static str, cause: &dyn std::error::Error) -> CommandError {
    let incident = uuid::Uuid::new_v4().simple().to_string();
    let mut chain = Vec::new();
    let mut next = Some(cause);
    while let Some(error) = next {
        chain.push(error.to_string());
        next = error.source();
    }
    tracing::error!(incident, what, cause = chain.join(": "), "internal error");
    CommandError { incident: Some(incident), ..CommandError::new(CommandCode::Internal) }
}

/// A plain file of the profile that couldn't be written.
pub(crate) fn unwritten(what: &'static str, cause: &std::io::Error) -> CommandError {
    if is_full(cause) { CommandError::new(CommandCode::DiskFull) } else { internal(what, cause) }
}

impl From<StartError> for CommandError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Profile(cause) if is_full(&cause) => Self::new(CommandCode::DiskFull),
            StartError::Profile(_) => {
                Self::new(CommandCode::InvalidArgument).field("--profile-dir", "unusable")
            }
            StartError::Vault(cause) => cause.into(),
            StartError::Backend(_) => {
                Self::new(CommandCode::InvalidArgument).field("--backend", "bad_address")
            }
        }
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        let (argument, problem) = match error {
            ConfigError::NoDataFolder => ("--profile-dir", "required"),
            ConfigError::BadBackend => ("--backend", "bad_address"),
            ConfigError::InsecureBackend => ("--backend", "insecure_address"),
        };
        Self::new(CommandCode::InvalidArgument).field(argument, problem)
    }
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::KeyringLocked | VaultError::KeyringTimeout => CommandCode::KeyringLocked,
            VaultError::KeyringAbsent => CommandCode::KeyringAbsent,
            VaultError::SecretsMissing | VaultError::RecoveryNeeded | VaultError::GuestKeyLost => {
                CommandCode::SecretsMissing
            }
            VaultError::PassphraseNeeded => CommandCode::Locked,
            VaultError::PassphraseTooShort => CommandCode::WeakPassphrase,
            VaultError::WrongPassphrase => CommandCode::WrongPassphrase,
            VaultError::PinLength
            | VaultError::PinNotDigits
            | VaultError::PinRepeated
            | VaultError::PinSequence => return Self::new(CommandCode::WeakPin).field("/pin", error.code()),
            VaultError::WrongPin { attempts_left, retry_after_ms } => {
                return Self::new(CommandCode::WrongPin)
                    .field("/attempts_left", &attempts_left.to_string())
                    .field("/retry_after_s", &seconds_up(*retry_after_ms));
            }
            VaultError::PinDelayed { retry_after_ms } => {
                return Self::new(CommandCode::PinDelayed)
                    .field("/retry_after_s", &seconds_up(*retry_after_ms))
                    .retryable();
            }
            VaultError::RecoveryCodeLength
            | VaultError::RecoveryCodeSymbol
            | VaultError::RecoveryCodeTypo
            | VaultError::WrongRecoveryCode => {
                return Self::new(CommandCode::WrongRecoveryCode).field("/recovery_code", error.code());
            }
            VaultError::AccountUnknown | VaultError::InvalidAccountId => CommandCode::NotFound,
            VaultError::KeysDamaged | VaultError::VaultFileDamaged | VaultError::KeyringItemDamaged => {
                CommandCode::Damaged
            }
            VaultError::KeysTooNew | VaultError::VaultFileTooNew => CommandCode::NewerSchema,
            VaultError::Io(cause) if is_full(cause) => CommandCode::DiskFull,
            _ => return internal("vault", &error),
        };
        Self::new(code)
    }
}

fn seconds_up(ms: i64) -> String {
    (ms.max(0) as u64).div_ceil(1000).to_string()
}

pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::WrongKey | StoreError::Damaged(_) | StoreError::BlobDamaged(_) => {
                CommandCode::Damaged
            }
            StoreError::BlobMissing(_) => CommandCode::Damaged,
            StoreError::NewerSchema { .. } | StoreError::OlderSchema { .. } => CommandCode::NewerSchema,
            StoreError::ReadOnly => CommandCode::ReadOnly,
            StoreError::NotFound => CommandCode::NotFound,
            StoreError::Stale { .. } => CommandCode::Stale,
            StoreError::Frozen | StoreError::IllegalMove(_) => CommandCode::Frozen,
            StoreError::AlreadySent(_) => CommandCode::AlreadySent,
            StoreError::DiskFull => CommandCode::DiskFull,
            StoreError::Busy => return Self::new(CommandCode::ReadOnly).retryable(),
            _ => return internal("store", &error),
        };
        Self::new(code)
    }
}

impl From<Rejection> for CommandError {
    fn from(rejection: Rejection) -> Self {
        let code = match &rejection {
            Rejection::Empty | Rejection::NotAnImage => CommandCode::PhotoNotAnImage,
            Rejection::FormatUnsupported { .. } | Rejection::VariantUnsupported { .. } => {
                CommandCode::PhotoFormat
            }
            Rejection::Truncated => CommandCode::PhotoTruncated,
            Rejection::Corrupt | Rejection::WorkerDied => CommandCode::PhotoDamaged,
            Rejection::TooManyPixels { .. }
            | Rejection::TooManyBytes { .. }
            | Rejection::TooMuchMemory { .. }
            | Rejection::TooManyScans { .. }
            | Rejection::OverLimit { .. } => CommandCode::PhotoTooLarge,
            Rejection::TooSmall { .. } => CommandCode::PhotoTooSmall,
            Rejection::TooSlow { .. } => CommandCode::PhotoTooSlow,
            Rejection::WorkerUnavailable => CommandCode::WorkerMissing,
        };
        figures(&rejection)
            .into_iter()
            .fold(Self::new(code).field("/attachments", rejection.code()), |error, (name, value)| {
                error.field(name, &value)
            })
    }
}

/// The numbers and names that belong to a refusal, so that people know what to change.
fn figures(rejection: &Rejection) -> Vec<(&'static str, String)> {
    match rejection {
        Rejection::FormatUnsupported { format } => vec![("/format", code_of(format))],
        Rejection::VariantUnsupported { variant } => vec![("/format", code_of(variant))],
        Rejection::TooManyPixels { limit_pixels, .. } => vec![("/max_pixels", limit_pixels.to_string())],
        Rejection::TooManyBytes { limit_bytes, .. } | Rejection::OverLimit { limit_bytes, .. } => {
            vec![("/max_bytes", limit_bytes.to_string())]
        }
        Rejection::TooSmall { short_side_px, min_short_side_px } => vec![
            ("/short_side_px", short_side_px.to_string()),
            ("/min_short_side_px", min_short_side_px.to_string()),
        ],
        Rejection::Empty
        | Rejection::NotAnImage
        | Rejection::Truncated
        | Rejection::Corrupt
        | Rejection::TooMuchMemory { .. }
        | Rejection::TooManyScans { .. }
        | Rejection::TooSlow { .. }
        | Rejection::WorkerDied
        | Rejection::WorkerUnavailable => Vec::new(),
    }
}

fn code_of(kind: &impl serde::Serialize) -> String {
    let code = serde_json::to_value(kind).unwrap_or_default();
    code.as_str().unwrap_or_default().to_owned()
}

impl From<portal_sync::SyncError> for CommandError {
    fn from(error: portal_sync::SyncError) -> Self {
        use portal_protocol::error::ErrorCode;
        use portal_sync::{SyncError, Transport};
        match error {
            SyncError::Renewal(cause) => (*cause).into(),
            SyncError::Transport(Transport::CaptivePortal | Transport::BadAnswer | Transport::BadReceipt) => {
                Self::new(CommandCode::NotTheBackend).retryable()
            }
            SyncError::Transport(cause @ (Transport::Network | Transport::Timeout | Transport::Tls)) => {
                Self::new(CommandCode::Offline).field("/code", cause.code()).retryable()
            }
            SyncError::Refused(refusal) => match refusal.code {
                Some(ErrorCode::Unauthorized) => Self::new(CommandCode::Unauthorized),
                Some(ErrorCode::SecondFactorNeeded) => Self::new(CommandCode::SecondFactorNeeded),
                Some(ErrorCode::SecondFactorUnset) => Self::new(CommandCode::SecondFactorUnset),
                Some(ErrorCode::SecondFactorWrong) => Self::new(CommandCode::SecondFactorWrong),
                Some(ErrorCode::Disabled) => Self::new(CommandCode::AccountDisabled),
                Some(ErrorCode::WrongCode) => Self::new(CommandCode::WrongCode),
                Some(ErrorCode::TooManyRequests) => {
                    let wait = refusal.retry_after_ms.map(seconds_up).unwrap_or_default();
                    Self::new(CommandCode::TooManyRequests).field("/retry_after_s", &wait).retryable()
                }
                Some(ErrorCode::BadSignature) => Self::new(CommandCode::NotEnrolled),
                _ => {
                    let error = Self::new(CommandCode::Refused).field("/code", &refusal.code_text);
                    refusal.fields.iter().fold(error, |error, field| error.field(&field.pointer, &field.code))
                }
            },
            SyncError::SignInNeeded | SyncError::Sign(_) => Self::new(CommandCode::SignInNeeded),
            SyncError::Store(store) => store.into(),
            SyncError::BadAddress => Self::new(CommandCode::NoBackend),
            SyncError::File(_) => Self::new(CommandCode::FileUnusable),
            error @ (SyncError::Token(_)
            | SyncError::BudgetSpent
            | SyncError::BadKey
            | SyncError::DamagedOperation
            | SyncError::Setup(_)
            | SyncError::Task(_)) => internal("sync", &error),
        }
    }
}
