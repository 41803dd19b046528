//! `cargo xtask`: the commands of the repository.
//!
//! It has no dependencies, because on a new machine it is built before anything else can be checked.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool that reports on the terminal"
)]

mod api;
mod bench;
mod bindings;
mod counts;
mod demo;
mod faults;
mod fuzz;
mod interop;
mod load;
mod package;
mod process;
mod report;
mod setup;
mod shared;
mod test;
mod workspace;

use process::{Failure, Result};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  setup               install what is missing: system packages, npm packages
  run                 build, play the main job under Xvfb, then open the portal beside its backend where there is a display
  test                everything: format, lints, unit, end-to-end and window tests
  faults [OPTIONS]    harm all between portal and backend, and break each rule once (--minutes N, --seed S)
  api                 schemathesis asks the backend by its description, with a merchant's and a reviewer's rights
  fuzz [TARGET]       what strangers send, made worse by libFuzzer, a minute a target (--seconds N)
  interop             uploads between our two sides and other people's clients and servers, as a table
  load [OPTIONS]      desktops submit to a server (--desktops N, --seconds S, --stored CASES, --database postgres)
  bench [NAME]        measure against peers; writes docs/benchmarks.md
  bindings [--check]  write ui/src/ipc/bindings.ts from the Rust types, or only compare
  shared COMMAND …    run a command beside an empty PostgreSQL and S3 server; the backend's tests then work on them
  package             build the installers of this platform and, on Debian, try the deb
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
        ["help", ..] | [.., "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        ["setup"] => setup::setup_for_tests(),
        ["run"] => demo::run(),
        ["test"] => test::test(),
        ["faults", options @ ..] => faults::faults(options),
        ["api"] => api::api(),
        ["fuzz", words @ ..] => fuzz::fuzz(words),
        ["interop"] => interop::interop(),
        ["load", words @ ..] => load::load(words),
        ["bench"] => bench::bench(None),
        ["bench", name] if !name.starts_with('-') => bench::bench(Some(name)),
        ["bindings"] => bindings::write(),
        ["bindings", "--check"] => bindings::check(),
        ["shared", words @ ..] => shared::shared(words),
        ["package"] => package::package(),
        [] => Err(Failure::new(format!("a command is missing\n\n{USAGE}"))),
        _ => Err(Failure::new(format!("unknown command: {}\n\n{USAGE}", words.join(" ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for words in [&["help"][..], &["--help"], &["-h"], &["test", "--help"], &["help", "run"]] {
            assert!(dispatch(words).is_ok(), "{words:?}");
        }
    }

    #[test]
    fn what_is_no_command_is_named_and_the_commands_are_shown() {
        for words in [&["start"][..], &["run", "now"], &["bench", "--fast"]] {
            let failure = dispatch(words).unwrap_err().to_string();
            assert!(failure.contains(&words.join(" ")) && failure.contains(USAGE), "{failure}");
        }
        let failure = dispatch(&[]).unwrap_err().to_string();
        assert!(failure.starts_with("a command is missing") && failure.contains(USAGE), "{failure}");
    }
}
