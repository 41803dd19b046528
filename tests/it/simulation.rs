//! The short form of the simulated network: whatever it does to an operation, the promises hold, and broken rules that a
//! network alone can bring to light are noticed.

use std::process::Command;
use std::time::Duration;

use portal_protocol::mutant::Mutant;
use portal_tests::{program, simulate};

use crate::soak::seed;

const SCHEDULES: u64 = 120;
/// Not: what the disk holds, what a second editor would overwrite, and photos that an honest portal never leaves out.
const NOTICED: [Mutant; 4] =
    [Mutant::NoHashCheck, Mutant::NoIdempotency, Mutant::DeleteOnUpload, Mutant::IfMatchFirst];

#[test]
fn every_schedule_ends_with_everything_received_once() {
    let seed = seed();
    println!("seed {seed}");
    let tally = simulate(seed, Duration::from_secs(240), 2, SCHEDULES);
    println!("{tally}");
    assert!(tally.is_good(), "{tally}");
    assert_eq!(tally.schedules, SCHEDULES);
    assert!(tally.faults() >= SCHEDULES, "each schedule has a fault of its own");
}

#[test]
fn broken_rules_show_in_a_few_schedules() {
    let (seed, schedules) = (seed().to_string(), SCHEDULES.to_string());
    println!("seed {seed}");
    for mutant in NOTICED {
        let output = Command::new(program("simulate"))
            .args(["--seed", &seed, "--schedules", &schedules])
            .env(Mutant::VARIABLE, mutant.as_str())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        println!("{}: {}", mutant.as_str(), said.trim());
        assert!(said.contains("BROKEN"), "{} was not noticed", mutant.as_str());
    }
}
