//! Generated pictures: lined paper with dark strokes on an uneven, slightly noisy ground.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Small deterministic generator, so that failures repeat.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(below)) as u32
    }
}

/// A page with lines of strokes, brighter at the upper left, with sensor noise of ± `noise`.
pub fn page(width: u32, height: u32, noise: u32, seed: u64) -> RgbImage {
    let mut dice = Dice(seed);
    let mut picture = RgbImage::from_fn(width, height, |x, y| {
        let shade = 225 - (x * 30 / width) - (y * 30 / height);
        Rgb([shade as u8, shade as u8, (shade - 12) as u8])
    });
    let line = (height / 24).max(8);
    let mut y = line;
    while y + line < height {
        let mut x = line;
        while x + line < width {
            let (w, h) = (1 + dice.roll(line / 3), 2 + dice.roll(line / 2));
            let ink = if dice.roll(9) == 0 { [170, 30, 30] } else { [40, 42, 50] };
            for dx in 0..w.min(line / 5 + 1) {
                for dy in 0..h {
                    picture.put_pixel(x + dx, y + dy, Rgb(ink));
                }
            }
            x += 2 + w + dice.roll(line / 3 + 1);
        }
        y += line;
    }
    if noise > 0 {
        for pixel in picture.pixels_mut() {
            let shift = dice.roll(2 * noise + 1) as i32 - noise as i32;
            for value in &mut pixel.0 {
                *value = (i32::from(*value) + shift).clamp(0, 255) as u8;
            }
        }
    }
    picture
}

/// Red, green, blue and white corners, so that every turn and mirror shows.
pub fn corners() -> RgbImage {
    RgbImage::from_fn(480, 352, |x, y| match (x < 240, y < 176) {
        (true, true) => Rgb([230, 20, 20]),
        (false, true) => Rgb([20, 200, 20]),
        (true, false) => Rgb([20, 20, 230]),
        (false, false) => Rgb([255, 255, 255]),
    })
}

pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

pub fn noise(width: u32, height: u32, seed: u64) -> RgbImage {
    let mut dice = Dice(seed);
    RgbImage::from_fn(width, height, |_, _| Rgb([(); 3].map(|()| dice.roll(256) as u8)))
}

pub fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    jpeg_with(picture, quality, |_| {})
}

pub fn jpeg_with(picture: &RgbImage, quality: u8, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    set(&mut encoder);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).unwrap();
    bytes
}

/// Four ink channels from an RGB picture; the encoder stores them inverted, as Adobe does.
pub fn four_colour_jpeg(picture: &RgbImage, as_ycck: bool) -> Vec<u8> {
    let inks: Vec<u8> = picture.pixels().flat_map(|Rgb([r, g, b])| [255 - r, 255 - g, 255 - b, 0]).collect();
    let mut bytes = Vec::new();
    let kind = if as_ycck { ColorType::CmykAsYcck } else { ColorType::Cmyk };
    Encoder::new(&mut bytes, 92)
        .encode(&inks, picture.width() as u16, picture.height() as u16, kind)
        .unwrap();
    bytes
}

/// As an iPhone writes it: tiles of 512 pixels in a grid, where the picture is larger than one.
pub fn heic(picture: &RgbImage) -> Vec<u8> {
    heic_with(picture, &heifer::Metadata::default())
}

pub fn heic_with(picture: &RgbImage, metadata: &heifer::Metadata) -> Vec<u8> {
    let rgba = DynamicImage::ImageRgb8(picture.clone()).to_rgba16();
    let data = rgba.as_raw().iter().map(|value| value >> 8).collect();
    let (width, height) = picture.dimensions();
    let image = heifer::Image { width, height, bit_depth: 8, has_alpha: false, data };
    heifer::encode_with_metadata(&image, metadata, &heifer::EncodeOptions::default()).unwrap()
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A TIFF block as phones write it: orientation, a maker's name, and a GPS directory.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    block.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    block.extend_from_slice(&orientation.to_be_bytes());
    block.extend_from_slice(&[0, 0]);
    block.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    block.extend_from_slice(&[0, 0, 0, 0]);
    // One GPS entry: GPSLatitudeRef "N".
    block.extend_from_slice(&[0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    block.extend_from_slice(b"SECRET-PLACE");
    block
}

/// Puts a segment right after the start marker.
pub fn with_segment(jpeg: &[u8], marker: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend_from_slice(&[0xFF, marker]);
    bytes.extend_from_slice(&((payload.len() + 2) as u16).to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

pub fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    with_segment(jpeg, 0xE1, &[b"Exif\0\0".to_vec(), exif(orientation)].concat())
}

pub fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(kind);
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(&crc32(&chunk[4..]).to_be_bytes());
    chunk
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}

pub fn webp_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = kind.to_vec();
    chunk.extend_from_slice(&(data.len() as u32).to_le_bytes());
    chunk.extend_from_slice(data);
    if data.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

pub fn webp_file(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    [b"RIFF".to_vec(), (body.len() as u32).to_le_bytes().to_vec(), body].concat()
}

pub fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().to_rgb8()
}

pub fn mean_difference(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let total: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    total as f64 / a.as_raw().len() as f64
}
