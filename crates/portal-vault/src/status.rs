use serde::Serialize;

use crate::VaultError;

/// Where the secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackendKind {
    Keyring,
    PassphraseFile,
}

/// What the vault can do now. The portal starts in every one of these states and explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultStatus {
    /// Everything works from the system keyring.
    KeyringReady,
    /// A keyring service answers, but a written canary cannot be read back: locked, or its prompt was not
    /// answered in time. Unlock it and open again.
    KeyringLocked,
    /// No D-Bus session or no Secret Service (or the platform's equivalent). The keyring library looks once
    /// per process: a service started later is seen after a restart.
    KeyringAbsent,
    /// The place for secrets works, yet this installation's secrets are not in it. Accounts come back by
    /// their recovery codes.
    SecretsMissing,
    /// The profile uses a passphrase vault and waits for the passphrase.
    PassphraseNeeded,
    /// Everything works from the passphrase vault.
    PassphraseReady,
}

impl VaultStatus {
    /// Whether keys can be used.
    pub fn is_ready(self) -> bool {
        match self {
            Self::KeyringReady | Self::PassphraseReady => true,
            Self::KeyringLocked | Self::KeyringAbsent | Self::SecretsMissing | Self::PassphraseNeeded => {
                false
            }
        }
    }
}

/// Why secrets cannot be reached at all; a [`VaultStatus`] and a [`VaultError`] follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unavailable {
    KeyringLocked,
    KeyringAbsent,
    PassphraseNeeded,
}

impl Unavailable {
    pub fn status(self) -> VaultStatus {
        match self {
            Self::KeyringLocked => VaultStatus::KeyringLocked,
            Self::KeyringAbsent => VaultStatus::KeyringAbsent,
            Self::PassphraseNeeded => VaultStatus::PassphraseNeeded,
        }
    }

    pub fn error(self) -> VaultError {
        match self {
            Self::KeyringLocked => VaultError::KeyringLocked,
            Self::KeyringAbsent => VaultError::KeyringAbsent,
            Self::PassphraseNeeded => VaultError::PassphraseNeeded,
        }
    }
}

/// How the write-read-delete test of the keyring went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Canary {
    /// No keyring was asked.
    NotRun,
    Passed,
    WriteRefused,
    /// Written, then not found or different: how some locked collections behave.
    ReadBackFailed,
    DeleteRefused,
    /// No answer within the time limit, usually an unanswered unlock prompt.
    TimedOut,
}

/// Facts for the self-check page; nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SelfCheck {
    pub status: VaultStatus,
    /// `None` while neither place for secrets can be used.
    pub backend: Option<BackendKind>,
    /// Result of the canary made now.
    pub canary: Canary,
    /// This profile has had secrets before, so a missing key is a loss and not a fresh start.
    pub secrets_expected: bool,
    pub device_key_present: bool,
    pub certificate_present: bool,
    pub accounts: usize,
}
