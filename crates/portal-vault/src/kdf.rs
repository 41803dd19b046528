//! Keys from passwords (Argon2id) and keys from keys (HKDF-SHA256).

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::VaultError;

pub(crate) type Key = Zeroizing<[u8; 32]>;

pub(crate) const SALT_BYTES: usize = 16;

/// Cost of Argon2id, stored beside what it protects so that it can grow later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfCost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

impl KdfCost {
    /// 64 MiB, 3 passes, 4 lanes: the second recommendation of RFC 9106 §4, about 0.3 s on an office computer.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    /// For tests that open profiles by the thousand: no protection at all, and in no program that is delivered.
    #[cfg(any(test, feature = "testing"))]
    pub const LIGHT: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// A damaged or planted file must not make the program allocate without bound.
    pub(crate) fn is_bounded(self) -> bool {
        self.memory_kib <= 1024 * 1024 && self.passes <= 64 && self.lanes <= 64
    }
}

/// Argon2id of a password or PIN.
pub(crate) fn stretch(secret: &[u8], salt: &[u8; SALT_BYTES], cost: KdfCost) -> Result<Key, VaultError> {
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| VaultError::Crypto)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret, salt, key.as_mut_slice())
        .map_err(|_| VaultError::Crypto)?;
    Ok(key)
}

/// HKDF-SHA256 of the concatenated input keys; every part but a trailing one has a fixed length.
pub(crate) fn subkey(input: &[&[u8]], salt: &[u8], info: &[&[u8]]) -> Key {
    let material = Zeroizing::new(input.concat());
    let mut key = Zeroizing::new([0; 32]);
    match Hkdf::<Sha256>::new(Some(salt), &material).expand_multi_info(info, key.as_mut_slice()) {
        Ok(()) => key,
        Err(_) => unreachable!("HKDF-SHA256 gives up to 8160 bytes, 32 are asked"),
    }
}

/// Fresh random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Randomness)?;
    Ok(bytes)
}
