//! QR codes.

use portal_imaging::Pixels;
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

use crate::page::Point;

/// A QR code that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Code {
    pub text: String,
    /// Corners in the picture.
    pub place: [Point; 4],
}

/// Every QR code in a picture that can be read.
pub fn codes(picture: &Pixels) -> Vec<Code> {
    let (Ok(width), Ok(height)) = (i32::try_from(picture.width), i32::try_from(picture.height)) else {
        return Vec::new();
    };
    let Ok(view) = ImageView::from_slice(&picture.rgb, width, height, ImageFormat::RGB) else {
        return Vec::new();
    };
    let reader = BarcodeReader::new()
        .formats(BarcodeFormat::QRCode)
        .try_harder(true)
        .try_rotate(false)
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
