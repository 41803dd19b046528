//! A picture in 256 bits, by which two pictures of the same thing are known.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most bits that differ between a picture and the same one stored anew or reduced.
const SAME_WITHIN_BITS: u32 = 8;

/// Which of a picture's 16 × 16 fields are brighter than their neighbours; written as 64 hex digits.
/// Another photo of the same paper has another hash: it lies elsewhere in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureHash([u8; 32]);

impl PictureHash {
    /// Of the first 256 bits.
    pub(crate) fn of(bits: &[bool]) -> Self {
        let mut bytes = [0; 32];
        for (byte, bits) in bytes.iter_mut().zip(bits.chunks(8)) {
            *byte = bits.iter().fold(0, |byte, bit| (byte << 1) | u8::from(*bit));
        }
        Self(bytes)
    }

    /// Whether both are most likely one picture, stored twice.
    pub fn resembles(&self, other: &Self) -> bool {
        self.distance(other) <= SAME_WITHIN_BITS
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
