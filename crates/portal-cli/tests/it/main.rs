#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! The program as a script sees it: arguments in, exit code, JSON and one line of error out.

mod bad_input;
mod contract;
mod guest;
mod photos;
mod profile;
mod reading;
mod schemas;
mod support;
