//! Courier packages: what waits in the outbox goes to the backend in a file, and its receipts come back in another.
//!
//! Making a package and reading receipts need no network. A package says what the network would: each operation with
//! the signature of its declaration, each photo under its hash.

mod export;
mod key;
mod receipts;

pub use export::{Exported, Exporter};
pub use key::EncryptionKey;
pub use receipts::{Imported, import_receipts};

use portal_store::StoreError;

use crate::error::SyncError;

/// Why a package wasn't made, or receipts weren't taken.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// Nothing waits that a courier could take.
    #[error("nothing to export")]
    Nothing,
    /// The backend never told this account where packages are encrypted to: it has to be online once.
    #[error("no courier key")]
    NoKey,
    /// The file can't be read or written.
    #[error("the file can't be used")]
    File(#[source] std::io::Error),
    /// The file holds no receipts of the backend that this computer is enrolled with.
    #[error("no receipts of this backend")]
    NotReceipts,
    /// The receipts are for another computer or account.
    #[error("receipts for another account")]
    OtherAccount,
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl From<StoreError> for CourierError {
    fn from(error: StoreError) -> Self {
        Self::Sync(error.into())
    }
}

impl From<tokio::task::JoinError> for CourierError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Sync(error.into())
    }
}
