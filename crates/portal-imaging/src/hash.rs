//! A picture in 256 bits, by which two pictures of the same thing are known.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::raster::Raster;

/// Fields of a picture in each direction.
const FIELDS: usize = 16;

/// By how much more than this the next field is brighter, of 255: the rest is noise and compression.
const BRIGHTER: f32 = 1.0;
/// Most bits that differ between a picture and the same one stored anew or reduced. Of 100 pictures of even seeds all
/// were within it, and 1 of 180 others.
const SAME_WITHIN_BITS: u32 = 10;

/// Bits that a picture has at least to be known by them: two pale ones with fewer would be alike whatever they show. Photos have
/// 51 and more.
const TELLING_BITS: u32 = 32;

/// Which of a picture's 16 × 16 fields are darker than the next one of their row, the last than the first; written as 64 hex
/// digits. Another photo of the same paper has another hash: it lies elsewhere in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureHash([u8; 32]);

impl PictureHash {
    /// Every pixel counts: points picked here and there differ from one size of the picture to another.
    pub(crate) fn of(small: &Raster) -> Self {
        let (width, height) = (small.width as usize, small.height as usize);
        let mut fields = [[(0.0, 0.0_f32); FIELDS]; FIELDS];
        for (row, line) in small.pixels.chunks_exact(width * small.channels.count()).enumerate() {
            for (column, pixel) in line.chunks_exact(small.channels.count()).enumerate() {
                let (sum, count) = &mut fields[row * FIELDS / height][column * FIELDS / width];
                *sum += pixel.iter().map(|value| f32::from(*value)).sum::<f32>() / pixel.len() as f32;
                *count += 1.0;
            }
        }
        let mut bytes = [0; 32];
        for (row, line) in fields.iter().enumerate() {
            for column in 0..FIELDS {
                let light = |(sum, count): (f32, f32)| sum / count.max(1.0);
                if light(line[(column + 1) % FIELDS]) - light(line[column]) > BRIGHTER {
                    bytes[row * FIELDS / 8 + column / 8] |= 0x80 >> (column % 8);
                }
            }
        }
        Self(bytes)
    }

    /// Whether both are most likely one picture, stored twice.
    pub fn resembles(&self, other: &Self) -> bool {
        let tells = |hash: &Self| hash.0.iter().map(|byte| byte.count_ones()).sum::<u32>() >= TELLING_BITS;
        tells(self) && tells(other) && self.distance(other) <= SAME_WITHIN_BITS
    }

    /// Bits that differ, of 256.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(other.0).map(|(a, b)| (a ^ b).count_ones()).sum()
    }
}

impl Serialize for PictureHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for PictureHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(String::deserialize(deserializer)?, &mut bytes)
            .map_err(serde::de::Error::custom)?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::PictureHash;
    use crate::raster::{Channels, Raster};

    const SIDE_PX: usize = 160;

    /// White, with a stamp on the diagonal.
    fn pale(stamp: usize) -> PictureHash {
        let mut pixels = vec![250; SIDE_PX * SIDE_PX];
        for row in pixels.chunks_exact_mut(SIDE_PX).skip(stamp * 10).take(10) {
            row[stamp * 10..][..10].fill(30);
        }
        PictureHash::of(&Raster::new(SIDE_PX as u32, SIDE_PX as u32, Channels::Grey, pixels).unwrap())
    }

    #[test]
    fn pictures_that_show_next_to_nothing_are_not_taken_for_one() {
        assert!(pale(2).distance(&pale(9)) <= super::SAME_WITHIN_BITS);
        assert!(!pale(2).resembles(&pale(9)));
    }
}
