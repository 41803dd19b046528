//! One profile, two programs: a second window gives way to the first, and the command line only reads beside it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use portal_tests::{
    Backend, Browser, CommandLine, Desktop, Running, Window, merchant, needed_slots, phone, program,
    wait_for, write_photos,
};

const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_second_start_brings_the_first_window_to_the_front_and_ends() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.find("//nav").await;
    let first = window.portal_id();
    wait_for("the window in front", PATIENCE, || (desktop.active_program() == Some(first)).then_some(()));

    let other = Browser::open(&desktop, "about:blank").await;
    wait_for("another window in front", PATIENCE, || {
        desktop.active_program().filter(|active| *active != first)
    });

    let mut command = desktop.command(program("merchant-portal"));
    command.arg("--profile-dir").arg(&profile).args(["--backend", backend.address()]);
    let mut second = Running::start(command);
    assert!(second.wait_for_end(PATIENCE), "the second one ends well");
    wait_for("the first window in front", PATIENCE, || {
        (desktop.active_program() == Some(first)).then_some(())
    });
    assert_eq!(portals_of(&profile), [first], "only the first one is left");

    window.press(window.words().settings).await;
    window.find(&format!("//h1[contains(., '{}')]", window.words().settings)).await;
    other.close().await;
    window.close().await;
}

#[tokio::test]
async fn another_profile_has_a_window_of_its_own() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let first = Window::open(&desktop, &one, backend.address()).await;
    first.find("//nav").await;
    let second = Window::open(&desktop, &two, backend.address()).await;
    second.find("//nav").await;
    assert_ne!(first.portal_id(), second.portal_id());
    first.press(first.words().settings).await;
    first.close().await;
    second.press(second.words().settings).await;
    second.close().await;
}

#[tokio::test]
async fn the_command_line_reads_beside_the_window_and_the_window_beside_the_command_line() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let merchant = merchant(11);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 400);
    let portal = CommandLine::on(&desktop, &profile, backend.address());
    let case_id = portal.draft(folder.path(), &merchant, &photos);
    let case_file = folder.path().join("case.json");

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.sign_in_by_phone(&backend, &phone(11)).await;
    assert_eq!(portal.dossier(case_id).business, merchant.business, "reading works");
    assert_eq!(portal.ask(&["case", "list"])["total"], 1);
    let (id, photo) = (case_id.to_string(), photos[0].1.to_str().unwrap());
    for writing in [
        &["case", "new", "--from", case_file.to_str().unwrap()][..],
        &["case", "photo", &id, photos[0].0.as_str(), photo],
        &["case", "set", &id, "--pointer", "/shop/name", "--value", "x"],
        &["case", "submit", &id],
        &["sync", "--once"],
    ] {
        let (code, answer) = portal.run(writing);
        assert_eq!((code, answer["code"].as_str()), (5, Some("read_only")), "{writing:?}: {answer}");
    }
    window.close().await;

    let mut watching = Running::start(portal.command(&["sync", "--watch"]));
    watching.line("the command line to hold the profile", |line| line.starts_with('{').then_some(()));
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.says(window.words().read_only).await;
    window.open_first_case().await;
    window.says(&merchant.business.trade_name).await;
    assert!(
        !window
            .shows(&format!("//button[normalize-space(.)='{}'][not(@disabled)]", window.words().submit))
            .await
    );
    window.close().await;
    watching.stop();

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.step(window.words().steps.review).await;
    window.confirm().await;
    window.press(window.words().submit).await;
    window.says(window.words().received).await;
    window.close().await;
    backend.assert_photos(&portal.dossier(case_id));
}

/// Process ids of the windows on a profile.
fn portals_of(profile: &Path) -> Vec<u32> {
    let listed = Command::new("pgrep")
        .args(["-f", "--"])
        .arg(format!("merchant-portal.*{}", profile.display()))
        .output();
    let text = String::from_utf8(listed.unwrap().stdout).unwrap();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn a_profile_that_cannot_be_opened_is_said_in_a_dialog() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    // A folder stands where the lock should be.
    std::fs::create_dir_all(folder.path().join("writer.lock")).unwrap();
    let mut command = desktop.command(program("merchant-portal"));
    command.arg("--profile-dir").arg(folder.path());
    let mut portal = Running::start(command);
    let title = || desktop.active_title().filter(|title| title == "掌柜 · Zhanggui");
    wait_for("the dialog", PATIENCE, title);
    desktop.press_keys("Return");
    wait_for("the end of it", PATIENCE, || portal.is_over().then_some(()));
    assert!(!portal.wait_for_end(PATIENCE), "it ends as a failure");
}
