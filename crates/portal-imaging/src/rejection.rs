//! Why a file was refused.

use serde::{Deserialize, Serialize};

use crate::Format;

/// Why a file could not be used. The code is stable; the text is for logs and never holds file content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Rejection {
    #[error("the file is empty")]
    Empty,
    #[error("the file is not a picture")]
    NotAnImage,
    #[error("the format {format:?} is not read")]
    FormatUnsupported { format: Format },
    #[error("the picture uses a variant that is not read: {variant:?}")]
    VariantUnsupported { variant: Variant },
    #[error("the file is cut off")]
    Truncated,
    #[error("the file contradicts itself or its format")]
    Corrupt,
    #[error("{pixels} pixels, at most {limit_pixels} are read")]
    TooManyPixels { pixels: u64, limit_pixels: u64 },
    #[error("{bytes} bytes, at most {limit_bytes} are read")]
    TooManyBytes { bytes: u64, limit_bytes: u64 },
    #[error("decoding would take {needed_bytes} bytes of memory, at most {limit_bytes} are given")]
    TooMuchMemory { needed_bytes: u64, limit_bytes: u64 },
    #[error("{scans} scans are more than a picture of this size needs")]
    TooManyScans { scans: u32 },
    #[error("the short side has {short_side_px} px, at least {min_short_side_px} are asked")]
    TooSmall { short_side_px: u32, min_short_side_px: u32 },
    #[error("{bytes} bytes at the lowest usable quality, at most {limit_bytes} may be sent")]
    OverLimit { bytes: u64, limit_bytes: u64 },
    #[error("no answer within {deadline_ms} ms")]
    TooSlow { deadline_ms: u64 },
    #[error("the photo worker stopped without an answer")]
    WorkerDied,
    #[error("the photo worker cannot be started")]
    WorkerUnavailable,
}

impl Rejection {
    /// Stable snake_case code for texts, logs and the wire; equal to the serialised `code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAnImage => "not_an_image",
            Self::FormatUnsupported { .. } => "format_unsupported",
            Self::VariantUnsupported { .. } => "variant_unsupported",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooManyBytes { .. } => "too_many_bytes",
            Self::TooMuchMemory { .. } => "too_much_memory",
            Self::TooManyScans { .. } => "too_many_scans",
            Self::TooSmall { .. } => "too_small",
            Self::OverLimit { .. } => "over_limit",
            Self::TooSlow { .. } => "too_slow",
            Self::WorkerDied => "worker_died",
            Self::WorkerUnavailable => "worker_unavailable",
        }
    }
}

/// A legal but unread flavour of a supported format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// JPEG with arithmetic coding (SOF9–SOF11, ITU-T T.81).
    ArithmeticCoding,
    /// Lossless JPEG (SOF3).
    LosslessJpeg,
    /// Hierarchical JPEG (SOF5–SOF7, SOF13–SOF15, DHP).
    Hierarchical,
    /// JPEG with other than 8 bits per sample.
    SamplePrecision,
    /// JPEG with other than 1, 3 or 4 components.
    ComponentCount,
    /// JPEG whose height is only told after the first scan (DNL).
    LateHeight,
    /// Sequential JPEG with a scan for each component: rare, and `zune-jpeg` 0.5 shows it in wrong colours.
    SeparateScans,
    /// BMP with run lengths or a wrapped JPEG or PNG.
    CompressedBmp,
    /// TIFF with samples or compression that photos don't have, or of more than 4 GB (BigTIFF).
    UnusualTiff,
    /// HEIF whose picture is not coded in HEVC, or is a sequence.
    HeifCoding,
}
