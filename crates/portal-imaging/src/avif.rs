//! AVIF stills: AV1 in a HEIF container (AVIF 1.1), whole and not in tiles.
//!
//! `re_rav1d` is dav1d in Rust, here without its assembler. Some of it is unsafe, and it panics at what it thinks can't be:
//! as every decoder it belongs in the photo worker.

use heifer::heifer_isobmff::boxes::{ColorInfo, Property};
use heifer::heifer_isobmff::{HeifFile, ItemId};
use re_rav1d::dav1d::pixel::{MatrixCoefficients, YUVRange};
use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Plane, Settings};

use crate::orientation::Orientation;
use crate::{MAX_PIXELS, Rejection, Variant, exif, heif};

/// Planes of up to three samples of sixteen bits, what the decoder notes for each block, and RGB.
pub(crate) const DECODED_BYTES_PER_PIXEL: u64 = 12;

pub(crate) struct Layout {
    id: ItemId,
    /// The picture's opacity, in a picture of its own.
    alpha: Option<ItemId>,
    /// What the container says about the colours; if it doesn't, the stream does.
    matrix: Option<(MatrixCoefficients, YUVRange)>,
    /// As stored.
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub bits_per_sample: u8,
    pub is_sequence: bool,
    pub has_gps: bool,
    pub profile: Option<Vec<u8>>,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        heif::check_whole(bytes)?;
        let corrupt = |_| Rejection::Corrupt;
        let unsupported = Rejection::VariantUnsupported { variant: Variant::HeifCoding };
        let file = HeifFile::parse(bytes).map_err(corrupt)?;
        let id = file.primary_id;
        if file.item(id).map_err(corrupt)?.item_type.0 != *b"av01" {
            return Err(unsupported);
        }
        let (width, height) = file.image_size(id).map_err(corrupt)?.ok_or(Rejection::Corrupt)?;
        let (mut bits_per_sample, mut quarters, mut mirror, mut matrix) = (8, 0, None, None);
        for property in file.item_properties(id).map_err(corrupt)? {
            match property {
                Property::PixelInfo(bits) => bits_per_sample = bits.iter().copied().max().unwrap_or(8),
                Property::Rotation(anticlockwise) => quarters = anticlockwise % 4,
                Property::Mirror(upside_down) => mirror = Some(*upside_down),
                Property::Color(ColorInfo::Nclx { matrix: code, full_range, .. }) => {
                    let range = if *full_range { YUVRange::Full } else { YUVRange::Limited };
                    matrix = Some((matrix_of(*code), range));
                }
                // Nobody's camera writes one, and half a paper must not pass for a whole one.
                Property::CleanAperture { .. } => return Err(unsupported),
                _ => {}
            }
        }
        let is_alpha = |item: &ItemId| {
            let mut properties = file.item_properties(*item).into_iter().flatten();
            properties.any(|property| matches!(property, Property::AuxiliaryType(of) if of.contains("alpha")))
        };
        let metadata = heifer::item_metadata(&file, id).map_err(|_| Rejection::Corrupt)?;
        let in_exif = metadata.exif.as_deref().is_some_and(|block| exif::read(block).has_gps);
        Ok(Self {
            id,
            alpha: file.referencing_items(id, b"auxl").into_iter().find(is_alpha),
            matrix,
            width,
            height,
            orientation: turned(quarters, mirror),
            bits_per_sample,
            is_sequence: bytes.get(8..12) == Some(b"avis"),
            has_gps: in_exif || metadata.xmp.as_deref().is_some_and(exif::xmp_has_gps),
            profile: metadata.icc_profile,
        })
    }

    pub fn has_alpha(&self) -> bool {
        self.alpha.is_some()
    }
}

/// Anticlockwise quarters come before the mirror (ISO/IEC 23000-22), which exchanges top and bottom when `true`.
fn turned(quarters: u8, mirror: Option<bool>) -> Orientation {
    match (quarters, mirror) {
        (0, None) => Orientation::Upright,
        (0, Some(false)) | (2, Some(true)) => Orientation::MirrorHorizontal,
        (2, None) => Orientation::Rotate180,
        (0, Some(true)) | (2, Some(false)) => Orientation::MirrorVertical,
        (1, Some(true)) | (3, Some(false)) => Orientation::Transpose,
        (1, None) => Orientation::Rotate270,
        (1, Some(false)) | (3, Some(true)) => Orientation::Transverse,
        _ => Orientation::Rotate90,
    }
}

/// Of ISO/IEC 23091-2, table 4.
fn matrix_of(code: u16) -> MatrixCoefficients {
    match code {
        0 => MatrixCoefficients::Identity,
        1 => MatrixCoefficients::BT709,
        2 => MatrixCoefficients::Unspecified,
        5 | 6 => MatrixCoefficients::BT470BG,
        9 => MatrixCoefficients::BT2020NonConstantLuminance,
        _ => MatrixCoefficients::Reserved,
    }
}

/// RGB as stored, or RGBA where there is alpha.
pub(crate) fn decode(bytes: &[u8], layout: &Layout) -> Result<Vec<u8>, Rejection> {
    let file = HeifFile::parse(bytes).map_err(|_| Rejection::Corrupt)?;
    let picture = picture(&file, layout.id)?;
    let size = (layout.width, layout.height);
    if (picture.width(), picture.height()) != size {
        return Err(Rejection::Corrupt);
    }
    let stored = (picture.matrix_coefficients(), picture.color_range());
    let colours = Colours::new(layout.matrix.unwrap_or(stored), &picture)?;
    let Some(alpha) = layout.alpha else { return Ok(colours.pixels(&picture, None)) };
    let alpha = self::picture(&file, alpha)?;
    if (alpha.width(), alpha.height()) != size {
        return Err(Rejection::Corrupt);
    }
    Ok(colours.pixels(&picture, Some(&alpha)))
}

fn picture(file: &HeifFile<'_>, id: ItemId) -> Result<Picture, Rejection> {
    let data = file.item_data(id).map_err(|_| Rejection::Corrupt)?.into_owned();
    if data.is_empty() {
        // The decoder takes this for a mistake of its caller, and in a build with assertions ends the process.
        return Err(Rejection::Corrupt);
    }
    let mut settings = Settings::new();
    // The pool above already runs two pictures.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(u32::try_from(MAX_PIXELS).unwrap_or(u32::MAX));
    settings.set_all_layers(false);
    let mut decoder = Decoder::with_settings(&settings).map_err(refusal)?;
    match decoder.send_data(data, None, None, None) {
        Ok(()) | Err(Error::Again) => {}
        Err(error) => return Err(refusal(error)),
    }
    decoder.get_picture().map_err(refusal)
}

fn refusal(error: Error) -> Rejection {
    match error {
        Error::UnsupportedBitstream => Rejection::VariantUnsupported { variant: Variant::HeifCoding },
        Error::NotEnoughMemory => Rejection::TooMuchMemory {
            needed_bytes: crate::MAX_WORKING_BYTES + 1,
            limit_bytes: crate::MAX_WORKING_BYTES,
        },
        // Also `Again`: the data ended before there was a picture.
        _ => Rejection::Corrupt,
    }
}

/// How samples become red, green and blue of eight bits.
struct Colours {
    /// None where the planes are green, blue and red.
    from_red_and_blue: Option<(f32, f32)>,
    luma: Scale,
    chroma: Scale,
}

/// A sample's value as `(sample - zero) * step`, in 255ths.
#[derive(Clone, Copy)]
struct Scale {
    zero: f32,
    step: f32,
}

impl Scale {
    /// Of all values that so many bits have.
    fn full(bits: usize) -> Self {
        Self { zero: 0.0, step: 255.0 / (unit(bits) * 256.0 - 1.0) }
    }

    fn of(self, sample: u16) -> f32 {
        (f32::from(sample) - self.zero) * self.step
    }
}

/// What a step of eight bits is in so many.
fn unit(bits: usize) -> f32 {
    f32::from(1_u16 << (bits - 8))
}

fn bits_of(picture: &Picture) -> usize {
    picture.bits_per_component().map_or(8, |bits| bits.0)
}

impl Colours {
    fn new((matrix, range): (MatrixCoefficients, YUVRange), picture: &Picture) -> Result<Self, Rejection> {
        let bits = bits_of(picture);
        let from_red_and_blue = match matrix {
            MatrixCoefficients::Identity => None,
            MatrixCoefficients::BT709 => Some((0.2126, 0.0722)),
            MatrixCoefficients::BT2020NonConstantLuminance => Some((0.2627, 0.0593)),
            MatrixCoefficients::BT470BG | MatrixCoefficients::ST170M | MatrixCoefficients::Unspecified => {
                Some((0.299, 0.114))
            }
            _ => return Err(Rejection::VariantUnsupported { variant: Variant::HeifCoding }),
        };
        let unit = unit(bits);
        let (luma, chroma) = match range {
            YUVRange::Full => {
                let full = Scale::full(bits);
                (full, Scale { zero: 128.0 * unit, ..full })
            }
            _ => (
                Scale { zero: 16.0 * unit, step: 255.0 / (219.0 * unit) },
                Scale { zero: 128.0 * unit, step: 255.0 / (224.0 * unit) },
            ),
        };
        Ok(Self { from_red_and_blue, luma, chroma })
    }

    fn pixels(&self, picture: &Picture, alpha: Option<&Picture>) -> Vec<u8> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let luma = Samples::of(picture, PlanarImageComponent::Y);
        let chroma = (picture.pixel_layout() != PixelLayout::I400).then(|| {
            (Samples::of(picture, PlanarImageComponent::U), Samples::of(picture, PlanarImageComponent::V))
        });
        let opacity =
            alpha.map(|alpha| (Samples::of(alpha, PlanarImageComponent::Y), Scale::full(bits_of(alpha))));
        let mut pixels = Vec::with_capacity(width * height * if alpha.is_some() { 4 } else { 3 });
        for y in 0..height {
            for x in 0..width {
                let chroma = chroma.as_ref().map(|(u, v)| (u.at(x, y), v.at(x, y)));
                pixels.extend(self.rgb(luma.at(x, y), chroma));
                pixels.extend(
                    opacity.as_ref().map(|(samples, scale)| scale.of(samples.at(x, y)).round() as u8),
                );
            }
        }
        pixels
    }

    fn rgb(&self, y: u16, chroma: Option<(u16, u16)>) -> [u8; 3] {
        let luma = self.luma.of(y);
        let rgb = match (chroma, self.from_red_and_blue) {
            (None, _) => [luma; 3],
            (Some((u, v)), None) => [self.luma.of(v), luma, self.luma.of(u)],
            (Some((u, v)), Some((red, blue))) => {
                let (u, v) = (self.chroma.of(u), self.chroma.of(v));
                let (r, b) = (luma + 2.0 * (1.0 - red) * v, luma + 2.0 * (1.0 - blue) * u);
                [r, (luma - red * r - blue * b) / (1.0 - red - blue), b]
            }
        };
        // Saturates.
        rgb.map(|value| value.round() as u8)
    }
}

/// One plane, asked by the places of the picture.
struct Samples {
    plane: Plane,
    row_bytes: usize,
    is_wide: bool,
    /// How often it was halved, across and down.
    halved: (u32, u32),
}

impl Samples {
    fn of(picture: &Picture, component: PlanarImageComponent) -> Self {
        let halved = match (component, picture.pixel_layout()) {
            (PlanarImageComponent::Y, _) | (_, PixelLayout::I400 | PixelLayout::I444) => (0, 0),
            (_, PixelLayout::I422) => (1, 0),
            (_, PixelLayout::I420) => (1, 1),
        };
        Self {
            plane: picture.plane(component),
            row_bytes: picture.stride(component) as usize,
            is_wide: picture.bit_depth() > 8,
            halved,
        }
    }

    fn at(&self, x: usize, y: usize) -> u16 {
        let (x, y) = (x >> self.halved.0, y >> self.halved.1);
        let row = y * self.row_bytes;
        if self.is_wide {
            let at = row + 2 * x;
            u16::from_ne_bytes([self.plane[at], self.plane[at + 1]])
        } else {
            u16::from(self.plane[row + x])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pixel of a small picture is followed back through the mirror and the quarters, one after the other.
    #[test]
    fn quarters_and_then_the_mirror_make_an_orientation() {
        let (width, height) = (3_usize, 2_usize);
        for quarters in 0..4 {
            for mirror in [None, Some(false), Some(true)] {
                let orientation = turned(quarters, mirror);
                let (across, down) = if quarters % 2 == 1 { (height, width) } else { (width, height) };
                for (x, y) in (0..across).flat_map(|x| (0..down).map(move |y| (x, y))) {
                    let (mut x0, mut y0) = match mirror {
                        None => (x, y),
                        Some(false) => (across - 1 - x, y),
                        Some(true) => (x, down - 1 - y),
                    };
                    let mut down = down;
                    let mut across = across;
                    for _ in 0..quarters {
                        // A quarter back, clockwise.
                        (x0, y0) = (down - 1 - y0, x0);
                        (across, down) = (down, across);
                    }
                    assert_eq!((across, down), (width, height));
                    let stored = orientation.stored_position(x, y, width, height);
                    assert_eq!(stored, (x0, y0), "{quarters} quarters, {mirror:?}");
                }
            }
        }
    }
}
