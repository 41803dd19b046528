//! `photos-hostile`: files that are made to do harm, each given to the photo worker: all are refused by name, how long the
//! slowest takes, and what a worker had in memory at most. And by how much the models for reading make an installer larger.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use portal_imaging::worker::Worker;
use portal_imaging::{FitSpec, Rejection};
use portal_recognition::{DETECTION, LETTERS, Models, RECOGNITION};

use crate::hostile_set::hostile_set;
use crate::measure::{Goal, Samples, alone, share};

const TRIES: usize = 5;

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
        let median = Duration::from_secs_f64(Samples::new(times.collect::<Vec<_>>()).median() / 1e3);
        slowest = slowest.max(median);
        if by_name {
            refused += 1;
        } else {
            println!("{name} was not refused by name");
        }
    }
    share("photos-hostile", refused, set.len(), Goal::AtLeast(100.0));
    let ms = slowest.as_secs_f64() * 1e3;
    alone("photos-hostile-time", &format!("{ms:.0} ms at most"), ms, Goal::AtMost(1000.0), "ms");
    // Of all children of this process: the workers are the largest of this benchmark.
    let kib = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage").max_rss();
    let mib = kib as f64 / 1024.0;
    alone("photos-hostile-memory", &format!("{mib:.0} MiB at most"), mib, Goal::AtMost(300.0), "MiB");
    models();
}

/// As installers compress.
fn models() {
    let folder = Models::locate().expect("set-up has installed the models");
    let bytes: usize = [DETECTION, RECOGNITION, LETTERS].iter().map(|name| compressed(&folder.join(name))).sum();
    let mb = bytes as f64 / 1e6;
    alone("photos-models", &format!("{mb:.1} MB in an installer"), mb, Goal::AtMost(10.0), "MB");
}

fn compressed(file: &Path) -> usize {
    let mut gzip = Command::new("gzip");
    gzip.arg("-9").stdin(File::open(file).expect("a model"));
    gzip.output().expect("gzip").stdout.len()
}
