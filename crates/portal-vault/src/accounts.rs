//! Data keys of the accounts on this computer.

use std::fs;
use std::io;

use serde::Serialize;

use crate::account_keys::KeyFile;
use crate::files::{read_optional, remove, write_atomic};
use crate::pin::PinAttempts;
use crate::{AccountKey, Protection, RecoveryCode, Vault, VaultError, check_pin};

const LOCAL_ID_MAX: usize = 64;

/// An account that has keys in this profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountEntry {
    pub local_id: String,
    /// `None`: its key file is damaged or of a newer version.
    pub protection: Option<Protection>,
}

/// A local id names the account's folder: 1–64 of `a–z`, `0–9`, `-`, `_`.
pub(crate) fn check_local_id(local_id: &str) -> Result<(), VaultError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    match !local_id.is_empty() && local_id.len() <= LOCAL_ID_MAX && local_id.bytes().all(allowed) {
        true => Ok(()),
        false => Err(VaultError::InvalidAccountId),
    }
}

impl Vault {
    /// The accounts with keys in this profile, by local id.
    ///
    /// # Errors
    /// `Io`.
    pub fn accounts(&self) -> Result<Vec<AccountEntry>, VaultError> {
        let mut accounts = Vec::new();
        for local_id in self.account_ids()? {
            if let Some(content) = read_optional(&self.paths.account_keys(&local_id))? {
                let protection = KeyFile::from_bytes(&content).ok().map(|keys| keys.protection());
                accounts.push(AccountEntry { local_id, protection });
            }
        }
        accounts.sort_by(|a, b| a.local_id.cmp(&b.local_id));
        Ok(accounts)
    }

    /// A new account: its data key, and the recovery code to be shown now and never again.
    ///
    /// # Errors
    /// The PIN's refusal (`PinLength`, `PinNotDigits`, `PinRepeated`, `PinSequence`), `AccountExists`,
    /// `InvalidAccountId`, or the status as an error.
    pub fn create_account_key(
        &self,
        local_id: &str,
        pin: &str,
    ) -> Result<(AccountKey, RecoveryCode), VaultError> {
        check_local_id(local_id)?;
        check_pin(pin)?;
        let _lock = self.paths.lock()?;
        let identity = self.identity()?;
        if self.find_keys(local_id)?.is_some() {
            return Err(VaultError::AccountExists);
        }
        let (key, code) = (AccountKey::generate()?, RecoveryCode::generate()?);
        let keys = KeyFile::for_pin(&key, &identity, pin, &code, self.kdf_cost)?;
        self.write_keys(local_id, &keys)?;
        self.write_attempts(local_id, &PinAttempts::default())?;
        Ok((key, code))
    }

    /// The key of an account without PIN (drafts made before anybody signed in), made at first use and wrapped
    /// by the device secret alone: with a lost keyring it is lost too.
    ///
    /// # Errors
    /// `PinRequired` for an account with a PIN, `GuestKeyLost`, `KeysDamaged`, or the status as an error.
    pub fn guest_key(&self, local_id: &str) -> Result<AccountKey, VaultError> {
        check_local_id(local_id)?;
        let _lock = self.paths.lock()?;
        let identity = self.identity()?;
        if let Some(keys) = self.find_keys(local_id)? {
            return keys.open_by_device(&identity);
        }
        let key = AccountKey::generate()?;
        self.write_keys(local_id, &KeyFile::for_device(&key, &identity)?)?;
        Ok(key)
    }

    /// Turns a guest's account into one with PIN and recovery code, keeping its data key, so that nothing is
    /// encrypted anew. The account's folder may be renamed to the final local id before or after.
    ///
    /// # Errors
    /// As [`Vault::create_account_key`] and [`Vault::guest_key`]; `AccountUnknown`.
    pub fn protect_guest(&self, local_id: &str, pin: &str) -> Result<(AccountKey, RecoveryCode), VaultError> {
        check_pin(pin)?;
        let _lock = self.paths.lock()?;
        let identity = self.identity()?;
        let key = self.keys(local_id)?.open_by_device(&identity)?;
        let code = RecoveryCode::generate()?;
        self.write_keys(local_id, &KeyFile::for_pin(&key, &identity, pin, &code, self.kdf_cost)?)?;
        self.write_attempts(local_id, &PinAttempts::default())?;
        Ok((key, code))
    }

    /// Opens an account by its PIN.
    ///
    /// # Errors
    /// `WrongPin` (counted, with the delay it starts), `PinDelayed` (the PIN was not looked at),
    /// `RecoveryNeeded` (the keyring's secret is another one), `PinNotSet`, `AccountUnknown`, `KeysDamaged`,
    /// or the status as an error.
    pub fn unlock_with_pin(&self, local_id: &str, pin: &str, now_ms: i64) -> Result<AccountKey, VaultError> {
        let _lock = self.paths.lock()?;
        self.open_counted(local_id, pin, now_ms).map(|(_, key)| key)
    }

    /// Milliseconds until a PIN is accepted again, 0 for now.
    ///
    /// # Errors
    /// `InvalidAccountId`, `Io`.
    pub fn pin_wait_ms(&self, local_id: &str, now_ms: i64) -> Result<i64, VaultError> {
        check_local_id(local_id)?;
        Ok(self.read_attempts(local_id)?.wait_ms(now_ms))
    }

    /// Opens an account by its recovery code and sets a new PIN. Works after the keyring was wiped: the code
    /// proves the right to a new device identity, which is made if the old one is gone (the device then enrols
    /// again, its certificate is dropped).
    ///
    /// # Errors
    /// The code's refusal (`RecoveryCodeLength`, `RecoveryCodeSymbol`, `RecoveryCodeTypo`,
    /// `WrongRecoveryCode`), the new PIN's, `AccountUnknown`, `KeysDamaged`, or why secrets cannot be stored.
    pub fn unlock_with_recovery_code(
        &self,
        local_id: &str,
        code: &str,
        new_pin: &str,
    ) -> Result<AccountKey, VaultError> {
        check_pin(new_pin)?;
        let code = RecoveryCode::parse(code)?;
        let _lock = self.paths.lock()?;
        let keys = self.keys(local_id)?;
        let key = keys.open_by_code(&code)?;
        let identity = self.identity_or_new()?;
        self.write_keys(local_id, &keys.with_pin(&key, &identity, new_pin, self.kdf_cost)?)?;
        self.write_attempts(local_id, &PinAttempts::default())?;
        Ok(key)
    }

    /// # Errors
    /// As [`Vault::unlock_with_pin`] for the old PIN; the new PIN's refusal.
    pub fn change_pin(
        &self,
        local_id: &str,
        pin: &str,
        new_pin: &str,
        now_ms: i64,
    ) -> Result<(), VaultError> {
        check_pin(new_pin)?;
        let _lock = self.paths.lock()?;
        let (keys, key) = self.open_counted(local_id, pin, now_ms)?;
        let identity = self.identity()?;
        self.write_keys(local_id, &keys.with_pin(&key, &identity, new_pin, self.kdf_cost)?)
    }

    /// Gives the account a new recovery code; the old one opens nothing any more.
    ///
    /// # Errors
    /// As [`Vault::unlock_with_pin`].
    pub fn replace_recovery_code(
        &self,
        local_id: &str,
        pin: &str,
        now_ms: i64,
    ) -> Result<RecoveryCode, VaultError> {
        let _lock = self.paths.lock()?;
        let (keys, key) = self.open_counted(local_id, pin, now_ms)?;
        let code = RecoveryCode::generate()?;
        self.write_keys(local_id, &keys.with_code(&key, &code)?)?;
        Ok(code)
    }

    pub(crate) fn has_account_keys(&self) -> Result<bool, VaultError> {
        for local_id in self.account_ids()? {
            if self.paths.account_keys(&local_id).try_exists()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Tries a PIN. The attempt is written as a failure before it is tried, so that killing the program in
    /// between gains nothing.
    fn open_counted(
        &self,
        local_id: &str,
        pin: &str,
        now_ms: i64,
    ) -> Result<(KeyFile, AccountKey), VaultError> {
        let keys = self.keys(local_id)?;
        let identity = self.identity()?;
        keys.check_pin_usable(&identity)?;
        let attempts = self.read_attempts(local_id)?;
        let retry_after_ms = attempts.wait_ms(now_ms);
        if retry_after_ms > 0 {
            let anchored = attempts.anchored(now_ms);
            if anchored != attempts {
                self.write_attempts(local_id, &anchored)?;
            }
            return Err(VaultError::PinDelayed { retry_after_ms });
        }
        let counted = attempts.with_failure(now_ms);
        self.write_attempts(local_id, &counted)?;
        let key = keys.open_by_pin(&identity, pin)?.ok_or_else(|| counted.wrong_pin())?;
        self.write_attempts(local_id, &PinAttempts::default())?;
        Ok((keys, key))
    }

    fn keys(&self, local_id: &str) -> Result<KeyFile, VaultError> {
        check_local_id(local_id)?;
        self.find_keys(local_id)?.ok_or(VaultError::AccountUnknown)
    }

    fn find_keys(&self, local_id: &str) -> Result<Option<KeyFile>, VaultError> {
        let content = read_optional(&self.paths.account_keys(local_id))?;
        content.map(|bytes| KeyFile::from_bytes(&bytes)).transpose()
    }

    fn write_keys(&self, local_id: &str, keys: &KeyFile) -> Result<(), VaultError> {
        write_atomic(&self.paths.account_keys(local_id), &keys.to_bytes()?)
    }

    fn read_attempts(&self, local_id: &str) -> Result<PinAttempts, VaultError> {
        Ok(match read_optional(&self.paths.pin_attempts(local_id))? {
            None => PinAttempts::default(),
            Some(content) => serde_json::from_slice(&content).unwrap_or_else(|_| PinAttempts::unknown()),
        })
    }

    fn write_attempts(&self, local_id: &str, attempts: &PinAttempts) -> Result<(), VaultError> {
        let path = self.paths.pin_attempts(local_id);
        if *attempts == PinAttempts::default() {
            return remove(&path);
        }
        let content = serde_json::to_vec(attempts).map_err(io::Error::from)?;
        write_atomic(&path, &content)
    }

    /// Folders under `accounts/` that have a local id's form.
    fn account_ids(&self) -> Result<Vec<String>, VaultError> {
        let folders = match fs::read_dir(self.paths.accounts_dir()) {
            Ok(folders) => folders,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut ids = Vec::new();
        for folder in folders {
            let name = folder?.file_name();
            ids.extend(name.to_str().filter(|id| check_local_id(id).is_ok()).map(str::to_owned));
        }
        Ok(ids)
    }
}
