//! The chunk structure of a PNG file (W3C PNG, third edition), read without decoding a pixel.

use crate::exif::{self, Exif};
use crate::{Colour, Rejection};

/// A photo has a few hundred IDAT chunks at most; a stuffed file must not cost time without end.
const MAX_CHUNKS: usize = 100_000;

pub(crate) struct Layout {
    pub width: u32,
    pub height: u32,
    pub bits_per_sample: u8,
    pub colour: Colour,
    pub has_transparency_chunk: bool,
    pub has_profile: bool,
    pub animated: bool,
    pub exif: Exif,
    pub end: usize,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let mut layout: Option<Self> = None;
        let mut at = 8;
        for _ in 0..MAX_CHUNKS {
            let (length, kind) = chunk_head(bytes, at).ok_or(Rejection::Truncated)?;
            let data_end = at.checked_add(8 + length).ok_or(Rejection::Corrupt)?;
            let data = bytes.get(at + 8..data_end).ok_or(Rejection::Truncated)?;
            // The checksum is the decoder's to verify, its presence is ours.
            at = data_end + 4;
            if bytes.len() < at {
                return Err(Rejection::Truncated);
            }
            match (&kind, &mut layout) {
                (b"IHDR", None) => layout = Some(Self::from_header(data)?),
                (b"IHDR", Some(_)) | (_, None) => return Err(Rejection::Corrupt),
                (b"IEND", Some(_)) => {
                    let mut done = layout.ok_or(Rejection::Corrupt)?;
                    done.end = at;
                    return Ok(done);
                }
                (b"tRNS", Some(found)) => found.has_transparency_chunk = true,
                (b"iCCP", Some(found)) => found.has_profile = true,
                (b"acTL", Some(found)) => found.animated = true,
                (b"eXIf", Some(found)) => {
                    let block = exif::read(data);
                    found.exif.orientation = block.orientation;
                    found.exif.has_gps |= block.has_gps;
                }
                (b"iTXt", Some(found)) => found.exif.has_gps |= exif::xmp_has_gps(data),
                (_, Some(_)) => {}
            }
        }
        Err(Rejection::Corrupt)
    }

    fn from_header(data: &[u8]) -> Result<Self, Rejection> {
        let [w3, w2, w1, w0, h3, h2, h1, h0, bits_per_sample, colour, ..] = *data else {
            return Err(Rejection::Corrupt);
        };
        let colour = match colour {
            0 => Colour::Grey,
            2 => Colour::Rgb,
            3 => Colour::Palette,
            4 => Colour::GreyAlpha,
            6 => Colour::Rgba,
            _ => return Err(Rejection::Corrupt),
        };
        Ok(Self {
            width: u32::from_be_bytes([w3, w2, w1, w0]),
            height: u32::from_be_bytes([h3, h2, h1, h0]),
            bits_per_sample,
            colour,
            has_transparency_chunk: false,
            has_profile: false,
            animated: false,
            exif: Exif::default(),
            end: 0,
        })
    }
}

fn chunk_head(bytes: &[u8], at: usize) -> Option<(usize, [u8; 4])> {
    let head = bytes.get(at..)?.first_chunk::<8>()?;
    let [l3, l2, l1, l0, kind @ ..] = *head;
    Some((usize::try_from(u32::from_be_bytes([l3, l2, l1, l0])).ok()?, kind))
}
