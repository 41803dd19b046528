//! A file brought to the planes that are judged and encoded, at about the size that is wanted.

use crate::colour::Conversion;
use crate::decode::{self, Decoded};
use crate::inspect::{Structure, Survey};
use crate::planes::Planes;
use crate::raster::Raster;
#[cfg(feature = "turbojpeg")]
use crate::turbo;
use crate::{ColourSource, Rejection, Step, jpeg};

/// Encoders may pad a scan by a few bytes; more may be something hidden, which a lossless rewrite would carry on.
const PADDING_BYTES: usize = 16;

/// Which size a picture is brought to.
pub(crate) struct Wanted<'a> {
    pub size: (u32, u32),
    /// Other sizes that will do as well if they cost less.
    pub will_do: &'a dyn Fn((u32, u32)) -> bool,
}

/// A picture as stored (not yet upright), in sRGB.
pub(crate) struct Photo<T> {
    pub planes: Planes,
    /// What was seen in the pixels before they were reduced.
    pub seen: T,
    pub steps: Vec<Step>,
    /// A JPEG of which nothing but its metadata would have to be changed.
    pub is_plain: bool,
}

impl<T> Photo<T> {
    /// `look` is shown the pixels as they come from the decoder, and what that divided the picture's sides by.
    pub fn read(
        bytes: &[u8],
        survey: &Survey,
        wanted: &Wanted,
        look: impl Fn(&Raster, u32) -> T,
    ) -> Result<Self, Rejection> {
        #[cfg(feature = "turbojpeg")]
        if let Structure::Jpeg(layout) = &survey.structure
            && layout.profile.as_deref().and_then(Conversion::from_profile).is_none()
            && let Some(photo) = Self::read_planes(bytes, survey, layout, wanted, &look)?
        {
            return Ok(photo);
        }
        Self::read_pixels(bytes, survey, wanted, &look)
    }

    /// By libjpeg-turbo, which hands out planes, and on the way halves photos that are too large; None where it doesn't.
    #[cfg(feature = "turbojpeg")]
    fn read_planes(
        bytes: &[u8],
        survey: &Survey,
        layout: &jpeg::Layout,
        wanted: &Wanted,
        look: &impl Fn(&Raster, u32) -> T,
    ) -> Result<Option<Self>, Rejection> {
        let stored = (survey.inspection.width, survey.inspection.height);
        let divided = |by: u32| (stored.0.div_ceil(by), stored.1.div_ceil(by));
        let by = turbo::DIVISORS
            .into_iter()
            .find(|by| {
                let (width, height) = divided(*by);
                (wanted.will_do)((width, height)) || (width >= wanted.size.0 && height >= wanted.size.1)
            })
            .unwrap_or(1);
        let Some(planes) = turbo::decode(bytes, layout, by) else { return Ok(None) };
        let seen = look(&planes.luma, by);
        let to = if (wanted.will_do)(divided(by)) { divided(by) } else { wanted.size };
        let planes = if planes.size() == to { planes } else { planes.resized(to)? };
        let mut steps = vec![Step::Decoded { from: survey.inspection.format }];
        steps.extend((stored != to).then_some(Step::Resized { from: stored, to }));
        Ok(Some(Self { planes, seen, steps, is_plain: true }))
    }

    /// By the decoders for everything.
    fn read_pixels(
        bytes: &[u8],
        survey: &Survey,
        wanted: &Wanted,
        look: &impl Fn(&Raster, u32) -> T,
    ) -> Result<Self, Rejection> {
        let Decoded { mut raster, mut steps, profile, unaccounted_bytes, divided_by } =
            decode::decode(bytes, survey)?;
        let conversion = profile.as_deref().and_then(Conversion::from_profile);
        let is_plain = match &survey.structure {
            Structure::Jpeg(jpeg::Layout { frame, .. }) => {
                frame.components.len() != 4 && conversion.is_none() && unaccounted_bytes <= PADDING_BYTES
            }
            Structure::Png
            | Structure::Webp(_)
            | Structure::Bmp
            | Structure::Gif
            | Structure::Tiff
            | Structure::Heif(_)
            | Structure::Avif(_) => false,
        };
        let seen = look(&raster, divided_by);
        let decoded = (raster.width, raster.height);
        let is_larger = decoded.0 > wanted.size.0 || decoded.1 > wanted.size.1;
        if is_larger && !(wanted.will_do)(decoded) {
            raster = raster.resized(wanted.size)?;
        }
        let (from, to) = ((survey.inspection.width, survey.inspection.height), (raster.width, raster.height));
        steps.extend((from != to).then_some(Step::Resized { from, to }));
        if let Some(conversion) = conversion {
            conversion.apply(&mut raster);
            steps.push(Step::ConvertedColour { from: ColourSource::IccProfile });
        }
        Ok(Self { planes: Planes::of(raster)?, seen, steps, is_plain })
    }
}
