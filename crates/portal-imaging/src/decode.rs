//! Bytes to pixels: 8-bit grey or RGB, whatever the file holds.

use std::borrow::Cow;
use std::io::Cursor;

use image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder,
};
use image::{ColorType, ImageDecoder, Limits};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::inspect::{Structure, Survey};
use crate::raster::{Channels, Raster};
use crate::{
    Colour, ColourSource, MAX_SCANS, MAX_WORKING_BYTES, Rejection, Step, Variant, avif, entropy, heif, jpeg,
};

/// Pixels as stored (not yet upright), what was done to get them, and the colour profile they are in.
pub(crate) struct Decoded {
    pub raster: Raster,
    pub steps: Vec<Step>,
    pub profile: Option<Vec<u8>>,
    /// Bytes among the picture data that no block of it accounts for.
    pub unaccounted_bytes: usize,
    /// What the sides were divided by while decoding.
    pub divided_by: u32,
}

pub(crate) fn decode(bytes: &[u8], survey: &Survey) -> Result<Decoded, Rejection> {
    let inspection = &survey.inspection;
    let mut steps = vec![Step::Decoded { from: inspection.format }];
    if inspection.animated {
        steps.push(Step::FirstFrameTaken);
    }
    let mut unaccounted_bytes = 0;
    let (raster, profile) = match &survey.structure {
        Structure::Jpeg(layout) => {
            unaccounted_bytes = entropy::unaccounted_bytes(bytes, layout)?;
            let raster = decode_jpeg(bytes, layout)?;
            match inspection.colour {
                Colour::Cmyk => steps.push(Step::ConvertedColour { from: ColourSource::Cmyk }),
                Colour::Ycck => steps.push(Step::ConvertedColour { from: ColourSource::Ycck }),
                Colour::Grey
                | Colour::GreyAlpha
                | Colour::Rgb
                | Colour::Rgba
                | Colour::Palette
                | Colour::YCbCr => {}
            }
            // A four-colour profile says nothing about the RGB values made from it.
            let profile = if layout.frame.components.len() == 4 { None } else { layout.profile.clone() };
            (raster, profile)
        }
        Structure::Png => {
            let limits = limits();
            let mut decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(refusal)?;
            let profile = decoder.icc_profile().ok().flatten();
            (decode_generic(decoder, &mut steps)?, profile)
        }
        Structure::Webp(layout) => {
            let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
            let profile = layout.profile.clone().map(|range| bytes[range].to_vec());
            (decode_generic(decoder, &mut steps)?, profile)
        }
        Structure::Bmp => {
            let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
            (decode_generic(decoder, &mut steps)?, None)
        }
        Structure::Gif => {
            let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
            (decode_generic(decoder, &mut steps)?, None)
        }
        Structure::Tiff => {
            let mut decoder = TiffDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
            // A four-colour profile says nothing about the RGB values made from it.
            let is_rgb = inspection.colour != Colour::Cmyk;
            let profile = if is_rgb { decoder.icc_profile().ok().flatten() } else { None };
            if !is_rgb {
                steps.push(Step::ConvertedColour { from: ColourSource::Cmyk });
            }
            (decode_generic(decoder, &mut steps)?, profile)
        }
        Structure::Avif(layout) => (decode_avif(bytes, layout, &mut steps)?, layout.profile.clone()),
        Structure::Heif(layout) => (decode_heif(bytes, layout, &mut steps)?, layout.profile.clone()),
    };
    let divided_by = match &survey.structure {
        Structure::Heif(layout) => layout.divided_by,
        _ => 1,
    };
    let size = [inspection.width, inspection.height].map(|side| side.div_ceil(divided_by));
    if [raster.width, raster.height] != size {
        return Err(Rejection::Corrupt);
    }
    Ok(Decoded { raster, steps, profile, unaccounted_bytes, divided_by })
}

/// In strict mode, because a decoder that fills holes with grey turns half a picture into a whole one.
fn decode_jpeg(bytes: &[u8], layout: &jpeg::Layout) -> Result<Raster, Rejection> {
    let components = layout.frame.components.len();
    // Only of four components does the Adobe flag tell the decoder more than it confuses it; the choice
    // between RGB and YCbCr is made here. Gaps, which strict mode refuses, are closed by the rewrite.
    let confusing_flag = layout.adobe_transform.is_some() && components != 4;
    let clean = if layout.has_gaps || confusing_flag {
        Cow::Owned(layout.rewritten(bytes, components == 4))
    } else {
        Cow::Borrowed(&bytes[..layout.end])
    };
    let (channels, colour_space) = match layout.colour() {
        Colour::Grey => (Channels::Grey, ColorSpace::Luma),
        // Handing out what the decoder takes for YCbCr unconverted yields the stored RGB.
        Colour::Rgb => (Channels::Rgb, ColorSpace::YCbCr),
        Colour::YCbCr | Colour::Cmyk | Colour::Ycck | Colour::GreyAlpha | Colour::Rgba | Colour::Palette => {
            (Channels::Rgb, ColorSpace::RGB)
        }
    };
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(MAX_SCANS as usize)
        .jpeg_set_out_colorspace(colour_space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(clean.as_ref()), options);
    let pixels = decoder.decode().map_err(|_| Rejection::Corrupt)?;
    Raster::new(layout.frame.width, layout.frame.height, channels, pixels)
}

fn decode_heif(bytes: &[u8], layout: &heif::Layout, steps: &mut Vec<Step>) -> Result<Raster, Rejection> {
    let image = heif::decode(bytes, layout)?;
    if layout.bits_per_sample > 8 {
        steps.push(Step::ReducedDepth { from_bits: layout.bits_per_sample });
    }
    let (pixels, any_transparent) = flatten(image.data, 3);
    if image.has_alpha && any_transparent {
        steps.push(Step::FlattenedAlpha);
    }
    Raster::new(image.width, image.height, Channels::Rgb, pixels)
}

fn decode_avif(bytes: &[u8], layout: &avif::Layout, steps: &mut Vec<Step>) -> Result<Raster, Rejection> {
    let mut pixels = avif::decode(bytes, layout)?;
    if layout.bits_per_sample > 8 {
        steps.push(Step::ReducedDepth { from_bits: layout.bits_per_sample });
    }
    if layout.has_alpha() {
        let (flat, any_transparent) = flatten(pixels, 3);
        if any_transparent {
            steps.push(Step::FlattenedAlpha);
        }
        pixels = flat;
    }
    Raster::new(layout.width, layout.height, Channels::Rgb, pixels)
}

fn decode_generic(mut decoder: impl ImageDecoder, steps: &mut Vec<Step>) -> Result<Raster, Rejection> {
    // `set_limits` alone checks dimensions, not the output buffer made here.
    let mut limits = limits();
    limits.reserve(decoder.total_bytes()).map_err(refusal)?;
    decoder.set_limits(limits).map_err(refusal)?;

    let (width, height) = decoder.dimensions();
    let colour = decoder.color_type();
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| Rejection::Corrupt)?;
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(refusal)?;

    let samples = match colour {
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            steps.push(Step::ReducedDepth { from_bits: 16 });
            to_8_bits(samples)
        }
        _ => samples,
    };
    let (channels, has_alpha) = match colour {
        ColorType::L8 | ColorType::L16 => (Channels::Grey, false),
        ColorType::La8 | ColorType::La16 => (Channels::Grey, true),
        ColorType::Rgb8 | ColorType::Rgb16 => (Channels::Rgb, false),
        ColorType::Rgba8 | ColorType::Rgba16 => (Channels::Rgb, true),
        _ => return Err(Rejection::Corrupt),
    };
    let pixels = if has_alpha {
        let (pixels, any_transparent) = flatten(samples, channels.count());
        if any_transparent {
            steps.push(Step::FlattenedAlpha);
        }
        pixels
    } else {
        samples
    };
    Raster::new(width, height, channels, pixels)
}

/// Keeps the upper half of native-endian 16-bit samples, in place.
fn to_8_bits(mut samples: Vec<u8>) -> Vec<u8> {
    let count = samples.len() / 2;
    for index in 0..count {
        let wide = u16::from_ne_bytes([samples[index * 2], samples[index * 2 + 1]]);
        samples[index] = ((u32::from(wide) * 255 + 32_767) / 65_535) as u8;
    }
    samples.truncate(count);
    samples
}

/// Lays the picture on white paper, in place; tells whether anything was transparent.
fn flatten(mut samples: Vec<u8>, colours: usize) -> (Vec<u8>, bool) {
    let mut any_transparent = false;
    let count = samples.len() / (colours + 1);
    for index in 0..count {
        let from = index * (colours + 1);
        let alpha = u32::from(samples[from + colours]);
        any_transparent |= alpha < 255;
        for channel in 0..colours {
            let over = u32::from(samples[from + channel]) * alpha + 255 * (255 - alpha);
            samples[index * colours + channel] = ((over + 127) / 255) as u8;
        }
    }
    samples.truncate(count * colours);
    (samples, any_transparent)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_WORKING_BYTES);
    limits
}

fn refusal(error: image::ImageError) -> Rejection {
    match error {
        image::ImageError::Limits(_) => {
            Rejection::TooMuchMemory { needed_bytes: MAX_WORKING_BYTES + 1, limit_bytes: MAX_WORKING_BYTES }
        }
        image::ImageError::IoError(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            Rejection::Truncated
        }
        image::ImageError::Unsupported(cause)
            if cause.format_hint() == image::error::ImageFormatHint::Exact(image::ImageFormat::Tiff) =>
        {
            Rejection::VariantUnsupported { variant: Variant::UnusualTiff }
        }
        _ => Rejection::Corrupt,
    }
}
