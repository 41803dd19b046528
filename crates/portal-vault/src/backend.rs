//! The two places secrets can be in, behind one set of calls.

use zeroize::Zeroizing;

use crate::keyring_store::KeyringStore;
use crate::passphrase_file::PassphraseFile;
use crate::status::Unavailable;
use crate::{BackendKind, Canary, VaultError};

pub(crate) enum Backend {
    Keyring(KeyringStore),
    PassphraseFile(PassphraseFile),
    Unavailable(Unavailable),
}

impl Backend {
    pub fn kind(&self) -> Option<BackendKind> {
        match self {
            Self::Keyring(_) => Some(BackendKind::Keyring),
            Self::PassphraseFile(_) => Some(BackendKind::PassphraseFile),
            Self::Unavailable(_) => None,
        }
    }

    pub fn canary(&self) -> Canary {
        match self {
            Self::Keyring(keyring) => keyring.canary(),
            Self::PassphraseFile(_) | Self::Unavailable(_) => Canary::NotRun,
        }
    }

    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        match self {
            Self::Keyring(keyring) => keyring.get(name),
            Self::PassphraseFile(file) => file.get(name),
            Self::Unavailable(why) => Err(why.error()),
        }
    }

    pub fn set(&self, name: &str, value: &str) -> Result<(), VaultError> {
        match self {
            Self::Keyring(keyring) => keyring.set(name, value),
            Self::PassphraseFile(file) => file.set(name, value),
            Self::Unavailable(why) => Err(why.error()),
        }
    }

    pub fn delete(&self, name: &str) -> Result<(), VaultError> {
        match self {
            Self::Keyring(keyring) => keyring.delete(name),
            Self::PassphraseFile(file) => file.delete(name),
            Self::Unavailable(why) => Err(why.error()),
        }
    }
}
