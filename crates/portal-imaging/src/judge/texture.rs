//! What only pixels as the camera gave them show: the dots of a screen, and the evenness of drawn surfaces.

use crate::raster::{Channels, Raster};

/// Side of a patch that is looked at, in pixels.
const PATCH_PX: usize = 64;
/// Patches along each side of the picture.
const ACROSS: usize = 4;
/// Waves per patch that a screen's dots may make, and how many of them: periods of 6.4 to 2.1 pixels.
const FIRST_WAVE: usize = 10;
const WAVES: usize = 21;
/// What a pixel adds to each wave, by cosine, then by sine.
type Parts = [f32; 2 * WAVES];
/// As many equal pixels in a row are drawn, not photographed.
const EVEN_RUN_PX: usize = 24;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Texture {
    /// By how much one regular wave stands out of the fine texture, in the median patch; 1 for none.
    pub dots: f32,
    /// Share of pixels in runs of exactly one colour, except plain white.
    pub even_share: f32,
}

impl Texture {
    /// Of pixels as the camera gave them, or of a JPEG's whose sides were divided while it was decoded. There, waves too
    /// fine for the pixels left are still seen: they fit no whole number of times into a block of eight, so a part of
    /// them is in the coefficients that were kept.
    pub fn of(raster: &Raster, divided_by: u32) -> Self {
        Self { dots: dots(raster), even_share: even_share(raster, EVEN_RUN_PX / divided_by as usize) }
    }
}

fn dots(raster: &Raster) -> f32 {
    let (width, height) = (raster.width as usize, raster.height as usize);
    if width < 2 * PATCH_PX || height < 2 * PATCH_PX {
        return 1.0;
    }
    let waves: Vec<Parts> = (0..PATCH_PX)
        .map(|at| {
            // A window without which every edge of the patch is a wave of all lengths.
            let window = 0.5 - 0.5 * (at as f32 * std::f32::consts::TAU / PATCH_PX as f32).cos();
            let angle =
                |wave: usize| ((FIRST_WAVE + wave) * at) as f32 * std::f32::consts::TAU / PATCH_PX as f32;
            std::array::from_fn(|part| match part {
                0..WAVES => angle(part).cos() * window,
                _ => angle(part - WAVES).sin() * window,
            })
        })
        .collect();
    let mut peaks = Vec::new();
    for row in 0..ACROSS {
        for column in 0..ACROSS {
            let left = (width - PATCH_PX) * (2 * column + 1) / (2 * ACROSS);
            let top = (height - PATCH_PX) * (2 * row + 1) / (2 * ACROSS);
            peaks.push(peak(&patch(raster, left, top), &waves));
        }
    }
    peaks.sort_by(f32::total_cmp);
    peaks[peaks.len() / 2]
}

/// Brightness of a patch without its mean, by rows.
fn patch(raster: &Raster, left: usize, top: usize) -> Vec<f32> {
    let step = raster.channels.count();
    let mut values = Vec::with_capacity(PATCH_PX * PATCH_PX);
    for y in top..top + PATCH_PX {
        let start = (y * raster.width as usize + left) * step;
        let row = &raster.pixels[start..start + PATCH_PX * step];
        values.extend(row.chunks_exact(step).map(|pixel| match raster.channels {
            Channels::Grey => f32::from(pixel[0]),
            Channels::Rgb => (f32::from(pixel[0]) + 2.0 * f32::from(pixel[1]) + f32::from(pixel[2])) / 4.0,
        }));
    }
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}

/// The strongest wave over the median one, in rows or in columns.
fn peak(patch: &[f32], waves: &[Parts]) -> f32 {
    let power = |by_rows: bool| {
        let mut powers = [0.0_f32; WAVES];
        for index in 0..PATCH_PX {
            let (start, step) = if by_rows { (index * PATCH_PX, 1) } else { (index, PATCH_PX) };
            let mut sums: Parts = [0.0; 2 * WAVES];
            for (value, parts) in patch[start..].iter().step_by(step).zip(waves) {
                for (sum, part) in sums.iter_mut().zip(parts) {
                    *sum += value * part;
                }
            }
            let (real, imaginary) = sums.split_at(WAVES);
            for (power, (real, imaginary)) in powers.iter_mut().zip(real.iter().zip(imaginary)) {
                *power += real * real + imaginary * imaginary;
            }
        }
        let most = powers.iter().copied().fold(0.0, f32::max);
        powers.sort_by(f32::total_cmp);
        // Noise of a whole level keeps even surfaces from having peaks of nothing.
        most / (powers[WAVES / 2] + 300.0)
    };
    power(true).max(power(false))
}

/// Every eighth row is looked at.
fn even_share(raster: &Raster, even_run_px: usize) -> f32 {
    let step = raster.channels.count();
    let row_bytes = raster.width as usize * step;
    let (mut even, mut all) = (0, 0);
    for row in raster.pixels.chunks_exact(row_bytes).step_by(8) {
        let mut run = 1;
        let mut before: &[u8] = &[];
        let mut close = |run: usize, colour: &[u8]| {
            if run >= even_run_px && colour.iter().any(|value| *value < 254) {
                even += run;
            }
        };
        for pixel in row.chunks_exact(step) {
            if pixel == before {
                run += 1;
            } else {
                close(run, before);
                (before, run) = (pixel, 1);
            }
        }
        close(run, before);
        all += raster.width as usize;
    }
    even as f32 / all.max(1) as f32
}
