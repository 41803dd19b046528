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
mod command_line;
mod console;
mod desktop;
mod journey;
mod keyboard;
mod merchant;
mod photos;
mod portal;
mod process;
mod proxy;
mod window;
mod words;

pub use backend::{Backend, PASSWORD};
pub use command_line::CommandLine;
pub use console::Console;
pub use desktop::Desktop;
pub use journey::{field_id, photo_of, slot_name};
pub use keyboard::{DOWN, ENTER, SPACE, TAB};
pub use merchant::{merchant, needed_slots, profile, write_photos};
pub use photos::photo;
pub use portal::{
    PASSPHRASE, PIN, assert_received, config, draft, draft_of, draft_with, eventually, open_portal,
    open_quiet, phone, received, sign_in_by_phone, submit, until,
};
pub use process::{Running, program, wait_for};
pub use proxy::{At, Break, Proxy};
pub use window::{Browser, Window};
pub use words::{CHINESE, ENGLISH, Language, Words};
