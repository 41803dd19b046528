//! Sends the outbox to the backend exactly once, and brings back what the backend says.
//!
//! [`Client`] is the backend as anyone reaches it (enrolment, sign-in), [`AccountClient`] as one signed-in account
//! does. [`Pump`] sends that account's outbox, each photo by an [`Uploader`], and applies its events. An answer counts
//! only with `Portal-Sync: 1`; an operation is received only by a receipt that an enrolled key signed for this
//! operation and these hashes.

mod account;
mod client;
pub mod courier;
mod error;
mod http;
mod lease;
mod limits;
mod line;
mod pass;
mod ports;
mod pump;
mod receipt;
mod requests;
mod retry;
mod upload;

pub use account::AccountClient;
pub use client::Client;
pub use error::{Class, Refusal, SyncError, Transport};
pub use lease::OfflineLease;
pub use limits::stored_limits;
pub use line::{Budget, woken};
pub use ports::{Carrier, Clock, DeviceSigner, SignError, TokenError, Tokens};
pub use pump::{Connection, Progress, Pump, PumpEvent, Summary};
pub use receipt::{Expected, ReceiptKeys};
pub use requests::{Heard, Tagged};
pub use upload::{ChunkSize, Missing, Uploader};
