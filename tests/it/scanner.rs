//! A scanner's folder: what comes into it is to be sorted once it is whole, while somebody waits for it and no longer.

use std::fs;
use std::path::Path;

use portal_app::App;
use portal_app::domain::dossier::{Dossier, MerchantKind, Slot};
use portal_app::error::CommandCode;
use portal_app::view::{HandedFile, ScannerView};
use portal_pictures::{Order, Paper};
use portal_tests::{Backend, PIN, draft, open_quiet, phone, sign_in_by_phone, submit, until};

/// What came, once that is so many.
async fn came(app: &App, count: usize) -> Vec<HandedFile> {
    until(app, "the scanner's files", async || {
        let files = app.scanner_show().await.unwrap().expect("it is watched").files;
        (files.len() == count).then_some(files)
    })
    .await
}

/// Waits until nobody waits for the scanner.
async fn stopped(app: &App) {
    until(app, "the watch to end", async || app.scanner_show().await.unwrap().is_none().then_some(())).await;
}

fn names(files: &[HandedFile]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

fn picture(seed: u64, paper: Paper) -> Vec<u8> {
    Order::new(seed, paper).long_side(2000).taken().bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_scanner_gives_is_sorted_and_stored_once_confirmed() {
    let (folder, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Nobody answers there: all of this works without a network.
    let app = open_quiet(profile.path(), "https://portal.invalid").await;
    let typed = Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() };
    let case_id = app.case_import(typed).await.unwrap().case_id;
    assert_eq!(app.scanner_start(case_id).await.unwrap(), None, "none was ever chosen");

    let scans = folder.path().join("scans");
    fs::create_dir(&scans).unwrap();
    fs::write(scans.join("old.jpg"), picture(2, Paper::IdFront)).unwrap();
    let view = app.scanner_choose(case_id, scans.clone()).await.unwrap();
    let files = Vec::new();
    assert_eq!(view, ScannerView { case_id, folder: "scans".to_owned(), watching: true, files });
    let licence = picture(3, Paper::LicenceLandscape);
    fs::write(scans.join("scan.jpg"), &licence).unwrap();
    let files = came(&app, 1).await;
    assert_eq!((names(&files), files[0].size_bytes), (vec!["scan.jpg"], licence.len() as u64));
    let read = app.scanner_read(files[0].number).await.unwrap();
    assert_eq!(read, licence);
    let sorted = app.photo_sort(case_id, &files[0].name, read.clone(), &[]).await.unwrap();
    assert_eq!(sorted.slot, Some(Slot::BusinessLicence));
    assert!(app.case_show(case_id).await.unwrap().photos.is_empty(), "nothing is stored");

    // Scanned again under its name: the first is no longer to be had, so that nobody puts in what they haven't seen.
    fs::write(scans.join("scan.jpg"), picture(4, Paper::LicenceLandscape)).unwrap();
    let first = files[0].number;
    let again = until(&app, "the second scan", async || {
        let files = app.scanner_show().await.unwrap()?.files;
        files.iter().all(|file| file.number > first).then_some(files)
    })
    .await;
    assert_eq!(names(&again), ["scan.jpg"]);
    let gone = app.scanner_read(files[0].number).await;
    assert_eq!(gone.unwrap_err().code, CommandCode::FileUnusable);

    app.scanner_stop().await.unwrap();
    assert_eq!(app.scanner_show().await.unwrap(), None);
    let confirmed = app.scanner_read(again[0].number).await.unwrap();
    let added = app.photo_add(case_id, Slot::BusinessLicence, confirmed.clone()).await.unwrap();
    assert_eq!(added.photos.len(), 1, "what was confirmed is read although nobody waits any more");
    assert_eq!(fs::read(scans.join("scan.jpg")).unwrap(), confirmed, "the scanner's file stays as it is");

    let remembered = app.scanner_start(case_id).await.unwrap().unwrap();
    assert!(remembered.watching && remembered.files.is_empty(), "{remembered:?}");
    fs::remove_dir_all(&scans).unwrap();
    until(&app, "the folder to be missed", async || {
        app.scanner_show().await.unwrap().filter(|view| !view.watching)
    })
    .await;
    let missing = app.scanner_start(case_id).await.unwrap().unwrap();
    assert_eq!((missing.folder.as_str(), missing.watching), ("scans", false));
    app.close().await;
    assert_eq!(app.scanner_show().await.unwrap(), None);
    assert_names_nothing(profile.path(), folder.path());
}

/// No file of the profile has the path, which names a person's folders.
fn assert_names_nothing(profile: &Path, folder: &Path) {
    let path = folder.to_str().unwrap().as_bytes();
    let mut left = vec![profile.to_owned()];
    while let Some(next) = left.pop() {
        if next.is_dir() {
            left.extend(fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = fs::read(&next).unwrap();
            assert!(!bytes.windows(path.len()).any(|part| part == path), "{} names it", next.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_scanner_behind_a_lock_or_for_a_case_that_was_sent() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    let account = sign_in_by_phone(&app, &backend, &phone(81)).await.session.account.unwrap().account;
    let case_id = draft(&app, 81, MerchantKind::Micro).await.case_id;
    app.scanner_choose(case_id, folder.path().to_owned()).await.unwrap();
    fs::write(folder.path().join("1.jpg"), picture(5, Paper::IdFront)).unwrap();
    let files = came(&app, 1).await;

    app.session_lock().await.unwrap();
    stopped(&app).await;
    fs::write(folder.path().join("2.jpg"), picture(5, Paper::IdBack)).unwrap();
    let read = app.scanner_read(files[0].number).await;
    assert_eq!(read.unwrap_err().code, CommandCode::Locked);
    assert_eq!(app.scanner_start(case_id).await.unwrap_err().code, CommandCode::Locked);

    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    let view = app.scanner_start(case_id).await.unwrap().unwrap();
    assert!(view.watching && view.files.is_empty(), "what came behind the lock is no news: {view:?}");
    fs::write(folder.path().join("3.jpg"), picture(6, Paper::IdFront)).unwrap();
    assert_eq!(names(&came(&app, 1).await), ["3.jpg"]);
    app.scanner_stop().await.unwrap();

    submit(&app, case_id).await;
    assert_eq!(app.scanner_start(case_id).await.unwrap_err().code, CommandCode::Frozen);
    app.session_sign_out().await.unwrap();
    assert_eq!(app.scanner_start(case_id).await.unwrap_err().code, CommandCode::Locked);
    app.close().await;
}
