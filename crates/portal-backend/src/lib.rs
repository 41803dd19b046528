//! The backend of the portal: receives operations exactly once, keeps their photos durable, tells accounts what
//! happened, and serves the reviewers' console. Embedded form: one SQLite file and one folder, no other service. To scale,
//! any number of servers share a PostgreSQL database and an S3 bucket.
//!
//! ```no_run
//! # async fn run() -> Result<(), portal_backend::BackendError> {
//! use portal_backend::{Config, Limits, Storage, TimeSettings, clock, sender::ConsoleSender, start};
//!
//! let running = start(Config {
//!     listen: ([127, 0, 0, 1], 0).into(),
//!     data: "data".into(),
//!     storage: Storage::default(),
//!     clock: clock::system(),
//!     sender: std::sync::Arc::new(ConsoleSender),
//!     limits: Limits::default(),
//!     https: false,
//!     time: TimeSettings::default(),
//! })
//! .await?;
//! let address = running.address;
//! running.stop().await
//! # }
//! ```

pub mod admin;
pub mod app;
mod approving;
pub mod blob_store;
pub mod cleaning;
pub mod clock;
pub mod config;
pub mod confirming;
pub mod console;
pub mod contracting;
pub mod countersigning;
pub mod courier;
pub mod deciding;
pub mod declaration;
pub mod enrolment;
pub mod error;
pub mod fault;
pub mod http;
pub mod json;
pub mod keys;
pub mod limiter;
pub mod metrics;
pub mod notice;
pub mod office;
pub mod openapi;
pub mod paper_contracts;
pub mod password;
pub mod permission;
pub mod phone_codes;
pub mod problem;
pub mod random;
pub mod receiving;
pub mod rules;
pub mod second_factor;
pub mod sender;
pub mod server;
pub mod signing_in;
pub mod stepping;
pub mod store;
pub mod time_authority;
pub mod traffic;
pub mod uploading;

pub use config::{Config, Limits, Storage, TimeSettings, TrafficLimits};
pub use error::BackendError;
pub use server::{Running, start};
