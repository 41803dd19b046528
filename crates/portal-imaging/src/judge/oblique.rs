//! Words laid obliquely over a photo: many edges in one direction, and in the one across it, that aren't the paper's.

use std::ops::RangeInclusive;

use super::area::Area;
use crate::outline::Quad;
use crate::raster::Raster;

/// Parts that a right angle is divided into: a stroke and the one across it count as the same direction.
const PARTS: usize = 45;
const DEGREES: f32 = 90.0 / PARTS as f32;
/// What a step of one in brightness is after smoothing and deriving, over the steps counted below.
const SCALE: i32 = 16 * 16 / 8;
/// By how much a stroke is darker or lighter than what it lies on, in eighths of 255ths, squared: noise is less, most print is more.
const STEP_SQUARED: RangeInclusive<i32> = (8 * 8) * (8 * 8)..=(8 * 90) * (8 * 90);
/// Directions within so many degrees of the paper's sides are the print's own.
const OWN_DEGREES: f32 = 12.0;
/// Edges, as a share of the pixels, that may run in one direction by chance.
const FEW: f32 = 0.0004;
/// Farther than this the directions on both sides of the paper's are nearly the same.
const MIRRORED_TO_DEGREES: f32 = 37.0;
/// How far a direction that is the commonest around stands out, in degrees.
const AROUND_DEGREES: f32 = 5.0;

/// How often edges run in each direction.
pub(super) struct Directions {
    /// From along the rows of pixels on, each the mean of three.
    counts: [f32; PARTS],
    /// The print's, in degrees.
    own: f32,
    /// So many more are taken to run in each: few edges prove nothing.
    few: f32,
}

impl Directions {
    /// Of the edges in a part of a plane, on a paper whose sides are known or else the picture's.
    pub fn of(plane: &Raster, area: &Area, paper: Option<&Quad>) -> Self {
        let found = found(plane, area);
        let near = |part: usize, off: usize| found[(part + PARTS + off - 4) % PARTS] as f32;
        let top = paper.map_or(0.0, |quad| {
            let [from, to, ..] = quad.0;
            (to.1 - from.1).atan2(to.0 - from.0).to_degrees().rem_euclid(90.0)
        });
        // A paper seen from the side has no right angles: its print is the commonest direction near its upper side.
        let part = ((top / DEGREES) as usize).min(PARTS - 1);
        let (moment, weight) = (0..9).fold((0.0, 0.0_f32), |(moment, weight), off| {
            let count = near(part, off);
            (moment + count * (off as f32 - 4.0), weight + count)
        });
        Self {
            counts: std::array::from_fn(|part| (3..=5).map(|off| near(part, off)).sum::<f32>() / 3.0),
            few: FEW * area.pixels as f32,
            own: (part as f32 + 0.5 + moment / weight.max(1.0)) * DEGREES,
        }
    }

    /// How much commoner one oblique direction is than those some way off on either side of it.
    pub fn peak(&self) -> f32 {
        let mean = |from: usize| (from..from + 5).map(|part| self.counts[part % PARTS]).sum::<f32>() / 5.0;
        let is_oblique = |part: &usize| {
            let off = ((*part as f32 + 0.5) * DEGREES - self.own).rem_euclid(90.0);
            off.min(90.0 - off) > OWN_DEGREES
        };
        let standing_out = |part: usize| {
            let around = mean(part + PARTS - 8).max(mean(part + 4));
            (self.counts[part] + self.few) / (around + self.few).max(1.0)
        };
        (0..PARTS).filter(is_oblique).map(standing_out).fold(0.0, f32::max)
    }

    /// How much commoner one oblique direction is than the one as far off the print's on the other side: where print alone
    /// has many edges, as near its own direction, it has them on both.
    pub fn lopsidedness(&self) -> f32 {
        let offs =
            (OWN_DEGREES as i32..=MIRRORED_TO_DEGREES as i32).flat_map(|off| [off as f32, -off as f32]);
        offs.filter(|off| {
            let here = self.at(self.own + off);
            here > self.at(self.own + off - AROUND_DEGREES) && here > self.at(self.own + off + AROUND_DEGREES)
        })
        .map(|off| (self.at(self.own + off) + self.few) / (self.at(self.own - off) + self.few).max(1.0))
        .fold(0.0, f32::max)
    }

    fn at(&self, degrees: f32) -> f32 {
        let place = (degrees / DEGREES - 0.5).rem_euclid(PARTS as f32);
        let (part, rest) = (place as usize, place.fract());
        self.counts[part % PARTS] * (1.0 - rest) + self.counts[(part + 1) % PARTS] * rest
    }
}

/// Edges counted by direction, each pixel by the change around it (Scharr's weights, the rounder ones, on a smoothed plane: corners
/// along the rows of pixels would else count as edges at 45 degrees).
fn found(plane: &Raster, area: &Area) -> [u32; PARTS] {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let smooth = smoothed(plane);
    let mut counts = [0; PARTS];
    for (y, span) in area.rows() {
        if y == 0 || y + 1 >= height {
            continue;
        }
        let row = |y: usize| &smooth[y * width..(y + 1) * width];
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        for x in span.start.max(1)..span.end.min(width - 1) {
            let [a, b, c] = [above[x - 1], above[x], above[x + 1]].map(i32::from);
            let [d, e] = [here[x - 1], here[x + 1]].map(i32::from);
            let [f, g, h] = [below[x - 1], below[x], below[x + 1]].map(i32::from);
            let across = (3 * (c + h - a - f) + 10 * (e - d)) / SCALE;
            let down = (3 * (f + h - a - c) + 10 * (g - b)) / SCALE;
            if STEP_SQUARED.contains(&(across * across + down * down)) {
                let degrees = (down as f32).atan2(across as f32).to_degrees().rem_euclid(90.0);
                counts[((degrees / DEGREES) as usize).min(PARTS - 1)] += 1;
            }
        }
    }
    counts
}

/// Sixteen times the mean of each pixel and those around it, by binomial weights; 0 at the frame.
fn smoothed(plane: &Raster) -> Vec<u16> {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let mut smooth = vec![0; plane.pixels.len()];
    let mut down = vec![0_u16; width];
    for y in 1..height.saturating_sub(1) {
        let row = |y: usize| &plane.pixels[y * width..(y + 1) * width];
        for (((sum, above), here), below) in down.iter_mut().zip(row(y - 1)).zip(row(y)).zip(row(y + 1)) {
            *sum = u16::from(*above) + 2 * u16::from(*here) + u16::from(*below);
        }
        for (target, near) in smooth[y * width + 1..].iter_mut().zip(down.array_windows::<3>()) {
            *target = near[0] + 2 * near[1] + near[2];
        }
    }
    smooth
}
