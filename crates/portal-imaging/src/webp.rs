//! The RIFF structure of a WebP file (RFC 9649), read without decoding a pixel.

use std::ops::Range;

use crate::Rejection;
use crate::exif::{self, Exif};

const MAX_CHUNKS: usize = 100_000;

pub(crate) struct Layout {
    pub width: u32,
    pub height: u32,
    pub has_alpha: bool,
    pub animated: bool,
    pub exif: Exif,
    pub profile: Option<Range<usize>>,
    pub end: usize,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let end = 8 + u32_at(bytes, 4).ok_or(Rejection::Truncated)? as usize;
        if bytes.len() < end {
            return Err(Rejection::Truncated);
        }
        let mut layout = Self {
            width: 0,
            height: 0,
            has_alpha: false,
            animated: false,
            exif: Exif::default(),
            profile: None,
            end,
        };
        let mut at = 12;
        let mut chunks = 0;
        while at + 8 <= end {
            chunks += 1;
            let length = u32_at(bytes, at + 4).ok_or(Rejection::Truncated)? as usize;
            let range = at + 8..at + 8 + length;
            if range.end > end || chunks > MAX_CHUNKS {
                return Err(Rejection::Corrupt);
            }
            layout.read_chunk(&bytes[at..at + 4], &bytes[range.clone()], range.clone())?;
            at = range.end + length % 2;
        }
        if layout.width == 0 || layout.height == 0 {
            return Err(Rejection::Corrupt);
        }
        Ok(layout)
    }

    fn read_chunk(&mut self, kind: &[u8], data: &[u8], range: Range<usize>) -> Result<(), Rejection> {
        match kind {
            b"VP8X" => {
                let [flags, _, _, _, w0, w1, w2, h0, h1, h2] =
                    *data.first_chunk::<10>().ok_or(Rejection::Corrupt)?;
                self.has_alpha = flags & 0x10 != 0;
                self.animated = flags & 0x02 != 0;
                self.width = u32::from_le_bytes([w0, w1, w2, 0]) + 1;
                self.height = u32::from_le_bytes([h0, h1, h2, 0]) + 1;
            }
            b"VP8 " if self.width == 0 => {
                let [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] =
                    *data.first_chunk::<10>().ok_or(Rejection::Corrupt)?
                else {
                    return Err(Rejection::Corrupt);
                };
                self.width = u32::from(u16::from_le_bytes([w0, w1]) & 0x3FFF);
                self.height = u32::from(u16::from_le_bytes([h0, h1]) & 0x3FFF);
            }
            b"VP8L" if self.width == 0 => {
                let [0x2F, b0, b1, b2, b3] = *data.first_chunk::<5>().ok_or(Rejection::Corrupt)? else {
                    return Err(Rejection::Corrupt);
                };
                let packed = u32::from_le_bytes([b0, b1, b2, b3]);
                self.width = (packed & 0x3FFF) + 1;
                self.height = ((packed >> 14) & 0x3FFF) + 1;
                self.has_alpha = packed & (1 << 28) != 0;
            }
            b"EXIF" => {
                let block = exif::read(data);
                self.exif.orientation = block.orientation;
                self.exif.has_gps |= block.has_gps;
            }
            b"XMP " => self.exif.has_gps |= exif::xmp_has_gps(data),
            b"ICCP" => self.profile = Some(range),
            _ => {}
        }
        Ok(())
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk::<4>()?))
}
