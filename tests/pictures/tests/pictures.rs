//! The pictures are what their truth says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use image::{DynamicImage, imageops};
use portal_domain::identifier::{BankCard, ResidentId, Uscc};
use portal_domain::testing::TODAY;
use portal_pictures::{Flaw, Order, Paper, Picture};

/// Upright, as a person sees it.
fn seen(picture: &Picture) -> DynamicImage {
    let stored = image::load_from_memory(&picture.bytes).unwrap();
    match picture.truth.orientation {
        2 => stored.fliph(),
        3 => stored.rotate180(),
        4 => stored.flipv(),
        5 => stored.rotate90().fliph(),
        6 => stored.rotate90(),
        7 => stored.rotate270().fliph(),
        8 => stored.rotate270(),
        _ => stored,
    }
}

fn value(picture: &Picture, key: &str) -> String {
    picture.truth.fields.iter().find(|field| field.key == key).unwrap().value.clone()
}

#[test]
fn equal_orders_make_equal_bytes_and_others_don_t() {
    let order = Order::new(3, Paper::IdFront).long_side(640);
    assert_eq!(order.taken().bytes, order.taken().bytes);
    assert_ne!(order.taken().bytes, Order::new(4, Paper::IdFront).long_side(640).taken().bytes);
    let again = order.take(1).taken();
    assert_ne!(order.taken().bytes, again.bytes);
    assert_eq!(
        value(&order.taken(), "id_number"),
        value(&again, "id_number"),
        "another photo of the same card"
    );
}

#[test]
fn papers_lie_inside_the_frame_and_their_fields_on_them() {
    for (seed, paper) in (0..21).zip(Paper::ALL.into_iter().cycle()) {
        let picture = Order::new(seed, paper).long_side(640).taken();
        let (width, height) = picture.truth.size;
        assert_eq!((seen(&picture).width(), seen(&picture).height()), (width, height), "{paper:?} {seed}");
        for (x, y) in picture.truth.corners.into_iter().flatten() {
            let inside =
                (1.0..f64::from(width) - 1.0).contains(&x) && (1.0..f64::from(height) - 1.0).contains(&y);
            assert!(inside, "{paper:?} {seed}: ({x}, {y})");
        }
        assert_eq!(picture.truth.corners.is_none(), paper == Paper::Storefront);
        for field in &picture.truth.fields {
            let place = field.place;
            let right = place.x + place.width;
            let bottom = place.y + place.height;
            assert!(
                place.x > 0.0 && place.y > 0.0 && right < 1.0 && bottom < 1.0,
                "{paper:?} {seed}: {field:?}"
            );
        }
        // The position that must not get out is there to be taken out.
        assert!(picture.bytes.windows(4).any(|window| window == [0x88, 0x25, 0, 4]));
    }
}

#[test]
fn check_digits_are_right() {
    for seed in 0..6 {
        let taken = |paper| Order::new(seed, paper).long_side(320).taken();
        Uscc::parse(&value(&taken(Paper::LicenceLandscape), "number")).unwrap();
        Uscc::parse(&value(&taken(Paper::LicencePortrait), "number")).unwrap();
        ResidentId::parse(&value(&taken(Paper::IdFront), "id_number"), TODAY).unwrap();
        BankCard::parse(&value(&taken(Paper::BankCard), "number")).unwrap();
    }
}

#[test]
fn a_licence_s_code_can_be_read_off_a_good_photo_and_not_off_a_blurred_one() {
    let read = |picture: &Picture| {
        let grey = seen(picture).to_luma8();
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
            grey.width() as usize,
            grey.height() as usize,
            |x, y| grey.get_pixel(x as u32, y as u32).0[0],
        );
        prepared.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
    };
    for seed in 0..2 {
        let good = Order::new(seed, Paper::LicenceLandscape).long_side(2000);
        assert_eq!(read(&good.taken()), good.taken().truth.qr);
        assert!(good.taken().truth.qr.unwrap().ends_with(&value(&good.taken(), "number")));
        assert_eq!(read(&good.with(Flaw::Blur).taken()), None);
    }
}

#[test]
fn each_flaw_does_to_the_picture_what_it_is_called() {
    let order = Order::new(5, Paper::LicenceLandscape).long_side(800);
    let grey = |picture: &Picture| seen(picture).to_luma8();
    let mean = |picture: &Picture| {
        let plane = grey(picture);
        plane.as_raw().iter().map(|value| f64::from(*value)).sum::<f64>() / plane.as_raw().len() as f64
    };
    let edges = |picture: &Picture| {
        let plane = grey(picture);
        let filtered = imageops::filter3x3(&plane, &[0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0]);
        filtered.as_raw().iter().map(|value| f64::from(*value).powi(2)).sum::<f64>()
    };
    let colours = |picture: &Picture| {
        let pixels = seen(picture).to_rgb8();
        pixels.pixels().filter(|pixel| pixel.0[0].abs_diff(pixel.0[2]) > 12).count()
    };
    let white = |picture: &Picture| grey(picture).as_raw().iter().filter(|value| **value > 250).count();
    let good = order.taken();
    for flaw in Flaw::ALL {
        let bad = order.with(flaw).taken();
        assert_eq!(bad.truth.flaw, Some(flaw));
        match flaw {
            Flaw::Blur | Flaw::MotionBlur => assert!(edges(&bad) < edges(&good) * 0.7, "{flaw:?}"),
            Flaw::PartlyBlurred => {
                let whole = edges(&order.with(Flaw::Blur).taken());
                assert!(edges(&bad) < edges(&good) * 0.9 && edges(&bad) > whole);
            }
            Flaw::Tilted => {
                let corners = bad.truth.corners.unwrap();
                let side = |from: usize, to: usize| {
                    (corners[from].0 - corners[to].0).hypot(corners[from].1 - corners[to].1)
                };
                let ratio = |a: f64, b: f64| a.min(b) / a.max(b);
                assert!(ratio(side(0, 1), side(2, 3)).min(ratio(side(1, 2), side(3, 0))) < 0.72);
            }
            Flaw::FewPixels => assert!(bad.truth.size.0 < 800),
            Flaw::Glare => assert!(white(&bad) > white(&good) + 5_000),
            Flaw::TooDark => assert!(mean(&bad) < mean(&good) * 0.4),
            Flaw::TooBright => assert!(mean(&bad) > 215.0),
            Flaw::FarAway => {
                let [a, b, ..] = bad.truth.corners.unwrap();
                assert!((b.0 - a.0) < 0.3 * f64::from(bad.truth.size.0));
            }
            Flaw::Cut => assert!(bad.truth.corners.is_none()),
            Flaw::Photocopy => assert!(colours(&bad) < colours(&good)),
            Flaw::Grey => assert_eq!(colours(&bad), 0),
            Flaw::ScreenPhoto => assert!(edges(&bad) > edges(&good)),
            Flaw::Screenshot => {
                assert!(bad.bytes.starts_with(b"\x89PNG") && bad.truth.size.1 > 2 * bad.truth.size.0);
            }
            Flaw::Watermark => {
                let (good, bad) = (grey(&good), grey(&bad));
                let pairs = good.as_raw().iter().zip(bad.as_raw());
                let changed = pairs.filter(|(a, b)| a.abs_diff(**b) > 20).count();
                assert!(changed > good.as_raw().len() / 100, "{changed}");
            }
        }
    }
}
