//! The phone's side, for tests: what the page does with the code's secrets.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

/// What a scanned code says.
#[derive(Clone)]
pub struct Scanned {
    /// Host and port.
    pub host: String,
    /// The path with the token, a slash at either end.
    pub path: String,
    pub key: [u8; 32],
    /// Which phone scanned it.
    pub phone: [u8; 16],
}

impl Scanned {
    /// # Panics
    /// When this isn't a door's link.
    #[allow(clippy::expect_used, reason = "for tests")]
    pub fn by(phone: u8, link: &str) -> Self {
        let (address, key) = link.split_once('#').expect("a key");
        let address = address.strip_prefix("http://").expect("an address");
        let (host, _) = address.split_once('/').expect("a path");
        let key = URL_SAFE_NO_PAD.decode(key).ok().and_then(|key| key.try_into().ok()).expect("32 bytes");
        Self { host: host.to_owned(), path: address[host.len()..].to_owned(), key, phone: [phone; 16] }
    }

    /// Seals as the page does; give every message a nonce of its own.
    ///
    /// # Panics
    /// Never with what fits into memory.
    pub fn seal(&self, action: &str, nonce: u8, bytes: &[u8]) -> Vec<u8> {
        self.seal_plain(action, nonce, &[self.phone.as_slice(), bytes].concat())
    }

    /// As [`Scanned::seal`], without saying which phone it is.
    ///
    /// # Panics
    /// As [`Scanned::seal`].
    #[allow(clippy::expect_used, reason = "for tests")]
    pub fn seal_plain(&self, action: &str, nonce: u8, plain: &[u8]) -> Vec<u8> {
        let nonce = [nonce; 24];
        let payload = Payload { msg: plain, aad: action.as_bytes() };
        let cipher = XChaCha20Poly1305::new(&self.key.into());
        let hidden = cipher.encrypt(&XNonce::from(nonce), payload).expect("it fits");
        [nonce.as_slice(), &hidden].concat()
    }
}
