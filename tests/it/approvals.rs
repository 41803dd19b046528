//! Second-person approval as an agent's computer lives it.

use portal_app::App;
use portal_app::domain::dossier::{MerchantKind, Override};
use portal_app::domain::ids::{CaseId, OpId};
use portal_app::domain::problem::ProblemCode;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::{CaseView, OutboxState, TimelineEntry, TimelineKind, TimelineWho};
use portal_tests::{Backend, agent_at, an_agent, draft, open_quiet, phone, sign_in_by_phone, submit};

const LICENCE: &str = "/licence/number";

/// A backend whose branch asks for approval, with its agent's computer.
async fn branch(data: &std::path::Path, profile: &std::path::Path) -> (Backend, std::sync::Arc<App>) {
    let backend = Backend::start(data);
    an_agent(&backend);
    backend.admin(&["branch", "set", "--branch", portal_tests::BRANCH, "--approval", "true"]);
    let app = agent_at(profile, &backend).await;
    (backend, app)
}

/// The operation that waits in the outbox for an approval.
async fn waiting(app: &App, case_id: CaseId) -> OpId {
    let case = app.case_show(case_id).await.unwrap();
    let item = case.outbox.unwrap();
    assert_eq!((case.status, item.state), (CaseStatus::AwaitingApproval, OutboxState::Approval));
    item.op_id
}

fn entry(case: &CaseView, kind: TimelineKind) -> &TimelineEntry {
    case.timeline.iter().find(|entry| entry.what == kind).unwrap()
}

/// With a wrong check digit in the licence number.
async fn with_a_wrong_number(app: &App, seed: u64) -> CaseView {
    let case = draft(app, seed, MerchantKind::Enterprise).await;
    let mut dossier = case.dossier.clone();
    let last = if dossier.licence.number.ends_with('0') { "1" } else { "0" };
    dossier.licence.number.replace_range(17.., last);
    app.case_save(case.case_id, case.revision, dossier).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_agent_submits_waits_for_a_supervisor_and_goes_on_by_itself() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (backend, app) = branch(data.path(), profile.path()).await;
    let case_id = draft(&app, 81, MerchantKind::Micro).await.case_id;
    submit(&app, case_id).await;
    let sent = app.sync_once().await.unwrap();
    assert_eq!((sent.received, sent.waiting, sent.attention), (0, 1, 0));
    let op_id = waiting(&app, case_id).await;
    // It is asked once, however often it is sent.
    app.outbox_retry(op_id).await.unwrap();
    app.sync_once().await.unwrap();
    assert_eq!(waiting(&app, case_id).await, op_id);
    let asked = backend.admin(&["approval", "list"]);
    assert_eq!((asked.as_array().unwrap().len(), &asked[0]["op_id"]), (1, &op_id.to_string().into()));

    backend.admin(&["approval", "give", &op_id.to_string()]);
    assert_eq!(app.sync_once().await.unwrap().received, 1, "one call hears of it and sends");
    let case = app.case_show(case_id).await.unwrap();
    assert_eq!(case.status, CaseStatus::InReview);
    assert_eq!(entry(&case, TimelineKind::Approved).who, TimelineWho::Office { name: None });
    assert_eq!(backend.case(case_id).rounds.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_supervisor_gives_back_is_corrected_and_asked_anew() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (backend, app) = branch(data.path(), profile.path()).await;
    let case_id = draft(&app, 82, MerchantKind::Micro).await.case_id;
    submit(&app, case_id).await;
    app.sync_once().await.unwrap();
    let first = waiting(&app, case_id).await;
    backend.admin(&["approval", "refuse", &first.to_string(), "--text", "门头照不是这家店"]);
    let sent = app.sync_once().await.unwrap();
    assert_eq!((sent.received, sent.attention), (0, 1));
    let case = app.case_show(case_id).await.unwrap();
    assert_eq!(case.status, CaseStatus::NeedsAttention);
    assert_eq!(case.outbox.as_ref().unwrap().problem.as_ref().unwrap().code, "approval_refused");
    assert_eq!(entry(&case, TimelineKind::NotApproved).text.as_deref(), Some("门头照不是这家店"));

    let case = app.case_unqueue(case_id).await.unwrap();
    let mut dossier = case.dossier.clone();
    dossier.business.trade_name.push_str("一店");
    app.case_save(case_id, case.revision, dossier).await.unwrap();
    submit(&app, case_id).await;
    app.sync_once().await.unwrap();
    let second = waiting(&app, case_id).await;
    assert_ne!(first, second);
    backend.admin(&["approval", "give", &second.to_string()]);
    assert_eq!(app.sync_once().await.unwrap().received, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_sends_a_number_against_its_check_digit_with_a_reason_and_a_merchant_cannot() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (backend, app) = branch(data.path(), profile.path()).await;
    backend.admin(&["branch", "set", "--branch", portal_tests::BRANCH, "--approval", "false"]);
    let case = with_a_wrong_number(&app, 83).await;
    assert!(case.may_override);
    let refused = app.case_submit(case.case_id, case.revision).await.unwrap_err();
    assert_eq!((refused.code, refused.fields[0].path.as_str()), (CommandCode::Invalid, LICENCE));
    let mut dossier = case.dossier.clone();
    dossier.overrides.push(Override { pointer: LICENCE.to_owned(), reason: "执照原件如此".to_owned() });
    let case = app.case_save(case.case_id, case.revision, dossier).await.unwrap();
    let warned = case.problems.iter().find(|problem| problem.pointer == LICENCE).unwrap();
    assert_eq!((warned.code, warned.is_blocking()), (ProblemCode::BadCheckDigit, false));
    submit(&app, case.case_id).await;
    app.sync_once().await.unwrap();
    let op_id = waiting(&app, case.case_id).await;
    backend.admin(&["approval", "give", &op_id.to_string()]);
    assert_eq!(app.sync_once().await.unwrap().received, 1);

    let own = tempfile::tempdir().unwrap();
    let merchant = open_quiet(own.path(), backend.address()).await;
    sign_in_by_phone(&merchant, &backend, &phone(84)).await;
    let case = with_a_wrong_number(&merchant, 84).await;
    assert!(!case.may_override);
    let mut dossier = case.dossier.clone();
    dossier.overrides.push(Override { pointer: LICENCE.to_owned(), reason: "执照原件如此".to_owned() });
    app_refuses(&merchant, &case, dossier).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_supervisor_can_be_taken_back_and_a_reason_goes_with_its_number() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (backend, app) = branch(data.path(), profile.path()).await;
    let case = with_a_wrong_number(&app, 85).await;
    let case_id = case.case_id;
    let mut dossier = case.dossier.clone();
    dossier.overrides.push(Override { pointer: LICENCE.to_owned(), reason: "执照原件如此".to_owned() });
    app.case_save(case_id, case.revision, dossier).await.unwrap();
    submit(&app, case_id).await;
    app.sync_once().await.unwrap();
    let first = waiting(&app, case_id).await;
    let case = app.case_unqueue(case_id).await.unwrap();
    assert_eq!((case.status, case.outbox.is_none()), (CaseStatus::Draft, true));
    let mut dossier = case.dossier.clone();
    let last = if dossier.licence.number.ends_with('3') { "4" } else { "3" };
    dossier.licence.number.replace_range(17.., last);
    let case = app.case_save(case_id, case.revision, dossier).await.unwrap();
    assert!(case.dossier.overrides.is_empty(), "it was given for another number");
    // Agreeing to what was taken back does nothing.
    backend.admin(&["approval", "give", &first.to_string()]);
    assert_eq!(app.sync_once().await.unwrap().received, 0);
    assert_eq!(app.case_show(case_id).await.unwrap().status, CaseStatus::Draft);
}

/// Nobody would agree to it: said here, before it is sent.
async fn app_refuses(app: &App, case: &CaseView, dossier: portal_app::domain::dossier::Dossier) {
    let saved = app.case_save(case.case_id, case.revision, dossier).await.unwrap();
    let refused = app.case_submit(case.case_id, saved.revision).await.unwrap_err();
    assert_eq!((refused.code, refused.fields[0].path.as_str()), (CommandCode::Invalid, LICENCE));
}
