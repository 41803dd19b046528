use image::{RgbImage, imageops};
use portal_imaging::{FitSpec, Fitted, Severity, VerdictCode, fit};

use crate::pictures::{jpeg, page};

fn judged(picture: &RgbImage) -> Fitted {
    fit(&jpeg(picture, 88), &FitSpec::default()).unwrap()
}

fn codes(picture: &RgbImage) -> Vec<VerdictCode> {
    judged(picture).verdicts.iter().map(|verdict| verdict.code).collect()
}

fn scaled(picture: &RgbImage, factor: f32) -> RgbImage {
    let mut picture = picture.clone();
    for value in picture.iter_mut() {
        *value = (f32::from(*value) * factor) as u8;
    }
    picture
}

#[test]
fn good_pages_have_no_findings() {
    for seed in 0..4 {
        let page = page(1600, 1200, seed as u32 * 3, seed);
        assert_eq!(codes(&page), [], "seed {seed}: {:?}", judged(&page).measurements);
    }
}

#[test]
fn blur_is_seen_in_bright_and_dim_pictures_alike() {
    for (brightness, sigma) in [(1.0, 4.0), (1.0, 8.0), (0.6, 4.0), (0.6, 8.0)] {
        let sharp = scaled(&page(1600, 1200, 3, 9), brightness);
        let blurred = imageops::fast_blur(&sharp, sigma);
        assert!(!codes(&sharp).contains(&VerdictCode::Blurred), "{:?}", judged(&sharp).measurements);
        assert!(codes(&blurred).contains(&VerdictCode::Blurred), "{:?}", judged(&blurred).measurements);
    }
}

#[test]
fn darkness_warns_and_blackness_blocks() {
    let page = page(1200, 900, 3, 10);
    let dim = judged(&scaled(&page, 0.3));
    assert!(dim.verdicts.iter().any(|v| v.code == VerdictCode::TooDark && v.severity == Severity::Warn));
    let black = judged(&scaled(&page, 0.03));
    assert!(black.verdicts.iter().any(|v| v.code == VerdictCode::TooDark && v.severity == Severity::Block));
}

#[test]
fn a_reflection_is_glare_but_white_paper_is_not() {
    let mut shiny = page(1600, 1200, 3, 12);
    for (x, y, pixel) in shiny.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - 900.0, y as f32 - 500.0);
        let light = 700.0 * (-(dx * dx + dy * dy) / (2.0 * 200.0 * 200.0)).exp();
        for value in &mut pixel.0 {
            *value = (f32::from(*value) + light).min(255.0) as u8;
        }
    }
    assert!(codes(&shiny).contains(&VerdictCode::Glare), "{:?}", judged(&shiny).measurements);

    let mut scan = page(1600, 1200, 0, 13);
    for pixel in scan.pixels_mut() {
        if pixel.0[0] > 120 && pixel.0[1] > 120 {
            pixel.0 = [255; 3];
        }
    }
    assert!(!codes(&scan).contains(&VerdictCode::Glare), "{:?}", judged(&scan).measurements);
}

#[test]
fn small_and_empty_pictures_are_told() {
    assert!(codes(&page(400, 300, 2, 14)).contains(&VerdictCode::TooSmall));
    let empty = judged(&RgbImage::from_pixel(1000, 800, image::Rgb([200, 200, 200])));
    assert!(empty.verdicts.iter().any(|v| v.code == VerdictCode::Blank && v.severity == Severity::Block));
}
