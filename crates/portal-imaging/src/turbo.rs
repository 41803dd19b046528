//! JPEG planes by libjpeg-turbo: decoded at half or a quarter of the size without making the pixels in between, and
//! encoded without leaving the colours that JPEG stores.

use std::borrow::Cow;

use turbojpeg::{
    Colorspace, Compressor, Decompressor, ScalingFactor, Subsamp, YuvImage, YuvPlanesImage, yuv_pixels_len,
};

use crate::encode::{Encoded, Scans};
use crate::planes::{Planes, halved};
use crate::raster::{Channels, Raster};
use crate::{Colour, Rejection, jpeg};

/// What a JPEG may be divided by while it is decoded. Other fractions cost more than they save.
pub(crate) const DIVISORS: [u32; 3] = [4, 2, 1];

/// The whole picture, each side divided by `divisor` and rounded up; None where this is not the decoder for the file,
/// or has anything to say against it. Then the one that looks closer decides.
///
/// A warning of libjpeg-turbo is taken for a refusal. It warns when a scan ends before its last block, when bytes are
/// left over behind it and when a code has no meaning, so a file without a warning is whole. That is so where one scan
/// holds everything; files of several scans are not decoded here.
pub(crate) fn decode(bytes: &[u8], layout: &jpeg::Layout, divisor: u32) -> Option<Planes> {
    let wanted = match layout.colour() {
        Colour::Grey => Colorspace::Gray,
        Colour::YCbCr => Colorspace::YCbCr,
        Colour::GreyAlpha | Colour::Rgb | Colour::Rgba | Colour::Palette | Colour::Cmyk | Colour::Ycck => {
            return None;
        }
    };
    if layout.frame.progressive {
        return None;
    }
    let bytes = &bytes[..layout.end];
    let factor = ScalingFactor::new(1, divisor as usize);
    let mut decompressor = Decompressor::new().ok()?;
    decompressor.set_scaling_factor(factor).ok()?;
    let header = decompressor.read_header(bytes).ok()?;
    let stored = (layout.frame.width as usize, layout.frame.height as usize);
    if header.colorspace != wanted
        || (header.width, header.height) != stored
        || !matches!(header.subsamp, Subsamp::Gray | Subsamp::None | Subsamp::Sub2x1 | Subsamp::Sub2x2)
    {
        return None;
    }
    let header = header.scaled(factor);
    // The decoder fills a buffer of the header's size and colours, whatever is said here about it.
    let length = yuv_pixels_len(header.width, 1, header.height, header.subsamp).ok()?;
    let mut image = YuvImage {
        pixels: vec![0; length],
        width: header.width,
        align: 1,
        height: header.height,
        subsamp: header.subsamp,
    };
    decompressor.decompress_to_yuv(bytes, image.as_deref_mut()).ok()?;

    let (stored, colours) = (image.y_size(), image.uv_size());
    let mut pixels = image.pixels;
    let rest = pixels.split_off(stored.0 * stored.1);
    pixels.shrink_to_fit();
    let size = (header.width as u32, header.height as u32);
    let luma = Raster::new(stored.0 as u32, stored.1 as u32, Channels::Grey, pixels).ok()?.cropped(size);
    if header.subsamp == Subsamp::Gray {
        return Some(Planes { luma, chroma: None });
    }
    let colour = |pixels: &[u8]| {
        let stored = Raster::new(colours.0 as u32, colours.1 as u32, Channels::Grey, pixels.to_vec()).ok()?;
        let to = halved(size);
        if (stored.width, stored.height) == to { Some(stored) } else { stored.area_averaged(to).ok() }
    };
    let (blue, red) = rest.split_at(rest.len() / 2);
    Some(Planes { luma, chroma: Some([colour(blue)?, colour(red)?]) })
}

/// One encoding: 4:2:0, with Huffman tables made for the picture, without metadata.
pub(crate) fn encode(planes: &Planes, quality: u8, scans: Scans) -> Result<Encoded, Rejection> {
    let encoded = || {
        let mut compressor = Compressor::new()?;
        compressor.set_quality(i32::from(quality))?;
        compressor.set_optimize(true)?;
        compressor.set_progressive(scans == Scans::Progressive)?;
        let (width, height) = (planes.luma.width as usize, planes.luma.height as usize);
        match &planes.chroma {
            None => compressor.compress_yuv_to_vec(YuvImage {
                pixels: &planes.luma.pixels,
                width,
                align: 1,
                height,
                subsamp: Subsamp::Gray,
            }),
            Some([blue, red]) => {
                let luma = whole_pairs(&planes.luma);
                compressor.compress_yuv_planes_to_vec(&YuvPlanesImage {
                    y_plane: &luma,
                    u_plane: &blue.pixels,
                    v_plane: &red.pixels,
                    width,
                    height,
                    y_stride: width.next_multiple_of(2),
                    u_stride: blue.width as usize,
                    v_stride: red.width as usize,
                    subsamp: Subsamp::Sub2x2,
                })
            }
        }
    };
    Ok(Encoded { bytes: encoded().map_err(|_: turbojpeg::Error| Rejection::Corrupt)?, quality })
}

/// The encoder reads an even number of rows and columns: the last ones are repeated where they are odd.
fn whole_pairs(luma: &Raster) -> Cow<'_, [u8]> {
    let (width, height) = (luma.width as usize, luma.height as usize);
    if width.is_multiple_of(2) && height.is_multiple_of(2) {
        return Cow::Borrowed(&luma.pixels);
    }
    let mut pixels = Vec::with_capacity((width + 1) * (height + 1));
    for y in 0..height.next_multiple_of(2) {
        let row = &luma.pixels[y.min(height - 1) * width..][..width];
        pixels.extend_from_slice(row);
        pixels.extend((width % 2 == 1).then(|| row[width - 1]));
    }
    Cow::Owned(pixels)
}
