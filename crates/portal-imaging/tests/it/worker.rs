use std::path::PathBuf;
use std::time::{Duration, Instant};

use portal_imaging::worker::Worker;
use portal_imaging::{FitSpec, Rejection, fit, inspect, thumbnail};

use crate::pictures::{jpeg, page, with_exif};

fn worker() -> Worker {
    Worker::new(PathBuf::from(env!("CARGO_BIN_EXE_portal-photo-worker")), Duration::from_secs(60))
}

#[test]
fn the_worker_answers_like_the_library() {
    let file = with_exif(&jpeg(&page(1400, 1000, 3, 1), 90), 6);
    let spec = FitSpec { send_bytes: 120_000, ..FitSpec::default() };
    assert_eq!(worker().fit(&file, &spec).unwrap(), fit(&file, &spec).unwrap());
    assert_eq!(worker().inspect(&file).unwrap(), inspect(&file).unwrap());
    assert_eq!(worker().thumbnail(&file, 200).unwrap(), thumbnail(&file, 200).unwrap());
    assert_eq!(worker().fit(b"text", &spec).unwrap_err(), Rejection::NotAnImage);
    assert_eq!(worker().inspect(&file[..5000]).unwrap_err(), Rejection::Truncated);
}

#[test]
fn the_worker_is_found_beside_the_program() {
    assert_eq!(Worker::locate().unwrap(), PathBuf::from(env!("CARGO_BIN_EXE_portal-photo-worker")));
}

#[test]
fn a_missing_worker_is_said_to_be_missing() {
    let gone = Worker::new(PathBuf::from("no-such-program"), Duration::from_secs(5));
    assert_eq!(gone.inspect(b"x").unwrap_err(), Rejection::WorkerUnavailable);
}

#[cfg(unix)]
mod misbehaving {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(folder: &tempfile::TempDir, text: &str) -> PathBuf {
        let path = folder.path().join("worker.sh");
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn one_that_hangs_is_killed_at_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let hung = Worker::new(script(&folder, "exec sleep 60"), Duration::from_millis(300));
        let began = Instant::now();
        // Larger than a pipe's buffer, so that writing hangs too.
        let refused = hung.inspect(&vec![0; 1_000_000]).unwrap_err();
        assert_eq!(refused, Rejection::TooSlow { deadline_ms: 300 });
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn one_that_dies_or_babbles_is_no_answer() {
        for text in ["exit 3", "kill -9 $$", "echo hello world", "cat > /dev/null; printf '\\0\\0\\0\\002{}'"]
        {
            let folder = tempfile::tempdir().unwrap();
            let broken = Worker::new(script(&folder, text), Duration::from_secs(20));
            assert_eq!(broken.inspect(b"picture").unwrap_err(), Rejection::WorkerDied, "{text}");
        }
    }
}

/// A picture whose pixels fit the plan runs under the cap; the cap itself is enforced by the system.
#[cfg(target_os = "linux")]
#[test]
fn the_worker_caps_its_own_memory() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let mut child = Command::new(env!("CARGO_BIN_EXE_portal-photo-worker"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // The worker waits for the rest of this frame, so its limits can be read meanwhile.
    input.write_all(&[0, 0]).unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let expected = portal_imaging::worker::ADDRESS_SPACE_BYTES.to_string();
    let capped = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let text = std::fs::read_to_string(&limits).unwrap();
        text.lines().any(|line| line.starts_with("Max address space") && line.contains(&expected))
    });
    drop(input);
    assert!(capped);
    assert!(!child.wait().unwrap().success());
}
