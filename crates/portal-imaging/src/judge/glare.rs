//! Patches in which nothing is left but light.

use super::Region;
use crate::raster::{Channels, Raster};

/// From here on a channel holds no picture.
const BURNT_FROM: u8 = 250;
/// A patch is as wide as this at least, in pixels of the plane on both sides of its middle: white between lines of
/// print isn't.
const HALF_WIDTH_PX: usize = 3;

/// What is burnt out in a reduced picture.
pub(super) struct Glare {
    /// The inner parts of burnt patches, as a share of the picture.
    pub share: f32,
    /// Around them, in pixels of the plane.
    pub region: Region,
}

impl Glare {
    pub fn of(plane: &Raster) -> Self {
        let (width, height) = (plane.width as usize, plane.height as usize);
        let step = plane.channels.count();
        let is_burnt = |pixel: &[u8]| match plane.channels {
            Channels::Grey => pixel[0] >= BURNT_FROM,
            Channels::Rgb => pixel.iter().all(|value| *value >= BURNT_FROM),
        };
        // How many burnt pixels stand in a row above and including this one, by columns.
        let mut above = vec![0_usize; width];
        let side = 2 * HALF_WIDTH_PX + 1;
        let (mut cells, mut bounds) = (0, None::<[usize; 4]>);
        for y in 0..height {
            let row = &plane.pixels[y * width * step..(y + 1) * width * step];
            let mut across = 0;
            for (x, (pixel, above)) in row.chunks_exact(step).zip(&mut above).enumerate() {
                *above = if is_burnt(pixel) { *above + 1 } else { 0 };
                across = if *above >= side { across + 1 } else { 0 };
                if across >= side {
                    cells += 1;
                    let [left, top, right, bottom] = bounds.get_or_insert([x, y, x, y]);
                    (*left, *top) = ((*left).min(x + 1 - side), (*top).min(y + 1 - side));
                    (*right, *bottom) = ((*right).max(x + 1), (*bottom).max(y + 1));
                }
            }
        }
        let [left, top, right, bottom] = bounds.unwrap_or_default().map(|side| side as f32);
        Self {
            share: cells as f32 / (width * height) as f32,
            region: Region::between((left, top), (right, bottom)),
        }
    }
}
