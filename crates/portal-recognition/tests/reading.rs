//! Papers are read as they were drawn. A few pictures only: how often that works is measured by `cargo xtask bench`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::path::PathBuf;
use std::time::Duration;

use portal_domain::dossier::LONG_TERM;
use portal_domain::testing::TODAY;
use portal_imaging::Turn;
use portal_pictures::{Order, Paper as Drawn, Picture};
use portal_recognition::reader::{ReadError, Reader};
use portal_recognition::{Document, Key, Models, Paper, Reading, Request, Source};

fn models() -> PathBuf {
    Models::locate().expect("the models are missing: cargo xtask setup")
}

fn reader(models: Option<PathBuf>) -> Reader {
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_portal-page-reader"));
    Reader::new(exe, models, Duration::from_secs(120))
}

fn read(picture: &Picture) -> Reading {
    let paper = Paper::of(picture.truth.paper.slot());
    let request = Request { paper, corners: picture.truth.corners, today: TODAY };
    reader(Some(models())).read(&picture.bytes, request).unwrap()
}

fn truth(picture: &Picture, key: &str) -> String {
    picture.truth.fields.iter().find(|field| field.key == key).unwrap().value.clone()
}

#[track_caller]
fn assert_read(reading: &Reading, key: Key, wanted: &str) {
    let read = reading.field(key).unwrap_or_else(|| panic!("{key:?} is not in {reading:?}"));
    assert_eq!(read.value, wanted, "{key:?}");
    assert!((0.0..=1.0).contains(&read.confidence));
}

#[test]
fn a_licence_is_read_by_its_code_and_its_print() {
    for (seed, drawn) in [(3, Drawn::LicenceLandscape), (4, Drawn::LicencePortrait)] {
        let picture = Order::new(seed, drawn).long_side(2000).taken();
        let reading = read(&picture);
        assert!(reading.print_was_read);
        assert_read(&reading, Key::Number, &truth(&picture, "number"));
        assert_eq!(reading.field(Key::Number).unwrap().source, Source::Code);
        assert_read(&reading, Key::Name, &truth(&picture, "name"));
        assert_read(&reading, Key::LegalPerson, &truth(&picture, "legal_person"));
        assert_read(&reading, Key::Address, &truth(&picture, "address"));
        assert_read(&reading, Key::Scope, &truth(&picture, "scope"));
        let from = portal_domain::clean::date(&truth(&picture, "established"));
        assert_read(&reading, Key::ValidFrom, &from);
        let period = truth(&picture, "period");
        let until = match period.split_once('至').unwrap().1 {
            "长期" => LONG_TERM.to_owned(),
            date => portal_domain::clean::date(date),
        };
        assert_read(&reading, Key::ValidUntil, &until);
    }
}

#[test]
fn cards_are_read_and_their_check_digits_hold() {
    let picture = Order::new(11, Drawn::IdFront).taken();
    let reading = read(&picture);
    assert_read(&reading, Key::Name, &truth(&picture, "name"));
    assert_read(&reading, Key::Number, &truth(&picture, "id_number"));
    assert!(reading.field(Key::Number).unwrap().checked);

    let picture = Order::new(12, Drawn::IdBack).taken();
    let reading = read(&picture);
    let period = truth(&picture, "period");
    let (from, _) = period.split_once('-').unwrap();
    assert_read(&reading, Key::ValidFrom, &from.replace('.', "-"));
    assert!(reading.field(Key::ValidUntil).is_some(), "{reading:?}");

    let picture = Order::new(13, Drawn::BankCard).taken();
    assert_read(&read(&picture), Key::Number, &truth(&picture, "number"));
}

#[test]
fn certificates_from_before_the_one_number_are_read() {
    let picture = Order::new(15, Drawn::OrganisationCertificate).long_side(2000).taken();
    let reading = read(&picture);
    assert_read(&reading, Key::Number, &truth(&picture, "number").replace('-', ""));
    assert_read(&reading, Key::Name, &truth(&picture, "name"));
    assert_read(&reading, Key::ValidUntil, "2028-05-20");

    let picture = Order::new(16, Drawn::TaxRegistration).long_side(2000).taken();
    let reading = read(&picture);
    assert_read(&reading, Key::Number, &truth(&picture, "number"));
    assert!(reading.field(Key::Number).unwrap().checked);
    assert_read(&reading, Key::Name, &truth(&picture, "name"));
    assert_read(&reading, Key::LegalPerson, &truth(&picture, "legal_person"));
}

#[test]
fn a_terminals_label_is_told_and_its_serial_number_read() {
    for seed in 20..26 {
        let picture = Order::new(seed, Drawn::TypePlate).taken();
        for (quarters, corners) in [(0, picture.truth.corners), (2, None)] {
            let bytes = picture.lying(quarters).0;
            let request = Request { paper: None, corners, today: TODAY };
            let reading = reader(Some(models())).read(&bytes, request).unwrap();
            assert_eq!(reading.document, Some(Document::TypePlate), "{seed} {quarters}: {reading:?}");
            assert_read(&reading, Key::Number, &truth(&picture, "number"));
        }
    }
    // What a code (Code 39, Code 128, Data Matrix) and the print both say is sure.
    for seed in 27..30 {
        let picture = Order::new(seed, Drawn::TypePlate).taken();
        let request = Request { paper: Some(Paper::TypePlate), corners: picture.truth.corners, today: TODAY };
        let reading = reader(Some(models())).read(&picture.bytes, request).unwrap();
        let number = reading.field(Key::Number).unwrap();
        assert!(number.checked && number.source == Source::Code, "{seed}: {number:?}");
    }
}

#[test]
fn papers_are_read_and_told_however_they_lie() {
    for (seed, drawn, document) in [
        (3, Drawn::LicenceLandscape, Document::BusinessLicence),
        (4, Drawn::LicencePortrait, Document::BusinessLicence),
        (11, Drawn::IdFront, Document::IdPortrait),
        (12, Drawn::IdBack, Document::IdEmblem),
        (13, Drawn::BankCard, Document::BankCard),
        (14, Drawn::AccountPermit, Document::AccountPermit),
        (15, Drawn::OrganisationCertificate, Document::OrganisationCodeCertificate),
        (16, Drawn::TaxRegistration, Document::TaxRegistration),
    ] {
        let picture = Order::new(seed, drawn).long_side(2000).taken();
        for (quarters, to_upright) in
            [(0, Turn::None), (1, Turn::ThreeQuarters), (2, Turn::Half), (3, Turn::Quarter)]
        {
            let (bytes, corners) = picture.lying(quarters);
            let request = Request { paper: None, corners, today: TODAY };
            let reading = reader(Some(models())).read(&bytes, request).unwrap();
            assert_eq!(
                (reading.document, reading.turn),
                (Some(document), to_upright),
                "{drawn:?} {quarters}"
            );
            let number =
                picture.truth.fields.iter().find(|field| matches!(field.key, "number" | "id_number"));
            if let Some(number) = number {
                assert_read(&reading, Key::Number, &number.value.replace('-', ""));
            }
        }
    }
    let shop = Order::new(5, Drawn::Storefront).long_side(2000).taken();
    let request = Request { paper: None, corners: None, today: TODAY };
    assert_eq!(reader(Some(models())).read(&shop.bytes, request).unwrap().document, None);
}

#[test]
fn a_field_s_place_is_where_it_stands_in_the_photo() {
    let picture = Order::new(14, Drawn::AccountPermit).taken();
    let reading = read(&picture);
    assert_read(&reading, Key::Name, &truth(&picture, "holder"));
    assert_read(&reading, Key::Number, &truth(&picture, "number"));
    assert_read(&reading, Key::BranchName, &truth(&picture, "branch_name"));
    let drawn = picture.truth.fields.iter().find(|field| field.key == "number").unwrap().place;
    let [upper_left, upper_right, lower_right, lower_left] = picture.truth.corners.unwrap();
    // Photos are tilted little enough for a mean of the corners to say where a place of the paper is.
    let (x, y) = (f64::from(drawn.x + drawn.width / 2.0), f64::from(drawn.y + drawn.height / 2.0));
    let mix =
        |a: (f64, f64), b: (f64, f64), share: f64| (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share);
    let wanted = mix(mix(upper_left, upper_right, x), mix(lower_left, lower_right, x), y);
    let place = reading.field(Key::Number).unwrap().place;
    let middle = mix(place[0], place[2], 0.5);
    let off = (middle.0 - wanted.0).hypot(middle.1 - wanted.1);
    assert!(off < 25.0, "{middle:?} {wanted:?}");
}

#[test]
fn without_models_the_code_is_read_and_the_rest_is_said_to_be_unread() {
    let picture = Order::new(3, Drawn::LicenceLandscape).long_side(2000).taken();
    let request = Request { paper: Some(Paper::BusinessLicence), corners: None, today: TODAY };
    let reading = reader(None).read(&picture.bytes, request).unwrap();
    assert!(!reading.print_was_read);
    assert_read(&reading, Key::Number, &truth(&picture, "number"));
    assert_eq!(reading.fields.len(), 1);
}

#[test]
fn what_can_t_be_read_is_refused_by_name() {
    let request = Request { paper: Some(Paper::BankCard), corners: None, today: TODAY };
    let refused = reader(None).read(b"no picture", request).unwrap_err();
    assert!(matches!(refused, ReadError::Picture { .. }), "{refused:?}");
    let picture = Order::new(1, Drawn::BankCard).long_side(640).taken();
    let gone = reader(Some(PathBuf::from("no-such-folder"))).read(&picture.bytes, request).unwrap_err();
    assert_eq!(gone, ReadError::Models);
}
