//! Whether there is colour.

use super::area::Area;
use crate::raster::{Channels, Raster};

/// Added to every channel, so that noise in the dark is no colour.
const DARKNESS: f32 = 16.0;
/// How far a pixel's red or blue is from the common tint, as ln of a ratio, before it is coloured.
const COLOURED: f32 = 0.10;

/// Share of pixels whose colour isn't the common one: light tints a copy evenly; print, seals and skin don't.
pub(super) fn coloured_share(plane: &Raster, area: &Area) -> f32 {
    if plane.channels == Channels::Grey {
        return 0.0;
    }
    let mut ratios = Vec::with_capacity(area.pixels);
    for (y, span) in area.rows() {
        let start = y * plane.width as usize;
        let row = &plane.pixels[(start + span.start) * 3..(start + span.end) * 3];
        ratios.extend(row.chunks_exact(3).map(|rgb| {
            let [red, green, blue] = [rgb[0], rgb[1], rgb[2]].map(|value| f32::from(value) + DARKNESS);
            [(red / green).ln(), (blue / green).ln()]
        }));
    }
    let [red, blue] = [0, 1].map(|channel| median(&mut ratios, channel));
    let far = |pixel: &&[f32; 2]| (pixel[0] - red).abs().max((pixel[1] - blue).abs()) > COLOURED;
    ratios.iter().filter(far).count() as f32 / ratios.len().max(1) as f32
}

/// How far the channels are apart on average, as a share of the brightness: nothing at all without colour.
pub(super) fn tint(plane: &Raster) -> f32 {
    if plane.channels == Channels::Grey {
        return 0.0;
    }
    let (mut apart, mut light) = (0_u64, 1_u64);
    for rgb in plane.pixels.chunks_exact(3) {
        apart += u64::from(rgb[0].abs_diff(rgb[1])) + u64::from(rgb[2].abs_diff(rgb[1]));
        light += u64::from(rgb[1]);
    }
    apart as f32 / light as f32
}

fn median(ratios: &mut [[f32; 2]], channel: usize) -> f32 {
    if ratios.is_empty() {
        return 0.0;
    }
    let half = ratios.len() / 2;
    ratios.select_nth_unstable_by(half, |a, b| a[channel].total_cmp(&b[channel])).1[channel]
}
