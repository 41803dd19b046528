use std::sync::LazyLock;

use image::{DynamicImage, ImageFormat};
use portal_imaging::{FitSpec, Format, MAX_FILE_BYTES, Rejection, Step, Variant, fit, inspect, thumbnail};
use proptest::prelude::*;

use crate::pictures::{Dice, encoded, heic, jpeg, jpeg_with, page, png_chunk, with_segment};

fn code(bytes: &[u8]) -> &'static str {
    fit(bytes, &FitSpec::default()).map_or_else(|rejection| rejection.code(), |_| "accepted")
}

/// Made once: a case of a property test must not pay for encoding all of them.
static GOOD_FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let picture = page(360, 270, 3, 11);
    let dynamic = DynamicImage::ImageRgb8(picture.clone());
    vec![
        ("jpeg", jpeg(&picture, 85)),
        ("progressive jpeg", jpeg_with(&picture, 85, |encoder| encoder.set_progressive(true))),
        ("jpeg with restarts", jpeg_with(&picture, 85, |encoder| encoder.set_restart_interval(4))),
        ("png", encoded(&dynamic, ImageFormat::Png)),
        ("webp", encoded(&dynamic, ImageFormat::WebP)),
        ("bmp", encoded(&dynamic, ImageFormat::Bmp)),
        ("gif", encoded(&dynamic, ImageFormat::Gif)),
        ("tiff", encoded(&dynamic, ImageFormat::Tiff)),
        ("heic", heic(&picture)),
        ("avif", include_bytes!("../fixtures/corners.avif").to_vec()),
        ("avif with opacity", include_bytes!("../fixtures/transparent.avif").to_vec()),
    ]
});

fn good_files() -> &'static [(&'static str, Vec<u8>)] {
    &GOOD_FILES
}

#[test]
fn no_cut_off_file_is_accepted() {
    for (name, file) in good_files() {
        assert_eq!(code(file), "accepted", "{name}");
        let mut dice = Dice(5);
        let spread = (0..60).map(|step| file.len() * step / 60);
        let last = file.len() - 24..file.len();
        let random = (0..40).map(|_| dice.roll(file.len() as u32) as usize).collect::<Vec<_>>();
        for cut in spread.chain(last).chain(random) {
            assert_ne!(code(&file[..cut]), "accepted", "{name} cut at {cut} of {}", file.len());
        }
    }
}

#[test]
fn an_avif_whose_picture_is_nowhere_is_refused() {
    let good = include_bytes!("../fixtures/corners.avif");
    let iloc = good.windows(4).position(|window| window == b"iloc").unwrap();
    let extents = iloc + 16;
    assert_eq!(good[extents..extents + 2], [0, 1], "one extent");
    let mut nowhere = good.to_vec();
    nowhere[extents + 1] = 0;
    assert_eq!(code(&nowhere), "corrupt");
}

#[test]
fn what_is_no_picture_is_said_to_be_none() {
    assert_eq!(code(b""), "empty");
    assert_eq!(code(b"hello, this is text"), "not_an_image");
    assert_eq!(code(b"BM, a text that starts like a bitmap but is none"), "not_an_image");
    assert_eq!(code(&[0; 1000]), "not_an_image");
    for (file, format) in [(&b"%PDF-1.7\n"[..], Format::Pdf), (b"\xFF\x0A", Format::JpegXl)] {
        assert_eq!(inspect(file).unwrap_err(), Rejection::FormatUnsupported { format });
    }
    // Read by now, so a mere beginning is a cut-off file.
    let beginnings = [
        &b"GIF89a\x01\0\x01\0"[..],
        b"II*\0\x08\0\0\0",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1hei",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avi",
    ];
    for file in beginnings {
        assert_eq!(inspect(file).unwrap_err(), Rejection::Truncated);
    }
}

#[test]
fn unread_jpeg_flavours_are_named() {
    let file = jpeg(&page(64, 64, 0, 1), 80);
    let frame_at = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let with = |at: usize, value: u8| {
        let mut changed = file.clone();
        changed[frame_at + at] = value;
        inspect(&changed).unwrap_err()
    };
    let unsupported = |variant| Rejection::VariantUnsupported { variant };
    assert_eq!(with(1, 0xC9), unsupported(Variant::ArithmeticCoding));
    assert_eq!(with(1, 0xC3), unsupported(Variant::LosslessJpeg));
    assert_eq!(with(1, 0xC5), unsupported(Variant::Hierarchical));
    assert_eq!(with(4, 12), unsupported(Variant::SamplePrecision));
    let mut no_height = file.clone();
    no_height[frame_at + 5..frame_at + 7].fill(0);
    assert_eq!(inspect(&no_height).unwrap_err(), unsupported(Variant::LateHeight));
    let separate = jpeg_with(&page(64, 64, 0, 1), 80, |encoder| encoder.set_optimized_huffman_tables(true));
    assert_eq!(inspect(&separate).unwrap_err(), unsupported(Variant::SeparateScans));
}

#[test]
fn headers_that_promise_too_much_are_refused_before_decoding() {
    // 60,000 x 60,000 in 100 bytes.
    let bomb = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(b"IHDR", &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0]),
        png_chunk(b"IDAT", &[0x78, 0x01]),
        png_chunk(b"IEND", &[]),
    ]
    .concat();
    assert!(matches!(inspect(&bomb).unwrap_err(), Rejection::TooManyPixels { pixels: 3_600_000_000, .. }));

    // 16-bit RGBA within the pixel limit, but not within memory.
    let deep = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(b"IHDR", &[0, 0, 0x1F, 0x40, 0, 0, 0x1F, 0x40, 16, 6, 0, 0, 0]),
        png_chunk(b"IDAT", &[0x78, 0x01]),
        png_chunk(b"IEND", &[]),
    ]
    .concat();
    assert!(matches!(inspect(&deep).unwrap_err(), Rejection::TooMuchMemory { .. }));

    let mut lie = jpeg(&page(320, 240, 2, 3), 80);
    let frame_at = lie.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    lie[frame_at + 5..frame_at + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_ne!(code(&lie), "accepted");
    // Few enough pixels to be read, but the data would never fill them.
    lie[frame_at + 5..frame_at + 9].copy_from_slice(&[0x1F, 0x40, 0x1F, 0x40]);
    assert_eq!(inspect(&lie).unwrap_err(), Rejection::Truncated);
}

#[test]
fn a_header_that_adds_rows_is_found_out() {
    let file = jpeg(&page(320, 240, 2, 3), 80);
    let frame_at = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    for rows in [257_u16, 320, 480] {
        let mut taller = file.clone();
        taller[frame_at + 5..frame_at + 7].copy_from_slice(&rows.to_be_bytes());
        assert_ne!(code(&taller), "accepted", "{rows} rows");
    }
}

#[test]
fn data_that_ends_early_is_found_out_even_with_an_end_marker() {
    for (name, file) in &good_files()[..3] {
        let data_at = file.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap() + 20;
        let mut dice = Dice(6);
        for _ in 0..60 {
            let cut = data_at + dice.roll((file.len() - 10 - data_at) as u32) as usize;
            let mut shorter = file[..cut].to_vec();
            shorter.extend_from_slice(&[0xFF, 0xD9]);
            assert_ne!(code(&shorter), "accepted", "{name} ended at {cut} of {}", file.len());
        }
    }
}

#[test]
fn bytes_hidden_in_a_scan_do_not_survive() {
    let file = jpeg(&page(320, 240, 2, 3), 80);
    let hidden =
        [&file[..file.len() - 2], b"hidden words, more than padding", &file[file.len() - 2..]].concat();
    let fitted = fit(&hidden, &FitSpec::default()).unwrap();
    assert!(fitted.steps.iter().any(|step| matches!(step, Step::Reencoded { .. })));
    assert!(!fitted.bytes.windows(12).any(|window| window == b"hidden words"));
}

#[test]
fn scan_bombs_and_segment_floods_are_refused() {
    let file = jpeg_with(&page(320, 240, 2, 3), 80, |encoder| encoder.set_progressive(true));
    let last_scan = file.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let scan = file[last_scan..file.len() - 2].to_vec();
    let mut bomb = file[..file.len() - 2].to_vec();
    for _ in 0..200 {
        bomb.extend_from_slice(&scan);
    }
    bomb.extend_from_slice(&[0xFF, 0xD9]);
    assert!(matches!(inspect(&bomb).unwrap_err(), Rejection::TooManyScans { scans: 200.. }));

    let comments: Vec<u8> = [0xFF, 0xFE, 0, 2].repeat(100_000);
    let flood = [&file[..2], &comments, &file[2..]].concat();
    assert_eq!(inspect(&flood).unwrap_err(), Rejection::Corrupt);
}

#[test]
fn files_beyond_the_size_limit_are_not_looked_at() {
    let mut file = jpeg(&page(64, 64, 0, 1), 80);
    file.resize(MAX_FILE_BYTES as usize + 1, 0);
    assert_eq!(code(&file), "too_many_bytes");
}

#[test]
fn two_pictures_in_a_row_and_markers_in_odd_places_do_no_harm() {
    let file = jpeg(&page(320, 240, 2, 3), 80);
    let pair = [file.clone(), file.clone()].concat();
    assert_eq!(fit(&pair, &FitSpec::default()).unwrap().bytes, file);
    // Bytes between segments, which some cameras leave, are closed up.
    let gap = [&file[..2], &[0, 0, 0], &file[2..]].concat();
    assert_eq!(Format::sniff(&gap), None);
    let tagged = with_segment(&file, 0xE5, b"note");
    let gap = [&tagged[..10], &[0, 0, 0], &tagged[10..]].concat();
    assert_eq!(fit(&gap, &FitSpec::default()).unwrap().bytes, file);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_files_never_panic(which in 0..GOOD_FILES.len(), edits in prop::collection::vec((any::<u32>(), any::<u8>()), 1..12)) {
        let mut file = good_files()[which].1.clone();
        let length = file.len();
        for (index, (at, value)) in edits.into_iter().enumerate() {
            // Half the damage goes where headers are.
            let range = if index % 2 == 0 { length.min(700) } else { length };
            file[at as usize % range] = value;
        }
        if let Ok(fitted) = fit(&file, &FitSpec::default()) {
            prop_assert!(inspect(&fitted.bytes).is_ok());
        }
        thumbnail(&file, 64).ok();
    }

    #[test]
    fn random_bytes_behind_a_magic_number_never_panic(which in 0..GOOD_FILES.len(), noise in prop::collection::vec(any::<u8>(), 0..600)) {
        let file = &good_files()[which].1;
        let hybrid = [&file[..file.len().min(40)], &noise].concat();
        prop_assert_ne!(code(&hybrid), "accepted");
    }
}
