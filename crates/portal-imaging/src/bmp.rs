//! The header of a BMP file, enough to know its size and whether all rows are there.

use crate::{Rejection, Variant};

pub(crate) struct Layout {
    pub width: u32,
    pub height: u32,
    pub bits_per_pixel: u16,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let u16_at = |at: usize| {
            let pair = bytes.get(at..).and_then(<[u8]>::first_chunk::<2>).ok_or(Rejection::Truncated)?;
            Ok::<_, Rejection>(u16::from_le_bytes(*pair))
        };
        let u32_at = |at: usize| {
            let quad = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or(Rejection::Truncated)?;
            Ok::<_, Rejection>(u32::from_le_bytes(*quad))
        };

        let pixels_at = u64::from(u32_at(10)?);
        let (width, height, bits_per_pixel, compression) = match u32_at(14)? {
            12 => (u32::from(u16_at(18)?), u32::from(u16_at(20)?), u16_at(24)?, 0),
            // A negative height only means that rows go from top to bottom.
            40..=124 => (u32_at(18)?, u32_at(22)?.cast_signed().unsigned_abs(), u16_at(28)?, u32_at(30)?),
            _ => return Err(Rejection::NotAnImage),
        };
        // 0 is plain, 3 and 6 are plain with bit masks; 1, 2 are run lengths, 4, 5 wrap JPEG and PNG.
        if !matches!(compression, 0 | 3 | 6) {
            return Err(Rejection::VariantUnsupported { variant: Variant::CompressedBmp });
        }
        if width == 0 || height == 0 || width > i32::MAX as u32 {
            return Err(Rejection::Corrupt);
        }
        if !matches!(bits_per_pixel, 1 | 2 | 4 | 8 | 16 | 24 | 32) {
            return Err(Rejection::Corrupt);
        }
        let row_bytes = (u64::from(width) * u64::from(bits_per_pixel)).div_ceil(32) * 4;
        if (bytes.len() as u64) < pixels_at + row_bytes * u64::from(height) {
            return Err(Rejection::Truncated);
        }
        Ok(Self { width, height, bits_per_pixel })
    }
}
