//! `queued`: a computer that was offline for long, with 10,000 operations to send. What they cost at the start, and
//! whether one run sends them all without taking more memory than a hundred would.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use portal_domain::ids::DeviceId;
use portal_domain::track::ReviewStep;
use portal_store::{Finalise, Finalised, NewBlob, NewCase, Store, hash};
use portal_tests::{Application, Backend, PASSPHRASE, PIN, open_quiet, phone, sign_in_by_phone};
use portal_vault::{OpenMode, Sensitive};

use crate::furnished;
use crate::measure::{Goal, Samples, alone};

/// Of the photos, which all share: they are sent once.
const PHOTO_BYTES: usize = 100_000;
const QUEUED: u64 = 10_000;
/// Their memory is what others are held against.
const FEW: u64 = 100;
const STARTS: usize = 7;
/// Where no backend listens. Starts are without one, so that they send nothing of what is to be sent later.
pub const NOBODY: &str = "http://127.0.0.1:9";
/// The first word of this program as one that does one thing to a profile and says what it took.
pub const CHILD: &str = "queued";

pub async fn run() {
    let folder = crate::folder("queued");
    // One account may send a thousand at once and then a hundred a second; this one has a backlog of months.
    let unlimited = ["--requests-per-address", "0", "--requests-per-account", "0"];
    let backend = Backend::start_with(&folder.path().join("backend"), &unlimited);
    let mut profiles = Vec::new();
    for (number, count) in [(1, 0), (2, FEW), (3, QUEUED)] {
        let profile = folder.path().join(format!("profile-{count}"));
        enrol(&profile, &backend, number).await;
        fill(&profile, number, count).await;
        profiles.push(profile);
    }
    let [empty, few, full] = <[PathBuf; 3]>::try_from(profiles).expect("three profiles");

    let (mut empty_times, mut full_times) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        empty_times.push(child("start", &empty, NOBODY).time);
        full_times.push(child("start", &full, NOBODY).time);
    }
    let (empty_times, full_times) = (Samples::new(empty_times), Samples::new(full_times));
    let more_ms = full_times.median() - empty_times.median();
    let ours = format!("{:.0} ms, empty {:.0} ms", full_times.median(), empty_times.median());
    alone("queued-start", &ours, more_ms, Goal::AtMost(50.0), "ms over an empty queue");

    let (few, full) = (child("send", &few, backend.address()), child("send", &full, backend.address()));
    let ours = format!("{} of {QUEUED} in {:.0} s", full.received, full.time.as_secs_f64());
    alone("queued-sent", &ours, full.received as f64, Goal::AtLeast(QUEUED as f64), "in one run");
    let more_mib = (full.peak_kib as f64 - few.peak_kib as f64) / 1024.0;
    let ours = format!("{} MiB, {FEW} {} MiB", full.peak_kib / 1024, few.peak_kib / 1024);
    alone("queued-memory", &ours, more_mib, Goal::AtMost(16.0), &format!("MiB over {FEW} queued"));
}

async fn enrol(profile: &Path, backend: &Backend, number: u64) {
    let app = open_quiet(profile, backend.address()).await;
    sign_in_by_phone(&app, backend, &phone(number)).await;
    app.close().await;
}

/// Queues operations as the portal does, without its checks and its picture work.
async fn fill(profile: &Path, number: u64, count: u64) {
    let passphrase = OpenMode::Passphrase(Sensitive::new(PASSPHRASE.to_owned()));
    let store = furnished::store_of(profile, passphrase).await;
    let photos = Application::new(number, PHOTO_BYTES, crate::now_ms()).photos;
    for (_, content) in &photos {
        store.put_blob(content.to_vec(), crate::now_ms()).await.unwrap();
    }
    let device_id = device_id(profile);
    for seed in 1..=count {
        let contents = photos.iter().map(|(_, content)| content.clone());
        queue(&store, Application::with(seed, contents, crate::now_ms()), device_id).await;
    }
    store.close().await;
}

async fn queue(store: &Store, application: Application, device_id: DeviceId) {
    let profile = portal_tests::profile();
    let new = NewCase {
        case_id: application.case_id,
        owner: None,
        profile_id: profile.id.clone(),
        profile_version: profile.version.clone(),
        dossier: application.dossier.clone(),
    };
    let case = store.create_case(new, crate::now_ms()).await.unwrap();
    let body = application.body(device_id).to_vec();
    let blobs = application.blobs().into_iter();
    let finalise = Finalise {
        op_id: application.op_id,
        case_id: case.case_id,
        expected_revision: case.revision,
        kind: "application.submit".to_owned(),
        step: Some(ReviewStep::Submit),
        body_sha: hash(&body),
        body,
        blobs: blobs.map(|blob| NewBlob { slot: blob.slot, sha: blob.sha, size_bytes: blob.size }).collect(),
        local_receipt: Some(application.local_receipt),
        paused: false,
    };
    let finalised = store.finalise(finalise, crate::now_ms()).await.unwrap();
    assert!(matches!(finalised, Finalised::Queued(_)), "{finalised:?}");
}

/// As the profile's plain record of this computer says.
fn device_id(profile: &Path) -> DeviceId {
    let record = std::fs::read(profile.join("device.json")).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
    record["device_id"].as_str().unwrap().parse().unwrap()
}

/// What a child has done, and what it took.
struct Told {
    received: u64,
    time: Duration,
    /// The most memory it ever had.
    peak_kib: u64,
}

fn child(what: &str, profile: &Path, backend: &str) -> Told {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([CHILD, what]).arg(profile).arg(backend);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = words.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [received, micros, peak_kib] = numbers[..] else { panic!("{what} said {words:?}") };
    Told { received, time: Duration::from_micros(micros), peak_kib }
}

/// A portal from nothing to what it shows first, or until one run has sent what it could. Prints how many were received,
/// the microseconds, and the most memory in KiB.
pub async fn act(what: &str, profile: &Path, backend: &str) {
    let began = Instant::now();
    let app = open_quiet(profile, backend).await;
    let accounts = app.session_state().await.unwrap().accounts;
    app.session_unlock(accounts[0].account.clone(), PIN.to_owned()).await.unwrap();
    app.workbench_show().await.unwrap();
    app.outbox_show().await.unwrap();
    let received = match what {
        "start" => 0,
        _ => app.sync_once().await.unwrap().received,
    };
    let took = began.elapsed();
    app.close().await;
    println!("{received} {} {}", took.as_micros(), peak_kib());
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}
