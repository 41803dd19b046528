//! HEIF files as iPhones write them: HEVC stills, whole or in a grid of tiles (ISO/IEC 23008-12).
//!
//! `heifer` is Rust without unsafe code; it puts tiles together, crops, turns and mirrors.

use heifer::heifer_isobmff::HeifFile;
use heifer::heifer_isobmff::boxes::Property;

use crate::{MAX_PIXELS, Rejection, Variant, exif};

/// RGBA, and the planes of a tile, which may be all of the picture.
pub(crate) const DECODED_BYTES_PER_PIXEL: u64 = 10;

pub(crate) struct Layout {
    /// As a person sees the picture, before it is cropped.
    pub width: u32,
    pub height: u32,
    pub bits_per_sample: u8,
    pub has_gps: bool,
    pub profile: Option<Vec<u8>>,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        check_whole(bytes)?;
        let corrupt = |_| Rejection::Corrupt;
        let file = HeifFile::parse(bytes).map_err(corrupt)?;
        let id = file.primary_id;
        let (mut width, mut height) = file.image_size(id).map_err(corrupt)?.ok_or(Rejection::Corrupt)?;
        let mut bits_per_sample = 8;
        for property in file.item_properties(id).map_err(corrupt)? {
            match property {
                Property::Rotation(quarters) if quarters % 2 == 1 => (width, height) = (height, width),
                Property::PixelInfo(bits) => bits_per_sample = bits.iter().copied().max().unwrap_or(8),
                Property::CleanAperture { width: (across, parts), height: (down, parts_down), .. } => {
                    width = across / (*parts).max(1);
                    height = down / (*parts_down).max(1);
                }
                _ => {}
            }
        }
        let metadata = heifer::item_metadata(&file, id).map_err(refusal)?;
        let in_exif = metadata.exif.as_deref().is_some_and(|block| exif::read(block).has_gps);
        Ok(Self {
            width,
            height,
            bits_per_sample,
            has_gps: in_exif || metadata.xmp.as_deref().is_some_and(exif::xmp_has_gps),
            profile: metadata.icc_profile,
        })
    }
}

/// The primary picture in eight bits per sample, turned as the container says, in its own colours.
pub(crate) fn decode(bytes: &[u8]) -> Result<heifer::Image<u8>, Rejection> {
    // Threads would each hold a tile, and the pool above already runs two pictures.
    let options = heifer::Options { max_threads: 1, max_pixels: MAX_PIXELS };
    heifer::decode_rgba8(bytes, &options).map_err(refusal)
}

fn refusal(error: heifer::Error) -> Rejection {
    match error {
        heifer::Error::Unsupported(_) => Rejection::VariantUnsupported { variant: Variant::HeifCoding },
        _ => Rejection::Corrupt,
    }
}

/// Whether the file is as long as its boxes say.
pub(crate) fn check_whole(bytes: &[u8]) -> Result<(), Rejection> {
    let mut at = 0_usize;
    while at < bytes.len() {
        let head = bytes[at..].first_chunk::<8>().ok_or(Rejection::Truncated)?;
        let length = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
            // To the end of the file.
            0 => return Ok(()),
            1 => {
                let long =
                    bytes.get(at + 8..).and_then(<[u8]>::first_chunk::<8>).ok_or(Rejection::Truncated)?;
                u64::from_be_bytes(*long)
            }
            short => u64::from(short),
        };
        if length < 8 {
            return Err(Rejection::Corrupt);
        }
        at = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length))
            .ok_or(Rejection::Truncated)?;
    }
    if at > bytes.len() { Err(Rejection::Truncated) } else { Ok(()) }
}
