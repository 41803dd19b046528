//! New cases need the backend once in a while; whatever was begun doesn't.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::{NewCasesView, SignInProof};
use portal_app::{App, Config, system_clock};
use portal_tests::{
    AGENT, BRANCH, Backend, PASSWORD, PIN, activation_code, an_agent, config, draft, open_quiet, submit,
};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A portal that sends only when told to, on a computer whose clock is ahead.
async fn portal(profile: &Path, backend: &Backend, ahead_ms: &Arc<AtomicI64>) -> Arc<App> {
    let ahead_ms = Arc::clone(ahead_ms);
    let clock = Arc::new(move || system_clock() + ahead_ms.load(Ordering::Relaxed));
    let config = Config { background: false, clock, ..config(profile, backend.address()) };
    App::open(config).await.unwrap()
}

/// Its agent has signed in on it.
async fn agents(profile: &Path, backend: &Backend, ahead_ms: &Arc<AtomicI64>) -> (Arc<App>, String) {
    let app = portal(profile, backend, ahead_ms).await;
    app.session_enrol_machine(activation_code(backend)).await.unwrap();
    let proof = SignInProof::Password { user: AGENT.to_owned(), password: PASSWORD.to_owned(), code: None };
    let session = app.session_sign_in(proof, PIN.to_owned()).await.unwrap().session;
    (app, session.account.unwrap().account)
}

async fn new_cases(app: &App) -> NewCasesView {
    app.session_state().await.unwrap().new_cases
}

#[tokio::test(flavor = "multi_thread")]
async fn days_without_the_backend_end_new_cases_and_nothing_else() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    an_agent(&backend);
    let set = backend.admin(&["branch", "set", "--branch", BRANCH, "--offline-days", "5"]);
    assert_eq!((set["offline_days"].as_u64(), set["approval"].as_bool()), (Some(5), Some(false)));
    let ahead_ms = Arc::new(AtomicI64::new(0));
    let (app, account) = agents(profile.path(), &backend, &ahead_ms).await;
    app.sync_once().await.unwrap();
    let begun = draft(&app, 91, MerchantKind::Micro).await;

    for (days, expected) in [
        (0, NewCasesView::Allowed),
        (2, NewCasesView::Ending { days_left: 2 }),
        (4, NewCasesView::Ending { days_left: 0 }),
        (5, NewCasesView::OfflineTooLong),
    ] {
        ahead_ms.store(days * DAY_MS + 1_000, Ordering::Relaxed);
        assert_eq!(new_cases(&app).await, expected, "after {days} days");
        let created = app.case_create().await.map_err(|error| error.code);
        match expected {
            NewCasesView::OfflineTooLong => assert_eq!(created.err(), Some(CommandCode::OfflineTooLong)),
            _ => assert!(created.is_ok(), "after {days} days"),
        }
    }

    // As long as the computer is off, too; and what was begun is finished and taken along.
    app.close().await;
    drop(app);
    let app = portal(profile.path(), &backend, &ahead_ms).await;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    assert_eq!(app.case_create().await.unwrap_err().code, CommandCode::OfflineTooLong);
    let mut changed = begun.dossier.clone();
    changed.business.address.push_str("西侧");
    app.case_save(begun.case_id, begun.revision, changed).await.unwrap();
    submit(&app, begun.case_id).await;
    let package = profile.path().join("package");
    let permit = app.courier_permit(PIN.to_owned()).await.unwrap();
    assert_eq!(app.courier_export(&package, permit).await.unwrap().operations, 1);

    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_eq!(app.case_show(begun.case_id).await.unwrap().status, CaseStatus::InReview);
    assert_eq!(new_cases(&app).await, NewCasesView::Allowed, "the backend was reached");
    app.case_create().await.unwrap();
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_online_today_is_not_warned_however_few_days_there_are() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    an_agent(&backend);
    backend.admin(&["branch", "set", "--branch", BRANCH, "--offline-days", "2"]);
    let ahead_ms = Arc::new(AtomicI64::new(0));
    let (app, _account) = agents(profile.path(), &backend, &ahead_ms).await;
    for (days, expected) in [
        (0, NewCasesView::Allowed),
        (1, NewCasesView::Ending { days_left: 0 }),
        (2, NewCasesView::OfflineTooLong),
    ] {
        ahead_ms.store(days * DAY_MS + 1_000, Ordering::Relaxed);
        assert_eq!(new_cases(&app).await, expected, "after {days} days");
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_never_signed_in_begins_cases_for_ever() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    assert_eq!(new_cases(&app).await, NewCasesView::Allowed);
    app.case_create().await.unwrap();
    app.close().await;
}
