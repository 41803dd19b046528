//! Photos of papers with known truth: what is found on them, and what is said of them in each slot.

use std::io::Cursor;

use image::{ImageFormat, imageops};
use portal_imaging::{FitSpec, Fitted, PictureHash, Place, Step, Subject, VerdictCode, fit};
use portal_pictures::{Flaw, Order, Paper, Picture};

use crate::pictures::jpeg;

fn slot_of(paper: Paper) -> Subject {
    match paper {
        Paper::LicenceLandscape | Paper::LicencePortrait => Subject::Licence,
        Paper::IdFront => Subject::IdPortrait,
        Paper::IdBack => Subject::IdEmblem,
        Paper::BankCard => Subject::BankCard,
        Paper::AccountPermit | Paper::OrganisationCertificate | Paper::TaxRegistration => {
            Subject::Certificate
        }
        Paper::Storefront => Subject::Scene,
        Paper::TypePlate => Subject::Anything,
    }
}

fn judged(bytes: &[u8], subject: Subject) -> Fitted {
    fit(bytes, &FitSpec { subject, ..FitSpec::default() }).unwrap()
}

fn codes(fitted: &Fitted) -> Vec<VerdictCode> {
    fitted.verdicts.iter().map(|verdict| verdict.code).collect()
}

fn hash(fitted: &Fitted) -> PictureHash {
    let found = fitted.steps.iter().find_map(|step| match step {
        Step::Hashed { hash } => Some(*hash),
        _ => None,
    });
    found.unwrap()
}

/// The farthest of the four corners from where it is, as a share of the picture's width.
fn corner_error(picture: &Picture, fitted: &Fitted) -> f64 {
    let corners = fitted.outline().expect("an outline").corners;
    let scale = f64::from(fitted.width) / f64::from(picture.truth.size.0);
    let apart = corners.iter().zip(picture.truth.corners.unwrap()).map(|(found, (x, y))| {
        (f64::from(found.x) - x * scale).hypot(f64::from(found.y) - y * scale) / f64::from(fitted.width)
    });
    apart.fold(0.0, f64::max)
}

#[test]
fn good_photos_are_outlined_and_not_blamed_in_their_slots() {
    for (seed, paper) in (300..314).zip(Paper::ALL.into_iter().cycle()) {
        let picture = Order::new(seed, paper).taken();
        let fitted = judged(&picture.bytes, slot_of(paper));
        assert_eq!(codes(&fitted), [], "{paper:?} {seed}: {:?}", fitted.measurements);
        if paper != Paper::Storefront {
            let error = corner_error(&picture, &fitted);
            assert!(error < 0.01, "{paper:?} {seed}: {error}");
        }
    }
}

#[test]
fn each_flaw_is_called_by_its_name() {
    for (seed, flaw) in (320..).zip(Flaw::ALL.into_iter().chain(Flaw::ALL)) {
        let papers = [Paper::LicenceLandscape, Paper::IdFront, Paper::IdBack, Paper::LicencePortrait];
        let paper = papers[seed as usize % papers.len()];
        let fitted = judged(&Order::new(seed, paper).with(flaw).taken().bytes, slot_of(paper));
        let names: &[VerdictCode] = match flaw {
            Flaw::Blur | Flaw::MotionBlur | Flaw::PartlyBlurred => {
                &[VerdictCode::Blurred, VerdictCode::Shaken]
            }
            Flaw::Glare => &[VerdictCode::Glare],
            Flaw::TooDark => &[VerdictCode::TooDark],
            Flaw::TooBright => &[VerdictCode::TooBright],
            Flaw::FarAway => &[VerdictCode::TooFar],
            Flaw::Cut => &[VerdictCode::Cut],
            Flaw::Tilted => &[VerdictCode::Tilted],
            Flaw::FewPixels => &[VerdictCode::TooSmall],
            Flaw::Photocopy => &[VerdictCode::Photocopy],
            Flaw::Grey => &[VerdictCode::Greyscale],
            Flaw::ScreenPhoto => &[VerdictCode::ScreenPhoto],
            Flaw::Screenshot => &[VerdictCode::Screenshot],
            Flaw::Watermark => &[VerdictCode::Watermarked],
        };
        let said = codes(&fitted);
        let measured = &fitted.measurements;
        assert!(
            said.iter().any(|code| names.contains(code)),
            "{flaw:?} {paper:?} {seed}: {said:?} {measured:?}"
        );
    }
}

#[test]
fn dots_too_fine_for_the_halved_picture_are_seen_on_it() {
    let order = Order::new(372, Paper::IdFront).long_side(4032);
    let screen = judged(&order.with(Flaw::ScreenPhoto).taken().bytes, Subject::IdPortrait);
    assert_eq!(screen.width.max(screen.height), 2016);
    assert!(codes(&screen).contains(&VerdictCode::ScreenPhoto), "{:?}", screen.measurements);
    assert_eq!(codes(&judged(&order.taken().bytes, Subject::IdPortrait)), []);
}

#[test]
fn what_belongs_elsewhere_is_told_without_reading() {
    for (paper, slot, wanted) in [
        (Paper::IdBack, Subject::IdPortrait, VerdictCode::WrongSide),
        (Paper::IdFront, Subject::IdEmblem, VerdictCode::WrongSide),
        (Paper::IdFront, Subject::Licence, VerdictCode::WrongDocument),
        (Paper::AccountPermit, Subject::Licence, VerdictCode::WrongDocument),
        (Paper::LicenceLandscape, Subject::IdPortrait, VerdictCode::WrongDocument),
        (Paper::IdFront, Subject::BankCard, VerdictCode::WrongDocument),
        (Paper::LicenceLandscape, Subject::Scene, VerdictCode::WrongDocument),
        (Paper::Storefront, Subject::Paper, VerdictCode::NoDocument),
    ] {
        let fitted = judged(&Order::new(341, paper).taken().bytes, slot);
        assert_eq!(codes(&fitted), [wanted], "{paper:?} as {slot:?}: {:?}", fitted.measurements);
        assert_eq!(codes(&judged(&Order::new(341, paper).taken().bytes, Subject::Anything)), []);
    }
}

#[test]
fn a_copy_without_colours_will_do_where_none_are_asked() {
    for flaw in [Flaw::Grey, Flaw::Photocopy] {
        let picture = Order::new(351, Paper::AccountPermit).with(flaw).taken();
        assert_eq!(codes(&judged(&picture.bytes, Subject::Paper)), [], "{flaw:?}");
    }
}

#[test]
fn a_region_is_where_the_reflection_is() {
    let picture = Order::new(352, Paper::LicenceLandscape).with(Flaw::Glare).taken();
    let fitted = judged(&picture.bytes, Subject::Licence);
    let glare = fitted.verdicts.iter().find(|verdict| verdict.code == VerdictCode::Glare).unwrap();
    let region = glare.region.unwrap();
    let shown = image::load_from_memory(&fitted.bytes).unwrap().to_luma8();
    let mean = |left: u32, top: u32, width: u32, height: u32| {
        let part = imageops::crop_imm(&shown, left, top, width, height).to_image();
        part.iter().map(|value| f64::from(*value)).sum::<f64>() / part.len() as f64
    };
    let inside = mean(region.x, region.y, region.width, region.height);
    assert!(inside > 240.0 && inside > mean(0, 0, fitted.width, fitted.height) + 20.0, "{region:?} {inside}");
}

#[test]
fn what_is_out_of_focus_on_one_side_is_told_with_that_side() {
    let mut page =
        image::load_from_memory(&Order::new(353, Paper::LicenceLandscape).taken().bytes).unwrap().to_rgb8();
    let (width, height) = page.dimensions();
    let right = imageops::crop_imm(&page, width / 2, 0, width / 2, height).to_image();
    imageops::replace(&mut page, &imageops::fast_blur(&right, 8.0), i64::from(width / 2), 0);
    let fitted = judged(&jpeg(&page, 90), Subject::Licence);
    let [blurred] = &fitted.verdicts[..] else { panic!("{:?}", fitted.verdicts) };
    let region = blurred.region.unwrap();
    assert_eq!((blurred.code, blurred.place), (VerdictCode::Blurred, Some(Place::Right)));
    assert!(region.x > width * 2 / 5 && region.x + region.width <= width, "{region:?}");
}

#[test]
fn what_is_too_dark_is_told_with_where_the_paper_is() {
    let picture = Order::new(354, Paper::IdBack).with(Flaw::TooDark).taken();
    let fitted = judged(&picture.bytes, Subject::IdEmblem);
    let told = fitted.verdicts.iter().find(|verdict| verdict.code == VerdictCode::TooDark).unwrap();
    let (region, corners) = (told.region.unwrap(), picture.truth.corners.unwrap());
    let scale = f64::from(fitted.width) / f64::from(picture.truth.size.0);
    let sides = |of: fn(&(f64, f64)) -> f64| {
        let all = corners.iter().map(|corner| of(corner) * scale);
        (all.clone().fold(f64::MAX, f64::min), all.fold(0.0, f64::max))
    };
    let near = |found: u32, wanted: f64| (f64::from(found) - wanted).abs() < 100.0;
    let (left, right) = sides(|(x, _)| *x);
    let (top, bottom) = sides(|(_, y)| *y);
    assert!(near(region.x, left) && near(region.x + region.width, right), "{region:?} {left} {right}");
    assert!(near(region.y, top) && near(region.y + region.height, bottom), "{region:?} {top} {bottom}");
}

#[test]
fn the_same_picture_is_known_after_it_was_stored_anew_and_another_photo_is_not() {
    // Evenly coloured ones too, in which neighbours differ by noise only.
    for paper in [Paper::IdBack, Paper::BankCard, Paper::TaxRegistration, Paper::Storefront] {
        let order = Order::new(360, paper);
        let subject = slot_of(paper);
        let first = judged(&order.taken().bytes, subject);
        let small =
            image::load_from_memory(&first.bytes).unwrap().resize(900, 900, imageops::FilterType::Triangle);
        let mut stored = Cursor::new(Vec::new());
        small.write_to(&mut stored, ImageFormat::Png).unwrap();
        let again = judged(stored.get_ref(), subject);
        let distance = hash(&first).distance(&hash(&again));
        assert!(hash(&first).resembles(&hash(&again)), "{paper:?} {distance}");

        let next = Order::new(362, paper);
        // A shop front photographed again from the same place is nearly one picture.
        let others = if paper == Paper::Storefront { vec![next] } else { vec![order.take(1), next] };
        for other in others {
            let other = hash(&judged(&other.taken().bytes, subject));
            let distance = hash(&first).distance(&other);
            assert!(!hash(&first).resembles(&other), "{paper:?} {distance}");
        }
    }
}

#[test]
fn a_page_that_fills_a_scan_is_not_blamed() {
    let pages = [
        Paper::LicenceLandscape,
        Paper::LicencePortrait,
        Paper::AccountPermit,
        Paper::OrganisationCertificate,
        Paper::TaxRegistration,
    ];
    for (seed, paper) in (500..530).zip(pages.into_iter().cycle()) {
        let fitted = judged(&Order::new(seed, paper).scanned().bytes, slot_of(paper));
        assert_eq!(codes(&fitted), [], "{paper:?} {seed}: {:?}", fitted.measurements);
        assert_eq!(fitted.outline(), None, "{paper:?} {seed}");
    }
}

#[test]
fn a_card_far_away_on_a_light_table_is_still_found() {
    let mut picture = image::RgbImage::from_fn(1600, 1200, |x, y| {
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 29;
        image::Rgb([150 + grain as u8; 3])
    });
    let card = image::load_from_memory(&Order::new(531, Paper::IdFront).scanned().bytes).unwrap();
    imageops::replace(&mut picture, &card.thumbnail(420, 420).to_rgb8(), 500, 300);
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let fitted = judged(&bytes.into_inner(), Subject::Paper);
    assert!(codes(&fitted).contains(&VerdictCode::TooFar), "{:?}", fitted.measurements);
}
