//! A photo that a person turns.

use portal_app::domain::dossier::{Attachment, MerchantKind};
use portal_app::view::CaseView;
use portal_tests::{Backend, assert_received, draft, open_quiet, phone, sign_in_by_phone, submit};

fn first(case: &CaseView) -> &Attachment {
    case.dossier.photos().next().unwrap().2
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_turned_from_its_original_and_sent_as_turned() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let app = open_quiet(&folder.path().join("profile"), backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(41)).await;
    let case = draft(&app, 41, MerchantKind::Micro).await;
    let before = first(&case).clone();
    let places = |case: &CaseView| case.dossier.photos().map(|(slot, at, _)| (slot, at)).collect::<Vec<_>>();

    let turned = app.photo_turn(case.case_id, before.photo_id).await.unwrap();
    let once = first(&turned);
    assert_eq!((once.width_px, once.height_px), (before.height_px, before.width_px));
    assert_ne!(once.sha256, before.sha256);
    assert_eq!(once.original_sha256, before.original_sha256);
    assert_eq!(once.original_bytes, before.original_bytes);
    assert!(once.steps.iter().any(|step| step["step"] == "turned" && step["by"] == "quarter"), "{once:?}");
    assert_eq!(places(&turned), places(&case), "it stays in its place");

    let mut round = turned;
    for _ in 0..3 {
        round = app.photo_turn(round.case_id, first(&round).photo_id).await.unwrap();
    }
    assert_eq!(first(&round).sha256, before.sha256, "four quarters are none");

    app.photo_turn(round.case_id, first(&round).photo_id).await.unwrap();
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &backend, case.case_id).await;
}
