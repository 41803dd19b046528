//! A lost keyring loses nothing: the recovery code opens the account, and the computer enrols anew.

use portal_app::App;
use portal_app::domain::dossier::MerchantKind;
use portal_app::view::SignInProof;
use portal_tests::{Backend, PASSWORD, PIN, assert_received, draft, open_quiet, submit};

async fn enrol(app: &App, backend: &Backend) {
    let code = backend.admin(&["activation-code", "create", "--branch", "East Gate"]);
    app.session_enrol_machine(code["code"].as_str().unwrap().to_owned()).await.unwrap();
}

fn proof() -> SignInProof {
    SignInProof::Password { user: "an".to_owned(), password: PASSWORD.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_that_lost_its_secrets_recovers_enrols_anew_and_sends() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    backend.admin(&["branch", "create", "--name", "East Gate"]);
    let staff =
        ["user", "create", "--role", "agent", "--branch", "East Gate", "--name", "an", "--user", "an"];
    backend.admin(&staff);
    let app = open_quiet(profile.path(), backend.address()).await;
    // A guest's store exists on every computer; its key goes with the keyring.
    app.workbench_show().await.unwrap();
    enrol(&app, &backend).await;
    let signed_in = app.session_sign_in(proof(), PIN.to_owned()).await.unwrap();
    let account = signed_in.session.account.unwrap().account;
    let case = draft(&app, 61, MerchantKind::Micro).await;
    // Finalised under the old id and key: the body can't be signed again, it is delivered all the same.
    let queued = draft(&app, 62, MerchantKind::Micro).await;
    submit(&app, queued.case_id).await;
    app.close().await;
    drop(app);

    std::fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let app = open_quiet(profile.path(), backend.address()).await;
    let code = signed_in.recovery_code.unwrap();
    let session = app.session_recover(account, code, PIN.to_owned()).await.unwrap();
    assert!(!session.enrolled);
    assert_eq!(app.case_show(case.case_id).await.unwrap().dossier, case.dossier);
    enrol(&app, &backend).await;
    app.session_sign_in(proof(), PIN.to_owned()).await.unwrap();
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 2);
    for case in [case, queued] {
        assert_received(&backend, &app.case_show(case.case_id).await.unwrap());
    }
    app.close().await;
}
