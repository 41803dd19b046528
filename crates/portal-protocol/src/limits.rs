//! What the backend takes at all, so that nothing is finalised which it would refuse for its size or type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Answer of `GET /v1/limits`. What a photo's slot takes is in the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// Largest body of a declaration, in bytes.
    pub max_operation_bytes: u64,
    /// Largest blob that may be put in one request, in bytes.
    pub max_small_blob_bytes: u64,
    /// Largest blob, in bytes; larger than the small ones it goes by tus.
    pub max_blob_bytes: u64,
    /// Media types that a blob may have.
    pub media_types: Vec<String>,
    /// Most characters of a reason that somebody writes.
    pub max_text_chars: u32,
}
