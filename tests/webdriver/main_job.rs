//! First start → draft → photos → sign in → submission without a network → quit → start → delivery → returned in
//! the console → corrected → accepted → notice.

use portal_domain::dossier::Slot;
use portal_domain::ids::CaseId;
use portal_domain::track::ReviewState;
use portal_tests::{
    Backend, CommandLine, Console, Desktop, Window, merchant, needed_slots, phone, photo, slot_name,
    write_photos,
};

#[tokio::test]
async fn an_application_made_offline_is_received_once_returned_corrected_and_accepted() {
    let (desktop, office) = (Desktop::start(1280, 800), Desktop::start(1280, 800));
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let merchant = merchant(7);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 100);
    assert_eq!(photos.len(), 6);

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.press(window.words().start).await;
    window.fill_application(&merchant).await;
    window.add_photos(&photos).await;
    window.sign_in_by_phone(&backend, &phone(7)).await;

    backend.stop();
    window.open_first_case().await;
    window.agree().await;
    window.press_five_times(window.words().submit).await;
    window.says(window.words().saved_here).await;
    window.quit(&desktop).await;

    backend.resume();
    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.says(window.words().received_by_backend).await;
    let cases = backend.admin(&["case", "list"]);
    assert_eq!(cases.as_array().unwrap().len(), 1, "one application, received once");
    let case_id: CaseId = cases[0]["case_id"].as_str().unwrap().parse().unwrap();

    let console = Console::sign_in(&office, &backend, "li").await;
    console.open_case(case_id).await;
    let licence = slot_name(window.words(), Slot::BusinessLicence);
    console.zoom_photo(licence).await;
    console.list_return("对外经营名称", "名称不一致", "与门头照片上的名称不同").await;
    console.list_return(licence, "反光", "编号处反光，请换角度").await;
    console.send_return(2).await;

    window.says(window.words().returned_by_reviewer).await;
    window.press(window.words().fix_returned).await;
    window.step(window.words().steps.business).await;
    window.says("与门头照片上的名称不同").await;
    window.type_at("/business/trade_name", "山水小馆").await;
    window.step(window.words().steps.photos).await;
    window.says("编号处反光，请换角度").await;
    let retaken = folder.path().join("retaken.jpg");
    std::fs::write(&retaken, photo(199, 2400, 1800)).unwrap();
    window.remove_photo(Slot::BusinessLicence).await;
    window.add_photo(Slot::BusinessLicence, &retaken).await;
    window.step(window.words().steps.review).await;
    window.confirm().await;
    window.press_five_times(window.words().resubmit).await;
    window.says(window.words().received).await;

    console.to_queue().await;
    console.open_case(case_id).await;
    console.says("山水小馆").await;
    console.accept().await;
    console.close().await;

    window.open_first_case().await;
    window.says(window.words().notice_number).await;
    window.press(window.words().documents).await;
    window.reads_document(window.words().notice).await;
    window.close().await;

    let reviewed = backend.case(case_id);
    assert_eq!((reviewed.tracks.review, reviewed.rounds.len()), (ReviewState::Accepted, 2));
    let here = CommandLine::on(&desktop, &profile, backend.address()).dossier(case_id);
    assert_eq!(here, reviewed.dossier, "the same on both sides, with every photo's hash");
    assert_eq!(here.business.trade_name, "山水小馆");
    backend.assert_photos(&here);
}
