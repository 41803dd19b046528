//! The simulated network of `cargo xtask faults` alone, to see the schedules of a seed again. Built as the product is, since every
//! schedule is work for the processor alone.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test program: it reads the clock for a seed"
)]

use std::process::ExitCode;
use std::time::Duration;

use portal_tests::simulate;

const USAGE: &str = "usage: simulate [--seconds N] [--schedules N] [--seed S]";

fn main() -> ExitCode {
    let today = portal_app::system_clock().unsigned_abs() / 1000;
    let (mut seconds, mut schedules, mut seed) = (150, u64::MAX, today);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let place = match word.as_str() {
            "--seconds" => &mut seconds,
            "--schedules" => &mut schedules,
            "--seed" => &mut seed,
            _ => return usage(),
        };
        match words.next().and_then(|value| value.parse().ok()) {
            Some(value) => *place = value,
            None => return usage(),
        }
    }
    // A world waits for its databases' threads, and another can have the processor meanwhile.
    let lanes = 2 * std::thread::available_parallelism().map_or(2, |cores| cores.get() as u64);
    println!("simulated network: seed {seed}, {seconds} s, {lanes} worlds at once");
    let tally = simulate(seed, Duration::from_secs(seconds), lanes, schedules);
    println!("{tally}\nschedules={} faults injected={}", tally.schedules, tally.faults());
    if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
