//! Impatient people.

use portal_tests::{Backend, CommandLine, Desktop, Window, merchant, needed_slots, phone, write_photos};

#[tokio::test]
async fn five_fast_clicks_start_one_draft_and_submit_once() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let portal = CommandLine::on(&desktop, &profile, backend.address());
    let merchant = merchant(8);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 200);
    portal.draft(folder.path(), &merchant, &photos);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.sign_in_by_phone(&backend, &phone(8)).await;
    backend.stop();
    window.open_first_case().await;
    window.step(window.words().steps.review).await;
    window.confirm().await;
    window.click_five_times(window.words().submit).await;
    window.says(window.words().saved_here).await;
    window.click_five_times(window.words().next_case).await;
    window.find("//nav//button[@aria-current='step']").await;
    window.close().await;

    let queued = portal.ask(&["outbox", "list"]);
    assert_eq!(queued["items"].as_array().unwrap().len(), 1, "{queued}");
    let cases = portal.ask(&["case", "list"]);
    assert_eq!(cases["total"], 2, "the application and one new draft: {cases}");
    backend.resume();
    assert_eq!(portal.ask(&["sync", "--once"])["received"], 1);
    assert_eq!(backend.admin(&["case", "list"]).as_array().unwrap().len(), 1);
}
