//! Work leaves a computer without a network in a file, and only whose it is can take it out.

use portal_tests::{Backend, CommandLine, Desktop, PIN, Window};

#[tokio::test(flavor = "multi_thread")]
async fn a_courier_package_is_written_for_whom_the_work_belongs_to() {
    let desktop = Desktop::start(1024, 700);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let shop = CommandLine::of_a_merchant(&desktop, &profile, &backend, 36).await;
    let id = shop.draft_of(folder.path(), 36).to_string();
    backend.stop();
    shop.ask(&["case", "submit", &id]);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.press("同步").await;
    window.press("导出随身包").await;
    window.fill("本机 PIN", "739155").await;
    window.press("选择保存位置").await;
    window.says("PIN 不正确").await;
    desktop.keep("courier-pin.png");
    let package = folder.path().join("work.age");
    window.fill("本机 PIN", PIN).await;
    window.press("选择保存位置").await;
    Window::choose_file(&desktop, &package);
    window.says("已导出 1 项").await;
    desktop.keep("courier-exported.png");
    let written = std::fs::read(&package).unwrap();
    assert!(written.starts_with(b"age-encryption.org/v1"), "encrypted for the backend");
    window.close().await;
}
