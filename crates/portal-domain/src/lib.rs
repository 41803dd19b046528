//! The rules of merchant onboarding (商户进件): values, documents, state machines, requirement lists, validation.
//!
//! No I/O, no async, no clock: today's date is passed in. Nothing here knows a wire format.

pub mod bank;
pub mod branch;
pub mod check;
pub mod clean;
pub mod division;
pub mod dossier;
pub mod identifier;
pub mod ids;
pub mod mcc;
pub mod pointer;
pub mod problem;
pub mod profile;
pub mod progress;
pub mod requirement;
pub mod review;
pub mod settlement_cycle;
pub mod status;
pub mod step;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod track;
pub mod turnover;
