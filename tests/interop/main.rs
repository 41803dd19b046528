//! The program behind `cargo xtask interop`: uploads between our two sides and those of others, as a table.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test program: a failure here is a failed run"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use portal_tests::interop::{Peers, Row, SEND, interop, send};

const USAGE: &str = "usage: interop PEERS";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [SEND, backend, token, file, folder] => upload(backend, token, Path::new(file), Path::new(folder)),
        [peers] => run(peers),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(peers: &str) -> ExitCode {
    let rows = interop(&Peers(PathBuf::from(peers)));
    println!("{}", Row::HEAD);
    for row in &rows {
        println!("{row}");
    }
    let good = rows.iter().filter(|row| row.is_as_expected()).count();
    println!("interop: {good} of {} uploads ended as they must", rows.len());
    if good == rows.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn upload(backend: &str, token: &str, file: &Path, folder: &Path) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match runtime.block_on(send(backend, token, file, folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
