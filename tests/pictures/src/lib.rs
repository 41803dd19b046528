//! Photos of invented papers: who and what is on them, where their corners are and what is wrong with them is known,
//! because they are drawn and photographed here. Equal orders make equal bytes; nothing of it is stored.
//!
//! ```no_run
//! use portal_pictures::{Flaw, Order, Paper};
//!
//! let picture = Order::new(7, Paper::LicenceLandscape).with(Flaw::Glare).taken();
//! assert!(picture.truth.corners.is_some());
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a failure here is a failed test"
)]

mod camera;
mod canvas;
mod draw;
mod flaw;
mod homography;
mod papers;
mod phone;
mod scene;
mod text;

pub use camera::{Order, Picture, Truth};
pub use draw::Draw;
pub use flaw::Flaw;
pub use papers::{Area, Field, Paper};
pub use phone::stored;
