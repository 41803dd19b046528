//! `portal`: the use cases of the portal for scripts and branches.
//!
//! Reads arguments, calls one method of [`portal_app::App`], and prints its view as text or JSON.

mod args;
mod case_file;
mod estimate;
mod exit;
mod input;
mod language;
mod output;
mod portal;
mod run;
mod table;
mod text;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use language::Words;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error),
    };
    let words = Words { language: language::choose(&cli.global) };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(_) => return output::print(Err(run::no_runtime()), cli.global.json, words),
    };
    let outcome = runtime.block_on(run::run(&cli, words));
    output::print(outcome, cli.global.json, words)
}
