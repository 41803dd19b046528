//! `vault/vault.bin`: the secrets in one file opened by a passphrase, for systems without a keyring.
//!
//! ```text
//! "ZGVAULT" version:u8  memory_kib:u32 passes:u32 lanes:u32  salt:16  passphrase_check:16  header_sha256:8
//! nonce:24 ciphertext…            XChaCha20-Poly1305 of a JSON map, the header as associated data
//! ```
//! Numbers are little-endian. The check value tells a wrong passphrase from a damaged file; both it and the
//! cipher key come from one Argon2id run, so it gives a guesser no shortcut.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::VaultError;
use crate::files::{read_optional, write_atomic};
use crate::kdf::{KdfCost, Key, SALT_BYTES, random, stretch, subkey};
use crate::seal::{seal, unseal};

const MAGIC: &[u8; 7] = b"ZGVAULT";
const FORMAT_VERSION: u8 = 1;
const COSTS_AT: usize = 8;
const SALT_AT: usize = COSTS_AT + 12;
const CHECK_AT: usize = SALT_AT + SALT_BYTES;
const DIGEST_AT: usize = CHECK_AT + 16;
const HEADER_BYTES: usize = DIGEST_AT + 8;

type Header = [u8; HEADER_BYTES];

/// An opened file. Nothing but the key is kept in memory: each request reads the file again, so that two
/// processes on one profile see each other's changes. Callers hold the profile's file lock around changes.
pub(crate) struct PassphraseFile {
    path: PathBuf,
    header: Header,
    key: Key,
}

impl PassphraseFile {
    pub fn create(path: &Path, passphrase: &str, cost: KdfCost) -> Result<Self, VaultError> {
        let salt = random::<SALT_BYTES>()?;
        let (key, check) = keys(passphrase, &salt, cost)?;
        let mut header = [0; HEADER_BYTES];
        header[..7].copy_from_slice(MAGIC);
        header[7] = FORMAT_VERSION;
        for (slot, number) in [cost.memory_kib, cost.passes, cost.lanes].into_iter().enumerate() {
            header[COSTS_AT + slot * 4..COSTS_AT + slot * 4 + 4].copy_from_slice(&number.to_le_bytes());
        }
        header[SALT_AT..CHECK_AT].copy_from_slice(&salt);
        header[CHECK_AT..DIGEST_AT].copy_from_slice(&check[..16]);
        let digest = Sha256::digest(&header[..DIGEST_AT]);
        header[DIGEST_AT..].copy_from_slice(&digest[..8]);
        let file = Self { path: path.to_owned(), header, key };
        file.write(&Secrets::default())?;
        Ok(file)
    }

    /// # Errors
    /// `VaultFileDamaged`, `VaultFileTooNew`, `WrongPassphrase`; the file is left as it is in every case.
    pub fn open(path: &Path, passphrase: &str) -> Result<Self, VaultError> {
        let content = read_optional(path)?.ok_or(VaultError::VaultFileDamaged)?;
        let (header, _) = split(&content)?;
        let number = |slot: usize| {
            let at = COSTS_AT + slot * 4;
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let cost = KdfCost { memory_kib: number(0), passes: number(1), lanes: number(2) };
        let mut salt = [0; SALT_BYTES];
        salt.copy_from_slice(&header[SALT_AT..CHECK_AT]);
        if !cost.is_bounded() {
            return Err(VaultError::VaultFileDamaged);
        }
        let (key, check) = keys(passphrase, &salt, cost)?;
        if check[..16] != header[CHECK_AT..DIGEST_AT] {
            return Err(VaultError::WrongPassphrase);
        }
        let file = Self { path: path.to_owned(), header: *header, key };
        file.read()?;
        Ok(file)
    }

    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        Ok(self.read()?.0.remove(name).map(Zeroizing::new))
    }

    pub fn set(&self, name: &str, value: &str) -> Result<(), VaultError> {
        let mut secrets = self.read()?;
        if let Some(mut old) = secrets.0.insert(name.to_owned(), value.to_owned()) {
            old.zeroize();
        }
        self.write(&secrets)
    }

    pub fn delete(&self, name: &str) -> Result<(), VaultError> {
        let mut secrets = self.read()?;
        match secrets.0.remove(name) {
            Some(mut old) => {
                old.zeroize();
                self.write(&secrets)
            }
            None => Ok(()),
        }
    }

    fn read(&self) -> Result<Secrets, VaultError> {
        let content = read_optional(&self.path)?.ok_or(VaultError::VaultFileDamaged)?;
        let (header, body) = split(&content)?;
        if *header != self.header {
            return Err(VaultError::VaultFileDamaged);
        }
        let plain = unseal(&self.key, header, body).ok_or(VaultError::VaultFileDamaged)?;
        serde_json::from_slice(&plain).map(Secrets).map_err(|_| VaultError::VaultFileDamaged)
    }

    fn write(&self, secrets: &Secrets) -> Result<(), VaultError> {
        let plain = Zeroizing::new(serde_json::to_vec(&secrets.0).map_err(std::io::Error::from)?);
        let sealed = seal(&self.key, &self.header, &plain)?;
        write_atomic(&self.path, &[self.header.as_slice(), &sealed].concat())
    }
}

#[derive(Default)]
struct Secrets(BTreeMap<String, String>);

impl Drop for Secrets {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

fn split(content: &[u8]) -> Result<(&Header, &[u8]), VaultError> {
    let (header, body) = content.split_first_chunk::<HEADER_BYTES>().ok_or(VaultError::VaultFileDamaged)?;
    let digest = Sha256::digest(&header[..DIGEST_AT]);
    if header[..7] != *MAGIC || header[DIGEST_AT..] != digest[..8] {
        return Err(VaultError::VaultFileDamaged);
    }
    if header[7] != FORMAT_VERSION {
        return Err(VaultError::VaultFileTooNew);
    }
    Ok((header, body))
}

/// Cipher key and check value.
fn keys(passphrase: &str, salt: &[u8; SALT_BYTES], cost: KdfCost) -> Result<(Key, Key), VaultError> {
    let stretched = stretch(passphrase.as_bytes(), salt, cost)?;
    let derive =
        |purpose: &[u8]| subkey(&[stretched.as_slice()], salt, &[b"zhanggui vault file v1 ", purpose]);
    Ok((derive(b"cipher"), derive(b"check")))
}
