#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fitting;
mod formats;
mod hostile;
mod hostile_set;
mod judging;
mod pictures;
mod verdicts;
mod worker;
