//! The window locks when the computer was asleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portal_app::domain::dossier::MerchantKind;
use portal_app::error::CommandCode;
use portal_app::view::SessionPhase;
use portal_app::{App, Config, system_clock};
use portal_tests::{Backend, PIN, config, draft, phone, sign_in_by_phone, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_of_the_clock_on_the_wall_locks_the_window() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let jumped_ms = Arc::new(AtomicI64::new(0));
    let clock = {
        let jumped_ms = Arc::clone(&jumped_ms);
        Arc::new(move || system_clock() + jumped_ms.load(Ordering::Relaxed))
    };
    let app = App::open(Config { clock, ..config(profile.path(), backend.address()) }).await.unwrap();
    let watching = tokio::spawn(Arc::clone(&app).lock_on_suspend());
    let signed_in = sign_in_by_phone(&app, &backend, &phone(41)).await;
    let case = draft(&app, 41, MerchantKind::Micro).await;

    jumped_ms.store(20_000, Ordering::Relaxed);
    let locked = until(&app, "the lock", async || {
        (app.session_state().await.unwrap().phase == SessionPhase::Locked).then_some(())
    });
    locked.await;
    assert_eq!(app.case_show(case.case_id).await.unwrap_err().code, CommandCode::Locked);
    app.session_unlock(signed_in.session.account.unwrap().account, PIN.to_owned()).await.unwrap();
    assert_eq!(app.case_show(case.case_id).await.unwrap().dossier, case.dossier);
    watching.abort();
    app.close().await;
}
