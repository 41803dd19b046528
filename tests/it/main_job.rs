//! The main job: fill in, photograph, submit offline, received once, returned, answered, accepted.

use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::review::ReviewOutcome;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::{DocumentKind, Editing, FrozenReason, SessionPhase, TimelineKind, TimelineWho};
use portal_tests::{
    Backend, PIN, assert_received, assert_unreadable, draft, eventually, open_portal, pdf_text, phone, photo,
    received, sign_in_by_phone, submit,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_application_made_offline_is_received_once_after_a_restart() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let app = open_portal(profile.path(), backend.address()).await;
    assert_eq!(app.session_state().await.unwrap().phase, SessionPhase::Guest);
    let case = draft(&app, 1, MerchantKind::SoleProprietor).await;
    assert_eq!(case.status, CaseStatus::Draft);
    assert!(case.photos.len() >= 4, "{}", case.photos.len());
    assert!(case.problems.iter().all(|problem| !problem.is_blocking()), "{:?}", case.problems);

    let signed_in = sign_in_by_phone(&app, &backend, &phone(1)).await;
    assert_eq!(signed_in.adopted_drafts, 1);
    assert!(signed_in.recovery_code.is_some());
    let account = signed_in.session.account.unwrap().account;
    let adopted = app.case_show(case.case_id).await.unwrap();
    assert_eq!(adopted.dossier, case.dossier);

    backend.stop();
    let queued = submit(&app, case.case_id).await;
    assert_eq!(queued.editing, Editing::Nothing { reason: FrozenReason::InOutbox });
    let receipt = app.document_read(case.case_id, DocumentKind::LocalReceipt).await.unwrap();
    let printed = pdf_text(&receipt);
    assert!(printed.contains(&queued.local_receipt.unwrap()), "{printed}");
    assert_eq!(app.app_safety().await.unwrap().pending, 1);
    app.close().await;
    drop(app);

    let app = open_portal(profile.path(), backend.address()).await;
    assert_eq!(app.session_state().await.unwrap().phase, SessionPhase::Locked);
    let refused = app.case_show(case.case_id).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::Locked);
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    let kept = app.case_show(case.case_id).await.unwrap();
    assert_eq!(kept.dossier, case.dossier);
    assert!(kept.outbox.is_some());

    backend.resume();
    let sent = received(&app, case.case_id).await;
    assert_eq!(sent.status, CaseStatus::InReview);
    assert!(sent.receipt_number.unwrap().starts_with('R'));
    assert_eq!(app.app_safety().await.unwrap().cases_only_here, 0);
    assert_received(&app, &backend, case.case_id).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_case_is_answered_where_it_was_asked_and_accepted() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let app = open_portal(profile.path(), backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(2)).await;
    let case = draft(&app, 2, MerchantKind::SoleProprietor).await;
    let case_id = case.case_id;
    submit(&app, case_id).await;
    received(&app, case_id).await;

    let slots: Vec<_> = case.dossier.attachments.keys().copied().collect();
    let (asked, other) = (slots[0], slots[1]);
    let id = case_id.to_string();
    let photo_pointer = format!("/attachments/{}/0", asked.as_str());
    backend.admin(&[
        "case",
        "return",
        &id,
        "--pointer",
        "/business/address",
        "--reason",
        "address_incomplete",
        "--pointer",
        &photo_pointer,
        "--reason",
        "blurred",
    ]);
    let returned = eventually(&app, case_id, "the return", |case| case.status == CaseStatus::Returned).await;
    let slot_pointer = format!("/attachments/{}", asked.as_str());
    let opened = vec!["/business/address".to_owned(), slot_pointer.clone()];
    assert_eq!(returned.editing, Editing::Only { pointers: opened });
    assert_eq!(returned.returned.len(), 2);
    assert_eq!(returned.returned[0].sent.as_deref(), Some(case.dossier.business.address.as_str()));
    assert!(!returned.returned[1].sent_photos.is_empty());
    assert_eq!(app.app_safety().await.unwrap().cases_only_here, 0, "nothing was answered yet");

    let mut wrong = returned.dossier.clone();
    wrong.contact.name.push('宁');
    let refused = app.case_save(case_id, returned.revision, wrong).await.unwrap_err();
    assert_eq!((refused.code, refused.fields[0].path.as_str()), (CommandCode::Frozen, "/contact/name"));
    let refused = app.photo_add(case_id, other, photo(7, 1200, 900)).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::Frozen);
    let kept = returned.photos.iter().find(|photo| photo.slot == other).unwrap().photo_id;
    assert_eq!(app.photo_remove(case_id, kept).await.unwrap_err().code, CommandCode::Frozen);

    let mut answer = returned.dossier.clone();
    answer.business.address.push_str("东侧");
    let half = app.case_save(case_id, returned.revision, answer).await.unwrap();
    assert_eq!(app.app_safety().await.unwrap().cases_only_here, 1, "the half answer is here only");
    let refused = app.case_submit(case_id, half.revision).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::Invalid);
    let untouched: Vec<_> = refused.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(untouched, [photo_pointer.as_str()]);

    for old in returned.photos.iter().filter(|photo| photo.slot == asked) {
        app.photo_remove(case_id, old.photo_id).await.unwrap();
    }
    let retaken = app.photo_add(case_id, asked, photo(8, 1200, 900)).await.unwrap();
    assert!(retaken.returned.iter().all(|item| item.changed));
    submit(&app, case_id).await;
    eventually(&app, case_id, "the answer's receipt", |case| case.status == CaseStatus::InReview).await;
    let there = backend.case(case_id);
    assert_eq!(there.rounds.len(), 2);
    assert_eq!(there.dossier, retaken.dossier);

    backend.admin(&["case", "accept", &id]);
    let accepted = eventually(&app, case_id, "the notice", |case| {
        case.status == CaseStatus::Accepted && case.documents.contains(&DocumentKind::AcceptanceNotice)
    })
    .await;
    assert_eq!(accepted.editing, Editing::Nothing { reason: FrozenReason::Closed });
    assert_eq!(accepted.rounds.len(), 2);
    assert!(
        matches!(accepted.rounds[0].outcome, Some(ReviewOutcome::Returned { ref items }) if items.len() == 2)
    );
    let number = accepted.notice_number.clone().unwrap();
    let outcome = ReviewOutcome::Accepted { notice_number: number.clone() };
    assert_eq!(accepted.rounds[1].outcome, Some(outcome));
    let here = TimelineWho::ThisComputer { name: Some(masked(&phone(2))) };
    for entry in &accepted.timeline {
        let who = match entry.what {
            // The administrator's command line decided: nobody is named.
            TimelineKind::Returned | TimelineKind::Accepted => TimelineWho::Office { name: None },
            TimelineKind::ReceiptStored => TimelineWho::Backend,
            _ => here.clone(),
        };
        assert_eq!(entry.who, who, "{:?}", entry.what);
    }
    let mut story: Vec<_> = accepted.timeline.iter().map(|entry| entry.what).collect();
    // The receipt and the event of the same reception travel on two connections: either may be first.
    let entries = story.len();
    story.retain(|what| *what != TimelineKind::ReceiptStored);
    assert_eq!(entries - story.len(), 2, "a receipt for each round");
    assert_eq!(
        story,
        [
            TimelineKind::Created,
            TimelineKind::SubmittedHere,
            TimelineKind::Received,
            TimelineKind::Returned,
            TimelineKind::AmendedHere,
            TimelineKind::Received,
            TimelineKind::Accepted,
        ]
    );

    backend.stop();
    let notice = app.document_read(case_id, DocumentKind::AcceptanceNotice).await.unwrap();
    assert!(pdf_text(&notice).contains(&number));
    // Before closing, so that the write-ahead log is there; and after it.
    let merchants = [phone(2), number];
    let merchants = merchants.each_ref().map(String::as_str);
    assert_unreadable(profile.path(), &accepted.dossier, &merchants);
    app.close().await;
    assert_unreadable(profile.path(), &accepted.dossier, &merchants);
}

/// A merchant's phone as the account shows it.
fn masked(phone: &str) -> String {
    format!("{}****{}", &phone[..3], &phone[7..])
}
