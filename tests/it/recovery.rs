//! A lost keyring loses nothing: the recovery code opens the account, and the computer enrols anew.

use portal_app::App;
use portal_app::domain::dossier::MerchantKind;
use portal_app::error::CommandCode;
use portal_app::view::{SessionPhase, SignInProof};
use portal_tests::{
    AGENT, Backend, CommandLine, PASSWORD, PIN, activation_code, an_agent, assert_received, draft,
    open_quiet, phone, sign_in_by_phone, submit,
};
use serde_json::Value;

async fn enrol(app: &App, backend: &Backend) {
    app.session_enrol_machine(activation_code(backend)).await.unwrap();
}

fn proof() -> SignInProof {
    SignInProof::Password { user: AGENT.to_owned(), password: PASSWORD.to_owned(), code: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_that_lost_its_secrets_recovers_enrols_anew_and_sends() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    an_agent(&backend);
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
        assert_received(&app, &backend, case.case_id).await;
    }
    app.close().await;
}

#[test]
fn the_command_line_recovers_and_changes_the_pin() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    an_agent(&backend);
    let portal = CommandLine::headless(profile.path(), backend.address());
    let run = |arguments: &[&str], secrets: &[(&str, &str)]| {
        let mut command = portal.command(arguments);
        let output = command.envs(secrets.iter().copied()).output().unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), answer)
    };
    portal.ask(&["enrol", "--activation-code", &activation_code(&backend)]);
    let (_, signed_in) = run(&["login", "--user", AGENT], &[("PORTAL_PASSWORD", PASSWORD)]);
    let code = signed_in["recovery_code"].as_str().unwrap();

    let (exit, refused) = run(&["recover"], &[("PORTAL_RECOVERY_CODE", "AAAA"), ("PORTAL_PIN", "735028")]);
    assert_eq!((exit, refused["code"].as_str()), (6, Some("wrong_recovery_code")), "{refused}");
    let (exit, _) = run(&["recover"], &[("PORTAL_RECOVERY_CODE", code), ("PORTAL_PIN", "735028")]);
    assert_eq!(exit, 0);
    assert_eq!(portal.run(&["case", "list"]).0, 6, "the old PIN opens nothing");

    let (exit, refused) = run(&["pin"], &[("PORTAL_PIN", "735028"), ("PORTAL_NEW_PIN", "111111")]);
    assert_eq!((exit, refused["fields"][0]["path"].as_str()), (1, Some("PORTAL_NEW_PIN")), "{refused}");
    let (exit, _) = run(&["pin"], &[("PORTAL_PIN", "735028"), ("PORTAL_NEW_PIN", PIN)]);
    assert_eq!(exit, 0);
    portal.ask(&["case", "list"]);
}

/// Drafts made before anybody signed in, on a computer whose keys are lost: no recovery code was ever given.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_keys_are_lost_starts_anew_and_nothing_is_deleted() {
    let profile = tempfile::tempdir().unwrap();
    let nobody = "http://127.0.0.1:9";
    let app = open_quiet(profile.path(), nobody).await;
    let case = draft(&app, 62, MerchantKind::Micro).await;
    let refused = app.vault_start_anew().await.unwrap_err();
    assert_eq!(refused.fields[0].problem, "secrets_present");
    app.case_show(case.case_id).await.unwrap();
    app.close().await;
    drop(app);

    let database = std::fs::read(profile.path().join("accounts/guest/store/portal.db")).unwrap();
    std::fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let app = open_quiet(profile.path(), nobody).await;
    assert_eq!(app.session_state().await.unwrap().phase, SessionPhase::VaultNeeded);
    assert_eq!(app.workbench_show().await.unwrap_err().code, CommandCode::SecretsMissing);

    let session = app.vault_start_anew().await.unwrap();
    assert_eq!(session.phase, SessionPhase::Guest);
    assert!(app.case_list(Default::default()).await.unwrap().cases.is_empty());
    let anew = draft(&app, 63, MerchantKind::Micro).await;
    app.close().await;
    drop(app);
    let aside: Vec<_> = std::fs::read_dir(profile.path().join("set-aside")).unwrap().collect();
    assert_eq!(aside.len(), 1);
    let kept = aside[0].as_ref().unwrap().path();
    assert_eq!(std::fs::read(kept.join("store/portal.db")).unwrap(), database, "sealed as it was");
    assert!(kept.join("keys.json").is_file() && kept.join("store/blobs").is_dir());

    let app = open_quiet(profile.path(), nobody).await;
    assert_eq!(app.case_show(anew.case_id).await.unwrap().dossier, anew.dossier);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_its_recovery_code_can_open_is_not_given_up() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    let signed_in = sign_in_by_phone(&app, &backend, &phone(64)).await;
    app.close().await;
    drop(app);
    std::fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let app = open_quiet(profile.path(), backend.address()).await;
    let refused = app.vault_start_anew().await.unwrap_err();
    assert_eq!(refused.fields[0].problem, "accounts_known");
    let account = signed_in.session.account.unwrap().account;
    app.session_recover(account, signed_in.recovery_code.unwrap(), PIN.to_owned()).await.unwrap();
    app.close().await;
}
