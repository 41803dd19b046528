//! Signing, time stamps and verification through the public surface, with pyHanko and pdfsig as judges.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attacks;
mod bytes;
mod ceremony;
mod forgers;
mod judges;
#[path = "../it/samples.rs"]
#[allow(dead_code)]
mod samples;
mod signed;
mod stamped;
