//! The secrets of one computer: where they are kept, and what they open.
//!
//! A [`Vault`] belongs to one profile folder and keeps its secrets in the operating system's keyring or, when
//! there is none, in a file opened by a passphrase. It holds the **device identity** (a 32-byte secret and the
//! P-256 key that signs operations) and refresh tokens, and from them opens each account's data key.
//!
//! Rules that hold everywhere in this crate:
//! - A key is never replaced because it could not be read. Missing secrets are a state that is reported
//!   ([`VaultStatus::SecretsMissing`]); only a proven recovery code or an explicit
//!   [`Vault::replace_device_identity`] makes new ones.
//! - No plaintext fallback and no kernel keyutils.
//! - Every call to the keyring has a time limit: a prompt nobody answers must not hold the program.
//! - All calls block (D-Bus, Argon2id): run them on a pool for blocking work.
//! - Time is passed in, in milliseconds since the Unix epoch.

mod account_keys;
mod accounts;
mod backend;
mod device;
mod error;
mod files;
mod installation;
mod kdf;
mod keyring_store;
mod passphrase_file;
mod pin;
mod recovery_code;
mod seal;
mod sensitive;
mod status;
mod vault;

pub use account_keys::{AccountKey, Protection};
pub use accounts::AccountEntry;
pub use error::VaultError;
pub use kdf::KdfCost;
pub use pin::{PIN_MAX_DIGITS, PIN_MIN_DIGITS, check_pin};
pub use recovery_code::RecoveryCode;
pub use sensitive::Sensitive;
pub use status::{BackendKind, Canary, SelfCheck, VaultStatus};
pub use vault::{OpenMode, Opened, PASSPHRASE_MIN_CHARS, Vault};
