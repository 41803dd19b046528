//! One account on two computers; and photos that leave a computer when their time is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::{Editing, OutboxState, Settings, TimelineKind};
use portal_app::{App, Config, system_clock};
use portal_tests::{Backend, PIN, agent_at, an_agent, config, draft, phone, photo, sign_in_by_phone, submit};

const DAY_MS: i64 = 24 * 3600 * 1000;

fn returns(backend: &Backend, case: &str, pointers: &[&str]) {
    let mut arguments = vec!["case", "return", case];
    for pointer in pointers {
        arguments.extend(["--pointer", pointer, "--reason", "incomplete"]);
    }
    backend.admin(&arguments);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_back_and_forth_between_two_computers_of_one_account() {
    let (data, one, two) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    an_agent(&backend);
    let shop = agent_at(one.path(), &backend).await;
    let case = draft(&shop, 31, MerchantKind::Micro).await;
    let (case_id, id) = (case.case_id, case.case_id.to_string());
    let slot = *case.dossier.attachments.keys().next().unwrap();
    let photos = format!("/attachments/{}", slot.as_str());
    submit(&shop, case_id).await;
    shop.sync_once().await.unwrap();
    returns(&backend, &id, &["/business/address", &format!("{photos}/0")]);

    // The other computer never saw the case.
    let home = agent_at(two.path(), &backend).await;
    home.sync_once().await.unwrap();
    let listed = home.case_list(Default::default()).await.unwrap().cases;
    assert_eq!((listed.len(), listed[0].case_id, listed[0].status), (1, case_id, CaseStatus::Returned));
    let seen = home.case_show(case_id).await.unwrap();
    assert_eq!(seen.dossier, case.dossier);
    assert_eq!(seen.editing, Editing::Only { pointers: vec!["/business/address".to_owned(), photos] });
    assert_eq!(seen.returned[0].sent.as_deref(), Some(case.dossier.business.address.as_str()));
    assert!(!seen.photos.is_empty() && seen.photos.iter().all(|photo| !photo.here));
    assert!(seen.timeline.iter().any(|entry| entry.what == TimelineKind::Fetched));
    assert!(seen.receipt_number.is_some());
    let absent = home.photo_bytes(seen.photos[0].photo_id, None).await.unwrap_err();
    assert_eq!(absent.code, CommandCode::NotFound);

    // It is answered there: one photo is taken anew, the others are at the backend already.
    let old = seen.photos.iter().find(|photo| photo.slot == slot).unwrap().photo_id;
    assert_eq!(home.app_safety().await.unwrap().cases_only_here, 0);
    let mut answer = seen.dossier.clone();
    answer.business.address.push_str("西侧");
    home.case_save(case_id, seen.revision, answer).await.unwrap();
    assert_eq!(home.app_safety().await.unwrap().cases_only_here, 1);
    let retaken = home.photo_replace(case_id, old, "", photo(3101, 1200, 900)).await.unwrap();
    assert!(retaken.returned.iter().all(|item| item.changed));
    submit(&home, case_id).await;
    // In a file too: what is at the backend and not here needs no room in it.
    let (package, receipts) = (two.path().join("package.age"), two.path().join("receipts.json"));
    let permit = home.courier_permit(PIN.to_owned()).await.unwrap();
    let packed = home.courier_export(&package, permit).await.unwrap();
    assert_eq!((packed.operations, packed.photos, packed.left), (1, 1, 0));
    let imported = shop.courier_import(&package, &receipts).await.unwrap();
    assert_eq!((imported.received, imported.refused), (1, 0));
    let sent = home.sync_once().await.unwrap();
    assert_eq!((sent.received, sent.attention), (1, 0));
    let there = backend.case(case_id);
    assert_eq!((there.rounds.len(), &there.dossier), (2, &retaken.dossier));

    // The first computer hears of it and goes on from there, not from what it sent itself.
    returns(&backend, &id, &["/business/address"]);
    shop.sync_once().await.unwrap();
    let back = shop.case_show(case_id).await.unwrap();
    assert_eq!((back.status, &back.dossier), (CaseStatus::Returned, &retaken.dossier));
    assert_eq!(back.returned[0].sent.as_deref(), Some(retaken.dossier.business.address.as_str()));
    let missing: Vec<_> = back.photos.iter().filter(|photo| !photo.here).map(|photo| photo.slot).collect();
    assert_eq!(missing, [slot], "all others were taken here");
    let mut answer = back.dossier.clone();
    answer.business.address.push_str("二楼");
    let saved = shop.case_save(case_id, back.revision, answer).await.unwrap();
    shop.case_submit(case_id, saved.revision).await.unwrap();
    assert_eq!(shop.sync_once().await.unwrap().received, 1);
    let there = backend.case(case_id);
    assert_eq!(there.rounds.len(), 3);
    assert!(there.dossier.business.address.ends_with("西侧二楼"), "{}", there.dossier.business.address);
    shop.close().await;
    home.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_answers_to_one_return_the_second_is_a_conflict_and_stays_readable() {
    let (data, one, two) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    an_agent(&backend);
    let shop = agent_at(one.path(), &backend).await;
    let case_id = draft(&shop, 34, MerchantKind::Micro).await.case_id;
    submit(&shop, case_id).await;
    shop.sync_once().await.unwrap();
    returns(&backend, &case_id.to_string(), &["/business/address"]);
    let home = agent_at(two.path(), &backend).await;
    for (app, words) in [(&shop, "西侧"), (&home, "东侧")] {
        app.sync_once().await.unwrap();
        let seen = app.case_show(case_id).await.unwrap();
        let mut answer = seen.dossier.clone();
        answer.business.address.push_str(words);
        app.case_save(case_id, seen.revision, answer).await.unwrap();
        submit(app, case_id).await;
    }
    assert_eq!(home.sync_once().await.unwrap().received, 1);
    let met = shop.sync_once().await.unwrap();
    assert_eq!((met.received, met.attention), (0, 1));
    let mine = shop.case_show(case_id).await.unwrap();
    let waiting = mine.outbox.unwrap();
    assert_eq!(waiting.state, OutboxState::Conflict);
    assert!(mine.dossier.business.address.ends_with("西侧"));

    // Sending the same again can't help; the backend's document can be taken, and what stood here is kept beside it.
    let refused = shop.outbox_retry(waiting.op_id).await.unwrap_err();
    assert_eq!((refused.code, refused.fields[0].problem.as_str()), (CommandCode::Refused, "conflict"));
    shop.case_unqueue(case_id).await.unwrap();
    shop.sync_once().await.unwrap();
    let taken = shop.case_show(case_id).await.unwrap();
    assert!(taken.outbox.is_none());
    assert!(taken.dossier.business.address.ends_with("东侧"));
    let kept = taken.timeline.iter().find_map(|entry| entry.replaced.as_ref()).unwrap();
    assert_eq!(**kept, mine.dossier);
    shop.close().await;
    home.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_a_withdrawn_case_leave_after_the_days_that_were_set() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let ahead_ms = Arc::new(AtomicI64::new(0));
    let clock = {
        let ahead_ms = Arc::clone(&ahead_ms);
        Arc::new(move || system_clock() + ahead_ms.load(Ordering::Relaxed))
    };
    let config = Config { background: false, clock, ..config(profile.path(), backend.address()) };
    let app = App::open(config).await.unwrap();
    sign_in_by_phone(&app, &backend, &phone(32)).await;
    for wrong in [0, 366] {
        let refused = app.settings_write(Settings { photo_days: wrong, ..Settings::default() }).await;
        assert_eq!(refused.unwrap_err().fields[0].path, "/photo_days");
    }
    app.settings_write(Settings { photo_days: 3, ..Settings::default() }).await.unwrap();

    let withdrawn = draft(&app, 32, MerchantKind::Micro).await;
    let kept = draft(&app, 33, MerchantKind::Micro).await;
    for case in [&withdrawn, &kept] {
        submit(&app, case.case_id).await;
    }
    app.sync_once().await.unwrap();
    app.case_withdraw(withdrawn.case_id, "换一家".to_owned()).await.unwrap();
    app.sync_once().await.unwrap();
    for (days, here) in [(2, true), (4, false)] {
        ahead_ms.store(days * DAY_MS, Ordering::Relaxed);
        app.sync_once().await.unwrap();
        let view = app.case_show(withdrawn.case_id).await.unwrap();
        assert_eq!(view.status, CaseStatus::Withdrawn);
        assert!(view.photos.iter().all(|photo| photo.here == here), "after {days} days");
        let open = app.case_show(kept.case_id).await.unwrap();
        assert!(open.photos.iter().all(|photo| photo.here), "a case in review keeps its photos");
    }
    let view = app.case_show(withdrawn.case_id).await.unwrap();
    assert!(view.receipt_number.is_some());
    assert_eq!(view.dossier, withdrawn.dossier, "the hashes stay");
    app.close().await;
}
