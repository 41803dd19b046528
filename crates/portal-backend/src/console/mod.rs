//! The reviewers' console: its API and its files.

pub mod approvals;
pub mod cases;
pub mod files;
pub mod papers;
pub mod session;
pub mod view;
