//! Colour profiles: what is not sRGB is converted, so that every viewer shows the same colours.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};
use std::sync::Arc;

use crate::raster::{Channels, Raster};

/// Largest difference per channel at which a profile counts as sRGB (vendors round their tables differently).
const SAME_COLOUR: u8 = 3;

/// A conversion to sRGB, or `None` where the profile is unreadable, not for RGB, or sRGB already.
pub(crate) struct Conversion(Arc<dyn TransformExecutor<u8> + Send + Sync>);

impl Conversion {
    pub fn from_profile(profile: &[u8]) -> Option<Self> {
        let source = ColorProfile::new_from_slice(profile).ok()?;
        if source.color_space != DataColorSpace::Rgb {
            return None;
        }
        let srgb = ColorProfile::new_srgb();
        let transform = source
            .create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default())
            .ok()?;
        let conversion = Self(transform);
        conversion.changes_colours().then_some(conversion)
    }

    pub fn apply(&self, raster: &mut Raster) {
        if raster.channels == Channels::Grey {
            return;
        }
        let row_bytes = raster.width as usize * 3;
        let mut converted = vec![0; row_bytes];
        for row in raster.pixels.chunks_exact_mut(row_bytes) {
            if self.0.transform(row, &mut converted).is_ok() {
                row.copy_from_slice(&converted);
            }
        }
    }

    fn changes_colours(&self) -> bool {
        const LEVELS: [u8; 4] = [0, 80, 170, 255];
        let probes: Vec<u8> = LEVELS
            .iter()
            .flat_map(|red| {
                LEVELS.iter().flat_map(move |green| LEVELS.iter().map(move |blue| [*red, *green, *blue]))
            })
            .flatten()
            .collect();
        let mut converted = vec![0; probes.len()];
        self.0.transform(&probes, &mut converted).is_ok()
            && probes.iter().zip(&converted).any(|(before, after)| before.abs_diff(*after) > SAME_COLOUR)
    }
}
