//! What the embedder provides: the device key, a place for refresh tokens, the time, and the network if it is another one.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use portal_domain::ids::DeviceId;
use zeroize::Zeroizing;

use crate::error::Transport;

/// The wall clock in Unix milliseconds. It may be wrong and may jump; nothing is ordered by it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The vault gave no signature: locked, or the device isn't enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device key can't be used")]
pub struct SignError;

/// The vault didn't keep a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refresh token can't be kept")]
pub struct TokenError;

/// The device key. Called off the async threads.
pub trait DeviceSigner: Send + Sync {
    fn device_id(&self) -> DeviceId;

    /// ECDSA P-256/SHA-256 over `message`, ASN.1 DER.
    ///
    /// # Errors
    /// [`SignError`] when the key can't be used now.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Refresh tokens of one account. Called off the async threads.
pub trait Tokens: Send + Sync {
    /// The newest token kept; `None` when the account was never signed in, or signed out.
    fn refresh_token(&self) -> Option<Zeroizing<String>>;

    /// Keeps `token` instead of the one before; durable when this returns.
    ///
    /// # Errors
    /// [`TokenError`]; then the one before must still be kept.
    fn store_refresh_token(&self, token: &str) -> Result<(), TokenError>;

    /// Forgets the token, on sign-out.
    ///
    /// # Errors
    /// [`TokenError`].
    fn clear_refresh_token(&self) -> Result<(), TokenError>;
}

/// What brings a request to the backend and its answer back: the network, or one that is made up.
pub trait Carrier: Send + Sync {
    /// Carries one request. The answer's body may still fail.
    ///
    /// # Errors
    /// Why no answer came.
    fn carry(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Transport>>;
}
