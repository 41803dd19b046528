//! A photo brought within a slot's limits, with a record of everything that was done to it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::colour::Conversion;
use crate::decode::{self, Decoded};
use crate::encode::{self, Encoded, Search};
use crate::inspect::{Structure, Survey};
use crate::judge::{self, Judged, Measurements, Texture, Verdict};
use crate::raster::Raster;
use crate::{Format, Inspection, Orientation, Outline, PictureHash, Rejection, Subject, Turn};

/// Up to this much over `max_side_px` is not worth resampling: 2016 px, half a 12 MP photo, passes at 2000.
const SIDE_TOLERANCE_PX: u32 = 16;
/// Never made smaller than this to save bytes, whatever the slot allows: text is gone below.
const LEGIBLE_SHORT_SIDE_PX: u32 = 320;
/// Encoders may pad a scan by a few bytes; more may be something hidden, which a lossless rewrite would carry on.
const PADDING_BYTES: usize = 16;
const THUMBNAIL_QUALITY: u8 = 75;

/// What a slot accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitSpec {
    /// What we aim to send, in bytes.
    pub send_bytes: u64,
    /// What the acquirer takes at most, in bytes. Used only where `send_bytes` cannot be reached legibly.
    pub max_bytes: u64,
    /// Longest side wanted, in pixels; up to 16 more are left as they are.
    pub max_side_px: u32,
    /// Shortest side accepted, in pixels; 0 for no rule.
    pub min_short_side_px: u32,
    /// What the picture is judged against; it changes no byte.
    pub subject: Subject,
}

impl Default for FitSpec {
    fn default() -> Self {
        Self {
            send_bytes: 500_000,
            max_bytes: 2_000_000,
            max_side_px: 2000,
            min_short_side_px: 0,
            subject: Subject::Anything,
        }
    }
}

/// Colours that are not plain sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColourSource {
    Cmyk,
    Ycck,
    /// An embedded ICC profile other than sRGB.
    IccProfile,
}

/// One thing that was done to a photo, or found about its file; kept as evidence beside the original's hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The file name claimed another format than the content has.
    Mislabelled {
        claimed: Format,
        actual: Format,
    },
    /// Metadata, previews and trailing bytes removed without touching the picture.
    LosslessStrip {
        removed_bytes: u64,
    },
    /// Bytes after the end of the picture were not taken over.
    TrailingBytesDropped {
        bytes: u64,
    },
    Decoded {
        from: Format,
    },
    /// Only the first of several frames was used.
    FirstFrameTaken,
    ReducedDepth {
        from_bits: u8,
    },
    /// Transparent parts were laid on white.
    FlattenedAlpha,
    ConvertedColour {
        from: ColourSource,
    },
    Resized {
        from: (u32, u32),
        to: (u32, u32),
    },
    /// Turned or mirrored upright.
    Oriented {
        exif: Orientation,
    },
    /// Turned clockwise because a person asked for it.
    Turned {
        by: Turn,
    },
    Reencoded {
        quality: u8,
        bytes: u64,
    },
    /// A document was found whole, in pixels of the picture that is sent. Nothing was cut off along it.
    Outlined {
        outline: Outline,
    },
    /// What the picture shows, coarsely: by it another picture of the same is known.
    Hashed {
        hash: PictureHash,
    },
}

/// A photo ready to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// JPEG; not part of the serialised form, bytes travel raw.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    #[serde(skip_deserializing, default = "jpeg_media_type")]
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
    /// SHA-256 of `bytes`, lower-case hex.
    pub sha256: String,
    /// SHA-256 of the file as it came, lower-case hex.
    pub original_sha256: String,
    pub original_bytes: u64,
    pub original_format: Format,
    /// In the order they happened.
    pub steps: Vec<Step>,
    pub measurements: Measurements,
    pub verdicts: Vec<Verdict>,
}

impl Fitted {
    /// Where the document lies in the picture, if one was found whole.
    pub fn outline(&self) -> Option<Outline> {
        self.steps.iter().find_map(|step| match step {
            Step::Outlined { outline } => Some(*outline),
            _ => None,
        })
    }

    /// Records that the file's name claimed another format. The name itself is not kept.
    pub fn record_file_name(&mut self, file_name: &str) {
        match Format::claimed_by(file_name) {
            Some(claimed) if claimed != self.original_format => {
                self.steps.insert(0, Step::Mislabelled { claimed, actual: self.original_format });
            }
            Some(_) | None => {}
        }
    }
}

fn jpeg_media_type() -> &'static str {
    "image/jpeg"
}

/// Decodes, turns upright, strips and fits a photo. A JPEG that is upright, in sRGB and within the limits keeps
/// every coefficient and only loses its metadata; everything else is encoded anew.
///
/// # Errors
/// Whatever [`crate::inspect`] refuses, corrupt or cut-off picture data, a picture smaller than the slot asks,
/// or one that cannot be brought under `max_bytes` legibly.
pub fn fit(bytes: &[u8], spec: &FitSpec) -> Result<Fitted, Rejection> {
    fit_turned(bytes, spec, Turn::None)
}

/// [`fit`], with the upright picture turned further: the original stays what it was, and the turn is a step.
///
/// # Errors
/// As [`fit`].
pub fn fit_turned(bytes: &[u8], spec: &FitSpec, turn: Turn) -> Result<Fitted, Rejection> {
    let survey = Survey::of(bytes)?;
    let inspection = &survey.inspection;
    check_short_side(inspection, spec)?;

    let Decoded { raster, mut steps, profile, unaccounted_bytes } = decode::decode(bytes, &survey)?;
    let conversion = profile.as_deref().and_then(Conversion::from_profile);
    let texture = Texture::of(&raster);

    let kept = match &survey.structure {
        Structure::Jpeg(layout)
            if inspection.orientation == Orientation::Upright
                && turn == Turn::None
                && layout.frame.components.len() != 4
                && conversion.is_none()
                && unaccounted_bytes <= PADDING_BYTES
                && raster.long_side() <= spec.max_side_px.saturating_add(SIDE_TOLERANCE_PX) =>
        {
            let rewritten = layout.rewritten(bytes, true);
            (rewritten.len() as u64 <= budget(spec)).then_some(rewritten)
        }
        Structure::Jpeg(_)
        | Structure::Png
        | Structure::Webp(_)
        | Structure::Bmp
        | Structure::Gif
        | Structure::Tiff
        | Structure::Heif(_) => None,
    };

    let (raster, bytes_out) = match kept {
        Some(rewritten) => {
            // The pixels were decoded only to prove that they are whole, and to judge them.
            steps.clear();
            let removed_bytes = (bytes.len() - rewritten.len().min(bytes.len())) as u64;
            steps.push(Step::LosslessStrip { removed_bytes });
            (raster, rewritten)
        }
        None => {
            let raster = limit_side(raster, spec, &mut steps)?;
            let raster = turn_upright(raster, inspection.orientation, &mut steps);
            let mut raster = turn_further(raster, turn, &mut steps);
            if let Some(conversion) = conversion {
                conversion.apply(&mut raster);
                steps.push(Step::ConvertedColour { from: ColourSource::IccProfile });
            }
            encode_within(raster, spec, &mut steps)?
        }
    };
    if inspection.trailing_bytes > 0 {
        steps.insert(0, Step::TrailingBytesDropped { bytes: inspection.trailing_bytes });
    }

    let Judged { measurements, outline, hash, verdicts } = judge::judge(&raster, texture, spec.subject)?;
    steps.extend(outline.map(|outline| Step::Outlined { outline }));
    steps.push(Step::Hashed { hash });
    Ok(Fitted {
        media_type: jpeg_media_type(),
        width: raster.width,
        height: raster.height,
        sha256: sha256_hex(&bytes_out),
        original_sha256: sha256_hex(bytes),
        original_bytes: inspection.size_bytes,
        original_format: inspection.format,
        steps,
        measurements,
        verdicts,
        bytes: bytes_out,
    })
}

/// A small upright JPEG preview, at most `max_side_px` long; never larger than the picture.
///
/// # Errors
/// As [`fit`], except for the slot's rules.
pub fn thumbnail(bytes: &[u8], max_side_px: u32) -> Result<Vec<u8>, Rejection> {
    let survey = Survey::of(bytes)?;
    let Decoded { mut raster, profile, .. } = decode::decode(bytes, &survey)?;
    if raster.long_side() > max_side_px.max(1) {
        let to = raster.size_at(max_side_px.max(1));
        raster = raster.resized(to)?;
    }
    let mut raster = raster.upright(survey.inspection.orientation);
    if let Some(conversion) = profile.as_deref().and_then(Conversion::from_profile) {
        conversion.apply(&mut raster);
    }
    Ok(encode::encode(&raster, THUMBNAIL_QUALITY)?.bytes)
}

fn budget(spec: &FitSpec) -> u64 {
    spec.send_bytes.min(spec.max_bytes)
}

fn check_short_side(inspection: &Inspection, spec: &FitSpec) -> Result<(), Rejection> {
    let short_side_px = inspection.width.min(inspection.height);
    if short_side_px < spec.min_short_side_px {
        return Err(Rejection::TooSmall { short_side_px, min_short_side_px: spec.min_short_side_px });
    }
    Ok(())
}

fn limit_side(raster: Raster, spec: &FitSpec, steps: &mut Vec<Step>) -> Result<Raster, Rejection> {
    if raster.long_side() <= spec.max_side_px.saturating_add(SIDE_TOLERANCE_PX) {
        return Ok(raster);
    }
    let from = (raster.width, raster.height);
    let to = raster.size_at(spec.max_side_px.max(long_side_for(&raster, spec.min_short_side_px)).max(1));
    let resized = raster.resized(to)?;
    steps.push(Step::Resized { from, to });
    Ok(resized)
}

/// The long side at which the short one still has `short_side_px`; never more than the picture has.
fn long_side_for(raster: &Raster, short_side_px: u32) -> u32 {
    let (long, short) = (u64::from(raster.long_side()), u64::from(raster.short_side()));
    let wanted = (long * u64::from(short_side_px)).div_ceil(short.max(1));
    u32::try_from(wanted.min(long)).unwrap_or(u32::MAX)
}

fn turn_upright(raster: Raster, orientation: Orientation, steps: &mut Vec<Step>) -> Raster {
    if orientation != Orientation::Upright {
        steps.push(Step::Oriented { exif: orientation });
    }
    raster.upright(orientation)
}

fn turn_further(raster: Raster, by: Turn, steps: &mut Vec<Step>) -> Raster {
    if by != Turn::None {
        steps.push(Step::Turned { by });
    }
    raster.upright(by.orientation())
}

/// Encodes within the budget by quality first and, where that would fray the print, by size.
fn encode_within(
    raster: Raster,
    spec: &FitSpec,
    steps: &mut Vec<Step>,
) -> Result<(Raster, Vec<u8>), Rejection> {
    let smallest_short_side = spec.min_short_side_px.max(LEGIBLE_SHORT_SIDE_PX).min(raster.short_side());
    let full_size = (raster.width, raster.height);
    let mut current = raster;
    loop {
        let found = encode::search(&current, budget(spec))?;
        let smallest = current.short_side() <= smallest_short_side;
        let Encoded { bytes, quality } = match found {
            Search::Fits(encoded) => encoded,
            Search::TooLarge(encoded) if smallest => {
                let size = encoded.bytes.len() as u64;
                if size > spec.max_bytes {
                    return Err(Rejection::OverLimit { bytes: size, limit_bytes: spec.max_bytes });
                }
                encoded
            }
            Search::TooLarge(encoded) => {
                let long_side =
                    smaller_long_side(&current, encoded.bytes.len(), budget(spec), smallest_short_side);
                let to = current.size_at(long_side);
                current = current.resized(to)?;
                continue;
            }
        };
        let to = (current.width, current.height);
        if to != full_size {
            steps.push(Step::Resized { from: full_size, to });
        }
        steps.push(Step::Reencoded { quality, bytes: bytes.len() as u64 });
        return Ok((current, bytes));
    }
}

/// Bytes grow about with the area; a little less is taken so that one reduction usually suffices.
fn smaller_long_side(raster: &Raster, bytes: usize, budget_bytes: u64, smallest_short_side: u32) -> u32 {
    let ratio = (budget_bytes as f64 / bytes.max(1) as f64).sqrt() * 0.95;
    let long = f64::from(raster.long_side());
    let by_bytes = (long * ratio.min(0.95)).floor() as u32;
    by_bytes.max(long_side_for(raster, smallest_short_side)).min(raster.long_side() - 1)
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
