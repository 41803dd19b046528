use std::path::PathBuf;
use std::time::{Duration, Instant};

use image::imageops;
use portal_imaging::worker::{Stop, Worker};
use portal_imaging::{FitSpec, Rejection, Step, Turn, fit, inspect, thumbnail};

use crate::hostile_set::hostile_set;
use crate::pictures::{heic, jpeg, page, png_chunk, with_exif};

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
    fn one_that_nobody_waits_for_any_more_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let started = folder.path().join("started");
        let text = format!("touch {}; exec sleep 60", started.display());
        let stop = Stop::default();
        let hung = Worker::new(script(&folder, &text), Duration::from_secs(60)).until(stop.clone());
        let began = Instant::now();
        let asked = std::thread::spawn({
            let hung = hung.clone();
            move || hung.inspect(&vec![0; 1_000_000])
        });
        // The script's own environment is empty: `touch` is found by the shell's default path.
        while !started.exists() {
            assert!(!asked.is_finished(), "the script didn't start");
            std::thread::yield_now();
        }
        stop.now();
        assert_eq!(asked.join().unwrap().unwrap_err(), Rejection::WorkerDied);
        assert_eq!(hung.inspect(b"the next").unwrap_err(), Rejection::WorkerDied);
        assert!(began.elapsed() < Duration::from_secs(30));
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

    /// A frame as a shell prints it: three bytes of a preview.
    const PREVIEW: &str = r#"printf '\000\000\000\043{"body_bytes":3,"answer":"preview"}abc'"#;

    #[test]
    fn a_preview_comes_once_and_is_no_answer() {
        let hangs = format!("{PREVIEW}; exec sleep 60");
        let babbles = format!("while true; do {PREVIEW}; done");
        for (text, wanted, deadline_ms) in [
            (&*hangs, Rejection::TooSlow { deadline_ms: 5_000 }, 5_000),
            (&babbles, Rejection::WorkerDied, 60_000),
            (PREVIEW, Rejection::WorkerDied, 60_000),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let broken = Worker::new(script(&folder, text), Duration::from_millis(deadline_ms));
            let mut shown = Vec::new();
            let show = |preview: &[u8]| shown.extend_from_slice(preview);
            let refused = broken.fit_showing(b"picture", &FitSpec::default(), Turn::None, show);
            assert_eq!((refused.unwrap_err(), &*shown), (wanted, &b"abc"[..]), "{text}");
            // Who asked for no picture takes none.
            assert_eq!(broken.inspect(b"picture").unwrap_err(), Rejection::WorkerDied, "{text}");
        }
    }
}

/// What the system keeps the worker to, seen from outside while it waits for its request.
#[cfg(target_os = "linux")]
mod confined {
    use std::fs::{self, File};
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Child, Command, Stdio};

    use portal_imaging::worker::{ADDRESS_SPACE_BYTES, limit_self};
    use rustix::io::FdFlags;

    use super::*;

    /// The worker with half a frame: it waits for the rest.
    fn waiting() -> Child {
        let mut child = Command::new(env!("CARGO_BIN_EXE_portal-photo-worker"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(&[0, 0]).unwrap();
        child
    }

    #[test]
    fn the_worker_limits_itself() {
        let mut child = waiting();
        let limits = format!("/proc/{}/limits", child.id());
        let expected = [
            ("Max address space", ADDRESS_SPACE_BYTES.to_string()),
            ("Max cpu time", "60".to_owned()),
            ("Max open files", "16".to_owned()),
            ("Max file size", "0".to_owned()),
            ("Max core file size", "0".to_owned()),
        ];
        let limited = (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            let text = fs::read_to_string(&limits).unwrap();
            expected.iter().all(|(name, most)| {
                text.lines().any(|line| {
                    let rest = line.strip_prefix(name).unwrap_or_default();
                    rest.split_whitespace().take(2).eq([most, most])
                })
            })
        });
        drop(child.stdin.take());
        assert!(limited);
        assert!(!child.wait().unwrap().success(), "half a request is no request");
    }

    /// Not a test by itself: what a decoder that asks for too much meets.
    #[test]
    #[ignore = "run in a process of its own by the next test"]
    fn bomb() {
        limit_self(ADDRESS_SPACE_BYTES).unwrap();
        let mut bomb: Vec<u8> = Vec::new();
        assert!(bomb.try_reserve_exact(50_000_000).is_ok());
        assert!(bomb.try_reserve_exact(usize::try_from(ADDRESS_SPACE_BYTES).unwrap()).is_err());
    }

    #[test]
    fn a_bomb_gets_no_more_memory_than_the_limit() {
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker::confined::bomb", "--ignored", "--test-threads=1"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && said.contains("1 passed"), "{said}");
    }

    /// A picture that is small on disk and promises 10.8 GB of pixels.
    #[test]
    fn a_picture_that_promises_gigabytes_is_refused_and_the_worker_lives() {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(png_chunk(b"IHDR", &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0]));
        png.extend(png_chunk(b"IDAT", &[0x78, 0x01]));
        png.extend(png_chunk(b"IEND", &[]));
        let refused = worker().fit(&png, &FitSpec::default()).unwrap_err();
        assert!(matches!(refused, Rejection::TooManyPixels { .. }), "{refused:?}");
    }

    /// Each is refused by name within a second, inside the worker's memory.
    #[test]
    fn the_hostile_set_is_refused_in_a_second() {
        for (name, file) in hostile_set() {
            let answered = (0..3).any(|_| {
                let began = Instant::now();
                let refused = worker().fit(&file, &FitSpec::default()).unwrap_err();
                assert!(
                    !matches!(refused, Rejection::WorkerDied | Rejection::TooSlow { .. }),
                    "{name}: {refused:?}"
                );
                // Other work of the machine may slow one try.
                began.elapsed() < Duration::from_secs(1)
            });
            assert!(answered, "{name} takes more than a second");
        }
    }

    /// The largest picture of most telephones goes through within the worker's memory.
    #[test]
    fn twelve_megapixels_of_heic_fit_in_the_memory() {
        let file = heic(&page(4032, 3024, 2, 5));
        let fitted = worker().fit(&file, &FitSpec::default()).unwrap();
        assert_eq!((fitted.width, fitted.height), (2000, 1500));
        assert!(fitted.bytes.len() <= 500_000);
    }

    /// The largest picture of an iPhone, 48 megapixels, is halved tile by tile within the memory.
    #[test]
    fn a_heic_of_many_megapixels_is_halved_in_tiles() {
        let picture = page(8064, 6048, 3, 4);
        let fitted = worker().fit(&heic(&picture), &FitSpec::default()).unwrap();
        assert_eq!((fitted.width, fitted.height), (2000, 1500));
        let resized = Step::Resized { from: (8064, 6048), to: (2000, 1500) };
        assert!(fitted.steps.contains(&resized), "{:?}", fitted.steps);
        // It shows the same, in every tile, as a reduced picture that was never in tiles.
        let reduced = imageops::resize(&picture, 2000, 1500, imageops::FilterType::Triangle);
        let seen = image::load_from_memory(&fitted.bytes).unwrap().to_rgb8();
        let apart: u64 =
            reduced.as_raw().iter().zip(seen.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(
            apart < 6 * reduced.as_raw().len() as u64,
            "{}",
            apart as f64 / reduced.as_raw().len() as f64
        );
    }

    #[test]
    fn the_worker_inherits_neither_variables_nor_open_files() {
        let folder = tempfile::tempdir().unwrap();
        // An open file that children would get: what a C library, or whoever started the portal, may leave behind.
        let leaked = File::create(folder.path().join("leaked")).unwrap();
        rustix::io::fcntl_setfd(&leaked, FdFlags::empty()).unwrap();
        let seen = folder.path().join("seen");
        let spy = folder.path().join("worker.sh");
        // The shell itself adds PWD, and `_` for a program it starts; 10 and up are its own.
        let text =
            format!("#!/bin/sh\n{{ set; ls -l /proc/$$/fd; }} > {} 2>&1\ncat > /dev/null\n", seen.display());
        fs::write(&spy, text).unwrap();
        fs::set_permissions(&spy, fs::Permissions::from_mode(0o755)).unwrap();
        let answer = Worker::new(spy, Duration::from_secs(20)).inspect(b"picture");
        assert_eq!(answer.unwrap_err(), Rejection::WorkerDied);
        let seen = fs::read_to_string(seen).unwrap();
        assert!(seen.contains("PWD='/'"), "{seen}");
        for variable in ["HOME=", "CARGO", "TMPDIR"] {
            assert!(!seen.contains(variable), "{variable} in {seen}");
        }
        assert!(seen.contains("pipe:") && !seen.contains("leaked"), "{seen}");
    }
}
