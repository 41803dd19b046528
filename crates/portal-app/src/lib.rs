//! The use cases of the portal: what the window and the CLI can do, and what they see.
//!
//! [`App`] has one method per entry of the command table (`commands.in.rs`). It knows no window.

mod account;
mod app;
pub mod bindings;
mod case;
mod clock;
mod config;
mod contract;
mod courier;
mod documents;
pub mod error;
mod failure;
pub mod log;
mod metered;
mod outbox;
mod phone;
mod photo;
mod photo_work;
mod profile;
mod reading;
mod reference;
mod scanner;
mod selfcheck;
mod session;
mod sorting;
mod verdict;
pub mod view;

pub use app::{App, StartError};
pub use clock::{Clock, beijing_text, system_clock};
pub use config::{Config, ConfigError};
pub use contract::{MAX_CONTRACT_FILE_BYTES, contract_verify, contract_verify_bundle};
pub use failure::internal;
pub use photo::{MAX_PHOTO_FILE_BYTES, photo_fit};
/// What the verifier of contracts says, and its words.
pub use portal_contract::{Language as PrintLanguage, bundle, verifying};
/// The rules and values that the views are made of.
pub use portal_domain as domain;
/// The QR code of a phone's link, for a terminal.
pub use portal_phone::code_as_text;
pub use reading::{photo_check, photo_read};
pub use sorting::{files_of, read_handed};
