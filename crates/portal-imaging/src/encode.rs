//! Planes to JPEG bytes, and the search for the best quality within a byte budget.

use crate::Rejection;
use crate::planes::Planes;
#[cfg(feature = "turbojpeg")]
use crate::turbo::encode;
#[cfg(not(feature = "turbojpeg"))]
use pure::encode;

/// More only stores the sensor's noise.
const BEST_QUALITY: u8 = 92;
/// Below this, small print frays: fewer pixels are better than worse ones.
const LOWEST_QUALITY: u8 = 50;
/// Tried first where nothing is known.
const FIRST_QUALITY: u8 = 85;
/// Each try costs a full encoding; the search stops early once this share of the budget is used.
const GOOD_ENOUGH: f64 = 0.90;
/// The share of the budget that is aimed at, so that a miss is more often a usable one.
const AIM: f64 = 0.975;
const MAX_TRIES: u32 = 6;
/// How much a step of quality usually changes ln(bytes), until two tries tell.
const USUAL_SLOPE: f64 = 0.045;
/// Of pictures whose shorter side has so many pixels, a part is encoded first to tell how well the whole can be.
const SAMPLED_FROM_PX: u32 = 500;
/// That part has one in so many of the pixels.
const SAMPLED_ONE_IN: usize = 8;
const PREVIEW_QUALITY: u8 = 75;
/// What stands before the picture's data in a file.
const HEAD_BYTES: f64 = 600.0;

pub(crate) struct Encoded {
    pub bytes: Vec<u8>,
    pub quality: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scans {
    One,
    /// Coarse first: smaller, and slower to decode.
    Progressive,
}

pub(crate) enum Search {
    Fits(Encoded),
    /// Even the lowest quality is larger than the budget.
    TooLarge(Encoded),
}

/// A preview: all of these pixels, without any budget.
pub(crate) fn preview(planes: &Planes) -> Result<Vec<u8>, Rejection> {
    Ok(encode(planes, PREVIEW_QUALITY, Scans::Progressive)?.bytes)
}

/// The best quality whose encoding has at most `budget_bytes`: a secant search on ln(bytes), which is nearly
/// linear in quality.
pub(crate) fn search(planes: &Planes, budget_bytes: u64) -> Result<Search, Rejection> {
    let budget = (budget_bytes.max(1)) as f64;
    let mut best: Option<Encoded> = None;
    let (mut below, mut above) = (LOWEST_QUALITY, BEST_QUALITY);
    let mut curve = Curve::guessed(planes, budget)?;
    let mut quality = curve.quality_for(budget * AIM);
    for _ in 0..MAX_TRIES {
        let tried = encode(planes, quality, Scans::One)?;
        let size = tried.bytes.len() as f64;
        let fits = size <= budget;
        curve.passes(quality, size);
        if fits {
            below = quality;
            let done = quality == BEST_QUALITY || size >= budget * GOOD_ENOUGH || quality + 1 > above;
            best = Some(tried);
            if done {
                break;
            }
        } else if quality == LOWEST_QUALITY {
            return Ok(Search::TooLarge(tried));
        } else {
            above = quality - 1;
        }
        if above < below {
            break;
        }
        let lowest = if fits { below + 1 } else { below };
        quality = curve.quality_for(budget * AIM).clamp(lowest.min(above), above);
    }
    match best {
        Some(found) => Ok(Search::Fits(found)),
        None => {
            let last = encode(planes, LOWEST_QUALITY, Scans::One)?;
            Ok(if last.bytes.len() as u64 <= budget_bytes {
                Search::Fits(last)
            } else {
                Search::TooLarge(last)
            })
        }
    }
}

/// How many bytes a quality takes: ln(bytes) as a line through what was tried last.
struct Curve {
    last: Option<(f64, f64)>,
    slope: f64,
}

impl Curve {
    /// By a part of the picture, where it is large.
    fn guessed(planes: &Planes, budget: f64) -> Result<Self, Rejection> {
        let mut curve = Self { last: None, slope: USUAL_SLOPE };
        if planes.luma.width.min(planes.luma.height) < SAMPLED_FROM_PX {
            return Ok(curve);
        }
        let part = planes.sample(SAMPLED_ONE_IN)?;
        let share = part.luma.pixels.len() as f64 / planes.luma.pixels.len() as f64;
        let mut quality = BEST_QUALITY;
        for _ in 0..3 {
            let data = encode(&part, quality, Scans::One)?.bytes.len() as f64 - HEAD_BYTES;
            curve.passes(quality, data.max(1.0) / share + HEAD_BYTES);
            let next = curve.quality_for(budget * AIM);
            if next.abs_diff(quality) <= 1 {
                break;
            }
            quality = next;
        }
        Ok(curve)
    }

    fn passes(&mut self, quality: u8, bytes: f64) {
        let point = (f64::from(quality), bytes.ln());
        if let Some(last) = self.last
            && (last.0 - point.0).abs() > 0.5
        {
            self.slope = ((last.1 - point.1) / (last.0 - point.0)).max(0.005);
        }
        self.last = Some(point);
    }

    fn quality_for(&self, bytes: f64) -> u8 {
        let wanted =
            self.last.map_or(f64::from(FIRST_QUALITY), |last| last.0 + (bytes.ln() - last.1) / self.slope);
        (wanted.floor().clamp(0.0, 100.0) as u8).clamp(LOWEST_QUALITY, BEST_QUALITY)
    }
}

#[cfg(not(feature = "turbojpeg"))]
mod pure {
    //! Without C: the Huffman tables of the standard, about 5 % more bytes at the same quality.

    use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor};

    use super::{Encoded, Scans};
    use crate::Rejection;
    use crate::planes::Planes;

    /// One encoding: 4:2:0, without metadata.
    pub(crate) fn encode(planes: &Planes, quality: u8, scans: Scans) -> Result<Encoded, Rejection> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.set_progressive(scans == Scans::Progressive);
        encoder.encode_image(Rows(planes)).map_err(|_| Rejection::Corrupt)?;
        Ok(Encoded { bytes, quality })
    }

    /// Each colour is handed out for all four pixels that it stands for, so that their mean is itself.
    struct Rows<'a>(&'a Planes);

    impl ImageBuffer for Rows<'_> {
        fn get_jpeg_color_type(&self) -> JpegColorType {
            if self.0.chroma.is_some() { JpegColorType::Ycbcr } else { JpegColorType::Luma }
        }

        fn width(&self) -> u16 {
            u16::try_from(self.0.luma.width).unwrap_or(u16::MAX)
        }

        fn height(&self) -> u16 {
            u16::try_from(self.0.luma.height).unwrap_or(u16::MAX)
        }

        fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
            let (width, y) = (self.0.luma.width as usize, usize::from(y));
            buffers[0].extend_from_slice(&self.0.luma.pixels[y * width..(y + 1) * width]);
            for (colour, buffer) in self.0.chroma.iter().flatten().zip(&mut buffers[1..]) {
                let row = &colour.pixels[y / 2 * colour.width as usize..][..colour.width as usize];
                buffer.extend(row.iter().flat_map(|value| [*value; 2]).take(width));
            }
        }
    }
}
