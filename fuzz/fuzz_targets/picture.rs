//! Pictures of every format that is read: what is called readable either is fitted or refused, and what is fitted is
//! within its limits and can be read again.
#![no_main]

use std::io::Cursor;
use std::sync::LazyLock;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use libfuzzer_sys::fuzz_target;
use portal_fuzz::Input;
use portal_imaging::{FitSpec, Subject, fit, inspect, thumbnail};

/// Larger ones only take time.
const MAX_PIXELS: u64 = 200_000;
const SPEC: FitSpec = FitSpec {
    send_bytes: 20_000,
    max_bytes: 100_000,
    max_side_px: 200,
    min_short_side_px: 0,
    subject: Subject::Licence,
};
/// There is no writer for these among the libraries.
const FOREIGN: [&[u8]; 4] = [
    include_bytes!("../../crates/portal-imaging/tests/fixtures/corners.heic"),
    include_bytes!("../../crates/portal-imaging/tests/fixtures/corners.avif"),
    include_bytes!("../../crates/portal-imaging/tests/fixtures/turned.avif"),
    include_bytes!("../../crates/portal-imaging/tests/fixtures/transparent.avif"),
];

static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let picture = RgbImage::from_fn(48, 32, |x, y| Rgb([(x * 5) as u8, (y * 7) as u8, (x * y) as u8]));
    let colour = DynamicImage::ImageRgb8(picture);
    let others = [colour.to_luma8().into(), colour.to_rgba8().into(), colour.to_rgb16().into()];
    let formats = [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ];
    let all = [colour].into_iter().chain(others);
    let written = all.flat_map(|picture: DynamicImage| {
        formats.into_iter().filter_map(move |format| {
            let mut bytes = Cursor::new(Vec::new());
            // Not every format has every kind of pixel.
            picture.write_to(&mut bytes, format).ok().map(|()| bytes.into_inner())
        })
    });
    written.chain(FOREIGN.map(<[u8]>::to_vec)).collect()
});

fuzz_target!(|input: Input| {
    let bytes = input.bytes(&GOOD);
    let Ok(inspection) = inspect(&bytes) else { return };
    if u64::from(inspection.width) * u64::from(inspection.height) > MAX_PIXELS {
        return;
    }
    let _ = thumbnail(&bytes, 64);
    let Ok(fitted) = fit(&bytes, &SPEC) else { return };
    let again = inspect(&fitted.bytes).expect("what was fitted is a picture");
    assert!(fitted.bytes.len() as u64 <= SPEC.max_bytes, "{} bytes", fitted.bytes.len());
    assert!(!again.has_gps && again.trailing_bytes == 0, "{again:?}");
});
