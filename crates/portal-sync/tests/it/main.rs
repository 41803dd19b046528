#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! The pump against a small backend that fails on command.

mod backend;
mod elsewhere;
mod events;
mod line;
mod sending;
mod sessions;
mod support;
mod uploads;
