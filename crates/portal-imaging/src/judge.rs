//! Is the picture good enough to be read by a person? Measured on a reduced brightness plane.
//!
//! Thresholds come from small synthetic sets, so everything that a person might still accept only warns.

use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::raster::Raster;

/// Long side of the plane that is measured, in pixels: fine enough for text lines, coarse enough to average
/// out sensor noise, which would hide blur.
const PLANE_SIDE_PX: u32 = 1024;

/// Generated pages: in focus 1.2, hardly softened (σ 1 px of 1,600) 0.15, σ 2 px 0.05 and still legible, σ 4 px,
/// where small print is gone, 0.016–0.026.
const BLURRED_BELOW: f32 = 0.03;
const DARK_BELOW: f32 = 80.0;
const BLACK_BELOW: f32 = 16.0;
const BLANK_CONTRAST: f32 = 3.0;
const SATURATED_FROM: u8 = 250;
const GLARE_FROM: f32 = 0.04;
/// More than this is white paper or a scan, not a reflection.
const GLARE_TO: f32 = 0.5;
/// A reflection fades out over nearly saturated pixels; printed or drawn white does not.
const GLARE_HALO: f32 = 0.1;
const SMALL_LONG_SIDE_PX: u32 = 800;

/// Numbers behind the verdicts, kept with the photo so that thresholds can be revised later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurements {
    /// 0 (black) to 255.
    pub mean_luma: f32,
    /// Variance of the Laplacian over the variance of brightness: independent of how dim the picture is.
    pub sharpness: f32,
    /// Share of pixels at the white end, 0 to 1.
    pub saturated_share: f32,
    pub width: u32,
    pub height: u32,
    /// Difference hash of 8 × 8 gradients; near-duplicates differ in few bits. Written as 16 hex digits.
    #[serde(with = "hex_u64")]
    pub dhash: u64,
}

/// What is wrong with a readable picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictCode {
    Blurred,
    TooDark,
    Glare,
    TooSmall,
    /// One even surface: a covered lens, an empty page.
    Blank,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Likely to be returned by a reviewer; the user decides.
    Warn,
    /// Cannot show what is asked for.
    Block,
}

/// One finding with the measured value and the threshold it crossed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub code: VerdictCode,
    pub severity: Severity,
    pub measured: f32,
    pub threshold: f32,
}

/// Measures a picture as it will be sent.
pub(crate) fn measure(raster: &Raster) -> Result<(Measurements, Vec<Verdict>), Rejection> {
    let mut plane = raster.luma();
    if plane.long_side() > PLANE_SIDE_PX {
        plane = plane.area_averaged(plane.size_at(PLANE_SIDE_PX))?;
    }
    let tones = Tones::of(&plane);
    let measurements = Measurements {
        mean_luma: tones.mean,
        sharpness: sharpness(&plane, tones.variance),
        saturated_share: tones.saturated_share,
        width: raster.width,
        height: raster.height,
        dhash: dhash(&plane)?,
    };
    let verdicts = judge(&measurements, &tones);
    Ok((measurements, verdicts))
}

fn judge(measured: &Measurements, tones: &Tones) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut find = |code, severity, measured: f32, threshold: f32| {
        verdicts.push(Verdict { code, severity, measured, threshold });
    };
    let contrast = tones.variance.sqrt();
    if measured.mean_luma < BLACK_BELOW {
        find(VerdictCode::TooDark, Severity::Block, measured.mean_luma, BLACK_BELOW);
    } else if contrast < BLANK_CONTRAST {
        find(VerdictCode::Blank, Severity::Block, contrast, BLANK_CONTRAST);
    } else {
        if measured.mean_luma < DARK_BELOW {
            find(VerdictCode::TooDark, Severity::Warn, measured.mean_luma, DARK_BELOW);
        }
        if measured.sharpness < BLURRED_BELOW {
            find(VerdictCode::Blurred, Severity::Warn, measured.sharpness, BLURRED_BELOW);
        }
        let fades = tones.halo_share >= GLARE_HALO * measured.saturated_share;
        if fades && (GLARE_FROM..=GLARE_TO).contains(&measured.saturated_share) {
            find(VerdictCode::Glare, Severity::Warn, measured.saturated_share, GLARE_FROM);
        }
    }
    let long_side = measured.width.max(measured.height);
    if long_side < SMALL_LONG_SIDE_PX {
        find(VerdictCode::TooSmall, Severity::Warn, long_side as f32, SMALL_LONG_SIDE_PX as f32);
    }
    verdicts
}

struct Tones {
    mean: f32,
    variance: f32,
    saturated_share: f32,
    /// Pixels just below saturation.
    halo_share: f32,
}

impl Tones {
    fn of(plane: &Raster) -> Self {
        let mut histogram = [0_u64; 256];
        for value in &plane.pixels {
            histogram[usize::from(*value)] += 1;
        }
        let count = plane.pixels.len().max(1) as f64;
        let mean =
            histogram.iter().zip(0_u32..).map(|(n, tone)| *n as f64 * f64::from(tone)).sum::<f64>() / count;
        let variance = histogram
            .iter()
            .zip(0_u32..)
            .map(|(n, tone)| *n as f64 * (f64::from(tone) - mean).powi(2))
            .sum::<f64>()
            / count;
        let share = |tones: &[u64]| (tones.iter().sum::<u64>() as f64 / count) as f32;
        let saturated = usize::from(SATURATED_FROM);
        Self {
            mean: mean as f32,
            variance: variance as f32,
            saturated_share: share(&histogram[saturated..]),
            halo_share: share(&histogram[saturated - 20..saturated]),
        }
    }
}

/// Variance of the 4-neighbour Laplacian over the variance of brightness.
fn sharpness(plane: &Raster, variance: f32) -> f32 {
    let width = plane.width as usize;
    if width < 3 || plane.height < 3 || variance <= f32::EPSILON {
        return 0.0;
    }
    let (mut sum, mut squares, mut count) = (0_i64, 0_i64, 0_i64);
    let rows: Vec<&[u8]> = plane.pixels.chunks_exact(width).collect();
    for window in rows.windows(3) {
        let [above, row, below] = window else { continue };
        for x in 1..width - 1 {
            let around =
                i64::from(above[x]) + i64::from(below[x]) + i64::from(row[x - 1]) + i64::from(row[x + 1]);
            let laplacian = around - 4 * i64::from(row[x]);
            sum += laplacian;
            squares += laplacian * laplacian;
            count += 1;
        }
    }
    let mean = sum as f64 / count as f64;
    ((squares as f64 / count as f64 - mean * mean) / f64::from(variance)) as f32
}

fn dhash(plane: &Raster) -> Result<u64, Rejection> {
    let grid = plane.area_averaged((9, 8))?;
    let mut hash = 0;
    for row in grid.pixels.chunks_exact(9) {
        for pair in row.windows(2) {
            hash = (hash << 1) | u64::from(pair[0] < pair[1]);
        }
    }
    Ok(hash)
}

mod hex_u64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:016x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        u64::from_str_radix(&String::deserialize(deserializer)?, 16).map_err(D::Error::custom)
    }
}
