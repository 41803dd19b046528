//! Disks that fail (crash point C20): full or broken at every call that changes them, on the computer and at the
//! backend; and the backend killed at these calls. What was promised stays, what wasn't is done again.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::{App, system_clock};
use portal_domain::testing::dossier;
use portal_tests::{
    Backend, Blow, Running, Tracer, assert_received, draft, draft_with, open_quiet, phone, photo,
    sign_in_by_phone, submit, wait_for,
};

use crate::computer::{CHANGES, Computer, is_hit, strace};
use crate::crashes::{accepted, age};

const FULL: Blow = Blow::Fail("ENOSPC");
const BROKEN: Blow = Blow::Fail("EIO");

/// Every page is written by a call of its own: one in so many is tried, on each day others.
fn first_and_stride(call: &str) -> (u32, usize) {
    let stride = match call {
        "pwrite64" => 9,
        "fsync" | "fdatasync" => 2,
        _ => 1,
    };
    let day = system_clock() / (24 * 3600 * 1000);
    (1 + (day.unsigned_abs() % stride) as u32, stride as usize)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_whose_disk_fails_says_so_and_loses_nothing() {
    let computer = Computer::enrolled(56).await;
    let app = computer.open().await;
    let mut case = draft(&app, 56, MerchantKind::Micro).await;
    app.close().await;
    drop(app);
    let id = case.case_id.to_string();
    let (mut refused, mut done) = (0, 0);
    for call in CHANGES {
        let (first, stride) = first_and_stride(call);
        println!("{call} from {first}, one of {stride}");
        for (nth, blow) in (first..).step_by(stride).zip([FULL, BROKEN].into_iter().cycle()).take(6) {
            let output = computer.run(&["case", "submit", &id], blow, call, nth).output;
            let said = output.status.code();
            let app = computer.open().await;
            let now = app.case_show(case.case_id).await.unwrap();
            assert_eq!(now.dossier, case.dossier, "{call} {nth} {blow:?}");
            match now.status {
                CaseStatus::Draft => {
                    assert!(said.is_some_and(|code| code != 0), "{call} {nth} {blow:?}: {output:?}");
                    refused += 1;
                }
                CaseStatus::Queued => {
                    assert_eq!(app.outbox_show().await.unwrap().items.len(), 1, "{call} {nth} {blow:?}");
                    case = app.case_unqueue(case.case_id).await.unwrap();
                    done += 1;
                }
                other => panic!("{call} {nth} {blow:?}: {other:?}"),
            }
            app.close().await;
        }
    }
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done all the same");
    let app = computer.open().await;
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &computer.backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_whose_disk_fails_while_it_sends_asks_again_and_is_received_once() {
    let computer = Computer::enrolled(58).await;
    let mut photos: Vec<Vec<u8>> = (0..12).map(|number| photo(5800 + number, 800, 600)).collect();
    let (mut failed, mut passed) = (0, 0);
    for call in ["pwrite64", "fsync"] {
        let (first, stride) = first_and_stride(call);
        println!("{call} from {first}, one of {stride}");
        for (nth, blow) in (first..).step_by(stride).zip([FULL, BROKEN].into_iter().cycle()).take(6) {
            let seed = 58_000 + u64::from(nth) + failed + passed;
            photos[0] = photo(seed, 800, 600);
            let app = computer.open().await;
            let case = draft_with(&app, dossier(seed, MerchantKind::Micro), &photos).await;
            submit(&app, case.case_id).await;
            app.close().await;
            drop(app);
            let output = computer.run(&["sync", "--once"], blow, call, nth).output;
            let app = computer.open().await;
            let now = app.case_show(case.case_id).await.unwrap();
            assert_eq!(now.dossier, case.dossier, "{call} {nth} {blow:?}");
            let waits = app.outbox_show().await.unwrap().items.len();
            if now.receipt_number.is_some() {
                assert_eq!(waits, 0, "{call} {nth} {blow:?}: {output:?}");
                passed += 1;
            } else {
                assert_eq!(waits, 1, "{call} {nth} {blow:?}: {output:?}");
                failed += 1;
                let summary = app.sync_once().await.unwrap();
                assert_eq!((summary.received, summary.attention), (1, 0), "{call} {nth} {blow:?}");
            }
            assert_received(&app, &computer.backend, case.case_id).await;
            app.close().await;
        }
    }
    assert!(failed > 0, "no blow came to anything; {passed} passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_the_disk_refuses_is_not_in_the_case_and_one_in_the_case_is_whole() {
    let computer = Computer::enrolled(59).await;
    let app = computer.open().await;
    let mut case = draft(&app, 59, MerchantKind::Micro).await;
    let slot = case.photos[0].slot;
    case = app.photo_remove(case.case_id, case.photos[0].photo_id).await.unwrap();
    app.close().await;
    drop(app);
    let pictures = tempfile::tempdir().unwrap();
    let (file, id) = (pictures.path().join("photo.jpg"), case.case_id.to_string());
    let (mut refused, mut done) = (0, 0);
    for call in CHANGES {
        let (first, stride) = first_and_stride(call);
        println!("{call} from {first}, one of {stride}");
        for (nth, blow) in (first..).step_by(stride).zip([FULL, BROKEN].into_iter().cycle()) {
            std::fs::write(&file, photo(59_000 + refused + done, 1200, 900)).unwrap();
            let command = ["case", "photo", &id, slot.as_str(), file.to_str().unwrap()];
            let struck = computer.run(&command, blow, call, nth);
            let app = computer.open().await;
            let mut now = app.case_show(case.case_id).await.unwrap();
            for photo in &now.photos {
                assert!(!app.photo_bytes(photo.photo_id, None).await.unwrap().is_empty(), "{call} {nth}");
            }
            let new = now.photos.iter().find(|photo| photo.slot == slot).map(|photo| photo.photo_id);
            match new {
                None => {
                    assert!(!struck.output.status.success(), "{call} {nth} {blow:?}: {:?}", struck.output);
                    assert_eq!(now.dossier, case.dossier, "{call} {nth} {blow:?}");
                    refused += 1;
                }
                Some(new) => {
                    now = app.photo_remove(now.case_id, new).await.unwrap();
                    done += 1;
                }
            }
            case = now;
            app.close().await;
            if !struck.is_hit() {
                break;
            }
        }
    }
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done all the same");
    let app = computer.open().await;
    app.photo_add(case.case_id, slot, photo(59_999, 1200, 900)).await.unwrap();
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &computer.backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_up_that_the_disk_refuses_is_done_another_time_and_takes_nothing_that_is_named() {
    let computer = Computer::enrolled(60).await;
    let accepted = accepted(&computer, 60).await;
    for (call, blow) in [("unlink", FULL), ("unlink", BROKEN), ("fdatasync", BROKEN)] {
        let file = accepted.garbage.iter().find(|file| file.exists()).unwrap();
        age(&computer.sealed());
        let watching = computer.portal().command(&["sync", "--watch"]);
        let log = computer.calls();
        let mut clearing = Running::start(strace(&watching, blow, call, 1, &log, Some(file.as_path())));
        wait_for("the disk to refuse", Duration::from_secs(90), || is_hit(&log).then_some(()));
        end(&log);
        clearing.wait_for_end(Duration::from_secs(30));
        accepted.photos_are_here(&computer).await;
    }
    accepted.rest_is_cleared_up(&computer).await;
}

/// Ends the program whose calls a log holds, and takes the log away for the next one; its tracer ends with it.
fn end(log: &Path) {
    let calls = std::fs::read_to_string(log).unwrap();
    let thread = calls.split(' ').next().unwrap();
    let status = std::fs::read_to_string(Path::new("/proc").join(thread).join("status")).unwrap();
    let program = status.lines().find_map(|line| line.strip_prefix("Tgid:")).unwrap().trim();
    assert!(Command::new("kill").arg(program).status().unwrap().success());
    std::fs::remove_file(log).unwrap();
}

/// A backend and a portal that sends to it.
struct Line {
    app: std::sync::Arc<App>,
    backend: Backend,
    photos: Vec<Vec<u8>>,
    folder: tempfile::TempDir,
}

impl Line {
    async fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let backend = Backend::start(&folder.path().join("backend"));
        let app = open_quiet(&folder.path().join("profile"), backend.address()).await;
        sign_in_by_phone(&app, &backend, &phone(seed)).await;
        let photos = (0..12).map(|number| photo(seed * 100 + number, 800, 600)).collect();
        Self { app, backend, photos, folder }
    }

    /// Sends a new case while the backend gets a blow; gives whether it came to that.
    async fn send(&mut self, seed: u64, blow: Blow, call: &str, nth: u32) -> bool {
        self.photos[0] = photo(seed, 800, 600);
        let case = draft_with(&self.app, dossier(seed, MerchantKind::Micro), &self.photos).await;
        submit(&self.app, case.case_id).await;
        let log = self.folder.path().join("calls");
        let trace = format!("--trace={call}");
        let tracer = Tracer::attach(self.backend.id(), &log, &[&trace, &blow.option(call, nth)]);
        self.app.sync_once().await.unwrap();
        tracer.detach();
        let is_over = self.backend.is_over();
        if is_over {
            self.backend.resume();
        }
        let mut waiting = 1;
        for _ in 0..4 {
            let summary = self.app.sync_once().await.unwrap();
            assert_eq!(summary.attention, 0, "{call} {nth} {blow:?}");
            waiting = summary.waiting;
            if waiting == 0 {
                break;
            }
        }
        assert_eq!(waiting, 0, "{call} {nth} {blow:?}: {:?}", self.app.outbox_show().await.unwrap().items);
        assert_received(&self.app, &self.backend, case.case_id).await;
        is_over || is_hit(&log)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_is_killed_or_whose_disk_fails_receives_once() {
    let mut line = Line::new(57).await;
    let mut blows: u64 = 0;
    for blow in [Blow::Kill, FULL, BROKEN] {
        for call in ["pwrite64", "fsync", "fdatasync", "rename", "ftruncate"] {
            let (first, stride) = first_and_stride(call);
            println!("{call} from {first}, one of {stride}");
            for nth in (first..).step_by(stride) {
                let seed = 57_000 + blows * 100 + u64::from(nth);
                if !line.send(seed, blow, call, nth).await {
                    break;
                }
                blows += 1;
            }
        }
    }
    assert!(blows > 12, "only {blows} blows");
    line.app.close().await;
}
