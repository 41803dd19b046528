//! Several people at one computer, and sessions that run out.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use portal_app::App;
use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::{CaseQuery, Connection, OutboxState, SessionPhase, SignInProof, TimelineKind};
use portal_backend::sender::{CodeSender, SendError, Template};
use portal_backend::{Config, Limits};
use portal_tests::{
    Backend, PASSWORD, PIN, assert_received, authenticator_code, draft, eventually, open_portal, open_quiet,
    phone, received, sign_in_by_phone, submit, until,
};

const OTHER_PIN: &str = "735028";
const HOUR_MS: i64 = 3600 * 1000;

/// An agent of a branch signs in on a computer that the branch has enrolled.
async fn sign_in(app: &App, user: &str, pin: &str) -> String {
    let proof = SignInProof::Password { user: user.to_owned(), password: PASSWORD.to_owned(), code: None };
    app.session_sign_in(proof, pin.to_owned()).await.unwrap().session.account.unwrap().account
}

async fn branch_computer(backend: &Backend, profile: &Path, users: &[&str]) -> Arc<App> {
    backend.admin(&["branch", "create", "--name", "East Gate"]);
    for user in users {
        let staff =
            ["user", "create", "--role", "agent", "--branch", "East Gate", "--name", user, "--user", user];
        backend.admin(&staff);
    }
    let code = backend.admin(&["activation-code", "create", "--branch", "East Gate"]);
    let app = open_portal(profile, backend.address()).await;
    app.session_enrol_machine(code["code"].as_str().unwrap().to_owned()).await.unwrap();
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_what_another_account_on_the_computer_keeps() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = branch_computer(&backend, profile.path(), &["an", "bo"]).await;
    let an = sign_in(&app, "an", PIN).await;
    let hers = draft(&app, 41, MerchantKind::Micro).await;
    app.session_lock().await.unwrap();
    assert_eq!(app.session_state().await.unwrap().phase, SessionPhase::Locked);

    let bo = sign_in(&app, "bo", OTHER_PIN).await;
    assert_ne!(an, bo);
    assert_eq!(app.case_show(hers.case_id).await.unwrap_err().code, CommandCode::NotFound);
    assert_eq!(app.case_list(CaseQuery::default()).await.unwrap().total, 0);
    let photo = hers.photos[0].photo_id;
    assert_eq!(app.photo_bytes(photo, None).await.unwrap_err().code, CommandCode::NotFound);
    let his = draft(&app, 42, MerchantKind::Micro).await;
    app.session_lock().await.unwrap();

    let refused = app.session_unlock(an.clone(), OTHER_PIN.to_owned()).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::WrongPin);
    app.session_unlock(an, PIN.to_owned()).await.unwrap();
    assert_eq!(app.case_show(his.case_id).await.unwrap_err().code, CommandCode::NotFound);
    assert_eq!(app.case_show(hers.case_id).await.unwrap().dossier, hers.dossier);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_goes_on_sending_in_its_own_name() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let app = branch_computer(&backend, profile.path(), &["an", "bo"]).await;
    let bo = sign_in(&app, "bo", OTHER_PIN).await;
    app.session_lock().await.unwrap();
    let an = sign_in(&app, "an", PIN).await;
    let hers = [draft(&app, 43, MerchantKind::Micro).await, draft(&app, 44, MerchantKind::Micro).await];
    backend.stop();
    for case in &hers {
        submit(&app, case.case_id).await;
    }
    app.session_lock().await.unwrap();
    app.session_unlock(bo, OTHER_PIN.to_owned()).await.unwrap();
    let his = draft(&app, 45, MerchantKind::Micro).await;
    submit(&app, his.case_id).await;
    assert_eq!(app.outbox_show().await.unwrap().items.len(), 1, "only his own");
    assert_eq!(app.app_safety().await.unwrap().cases_only_here, 1, "only his own");
    let at_exit = app.safety_at_exit().await.unwrap();
    assert_eq!(
        (at_exit.cases_only_here, at_exit.pending),
        (3, 3),
        "hers are still being sent behind her lock"
    );

    backend.resume();
    received(&app, his.case_id).await;
    until(&app, "what the locked account sends", async || {
        let cases = backend.admin(&["case", "list"]);
        (cases.as_array().unwrap().len() == 3).then_some(())
    })
    .await;
    app.session_lock().await.unwrap();
    app.session_unlock(an, PIN.to_owned()).await.unwrap();
    for case in hers {
        // Only the owner's event feed tells of a case: it is hers.
        let sent = eventually(&app, case.case_id, "her receipt and event", |case| {
            case.timeline.iter().any(|entry| entry.what == TimelineKind::Received)
        })
        .await;
        assert_received(&app, &backend, sent.case_id).await;
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_dropped_gives_up_its_profile_whatever_waits() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let app = branch_computer(&backend, profile.path(), &["an"]).await;
    sign_in(&app, "an", PIN).await;
    let hers = draft(&app, 45, MerchantKind::Micro).await;
    backend.stop();
    submit(&app, hers.case_id).await;
    // It would go on sending, but nobody answers.
    app.session_lock().await.unwrap();
    drop(app);
    // What was at work as it was dropped may take a moment.
    let deadline = Instant::now() + Duration::from_secs(20);
    let again = loop {
        let app = open_quiet(profile.path(), backend.address()).await;
        if !app.app_info().await.unwrap().read_only {
            break app;
        }
        app.close().await;
        assert!(Instant::now() < deadline, "the profile is still held");
    };
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_merchant_enrols_on_the_same_computer() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    let first = sign_in_by_phone(&app, &backend, &phone(46)).await.session.account.unwrap();
    app.session_lock().await.unwrap();
    let second = sign_in_by_phone(&app, &backend, &phone(47)).await;
    assert!(second.recovery_code.is_some());
    assert_ne!(second.session.account.unwrap(), first);
    let case = draft(&app, 46, MerchantKind::Micro).await;
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_asks_for_it_takes_no_password_without_the_code_of_an_app() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = branch_computer(&backend, profile.path(), &["an"]).await;
    let set = backend.admin(&["branch", "set", "--branch", "East Gate", "--second-factor", "true"]);
    assert_eq!(set["second_factor"], true);
    let sign_in = async |code: Option<String>| {
        let proof = SignInProof::Password { user: "an".to_owned(), password: PASSWORD.to_owned(), code };
        app.session_sign_in(proof, PIN.to_owned()).await
    };
    let set_up = async || app.session_second_factor("an".to_owned(), PASSWORD.to_owned()).await;
    assert_eq!(sign_in(None).await.err().unwrap().code, CommandCode::SecondFactorUnset);
    let secret = set_up().await.unwrap().secret;
    let session = sign_in(Some(authenticator_code(&secret))).await.unwrap().session;
    // The PIN unlocks as ever, without a network even.
    app.session_lock().await.unwrap();
    app.session_unlock(session.account.unwrap().account, PIN.to_owned()).await.unwrap();
    assert_eq!(sign_in(None).await.err().unwrap().code, CommandCode::SecondFactorNeeded);
    assert_eq!(set_up().await.err().unwrap().code, CommandCode::Refused);

    backend.admin(&["user", "second-factor", "--user", "an", "--reset"]);
    assert_ne!(set_up().await.unwrap().secret, secret, "the phone was lost");
    let changed = backend.admin(&["branch", "set", "--branch", "East Gate", "--second-factor", "false"]);
    assert_eq!(changed["second_factor"], false);
    sign_in(None).await.unwrap();
    app.close().await;
}

/// The last code sent.
#[derive(Default)]
pub struct Inbox(pub Mutex<String>);

impl CodeSender for Inbox {
    fn send<'a>(
        &'a self,
        _phone: &'a str,
        code: &'a str,
        _template: Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        *self.0.lock().unwrap() = code.to_owned();
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ran_out_holds_the_queue_and_costs_no_attempt() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (inbox, ahead_ms) = (Arc::new(Inbox::default()), Arc::new(AtomicI64::new(0)));
    let clock = {
        let (ahead_ms, now) = (Arc::clone(&ahead_ms), portal_backend::clock::system());
        Arc::new(move || now() + ahead_ms.load(Ordering::SeqCst))
    };
    let backend = portal_backend::start(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.path().to_owned(),
        storage: portal_backend::Storage::default(),
        clock,
        sender: Arc::clone(&inbox) as Arc<dyn CodeSender>,
        limits: Limits::default(),
        https: false,
        time: portal_backend::TimeSettings::default(),
    })
    .await
    .unwrap();
    let app = open_quiet(profile.path(), &format!("http://{}", backend.address)).await;
    let phone = phone(48);
    let sign_in = async || {
        inbox.0.lock().unwrap().clear();
        app.session_send_code(phone.clone()).await.unwrap();
        let code = until(&app, "the code", async || {
            let code = inbox.0.lock().unwrap().clone();
            (!code.is_empty()).then_some(code)
        })
        .await;
        app.session_sign_in(SignInProof::Phone { phone: phone.clone(), code }, PIN.to_owned()).await.unwrap()
    };
    sign_in().await;

    let case = draft(&app, 48, MerchantKind::Micro).await;
    submit(&app, case.case_id).await;
    ahead_ms.fetch_add(HOUR_MS, Ordering::SeqCst);
    let summary = app.sync_once().await.unwrap();
    assert_eq!((summary.received, summary.online), (1, Connection::Online), "the refresh token still works");

    let case = draft(&app, 49, MerchantKind::Micro).await;
    submit(&app, case.case_id).await;
    ahead_ms.fetch_add(24 * 40 * HOUR_MS, Ordering::SeqCst);
    for _ in 0..3 {
        let summary = app.sync_once().await.unwrap();
        assert_eq!((summary.received, summary.online), (0, Connection::SignInNeeded));
        let shown = app.outbox_show().await.unwrap();
        assert_eq!((shown.items[0].state, shown.items[0].attempts), (OutboxState::Auth, 0));
    }
    assert!(app.session_state().await.unwrap().sign_in_needed);
    draft(&app, 50, MerchantKind::Micro).await;

    let session = sign_in().await.session;
    assert!(!session.sign_in_needed);
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_eq!(app.case_show(case.case_id).await.unwrap().status, CaseStatus::InReview);
    app.close().await;
    drop(app);
    backend.stop().await.unwrap();
}
