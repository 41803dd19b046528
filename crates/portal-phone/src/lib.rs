//! A phone as the computer's camera. While a slot waits for photos, this computer serves one page over the local
//! network; the phone opens it by a QR code and sends its photos back. No internet, no app.
//!
//! The code carries two secrets: a *token* in the path, without which nothing is answered, and a *key* behind the `#`,
//! which no browser sends. The page seals every photo with the key, so that who listens on the network learns no photo
//! and can send none. What this can't do is said in `docs/decisions/0023-phone-hand-off.md`.
//!
//! [`Door`] is open from [`Door::open`] until it is dropped or nothing came for a while. It knows nothing of cases: what
//! a phone sends is an [`Arrival`], which whoever opened the door answers.

mod address;
mod answering;
mod code;
mod door;
mod page;
mod pass;
#[cfg(feature = "testing")]
pub mod testing;

pub use address::{LocalAddress, local_addresses};
pub use code::code_as_text;
pub use door::{Arrival, Door, Limits, OpenError, Reply, Sent};
