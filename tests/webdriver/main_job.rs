//! First start → draft → photos → sign in → submission without a network → crash → delivery → review.

use portal_tests::{Backend, Desktop, Window, merchant, needed_slots, phone, write_photos};

#[tokio::test]
async fn an_application_made_offline_is_received_once() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let merchant = merchant(7);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 100);
    assert_eq!(photos.len(), 6);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.press("开始填写").await;
    window.fill_application(&merchant).await;
    window.add_photos(&photos).await;
    window.sign_in_by_phone(&backend, &phone(7)).await;

    backend.stop();
    window.open_first_case().await;
    window.agree().await;
    window.press_five_times("提交申请").await;
    window.says("已保存在本机，尚未被接收").await;
    window.kill();

    backend.resume();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.says("后台已接收").await;
    window.close().await;

    let cases = backend.admin(&["case", "list"]);
    assert_eq!(cases.as_array().unwrap().len(), 1, "one application, received once");
}
