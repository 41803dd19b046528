//! The stronger level: the signer's phone confirms the document while there is a network, and nothing is missing without one.

use super::*;

/// Longer than a confirmation counts.
const HALF_AN_HOUR_MS: i64 = 31 * 60_000;

/// The signer's number in the application.
async fn mobile(desk: &Desk, case_id: CaseId) -> String {
    desk.app.case_show(case_id).await.unwrap().dossier.legal_person.mobile
}

/// Until when the phone's confirmation counts.
async fn confirmed_until(desk: &Desk, case_id: CaseId) -> Option<i64> {
    desk.app.contract_show(case_id).await.unwrap().reading.unwrap().confirmed_until_ms
}

/// What the exported bundle is worth.
fn assurance(backend: &Backend, folder: &std::path::Path) -> Value {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (bundle, root) = (file("bundle.json"), file("root.pem"));
    let number = backend.admin(&["contract", "list"])[0]["number"].as_str().unwrap().to_owned();
    backend.admin(&["contract", "export", &number, "--out", &bundle]);
    std::fs::write(&root, backend.admin(&["contract", "root"])["root"].as_str().unwrap()).unwrap();
    let portal = CommandLine::headless(folder, backend.address());
    let (code, report) = portal.run(&["contract", "verify-bundle", &bundle, "--root", &root]);
    assert_eq!((code, &report["refused"]), (0, &Value::Null), "{report}");
    let mut changed: Value = serde_json::from_slice(&std::fs::read(&bundle).unwrap()).unwrap();
    let payload = changed["ceremony"]["payload"].as_str().unwrap().replace("\"SMS\"", "\"PIN\"");
    let is_sms = changed["ceremony"]["payload"] != payload.as_str();
    changed["ceremony"]["payload"] = payload.into();
    std::fs::write(&bundle, changed.to_string()).unwrap();
    let (code, refused) = portal.run(&["contract", "verify-bundle", &bundle, "--root", &root]);
    assert_eq!(code, i32::from(is_sms), "a level that was changed is found: {refused}");
    report["assurance"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signers_phone_confirms_the_pages_that_were_read_and_no_others() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered(&desk, &backend, 72).await.case_id;
    app.contract_prepare(case_id, estimate()).await.unwrap();
    let unread = app.contract_send_code(case_id).await.unwrap_err();
    assert_eq!(unread.code, CommandCode::NotRead);
    desk.read(case_id, estimate()).await;
    let mobile = mobile(&desk, case_id).await;
    let shown = app.contract_show(case_id).await.unwrap().offer.unwrap().signer_mobile.unwrap();
    assert_eq!(shown, format!("{}****{}", &mobile[..3], &mobile[7..]));
    let sent = app.contract_send_code(case_id).await.unwrap();
    assert_eq!(sent.valid_s, 600);
    let soon = app.contract_send_code(case_id).await.unwrap_err();
    assert_eq!(soon.code, CommandCode::TooManyRequests);
    let code = backend.code_for(&mobile);

    // Other pages, of another estimate: the code is not theirs.
    desk.read(case_id, Vec::new()).await;
    let others = app.contract_confirm_code(case_id, code.clone()).await.unwrap_err();
    assert_eq!(others.code, CommandCode::WrongCode);
    desk.read(case_id, estimate()).await;
    let confirmed = app.contract_confirm_code(case_id, format!(" {code} ")).await.unwrap();
    assert!(confirmed.reading.unwrap().confirmed_until_ms.is_some());
    desk.ahead_ms.fetch_add(HALF_AN_HOUR_MS, Ordering::SeqCst);
    assert_eq!(confirmed_until(&desk, case_id).await, None, "not for another day");
    desk.ahead_ms.fetch_sub(HALF_AN_HOUR_MS, Ordering::SeqCst);
    assert!(confirmed_until(&desk, case_id).await.is_some());

    desk.agree(case_id).await;
    let render = app.contract_show(case_id).await.unwrap().reading.unwrap().render_sha256;
    let no_pin = app.contract_sign(case_id, render.clone(), scribble(), None).await.unwrap_err();
    assert_eq!(no_pin.code, CommandCode::InvalidArgument, "the code comes on top of the PIN");
    app.contract_sign(case_id, render, scribble(), Some(PIN.to_owned())).await.unwrap();
    desk.at(case_id, ContractStage::InEffect).await;
    app.close().await;
    assert_eq!(assurance(&backend, data.path()), "phone_code");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_contract_is_signed_and_the_weaker_level_is_told() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered(&desk, &backend, 73).await.case_id;
    desk.read(case_id, estimate()).await;
    app.contract_send_code(case_id).await.unwrap();
    let code = backend.code_for(&mobile(&desk, case_id).await);
    backend.stop();
    let unsent = app.contract_confirm_code(case_id, code).await.unwrap_err();
    assert_eq!(unsent.code, CommandCode::Offline);
    desk.sign(case_id).await;
    backend.resume();
    desk.at(case_id, ContractStage::InEffect).await;
    app.close().await;
    assert_eq!(assurance(&backend, data.path()), "pin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_on_an_agents_computer_confirms_with_their_own_phone() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered_to_an_agent(&desk, &backend, 74).await;
    desk.read(case_id, estimate()).await;
    let agent = app.contract_send_code(case_id).await.unwrap_err();
    assert_eq!(agent.code, CommandCode::NotTheSigner, "an agent has no code sent");
    let mobile = mobile(&desk, case_id).await;
    app.contract_hand_over(case_id, photo(302, 1600, 1200)).await.unwrap();
    let render = desk.read(case_id, estimate()).await.reading.unwrap().render_sha256;
    app.contract_send_code(case_id).await.unwrap();
    app.contract_confirm_code(case_id, backend.code_for(&mobile)).await.unwrap();
    desk.agree(case_id).await;
    app.contract_sign(case_id, render, scribble(), None).await.unwrap();
    let account = app.session_state().await.unwrap().accounts.remove(0).account;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    desk.at(case_id, ContractStage::InEffect).await;
    app.close().await;
    assert_eq!(assurance(&backend, data.path()), "phone_code_in_person");
}
