//! First start → draft → enrolment → submission without a network → restart → received.

use portal_tests::{Backend, Desktop, Window, merchant, needed_slots, write_photos};

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
    backend.stop();
    window.close().await;
}
