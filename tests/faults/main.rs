//! The program behind `cargo xtask faults`: harms everything for as long as one likes, then breaks each rule of the
//! protocol on purpose to show that it would have been noticed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test program: a failure here is a failed run"
)]

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use portal_protocol::mutant::Mutant;
use portal_tests::{Tally, judge_order_of_promises, simulate, soak};

const USAGE: &str = "usage: faults [--simulated N] [--seconds N] [--seed S]";
/// A mutant has to be caught within this.
const HUNT: Duration = Duration::from_secs(60);
/// Worlds that live at once.
const LANES: u64 = 3;
/// What forty minutes of the soak have to show of each class of faults, and of each crash point.
const WANTED: u64 = 1000;
const WANTED_CRASHES: u64 = 100;
const WANTED_WITHIN_S: u64 = 2400;

struct Arguments {
    /// Of the simulated network, before the soak.
    simulated: u64,
    /// Of the soak.
    seconds: u64,
    seed: u64,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let passed = match Mutant::active() {
        Some(mutant) => runtime.block_on(hunt(mutant, &arguments)),
        None => {
            let simulated = simulated(&arguments);
            runtime.block_on(run(&arguments, simulated))
        }
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments(mut words: impl Iterator<Item = String>) -> Option<Arguments> {
    let today = portal_app::system_clock().unsigned_abs() / 1000;
    let mut arguments = Arguments { simulated: 0, seconds: 150, seed: today };
    while let Some(word) = words.next() {
        let value = words.next()?.parse().ok()?;
        match word.as_str() {
            "--simulated" => arguments.simulated = value,
            "--seconds" => arguments.seconds = value,
            "--seed" => arguments.seed = value,
            _ => return None,
        }
    }
    Some(arguments)
}

/// The simulated network, on threads of its own.
fn simulated(arguments: &Arguments) -> Tally {
    let Arguments { simulated: seconds, seed, .. } = *arguments;
    if seconds == 0 {
        return Tally::default();
    }
    // A world waits for its databases' threads, and another can have the processor meanwhile.
    let lanes = 2 * std::thread::available_parallelism().map_or(2, |cores| cores.get() as u64);
    println!("simulated network: seed {seed}, {seconds} s");
    let tally = simulate(seed, Duration::from_secs(seconds), lanes, u64::MAX);
    println!("{tally}");
    tally
}

/// The soak, the order of promises, and every mutant.
async fn run(arguments: &Arguments, simulated: Tally) -> bool {
    let Arguments { seconds, seed, .. } = *arguments;
    println!("soak: seed {seed}, {seconds} s");
    let mut tally = soak(seed, Duration::from_secs(seconds), LANES).await;
    if let Err(problem) = judge_order_of_promises(seed).await {
        tally.broken.push(format!("seed {seed}: {problem}"));
    }
    println!("{tally}");
    for (what, times) in &tally.injected {
        let wanted = if what.contains("crash at") { WANTED_CRASHES } else { WANTED };
        let wanted = wanted * seconds / WANTED_WITHIN_S;
        if *times < wanted {
            println!("fewer than the {wanted} that so long a run should have: {what}");
        }
    }
    tally.add(simulated);
    let caught = Mutant::ALL.into_iter().filter(|mutant| is_caught(*mutant, seed)).count();
    let (is_good, faults) = (tally.is_good(), tally.faults());
    let Tally { submitted, received, attention, lost, doubled, .. } = tally;
    println!("mutants caught: {caught} of {}", Mutant::ALL.len());
    let passed = is_good && caught == Mutant::ALL.len();
    if !passed {
        println!("again: the same with --seed {seed}");
    }
    println!(
        "faults injected={faults} submitted={submitted} received={received} attention={attention} lost={lost} doubled={doubled}"
    );
    passed
}

/// Whether this program, with one rule broken, notices it.
fn is_caught(mutant: Mutant, seed: u64) -> bool {
    let began = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--seed", &seed.to_string(), "--seconds", &HUNT.as_secs().to_string()])
        .env(Mutant::VARIABLE, mutant.as_str())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let is_caught = output.status.success() && began.elapsed() <= HUNT;
    let how = said.lines().last().unwrap_or("nothing was said: built without its mutants?");
    let verdict = if is_caught { "caught" } else { "NOT CAUGHT" };
    if !is_caught {
        println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    }
    println!("mutant {} {verdict} in {} s: {how}", mutant.as_str(), began.elapsed().as_secs());
    is_caught
}

/// In a process in which a rule is broken: whether that is noticed.
async fn hunt(mutant: Mutant, &Arguments { seed, seconds, .. }: &Arguments) -> bool {
    let problem = match mutant {
        Mutant::NoFsync => judge_order_of_promises(seed).await.err(),
        _ => {
            let mut tally = soak(seed, Duration::from_secs(seconds), LANES).await;
            for failed in &tally.failed {
                println!("came to no end: {failed}");
            }
            tally.broken.pop()
        }
    };
    println!("{}", problem.as_deref().unwrap_or("nothing was noticed"));
    problem.is_some()
}
