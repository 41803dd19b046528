use image::{DynamicImage, ImageFormat, Rgb, RgbImage, imageops};
use portal_imaging::{
    Colour, ColourSource, FitSpec, Fitted, Format, Orientation, Rejection, Step, Turn, fit, fit_showing,
    inspect, thumbnail,
};
use portal_pictures::stored;
use proptest::prelude::*;

use crate::pictures::{
    contains, corners, decoded, encoded, exif, four_colour_jpeg, jpeg, jpeg_with, mean_difference, noise,
    page, png_chunk, webp_chunk, webp_file, with_exif, with_segment,
};

/// No picture with more than this on its short side is made smaller than it.
const LEGIBLE_SHORT_SIDE_PX: u32 = 320;

fn spec() -> FitSpec {
    FitSpec::default()
}

/// What was done to a photo, without what was found on it.
fn done(fitted: &Fitted) -> Vec<Step> {
    let is_found = |step: &&Step| matches!(step, Step::Outlined { .. } | Step::Hashed { .. });
    fitted.steps.iter().filter(|step| !is_found(step)).cloned().collect()
}

#[test]
fn every_orientation_ends_upright_and_without_a_position() {
    let upright = corners();
    for orientation in 1..=8 {
        let file = with_exif(&jpeg(&stored(&upright, orientation), 95), orientation);
        let seen = inspect(&file).unwrap();
        assert!(seen.has_gps);
        assert_eq!(seen.orientation, Orientation::from_exif(orientation).unwrap());
        assert_eq!(seen.upright_size(), (480, 352));

        let fitted = fit(&file, &spec()).unwrap();
        assert!(!inspect(&fitted.bytes).unwrap().has_gps);
        assert!(!contains(&fitted.bytes, b"SECRET-PLACE") && !contains(&fitted.bytes, b"Exif"));
        assert!(mean_difference(&decoded(&fitted.bytes), &upright) < 3.0, "orientation {orientation}");
        let turned = fitted.steps.iter().any(|step| matches!(step, Step::Oriented { .. }));
        assert_eq!(turned, orientation != 1);

        let small = decoded(&thumbnail(&file, 120).unwrap());
        assert_eq!(small.dimensions(), (120, 88));
        assert!(small.get_pixel(20, 20).0[0] > 200 && small.get_pixel(20, 60).0[2] > 200);
    }
}

#[test]
fn a_person_turns_what_the_file_calls_upright() {
    let upright = corners();
    // Held sideways, and said so by the file; turned by a person on top of that.
    for (orientation, file) in [(1, jpeg(&upright, 95)), (6, with_exif(&jpeg(&stored(&upright, 6), 95), 6))] {
        let wanted = [
            (Turn::None, upright.clone()),
            (Turn::Quarter, imageops::rotate90(&upright)),
            (Turn::Half, imageops::rotate180(&upright)),
            (Turn::ThreeQuarters, imageops::rotate270(&upright)),
        ];
        let straight = fit(&file, &spec()).unwrap();
        for (turn, wanted) in wanted {
            let fitted = fit_showing(&file, &spec(), turn, |_| {}).unwrap();
            assert_eq!((fitted.width, fitted.height), wanted.dimensions());
            assert!(mean_difference(&decoded(&fitted.bytes), &wanted) < 3.0, "{orientation} {turn:?}");
            assert_eq!(fitted.original_sha256, straight.original_sha256);
            assert_eq!(fitted.steps.contains(&Step::Turned { by: turn }), turn != Turn::None);
        }
        // Four quarters are none: the very bytes of the beginning.
        let round = Turn::None.further().further().further().further();
        assert_eq!(fit_showing(&file, &spec(), round, |_| {}).unwrap().sha256, straight.sha256);
    }
}

#[test]
fn orientation_is_read_from_png_and_webp_too() {
    let upright = corners();
    let turned = DynamicImage::ImageRgb8(stored(&upright, 6));
    let png = encoded(&turned, ImageFormat::Png);
    let png = [&png[..33], &png_chunk(b"eXIf", &exif(6)), &png[33..]].concat();
    let webp = encoded(&turned, ImageFormat::WebP);
    let header = [8, 0, 0, 0, 95, 1, 0, 223, 1, 0];
    let webp = webp_file(&[webp_chunk(b"VP8X", &header), webp[12..].to_vec(), webp_chunk(b"EXIF", &exif(6))]);
    for file in [png, webp] {
        assert!(inspect(&file).unwrap().has_gps);
        let fitted = fit(&file, &spec()).unwrap();
        assert!(mean_difference(&decoded(&fitted.bytes), &upright) < 3.0);
        assert!(fitted.steps.contains(&Step::Oriented { exif: Orientation::Rotate90 }));
    }
}

#[test]
fn a_clean_jpeg_within_the_limits_keeps_every_pixel() {
    let original = jpeg(&page(1200, 900, 2, 1), 85);
    let fitted = fit(&original, &spec()).unwrap();
    assert_eq!(done(&fitted), [Step::LosslessStrip { removed_bytes: 0 }]);
    assert_eq!(decoded(&fitted.bytes), decoded(&original));
    assert_eq!(fitted.original_format, Format::Jpeg);
    assert_eq!(fitted.media_type, "image/jpeg");
    assert_eq!((fitted.width, fitted.height), (1200, 900));
    assert_eq!(fitted.original_bytes, original.len() as u64);
    let again = fit(&fitted.bytes, &spec()).unwrap();
    assert_eq!(again.bytes, fitted.bytes, "fitting what was fitted changes nothing");
    assert_eq!(again.original_sha256, fitted.sha256);
}

#[test]
fn metadata_comments_previews_and_appended_archives_are_dropped_losslessly() {
    let clean = jpeg_with(&page(800, 600, 2, 2), 85, |encoder| encoder.set_progressive(true));
    let mut file = with_exif(&clean, 1);
    file = with_segment(&file, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x GPSLatitude='1'/>");
    file = with_segment(&file, 0xED, b"Photoshop 3.0\0caption");
    file = with_segment(&file, 0xFE, b"comment with a phone number");
    file = with_segment(&file, 0xE2, b"MPF\0second picture");
    let archive = b"PK\x03\x04 an archive behind the picture";
    file.extend_from_slice(archive);
    let bytes = archive.len() as u64;
    assert_eq!(inspect(&file).unwrap().trailing_bytes, bytes);

    let fitted = fit(&file, &spec()).unwrap();
    assert_eq!(fitted.bytes, clean);
    let removed_bytes = (file.len() - clean.len()) as u64;
    assert_eq!(done(&fitted), [Step::TrailingBytesDropped { bytes }, Step::LosslessStrip { removed_bytes }]);
}

#[test]
fn large_photos_are_reduced_to_the_side_and_the_budget() {
    let file = jpeg(&page(3000, 2250, 6, 3), 95);
    assert!(file.len() > 1_500_000);
    let fitted = fit(&file, &spec()).unwrap();
    assert_eq!((fitted.width, fitted.height), (2000, 1500));
    assert!(fitted.bytes.len() <= 500_000);
    assert!(fitted.bytes.len() > 350_000, "the budget is used: {}", fitted.bytes.len());
    assert!(matches!(
        done(&fitted)[..],
        [
            Step::Decoded { .. },
            Step::Resized { from: (3000, 2250), to: (2000, 1500) },
            Step::Reencoded { .. }
        ]
    ));
    let reference = imageops::resize(&decoded(&file), 2000, 1500, imageops::FilterType::Lanczos3);
    assert!(mean_difference(&decoded(&fitted.bytes), &reference) < 6.0);
}

#[test]
fn twelve_megapixels_are_halved_while_they_are_decoded() {
    let picture = page(4032, 3024, 4, 31);
    for turned in [false, true] {
        let file = if turned { with_exif(&jpeg(&picture, 90), 3) } else { jpeg(&picture, 90) };
        let fitted = fit(&file, &FitSpec { send_bytes: 400_000, ..spec() }).unwrap();
        assert_eq!((fitted.width, fitted.height), (2016, 1512));
        assert!(fitted.steps.contains(&Step::Resized { from: (4032, 3024), to: (2016, 1512) }));
        assert_eq!(fitted.steps.contains(&Step::Oriented { exif: Orientation::Rotate180 }), turned);
        assert!((340_000..=400_000).contains(&fitted.bytes.len()), "{} bytes", fitted.bytes.len());
        let reference = imageops::resize(&decoded(&file), 2016, 1512, imageops::FilterType::Lanczos3);
        let reference = if turned { imageops::rotate180(&reference) } else { reference };
        assert!(mean_difference(&decoded(&fitted.bytes), &reference) < 6.0);
    }
}

#[test]
fn colours_stay_in_place_whatever_they_are_stored_as() {
    // Odd sides, so that the last colour stands for fewer pixels than the others.
    let picture = RgbImage::from_fn(481, 353, |x, y| match (x < 240, y < 176) {
        (true, true) => Rgb([230, 20, 20]),
        (false, true) => Rgb([20, 200, 20]),
        (true, false) => Rgb([20, 20, 230]),
        (false, false) => Rgb([255, 255, 255]),
    });
    for factor in [
        jpeg_encoder::SamplingFactor::R_4_4_4,
        jpeg_encoder::SamplingFactor::R_4_2_2,
        jpeg_encoder::SamplingFactor::R_4_2_0,
        jpeg_encoder::SamplingFactor::R_4_4_0,
    ] {
        for orientation in [2, 6, 7] {
            let turned = stored(&picture, orientation);
            let file = jpeg_with(&turned, 95, |encoder| encoder.set_sampling_factor(factor));
            let fitted = fit(&with_exif(&file, orientation), &spec()).unwrap();
            let apart = mean_difference(&decoded(&fitted.bytes), &picture);
            assert!(apart < 3.0, "{factor:?} {orientation}: {apart}");
        }
    }
}

#[test]
fn a_side_barely_over_the_limit_is_not_resampled() {
    let fitted = fit(&jpeg(&page(2016, 1512, 1, 4), 70), &spec()).unwrap();
    assert_eq!((fitted.width, fitted.height), (2016, 1512));
    let fitted = fit(&jpeg(&page(2017, 1512, 1, 4), 70), &spec()).unwrap();
    assert_eq!((fitted.width, fitted.height), (2000, 1499));
}

#[test]
fn size_gives_way_only_after_quality() {
    let tight = FitSpec { send_bytes: 60_000, ..spec() };
    let fitted = fit(&jpeg(&noise(1600, 1200, 5), 90), &tight).unwrap();
    assert!(fitted.bytes.len() <= 60_000);
    assert!(fitted.width < 1600 && fitted.height >= 320);
    assert!(fitted.steps.iter().any(|step| matches!(step, Step::Resized { from: (1600, 1200), .. })));
}

#[test]
fn what_cannot_be_legible_within_the_acquirers_limit_is_refused() {
    let impossible = FitSpec { send_bytes: 3_000, max_bytes: 4_000, ..spec() };
    let refused = fit(&jpeg(&noise(800, 600, 6), 90), &impossible).unwrap_err();
    assert!(matches!(refused, Rejection::OverLimit { limit_bytes: 4_000, .. }));
    let generous = FitSpec { send_bytes: 3_000, max_bytes: 900_000, ..spec() };
    assert!(fit(&jpeg(&noise(800, 600, 6), 90), &generous).unwrap().bytes.len() > 3_000);
}

#[test]
fn a_picture_smaller_than_the_slot_asks_is_refused() {
    let strict = FitSpec { min_short_side_px: 600, ..spec() };
    let file = jpeg(&page(900, 599, 1, 7), 80);
    let expected = Rejection::TooSmall { short_side_px: 599, min_short_side_px: 600 };
    assert_eq!(fit(&file, &strict).unwrap_err(), expected);
    // A strip keeps its short side at the cost of the long one.
    let strip = fit(&jpeg(&page(4000, 700, 1, 8), 80), &strict).unwrap();
    assert_eq!(strip.height, 600);
    // Up to what any acquirer takes.
    let endless = fit(&jpeg(&page(16_000, 700, 1, 9), 80), &strict).unwrap_err();
    assert_eq!(endless, Rejection::TooSmall { short_side_px: 350, min_short_side_px: 600 });
}

#[test]
fn four_colour_jpegs_become_rgb() {
    let picture = corners();
    for (as_ycck, colour, source) in
        [(false, Colour::Cmyk, ColourSource::Cmyk), (true, Colour::Ycck, ColourSource::Ycck)]
    {
        let file = four_colour_jpeg(&picture, as_ycck);
        assert_eq!(inspect(&file).unwrap().colour, colour);
        let fitted = fit(&file, &spec()).unwrap();
        assert!(fitted.steps.contains(&Step::ConvertedColour { from: source }));
        assert_eq!(inspect(&fitted.bytes).unwrap().colour, Colour::YCbCr);
        assert!(mean_difference(&decoded(&fitted.bytes), &picture) < 6.0, "{colour:?}");
    }
}

#[test]
fn wide_gamut_profiles_are_converted_and_srgb_ones_only_dropped() {
    let picture = RgbImage::from_pixel(320, 240, Rgb([200, 60, 60]));
    let p3 = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();

    let plain = jpeg_with(&picture, 90, |encoder| encoder.add_icc_profile(&srgb).unwrap());
    let fitted = fit(&plain, &spec()).unwrap();
    assert!(matches!(done(&fitted)[..], [Step::LosslessStrip { .. }]));
    assert!(!inspect(&fitted.bytes).unwrap().has_profile);

    let wide = jpeg_with(&picture, 90, |encoder| encoder.add_icc_profile(&p3).unwrap());
    assert!(inspect(&wide).unwrap().has_profile);
    let fitted = fit(&wide, &spec()).unwrap();
    assert!(fitted.steps.contains(&Step::ConvertedColour { from: ColourSource::IccProfile }));
    // The same red has larger sRGB numbers than Display P3 numbers.
    let red = decoded(&fitted.bytes).get_pixel(100, 100).0;
    assert!(red[0] > 210 && red[1] < 55, "{red:?}");
}

#[test]
fn rgb_stored_jpegs_keep_their_colours() {
    let picture = corners();
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4);
    // Stored unconverted by calling the samples YCbCr; the Adobe flag 0 says that they are RGB.
    encoder.encode(picture.as_raw(), 480, 352, jpeg_encoder::ColorType::Ycbcr).unwrap();
    let file = with_segment(&file, 0xEE, b"Adobe\0\x64\0\0\0\0\0");
    assert_eq!(inspect(&file).unwrap().colour, Colour::Rgb);
    let fitted = fit(&file, &spec()).unwrap();
    assert!(matches!(done(&fitted)[..], [Step::LosslessStrip { .. }]));
    assert_eq!(inspect(&fitted.bytes).unwrap().colour, Colour::Rgb);
    let small = decoded(&thumbnail(&file, 48).unwrap());
    assert!(small.get_pixel(8, 8).0[0] > 200 && small.get_pixel(8, 28).0[2] > 200);
}

#[test]
fn progressive_grey_and_restarted_jpegs_are_accounted_for_to_the_last_byte() {
    for (width, height) in [(333, 217), (640, 480), (17, 9)] {
        let picture = page(width, height, 20, u64::from(width));
        let grey = DynamicImage::ImageRgb8(picture.clone()).to_luma8();
        let mut grey_file = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut grey_file, 90);
        encoder.encode(grey.as_raw(), width as u16, height as u16, jpeg_encoder::ColorType::Luma).unwrap();
        for file in [
            grey_file,
            jpeg_with(&picture, 95, |encoder| encoder.set_progressive(true)),
            jpeg_with(&picture, 30, |encoder| encoder.set_progressive_scans(20)),
            jpeg_with(&picture, 90, |encoder| encoder.set_restart_interval(3)),
            jpeg_with(&picture, 90, |encoder| {
                encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_2)
            }),
            jpeg_with(&picture, 90, |encoder| {
                encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4)
            }),
        ] {
            assert_eq!(fit(&file, &spec()).unwrap().bytes, file, "{width} x {height}");
        }
    }
}

#[test]
fn a_wrong_name_is_noticed_and_harmless() {
    let file = encoded(&DynamicImage::ImageRgb8(corners()), ImageFormat::Png);
    let mut fitted = fit(&file, &spec()).unwrap();
    fitted.record_file_name("licence.PNG");
    fitted.record_file_name("no extension");
    assert!(!fitted.steps.iter().any(|step| matches!(step, Step::Mislabelled { .. })));
    fitted.record_file_name("licence.jpg");
    assert_eq!(fitted.steps[0], Step::Mislabelled { claimed: Format::Jpeg, actual: Format::Png });
    let json = serde_json::to_value(&fitted).unwrap();
    assert_eq!(json["steps"][0]["step"], "mislabelled");
    assert!(!json.to_string().contains("licence"));
}

#[test]
fn a_picture_that_could_not_be_read_any_smaller_goes_beyond_our_budget_but_not_the_acquirers() {
    let file =
        encoded(&DynamicImage::ImageRgb8(page(752, 330, 21, 4_602_555_214_589_160_758)), ImageFormat::Bmp);
    let limits = FitSpec { send_bytes: 60_000, ..spec() };
    let fitted = fit(&file, &limits).unwrap();
    assert!(fitted.bytes.len() as u64 > limits.send_bytes);
    assert_eq!(fitted.height, LEGIBLE_SHORT_SIDE_PX);
    let within = FitSpec { max_bytes: limits.send_bytes, ..limits };
    assert!(matches!(fit(&file, &within), Err(Rejection::OverLimit { limit_bytes: 60_000, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_picture_ends_within_its_budget(
        width in 330_u32..900, height in 330_u32..900, grain in 0_u32..40, seed: u64, send_bytes in 60_000_u64..200_000,
    ) {
        let file = encoded(&DynamicImage::ImageRgb8(page(width, height, grain, seed)), ImageFormat::Bmp);
        let limits = FitSpec { send_bytes, ..spec() };
        let fitted = fit(&file, &limits).unwrap();
        // Beyond our own budget, but never the acquirer's, go only pictures that could not be smaller and still be read.
        let budget = if fitted.width.min(fitted.height) <= LEGIBLE_SHORT_SIDE_PX { limits.max_bytes } else { send_bytes };
        prop_assert!(fitted.bytes.len() as u64 <= budget);
        prop_assert_eq!(&fit(&file, &limits).unwrap(), &fitted, "the same file gives the same bytes");
        let seen = inspect(&fitted.bytes).unwrap();
        prop_assert_eq!((seen.width, seen.height), (fitted.width, fitted.height));
        prop_assert_eq!(seen.trailing_bytes, 0);
    }
}
