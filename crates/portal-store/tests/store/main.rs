//! The store through its public surface, on real files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod audit;
mod drafts;
mod events;
mod opening;
mod outbox;
mod photos;
mod pump;
mod support;
