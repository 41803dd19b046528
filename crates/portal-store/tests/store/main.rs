//! The store through its public surface, on real files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod audit;
mod disk;
mod drafts;
mod events;
mod fetched;
mod list;
mod model;
mod opening;
mod outbox;
mod photos;
mod privacy;
mod pump;
mod retention;
mod support;
mod upgrade;
