//! Many pictures at once: each is proposed for the slot that it fits, and nothing is stored before it is confirmed.

use portal_app::App;
use portal_app::domain::dossier::{AccountKind, Dossier, MerchantKind, SettlerKind, Slot};
use portal_app::domain::ids::CaseId;
use portal_app::error::CommandCode;
use portal_app::view::{PhotoVerdictCode, ReadingState, SortedPhotoView, ToldBy};
use portal_pictures::{Flaw, Order, Paper};
use portal_tests::{eventually, open_quiet};

const UNTOLD: &str = "IMG_0001.jpg";

fn picture(paper: Paper) -> Vec<u8> {
    Order::new(3, paper).long_side(2000).taken().bytes
}

async fn sort(app: &App, case_id: CaseId, name: &str, bytes: Vec<u8>, taken: &[Slot]) -> SortedPhotoView {
    app.photo_sort(case_id, name, bytes, taken).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_proposed_for_the_slots_that_they_fit() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody answers there: all of this works without a network.
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let mut typed = Dossier { kind: Some(MerchantKind::SoleProprietor), ..Dossier::default() };
    typed.settlement.kind = Some(AccountKind::Private);
    let case_id = app.case_import(typed).await.unwrap().case_id;
    let mut taken = Vec::new();
    for (paper, slot) in [
        (Paper::LicenceLandscape, Slot::BusinessLicence),
        (Paper::IdFront, Slot::LegalIdPortrait),
        (Paper::IdBack, Slot::LegalIdEmblem),
        (Paper::BankCard, Slot::BankCardFront),
    ] {
        let sorted = sort(&app, case_id, UNTOLD, picture(paper), &taken).await;
        assert_eq!((sorted.slot, sorted.told_by), (Some(slot), Some(ToldBy::Picture)), "{paper:?}");
        assert_eq!(sorted.verdicts, [], "{paper:?}");
        let preview = app.photo_bytes(sorted.preview, None).await.unwrap();
        assert!(preview.starts_with(b"\xff\xd8") && preview.len() < 150_000, "{}", preview.len());
        taken.push(slot);
    }
    assert!(app.case_show(case_id).await.unwrap().dossier.attachments.is_empty(), "nothing is stored");

    let again = Order::new(4, Paper::LicencePortrait).long_side(2000).taken().bytes;
    let second = sort(&app, case_id, UNTOLD, again, &taken).await;
    assert_eq!(second.slot, None, "the slot is promised to another picture");
    let shop = sort(&app, case_id, "门头照.jpg", picture(Paper::Storefront), &taken).await;
    assert_eq!((shop.slot, shop.told_by), (Some(Slot::Storefront), Some(ToldBy::FileName)));
    let untold = sort(&app, case_id, UNTOLD, picture(Paper::Storefront), &taken).await;
    assert_eq!(untold.slot, None, "nothing tells a shop's front from its inside");
    let lying = sort(&app, case_id, "内景.jpg", picture(Paper::IdFront), &[]).await;
    assert_eq!(lying.slot, Some(Slot::LegalIdPortrait), "the picture is believed, not its name");
    let text = app.photo_sort(case_id, "营业执照.txt", b"not a picture".to_vec(), &[]).await;
    assert_eq!(text.unwrap_err().code, CommandCode::PhotoNotAnImage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_picture_was_read_already_and_is_known_when_it_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let typed = Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() };
    let case_id = app.case_import(typed).await.unwrap().case_id;
    let licence = picture(Paper::LicenceLandscape);
    sort(&app, case_id, UNTOLD, licence.clone(), &[]).await;
    let added = app.photo_add(case_id, Slot::BusinessLicence, licence.clone()).await.unwrap();
    assert_eq!(added.photos[0].reading, ReadingState::Read, "read while it was sorted");
    assert!(added.suggestions.iter().any(|found| found.pointer == "/licence/number"));
    let known = sort(&app, case_id, UNTOLD, licence, &[]).await;
    assert_eq!((known.slot, known.known_in), (None, Some(Slot::BusinessLicence)));
    let other = Order::new(4, Paper::LicencePortrait).long_side(2000).taken().bytes;
    assert_eq!(sort(&app, case_id, "营业执照.jpg", other, &[]).await.slot, None, "the slot is full");
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_go_to_whom_they_belong_and_a_chosen_slot_says_what_it_thinks() {
    let folder = tempfile::tempdir().unwrap();
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let drawn = Order::new(3, Paper::IdFront).long_side(2000).taken();
    let name = drawn.truth.fields.iter().find(|field| field.key == "name").unwrap().value.clone();
    let mut typed = Dossier { kind: Some(MerchantKind::SoleProprietor), ..Dossier::default() };
    typed.settlement.kind = Some(AccountKind::Private);
    typed.settlement.settler = SettlerKind::Authorised;
    let case = app.case_import(typed).await.unwrap();
    let case_id = case.case_id;
    assert_eq!(sort(&app, case_id, UNTOLD, drawn.bytes.clone(), &[]).await.slot, None, "it may be either's");
    let hinted = sort(&app, case_id, "结算人身份证正面.jpg", drawn.bytes.clone(), &[]).await;
    assert_eq!((hinted.slot, hinted.told_by), (Some(Slot::SettlerIdPortrait), Some(ToldBy::FileName)));
    let side = sort(&app, case_id, "身份证正面.jpg", drawn.bytes.clone(), &[]).await;
    assert_eq!(side.slot, None, "the side of a card is nobody's");
    let mut dossier = case.dossier.clone();
    dossier.settlement.settler_person.name = name;
    app.case_save(case_id, case.revision, dossier).await.unwrap();
    let named = sort(&app, case_id, UNTOLD, drawn.bytes.clone(), &[]).await;
    assert_eq!(named.slot, Some(Slot::SettlerIdPortrait), "their name stands on it");

    let mut dossier = app.case_show(case_id).await.unwrap().dossier;
    dossier.settlement.settler_person.name = "另一个人".to_owned();
    let revision = app.case_show(case_id).await.unwrap().revision;
    app.case_save(case_id, revision, dossier).await.unwrap();
    let other = sort(&app, case_id, "结算人身份证正面.jpg", drawn.bytes.clone(), &[]).await;
    assert_eq!(other.slot, None, "another name stands on it");

    let wrong = app.photo_sort_into(case_id, Slot::LegalIdEmblem, drawn.bytes).await.unwrap();
    assert_eq!((wrong.slot, wrong.told_by), (Some(Slot::LegalIdEmblem), None));
    assert!(wrong.verdicts.iter().any(|found| found.code == PhotoVerdictCode::WrongSide), "{wrong:?}");
    let blurred = Order::new(5, Paper::LicenceLandscape).with(Flaw::Blur).taken().bytes;
    let into = app.photo_sort_into(case_id, Slot::BusinessLicence, blurred).await.unwrap();
    assert!(into.verdicts.iter().any(|found| found.code == PhotoVerdictCode::Blurred), "{into:?}");
    assert_eq!(eventually(&app, case_id, "the case", |_| true).await.photos.len(), 0);
}
