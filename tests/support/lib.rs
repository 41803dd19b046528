//! What the end-to-end tests and the demo stand on: a desktop of their own, the real backend, the real window.
//!
//! Everything is started on free ports and in temporary folders, and stopped by process id when it is dropped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "test support: a failure here is a failed test, and deadlines need the clock"
)]

mod backend;
mod desktop;
mod photos;
mod process;
mod window;

pub use backend::Backend;
pub use desktop::Desktop;
pub use photos::photo;
pub use process::{Running, program, wait_for};
pub use window::{Browser, Window};
