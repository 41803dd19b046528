//! Photos of papers fill the form and contradict it.

use std::sync::Arc;

use portal_app::domain::dossier::{Dossier, MerchantKind, Slot};
use portal_app::domain::problem::ProblemCode;
use portal_app::view::{Agreement, CaseView, ExpiryView, PhotoVerdictCode, ReadFrom, ReadingState};
use portal_app::{App, Config, photo_check, photo_read};
use portal_domain::identifier::testing::uscc;
use portal_pictures::{Order, Paper};
use portal_tests::{config, eventually, open_quiet};

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

/// Noon in Beijing.
fn noon_of(day: &str) -> i64 {
    format!("{day}T12:00:00+08:00").parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// A licence with a last day, and the day.
fn ending_licence() -> (Vec<u8>, String) {
    let ending = (1..).find_map(|seed| {
        let picture = Order::new(seed, Paper::LicenceLandscape).long_side(2000).taken();
        let period = picture.truth.fields.iter().find(|field| field.key == "period").unwrap().value.clone();
        let until = portal_domain::clean::date(period.split_once('至').unwrap().1);
        until.starts_with("20").then_some((picture.bytes, until))
    });
    ending.unwrap()
}

#[test]
fn a_paper_s_last_day_is_told_when_it_is_past_or_near() {
    let (licence, until) = ending_licence();
    let last: jiff::civil::Date = until.parse().unwrap();
    let told = |days: i32| {
        let now_ms = noon_of(&last.checked_add(jiff::Span::new().days(days)).unwrap().to_string());
        let check = photo_check(Slot::BusinessLicence, "", &licence, now_ms).unwrap().expiry;
        assert_eq!(
            photo_read(Some(Slot::BusinessLicence), &licence, now_ms).unwrap().expiry,
            check,
            "both say the same"
        );
        check
    };
    let said = |days_left| Some(ExpiryView { until: until.clone(), days_left });
    assert_eq!(told(1), said(None));
    assert_eq!(told(-89), said(Some(89)));
    assert_eq!(told(-91), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_paper_is_told_at_its_slot_unless_the_form_tells_it_already() {
    let folder = tempfile::tempdir().unwrap();
    let (licence, until) = ending_licence();
    let last: jiff::civil::Date = until.parse().unwrap();
    let after = noon_of(&last.tomorrow().unwrap().to_string());
    let quiet = config(folder.path(), "https://portal.invalid");
    let app = App::open(Config { background: false, clock: Arc::new(move || after), ..quiet }).await.unwrap();
    let typed = Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() };
    let case_id = app.case_import(typed).await.unwrap().case_id;
    app.photo_add(case_id, Slot::BusinessLicence, licence).await.unwrap();
    app.photo_read(case_id).await.unwrap();
    let read = eventually(&app, case_id, "the reading", |case| {
        !matches!(case.photos[0].reading, ReadingState::InProgress | ReadingState::NotRead)
    })
    .await;
    let expired = |case: &CaseView| {
        let told = case.problems.iter().filter(|problem| problem.code == ProblemCode::Expired);
        told.map(|problem| (problem.pointer.clone(), problem.params.get("until").cloned()))
            .collect::<Vec<_>>()
    };
    let at_slot = ("/attachments/business_licence".to_owned(), Some(until.clone()));
    assert_eq!(expired(&read), [at_slot]);

    let mut dossier = read.dossier.clone();
    dossier.licence.valid_until = until;
    let saved = app.case_save(case_id, read.revision, dossier).await.unwrap();
    assert_eq!(expired(&saved), [("/licence/valid_until".to_owned(), None)], "said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_look_alike_are_told_apart_by_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let quiet = config(folder.path(), "https://portal.invalid");
    // After the last day of the certificate, which no field of the form has.
    let clock = Arc::new(|| noon_of("2029-01-01"));
    let app = App::open(Config { background: false, clock, ..quiet }).await.unwrap();
    let mut typed = Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() };
    typed.licence.separate_certificates = true;
    let case_id = app.case_import(typed).await.unwrap().case_id;
    let certificate = |seed| Order::new(seed, Paper::OrganisationCertificate).long_side(2000).taken().bytes;
    let (right, wrong) = (Slot::OrganisationCodeCertificate, Slot::TaxRegistration);
    app.photo_add(case_id, right, certificate(15)).await.unwrap();
    app.photo_add(case_id, wrong, certificate(17)).await.unwrap();
    app.photo_read(case_id).await.unwrap();
    let read = eventually(&app, case_id, "the readings", |case| {
        case.photos.iter().all(|photo| photo.reading == ReadingState::Read)
    })
    .await;
    let is_another = |slot| {
        let photo = read.photos.iter().find(|photo| photo.slot == slot).unwrap();
        photo.verdicts.iter().any(|found| found.code == PhotoVerdictCode::WrongDocument)
    };
    assert!(is_another(wrong) && !is_another(right), "{:?}", read.photos);
    let expired = read.problems.iter().filter(|problem| problem.code == ProblemCode::Expired);
    let expired: Vec<_> = expired.map(|problem| problem.pointer.as_str()).collect();
    assert!(expired.contains(&"/attachments/organisation_code_certificate"), "{expired:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_upside_down_is_read_and_turned_upright() {
    let folder = tempfile::tempdir().unwrap();
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let typed = Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() };
    let case_id = app.case_import(typed).await.unwrap().case_id;
    let licence = Order::new(3, Paper::LicenceLandscape).long_side(2000).taken();
    let (lying, _) = licence.lying(1);
    app.photo_add(case_id, Slot::BusinessLicence, lying).await.unwrap();
    let read = async || {
        app.photo_read(case_id).await.unwrap();
        eventually(&app, case_id, "the reading", |case| {
            !matches!(case.photos[0].reading, ReadingState::InProgress | ReadingState::NotRead)
        })
        .await
    };
    let name = licence.truth.fields.iter().find(|field| field.key == "name").unwrap().value.clone();
    let names = |case: &CaseView| {
        let found = case.suggestions.iter().find(|found| found.pointer == "/licence/name");
        found.map(|found| found.value.clone())
    };
    let before = read().await;
    assert_eq!((before.photos[0].quarter_turns, names(&before)), (3, Some(name.clone())));
    let photo = &before.photos[0];
    app.photo_turn(case_id, photo.photo_id, photo.quarter_turns).await.unwrap();
    let after = read().await;
    assert_eq!((after.photos[0].quarter_turns, names(&after)), (0, Some(name)));
}
