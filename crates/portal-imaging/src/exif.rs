//! The two facts needed from an EXIF block: orientation and whether a position is stored.
//!
//! Only the first directory is read, each entry once, so loops and lying counts cost nothing.

use crate::Orientation;

const TAG_ORIENTATION: u16 = 0x0112;
const TAG_GPS_DIRECTORY: u16 = 0x8825;
const TYPE_SHORT: u16 = 3;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exif {
    pub orientation: Orientation,
    pub has_gps: bool,
}

/// Reads a TIFF-structured EXIF block (with or without the `Exif\0\0` prefix). What cannot be read counts as
/// absent: a lying block must not make a good picture unusable.
pub(crate) fn read(block: &[u8]) -> Exif {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    first_directory(tiff).unwrap_or_default()
}

/// Whether an XMP packet stores a position.
pub(crate) fn xmp_has_gps(packet: &[u8]) -> bool {
    const NEEDLE: &[u8] = b"GPSLatitude";
    packet.windows(NEEDLE.len()).any(|window| window == NEEDLE)
}

fn first_directory(tiff: &[u8]) -> Option<Exif> {
    let little_endian = match tiff.first_chunk::<4>()? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let pair = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if little_endian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let u32_at = |at: usize| {
        let quad = *tiff.get(at..)?.first_chunk::<4>()?;
        Some(if little_endian { u32::from_le_bytes(quad) } else { u32::from_be_bytes(quad) })
    };

    let directory = usize::try_from(u32_at(4)?).ok()?;
    let entries = usize::from(u16_at(directory)?);
    let mut exif = Exif::default();
    for index in 0..entries {
        let entry = directory.checked_add(2 + index * 12)?;
        let Some(tag) = u16_at(entry) else { break };
        match tag {
            TAG_ORIENTATION if u16_at(entry + 2) == Some(TYPE_SHORT) => {
                exif.orientation = u16_at(entry + 8).and_then(Orientation::from_exif).unwrap_or_default();
            }
            TAG_GPS_DIRECTORY => exif.has_gps = true,
            _ => {}
        }
    }
    Some(exif)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lying_blocks_count_as_absent() {
        for block in
            [&b""[..], b"II*\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0junk"]
        {
            assert_eq!(read(block), Exif::default());
        }
        let out_of_range = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0";
        assert_eq!(read(out_of_range).orientation, Orientation::Upright);
        let rotated = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        assert_eq!(read(rotated).orientation, Orientation::Rotate90);
    }
}
