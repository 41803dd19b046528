//! Courier packages: queued operations with their photos in one file, for computers without a network.
//!
//! A package is an [age](https://age-encryption.org/v1) file for the backend's courier key around a tar archive:
//! [`MANIFEST_ENTRY`], [`SIGNATURE_ENTRY`], then every file that the manifest lists, in its order and under the name
//! that [`operation_entry`] and [`photo_entry`] give it. The backend's answer is an [`Envelope`] around
//! [`CourierReceipts`], as JSON.

use portal_domain::ids::{AccountId, DeviceId, OpId, Sha256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::FieldError;
use crate::receipt::Envelope;

/// The only format there is.
pub const FORMAT: u32 = 1;
/// Media type of a package.
pub const PACKAGE_MEDIA_TYPE: &str = "application/octet-stream";
/// Largest package that is made or taken, in bytes.
pub const MAX_PACKAGE_BYTES: u64 = 1 << 30;
/// Photos beyond this many bytes are left for the next package: what goes around them stays below
/// [`MAX_PACKAGE_BYTES`].
pub const MAX_CONTENT_BYTES: u64 = 512 << 20;
/// Most operations of one package.
pub const MAX_OPERATIONS: usize = 1000;
/// Largest manifest, in bytes.
pub const MAX_MANIFEST_BYTES: u64 = 8 << 20;

pub const MANIFEST_ENTRY: &str = "manifest.json";
/// Base64 of the device's signature over [`crate::signed_text`] of [`SIGNATURE_CONTEXT`] and the manifest's bytes.
pub const SIGNATURE_ENTRY: &str = "manifest.sig";
pub const SIGNATURE_CONTEXT: &str = "courier";

/// The name of an operation's declared body.
pub fn operation_entry(op_id: OpId) -> String {
    format!("operations/{op_id}.json")
}

/// The name of a photo's bytes.
pub fn photo_entry(sha: &Sha256) -> String {
    format!("photos/{sha}")
}

/// The backend's word on where packages are encrypted to: the payload of an [`Envelope`] that a receipt key signed,
/// so that nobody on the way can put another key in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CourierKey {
    /// An age recipient (X25519).
    pub recipient: String,
}

/// What a package holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    pub format: u32,
    pub package_id: Uuid,
    /// The computer that made and signed the package.
    pub device_id: DeviceId,
    /// Whose operations these are.
    pub account_id: AccountId,
    /// On the device's clock.
    pub made_at_ms: i64,
    /// In the order of finalising.
    pub operations: Vec<PackedOperation>,
    /// Every photo of the operations, once.
    pub photos: Vec<PackedPhoto>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackedOperation {
    pub op_id: OpId,
    /// Hash of the declared body.
    pub sha: Sha256,
    /// In bytes.
    pub size: u64,
    /// The declaration's own signature, as its header would carry it.
    pub signature: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackedPhoto {
    pub sha: Sha256,
    /// In bytes.
    pub size: u64,
}

/// What came of a package: the payload of the [`Envelope`] that goes back to the computer which made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CourierReceipts {
    pub package_id: Uuid,
    pub device_id: DeviceId,
    pub account_id: AccountId,
    pub imported_at_ms: i64,
    /// One for each operation, in the package's order.
    pub outcomes: Vec<Outcome>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// Received, now or before: its one receipt.
    Received { op_id: OpId, receipt: Envelope },
    /// Refused, as the same declaration or commit would have been over HTTP.
    Refused { op_id: OpId, refusal: RefusedOperation },
}

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefusedOperation {
    /// The HTTP status that goes with the code.
    pub status: u16,
    /// The stable code as text: a later backend may know more of them than the computer that reads this.
    pub code: String,
    pub errors: Vec<FieldError>,
}
