//! How steep edges are, by direction.

use super::area::Area;
use crate::raster::Raster;

/// Steps along which brightness is compared: across, down, and the two diagonals.
const DIRECTIONS: [(isize, isize); 4] = [(1, 0), (0, 1), (1, 1), (1, -1)];

/// A near and a far step in pixels of the plane, and both along diagonals.
const STEPS: (isize, isize) = (3, 12);
const DIAGONAL_STEPS: (isize, isize) = (3, 8);

/// From here on a change over the far step is print, and not the light's slope or the sensor's grain: 8 levels, squared.
const PRINT_FROM: f32 = 64.0;

/// How much changes over a near and over a far step, for each direction.
pub(super) struct Steepness([(f32, f32); 4]);

impl Steepness {
    pub fn of(plane: &Raster, area: &Area) -> Self {
        Self(DIRECTIONS.map(|(dx, dy)| {
            let diagonal = dx != 0 && dy != 0;
            let (near, far) = if diagonal { DIAGONAL_STEPS } else { STEPS };
            let change = |steps: isize| energy(plane, area, (dx * steps, dy * steps));
            (change(near), change(far))
        }))
    }

    /// How much of what changes over several pixels does so within one or two, for each direction: a property of the
    /// lens and the hand, hardly of what is shown.
    pub fn sharpness(&self) -> [f32; 4] {
        self.0.map(|(near, far)| near / far.max(1e-3))
    }

    /// Of a small part, in the direction that suffered least, or none where too little is to be seen to tell. A lens blurs all
    /// around, and along ruled lines nothing is ever sharp.
    pub fn of_a_part(&self) -> Option<f32> {
        let with_print = self.0.iter().filter(|(_, far)| *far >= PRINT_FROM);
        with_print.map(|(near, far)| near / far).reduce(f32::max)
    }
}

fn energy(plane: &Raster, area: &Area, (dx, dy): (isize, isize)) -> f32 {
    let (width, height) = (plane.width as isize, plane.height as isize);
    let (mut sum, mut count) = (0_u64, 0_usize);
    for (y, span) in area.rows() {
        let other = y as isize + dy;
        let (from, to) = (span.start as isize, (span.end as isize).min(width - dx));
        if !(0..height).contains(&other) || from >= to {
            continue;
        }
        let here = &plane.pixels[(y as isize * width + from) as usize..(y as isize * width + to) as usize];
        let there = &plane.pixels[(other * width + from + dx) as usize..(other * width + to + dx) as usize];
        let row: u32 = here
            .iter()
            .zip(there)
            .map(|(a, b)| {
                let difference = u32::from(a.abs_diff(*b));
                difference * difference
            })
            .sum();
        sum += u64::from(row);
        count += here.len();
    }
    sum as f32 / count.max(1) as f32
}
