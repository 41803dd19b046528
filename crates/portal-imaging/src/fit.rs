//! A photo brought within a slot's limits, with a record of everything that was done to it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::encode::{self, Encoded, Search};
use crate::inspect::{Structure, Survey};
use crate::judge::{self, Judged, Measurements, Texture, Verdict};
use crate::photo::{Photo, Wanted};
use crate::planes::Planes;
use crate::raster::{Raster, size_at};
use crate::{Format, Inspection, Orientation, Outline, PictureHash, Rejection, Subject, Turn};

/// Up to this much over `max_side_px`, or under it after halving, is not worth resampling: 2016 px, half a 12 MP photo,
/// passes at 2000.
const SIDE_TOLERANCE_PX: u32 = 16;
/// No acquirer takes a picture of this side or a longer one (domain.md §3.3).
const TOO_LONG_PX: u32 = 8_000;
/// Never made smaller than this to save bytes, whatever the slot allows: text is gone below.
const LEGIBLE_SHORT_SIDE_PX: u32 = 320;
/// Longest side of the preview that comes with a fitted photo, in pixels.
pub const PREVIEW_PX: u32 = 480;

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
    /// The same small, at most [`PREVIEW_PX`] long, as a progressive JPEG. It isn't part of the serialised form either.
    #[serde(skip)]
    pub preview: Vec<u8>,
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
    fit_showing(bytes, spec, Turn::None, |_| {})
}

/// [`fit`], with the upright picture turned further: the original stays what it was, and the turn is a step. The preview is
/// shown as soon as there are pixels: long before the picture is within its limits and judged.
///
/// # Errors
/// As [`fit`]; the preview may have been shown.
pub fn fit_showing(
    bytes: &[u8],
    spec: &FitSpec,
    turn: Turn,
    show: impl FnOnce(&[u8]),
) -> Result<Fitted, Rejection> {
    let survey = Survey::of(bytes)?;
    let mut preview = Vec::new();
    let early = |planes: &Planes| {
        preview = encode::preview(&small(planes, PREVIEW_PX)?)?;
        show(&preview);
        Ok(())
    };
    let Reduced { planes, seen: texture, mut steps, bytes: sent } =
        reduced(bytes, &survey, spec, turn, Texture::of, early)?;
    let Judged { measurements, outline, hash, verdicts } = judge::judge(&planes, texture, spec.subject)?;
    steps.extend(outline.map(|outline| Step::Outlined { outline }));
    steps.push(Step::Hashed { hash });
    let (width, height) = planes.size();
    Ok(Fitted {
        preview,
        media_type: jpeg_media_type(),
        width,
        height,
        sha256: sha256_hex(&sent),
        original_sha256: sha256_hex(bytes),
        original_bytes: survey.inspection.size_bytes,
        original_format: survey.inspection.format,
        steps,
        measurements,
        verdicts,
        bytes: sent,
    })
}

/// The JPEG that [`fit`] would send, with nothing measured, judged or recorded: the part of the work that other
/// programs do too, for comparisons with them.
///
/// # Errors
/// As [`fit`].
pub fn fit_unjudged(bytes: &[u8], spec: &FitSpec) -> Result<Vec<u8>, Rejection> {
    Ok(reduced(bytes, &Survey::of(bytes)?, spec, Turn::None, |_, _| (), |_| Ok(()))?.bytes)
}

/// A picture within its limits.
struct Reduced<T> {
    planes: Planes,
    /// As [`Photo::seen`].
    seen: T,
    steps: Vec<Step>,
    bytes: Vec<u8>,
}

fn reduced<T>(
    bytes: &[u8],
    survey: &Survey,
    spec: &FitSpec,
    turn: Turn,
    look: impl Fn(&Raster, u32) -> T,
    early: impl FnOnce(&Planes) -> Result<(), Rejection>,
) -> Result<Reduced<T>, Rejection> {
    let inspection = &survey.inspection;
    check_short_side(inspection, spec)?;
    let stored = (inspection.width, inspection.height);
    let wanted = Wanted { size: wanted_size(stored, spec), will_do: &|size| spec.will_do(stored, size) };
    let Photo { planes, seen, mut steps, is_plain } = Photo::read(bytes, survey, &wanted, look)?;

    let kept = match &survey.structure {
        Structure::Jpeg(layout)
            if is_plain
                && inspection.orientation == Orientation::Upright
                && turn == Turn::None
                && planes.size() == stored =>
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
        | Structure::Heif(_)
        | Structure::Avif(_) => None,
    };
    let (planes, sent) = match kept {
        Some(rewritten) => {
            // The pixels were decoded only to prove that they are whole, and to judge them.
            steps.clear();
            let removed_bytes = (bytes.len() - rewritten.len().min(bytes.len())) as u64;
            steps.push(Step::LosslessStrip { removed_bytes });
            early(&planes)?;
            (planes, rewritten)
        }
        None => {
            let planes = turn_upright(planes, inspection.orientation, &mut steps);
            let planes = turn_further(planes, turn, &mut steps);
            early(&planes)?;
            encode_within(planes, spec, &mut steps)?
        }
    };
    if inspection.trailing_bytes > 0 {
        steps.insert(0, Step::TrailingBytesDropped { bytes: inspection.trailing_bytes });
    }
    Ok(Reduced { planes, seen, steps, bytes: sent })
}

/// A small upright JPEG preview, at most `max_side_px` long; never larger than the picture.
///
/// # Errors
/// As [`fit`], except for the slot's rules.
pub fn thumbnail(bytes: &[u8], max_side_px: u32) -> Result<Vec<u8>, Rejection> {
    let survey = Survey::of(bytes)?;
    let stored = (survey.inspection.width, survey.inspection.height);
    let size = size_at(stored, max_side_px.max(1).min(long_side(stored)));
    let wanted = Wanted { size, will_do: &|other| other == size };
    let Photo { planes, .. } = Photo::read(bytes, &survey, &wanted, |_, _| ())?;
    encode::preview(&planes.upright(survey.inspection.orientation))
}

fn small(planes: &Planes, max_side_px: u32) -> Result<Planes, Rejection> {
    let size = planes.size();
    Planes::of(planes.area_averaged(size_at(size, max_side_px.min(long_side(size))))?)
}

impl FitSpec {
    /// Whether a picture stored at one size may be left at another one, and not be brought to the very size wanted.
    fn will_do(&self, stored: (u32, u32), size: (u32, u32)) -> bool {
        let wanted = wanted_size(stored, self);
        let is_near = long_side(size).abs_diff(long_side(wanted)) <= SIDE_TOLERANCE_PX;
        size == wanted || wanted != stored && is_near && short_side(size) >= self.min_short_side_px
    }
}

fn long_side((width, height): (u32, u32)) -> u32 {
    width.max(height)
}

fn short_side((width, height): (u32, u32)) -> u32 {
    width.min(height)
}

fn budget(spec: &FitSpec) -> u64 {
    spec.send_bytes.min(spec.max_bytes)
}

fn check_short_side(inspection: &Inspection, spec: &FitSpec) -> Result<(), Rejection> {
    let stored = (inspection.width, inspection.height);
    // A picture that is many times as long as it is high has to be reduced to its length.
    let short_side_px = short_side(wanted_size(stored, spec));
    if short_side_px < spec.min_short_side_px {
        return Err(Rejection::TooSmall { short_side_px, min_short_side_px: spec.min_short_side_px });
    }
    Ok(())
}

/// The size that a picture is reduced to before its bytes are looked at.
fn wanted_size(stored: (u32, u32), spec: &FitSpec) -> (u32, u32) {
    if long_side(stored) <= spec.max_side_px.saturating_add(SIDE_TOLERANCE_PX) {
        return stored;
    }
    let long_side_px = spec.max_side_px.max(long_side_for(stored, spec.min_short_side_px));
    size_at(stored, long_side_px.clamp(1, TOO_LONG_PX - 1))
}

/// The long side at which the short one still has `short_side_px`; never more than the picture has.
fn long_side_for(size: (u32, u32), short_side_px: u32) -> u32 {
    let (long, short) = (u64::from(long_side(size)), u64::from(short_side(size)));
    let wanted = (long * u64::from(short_side_px)).div_ceil(short.max(1));
    u32::try_from(wanted.min(long)).unwrap_or(u32::MAX)
}

fn turn_upright(planes: Planes, orientation: Orientation, steps: &mut Vec<Step>) -> Planes {
    if orientation != Orientation::Upright {
        steps.push(Step::Oriented { exif: orientation });
    }
    planes.upright(orientation)
}

fn turn_further(planes: Planes, by: Turn, steps: &mut Vec<Step>) -> Planes {
    if by != Turn::None {
        steps.push(Step::Turned { by });
    }
    planes.upright(by.orientation())
}

/// Encodes within the budget by quality first and, where that would fray the print, by size.
fn encode_within(
    planes: Planes,
    spec: &FitSpec,
    steps: &mut Vec<Step>,
) -> Result<(Planes, Vec<u8>), Rejection> {
    let full_size = planes.size();
    let smallest_short_side = spec.min_short_side_px.max(LEGIBLE_SHORT_SIDE_PX).min(short_side(full_size));
    let mut current = planes;
    loop {
        let found = encode::search(&current, budget(spec))?;
        let size = current.size();
        let Encoded { bytes, quality } = match found {
            Search::Fits(encoded) => encoded,
            Search::TooLarge(encoded) if short_side(size) <= smallest_short_side => {
                let bytes = encoded.bytes.len() as u64;
                if bytes > spec.max_bytes {
                    return Err(Rejection::OverLimit { bytes, limit_bytes: spec.max_bytes });
                }
                encoded
            }
            Search::TooLarge(encoded) => {
                let long = smaller_long_side(size, encoded.bytes.len(), budget(spec), smallest_short_side);
                current = current.resized(size_at(size, long))?;
                continue;
            }
        };
        if size != full_size {
            steps.push(Step::Resized { from: full_size, to: size });
        }
        steps.push(Step::Reencoded { quality, bytes: bytes.len() as u64 });
        return Ok((current, bytes));
    }
}

/// Bytes grow about with the area; a little less is taken so that one reduction usually suffices.
fn smaller_long_side(size: (u32, u32), bytes: usize, budget_bytes: u64, smallest_short_side: u32) -> u32 {
    let ratio = (budget_bytes as f64 / bytes.max(1) as f64).sqrt() * 0.95;
    let by_bytes = (f64::from(long_side(size)) * ratio.min(0.95)).floor() as u32;
    by_bytes.max(long_side_for(size, smallest_short_side)).min(long_side(size) - 1)
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
