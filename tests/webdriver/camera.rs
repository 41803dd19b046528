//! The computer's own camera, WebKit's mock of one: a photo is taken, looked at, taken again, and lands in its place.

use portal_domain::dossier::Slot;
use portal_tests::{Backend, Desktop, Window, photo_of, slot_name};

#[tokio::test]
async fn a_photo_is_taken_with_the_computers_camera() {
    let mut desktop = Desktop::start(1280, 800);
    desktop.set("PORTAL_MOCK_CAMERA", "1");
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let window = Window::open(&desktop, &folder.path().join("profile"), backend.address()).await;
    window.begin_at_photos().await;
    let slot = slot_name(window.words(), Slot::Storefront);
    window.press(&format!("用摄像头拍 {slot}")).await;
    window.find(&format!("//video[@aria-label='摄像头画面：{slot}']")).await;
    window.press("拍照").await;
    window.press("重拍").await;
    desktop.keep("camera-live.png");
    window.press("拍照").await;
    window.find(&format!("//*[@aria-label='刚拍的照片：{slot}' or @alt='刚拍的照片：{slot}']")).await;
    desktop.keep("camera-still.png");
    window.press("使用这张").await;
    window.find(&photo_of(window.words(), Slot::Storefront)).await;
    desktop.keep("camera-done.png");
    window.close().await;
}

#[tokio::test]
async fn without_a_camera_nothing_of_one_is_shown() {
    let mut desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    // Whatever camera the machine has: nothing that finds one is there.
    for variable in ["GST_PLUGIN_SYSTEM_PATH_1_0", "GST_PLUGIN_PATH_1_0"] {
        desktop.set(variable, folder.path().to_str().unwrap());
    }
    let backend = Backend::start(&folder.path().join("backend"));
    let window = Window::open(&desktop, &folder.path().join("profile"), backend.address()).await;
    window.begin_at_photos().await;
    let slot = slot_name(window.words(), Slot::Storefront);
    window.find(&format!("//button[@aria-label='用手机拍 {slot}']")).await;
    let looked = "navigator.mediaDevices.enumerateDevices().then(arguments[0])";
    window.client().execute_async(looked, Vec::new()).await.unwrap();
    window.painted().await;
    assert!(!window.shows(&format!("//button[@aria-label='用摄像头拍 {slot}']")).await);
    window.close().await;
}
