//! The two secrets of an open door, and what is sealed with them.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

const TOKEN_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const PHONE_BYTES: usize = 16;

/// What sealing adds to what is sent, in bytes: nonce, phone and tag.
pub(crate) const SEAL_BYTES: usize = NONCE_BYTES + PHONE_BYTES + TAG_BYTES;

/// Which phone sends: a number that its page drew.
pub(crate) type PhoneId = [u8; PHONE_BYTES];
pub(crate) type Nonce = [u8; NONCE_BYTES];

pub(crate) struct Pass {
    token: String,
    key: Zeroizing<[u8; KEY_BYTES]>,
}

/// What was in a sealed body.
pub(crate) struct Opened {
    pub phone: PhoneId,
    pub nonce: Nonce,
    pub bytes: Vec<u8>,
}

impl Pass {
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut token = [0; TOKEN_BYTES];
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut token)?;
        getrandom::fill(&mut *key)?;
        Ok(Self { token: URL_SAFE_NO_PAD.encode(token), key })
    }

    /// The address with both secrets, as it stands in the QR code.
    pub(crate) fn link(&self, address: SocketAddr) -> String {
        format!("http://{address}/{}/#{}", self.token, URL_SAFE_NO_PAD.encode(*self.key))
    }

    /// Whether this is the token; how long that takes says nothing about it.
    pub(crate) fn admits(&self, token: &str) -> bool {
        let (token, own) = (token.as_bytes(), self.token.as_bytes());
        token.len() == own.len() && token.iter().zip(own).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }

    /// Opens what was sealed for this action: nonce, then phone and bytes under the key, then the tag. None when it was
    /// sealed with another key or for another action, or altered.
    pub(crate) fn open(&self, action: &str, mut sealed: Vec<u8>) -> Option<Opened> {
        let end = sealed.len().checked_sub(TAG_BYTES)?;
        let nonce: Nonce = sealed.get(..NONCE_BYTES)?.try_into().ok()?;
        let tag: [u8; TAG_BYTES] = sealed[end..].try_into().ok()?;
        let hidden = sealed.get_mut(NONCE_BYTES..end)?;
        XChaCha20Poly1305::new((&*self.key).into())
            .decrypt_inout_detached(&XNonce::from(nonce), action.as_bytes(), hidden.into(), &Tag::from(tag))
            .ok()?;
        sealed.truncate(end);
        let phone: PhoneId = sealed.get(NONCE_BYTES..NONCE_BYTES + PHONE_BYTES)?.try_into().ok()?;
        sealed.drain(..NONCE_BYTES + PHONE_BYTES);
        Some(Opened { phone, nonce, bytes: sealed })
    }
}
