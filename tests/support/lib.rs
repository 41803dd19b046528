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

mod application;
mod backend;
mod ceremony;
mod chaos;
mod command_line;
mod console;
mod desktop;
mod enrolled;
mod http;
pub mod interop;
mod journey;
mod keyboard;
mod listener;
mod merchant;
mod order;
mod pdf;
mod photos;
mod portal;
mod privacy;
mod process;
mod proxy;
mod simulation;
mod soak;
mod tracer;
mod window;
mod words;

pub use application::{Application, attachment, noise};
pub use backend::{Backend, PASSWORD};
pub use chaos::{Chaos, Harm, Weather};
pub use command_line::CommandLine;
pub use console::Console;
pub use desktop::Desktop;
pub use enrolled::Enrolled;
pub use journey::{field_id, photo_of, slot_name};
pub use keyboard::{DOWN, ENTER, SPACE, TAB};
pub use merchant::{merchant, merchant_with_papers, needed_slots, profile, write_photos};
pub use order::{CALLS, judge_order_of_promises, judge_stored_photos};
pub use pdf::pdf_text;
pub use photos::photo;
pub use portal::{
    AGENT, BRANCH, PASSPHRASE, PIN, activation_code, agent_at, an_agent, assert_received, authenticator_code,
    config, draft, draft_of, draft_with, eventually, open_portal, open_quiet, phone, received,
    sign_in_by_phone, submit, until,
};
pub use privacy::assert_unreadable;
pub use process::{Running, program, wait_for};
pub use proxy::{At, Break, Proxy};
pub use simulation::simulate;
pub use soak::{Tally, soak};
pub use tracer::{Blow, Tracer};
pub use window::{Browser, Window};
pub use words::{CHINESE, ENGLISH, Language, Words};
