//! Decoded pixels for those who read what a picture shows.

use crate::Rejection;
use crate::colour::Conversion;
use crate::decode::{self, Decoded};
use crate::inspect::Survey;
use crate::raster::Channels;

/// An upright picture in sRGB: three bytes a pixel, rows without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

/// Decodes a picture of any format that [`crate::fit`] takes. As that, it belongs in a process that can be killed.
///
/// # Errors
/// As [`crate::fit`], but for the limits of a slot.
pub fn pixels(bytes: &[u8]) -> Result<Pixels, Rejection> {
    let survey = Survey::of(bytes)?;
    let Decoded { raster, profile, .. } = decode::decode(bytes, &survey)?;
    let mut raster = raster.upright(survey.inspection.orientation);
    if let Some(conversion) = profile.as_deref().and_then(Conversion::from_profile) {
        conversion.apply(&mut raster);
    }
    let rgb = match raster.channels {
        Channels::Rgb => raster.pixels,
        Channels::Grey => raster.pixels.iter().flat_map(|grey| [*grey; 3]).collect(),
    };
    Ok(Pixels { width: raster.width, height: raster.height, rgb })
}
