//! What a person does to a photo that is there: turns it, or keeps it though it is doubtful.

use portal_app::domain::dossier::{Attachment, MerchantKind, Slot};
use portal_app::domain::ids::PhotoId;
use portal_app::error::CommandCode;
use portal_app::view::CaseView;
use portal_tests::{
    Backend, assert_received, draft, open_quiet, phone, photo, profile, sign_in_by_phone, submit,
};

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

    let turned = app.photo_turn(case.case_id, before.photo_id, 1).await.unwrap();
    let once = first(&turned);
    assert_eq!((once.width_px, once.height_px), (before.height_px, before.width_px));
    assert_ne!(once.sha256, before.sha256);
    assert_eq!(once.original_sha256, before.original_sha256);
    assert_eq!(once.original_bytes, before.original_bytes);
    assert!(once.steps.iter().any(|step| step["step"] == "turned" && step["by"] == "quarter"), "{once:?}");
    assert_eq!(places(&turned), places(&case), "it stays in its place");

    let mut round = turned;
    for _ in 0..3 {
        round = app.photo_turn(round.case_id, first(&round).photo_id, 1).await.unwrap();
    }
    assert_eq!(first(&round).sha256, before.sha256, "four quarters are none");
    let half = app.photo_turn(round.case_id, first(&round).photo_id, 2).await.unwrap();
    let back = app.photo_turn(half.case_id, first(&half).photo_id, 2).await.unwrap();
    assert_eq!(first(&back).sha256, before.sha256);
    let nothing = app.photo_turn(back.case_id, first(&back).photo_id, 4).await.unwrap_err();
    assert_eq!(nothing.code, CommandCode::InvalidArgument);
    let round = back;

    app.photo_turn(round.case_id, first(&round).photo_id, 1).await.unwrap();
    submit(&app, case.case_id).await;
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &backend, case.case_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_shows_nothing_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody answers there: all of this works without a network.
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let case_id = app.case_create().await.unwrap().case_id;
    for shade in [0, 250] {
        let mut file = std::io::Cursor::new(Vec::new());
        let even = image::RgbImage::from_pixel(1200, 900, image::Rgb([shade; 3]));
        even.write_to(&mut file, image::ImageFormat::Jpeg).unwrap();
        let refused = app.photo_add(case_id, Slot::Storefront, file.into_inner()).await.unwrap_err();
        assert_eq!(refused.code, CommandCode::PhotoShowsNothing, "{shade}");
    }
    assert_eq!(app.case_show(case_id).await.unwrap().photos.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_come_at_once_don_t_overfill_a_slot() {
    let folder = tempfile::tempdir().unwrap();
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let case_id = app.case_create().await.unwrap().case_id;
    let max_count = profile().slots.iter().find(|rule| rule.slot == Slot::BusinessLicence).unwrap().max_count;
    let add = |seed| app.photo_add(case_id, Slot::BusinessLicence, photo(seed, 1200, 900));
    let added = futures_util::future::join_all((0..u64::from(max_count) + 3).map(add)).await;
    let refused: Vec<_> = added.into_iter().filter_map(Result::err).map(|error| error.code).collect();
    assert_eq!(refused, [CommandCode::PhotoSlotFull; 3]);
    assert_eq!(app.case_show(case_id).await.unwrap().photos.len(), max_count as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_doubtful_photo_is_kept_stays_with_it_and_reaches_the_reviewer() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let app = open_quiet(&folder.path().join("profile"), backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(42)).await;
    let case = draft(&app, 42, MerchantKind::Micro).await;
    let (case_id, photo_id) = (case.case_id, first(&case).photo_id);

    let endless = app.photo_keep(case_id, photo_id, "长".repeat(201)).await.unwrap_err();
    assert_eq!(endless.code, CommandCode::InvalidArgument);
    let kept = app.photo_keep(case_id, photo_id, "  原件就是这样 ".to_owned()).await.unwrap();
    assert_eq!(first(&kept).kept_because, "原件就是这样");
    let turned = app.photo_turn(case_id, photo_id, 1).await.unwrap();
    assert_eq!(first(&turned).kept_because, "原件就是这样", "the same photo, the same reason");
    let taken_back = app.photo_keep(case_id, first(&turned).photo_id, String::new()).await.unwrap();
    assert_eq!(first(&taken_back).kept_because, "");
    app.photo_keep(case_id, first(&taken_back).photo_id, "原件就是这样".to_owned()).await.unwrap();

    submit(&app, case_id).await;
    let late = app.photo_keep(case_id, first(&taken_back).photo_id, "又".to_owned()).await.unwrap_err();
    assert_eq!(late.code, CommandCode::Frozen);
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &backend, case_id).await;
    let there = backend.case(case_id).dossier;
    assert_eq!(there.photos().next().unwrap().2.kept_because, "原件就是这样");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_given_up_by_its_id_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let case = app.case_create().await.unwrap();
    let large = photo(47, 4000, 3000);
    let [this, another, next] = [1, 2, 3].map(|number| PhotoId(uuid::Uuid::from_u128(number)));
    let add = |photo_id: PhotoId, bytes: Vec<u8>| {
        app.photo_under(photo_id, app.photo_add(case.case_id, Slot::BusinessLicence, bytes))
    };
    let stopped = async {
        app.photo_stop(another).await.unwrap();
        app.photo_stop(this).await.unwrap();
    };
    let (added, ()) = tokio::join!(biased; add(this, large.clone()), stopped);
    assert_eq!(added.unwrap_err().code, CommandCode::Cancelled);
    // A small message may overtake the one with the photo.
    let overtaken = add(another, large.clone()).await;
    assert_eq!(overtaken.unwrap_err().code, CommandCode::Cancelled);
    assert!(app.case_show(case.case_id).await.unwrap().photos.is_empty());
    let added = add(next, large).await.unwrap();
    assert_eq!(added.photos.iter().map(|photo| photo.photo_id).collect::<Vec<_>>(), [next]);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_seen_before_it_is_in_its_slot() {
    let folder = tempfile::tempdir().unwrap();
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let case = app.case_create().await.unwrap();
    let [photo_id, broken] = [7, 8].map(|number| PhotoId(uuid::Uuid::from_u128(number)));
    let file = photo(48, 4000, 3000);
    let add = |photo_id: PhotoId, bytes: Vec<u8>| {
        app.photo_under(photo_id, app.photo_add(case.case_id, Slot::Storefront, bytes))
    };
    let mut adding = std::pin::pin!(in_time(add(photo_id, file.clone())));
    let preview = tokio::select! {
        biased;
        preview = app.photo_bytes(photo_id, Some(320)) => preview.unwrap(),
        _ = &mut adding => panic!("it was in its slot before it was seen"),
    };
    assert_eq!(adding.await.unwrap().photos.len(), 1);
    let shown = image::load_from_memory(&preview).unwrap();
    assert_eq!((shown.width(), shown.height()), (480, 360));
    assert_eq!(app.photo_bytes(photo_id, Some(320)).await.unwrap(), preview, "and later the same");

    let broken = async { tokio::join!(app.photo_bytes(broken, None), add(broken, b"no picture".to_vec())) };
    let (none, refused) = in_time(broken).await;
    assert_eq!(none.unwrap_err().code, CommandCode::NotFound);
    assert_eq!(refused.unwrap_err().code, CommandCode::PhotoNotAnImage);
    let again = add(photo_id, file).await.unwrap_err();
    assert_eq!((again.code, &*again.fields[0].path), (CommandCode::InvalidArgument, "new-photo-id"));
    let unknown = in_time(app.photo_bytes(PhotoId(uuid::Uuid::from_u128(9)), Some(320))).await;
    assert_eq!(unknown.unwrap_err().code, CommandCode::NotFound);
    app.close().await;
}

/// Ends by itself, and not by somebody's patience.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(std::time::Duration::from_secs(20), what).await.unwrap()
}
