//! How a telephone stores a picture: turned as it was held, with everything it knows about itself and the place.

use image::{RgbImage, imageops};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A JPEG as cameras write them (4:2:0), stored so that this EXIF orientation makes it upright.
pub fn jpeg(upright: &RgbImage, quality: u8, orientation: u16) -> Vec<u8> {
    let stored = stored(upright, orientation);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.add_app_segment(1, exif(orientation)).expect("a short segment");
    let side = |px: u32| u16::try_from(px).expect("a side that a JPEG can have");
    encoder
        .encode(stored.as_raw(), side(stored.width()), side(stored.height()), ColorType::Rgb)
        .expect("pixels");
    bytes
}

/// A picture of the screen, without EXIF.
pub fn screenshot(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("pixels");
    bytes.into_inner()
}

/// How a camera held in that way stores the upright picture, by the EXIF value of its orientation.
pub fn stored(upright: &RgbImage, orientation: u16) -> RgbImage {
    match orientation {
        2 => imageops::flip_horizontal(upright),
        3 => imageops::rotate180(upright),
        4 => imageops::flip_vertical(upright),
        5 => imageops::flip_horizontal(&imageops::rotate90(upright)),
        6 => imageops::rotate270(upright),
        7 => imageops::flip_horizontal(&imageops::rotate270(upright)),
        8 => imageops::rotate90(upright),
        _ => upright.clone(),
    }
}

/// Maker, model, orientation and a position in the sea.
fn exif(orientation: u16) -> Vec<u8> {
    const ASCII: u16 = 2;
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const RATIONAL: u16 = 5;
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let short = |value: u16| [value.to_be_bytes(), [0, 0]].concat().try_into().expect("four bytes");
    // Header 8, directory 2 + 4 × 12 + 4, then the model's name, then the position's directory.
    let (model, gps) = (62_u32, 78_u32);
    let degrees = gps + 2 + 4 * 12 + 4;
    let mut block = b"MM\0*\0\0\0\x08\0\x04".to_vec();
    block.extend(entry(0x010F, ASCII, 4, *b"Yun\0"));
    block.extend(entry(0x0110, ASCII, 16, model.to_be_bytes()));
    block.extend(entry(0x0112, SHORT, 1, short(orientation)));
    block.extend(entry(0x8825, LONG, 1, gps.to_be_bytes()));
    block.extend([0; 4]);
    block.extend(b"Example Phone 9\0");
    block.extend(4_u16.to_be_bytes());
    block.extend(entry(1, ASCII, 2, *b"N\0\0\0"));
    block.extend(entry(2, RATIONAL, 3, degrees.to_be_bytes()));
    block.extend(entry(3, ASCII, 2, *b"E\0\0\0"));
    block.extend(entry(4, RATIONAL, 3, (degrees + 24).to_be_bytes()));
    block.extend([0; 4]);
    for (whole, minutes, seconds) in [(20_u32, 30_u32, 15_u32), (125, 10, 45)] {
        for part in [whole, minutes, seconds] {
            block.extend(part.to_be_bytes());
            block.extend(1_u32.to_be_bytes());
        }
    }
    [b"Exif\0\0".to_vec(), block].concat()
}
