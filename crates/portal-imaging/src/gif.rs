//! The blocks of a GIF file (GIF89a), walked without decoding a pixel.

use crate::Rejection;

/// A long animation has a few thousand; a stuffed file must not cost time without end.
const MAX_BLOCKS: usize = 100_000;

pub(crate) struct Layout {
    pub width: u32,
    pub height: u32,
    pub frames: u32,
    pub has_transparency: bool,
    /// Offset behind the trailer.
    pub end: usize,
}

impl Layout {
    /// The picture is whole when every block ends and the trailer is there.
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let byte = |at: usize| bytes.get(at).copied().ok_or(Rejection::Truncated);
        let side = |at: usize| Ok::<_, Rejection>(u32::from(u16::from_le_bytes([byte(at)?, byte(at + 1)?])));
        let mut layout =
            Self { width: side(6)?, height: side(8)?, frames: 0, has_transparency: false, end: 0 };
        let mut at = 13 + table_bytes(byte(10)?);
        for _ in 0..MAX_BLOCKS {
            match byte(at)? {
                // An extension; 0xF9 controls the frame that follows.
                0x21 => {
                    layout.has_transparency |= byte(at + 1)? == 0xF9 && byte(at + 3)? & 1 == 1;
                    at = after_sub_blocks(bytes, at + 2)?;
                }
                0x2C => {
                    layout.frames += 1;
                    at = after_sub_blocks(bytes, at + 11 + table_bytes(byte(at + 9)?))?;
                }
                0x3B if layout.frames > 0 => {
                    layout.end = at + 1;
                    return Ok(layout);
                }
                _ => return Err(Rejection::Corrupt),
            }
        }
        Err(Rejection::Corrupt)
    }
}

/// Bytes of the colour table that these flags announce.
fn table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the chain of sub-blocks beginning at `at` is over: behind an empty one.
fn after_sub_blocks(bytes: &[u8], mut at: usize) -> Result<usize, Rejection> {
    loop {
        let length = usize::from(*bytes.get(at).ok_or(Rejection::Truncated)?);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}
