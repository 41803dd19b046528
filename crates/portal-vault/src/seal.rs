//! Authenticated encryption: XChaCha20-Poly1305, `nonce ‖ ciphertext`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::kdf::{Key, random};

const NONCE_BYTES: usize = 24;

pub(crate) fn seal(key: &Key, associated: &[u8], message: &[u8]) -> Result<Vec<u8>, VaultError> {
    let nonce = random::<NONCE_BYTES>()?;
    let sealed = cipher(key)
        .encrypt(&XNonce::from(nonce), Payload { msg: message, aad: associated })
        .map_err(|_| VaultError::Crypto)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// `None`: wrong key, other associated data, or changed bytes; the cipher cannot tell which.
pub(crate) fn unseal(key: &Key, associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, message) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    cipher(key)
        .decrypt(&XNonce::from(*nonce), Payload { msg: message, aad: associated })
        .ok()
        .map(Zeroizing::new)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(**key).into())
}
