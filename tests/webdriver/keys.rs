//! Where the keys are: a computer without a keyring, one whose keyring is locked, and a person who has gone away.

use std::fs;

use portal_tests::{Backend, Desktop, PIN, Window, field_id, phone};

const TRADE_NAME: &str = "/business/trade_name";
const SHOP: &str = "福满堂小吃";
const PASSPHRASE: &str = "lantern paper river mill";

/// Begins an application and types the shop's name.
async fn begin(window: &Window) {
    let words = window.words();
    window.press(words.start).await;
    window.click(&format!("//label[.//input[@aria-label='{}']]", words.sole_proprietor)).await;
    window.step(words.steps.business).await;
    window.type_at(TRADE_NAME, SHOP).await;
    window.saved_as(TRADE_NAME, SHOP).await;
}

async fn is_still_there(window: &Window) {
    window.open_first_case().await;
    window.step(window.words().steps.business).await;
    assert_eq!(window.typed_and_saved(TRADE_NAME).await.0, SHOP);
}

#[tokio::test]
async fn without_a_keyring_a_passphrase_protects_what_is_typed() {
    let desktop = Desktop::without_keyring(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.says("这台电脑没有系统密钥环").await;
    desktop.keep("keys-no-keyring.png");
    window.fill("口令", "short").await;
    window.fill("再输一次口令", PASSPHRASE).await;
    window.press("启用口令保护").await;
    window.says("至少 8 个字符").await;
    window.says("两次输入的口令不一致").await;
    window.fill("口令", PASSPHRASE).await;
    window.fill("再输一次口令", PASSPHRASE).await;
    window.press("启用口令保护").await;
    begin(&window).await;
    window.close().await;

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.says("输入口令").await;
    window.fill("口令", "lantern paper river hill").await;
    window.press("打开").await;
    window.says("口令不正确").await;
    desktop.keep("keys-wrong-passphrase.png");
    window.fill("口令", PASSPHRASE).await;
    window.press("打开").await;
    is_still_there(&window).await;
    window.close().await;
}

#[tokio::test]
async fn a_locked_keyring_is_told_and_nothing_is_lost_behind_it() {
    let mut desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let window = Window::open(&desktop, &profile, backend.address()).await;
    begin(&window).await;
    window.close().await;

    desktop.log_in_without_password();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.says("系统密钥环已锁定").await;
    desktop.keep("keys-locked.png");
    window.press("重试").await;
    // Asked once more, and done with it.
    window.find("//button[normalize-space(.)='重试'][not(contains(@class, 'loading'))]").await;
    window.says("系统密钥环已锁定").await;
    assert!(!window.shows("//*[@role='alert']").await, "{}", window.text().await);
    window.close().await;

    desktop.log_in();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    is_still_there(&window).await;
    window.close().await;
}

#[tokio::test]
async fn a_window_that_locks_itself_keeps_the_form() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    fs::create_dir_all(&profile).unwrap();
    fs::write(profile.join("settings.json"), r#"{ "idle_lock_min": 1 }"#).unwrap();

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.sign_in_by_phone(&backend, &phone(13)).await;
    begin(&window).await;
    // Not confirmed by anything but the keys.
    let field = window.find(&format!("//*[@id='{}']", field_id("/business/address"))).await;
    field.click().await.unwrap();
    window.keys("Lantern Lane").await;
    let locked = format!("//button[normalize-space(.)='{}']", window.words().unlock);
    // After a minute, the shortest that the settings take.
    window.find(&locked).await;
    desktop.keep("keys-idle-lock.png");
    let seen = window.text().await;
    assert!(!seen.contains(SHOP), "the lock doesn't cover the form: {seen}");
    window.fill(window.words().pin, PIN).await;
    window.press(window.words().unlock).await;
    // The same step, as it was left.
    assert_eq!(window.typed_and_saved("/business/address").await.0, "Lantern Lane");
    assert_eq!(window.typed_and_saved(TRADE_NAME).await.0, SHOP);
    window.close().await;
}
