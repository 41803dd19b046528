//! `photos-hostile`: files that are made to do harm, each given to the photo worker: all are refused by name, how long the
//! slowest takes, and what a worker had in memory at most. And by how much the models for reading make an installer larger.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use portal_imaging::worker::Worker;
use portal_imaging::{FitSpec, Rejection};
use portal_recognition::{DETECTION, LETTERS, Models, RECOGNITION};

use crate::hostile_set::hostile_set;
use crate::measure::{Goal, alone, share};

const TRIES: usize = 5;
/// Starts this program for [`most_memory`].
pub const CHILD: &str = "hostile-memory";

pub fn run() {
    let worker = Worker::installed().expect("the worker beside this program");
    let set = hostile_set();
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    for (name, file) in &set {
        let mut by_name = true;
        let times = (0..TRIES).map(|_| {
            let began = Instant::now();
            let answer = worker.fit(file, &FitSpec::default());
            let took = began.elapsed();
            by_name &= !matches!(answer, Ok(_) | Err(Rejection::WorkerDied | Rejection::TooSlow { .. }));
            took
        });
        slowest = slowest.max(times.max().expect("tries"));
        if by_name {
            refused += 1;
        } else {
            println!("{name} was not refused by name");
        }
    }
    share("photos-hostile", refused, set.len(), Goal::AtLeast(100.0));
    let ms = slowest.as_secs_f64() * 1e3;
    alone("photos-hostile-time", &format!("{ms:.0} ms at most"), ms, Goal::AtMost(1000.0), "ms");
    let folder = crate::folder("hostile");
    for (index, (_, file)) in set.iter().enumerate() {
        fs::write(folder.path().join(index.to_string()), file).expect("a file");
    }
    let program = std::env::current_exe().expect("this program");
    let told = Command::new(program).arg(CHILD).arg(folder.path()).output().expect("this program again");
    let kib: f64 = String::from_utf8_lossy(&told.stdout).trim().parse().expect("a number");
    let mib = kib / 1024.0;
    alone("photos-hostile-memory", &format!("{mib:.0} MiB at most"), mib, Goal::AtMost(300.0), "MiB");
    models();
}

/// Prints what a worker had in memory at most, in KiB, of a folder of files. In a process that has little itself: what starts
/// a program counts as the program's, too.
pub fn most_memory(folder: &Path) {
    let worker = Worker::installed().expect("the worker beside this program");
    for entry in fs::read_dir(folder).expect("a folder") {
        let file = fs::read(entry.expect("a file").path()).expect("a file");
        // What it says was seen before.
        worker.fit(&file, &FitSpec::default()).ok();
    }
    println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage").max_rss());
}

/// As installers compress.
fn models() {
    let folder = Models::locate().expect("set-up has installed the models");
    let bytes: usize =
        [DETECTION, RECOGNITION, LETTERS].iter().map(|name| compressed(&folder.join(name))).sum();
    let mb = bytes as f64 / 1e6;
    alone("photos-models", &format!("{mb:.1} MB in an installer"), mb, Goal::AtMost(10.0), "MB");
}

fn compressed(file: &Path) -> usize {
    let mut gzip = Command::new("gzip");
    gzip.arg("-9").stdin(File::open(file).expect("a model"));
    let packed = gzip.output().expect("gzip");
    assert!(packed.status.success(), "gzip failed");
    packed.stdout.len()
}
