//! Opening a profile's vault, and the secrets of the device itself.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::backend::Backend;
use crate::device::DeviceIdentity;
use crate::files::{ProfilePaths, create_private_dir, read_optional, remove, write_atomic};
use crate::installation::{Installation, SecretsRecord};
use crate::kdf::KdfCost;
use crate::keyring_store::KeyringStore;
use crate::passphrase_file::PassphraseFile;
use crate::status::Unavailable;
use crate::{BackendKind, Canary, SelfCheck, Sensitive, VaultError, VaultStatus};

/// Shortest passphrase of a vault file, in characters.
pub const PASSPHRASE_MIN_CHARS: usize = 8;
/// Windows keeps 2,560 bytes per credential in UTF-16.
const TOKEN_MAX_BYTES: usize = 1_200;
const DEVICE_ITEM: &str = "device";

/// How to reach the secrets.
#[derive(Debug, Clone)]
pub enum OpenMode {
    /// As this profile did before; a new profile uses the system keyring.
    Automatic,
    /// The passphrase vault of this profile; in a new profile it is made. Refused where the secrets are in the
    /// keyring, so that a stray passphrase variable cannot split a profile.
    Passphrase(Sensitive<String>),
    /// The user's decision to give up the keyring (gone or unusable) for a new passphrase vault. Accounts then
    /// come back by their recovery codes.
    ReplaceKeyring(Sensitive<String>),
}

/// A vault and what it can do now.
#[derive(Debug)]
pub struct Opened {
    pub vault: Vault,
    pub status: VaultStatus,
}

/// The secrets of one profile folder. Shareable between threads; every call may block.
pub struct Vault {
    pub(crate) paths: ProfilePaths,
    pub(crate) kdf_cost: KdfCost,
    backend: Backend,
    /// Result of the canary made while opening; tells why a keyring cannot be used.
    opening_canary: Canary,
    identity: RwLock<Option<Arc<DeviceIdentity>>>,
}

impl Vault {
    /// Opens the vault of a profile folder (`vault/` and `accounts/` inside it), creating the folder for a new
    /// profile. Returns within about 5 s whatever the keyring does, plus one key derivation for a passphrase.
    ///
    /// What gets a new passphrase or PIN by this vault is protected at `kdf_cost`; what has one keeps the cost it was given.
    ///
    /// A profile without any secrets yet gets its device identity here. Otherwise nothing is replaced: see
    /// [`VaultStatus`] for what the caller must explain.
    ///
    /// # Errors
    /// `Io`; for passphrases `PassphraseTooShort`, `WrongPassphrase`, `VaultFileDamaged`, `VaultFileTooNew`,
    /// `KeyringInUse`.
    pub fn open(profile_dir: &Path, mode: OpenMode, kdf_cost: KdfCost) -> Result<Opened, VaultError> {
        let paths = ProfilePaths::new(profile_dir);
        create_private_dir(&paths.vault_dir())?;
        let lock = paths.lock()?;
        let installation = Installation::load_or_create(&paths)?;
        let (backend, opening_canary) = open_backend(&paths, &installation, mode, kdf_cost)?;
        let mut vault = Self { paths, kdf_cost, backend, opening_canary, identity: RwLock::new(None) };
        match vault.load_identity(installation) {
            // The canary lives in the default collection; the secrets may be in another, locked one.
            Err(VaultError::KeyringLocked | VaultError::KeyringTimeout | VaultError::Keyring(_)) => {
                vault.backend = Backend::Unavailable(Unavailable::KeyringLocked);
            }
            other => other?,
        }
        drop(lock);
        let status = vault.status();
        Ok(Opened { vault, status })
    }

    pub fn status(&self) -> VaultStatus {
        match (&self.backend, self.read_identity()) {
            (Backend::Unavailable(why), _) => why.status(),
            (Backend::Keyring(_) | Backend::PassphraseFile(_), None) => VaultStatus::SecretsMissing,
            (Backend::Keyring(_), Some(_)) => VaultStatus::KeyringReady,
            (Backend::PassphraseFile(_), Some(_)) => VaultStatus::PassphraseReady,
        }
    }

    /// Facts for the self-check page; asks the keyring again.
    ///
    /// # Errors
    /// `Io`.
    pub fn self_check(&self) -> Result<SelfCheck, VaultError> {
        let canary = match &self.backend {
            Backend::Unavailable(_) => self.opening_canary,
            Backend::Keyring(_) | Backend::PassphraseFile(_) => self.backend.canary(),
        };
        let lock = self.paths.lock()?;
        let secrets_expected = Installation::load_or_create(&self.paths)?.secrets.is_some();
        drop(lock);
        Ok(SelfCheck {
            status: self.status(),
            backend: self.backend.kind(),
            canary,
            secrets_expected,
            device_key_present: self.read_identity().is_some(),
            certificate_present: self.certificate_pem()?.is_some(),
            accounts: self.accounts()?.len(),
        })
    }

    /// The device's public key, as `SubjectPublicKeyInfo` in DER.
    ///
    /// # Errors
    /// The status as an error when there is no key to use.
    pub fn device_public_key_spki_der(&self) -> Result<Vec<u8>, VaultError> {
        self.identity()?.public_key_spki_der()
    }

    /// A PKCS#10 certificate request for the device key. `common_name`: 1–64 letters, digits, `-_.:`.
    ///
    /// # Errors
    /// `InvalidCommonName`, or the status as an error.
    pub fn csr_der(&self, common_name: &str) -> Result<Vec<u8>, VaultError> {
        self.identity()?.csr_der(common_name)
    }

    /// ECDSA P-256 with SHA-256 over the message; ASN.1 DER.
    ///
    /// # Errors
    /// The status as an error.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(self.identity()?.sign(message))
    }

    /// Keeps the certificate issued for the device key.
    ///
    /// # Errors
    /// `CertificateInvalid`, `CertificateMismatch`, or the status as an error.
    pub fn set_certificate_pem(&self, pem: &str) -> Result<(), VaultError> {
        self.identity()?.check_certificate(pem)?;
        let _lock = self.paths.lock()?;
        write_atomic(&self.paths.certificate(), pem.as_bytes())
    }

    /// The certificate of the present device key; one of an earlier key is not shown.
    ///
    /// # Errors
    /// `Io`.
    pub fn certificate_pem(&self) -> Result<Option<String>, VaultError> {
        let Some(content) = read_optional(&self.paths.certificate())? else { return Ok(None) };
        let Ok(pem) = String::from_utf8(content) else { return Ok(None) };
        let fits = self.read_identity().is_none_or(|identity| identity.check_certificate(&pem).is_ok());
        Ok(fits.then_some(pem))
    }

    /// Keeps an account's refresh token, replacing the one before.
    ///
    /// # Errors
    /// `TokenLength`, `InvalidAccountId`, or why the secrets cannot be reached.
    pub fn set_refresh_token(&self, local_id: &str, token: &str) -> Result<(), VaultError> {
        let name = token_name(local_id)?;
        if token.is_empty() || token.len() > TOKEN_MAX_BYTES {
            return Err(VaultError::TokenLength);
        }
        let _lock = self.paths.lock()?;
        self.backend.set(&name, token)
    }

    /// # Errors
    /// `InvalidAccountId`, or why the secrets cannot be reached.
    pub fn refresh_token(&self, local_id: &str) -> Result<Option<Sensitive<String>>, VaultError> {
        let token = self.backend.get(&token_name(local_id)?)?;
        Ok(token.map(|text| Sensitive::new(text.as_str().to_owned())))
    }

    /// Forgets an account's refresh token; not having one is fine.
    ///
    /// # Errors
    /// `InvalidAccountId`, or why the secrets cannot be reached.
    pub fn delete_refresh_token(&self, local_id: &str) -> Result<(), VaultError> {
        let name = token_name(local_id)?;
        let _lock = self.paths.lock()?;
        self.backend.delete(&name)
    }

    /// Makes a new device identity in the state [`VaultStatus::SecretsMissing`], by the user's explicit wish:
    /// for a profile that has no account to prove a recovery code with. The device must enrol again.
    ///
    /// # Errors
    /// `SecretsPresent` when there is an identity, or why the secrets cannot be reached.
    pub fn replace_device_identity(&self) -> Result<(), VaultError> {
        let _lock = self.paths.lock()?;
        match self.read_identity() {
            Some(_) => Err(VaultError::SecretsPresent),
            None => self.identity_or_new().map(|_| ()),
        }
    }

    /// The identity, or the status as an error.
    pub(crate) fn identity(&self) -> Result<Arc<DeviceIdentity>, VaultError> {
        match (&self.backend, self.read_identity()) {
            (_, Some(identity)) => Ok(identity),
            (Backend::Unavailable(why), None) => Err(why.error()),
            (Backend::Keyring(_) | Backend::PassphraseFile(_), None) => Err(VaultError::SecretsMissing),
        }
    }

    /// The identity; a new one if it is lost. Only for a caller that has just been given proof, under the lock.
    pub(crate) fn identity_or_new(&self) -> Result<Arc<DeviceIdentity>, VaultError> {
        match self.identity() {
            // Another process on this profile may have recovered meanwhile: its identity is not replaced.
            Err(VaultError::SecretsMissing) => match self.stored_identity()? {
                Stored::Identity(identity) => Ok(self.keep_identity(identity)),
                Stored::Nothing | Stored::Foreign => self.make_identity(),
            },
            other => other,
        }
    }

    fn stored_identity(&self) -> Result<Stored, VaultError> {
        match self.backend.get(DEVICE_ITEM) {
            Ok(None) => Ok(Stored::Nothing),
            Ok(Some(item)) => Ok(DeviceIdentity::from_item(&item).map_or(Stored::Foreign, Stored::Identity)),
            Err(VaultError::KeyringItemDamaged) => Ok(Stored::Foreign),
            Err(error) => Err(error),
        }
    }

    fn read_identity(&self) -> Option<Arc<DeviceIdentity>> {
        self.identity.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep_identity(&self, identity: DeviceIdentity) -> Arc<DeviceIdentity> {
        let identity = Arc::new(identity);
        *self.identity.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&identity));
        identity
    }

    /// Finds the identity; makes one for a profile that never had secrets.
    fn load_identity(&self, installation: Installation) -> Result<(), VaultError> {
        if self.backend.kind().is_none() {
            return Ok(());
        }
        match self.stored_identity()? {
            Stored::Identity(identity) => {
                self.record(&identity, installation)?;
                self.keep_identity(identity);
            }
            Stored::Nothing if installation.secrets.is_none() && !self.has_account_keys()? => {
                self.make_identity()?;
            }
            Stored::Nothing | Stored::Foreign => {
                tracing::warn!("the secrets of this installation are missing");
            }
        }
        Ok(())
    }

    /// Stored in the backend first and recorded second: a crash between leaves an identity that is found and
    /// recorded by the next start.
    fn make_identity(&self) -> Result<Arc<DeviceIdentity>, VaultError> {
        let identity = DeviceIdentity::generate()?;
        self.backend.set(DEVICE_ITEM, &identity.to_item()?)?;
        remove(&self.paths.certificate())?;
        self.record(&identity, Installation::load_or_create(&self.paths)?)?;
        Ok(self.keep_identity(identity))
    }

    fn record(&self, identity: &DeviceIdentity, mut installation: Installation) -> Result<(), VaultError> {
        let Some(backend) = self.backend.kind() else { return Ok(()) };
        let secrets = Some(SecretsRecord { backend, identity: identity.fingerprint() });
        if installation.secrets == secrets {
            return Ok(());
        }
        installation.secrets = secrets;
        installation.save(&self.paths)
    }
}

/// What the place for secrets has under the device's name.
enum Stored {
    Identity(DeviceIdentity),
    /// Something that is no identity of ours.
    Foreign,
    Nothing,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("status", &self.status()).finish_non_exhaustive()
    }
}

fn open_backend(
    paths: &ProfilePaths,
    installation: &Installation,
    mode: OpenMode,
    kdf_cost: KdfCost,
) -> Result<(Backend, Canary), VaultError> {
    let path = paths.vault_file();
    let file_exists = path.try_exists()?;
    let recorded = installation.secrets.as_ref().map(|secrets| secrets.backend);
    let passphrase = match mode {
        OpenMode::Automatic if file_exists || recorded == Some(BackendKind::PassphraseFile) => {
            return Ok((Backend::Unavailable(Unavailable::PassphraseNeeded), Canary::NotRun));
        }
        OpenMode::Automatic => {
            return Ok(match KeyringStore::open(installation.installation_id) {
                Ok((keyring, canary)) => (Backend::Keyring(keyring), canary),
                Err((why, canary)) => (Backend::Unavailable(why), canary),
            });
        }
        OpenMode::Passphrase(_) if !file_exists && recorded == Some(BackendKind::Keyring) => {
            return Err(VaultError::KeyringInUse);
        }
        OpenMode::Passphrase(passphrase) | OpenMode::ReplaceKeyring(passphrase) => passphrase,
    };
    let file = if file_exists {
        PassphraseFile::open(&path, passphrase.expose())?
    } else if passphrase.expose().chars().count() < PASSPHRASE_MIN_CHARS {
        return Err(VaultError::PassphraseTooShort);
    } else {
        PassphraseFile::create(&path, passphrase.expose(), kdf_cost)?
    };
    Ok((Backend::PassphraseFile(file), Canary::NotRun))
}

fn token_name(local_id: &str) -> Result<String, VaultError> {
    crate::accounts::check_local_id(local_id)?;
    Ok(format!("refresh-{local_id}"))
}
