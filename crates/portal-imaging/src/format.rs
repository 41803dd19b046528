//! What a file is, by its first bytes. The name is never asked; it is only compared.

use serde::{Deserialize, Serialize};

/// A file format told by its magic bytes. Only some of them can be fitted: see [`Format::is_supported`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Bmp,
    Gif,
    Tiff,
    Heic,
    Avif,
    JpegXl,
    Pdf,
}

impl Format {
    /// The format whose magic number starts `bytes`, if it is one we know by name.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'B', b'M', rest @ ..] if rest.len() >= 24 => Some(Self::Bmp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Self::Tiff),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xFF, 0x0A, ..] | [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] => Some(Self::JpegXl),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Self::from_iso_brand(brand),
            _ => None,
        }
    }

    /// The major brand of an ISO base media file (ISO/IEC 23008-12 for HEIF, AVIF 1.1).
    fn from_iso_brand(brand: &[u8]) -> Option<Self> {
        match brand.first_chunk::<4>()? {
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some(Self::Heic),
            b"avif" | b"avis" => Some(Self::Avif),
            _ => None,
        }
    }

    /// The format a file name claims by its extension; only for telling the user that name and content differ.
    pub fn claimed_by(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::Webp),
            "bmp" | "dib" => Some(Self::Bmp),
            "gif" => Some(Self::Gif),
            "tif" | "tiff" => Some(Self::Tiff),
            "heic" | "heif" | "hif" => Some(Self::Heic),
            "avif" => Some(Self::Avif),
            "jxl" => Some(Self::JpegXl),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }

    /// Whether [`crate::fit`] reads this format.
    pub fn is_supported(self) -> bool {
        match self {
            Self::Jpeg
            | Self::Png
            | Self::Webp
            | Self::Bmp
            | Self::Gif
            | Self::Tiff
            | Self::Heic
            | Self::Avif => true,
            Self::JpegXl | Self::Pdf => false,
        }
    }
}
