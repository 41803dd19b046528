//! The first directory of a TIFF file (TIFF 6.0), read without decoding a pixel.

use crate::exif::{self, Exif};
use crate::{Colour, Rejection, Variant};

const UNUSUAL: Rejection = Rejection::VariantUnsupported { variant: Variant::UnusualTiff };

const TAG_WIDTH: u16 = 256;
const TAG_HEIGHT: u16 = 257;
const TAG_BITS: u16 = 258;
const TAG_INTERPRETATION: u16 = 262;
const TAG_STRIP_OFFSETS: u16 = 273;
const TAG_SAMPLES: u16 = 277;
const TAG_STRIP_BYTES: u16 = 279;
const TAG_TILE_OFFSETS: u16 = 324;
const TAG_TILE_BYTES: u16 = 325;
const TAG_PROFILE: u16 = 34_675;

const TYPE_SHORT: u16 = 3;
const TYPE_LONG: u16 = 4;

pub(crate) struct Layout {
    pub width: u32,
    pub height: u32,
    pub samples: u16,
    pub bits_per_sample: u8,
    pub colour: Colour,
    pub has_profile: bool,
    pub has_more_pages: bool,
    pub exif: Exif,
}

impl Layout {
    /// Every strip or tile must lie inside the file: decoders fill what is missing.
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let directory = Directory::first(bytes)?;
        let one = |tag: u16| directory.values(tag)?.next().transpose();
        let width = one(TAG_WIDTH)?.ok_or(Rejection::Corrupt)?;
        let height = one(TAG_HEIGHT)?.ok_or(Rejection::Corrupt)?;
        let samples = u16::try_from(one(TAG_SAMPLES)?.unwrap_or(1)).map_err(|_| UNUSUAL)?;
        let bits_per_sample = u8::try_from(one(TAG_BITS)?.unwrap_or(1)).map_err(|_| UNUSUAL)?;
        // 0 and 1 are grey, 2 is RGB, 3 has a palette, 5 are inks, 6 is YCbCr.
        let colour = match (one(TAG_INTERPRETATION)?, samples) {
            (Some(0 | 1), 1) => Colour::Grey,
            (Some(0 | 1), 2) => Colour::GreyAlpha,
            (Some(2), 3) => Colour::Rgb,
            (Some(2), 4) => Colour::Rgba,
            (Some(3), 1) => Colour::Palette,
            (Some(5), 4) => Colour::Cmyk,
            (Some(6), 3) => Colour::YCbCr,
            _ => return Err(UNUSUAL),
        };
        directory.check_data(TAG_STRIP_OFFSETS, TAG_STRIP_BYTES, TAG_TILE_OFFSETS, TAG_TILE_BYTES)?;
        Ok(Self {
            width,
            height,
            samples,
            bits_per_sample,
            colour,
            has_profile: directory.entry(TAG_PROFILE).is_some(),
            has_more_pages: directory.has_next()?,
            exif: exif::read(bytes),
        })
    }
}

struct Directory<'a> {
    bytes: &'a [u8],
    little_endian: bool,
    at: usize,
    entries: usize,
}

impl<'a> Directory<'a> {
    fn first(bytes: &'a [u8]) -> Result<Self, Rejection> {
        let little_endian = match bytes {
            [b'I', b'I', 42, 0, ..] => true,
            [b'M', b'M', 0, 42, ..] => false,
            _ => return Err(UNUSUAL),
        };
        let mut directory = Self { bytes, little_endian, at: 0, entries: 0 };
        directory.at = directory.u32_at(4)? as usize;
        directory.entries = usize::from(directory.u16_at(directory.at)?);
        Ok(directory)
    }

    fn u16_at(&self, at: usize) -> Result<u16, Rejection> {
        let pair = *self.bytes.get(at..).and_then(<[u8]>::first_chunk::<2>).ok_or(Rejection::Truncated)?;
        Ok(if self.little_endian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    }

    fn u32_at(&self, at: usize) -> Result<u32, Rejection> {
        let quad = *self.bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or(Rejection::Truncated)?;
        Ok(if self.little_endian { u32::from_le_bytes(quad) } else { u32::from_be_bytes(quad) })
    }

    /// Where the entry of this tag stands.
    fn entry(&self, tag: u16) -> Option<usize> {
        (0..self.entries).map(|index| self.at + 2 + index * 12).find(|at| self.u16_at(*at) == Ok(tag))
    }

    /// The whole numbers of this tag; none if it is absent.
    fn values(&self, tag: u16) -> Result<impl Iterator<Item = Result<u32, Rejection>> + '_, Rejection> {
        let (mut kind, mut count, mut from) = (TYPE_LONG, 0, 0);
        if let Some(entry) = self.entry(tag) {
            kind = self.u16_at(entry + 2)?;
            count = self.u32_at(entry + 4)? as usize;
            let bytes = match kind {
                TYPE_SHORT => count.saturating_mul(2),
                TYPE_LONG => count.saturating_mul(4),
                _ => return Err(UNUSUAL),
            };
            from = if bytes <= 4 { entry + 8 } else { self.u32_at(entry + 8)? as usize };
            if from.saturating_add(bytes) > self.bytes.len() {
                return Err(Rejection::Truncated);
            }
        }
        Ok((0..count).map(move |index| match kind {
            TYPE_SHORT => self.u16_at(from + index * 2).map(u32::from),
            _ => self.u32_at(from + index * 4),
        }))
    }

    fn check_data(
        &self,
        strips: u16,
        strip_bytes: u16,
        tiles: u16,
        tile_bytes: u16,
    ) -> Result<(), Rejection> {
        let mut parts = 0;
        for (offsets, lengths) in [(strips, strip_bytes), (tiles, tile_bytes)] {
            for (offset, length) in self.values(offsets)?.zip(self.values(lengths)?) {
                parts += 1;
                if u64::from(offset?) + u64::from(length?) > self.bytes.len() as u64 {
                    return Err(Rejection::Truncated);
                }
            }
        }
        if parts == 0 { Err(Rejection::Corrupt) } else { Ok(()) }
    }

    fn has_next(&self) -> Result<bool, Rejection> {
        Ok(self.u32_at(self.at + 2 + self.entries * 12)? != 0)
    }
}
