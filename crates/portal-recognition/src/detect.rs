//! Where print is on a page: the detection model's map of print, cut into lines.

use rten::{Model, RunOptions};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::models::ModelError;
use crate::page::{Page, Strip};

/// Long side of what the model looks at, in pixels: at 544 lines begin to be missed, at 736 none more is found.
const SIDE_PX: f64 = 608.0;
/// The model wants sides that its strides divide.
const STRIDE_PX: f64 = 32.0;
/// As the model was trained: mean and deviation of blue, green and red.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
/// From which value a pixel of the map is print.
const PRINT_FROM: f32 = 0.2;
/// Mean value from which a patch of print is a line.
const LINE_FROM: f32 = 0.4;
/// The map shows print shrunken: by this share of area over circumference it is grown again.
const GROWTH: f64 = 1.4;
/// Smaller patches of the map are specks.
const SMALLEST_PX: usize = 12;

/// What was found on a page.
pub(crate) struct Found {
    /// Lines of print, in no order.
    pub strips: Vec<Strip>,
    /// More print runs from top to bottom than from left to right.
    pub is_sideways: bool,
}

/// A patch of print, measured in the map's pixels.
enum Patch {
    Lying {
        strip: Strip,
        length: f64,
    },
    /// Much higher than long: a line of a page that lies on its side.
    Standing {
        height: f64,
    },
}

/// Where the print is.
pub fn lines(page: &Page<'_>, model: &Model, options: &RunOptions) -> Result<Found, ModelError> {
    let scale = SIDE_PX / page.width.max(page.height);
    let side = |length: f64| ((length * scale / STRIDE_PX).round().max(1.0) * STRIDE_PX) as usize;
    let (width, height) = (side(page.width), side(page.height));
    let planes =
        page.planes((width, height), |channel, value| (value / 255.0 - MEAN[channel]) / DEVIATION[channel]);
    let input = NdTensor::from_data([1, 3, height, width], planes);
    let output = model.run_one(input.into(), Some(options.clone())).map_err(|_| ModelError::Damaged)?;
    let map: NdTensorView<f32, 4> = (&output).try_into().map_err(|_| ModelError::Damaged)?;
    if map.shape() != [1, 1, height, width] {
        return Err(ModelError::Damaged);
    }
    let map = map.to_vec();
    let (step_x, step_y) = (page.width / width as f64, page.height / height as f64);
    let patches = patches(&map, width, height);
    let (mut strips, mut lying, mut standing) = (Vec::new(), 0.0, 0.0);
    for patch in patches.iter().filter_map(|patch| measured(patch, &map, width, (step_x, step_y))) {
        match patch {
            Patch::Lying { strip, length } => {
                strips.push(strip);
                lying += length;
            }
            Patch::Standing { height } => standing += height,
        }
    }
    Ok(Found { strips, is_sideways: standing > lying })
}

/// Connected pixels of print, as indexes into the map.
fn patches(map: &[f32], width: usize, height: usize) -> Vec<Vec<usize>> {
    let mut left: Vec<bool> = map.iter().map(|value| *value >= PRINT_FROM).collect();
    let mut found = Vec::new();
    for start in 0..map.len() {
        if !left[start] {
            continue;
        }
        left[start] = false;
        let mut patch = vec![start];
        let mut next = 0;
        while let Some(&at) = patch.get(next) {
            next += 1;
            let (x, y) = (at % width, at / width);
            for ny in y.saturating_sub(1)..(y + 2).min(height) {
                for nx in x.saturating_sub(1)..(x + 2).min(width) {
                    let neighbour = ny * width + nx;
                    if left[neighbour] {
                        left[neighbour] = false;
                        patch.push(neighbour);
                    }
                }
            }
        }
        if patch.len() >= SMALLEST_PX {
            found.push(patch);
        }
    }
    found
}

/// The rectangle around a patch, grown to the print's own size, if it is a line.
fn measured(patch: &[usize], map: &[f32], width: usize, (step_x, step_y): (f64, f64)) -> Option<Patch> {
    let count = patch.len() as f64;
    let mean = patch.iter().map(|at| f64::from(map[*at])).sum::<f64>() / count;
    if mean < f64::from(LINE_FROM) {
        return None;
    }
    let places = || patch.iter().map(|at| ((at % width) as f64 + 0.5, (at / width) as f64 + 0.5));
    let centre_of = |of: fn((f64, f64)) -> f64| places().map(of).sum::<f64>() / count;
    let (cx, cy) = (centre_of(|p| p.0), centre_of(|p| p.1));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in places() {
        xx += (x - cx) * (x - cx);
        xy += (x - cx) * (y - cy);
        yy += (y - cy) * (y - cy);
    }
    // The axis of most spread, unless the patch is about as high as long: a single character has no direction.
    let angle = if xx > 3.0 * yy { 0.5 * (2.0 * xy).atan2(xx - yy) } else { 0.0 };
    let (sin, cos) = angle.sin_cos();
    let (mut least, mut most) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for (x, y) in places() {
        let (u, v) = ((x - cx) * cos + (y - cy) * sin, (y - cy) * cos - (x - cx) * sin);
        least = (least.0.min(u), least.1.min(v));
        most = (most.0.max(u), most.1.max(v));
    }
    let (length, height) = (most.0 - least.0 + 1.0, most.1 - least.1 + 1.0);
    if height > 1.6 * length {
        return Some(Patch::Standing { height });
    }
    if height < 3.0 {
        return None;
    }
    let growth = length * height * GROWTH / (2.0 * (length + height));
    let (u, v) = ((least.0 + most.0) / 2.0, (least.1 + most.1) / 2.0);
    let centre = ((cx + u * cos - v * sin) * step_x, (cy + u * sin + v * cos) * step_y);
    let strip = Strip {
        centre,
        along: (cos, sin),
        half_length: (length / 2.0 + growth) * step_x,
        half_height: (height / 2.0 + growth) * step_y,
    };
    Some(Patch::Lying { strip, length })
}
