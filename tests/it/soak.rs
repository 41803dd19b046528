//! The short form of `cargo xtask faults`: everything between the portal and the backend fails for a while, and each
//! rule of the protocol is broken once to see that it would be noticed.

use std::process::Command;
use std::time::Duration;

use portal_app::system_clock;
use portal_protocol::mutant::Mutant;
use portal_tests::{judge_order_of_promises, program, soak};

/// Another one every day; tests print it, so that `cargo xtask faults --seed` shows a failure again.
pub fn seed() -> u64 {
    system_clock().unsigned_abs() / (24 * 3600 * 1000)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_everything_is_received_once_or_left_to_a_person() {
    let seed = seed();
    println!("seed {seed}");
    let tally = soak(seed, Duration::from_secs(45), 2).await;
    println!("{tally}");
    assert!(tally.is_good(), "{tally}");
    assert_eq!(tally.submitted, tally.received + tally.attention);
    assert!(tally.submitted > 0 && tally.faults() > 100, "{tally}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backend_promises_only_what_is_on_the_disk() {
    judge_order_of_promises(seed()).await.unwrap();
}

#[test]
fn every_broken_rule_is_noticed() {
    let seed = seed().to_string();
    println!("seed {seed}");
    for mutant in Mutant::ALL {
        let output = Command::new(program("faults"))
            // How soon is what the long form tells: here other tests are busy at the same time.
            .args(["--seed", &seed, "--seconds", "240"])
            .env(Mutant::VARIABLE, mutant.as_str())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        println!("{}: {}", mutant.as_str(), said.trim());
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} was not noticed\n{complaints}", mutant.as_str());
    }
}
