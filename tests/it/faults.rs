//! Lost answers, and either side killed at the crash points: everything is received once, with all its bytes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use portal_app::App;
use portal_app::domain::dossier::{MerchantKind, Slot};
use portal_app::domain::ids::CaseId;
use portal_app::domain::status::CaseStatus;
use portal_app::view::{CaseView, DocumentKind, SyncView};
use portal_tests::{
    At, Backend, PASSPHRASE, PIN, Proxy, Running, assert_received, draft, open_quiet, phone, photo, program,
    sign_in_by_phone, submit,
};

/// Longest wait for a step of sending to be reached.
const STEP: Duration = Duration::from_secs(30);

/// A step of sending one operation at which something breaks.
struct Step {
    name: &'static str,
    /// What the request's name begins and ends with.
    request: (&'static str, &'static str),
    at: At,
    /// The photo goes by resumable upload: its single request was cut.
    resumable: bool,
}

const fn step(name: &'static str, request: (&'static str, &'static str), at: At) -> Step {
    Step { name, request, at, resumable: false }
}

const fn resumable(name: &'static str, request: (&'static str, &'static str), at: At) -> Step {
    Step { name, request, at, resumable: true }
}

const DECLARE: (&str, &str) = ("PUT /v1/operations/", "");
const PHOTO: (&str, &str) = ("PUT /v1/blobs/", "");
const UPLOAD: (&str, &str) = ("POST /v1/uploads", "");
const CHUNK: (&str, &str) = ("PATCH /v1/uploads/", "");
const COMMIT: (&str, &str) = ("POST /v1/operations/", "/commit");
const EVENTS: (&str, &str) = ("GET /v1/events", "");

/// The crash points C5–C13 and C15 of the protocol, as far as the line shows them.
const STEPS: [Step; 11] = [
    step("before the declaration arrives", DECLARE, At::Request(0)),
    step("declaration half sent", DECLARE, At::Request(500)),
    step("declared, answer lost", DECLARE, At::Answer),
    step("photo half sent", PHOTO, At::Request(20_000)),
    step("photo stored, answer lost", PHOTO, At::Answer),
    resumable("upload made, address lost", UPLOAD, At::Answer),
    resumable("chunk half sent", CHUNK, At::Request(20_000)),
    resumable("last chunk stored, answer lost", CHUNK, At::Answer),
    step("before the commit arrives", COMMIT, At::Request(0)),
    step("committed, answer lost", COMMIT, At::Answer),
    step("before the events arrive", EVENTS, At::Answer),
];

impl Step {
    fn matches(&self) -> impl Fn(&str) -> bool + Send + 'static {
        let (begin, end) = self.request;
        move |name| name.starts_with(begin) && name.ends_with(end)
    }

    fn prepare(&self, line: &Proxy) {
        if self.resumable {
            line.cut(|name| name.starts_with(PHOTO.0), At::Request(1_000));
        }
    }
}

/// Runs the outbox until it is empty; no more often than `runs`.
async fn send_all(app: &App, runs: u32) -> SyncView {
    for _ in 0..runs {
        let summary = app.sync_once().await.unwrap();
        assert_eq!(summary.attention, 0);
        if summary.waiting == 0 {
            return summary;
        }
    }
    panic!("not sent after {runs} runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_given_again() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let line = Proxy::start(backend.address());
    let app = open_quiet(profile.path(), line.address()).await;
    sign_in_by_phone(&app, &backend, &phone(11)).await;
    for (seed, step) in (100..).zip(&STEPS) {
        let case = draft(&app, seed, MerchantKind::Micro).await;
        submit(&app, case.case_id).await;
        step.prepare(&line);
        let point = line.cut(step.matches(), step.at);
        let before = line.requests().len();
        let summary = app.sync_once().await.unwrap();
        assert!(point.is_reached(), "{}", step.name);
        if summary.waiting > 0 {
            let shown = app.outbox_show().await.unwrap();
            assert!(shown.items.iter().all(|item| item.attempts <= 1), "{}", step.name);
        }
        send_all(&app, 3).await;
        line.mend();
        let sent = app.case_show(case.case_id).await.unwrap();
        assert_eq!(sent.status, CaseStatus::InReview, "{}", step.name);
        assert_received(&backend, &sent);
        let requests = line.requests();
        let count = |step: (&str, &str)| {
            requests[before..]
                .iter()
                .filter(|name| name.starts_with(step.0) && name.ends_with(step.1))
                .count()
        };
        assert!(count(COMMIT) <= 2, "{}: {} commits", step.name, count(COMMIT));
        let photos = sent.photos.len();
        assert!(count(PHOTO) <= 2 * photos, "{}: {} puts for {photos} photos", step.name, count(PHOTO));
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_killed_at_any_step_receives_once() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let line = Proxy::start(backend.address());
    let app = open_quiet(profile.path(), line.address()).await;
    sign_in_by_phone(&app, &backend, &phone(12)).await;
    for (seed, step) in (200..).zip(&STEPS) {
        let case = draft(&app, seed, MerchantKind::Micro).await;
        submit(&app, case.case_id).await;
        step.prepare(&line);
        let point = line.hang(step.matches(), 0, step.at);
        let sending = {
            let app = Arc::clone(&app);
            tokio::spawn(async move { app.sync_once().await })
        };
        assert!(point.wait(STEP), "not reached: {}", step.name);
        backend.kill();
        point.end();
        sending.await.unwrap().unwrap();
        line.mend();
        backend.resume();
        send_all(&app, 3).await;
        assert_received(&backend, &app.case_show(case.case_id).await.unwrap());
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_killed_at_any_step_of_sending_goes_on() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let line = Proxy::start(backend.address());
    let app = open_quiet(profile.path(), line.address()).await;
    let signed_in = sign_in_by_phone(&app, &backend, &phone(13)).await;
    let account = signed_in.session.account.unwrap().account;
    let mut cases = Vec::new();
    for (seed, _) in (300..).zip(&STEPS) {
        cases.push(draft(&app, seed, MerchantKind::Micro).await);
    }
    app.close().await;
    drop(app);

    for (case, step) in cases.iter().zip(&STEPS) {
        let id = case.case_id.to_string();
        assert!(Running::start(portal(profile.path(), line.address(), &["case", "submit", &id])).wait());
        step.prepare(&line);
        let point = line.hang(step.matches(), 0, step.at);
        let mut sending = Running::start(portal(profile.path(), line.address(), &["sync", "--once"]));
        assert!(point.wait(STEP), "not reached: {}", step.name);
        sending.kill();
        point.end();
        line.mend();
        let mut again = Running::start(portal(profile.path(), line.address(), &["sync", "--once"]));
        assert!(again.wait(), "{}", step.name);
    }
    let app = open_quiet(profile.path(), backend.address()).await;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    assert_eq!(app.app_safety().await.unwrap().pending, 0);
    for case in &cases {
        let sent = app.case_show(case.case_id).await.unwrap();
        assert_eq!(sent.rounds.len(), 1, "events applied once");
        assert_received(&backend, &sent);
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_killed_while_it_fetches_a_notice_fetches_it_again() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let line = Proxy::start(backend.address());
    let app = open_quiet(profile.path(), line.address()).await;
    let account = sign_in_by_phone(&app, &backend, &phone(14)).await.session.account.unwrap().account;
    let case = draft(&app, 400, MerchantKind::Micro).await;
    submit(&app, case.case_id).await;
    send_all(&app, 1).await;
    app.close().await;
    drop(app);
    backend.admin(&["case", "accept", &case.case_id.to_string()]);

    let point = line.hang(|name| name.ends_with("/notice"), 0, At::Answer);
    let mut fetching = Running::start(portal(profile.path(), line.address(), &["sync", "--once"]));
    assert!(point.wait(STEP));
    fetching.kill();
    point.end();
    let app = open_quiet(profile.path(), backend.address()).await;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    let told = app.case_show(case.case_id).await.unwrap();
    assert_eq!(told.status, CaseStatus::Accepted);
    assert!(!told.documents.contains(&DocumentKind::AcceptanceNotice));
    app.sync_once().await.unwrap();
    let notice = app.document_read(case.case_id, DocumentKind::AcceptanceNotice).await.unwrap();
    assert!(notice.starts_with(b"%PDF-"));
    app.close().await;
}

/// Kills at moments spread over the command's usual time: before, in and after each of its writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_portal_killed_while_it_saves_keeps_a_whole_draft_or_one_operation() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    let account = sign_in_by_phone(&app, &backend, &phone(15)).await.session.account.unwrap().account;
    let case = draft(&app, 500, MerchantKind::Micro).await;
    let (slot, first) =
        case.dossier.attachments.iter().next().map(|(slot, photos)| (*slot, photos.clone())).unwrap();
    let photo_id = first[0].photo_id;
    let case = app.photo_remove(case.case_id, photo_id).await.unwrap();
    app.close().await;
    drop(app);

    let pictures = tempfile::tempdir().unwrap();
    let mut expected = case;
    for moment in moments(&profile, &backend, &["info"]) {
        let file = pictures.path().join("photo.jpg");
        std::fs::write(&file, photo(moment.as_nanos() as u64, 1200, 900)).unwrap();
        kill_after(&profile, &backend, &add_photo(&expected, slot, &file), moment);
        let app = reopened(&profile, &backend, &account).await;
        let now = app.case_show(expected.case_id).await.unwrap();
        let (before, after) = (expected.photos.len(), now.photos.len());
        assert!(after == before || after == before + 1, "{before} photos became {after}");
        for photo in &now.photos {
            assert!(!app.photo_bytes(photo.photo_id, None).await.unwrap().is_empty());
        }
        expected = now;
        if after > before {
            let added = expected.photos.iter().find(|photo| photo.slot == slot).unwrap().photo_id;
            expected = app.photo_remove(expected.case_id, added).await.unwrap();
        }
        app.close().await;
    }

    let app = reopened(&profile, &backend, &account).await;
    let ready = app.photo_add(expected.case_id, slot, photo(501, 1200, 900)).await.unwrap();
    app.close().await;
    drop(app);
    for moment in moments(&profile, &backend, &["info"]) {
        let id = ready.case_id.to_string();
        kill_after(&profile, &backend, &["case", "submit", &id].map(str::to_owned), moment);
        let app = reopened(&profile, &backend, &account).await;
        let now = app.case_show(ready.case_id).await.unwrap();
        assert_eq!(now.dossier, ready.dossier);
        let items = app.outbox_show().await.unwrap().items;
        match now.status {
            CaseStatus::Draft => assert!(items.is_empty()),
            CaseStatus::Queued => assert_eq!(items.len(), 1),
            other => panic!("{other:?}"),
        }
        app.close().await;
    }
    let app = reopened(&profile, &backend, &account).await;
    submit(&app, ready.case_id).await;
    send_all(&app, 1).await;
    assert_received(&backend, &app.case_show(ready.case_id).await.unwrap());
    app.close().await;
}

fn add_photo(case: &CaseView, slot: Slot, file: &Path) -> [String; 5] {
    let id: CaseId = case.case_id;
    ["case", "photo", &id.to_string(), slot.as_str(), file.to_str().unwrap()].map(str::to_owned)
}

/// From the moment that a program which only opens the profile would be done to half a second later.
fn moments(profile: &tempfile::TempDir, backend: &Backend, opening: &[&str]) -> Vec<Duration> {
    let started = Instant::now();
    assert!(Running::start(portal(profile.path(), backend.address(), opening)).wait());
    let opened = started.elapsed();
    (0..10).map(|step| opened + Duration::from_millis(50) * step).collect()
}

fn kill_after(profile: &tempfile::TempDir, backend: &Backend, arguments: &[String], moment: Duration) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut running = Running::start(portal(profile.path(), backend.address(), &arguments));
    // The moment of the crash, not a synchronisation.
    std::thread::sleep(moment);
    running.kill();
}

async fn reopened(profile: &tempfile::TempDir, backend: &Backend, account: &str) -> Arc<App> {
    let app = open_quiet(profile.path(), backend.address()).await;
    app.session_unlock(account.to_owned(), PIN.to_owned()).await.unwrap();
    app
}

/// The command line of the portal.
fn portal(profile: &Path, backend: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program("portal"));
    command
        .arg("--profile-dir")
        .arg(profile)
        .args(["--backend", backend, "--json"])
        .args(arguments)
        .env("PORTAL_VAULT_PASSPHRASE", PASSPHRASE)
        .env("PORTAL_PIN", PIN)
        .stdin(Stdio::null());
    command
}
