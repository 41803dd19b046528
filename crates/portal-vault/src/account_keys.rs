//! One account's data key and the ways it is wrapped (`accounts/<local_id>/keys.json`).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::device::DeviceIdentity;
use crate::kdf::{KdfCost, Key, SALT_BYTES, random, stretch, subkey};
use crate::seal::{seal, unseal};
use crate::{RecoveryCode, VaultError};

const FORMAT_VERSION: u32 = 1;

/// The 32-byte key of one account's data. It is never used itself: every use has its own derived key.
#[derive(Clone)]
pub struct AccountKey(Key);

impl AccountKey {
    pub(crate) fn generate() -> Result<Self, VaultError> {
        random().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The key for one purpose, by HKDF-SHA256; the same label always gives the same key.
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        subkey(&[self.0.as_slice()], b"", &[b"zhanggui account key v1 ", label.as_bytes()])
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountKey(***)")
    }
}

/// What opens an account on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// The device secret alone: drafts made before anybody signed in.
    Device,
    /// The device secret with a PIN, or the recovery code.
    PinAndRecoveryCode,
}

/// The wrapped data key. Each wrap is bound to `key_id`, so wraps cannot be moved between accounts, while the
/// account's folder may be renamed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    key_id: Uuid,
    lock: Lock,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lock {
    Device(DeviceWrap),
    PinAndRecoveryCode { pin: PinWrap, recovery: RecoveryWrap },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceWrap {
    /// Fingerprint of the device secret it was made with.
    identity: String,
    #[serde(with = "hex::serde")]
    salt: [u8; SALT_BYTES],
    #[serde(with = "hex::serde")]
    sealed: Vec<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinWrap {
    /// Fingerprint of the device secret it was made with: tells a lost secret from a wrong PIN.
    identity: String,
    argon2id: KdfCost,
    #[serde(with = "hex::serde")]
    salt: [u8; SALT_BYTES],
    #[serde(with = "hex::serde")]
    sealed: Vec<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecoveryWrap {
    #[serde(with = "hex::serde")]
    salt: [u8; SALT_BYTES],
    #[serde(with = "hex::serde")]
    sealed: Vec<u8>,
}

/// The file around it. The digest, over the compact JSON of `keys`, tells a damaged file from a wrong PIN.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    version: u32,
    keys: KeyFile,
    sha256: String,
}

/// Read first: a newer file may have any other fields.
#[derive(Deserialize)]
struct FormatVersion {
    version: u32,
}

impl KeyFile {
    pub fn for_device(key: &AccountKey, identity: &DeviceIdentity) -> Result<Self, VaultError> {
        let key_id = new_key_id()?;
        let salt = random()?;
        let wrapping = identity.wrapping_key(None, &salt, key_id.as_bytes());
        let sealed = seal(&wrapping, key_id.as_bytes(), key.0.as_slice())?;
        Ok(Self { key_id, lock: Lock::Device(DeviceWrap { identity: identity.fingerprint(), salt, sealed }) })
    }

    pub fn for_pin(
        key: &AccountKey,
        identity: &DeviceIdentity,
        pin: &str,
        code: &RecoveryCode,
        cost: KdfCost,
    ) -> Result<Self, VaultError> {
        let key_id = new_key_id()?;
        let pin = wrap_by_pin(key, key_id, identity, pin, cost)?;
        let recovery = wrap_by_code(key, key_id, code)?;
        Ok(Self { key_id, lock: Lock::PinAndRecoveryCode { pin, recovery } })
    }

    pub fn protection(&self) -> Protection {
        match self.lock {
            Lock::Device(_) => Protection::Device,
            Lock::PinAndRecoveryCode { .. } => Protection::PinAndRecoveryCode,
        }
    }

    /// # Errors
    /// `PinRequired` for an account with a PIN, `GuestKeyLost` when the device secret is another one.
    pub fn open_by_device(&self, identity: &DeviceIdentity) -> Result<AccountKey, VaultError> {
        let Lock::Device(wrap) = &self.lock else { return Err(VaultError::PinRequired) };
        if wrap.identity != identity.fingerprint() {
            return Err(VaultError::GuestKeyLost);
        }
        let wrapping = identity.wrapping_key(None, &wrap.salt, self.key_id.as_bytes());
        self.unwrap(&wrapping, &wrap.sealed).ok_or(VaultError::KeysDamaged)
    }

    /// Whether a PIN can open it at all, before an attempt is counted.
    ///
    /// # Errors
    /// `PinNotSet`, `RecoveryNeeded` (wrapped by another device secret).
    pub fn check_pin_usable(&self, identity: &DeviceIdentity) -> Result<(), VaultError> {
        match &self.lock {
            Lock::Device(_) => Err(VaultError::PinNotSet),
            Lock::PinAndRecoveryCode { pin, .. } if pin.identity != identity.fingerprint() => {
                Err(VaultError::RecoveryNeeded)
            }
            Lock::PinAndRecoveryCode { .. } => Ok(()),
        }
    }

    /// `None`: the PIN is wrong.
    pub fn open_by_pin(
        &self,
        identity: &DeviceIdentity,
        pin: &str,
    ) -> Result<Option<AccountKey>, VaultError> {
        self.check_pin_usable(identity)?;
        let Lock::PinAndRecoveryCode { pin: wrap, .. } = &self.lock else {
            return Err(VaultError::PinNotSet);
        };
        let stretched = stretch(pin.as_bytes(), &wrap.salt, wrap.argon2id)?;
        let wrapping = identity.wrapping_key(Some(&stretched), &wrap.salt, self.key_id.as_bytes());
        Ok(self.unwrap(&wrapping, &wrap.sealed))
    }

    /// # Errors
    /// `PinNotSet` for a guest, `WrongRecoveryCode`.
    pub fn open_by_code(&self, code: &RecoveryCode) -> Result<AccountKey, VaultError> {
        let Lock::PinAndRecoveryCode { recovery, .. } = &self.lock else { return Err(VaultError::PinNotSet) };
        let wrapping = code.key(&recovery.salt, self.key_id.as_bytes());
        self.unwrap(&wrapping, &recovery.sealed).ok_or(VaultError::WrongRecoveryCode)
    }

    /// The same key and recovery code under another PIN or device secret.
    pub fn with_pin(
        &self,
        key: &AccountKey,
        identity: &DeviceIdentity,
        pin: &str,
        cost: KdfCost,
    ) -> Result<Self, VaultError> {
        let Lock::PinAndRecoveryCode { recovery, .. } = &self.lock else { return Err(VaultError::PinNotSet) };
        let pin = wrap_by_pin(key, self.key_id, identity, pin, cost)?;
        Ok(Self { key_id: self.key_id, lock: Lock::PinAndRecoveryCode { pin, recovery: recovery.clone() } })
    }

    /// The same key and PIN under a new recovery code; the old code opens nothing any more.
    pub fn with_code(&self, key: &AccountKey, code: &RecoveryCode) -> Result<Self, VaultError> {
        let Lock::PinAndRecoveryCode { pin, .. } = &self.lock else { return Err(VaultError::PinNotSet) };
        let recovery = wrap_by_code(key, self.key_id, code)?;
        Ok(Self { key_id: self.key_id, lock: Lock::PinAndRecoveryCode { pin: pin.clone(), recovery } })
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        let envelope = Envelope { version: FORMAT_VERSION, keys: self.clone(), sha256: self.digest()? };
        Ok(serde_json::to_vec_pretty(&envelope).map_err(std::io::Error::from)?)
    }

    /// # Errors
    /// `KeysDamaged`, `KeysTooNew`.
    pub fn from_bytes(content: &[u8]) -> Result<Self, VaultError> {
        let format: FormatVersion = serde_json::from_slice(content).map_err(|_| VaultError::KeysDamaged)?;
        if format.version > FORMAT_VERSION {
            return Err(VaultError::KeysTooNew);
        }
        let envelope: Envelope = serde_json::from_slice(content).map_err(|_| VaultError::KeysDamaged)?;
        if envelope.version != FORMAT_VERSION || envelope.sha256 != envelope.keys.digest()? {
            return Err(VaultError::KeysDamaged);
        }
        match &envelope.keys.lock {
            Lock::PinAndRecoveryCode { pin, .. } if !pin.argon2id.is_bounded() => {
                Err(VaultError::KeysDamaged)
            }
            Lock::PinAndRecoveryCode { .. } | Lock::Device(_) => Ok(envelope.keys),
        }
    }

    fn digest(&self) -> Result<String, VaultError> {
        let compact = serde_json::to_vec(self).map_err(std::io::Error::from)?;
        Ok(hex::encode(Sha256::digest(compact)))
    }

    fn unwrap(&self, wrapping: &Key, sealed: &[u8]) -> Option<AccountKey> {
        let plain = unseal(wrapping, self.key_id.as_bytes(), sealed)?;
        let bytes: &[u8; 32] = plain.as_slice().try_into().ok()?;
        Some(AccountKey(Zeroizing::new(*bytes)))
    }
}

fn wrap_by_pin(
    key: &AccountKey,
    key_id: Uuid,
    identity: &DeviceIdentity,
    pin: &str,
    cost: KdfCost,
) -> Result<PinWrap, VaultError> {
    let salt = random()?;
    let stretched = stretch(pin.as_bytes(), &salt, cost)?;
    let wrapping = identity.wrapping_key(Some(&stretched), &salt, key_id.as_bytes());
    let sealed = seal(&wrapping, key_id.as_bytes(), key.0.as_slice())?;
    Ok(PinWrap { identity: identity.fingerprint(), argon2id: cost, salt, sealed })
}

fn wrap_by_code(key: &AccountKey, key_id: Uuid, code: &RecoveryCode) -> Result<RecoveryWrap, VaultError> {
    let salt: [u8; SALT_BYTES] = random()?;
    let sealed = seal(&code.key(&salt, key_id.as_bytes()), key_id.as_bytes(), key.0.as_slice())?;
    Ok(RecoveryWrap { salt, sealed })
}

fn new_key_id() -> Result<Uuid, VaultError> {
    Ok(uuid::Builder::from_random_bytes(random()?).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account(pin: &str) -> (AccountKey, DeviceIdentity, RecoveryCode, KeyFile) {
        let key = AccountKey::generate().unwrap();
        let identity = DeviceIdentity::generate().unwrap();
        let code = RecoveryCode::generate().unwrap();
        let file = KeyFile::for_pin(&key, &identity, pin, &code, KdfCost::LIGHT).unwrap();
        (key, identity, code, file)
    }

    #[test]
    fn another_device_secret_asks_for_recovery_and_is_no_wrong_pin() {
        let (key, _, code, file) = account("129045");
        let other = DeviceIdentity::generate().unwrap();
        assert_eq!(file.open_by_pin(&other, "129045").unwrap_err().code(), "recovery_needed");
        let moved =
            file.with_pin(&file.open_by_code(&code).unwrap(), &other, "775310", KdfCost::LIGHT).unwrap();
        let opened = moved.open_by_pin(&other, "775310").unwrap().unwrap();
        assert_eq!(opened.derive("database"), key.derive("database"));
        assert!(moved.open_by_pin(&other, "129045").unwrap().is_none());
        moved.open_by_code(&code).unwrap();
    }

    #[test]
    fn wraps_cannot_be_moved_to_another_account() {
        let (_, identity, _, mine) = account("129045");
        let other_key = AccountKey::generate().unwrap();
        let code = RecoveryCode::generate().unwrap();
        let theirs = KeyFile::for_pin(&other_key, &identity, "129045", &code, KdfCost::LIGHT).unwrap();
        let mixed = KeyFile { key_id: mine.key_id, lock: theirs.lock };
        assert!(mixed.open_by_pin(&identity, "129045").unwrap().is_none());
        assert_eq!(mixed.open_by_code(&code).unwrap_err().code(), "recovery_code_wrong");
    }

    #[test]
    fn labels_give_unrelated_keys_and_debug_gives_nothing() {
        let (key, ..) = account("129045");
        assert_ne!(key.derive("database"), key.derive("blobs"));
        assert_ne!(key.derive("database"), key.0);
        assert_eq!(format!("{key:?}"), "AccountKey(***)");
    }

    #[test]
    fn a_newer_file_is_named_and_kept() {
        let (.., file) = account("129045");
        let text = String::from_utf8(file.to_bytes().unwrap()).unwrap();
        let newer = text.replacen("\"version\": 1", "\"version\": 2", 1);
        assert_eq!(KeyFile::from_bytes(newer.as_bytes()).unwrap_err().code(), "keys_too_new");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn only_its_own_pin_and_code_open_an_account(pin in "[0-9]{6,12}", other in "[0-9]{6,12}") {
            let (key, identity, code, file) = account(&pin);
            let file = KeyFile::from_bytes(&file.to_bytes().unwrap()).unwrap();
            let opened = file.open_by_pin(&identity, &pin).unwrap().unwrap();
            prop_assert_eq!(opened.derive("x"), key.derive("x"));
            prop_assert_eq!(file.open_by_code(&code).unwrap().derive("x"), key.derive("x"));
            prop_assert_eq!(file.open_by_pin(&identity, &other).unwrap().is_some(), pin == other);
            let stranger = RecoveryCode::generate().unwrap();
            prop_assert!(matches!(file.open_by_code(&stranger), Err(VaultError::WrongRecoveryCode)));
        }

        #[test]
        fn no_changed_byte_is_taken_for_a_wrong_pin(at in any::<proptest::sample::Index>(), flip in 1u8..=255) {
            let (key, identity, _, file) = account("129045");
            let mut bytes = file.to_bytes().unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            // White space and the digest's own case may change without harm; all else is "damaged".
            match KeyFile::from_bytes(&bytes) {
                Ok(read) => {
                    let opened = read.open_by_pin(&identity, "129045").unwrap().unwrap();
                    prop_assert_eq!(opened.derive("x"), key.derive("x"));
                }
                Err(error) => prop_assert!(matches!(error, VaultError::KeysDamaged | VaultError::KeysTooNew)),
            }
        }
    }
}
