//! A phone takes photos for a slot: the real window shows the code, and a real browser is the phone.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use portal_domain::dossier::Slot;
use portal_tests::{
    Backend, Browser, CommandLine, Desktop, Running, Window, merchant, photo, slot_name, wait_for,
};

/// What the computer says of a photo, on the phone's page.
const JUDGED: &str = "p[contains(@class, 'good') or contains(@class, 'warning')]";

#[tokio::test]
async fn a_phone_takes_photos_for_a_slot() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let photos: Vec<PathBuf> = (1..=3).map(|seed| written(folder.path(), seed)).collect();

    let window = Window::open(&desktop, &profile, backend.address()).await;
    let words = window.words();
    window.press(words.start).await;
    window.step(words.steps.photos).await;
    let slot = slot_name(words, Slot::Storefront);
    let link = window.wait_for_phone(&desktop, Slot::Storefront).await;
    let (host, _) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    assert!(TcpStream::connect(host).is_ok());

    let phone = Browser::on_phone(&desktop, &link, "zh-CN").await;
    phone.find(&format!("//h1[contains(., '{slot}')]")).await;
    window.says("手机已连接").await;
    phone.keep("phone-ready.png").await;
    for (number, (button, file)) in ["拍照", "再拍一张"].into_iter().zip(&photos).enumerate() {
        let taken = Instant::now();
        phone.give_file(button, file).await;
        phone.find(&format!("//li[{}]//{JUDGED}", number + 1)).await;
        let told = taken.elapsed();
        window.says(&format!("已收到 {} 张", number + 1)).await;
        println!(
            "photo {}: judged on the phone after {told:?}, seen in the window after {:?}",
            number + 1,
            taken.elapsed()
        );
    }
    phone.keep("phone-two.png").await;
    let first = "//ul[@aria-label='手机拍来的照片']/li[1]//img";
    let before = window.find(first).await.attr("src").await.unwrap();
    phone.give_file("重拍第 1 张", &photos[2]).await;
    window.changes(first, "src", before).await;
    desktop.keep("window-phone.png");

    // The code is good for one phone.
    let second = Browser::on_phone(&desktop, &link, "en").await;
    second.says("Another phone uses this code").await;
    second.close().await;
    phone.press("拍完了").await;
    phone.says("已结束").await;
    phone.close().await;
    window.says("已停止等待手机").await;
    wait_for("the listener to be gone", Duration::from_secs(10), || {
        TcpStream::connect(host).is_err().then_some(())
    });

    let portal = CommandLine::on(&desktop, &profile, backend.address());
    let case_id = portal.only_case();
    let dossier = portal.dossier(case_id);
    let kept: Vec<_> =
        dossier.photos().map(|(slot, index, photo)| (slot, index, photo.original_bytes)).collect();
    let size = |file: &PathBuf| file.metadata().unwrap().len();
    assert_eq!(kept, [(Slot::Storefront, 0, size(&photos[2])), (Slot::Storefront, 1, size(&photos[1]))]);

    // Closing the panel closes the door, too.
    window.press("重新打开").await;
    let again = window.shown_to_phone(&desktop).await;
    assert_ne!(again, link);
    let (host, _) = again.strip_prefix("http://").unwrap().split_once('/').unwrap();
    window.press("完成").await;
    wait_for("the listener to be gone", Duration::from_secs(10), || {
        TcpStream::connect(host).is_err().then_some(())
    });
    window.close().await;
}

#[tokio::test]
async fn the_command_line_waits_for_a_phone_s_photos() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    // Nobody answers there: it works without the internet.
    let portal = CommandLine::headless(&profile, "https://portal.invalid");
    let case_id = portal.draft(folder.path(), &merchant(13), &[]);
    let id = case_id.to_string();
    let waiting = portal.command(&["case", "photo", &id, Slot::Storefront.as_str(), "--from-phone"]);
    let mut waiting = Running::start_told(waiting);
    let link = waiting.line("the link", |line| line.starts_with("http://").then(|| line.to_owned()));

    let phone = Browser::on_phone(&desktop, &link, "zh-CN").await;
    let photos: Vec<PathBuf> = (1..=2).map(|seed| written(folder.path(), seed)).collect();
    for (number, (button, file)) in ["拍照", "再拍一张"].into_iter().zip(&photos).enumerate() {
        phone.give_file(button, file).await;
        phone.find(&format!("//li[{}]//{JUDGED}", number + 1)).await;
    }
    phone.press("拍完了").await;
    phone.says("已结束").await;
    phone.close().await;
    assert!(waiting.wait_for_end(Duration::from_secs(30)), "it ends when the phone is done");
    let dossier = portal.dossier(case_id);
    let kept: Vec<_> =
        dossier.photos().map(|(slot, index, photo)| (slot, index, photo.original_bytes)).collect();
    let size = |file: &PathBuf| file.metadata().unwrap().len();
    assert_eq!(kept, [(Slot::Storefront, 0, size(&photos[0])), (Slot::Storefront, 1, size(&photos[1]))]);
}

fn written(folder: &Path, seed: u64) -> PathBuf {
    let file = folder.join(format!("{seed}.jpg"));
    std::fs::write(&file, photo(500 + seed, 3000, 2250)).unwrap();
    file
}
