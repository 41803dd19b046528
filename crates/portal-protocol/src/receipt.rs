//! Signed statements of the backend.

use portal_domain::ids::{CaseId, OpId, Sha256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the backend promises: this operation was applied, and every blob named is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    pub op_id: OpId,
    pub case_id: CaseId,
    /// Revision of the case after this operation.
    pub rev: u64,
    /// Hashes of all blobs, in the order declared.
    pub blobs: Vec<Sha256>,
    /// Hash of the raw declared body.
    pub body_sha: Sha256,
    pub received_at_ms: i64,
    /// Human-readable number.
    pub number: String,
}

/// A statement with its signature over the exact bytes of `payload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// Which of the backend's receipt keys signed.
    pub kid: String,
    /// Base64 of the JSON bytes that were signed.
    pub payload: String,
    /// Base64 of the Ed25519 signature over the bytes of `payload`.
    pub signature: String,
}

/// Characters of a [`key_id`].
pub const KEY_ID_CHARS: usize = 16;

/// The id of a receipt key: the beginning of the SHA-256 of its 32 bytes, as lower-case hexadecimal text. Activation
/// codes end in it, so that the computer that is enrolled with one knows the key to expect.
pub fn key_id(public_key: &[u8; 32]) -> String {
    use sha2::Digest;
    let mut id = hex::encode(sha2::Sha256::digest(public_key));
    id.truncate(KEY_ID_CHARS);
    id
}

/// A public receipt key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptKey {
    /// Its [`key_id`].
    pub kid: String,
    /// Base64 of the 32 bytes of an Ed25519 public key.
    pub public_key: String,
}
