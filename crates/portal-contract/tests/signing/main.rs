//! Signing, time stamps and verification through the public surface, with pyHanko and pdfsig as judges.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attacks;
mod bundles;
mod bytes;
mod ceremony;
mod evidence;
mod forgers;
mod judges;
mod on_paper;
mod papers;
mod print_copy;
mod signed;
mod stamped;
mod templates;
