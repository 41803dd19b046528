//! Pixels to JPEG bytes, and the search for the best quality within a byte budget.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use crate::Rejection;
use crate::raster::{Channels, Raster};

/// More only stores the sensor's noise.
const BEST_QUALITY: u8 = 92;
/// Below this, small print frays: fewer pixels are better than worse ones.
const LOWEST_QUALITY: u8 = 50;
/// Tried first: near the answer for a 12 MP document photo at 2,000 px and 500 KB.
const FIRST_QUALITY: u8 = 85;
/// Each try costs a full encoding; the search stops early once this share of the budget is used.
const GOOD_ENOUGH: f64 = 0.90;
const MAX_TRIES: u32 = 6;
/// How much a step of quality usually changes ln(bytes), until two tries tell.
const USUAL_SLOPE: f64 = 0.045;

pub(crate) struct Encoded {
    pub bytes: Vec<u8>,
    pub quality: u8,
}

pub(crate) enum Search {
    Fits(Encoded),
    /// Even the lowest quality is larger than the budget.
    TooLarge(Encoded),
}

/// The best quality whose encoding has at most `budget_bytes`: a secant search on ln(bytes), which is nearly
/// linear in quality.
pub(crate) fn search(raster: &Raster, budget_bytes: u64) -> Result<Search, Rejection> {
    let budget = (budget_bytes.max(1)) as f64;
    let mut best: Option<Encoded> = None;
    let mut previous: Option<(f64, f64)> = None;
    let (mut below, mut above) = (LOWEST_QUALITY, BEST_QUALITY);
    let mut quality = FIRST_QUALITY;
    for _ in 0..MAX_TRIES {
        let tried = encode(raster, quality)?;
        let size = tried.bytes.len() as f64;
        let fits = size <= budget;
        let point = (f64::from(quality), size.ln());
        let slope = match previous {
            Some(other) if (other.0 - point.0).abs() > 0.5 => {
                ((other.1 - point.1) / (other.0 - point.0)).max(0.005)
            }
            _ => USUAL_SLOPE,
        };
        previous = Some(point);
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
        // Aim a little under the budget, so that a miss is more often a usable one.
        let wanted = point.0 + ((budget * 0.97).ln() - point.1) / slope;
        let lowest = if fits { below + 1 } else { below };
        quality = (wanted.round().clamp(0.0, 100.0) as u8).clamp(lowest.min(above), above);
    }
    match best {
        Some(found) => Ok(Search::Fits(found)),
        None => {
            let last = encode(raster, LOWEST_QUALITY)?;
            Ok(if last.bytes.len() as u64 <= budget_bytes {
                Search::Fits(last)
            } else {
                Search::TooLarge(last)
            })
        }
    }
}

/// One encoding: 4:2:0 with averaged chroma, one interleaved scan, no metadata. Optimised Huffman tables would
/// save about 5 % of the bytes, but the encoder then writes a scan per component, which some readers, among
/// them the one used here, show in wrong colours.
pub(crate) fn encode(raster: &Raster, quality: u8) -> Result<Encoded, Rejection> {
    let side = |px: u32| u16::try_from(px).map_err(|_| Rejection::Corrupt);
    let (width, height) = (side(raster.width)?, side(raster.height)?);
    let colour = match raster.channels {
        Channels::Grey => ColorType::Luma,
        Channels::Rgb => ColorType::Rgb,
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(&raster.pixels, width, height, colour).map_err(|_| Rejection::Corrupt)?;
    Ok(Encoded { bytes, quality })
}
