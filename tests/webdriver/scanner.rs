//! A scanner puts its pictures into a folder: in the real window they are listed once whole, and go to their slots.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use portal_domain::dossier::Slot;
use portal_pictures::{Order, Paper};
use portal_tests::{Backend, CommandLine, Desktop, ENGLISH, Window, photo_of, slot_name, wait_for};

const PATIENCE: Duration = Duration::from_secs(60);
/// A folder dialog that is still there after so long has not taken them.
const TAKES_KEYS: Duration = Duration::from_secs(5);

#[tokio::test]
async fn scans_are_listed_when_they_are_whole_and_put_into_their_slots() {
    let desktop = Desktop::start(1024, 700);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let scans = folder.path().join("scans");
    fs::create_dir(&scans).unwrap();
    let scan = |seed, paper| Order::new(seed, paper).long_side(2000).taken().bytes;
    fs::write(scans.join("before.jpg"), scan(70, Paper::IdFront)).unwrap();

    let window = Window::open(&desktop, &profile, backend.address()).await;
    let words = window.words();
    window.begin_at_photos().await;
    window.press("扫描仪文件夹").await;
    choose_folder(&desktop, &scans);
    window.says("正在等待扫描仪：放进文件夹“scans”").await;
    desktop.keep("scanner-waits.png");

    let licence = scan(73, Paper::LicenceLandscape);
    let (half, rest) = licence.split_at(licence.len() / 2);
    let mut scanner = fs::File::create(scans.join("scan_1.jpg")).unwrap();
    scanner.write_all(half).unwrap();
    fs::write(scans.join("scan_2.jpg"), scan(73, Paper::IdFront)).unwrap();
    window
        .find(&format!(
            "{}[contains(., '{}')]//img",
            line("scan_2.jpg"),
            slot_name(words, Slot::LegalIdPortrait)
        ))
        .await;
    assert_eq!(
        window.client().find_all(fantoccini::Locator::XPath(&line("scan_1.jpg"))).await.unwrap().len(),
        0
    );
    scanner.write_all(rest).unwrap();
    drop(scanner);
    window
        .find(&format!(
            "{}[contains(., '{}')]//img",
            line("scan_1.jpg"),
            slot_name(words, Slot::BusinessLicence)
        ))
        .await;
    desktop.keep("scanner-sorted.png");
    let portal = CommandLine::on(&desktop, &profile, backend.address());
    let case_id = portal.only_case();
    assert!(portal.dossier(case_id).attachments.is_empty(), "nothing is stored before it is confirmed");
    window.press("放入 2 张").await;
    for slot in [Slot::BusinessLicence, Slot::LegalIdPortrait] {
        window.find(&photo_of(words, slot)).await;
    }
    let stored: Vec<Slot> = portal.dossier(case_id).photos().map(|(slot, ..)| slot).collect();
    assert_eq!(stored, [Slot::BusinessLicence, Slot::LegalIdPortrait]);
    assert_eq!(fs::read(scans.join("scan_1.jpg")).unwrap(), licence, "the scanner's file stays as it is");

    // Away from the step nobody waits; back there, the folder of the last time does.
    window.step(words.steps.fees).await;
    window.step(words.steps.photos).await;
    window.press("扫描仪文件夹").await;
    window.says("放进文件夹“scans”").await;
    fs::rename(&scans, folder.path().join("away")).unwrap();
    window.says("读不到扫描仪文件夹“scans”").await;
    desktop.keep("scanner-gone.png");
    fs::rename(folder.path().join("away"), &scans).unwrap();

    let settings = words.settings;
    window.press(settings).await;
    window.tick("English").await;
    window.find("//h1[normalize-space(.)='Settings']").await;
    let window = window.in_words(&ENGLISH);
    window.open_first_case().await;
    window.step(ENGLISH.steps.photos).await;
    window.press("Scanner folder").await;
    window.says("Waiting for the scanner").await;
    desktop.keep("scanner-waits-en.png");
    fs::write(scans.join("scan_3.jpg"), scan(73, Paper::IdBack)).unwrap();
    // In other quotes than its apostrophe.
    let emblem = slot_name(&ENGLISH, Slot::LegalIdEmblem);
    window.find(&format!("{}[contains(., \"{emblem}\")]//img", line("scan_3.jpg"))).await;
    desktop.keep("scanner-sorted-en.png");
    window.press("Cancel").await;
    window.press("Stop waiting").await;
    window.gone("//*[@role='status'][contains(., 'Waiting for the scanner')]").await;
    window.close().await;
}

/// What the dialog says of one file.
fn line(name: &str) -> String {
    format!("//li[.//*[normalize-space(.)='{name}']]")
}

/// In the system's own dialog, whose field for a path opens with the first character of one.
fn choose_folder(desktop: &Desktop, folder: &Path) {
    let title = || desktop.active_title().filter(|title| title != "掌柜");
    wait_for("the folder dialog", PATIENCE, title);
    let mut typed: Option<Instant> = None;
    wait_for("the window to be in front again", PATIENCE, || {
        if desktop.active_title().is_some_and(|title| title == "掌柜") {
            return Some(());
        }
        // One that has just opened, or looks a path up, may lose a key.
        if typed.is_none_or(|at| at.elapsed() > TAKES_KEYS) {
            desktop.press_keys("ctrl+a");
            assert!(desktop.type_slowly(folder.to_str().unwrap(), Duration::from_millis(10)).wait());
            desktop.press_keys("Return");
            typed = Some(Instant::now());
        }
        None
    });
}
