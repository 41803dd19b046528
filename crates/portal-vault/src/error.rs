use std::io;

/// Everything that can go wrong in the vault. Display and [`VaultError::code`] name the problem and never carry
/// a secret, a PIN or a path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    #[error("cannot read or write the profile folder")]
    Io(#[source] io::Error),
    #[error("the system gives no random numbers")]
    Randomness,
    #[error("a cryptographic operation was refused by its library")]
    Crypto,

    #[error("the system keyring is there but locked or unreadable")]
    KeyringLocked,
    #[error("this system has no keyring service")]
    KeyringAbsent,
    #[error("the system keyring did not answer in time")]
    KeyringTimeout,
    #[error("the system keyring refused the request")]
    Keyring(#[source] keyring_core::Error),
    #[error("an item of the system keyring has foreign content")]
    KeyringItemDamaged,
    #[error("this profile keeps its secrets in the system keyring, not in a passphrase vault")]
    KeyringInUse,
    #[error("the secrets of this installation are gone: a recovery code is needed")]
    SecretsMissing,
    #[error("the device identity exists and is not replaced")]
    SecretsPresent,

    #[error("the passphrase of the vault file is needed")]
    PassphraseNeeded,
    #[error("the passphrase is too short")]
    PassphraseTooShort,
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("the vault file is damaged")]
    VaultFileDamaged,
    #[error("the vault file was written by a newer version")]
    VaultFileTooNew,

    #[error("the account's local id has forbidden characters")]
    InvalidAccountId,
    #[error("this account has no keys here")]
    AccountUnknown,
    #[error("this account already has keys here")]
    AccountExists,
    #[error("the account's key file is damaged")]
    KeysDamaged,
    #[error("the account's key file was written by a newer version")]
    KeysTooNew,
    #[error("this account has no PIN")]
    PinNotSet,
    #[error("this account is protected by a PIN")]
    PinRequired,
    #[error("this account was wrapped by another device secret: its recovery code is needed")]
    RecoveryNeeded,
    #[error("the guest data was wrapped by a device secret that is gone")]
    GuestKeyLost,

    #[error("a PIN has 6 to 12 digits")]
    PinLength,
    #[error("a PIN has digits only")]
    PinNotDigits,
    #[error("a PIN must not be one digit repeated")]
    PinRepeated,
    #[error("a PIN must not be a straight sequence")]
    PinSequence,
    /// `attempts_left`: wrong PINs still possible before a delay; `retry_after_ms`: delay that starts now.
    #[error("the PIN is wrong")]
    WrongPin { attempts_left: u32, retry_after_ms: i64 },
    /// Not even looked at: an earlier delay is still running.
    #[error("too many wrong PINs: wait before the next one")]
    PinDelayed { retry_after_ms: i64 },

    #[error("a recovery code has 28 symbols")]
    RecoveryCodeLength,
    #[error("a symbol does not occur in recovery codes")]
    RecoveryCodeSymbol,
    #[error("the recovery code has a typing error")]
    RecoveryCodeTypo,
    #[error("the recovery code belongs to another account")]
    WrongRecoveryCode,

    #[error("a refresh token is empty or too long for the keyring")]
    TokenLength,
    #[error("the common name is empty, too long or has forbidden characters")]
    InvalidCommonName,
    #[error("not a certificate in PEM")]
    CertificateInvalid,
    #[error("the certificate is for another device key")]
    CertificateMismatch,
}

impl VaultError {
    /// Stable name by which user interfaces choose their text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "vault_io",
            Self::Randomness => "vault_randomness",
            Self::Crypto => "vault_crypto",
            Self::KeyringLocked => "keyring_locked",
            Self::KeyringAbsent => "keyring_absent",
            Self::KeyringTimeout => "keyring_timeout",
            Self::Keyring(_) => "keyring_refused",
            Self::KeyringItemDamaged => "keyring_item_damaged",
            Self::KeyringInUse => "keyring_in_use",
            Self::SecretsMissing => "secrets_missing",
            Self::SecretsPresent => "secrets_present",
            Self::PassphraseNeeded => "passphrase_needed",
            Self::PassphraseTooShort => "passphrase_too_short",
            Self::WrongPassphrase => "passphrase_wrong",
            Self::VaultFileDamaged => "vault_file_damaged",
            Self::VaultFileTooNew => "vault_file_too_new",
            Self::InvalidAccountId => "account_id_invalid",
            Self::AccountUnknown => "account_unknown",
            Self::AccountExists => "account_exists",
            Self::KeysDamaged => "keys_damaged",
            Self::KeysTooNew => "keys_too_new",
            Self::PinNotSet => "pin_not_set",
            Self::PinRequired => "pin_required",
            Self::RecoveryNeeded => "recovery_needed",
            Self::GuestKeyLost => "guest_key_lost",
            Self::PinLength => "pin_length",
            Self::PinNotDigits => "pin_not_digits",
            Self::PinRepeated => "pin_repeated",
            Self::PinSequence => "pin_sequence",
            Self::WrongPin { .. } => "pin_wrong",
            Self::PinDelayed { .. } => "pin_delayed",
            Self::RecoveryCodeLength => "recovery_code_length",
            Self::RecoveryCodeSymbol => "recovery_code_symbol",
            Self::RecoveryCodeTypo => "recovery_code_typo",
            Self::WrongRecoveryCode => "recovery_code_wrong",
            Self::TokenLength => "token_length",
            Self::InvalidCommonName => "common_name_invalid",
            Self::CertificateInvalid => "certificate_invalid",
            Self::CertificateMismatch => "certificate_mismatch",
        }
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
