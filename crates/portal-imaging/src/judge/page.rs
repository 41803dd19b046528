//! The document laid flat, coarsely: what can be told of it without reading.

use crate::outline::Quad;
use crate::raster::{Channels, Raster};

/// Cells of the flat page, along its longer and its shorter side.
const LONG: usize = 48;
const SHORT: usize = 32;
/// Points of a cell that are looked at in each direction.
const POINTS: usize = 3;
/// How much redder than the page a cell is, as ln of a ratio, to belong to an emblem or a seal.
const RED: f32 = 0.30;
/// As `RED`, to be skin.
const SKIN: f32 = 0.12;
/// Paper may be tinted by this much; more is a coloured card, on which everything else looks red or green.
const TINTED: f32 = 0.22;
/// How much of the page's brightness hair and clothes have at most.
const DARK: f32 = 0.55;

/// A page in cells; the longer side lies across.
pub(super) struct Page {
    cells: Vec<[f32; 3]>,
    /// Longer by shorter side.
    pub aspect: f32,
    light: f32,
    redness: f32,
}

/// Part of a page, by shares of its longer and its shorter side.
struct Part {
    across: (f32, f32),
    down: (f32, f32),
}

impl Page {
    pub fn of(plane: &Raster, quad: &Quad) -> Self {
        let [top, right, bottom, left] = quad.side_lengths();
        let (across, down) = (top + bottom, left + right);
        let is_tall = down > across;
        let mut cells = Vec::with_capacity(LONG * SHORT);
        for row in 0..SHORT {
            for column in 0..LONG {
                let mut sum = [0.0; 3];
                for point in 0..POINTS * POINTS {
                    let share = |cell: usize, point: usize, count: usize| {
                        (cell as f32 + (point as f32 + 0.5) / POINTS as f32) / count as f32
                    };
                    let (x, y) = (share(column, point % POINTS, LONG), share(row, point / POINTS, SHORT));
                    // A tall page is turned clockwise: its upper side comes to the right.
                    let place = if is_tall { quad.inside(y, 1.0 - x) } else { quad.inside(x, y) };
                    for (total, value) in sum.iter_mut().zip(pixel(plane, place)) {
                        *total += value / (POINTS * POINTS) as f32;
                    }
                }
                cells.push(sum);
            }
        }
        let middle = |of: &dyn Fn(&[f32; 3]) -> f32| {
            let mut values: Vec<f32> = cells.iter().map(of).collect();
            let half = values.len() / 2;
            *values.select_nth_unstable_by(half, f32::total_cmp).1
        };
        let (light, redness) = (middle(&luma), middle(&red));
        Self { aspect: across.max(down) / across.min(down).max(1.0), light, redness, cells }
    }

    /// A red roundel beside the upper left corner of a card, either way up: its share of the place where it belongs.
    pub fn emblem_at_the_left(&self) -> f32 {
        self.both_ways(&Part { across: (0.06, 0.28), down: (0.08, 0.44) }, |page, cell| page.is_red(cell))
    }

    /// A photo at the right of a card, either way up: the share of its place that is skin or dark.
    pub fn portrait_at_the_right(&self) -> f32 {
        let photo = Part { across: (0.66, 0.93), down: (0.16, 0.70) };
        self.both_ways(&photo, |page, cell| luma(cell) < DARK * page.light || page.is_redder(cell, SKIN))
    }

    /// A red roundel at the middle of a certificate's upper side, whichever side that is.
    pub fn emblem_at_the_top(&self) -> f32 {
        let of_wide = Part { across: (0.45, 0.55), down: (0.06, 0.18) };
        let of_tall = Part { across: (0.06, 0.17), down: (0.42, 0.58) };
        let is_red = |page: &Self, cell: &[f32; 3]| page.is_red(cell);
        self.both_ways(&of_wide, is_red).max(self.both_ways(&of_tall, is_red))
    }

    fn is_red(&self, cell: &[f32; 3]) -> bool {
        self.is_redder(cell, RED)
    }

    fn is_redder(&self, cell: &[f32; 3], by: f32) -> bool {
        self.redness.abs() < TINTED && red(cell) - self.redness > by
    }

    /// The share of a part's cells for which something holds, or of the part opposite if that is more.
    fn both_ways(&self, part: &Part, holds: impl Fn(&Self, &[f32; 3]) -> bool) -> f32 {
        let opposite = Part {
            across: (1.0 - part.across.1, 1.0 - part.across.0),
            down: (1.0 - part.down.1, 1.0 - part.down.0),
        };
        let share = |part: &Part| {
            let bounds = |(from, to): (f32, f32), count: usize| {
                ((from * count as f32).round() as usize, (to * count as f32).round() as usize)
            };
            let ((left, right), (top, bottom)) = (bounds(part.across, LONG), bounds(part.down, SHORT));
            let cells = (top..bottom).flat_map(|row| &self.cells[row * LONG + left..row * LONG + right]);
            let held = cells.filter(|cell| holds(self, cell)).count();
            held as f32 / ((right - left) * (bottom - top)).max(1) as f32
        };
        share(part).max(share(&opposite))
    }
}

fn pixel(plane: &Raster, (x, y): (f32, f32)) -> [f32; 3] {
    let column = (x.max(0.0) as usize).min(plane.width as usize - 1);
    let row = (y.max(0.0) as usize).min(plane.height as usize - 1);
    let at = row * plane.width as usize + column;
    match plane.channels {
        Channels::Grey => [f32::from(plane.pixels[at]); 3],
        Channels::Rgb => [0, 1, 2].map(|channel| f32::from(plane.pixels[at * 3 + channel])),
    }
}

fn luma(cell: &[f32; 3]) -> f32 {
    0.3 * cell[0] + 0.59 * cell[1] + 0.11 * cell[2]
}

fn red(cell: &[f32; 3]) -> f32 {
    ((cell[0] + 16.0) / (cell[1] + 16.0)).ln()
}
