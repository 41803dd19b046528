//! Lost answers, and either side killed at the crash points: everything is received once, with all its bytes.

use std::sync::Arc;
use std::time::Duration;

use portal_app::App;
use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::view::{DocumentKind, SyncView};
use portal_tests::{
    At, Backend, CommandLine, PIN, Proxy, Running, assert_received, draft, open_quiet, phone,
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
        assert_received(&app, &backend, sent.case_id).await;
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
        assert_received(&app, &backend, case.case_id).await;
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

    let computer = CommandLine::headless(profile.path(), line.address());
    for (case, step) in cases.iter().zip(&STEPS) {
        let id = case.case_id.to_string();
        assert!(Running::start(computer.command(&["case", "submit", &id])).wait());
        step.prepare(&line);
        let point = line.hang(step.matches(), 0, step.at);
        let mut sending = Running::start(computer.command(&["sync", "--once"]));
        assert!(point.wait(STEP), "not reached: {}", step.name);
        sending.kill();
        point.end();
        line.mend();
        let mut again = Running::start(computer.command(&["sync", "--once"]));
        assert!(again.wait(), "{}", step.name);
    }
    let app = open_quiet(profile.path(), backend.address()).await;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    assert_eq!(app.app_safety().await.unwrap().pending, 0);
    for case in &cases {
        let sent = app.case_show(case.case_id).await.unwrap();
        assert_eq!(sent.rounds.len(), 1, "events applied once");
        assert_received(&app, &backend, sent.case_id).await;
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
    let computer = CommandLine::headless(profile.path(), line.address());
    let mut fetching = Running::start(computer.command(&["sync", "--once"]));
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
