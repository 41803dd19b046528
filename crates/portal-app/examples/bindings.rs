//! Prints `ui/src/ipc/bindings.ts`: what `cargo xtask bindings` writes or compares.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    print!("{}", portal_app::bindings::typescript());
}
