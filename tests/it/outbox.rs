//! The queue: bad operations stay aside, clicks count once, one process writes.

use std::sync::Arc;

use portal_app::domain::dossier::{Dossier, MerchantKind};
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::{CheckId, CheckResult, Editing, FrozenReason, OutboxState};
use portal_app::{App, Config, system_clock};
use portal_domain::testing::dossier;
use portal_tests::{
    Backend, PIN, assert_received, config, draft, draft_of, draft_with, open_portal, open_quiet, phone,
    photo, sign_in_by_phone, submit,
};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A portal on a computer whose clock is two months behind: papers that have run out meanwhile look good to it, and
/// only the backend refuses them.
async fn open_behind(profile: &std::path::Path, backend: &str) -> Arc<App> {
    let clock = Arc::new(|| system_clock() - 60 * DAY_MS);
    App::open(Config { background: false, clock, ..config(profile, backend) }).await.unwrap()
}

/// An application whose legal person's card ran out yesterday.
fn run_out(seed: u64) -> Dossier {
    let yesterday = jiff::Timestamp::from_millisecond(system_clock() - 2 * DAY_MS).unwrap();
    let mut dossier = dossier(seed, MerchantKind::Micro);
    dossier.legal_person.id_valid_until = yesterday.strftime("%Y-%m-%d").to_string();
    dossier
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_here_leaves_a_chained_record_that_the_self_check_reads() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    let rows = async || {
        let checks = app.app_selfcheck().await.unwrap();
        let found = checks.into_iter().find(|check| check.check == CheckId::Audit).unwrap();
        assert_eq!(found.result, CheckResult::Ok);
        found.figure.unwrap().parse::<u64>().unwrap()
    };
    sign_in_by_phone(&app, &backend, &phone(36)).await;
    assert_eq!(rows().await, 1, "signed in");
    let case = draft(&app, 36, MerchantKind::Micro).await;
    submit(&app, case.case_id).await;
    assert_eq!(rows().await, 3, "begun, queued");
    app.sync_once().await.unwrap();
    assert_eq!(rows().await, 4, "receipt stored");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_operation_waits_for_its_user_and_delays_no_other() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_behind(profile.path(), backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(21)).await;
    let first = draft(&app, 21, MerchantKind::Micro).await;
    let bad = draft_of(&app, 22, run_out(22)).await;
    let last = draft(&app, 23, MerchantKind::SoleProprietor).await;
    for case in [&first, &bad, &last] {
        submit(&app, case.case_id).await;
    }
    let summary = app.sync_once().await.unwrap();
    assert_eq!((summary.received, summary.attention, summary.waiting), (2, 1, 0));
    assert_received(&app, &backend, first.case_id).await;
    assert_received(&app, &backend, last.case_id).await;

    let refused = app.case_show(bad.case_id).await.unwrap();
    assert_eq!(refused.status, CaseStatus::NeedsAttention);
    let item = refused.outbox.unwrap();
    assert_eq!((item.state, item.attempts), (OutboxState::Attention, 0));
    let problem = item.problem.unwrap();
    assert_eq!(problem.code, "invalid");
    assert!(problem.fields.iter().any(|field| field.path.ends_with("/legal_person/id_valid_until")));

    app.outbox_retry(item.op_id).await.unwrap();
    let summary = app.sync_once().await.unwrap();
    assert_eq!((summary.received, summary.attention), (0, 1), "as it is it is refused again");

    let taken_back = app.case_unqueue(bad.case_id).await.unwrap();
    assert_eq!((taken_back.status, taken_back.editing), (CaseStatus::Draft, Editing::Everything));
    let mut corrected = taken_back.dossier;
    corrected.legal_person.id_valid_until = "2045-01-01".to_owned();
    let saved = app.case_save(bad.case_id, taken_back.revision, corrected).await.unwrap();
    app.case_submit(bad.case_id, saved.revision).await.unwrap();
    let summary = app.sync_once().await.unwrap();
    assert_eq!((summary.received, summary.attention, summary.waiting), (1, 0, 0));
    assert_received(&app, &backend, bad.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_queued_cases_5_bad_ones_stay_and_195_are_received_in_one_run() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_behind(profile.path(), backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(24)).await;
    // The same few in every case: the backend has them from the first one on.
    let photos: Vec<_> = (0..12).map(|seed| photo(seed, 800, 600)).collect();
    let mut bad = Vec::new();
    for number in 0..200_u64 {
        let is_bad = number % 40 == 7;
        let dossier =
            if is_bad { run_out(1000 + number) } else { dossier(1000 + number, MerchantKind::Micro) };
        let case = draft_with(&app, dossier, &photos).await;
        submit(&app, case.case_id).await;
        if is_bad {
            bad.push(case.case_id);
        }
    }
    assert_eq!(app.app_safety().await.unwrap().pending, 200);
    let summary = app.sync_once().await.unwrap();
    assert_eq!((summary.received, summary.attention, summary.waiting), (195, 5, 0));
    let left: Vec<_> = app.outbox_show().await.unwrap().items.iter().map(|item| item.case_id).collect();
    assert_eq!(left, bad);
    assert_eq!(backend.admin(&["case", "list"]).as_array().unwrap().len(), 195);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_clicks_at_once_submit_once() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(25)).await;
    let case = draft(&app, 25, MerchantKind::Micro).await;
    let clicks: Vec<_> = (0..5)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { app.case_submit(case.case_id, case.revision).await })
        })
        .collect();
    let mut receipts = Vec::new();
    for click in clicks {
        receipts.push(click.await.unwrap().unwrap().local_receipt.unwrap());
    }
    receipts.dedup();
    assert_eq!(receipts.len(), 1);
    assert_eq!(app.outbox_show().await.unwrap().items.len(), 1);
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_opener_reads_and_says_that_it_only_reads() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let first = open_portal(profile.path(), backend.address()).await;
    let account = sign_in_by_phone(&first, &backend, &phone(26)).await.session.account.unwrap().account;
    let case = draft(&first, 26, MerchantKind::Micro).await;
    assert!(!first.app_info().await.unwrap().read_only);

    let second = open_portal(profile.path(), backend.address()).await;
    assert!(second.app_info().await.unwrap().read_only);
    second.session_unlock(account, PIN.to_owned()).await.unwrap();
    let seen = second.case_show(case.case_id).await.unwrap();
    assert_eq!(seen.dossier, case.dossier);
    assert_eq!(seen.editing, Editing::Nothing { reason: FrozenReason::ReadOnly });
    let photo = seen.photos[0].photo_id;
    assert!(!second.photo_bytes(photo, None).await.unwrap().is_empty());
    let refused = [
        second.case_create().await.unwrap_err(),
        second.case_save(case.case_id, case.revision, case.dossier.clone()).await.unwrap_err(),
        second.case_submit(case.case_id, case.revision).await.unwrap_err(),
        second.photo_remove(case.case_id, photo).await.unwrap_err(),
        second.sync_once().await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.code, CommandCode::ReadOnly);
    }
    second.close().await;
    let saved = first.case_save(case.case_id, case.revision, case.dossier).await.unwrap();
    first.close().await;
    drop((first, second));

    let third = open_quiet(profile.path(), backend.address()).await;
    assert!(!third.app_info().await.unwrap().read_only);
    assert!(saved.revision > case.revision);
    third.close().await;
}
