//! Printed matter through the public surface, judged by poppler's tools and a QR decoder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod lines;
mod pages;
mod pdf;
mod poppler;
mod samples;
