//! QR codes, and the bars of type plates.

use portal_imaging::Pixels;
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

use crate::page::Point;

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Code {
    pub text: String,
    /// Corners in the picture.
    pub place: [Point; 4],
}

/// Every QR code in a picture that can be read.
pub fn codes(picture: &Pixels) -> Vec<Code> {
    read(picture, &[BarcodeFormat::QRCode], false)
}

/// Every code that a terminal's label may have its serial number in, however it lies.
pub fn serials(picture: &Pixels) -> Vec<Code> {
    let formats =
        [BarcodeFormat::Code128, BarcodeFormat::Code39, BarcodeFormat::DataMatrix, BarcodeFormat::QRCode];
    read(picture, &formats, true)
}

fn read(picture: &Pixels, formats: &[BarcodeFormat], turned: bool) -> Vec<Code> {
    let (Ok(width), Ok(height)) = (i32::try_from(picture.width), i32::try_from(picture.height)) else {
        return Vec::new();
    };
    let Ok(view) = ImageView::from_slice(&picture.rgb, width, height, ImageFormat::RGB) else {
        return Vec::new();
    };
    let reader = BarcodeReader::new()
        .formats(formats)
        .try_harder(true)
        .try_rotate(turned)
        .try_invert(false)
        .try_downscale(true);
    let found = reader.from(view).unwrap_or_default();
    found
        .iter()
        .map(|code| {
            let corners = code.position();
            let place = [corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left];
            Code { text: code.text(), place: place.map(|corner| (f64::from(corner.x), f64::from(corner.y))) }
        })
        .collect()
}
