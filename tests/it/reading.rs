//! Photos of papers fill the form and contradict it.

use portal_app::domain::dossier::{Dossier, MerchantKind, Slot};
use portal_app::domain::problem::ProblemCode;
use portal_app::view::{Agreement, CaseView, ReadFrom, ReadingState};
use portal_domain::identifier::testing::uscc;
use portal_pictures::{Order, Paper};
use portal_tests::{eventually, open_quiet};

fn agreement(case: &CaseView, pointer: &str) -> Option<Agreement> {
    case.suggestions.iter().find(|found| found.pointer == pointer).map(|found| found.agreement)
}

fn differs(case: &CaseView) -> Vec<&str> {
    let differing = case.problems.iter().filter(|problem| problem.code == ProblemCode::DiffersFromPhoto);
    differing.map(|problem| problem.pointer.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_s_photo_fills_the_form_and_contradicts_what_was_typed_wrong() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody answers there: all of this works without a network.
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let case = app
        .case_import(Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() })
        .await
        .unwrap();
    let licence = Order::new(3, Paper::LicenceLandscape).long_side(2000).taken();
    let case = app.photo_add(case.case_id, Slot::BusinessLicence, licence.bytes).await.unwrap();
    assert_eq!(case.photos[0].reading, ReadingState::NotRead);
    assert!(case.suggestions.is_empty());

    let begun = app.photo_read(case.case_id).await.unwrap();
    assert_ne!(begun.photos[0].reading, ReadingState::NotRead);
    let read = eventually(&app, case.case_id, "the reading", |case| {
        case.photos[0].reading != ReadingState::InProgress
    })
    .await;
    assert_eq!(read.photos[0].reading, ReadingState::Read, "cargo xtask setup brings the models");
    let value = |key: &str| licence.truth.fields.iter().find(|field| field.key == key).unwrap().value.clone();
    let said = |pointer: &str| {
        let found = read.suggestions.iter().find(|found| found.pointer == pointer);
        found.unwrap_or_else(|| panic!("{pointer}: {:?}", read.suggestions))
    };
    let number = said("/licence/number");
    assert_eq!((number.value.as_str(), number.source), (value("number").as_str(), ReadFrom::Code));
    assert!(number.checked);
    let area = number.place;
    assert!(area.left >= 0.0 && area.left + area.width <= 1.0 && area.width > 0.0, "{area:?}");
    assert_eq!(said("/licence/name").value, value("name"));
    assert_eq!(said("/business/registered_name").value, value("name"));
    assert_eq!(said("/legal_person/name").value, value("legal_person"));
    assert!(read.suggestions.iter().all(|found| found.agreement == Agreement::Empty));
    assert_eq!(read.dossier.licence.number, "", "nothing is put in by itself");
    assert!(differs(&read).is_empty(), "an empty field contradicts nothing");

    let mut typed = read.dossier.clone();
    // A number's check digit says that it was read rightly, so the form must be wrong.
    typed.licence.number = uscc(99);
    typed.licence.name = value("name");
    let saved = app.case_save(read.case_id, read.revision, typed).await.unwrap();
    assert_eq!(agreement(&saved, "/licence/name"), Some(Agreement::Same));
    assert_eq!(agreement(&saved, "/licence/number"), Some(Agreement::Differs));
    assert_eq!(differs(&saved), ["/licence/number"]);

    // What was read belongs to the photo.
    let photo = saved.photos[0].photo_id;
    let without = app.photo_remove(saved.case_id, photo).await.unwrap();
    assert!(without.suggestions.is_empty() && differs(&without).is_empty());
}
