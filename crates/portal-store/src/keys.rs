//! The keys of one account's store.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Three independent keys, derived by the caller from the account's data key.
///
/// sqlx keeps the database key in the options of its pools until they are dropped: closing the store and dropping it
/// is what ends its life in memory.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    /// SQLCipher's raw key.
    pub database: [u8; 32],
    /// Wraps each file's own key.
    pub blobs: [u8; 32],
    /// Makes file names from hashes, so that names reveal nothing.
    pub names: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}
