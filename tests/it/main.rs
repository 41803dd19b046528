//! The product's parts together: the app against the real backend, and the invariants of the tree.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod approvals;
mod command_line;
mod computer;
mod contracts;
mod courier;
mod crashes;
mod disk;
mod elsewhere;
mod failing_disk;
mod faults;
mod limits;
mod main_job;
mod offline_days;
mod outbox;
mod phone;
mod photos;
mod reading;
mod recovery;
mod scanner;
mod simulation;
mod soak;
mod sorting;
mod suspend;
mod tidy;
