//! What goes over HTTP between the portal and its backend: operations, receipts, events, sessions, errors.
//!
//! Plain data with serde; no I/O. Both sides are built from these types. Times are Unix milliseconds, hashes are
//! lower-case hexadecimal SHA-256, signatures and keys standard Base64.

pub mod case;
pub mod contract;
pub mod courier;
pub mod error;
pub mod event;
pub mod limits;
pub mod mutant;
pub mod operation;
pub mod receipt;
pub mod session;

/// Every answer of the backend carries this header with the value `1`: an answer without it came from a proxy or a
/// captive portal and means nothing.
pub const SYNC_HEADER: &str = "portal-sync";
pub const SYNC_VERSION: &str = "1";

/// Base64 of the device key's ECDSA P-256/SHA-256 signature (ASN.1 DER) over [`signed_text`].
pub const SIGNATURE_HEADER: &str = "portal-signature";

/// The device that signed a token request (an operation names its device in the body).
pub const DEVICE_HEADER: &str = "portal-device";

/// Largest blob that may be put in one request, in bytes; larger ones go by tus.
pub const SMALL_BLOB_BYTES: u64 = 1 << 20;

/// What a device signs: `context LF sha256-hex(raw body)`. The context is the operation's id on declare and the
/// request path (`/v1/session`, `/v1/session/refresh`) on token routes.
pub fn signed_text(context: &str, body_sha256_hex: &str) -> Vec<u8> {
    format!("{context}\n{body_sha256_hex}").into_bytes()
}
