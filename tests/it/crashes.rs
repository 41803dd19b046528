//! Killed as it is about to change the disk, at every such system call one after another: crash points C1–C4 and
//! C15–C17 of the protocol. `strace` delivers the SIGKILL; what a test asks for is done before or it isn't, never half.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use portal_app::App;
use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::view::{CaseView, TimelineKind};
use portal_app::{Config, system_clock};
use portal_tests::{
    Blow, CALLS, Running, assert_received, config, draft, judge_stored_photos, open_portal, phone, photo,
    received, sign_in_by_phone, submit, until, wait_for,
};

use crate::computer::{CHANGES, Computer, strace};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_durable_on_the_computer_before_a_row_names_it() {
    let computer = Computer::of_a_guest();
    let app = computer.open().await;
    let case = app.case_create().await.unwrap();
    app.close().await;
    drop(app);
    for shelf in 0..=0xff_u8 {
        // As a crash may leave them: there, and never made durable.
        fs::create_dir_all(computer.blobs().join(format!("{shelf:02x}"))).unwrap();
    }
    let pictures = tempfile::tempdir().unwrap();
    let file = pictures.path().join("photo.jpg");
    fs::write(&file, photo(520, 1200, 900)).unwrap();
    let id = case.case_id.to_string();
    let log = computer.traced(&["case", "photo", &id, "storefront", file.to_str().unwrap()], CALLS);
    // What is sent, and the file as it came where that is another.
    assert!(judge_stored_photos(&log, &computer.blobs()).unwrap() >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_whose_storing_is_cut_off_is_there_whole_or_not_at_all() {
    let computer = Computer::of_a_guest();
    let app = computer.open().await;
    let mut case = draft(&app, 51, MerchantKind::Micro).await;
    let slot = case.photos[0].slot;
    case = app.photo_remove(case.case_id, case.photos[0].photo_id).await.unwrap();
    app.close().await;
    drop(app);

    let pictures = tempfile::tempdir().unwrap();
    let file = pictures.path().join("photo.jpg");
    let (mut added, mut refused, mut half_written, mut unknown) = (0, 0, 0, 0);
    let id = case.case_id.to_string();
    for call in CHANGES {
        for nth in 1.. {
            fs::write(&file, photo(u64::from(nth) * 1000 + added + refused, 1200, 900)).unwrap();
            let before = computer.sealed().len();
            let command = ["case", "photo", &id, slot.as_str(), file.to_str().unwrap()];
            let killed = computer.is_killed(&command, call, nth);
            half_written += computer.unfinished();
            let app = computer.open().await;
            let mut now = app.case_show(case.case_id).await.unwrap();
            for photo in &now.photos {
                assert!(!app.photo_bytes(photo.photo_id, None).await.unwrap().is_empty(), "{call} {nth}");
            }
            if now.photos.len() == case.photos.len() {
                assert!(killed, "{call} {nth}: not added, though it wasn't killed");
                assert_eq!(now.dossier, case.dossier);
                unknown += computer.sealed().len() - before;
                refused += 1;
            } else {
                assert_eq!(now.photos.len(), case.photos.len() + 1, "{call} {nth}");
                let new = now.photos.iter().find(|photo| photo.slot == slot).unwrap().photo_id;
                now = app.photo_remove(now.case_id, new).await.unwrap();
                added += 1;
            }
            case = now;
            app.close().await;
            if !killed {
                break;
            }
        }
    }
    assert!(added > 0 && refused > 0, "killed before and after it was done: {refused}, {added}");
    assert!(half_written > 0, "C1: killed while a file was written");
    assert!(unknown > 0, "C2: killed when the file was there and no row knew it");

    let app = open_portal(computer.profile.path(), computer.backend.address()).await;
    app.photo_add(case.case_id, slot, photo(510, 1200, 900)).await.unwrap();
    until(&app, "the half-written files to be swept", async || (computer.unfinished() == 0).then_some(()))
        .await;
    sign_in_by_phone(&app, &computer.backend, &phone(51)).await;
    assert_eq!(computer.sealed(), [] as [PathBuf; 0], "nothing is left under the guest's key");
    submit(&app, case.case_id).await;
    received(&app, case.case_id).await;
    assert_received(&app, &computer.backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_is_cut_off_is_a_whole_draft_or_one_operation() {
    let computer = Computer::enrolled(52).await;
    let app = computer.open().await;
    let mut case = draft(&app, 52, MerchantKind::Micro).await;
    app.close().await;
    drop(app);

    let (mut drafts, mut operations) = (0, 0);
    let id = case.case_id.to_string();
    for call in CHANGES {
        for nth in 1.. {
            let killed = computer.is_killed(&["case", "submit", &id], call, nth);
            let app = computer.open().await;
            let now = app.case_show(case.case_id).await.unwrap();
            assert_eq!(now.dossier, case.dossier, "{call} {nth}");
            let items = app.outbox_show().await.unwrap().items.len();
            match now.status {
                CaseStatus::Draft => {
                    assert!(killed, "{call} {nth}: not submitted, though it wasn't killed");
                    assert_eq!(items, 0, "{call} {nth}");
                    drafts += 1;
                }
                CaseStatus::Queued => {
                    assert_eq!(items, 1, "{call} {nth}");
                    operations += 1;
                    case = app.case_unqueue(case.case_id).await.unwrap();
                }
                other => panic!("{call} {nth}: {other:?}"),
            }
            app.close().await;
            if !killed {
                break;
            }
        }
    }
    assert!(drafts > 0, "C3: killed before the operation was there");
    assert!(operations > CHANGES.len(), "C4: killed after it was there and before anybody was told");

    let app = computer.open().await;
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &computer.backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_and_an_event_whose_storing_is_cut_off_are_asked_for_again() {
    let computer = Computer::enrolled(53).await;
    let sync = ["sync", "--once"];
    let mut seed = 530;
    let mut case = queued(&computer, seed).await;
    let mut cases = vec![case.case_id];
    let mut before_the_receipt_was_stored = 0;
    // Every page is written by two calls, and every call costs a new case: each seventh shows each kind of moment.
    for (call, stride) in [("pwrite64", 7), ("fsync", 1)] {
        for nth in (1..).step_by(stride) {
            let killed = computer.is_killed(&sync, call, nth);
            let known = computer.backend.admin(&["case", "list"]);
            let is_there =
                known.as_array().unwrap().iter().any(|line| line["case_id"] == case.case_id.to_string());
            if !is_there {
                assert!(killed, "{call} {nth}: not received, though it wasn't killed");
                continue;
            }
            let app = computer.open().await;
            if !app.outbox_show().await.unwrap().items.is_empty() {
                before_the_receipt_was_stored += 1;
            }
            app.close().await;
            drop(app);
            if !killed {
                break;
            }
            computer.portal().ask(&sync);
            seed += 1;
            case = queued(&computer, seed).await;
            cases.push(case.case_id);
        }
    }
    computer.portal().ask(&sync);
    assert!(before_the_receipt_was_stored > 0, "C15: received there, and the receipt not stored here");
    let app = computer.open().await;
    assert_eq!(app.app_safety().await.unwrap().pending, 0);
    for case_id in &cases {
        assert_received(&app, &computer.backend, *case_id).await;
        assert_eq!(times(&app.case_show(*case_id).await.unwrap(), TimelineKind::Received), 1, "C17");
    }
    app.close().await;
    drop(app);

    let (mut untold, mut told) = (0, 0);
    for (case_id, nth) in cases.iter().zip(1..) {
        let id = case_id.to_string();
        computer.backend.admin(&["case", "return", &id, "--pointer", "/shop/name", "--reason", "incomplete"]);
        computer.is_killed(&sync, "pwrite64", nth * 2);
        let app = computer.open().await;
        let now = app.case_show(*case_id).await.unwrap();
        match times(&now, TimelineKind::Returned) {
            0 => untold += 1,
            1 => told += 1,
            more => panic!("returned {more} times"),
        }
        assert_eq!(now.status == CaseStatus::Returned, times(&now, TimelineKind::Returned) == 1);
        app.close().await;
    }
    assert!(untold + told == cases.len() && untold > 0, "C17: {untold} killed before, {told} after");
    computer.portal().ask(&sync);
    let app = computer.open().await;
    for case_id in &cases {
        let now = app.case_show(*case_id).await.unwrap();
        assert_eq!((now.status, times(&now, TimelineKind::Returned)), (CaseStatus::Returned, 1));
        computer.backend.assert_photos(&now.dossier);
    }
    app.close().await;
}

async fn queued(computer: &Computer, seed: u64) -> CaseView {
    let app = computer.open().await;
    let case = draft(&app, seed, MerchantKind::Micro).await;
    let case = submit(&app, case.case_id).await;
    app.close().await;
    case
}

fn times(case: &CaseView, what: TimelineKind) -> usize {
    case.timeline.iter().filter(|entry| entry.what == what).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_up_after_acceptance_that_is_cut_off_goes_on_and_takes_only_what_nothing_names() {
    let computer = Computer::enrolled(54).await;
    let accepted = accepted(&computer, 54).await;
    for call in ["fdatasync", "unlink", "unlink"] {
        // Which goes first is not said; what is cut off stays, so that there is always one to go on with.
        let file = accepted.garbage.iter().find(|file| file.exists()).unwrap();
        age(&computer.sealed());
        let watching = computer.portal().command(&["sync", "--watch"]);
        let traced = strace(&watching, Blow::Kill, call, 1, &computer.calls(), Some(file.as_path()));
        let mut clearing = Running::start(traced);
        wait_for("the portal to be killed", Duration::from_secs(90), || clearing.is_over().then_some(()));
        assert!(file.exists(), "killed before it was removed");
        accepted.photos_are_here(&computer).await;
    }
    accepted.rest_is_cleared_up(&computer).await;
}

/// A case that was accepted, and the files of photos that were taken out of it.
pub struct Accepted {
    pub case: CaseView,
    pub garbage: Vec<PathBuf>,
}

impl Accepted {
    /// Nothing that the case names is gone, by its bytes.
    pub async fn photos_are_here(&self, computer: &Computer) {
        let app = computer.open().await;
        for photo in &app.case_show(self.case.case_id).await.unwrap().photos {
            assert!(!app.photo_bytes(photo.photo_id, None).await.unwrap().is_empty());
        }
        app.close().await;
    }

    /// The portal by itself removes what is left of the garbage, and only that.
    pub async fn rest_is_cleared_up(&self, computer: &Computer) {
        age(&computer.sealed());
        let app = open_portal(computer.profile.path(), computer.backend.address()).await;
        computer.unlock(&app).await;
        until(&app, "the rest to be cleared up", async || {
            self.garbage.iter().all(|file| !file.exists()).then_some(())
        })
        .await;
        let now = app.case_show(self.case.case_id).await.unwrap();
        assert_eq!((now.status, now.photos.len()), (CaseStatus::Accepted, self.case.photos.len()));
        computer.backend.assert_photos(&now.dossier);
        for photo in &now.photos {
            let here = app.photo_bytes(photo.photo_id, None).await.unwrap();
            let (_, _, sent) =
                now.dossier.photos().find(|(_, _, sent)| sent.photo_id == photo.photo_id).unwrap();
            assert_eq!(here, computer.backend.blob(&sent.sha256));
        }
        app.close().await;
    }
}

/// Three days ago photos were added and taken out again.
pub async fn accepted(computer: &Computer, seed: u64) -> Accepted {
    let clock = Arc::new(|| system_clock() - 3 * DAY.as_millis() as i64);
    let config = config(computer.profile.path(), computer.backend.address());
    let app = App::open(Config { background: false, clock, ..config }).await.unwrap();
    computer.unlock(&app).await;
    let mut case = draft(&app, seed, MerchantKind::Micro).await;
    let slot = case.photos[0].slot;
    let mut garbage = Vec::new();
    for number in 0..4 {
        let present = case.photos.iter().find(|photo| photo.slot == slot).unwrap().photo_id;
        app.photo_remove(case.case_id, present).await.unwrap();
        let before = computer.sealed();
        case = app.photo_add(case.case_id, slot, photo(seed * 100 + number, 1200, 900)).await.unwrap();
        garbage.extend(computer.sealed().into_iter().filter(|file| !before.contains(file)));
    }
    // The last one stays.
    garbage.pop();
    assert_eq!(garbage.len(), 3);
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    computer.backend.admin(&["case", "accept", &case.case_id.to_string()]);
    app.sync_once().await.unwrap();
    app.close().await;
    Accepted { case, garbage }
}

/// As if nobody had touched them for two days.
pub fn age(files: &[PathBuf]) {
    let now = Duration::from_millis(system_clock().try_into().unwrap());
    let long_ago = SystemTime::UNIX_EPOCH + now - 2 * DAY;
    for file in files {
        File::options().write(true).open(file).unwrap().set_modified(long_ago).unwrap();
    }
}
