//! The real window, driven as a person would: WebKitWebDriver on a virtual screen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod approval;
mod camera;
mod clicks;
mod conflict;
mod contract;
mod courier;
mod crash;
mod english;
mod handed_over;
mod keyboard;
mod keys;
mod main_job;
mod one_profile;
mod phone;
mod scanner;
mod second_factor;
mod steps;
