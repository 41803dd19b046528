//! What is not table: pixels that differ from the picture's margin.

use super::quad::Point;
use crate::raster::{Channels, Raster};

/// Share of the longer side that counts as the margin.
const MARGIN: f32 = 0.013;
/// A table is seldom more even than this: of ln brightness, and of ln red and ln blue against green.
const EVENNESS: [f32; 3] = [0.06, 0.02, 0.02];
/// Added to every channel before its logarithm, so that noise in the dark counts for little.
const DARKNESS: f32 = 6.0;

/// A reduced picture by brightness and two colours. Shade on a table changes the first only.
pub(super) struct Scene {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[f32; 3]>,
}

impl Scene {
    pub fn of(raster: &Raster) -> Self {
        let logarithms: Vec<f32> = (0..=255_u8).map(|value| (f32::from(value) + DARKNESS).ln()).collect();
        let ln = |value: u8| logarithms[usize::from(value)];
        let pixels = match raster.channels {
            Channels::Grey => raster.pixels.iter().map(|grey| [ln(*grey), 0.0, 0.0]).collect(),
            Channels::Rgb => raster
                .pixels
                .chunks_exact(3)
                .map(|rgb| {
                    let [red, green, blue] = [ln(rgb[0]), ln(rgb[1]), ln(rgb[2])];
                    [0.3 * red + 0.59 * green + 0.11 * blue, red - green, blue - green]
                })
                .collect(),
        };
        Self { width: raster.width as usize, height: raster.height as usize, pixels }
    }

    pub fn at(&self, (x, y): Point) -> [f32; 3] {
        let column = (x.max(0.0) as usize).min(self.width - 1);
        let row = (y.max(0.0) as usize).min(self.height - 1);
        self.pixels[row * self.width + column]
    }

    /// What the table may look like: as the whole margin, or, where the document hides much of that, as the margin
    /// on one side.
    pub fn grounds(&self) -> Vec<Ground> {
        let margin = ((self.width.max(self.height) as f32 * MARGIN).round() as usize).max(2);
        let is_in = |x: usize, y: usize| {
            [y < margin, x + margin >= self.width, y + margin >= self.height, x < margin]
        };
        let mut whole = Vec::new();
        let mut sides: [Vec<[f32; 3]>; 4] = Default::default();
        for y in 0..self.height {
            for x in 0..self.width {
                let pixel = self.pixels[y * self.width + x];
                let near = is_in(x, y);
                if near.contains(&true) {
                    whole.push(pixel);
                }
                for (side, _) in sides.iter_mut().zip(near).filter(|(_, near)| *near) {
                    side.push(pixel);
                }
            }
        }
        let mut all = vec![whole];
        all.extend(sides);
        all.into_iter().filter_map(Ground::of).collect()
    }

    pub fn differing(&self, ground: &Ground, from: f32) -> Mask {
        let cells = self.pixels.iter().map(|pixel| ground.distance(*pixel) > from).collect();
        Mask { width: self.width, height: self.height, cells }
    }

    /// The brighter of two classes (Otsu), for tables that have nothing in common but being dark.
    pub fn bright(&self) -> Mask {
        let mut histogram = [0_u32; 128];
        // From ln 6 to ln 261.
        let class = |pixel: &[f32; 3]| (((pixel[0] - 1.79) * 33.6).clamp(0.0, 127.0)) as usize;
        for pixel in &self.pixels {
            histogram[class(pixel)] += 1;
        }
        let total = self.pixels.len() as f32;
        let sum: f32 =
            histogram.iter().zip(0_u16..).map(|(count, tone)| *count as f32 * f32::from(tone)).sum();
        let (mut below, mut below_sum) = (0.0, 0.0);
        let mut best = (0.0, 0);
        for (tone, count) in histogram.iter().enumerate() {
            below += *count as f32;
            below_sum += *count as f32 * tone as f32;
            let above = total - below;
            if below > 0.0 && above > 0.0 {
                let apart = below_sum / below - (sum - below_sum) / above;
                let between = below * above * apart * apart;
                if between > best.0 {
                    best = (between, tone);
                }
            }
        }
        let cells = self.pixels.iter().map(|pixel| class(pixel) > best.1).collect();
        Mask { width: self.width, height: self.height, cells }
    }
}

/// Median and spread of a table's pixels.
pub(super) struct Ground {
    middle: [f32; 3],
    spread: [f32; 3],
}

impl Ground {
    fn of(mut pixels: Vec<[f32; 3]>) -> Option<Self> {
        let mut ground = Self { middle: [0.0; 3], spread: EVENNESS };
        for channel in 0..3 {
            ground.middle[channel] = median(&mut pixels, |pixel| pixel[channel])?;
            let middle = ground.middle[channel];
            // Times 1.48, the mean deviation of normal noise from its median is its standard deviation.
            let spread = 1.48 * median(&mut pixels, |pixel| (pixel[channel] - middle).abs())?;
            ground.spread[channel] = spread.max(EVENNESS[channel]);
        }
        Some(ground)
    }

    /// In standard deviations.
    fn distance(&self, pixel: [f32; 3]) -> f32 {
        let square =
            |channel: usize| ((pixel[channel] - self.middle[channel]) / self.spread[channel]).powi(2);
        (square(0) + square(1) + square(2)).sqrt()
    }
}

fn median(pixels: &mut [[f32; 3]], of: impl Fn(&[f32; 3]) -> f32) -> Option<f32> {
    if pixels.is_empty() {
        return None;
    }
    let half = pixels.len() / 2;
    let (_, middle, _) = pixels.select_nth_unstable_by(half, |a, b| of(a).total_cmp(&of(b)));
    Some(of(middle))
}

pub(super) struct Mask {
    width: usize,
    height: usize,
    cells: Vec<bool>,
}

/// A connected part of a mask.
pub(super) struct Patch {
    /// The outer corners of the first and the last pixel of every row.
    pub edge: Vec<Point>,
    pub pixels: usize,
    /// Pixels on the frame: above, at the right, below, at the left.
    pub on_frame: [usize; 4],
}

impl Mask {
    /// Closes gaps of up to `2 × radius` pixels and then removes what is not wider than that.
    pub fn tidied(self, radius: usize) -> Self {
        self.spread(true, radius).spread(false, 2 * radius).spread(true, radius)
    }

    /// Each cell becomes `value` where one within the radius has it; by columns, then by rows. Outside the frame is
    /// what is at its edge.
    fn spread(self, value: bool, radius: usize) -> Self {
        let Self { width, height, mut cells } = self;
        let mut line = Vec::new();
        let mut run = |cells: &mut [bool], start: usize, step: usize, count: usize| {
            line.clear();
            line.extend((0..count).map(|index| cells[start + index * step] == value));
            let mut seen: isize = -1 - radius as isize;
            for index in 0..count + radius {
                if line.get(index) == Some(&true) {
                    seen = index as isize;
                }
                if let Some(place) = index.checked_sub(radius)
                    && place < count
                {
                    cells[start + place * step] = (seen + 2 * radius as isize >= index as isize) == value;
                }
            }
        };
        for x in 0..width {
            run(&mut cells, x, width, height);
        }
        for y in 0..height {
            run(&mut cells, y * width, 1, width);
        }
        Self { width, height, cells }
    }

    /// The largest connected part.
    pub fn largest(mut self) -> Option<Patch> {
        let mut best: Option<Patch> = None;
        let mut waiting = Vec::new();
        for start in 0..self.cells.len() {
            if !self.cells[start] {
                continue;
            }
            let mut rows: Vec<Option<(usize, usize)>> = vec![None; self.height];
            let mut patch = Patch { edge: Vec::new(), pixels: 0, on_frame: [0; 4] };
            self.cells[start] = false;
            waiting.push(start);
            while let Some(place) = waiting.pop() {
                let (x, y) = (place % self.width, place / self.width);
                patch.pixels += 1;
                let (first, last) = rows[y].get_or_insert((x, x));
                (*first, *last) = ((*first).min(x), (*last).max(x));
                let ends = [y == 0, x + 1 == self.width, y + 1 == self.height, x == 0];
                let next =
                    [place.wrapping_sub(self.width), place + 1, place + self.width, place.wrapping_sub(1)];
                for ((is_end, next), on_frame) in ends.into_iter().zip(next).zip(&mut patch.on_frame) {
                    if is_end {
                        *on_frame += 1;
                    } else if self.cells[next] {
                        self.cells[next] = false;
                        waiting.push(next);
                    }
                }
            }
            if best.as_ref().is_none_or(|best| patch.pixels > best.pixels) {
                for (y, span) in rows.iter().enumerate() {
                    if let Some((first, last)) = span {
                        for (x, y) in [(*first, y), (last + 1, y), (*first, y + 1), (last + 1, y + 1)] {
                            patch.edge.push((x as f32, y as f32));
                        }
                    }
                }
                best = Some(patch);
            }
        }
        best
    }
}
