//! The program behind `cargo xtask load`: many desktops that submit applications to one server, over the real protocol.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test program: a failure here is a failed run, and it measures time"
)]

mod measured;
mod stored;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use measured::{Process, percentile_ms};
use portal_tests::{Application, Backend, Enrolled, phone};

const USAGE: &str = "usage: load [--desktops N] [--seconds S] [--stored CASES]";
/// All come from one address, and each enrols.
const UNLIMITED: [&str; 6] =
    ["--requests-per-address", "0", "--connections-per-address", "100000", "--codes-per-address", "1000000"];
/// What a photo of a document has after fitting.
const PHOTO_BYTES: usize = 300_000;

struct Arguments {
    desktops: u64,
    seconds: u64,
    /// Cases to be there before it begins.
    stored: u64,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    tokio::runtime::Runtime::new().unwrap().block_on(run(&arguments));
    ExitCode::SUCCESS
}

fn arguments(mut words: impl Iterator<Item = String>) -> Option<Arguments> {
    let mut arguments = Arguments { desktops: 100, seconds: 30, stored: 0 };
    while let Some(word) = words.next() {
        let value = words.next()?.parse().ok()?;
        match word.as_str() {
            "--desktops" => arguments.desktops = value,
            "--seconds" => arguments.seconds = value,
            "--stored" => arguments.stored = value,
            _ => return None,
        }
    }
    (arguments.desktops > 0).then_some(arguments)
}

async fn run(arguments: &Arguments) {
    let Arguments { desktops, seconds, stored } = *arguments;
    let data = measured::folder();
    let backend = Backend::start_with(data.path(), &UNLIMITED);
    let desktops = enrolled(&backend, desktops).await;
    if stored > 0 {
        stored::grow(&desktops[0], data.path(), stored).await;
    }
    let numbers = Arc::new(AtomicU64::new(1));
    let server = Process::of(backend.id());
    let (began, deadline) = (Instant::now(), Instant::now() + Duration::from_secs(seconds));
    let running = desktops.into_iter().map(|desktop| {
        let numbers = Arc::clone(&numbers);
        tokio::spawn(async move {
            let mut took = Vec::new();
            let mut failed = 0_u64;
            while Instant::now() < deadline {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                let application = Application::new(number, PHOTO_BYTES, portal_backend::clock::system()());
                let began = Instant::now();
                match desktop.submit(&application).await {
                    Ok(_) => took.push(began.elapsed()),
                    Err(error) => {
                        eprintln!("{error:?}");
                        failed += 1;
                    }
                }
            }
            (took, failed)
        })
    });
    let running: Vec<_> = running.collect();
    let (count, mut took, mut failed) = (running.len(), Vec::new(), 0);
    for desktop in running {
        let (own, own_failed) = desktop.await.unwrap();
        took.extend(own);
        failed += own_failed;
    }
    let elapsed = began.elapsed();
    let used = server.used();
    took.sort();
    println!(
        "load database={} desktops={count} stored={stored} seconds={:.0} submitted={} failed={failed} per_s={:.1} \
         p50={}ms p95={}ms p99={}ms cpu={:.0}% peak={}MiB",
        if std::env::var_os("DATABASE_URL").is_some() { "postgres" } else { "sqlite" },
        elapsed.as_secs_f64(),
        took.len(),
        took.len() as f64 / elapsed.as_secs_f64(),
        percentile_ms(&took, 50),
        percentile_ms(&took, 95),
        percentile_ms(&took, 99),
        used.cpu.as_secs_f64() / elapsed.as_secs_f64() * 100.0,
        used.peak_kib / 1024,
    );
    assert!(failed == 0, "{failed} submissions failed");
}

/// Merchants, each with a computer.
async fn enrolled(backend: &Backend, count: u64) -> Vec<Enrolled> {
    let mut desktops = Vec::new();
    for number in 1..=count {
        desktops.push(Enrolled::merchant(backend, &phone(number)).await);
    }
    desktops
}
