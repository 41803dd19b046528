//! Measures the portal against peers and prints one line for each result; `cargo xtask bench` builds what it needs,
//! runs it and keeps the results in a table.
//!
//! Samples of the two sides are taken in turn, so that what else the machine does meets both alike; ratios are those of
//! medians of one run.

mod application;
mod checks;
mod contract;
mod enqueue;
mod fitting;
mod furnished;
mod hostile;
#[path = "../../crates/portal-imaging/tests/it/hostile_set.rs"]
mod hostile_set;
mod keystroke;
mod measure;
mod memory;
#[allow(dead_code, reason = "what has to be built is for xtask")]
mod names;
mod peer;
mod photos;
#[allow(dead_code, reason = "tests need more of them")]
#[path = "../../crates/portal-imaging/tests/it/pictures.rs"]
mod pictures;
mod postgres;
mod queued;
mod reading;
mod screen;
mod slots;
mod upload;
mod window;

use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use furnished::Furnished;
use names::BENCHMARKS;
use tempfile::TempDir;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let wanted = match words[..] {
        ["fill", profile] => {
            furnished::fill(Path::new(profile)).await;
            return ExitCode::SUCCESS;
        }
        [contract::CHILD] => {
            contract::once();
            return ExitCode::SUCCESS;
        }
        [hostile::CHILD, folder] => {
            hostile::most_memory(Path::new(folder));
            return ExitCode::SUCCESS;
        }
        [queued::CHILD, what, profile, backend] => {
            queued::act(what, Path::new(profile), backend).await;
            return ExitCode::SUCCESS;
        }
        [] => BENCHMARKS.iter().map(|known| known.name).collect(),
        [name] => match names::find(name) {
            Ok(found) => vec![found.name],
            Err(sentence) => {
                eprintln!("{sentence}");
                return ExitCode::FAILURE;
            }
        },
        _ => {
            eprintln!("one name, or none for all benchmarks");
            return ExitCode::FAILURE;
        }
    };
    run(&wanted).await;
    ExitCode::SUCCESS
}

async fn run(wanted: &[&str]) {
    // Made once for all that need it.
    let mut furnished: Option<Furnished> = None;
    for name in wanted {
        match *name {
            "checks" => checks::run(),
            "contract" => contract::run(),
            "enqueue" => enqueue::run().await,
            "photos" => fitting::run(),
            "photos-corners" => photos::corners(),
            "photos-hostile" => hostile::run(),
            "photos-qr" => reading::codes(),
            "photos-read" => reading::papers(),
            "photos-verdicts" => photos::verdicts(),
            "photos-phone" => slots::phone().await,
            "photos-window" => slots::window().await,
            "upload" => upload::run().await,
            "postgres" => postgres::run().await,
            "queued" => queued::run().await,
            "window" => {
                window::run();
                window::first_draft().await;
            }
            "keystroke" => keystroke::run(furnish(&mut furnished).await).await,
            "memory" => memory::run(furnish(&mut furnished).await).await,
            other => unreachable!("{other} is among the names and not here"),
        }
    }
}

async fn furnish(furnished: &mut Option<Furnished>) -> &Furnished {
    if furnished.is_none() {
        *furnished = Some(Furnished::new().await);
    }
    furnished.as_ref().expect("made just now")
}

/// A folder on the disk that the target folder is on: the system's temporary folder may be in memory, where making
/// things durable costs nothing.
fn folder(name: &str) -> TempDir {
    let program = std::env::current_exe().expect("the path of this program");
    let target = program.parent().and_then(Path::parent).expect("it runs from the target folder");
    tempfile::Builder::new().prefix(&format!("bench-{name}-")).tempdir_in(target).expect("a folder there")
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark has the machine's time; rules get theirs passed in"
)]
fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(now.as_millis()).expect("a clock before the end of time")
}
