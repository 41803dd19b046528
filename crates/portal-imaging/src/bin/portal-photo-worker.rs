//! Reads one picture request from standard input and writes one answer to standard output.
//! Started and killed by the portal; not meant to be run by hand.

use std::process::ExitCode;

use portal_imaging::worker::{ADDRESS_SPACE_BYTES, limit_self, serve};

fn main() -> ExitCode {
    let served = limit_self(ADDRESS_SPACE_BYTES)
        .and_then(|()| serve(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
