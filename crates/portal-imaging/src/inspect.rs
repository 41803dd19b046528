//! What a file says about itself, before a single pixel is decoded.

use serde::{Deserialize, Serialize};

use crate::{
    Format, MAX_FILE_BYTES, MAX_PIXELS, MAX_WORKING_BYTES, Orientation, Rejection, avif, bmp, gif, heif,
    jpeg, png, tiff, webp,
};

/// How samples are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    Palette,
    YCbCr,
    Cmyk,
    Ycck,
}

/// Facts from the headers of a readable picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// By content, never by name.
    pub format: Format,
    /// As stored, in pixels; see [`Inspection::upright_size`].
    pub width: u32,
    pub height: u32,
    pub colour: Colour,
    pub bits_per_sample: u8,
    pub has_alpha: bool,
    /// Several frames; only the first one is used.
    pub animated: bool,
    pub orientation: Orientation,
    /// A position is stored in the metadata (EXIF or XMP).
    pub has_gps: bool,
    pub has_profile: bool,
    pub size_bytes: u64,
    /// Bytes after the end of the picture (appended archives, second pictures, camera notes).
    pub trailing_bytes: u64,
}

impl Inspection {
    /// Width and height as a person sees the picture.
    pub fn upright_size(&self) -> (u32, u32) {
        if self.orientation.swaps_sides() { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Reads headers only: format by content, size, colour, orientation, whether a position is stored.
///
/// # Errors
/// Everything that [`crate::fit`] would refuse without decoding: not a picture, unread format or variant,
/// cut off, or larger than [`crate::MAX_FILE_BYTES`], [`crate::MAX_PIXELS`], [`crate::MAX_WORKING_BYTES`].
pub fn inspect(bytes: &[u8]) -> Result<Inspection, Rejection> {
    Survey::of(bytes).map(|survey| survey.inspection)
}

/// The inspection together with the structure the decoders need.
pub(crate) struct Survey {
    pub inspection: Inspection,
    pub structure: Structure,
}

pub(crate) enum Structure {
    Jpeg(jpeg::Layout),
    Png,
    Webp(webp::Layout),
    Bmp,
    Gif,
    Tiff,
    Heif(heif::Layout),
    Avif(avif::Layout),
}

impl Survey {
    pub fn of(bytes: &[u8]) -> Result<Self, Rejection> {
        let size_bytes = bytes.len() as u64;
        if size_bytes == 0 {
            return Err(Rejection::Empty);
        }
        if size_bytes > MAX_FILE_BYTES {
            return Err(Rejection::TooManyBytes { bytes: size_bytes, limit_bytes: MAX_FILE_BYTES });
        }
        let format = Format::sniff(bytes).ok_or(Rejection::NotAnImage)?;
        let (survey, decoded_bytes_per_pixel) = match format {
            Format::Jpeg => Self::of_jpeg(bytes)?,
            Format::Png => Self::of_png(bytes)?,
            Format::Webp => Self::of_webp(bytes)?,
            Format::Bmp => Self::of_bmp(bytes)?,
            Format::Gif => Self::of_gif(bytes)?,
            Format::Tiff => Self::of_tiff(bytes)?,
            Format::Heic => Self::of_heif(bytes)?,
            Format::Avif => Self::of_avif(bytes)?,
            Format::JpegXl | Format::Pdf => {
                return Err(Rejection::FormatUnsupported { format });
            }
        };
        survey.check_limits(decoded_bytes_per_pixel)?;
        Ok(survey)
    }

    fn check_limits(&self, decoded_bytes_per_pixel: u64) -> Result<(), Rejection> {
        let pixels = u64::from(self.inspection.width) * u64::from(self.inspection.height);
        if pixels == 0 {
            return Err(Rejection::Corrupt);
        }
        if pixels > MAX_PIXELS {
            return Err(Rejection::TooManyPixels { pixels, limit_pixels: MAX_PIXELS });
        }
        let extra_bytes = match &self.structure {
            Structure::Jpeg(layout) => layout.coefficient_bytes(),
            Structure::Png
            | Structure::Webp(_)
            | Structure::Bmp
            | Structure::Gif
            | Structure::Tiff
            | Structure::Heif(_)
            | Structure::Avif(_) => 0,
        };
        let needed_bytes = pixels * decoded_bytes_per_pixel + extra_bytes + self.inspection.size_bytes;
        if needed_bytes > MAX_WORKING_BYTES {
            return Err(Rejection::TooMuchMemory { needed_bytes, limit_bytes: MAX_WORKING_BYTES });
        }
        Ok(())
    }

    fn of_jpeg(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = jpeg::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Jpeg,
            width: layout.frame.width,
            height: layout.frame.height,
            colour: layout.colour(),
            bits_per_sample: 8,
            has_alpha: false,
            animated: false,
            orientation: layout.orientation,
            has_gps: layout.has_gps,
            has_profile: layout.profile.is_some(),
            size_bytes: bytes.len() as u64,
            trailing_bytes: (bytes.len() - layout.end) as u64,
        };
        let bytes_per_pixel = if layout.frame.components.len() == 1 { 1 } else { 3 };
        Ok((Self { inspection, structure: Structure::Jpeg(layout) }, bytes_per_pixel))
    }

    fn of_png(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = png::Layout::read(bytes)?;
        let (channels, alpha) = match layout.colour {
            Colour::Grey => (1, false),
            Colour::GreyAlpha => (2, true),
            Colour::Rgba => (4, true),
            Colour::Rgb | Colour::Palette | Colour::YCbCr | Colour::Cmyk | Colour::Ycck => (3, false),
        };
        let has_alpha = alpha || layout.has_transparency_chunk;
        let channels = channels + u64::from(layout.has_transparency_chunk && !alpha);
        let inspection = Inspection {
            format: Format::Png,
            width: layout.width,
            height: layout.height,
            colour: layout.colour,
            bits_per_sample: layout.bits_per_sample,
            has_alpha,
            animated: layout.animated,
            orientation: layout.exif.orientation,
            has_gps: layout.exif.has_gps,
            has_profile: layout.has_profile,
            size_bytes: bytes.len() as u64,
            trailing_bytes: (bytes.len() - layout.end) as u64,
        };
        let bytes_per_sample = if layout.bits_per_sample == 16 { 2 } else { 1 };
        Ok((Self { inspection, structure: Structure::Png }, channels * bytes_per_sample))
    }

    fn of_webp(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = webp::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Webp,
            width: layout.width,
            height: layout.height,
            colour: if layout.has_alpha { Colour::Rgba } else { Colour::Rgb },
            bits_per_sample: 8,
            has_alpha: layout.has_alpha,
            animated: layout.animated,
            orientation: layout.exif.orientation,
            has_gps: layout.exif.has_gps,
            has_profile: layout.profile.is_some(),
            size_bytes: bytes.len() as u64,
            trailing_bytes: (bytes.len() - layout.end) as u64,
        };
        // The decoder holds its own planes (or a canvas and a frame) beside the pixels it hands out.
        let bytes_per_pixel = if layout.animated { 12 } else { 8 };
        Ok((Self { inspection, structure: Structure::Webp(layout) }, bytes_per_pixel))
    }

    fn of_bmp(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = bmp::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Bmp,
            width: layout.width,
            height: layout.height,
            colour: if layout.bits_per_pixel <= 8 { Colour::Palette } else { Colour::Rgb },
            bits_per_sample: 8,
            has_alpha: false,
            animated: false,
            orientation: Orientation::Upright,
            has_gps: false,
            has_profile: false,
            size_bytes: bytes.len() as u64,
            trailing_bytes: 0,
        };
        Ok((Self { inspection, structure: Structure::Bmp }, 4))
    }

    fn of_gif(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = gif::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Gif,
            width: layout.width,
            height: layout.height,
            colour: Colour::Palette,
            bits_per_sample: 8,
            has_alpha: layout.has_transparency,
            animated: layout.frames > 1,
            orientation: Orientation::Upright,
            has_gps: false,
            has_profile: false,
            size_bytes: bytes.len() as u64,
            trailing_bytes: (bytes.len() - layout.end) as u64,
        };
        // The canvas, and the frame that is laid on it.
        Ok((Self { inspection, structure: Structure::Gif }, 8))
    }

    fn of_tiff(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = tiff::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Tiff,
            width: layout.width,
            height: layout.height,
            colour: layout.colour,
            bits_per_sample: layout.bits_per_sample,
            has_alpha: matches!(layout.colour, Colour::GreyAlpha | Colour::Rgba),
            animated: layout.has_more_pages,
            orientation: layout.exif.orientation,
            has_gps: layout.exif.has_gps,
            has_profile: layout.has_profile,
            size_bytes: bytes.len() as u64,
            trailing_bytes: 0,
        };
        let bytes_per_sample = if layout.bits_per_sample > 8 { 2 } else { 1 };
        // The picture, and a strip of it, which may be all of it.
        let bytes_per_pixel = u64::from(layout.samples) * bytes_per_sample * 2;
        Ok((Self { inspection, structure: Structure::Tiff }, bytes_per_pixel))
    }

    fn of_heif(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = heif::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Heic,
            width: layout.width,
            height: layout.height,
            colour: Colour::YCbCr,
            bits_per_sample: layout.bits_per_sample,
            has_alpha: false,
            animated: false,
            // Turns of the container are part of decoding; EXIF repeats them and is not asked (ISO/IEC 23008-12).
            orientation: Orientation::Upright,
            has_gps: layout.has_gps,
            has_profile: layout.profile.is_some(),
            size_bytes: bytes.len() as u64,
            trailing_bytes: 0,
        };
        let bytes_per_pixel = layout.decoded_bytes_per_pixel();
        Ok((Self { inspection, structure: Structure::Heif(layout) }, bytes_per_pixel))
    }

    fn of_avif(bytes: &[u8]) -> Result<(Self, u64), Rejection> {
        let layout = avif::Layout::read(bytes)?;
        let inspection = Inspection {
            format: Format::Avif,
            width: layout.width,
            height: layout.height,
            colour: Colour::YCbCr,
            bits_per_sample: layout.bits_per_sample,
            has_alpha: layout.has_alpha(),
            animated: layout.is_sequence,
            // The container's, as for HEIC.
            orientation: layout.orientation,
            has_gps: layout.has_gps,
            has_profile: layout.profile.is_some(),
            size_bytes: bytes.len() as u64,
            trailing_bytes: 0,
        };
        Ok((Self { inspection, structure: Structure::Avif(layout) }, avif::DECODED_BYTES_PER_PIXEL))
    }
}
