//! `cargo xtask`: the commands of the repository.
//!
//! It has no dependencies, because on a new machine it is built before anything else can be checked.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool that reports on the terminal"
)]

mod bench;
mod bindings;
mod counts;
mod demo;
mod package;
mod process;
mod report;
mod setup;
mod test;
mod workspace;

use process::{Failure, Result};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  setup               install what is missing: system packages, npm packages
  run                 build, then start the backend and the portal (without a display: the demo journey under Xvfb)
  test                everything: format, lints, unit, end-to-end and window tests
  bench [NAME]        measure against peers; writes docs/benchmarks.md
  bindings [--check]  write ui/src/ipc/bindings.ts from the Rust types, or only compare
  package             build the installers of this platform
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    match words {
        ["setup"] => setup::setup(),
        ["run"] => demo::run(),
        ["test"] => test::test(),
        ["bench"] => bench::bench(None),
        ["bench", name] if !name.starts_with('-') => bench::bench(Some(name)),
        ["bindings"] => bindings::write(),
        ["bindings", "--check"] => bindings::check(),
        ["package"] => package::package(),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        [] => Err(Failure::new(format!("a command is missing\n\n{USAGE}"))),
        _ => Err(Failure::new(format!("unknown command: {}\n\n{USAGE}", words.join(" ")))),
    }
}
