//! HEIF files as iPhones write them: HEVC stills, whole or in a grid of tiles (ISO/IEC 23008-12).
//!
//! `heifer` is Rust without unsafe code; it puts tiles together, crops, turns and mirrors.

use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{HeifFile, ItemId};

use crate::{MAX_PIXELS, Rejection, Variant, exif};

/// RGBA, and the planes of a tile, which may be all of the picture.
const BYTES_PER_PIXEL: u64 = 10;
/// Of a picture that is halved: RGBA of a quarter of the pixels, turned into another, and a tile.
const BYTES_PER_HALVED_PIXEL: u64 = 4;
/// From here on a grid is halved tile by tile: what an iPhone makes of its 48 megapixels would else take half a gigabyte.
const HALVED_FROM_PIXELS: u64 = 25_000_000;
/// A tile of more pixels isn't one that saves memory.
const TILE_PIXELS: u64 = 4_000_000;

pub(crate) struct Layout {
    /// As a person sees the picture, before it is cropped.
    pub width: u32,
    pub height: u32,
    pub bits_per_sample: u8,
    pub has_gps: bool,
    pub profile: Option<Vec<u8>>,
    /// What decoding divides the sides by.
    pub divided_by: u32,
}

impl Layout {
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        check_whole(bytes)?;
        let corrupt = |_| Rejection::Corrupt;
        let file = HeifFile::parse(bytes).map_err(corrupt)?;
        let id = file.primary_id;
        let (mut width, mut height) = file.image_size(id).map_err(corrupt)?.ok_or(Rejection::Corrupt)?;
        let divided_by = if is_halved(&file, (width, height))? { 2 } else { 1 };
        let mut bits_per_sample = 8;
        for property in file.item_properties(id).map_err(corrupt)? {
            match property {
                Property::Rotation(quarters) if quarters % 2 == 1 => (width, height) = (height, width),
                Property::PixelInfo(bits) => bits_per_sample = bits.iter().copied().max().unwrap_or(8),
                Property::CleanAperture { width: (across, parts), height: (down, parts_down), .. } => {
                    width = across / (*parts).max(1);
                    height = down / (*parts_down).max(1);
                }
                _ => {}
            }
        }
        let metadata = heifer::item_metadata(&file, id).map_err(refusal)?;
        let in_exif = metadata.exif.as_deref().is_some_and(|block| exif::read(block).has_gps);
        Ok(Self {
            width,
            height,
            bits_per_sample,
            has_gps: in_exif || metadata.xmp.as_deref().is_some_and(exif::xmp_has_gps),
            profile: metadata.icc_profile,
            divided_by,
        })
    }

    pub fn decoded_bytes_per_pixel(&self) -> u64 {
        if self.divided_by > 1 { BYTES_PER_HALVED_PIXEL } else { BYTES_PER_PIXEL }
    }
}

/// Whether it is a large grid of tiles that can be halved one by one: even ones, of a picture without opacity that isn't cropped.
fn is_halved(file: &HeifFile, (width, height): (u32, u32)) -> Result<bool, Rejection> {
    let corrupt = |_| Rejection::Corrupt;
    let id = file.primary_id;
    let is_large = u64::from(width) * u64::from(height) >= HALVED_FROM_PIXELS;
    if !is_large || file.item(id).map_err(corrupt)?.item_type.0 != *b"grid" {
        return Ok(false);
    }
    let is_cropped = |property: &Property| matches!(property, Property::CleanAperture { .. });
    // Phones lay a map of depths or of light beside the picture, which isn't part of it.
    let is_alpha = |item: &ItemId| {
        let mut properties = file.item_properties(*item).into_iter().flatten();
        properties.any(|property| matches!(property, Property::AuxiliaryType(of) if of.contains("alpha")))
    };
    if file.item_properties(id).map_err(corrupt)?.any(is_cropped)
        || file.referencing_items(id, b"auxl").iter().any(is_alpha)
    {
        return Ok(false);
    }
    for tile in file.referenced_items(id, b"dimg") {
        let size = file.image_size(*tile).map_err(corrupt)?;
        let suits = |(width, height): (u32, u32)| {
            width % 2 == 0 && height % 2 == 0 && u64::from(width) * u64::from(height) <= TILE_PIXELS
        };
        if !size.is_some_and(suits) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The primary picture in eight bits per sample, turned as the container says, in its own colours.
pub(crate) fn decode(bytes: &[u8], layout: &Layout) -> Result<heifer::Image<u8>, Rejection> {
    if layout.divided_by > 1 {
        return halved(bytes);
    }
    // Threads would each hold a tile, and the pool above already runs two pictures.
    let options = heifer::Options { max_threads: 1, max_pixels: MAX_PIXELS };
    heifer::decode_rgba8(bytes, &options).map_err(refusal)
}

/// A grid, of which each tile is halved before the next one is decoded.
fn halved(bytes: &[u8]) -> Result<heifer::Image<u8>, Rejection> {
    let corrupt = |_| Rejection::Corrupt;
    let file = HeifFile::parse(bytes).map_err(corrupt)?;
    let id = file.primary_id;
    let grid = file.grid(id).map_err(corrupt)?;
    let tiles = file.referenced_items(id, b"dimg");
    if tiles.len() != usize::from(grid.rows) * usize::from(grid.columns) {
        return Err(Rejection::Corrupt);
    }
    let (width, height) = (grid.output_width.div_ceil(2), grid.output_height.div_ceil(2));
    let mut whole = heifer::Image::filled_samples(width, height, 8, [0, 0, 0, 255]);
    for (tile, at) in tiles.iter().zip(0_i64..) {
        let tile = half_of(&heifer::decode_item(&file, *tile, 1).map_err(refusal)?);
        let (column, row) = (at % i64::from(grid.columns), at / i64::from(grid.columns));
        whole.draw(&tile, column * i64::from(tile.width), row * i64::from(tile.height));
    }
    for property in file.item_properties(id).map_err(corrupt)? {
        whole = match *property {
            Property::Rotation(quarters) if quarters > 0 => whole.rotate_ccw(quarters),
            Property::Mirror(top_bottom) => whole.mirror(top_bottom),
            _ => whole,
        };
    }
    Ok(whole)
}

/// Each two by two pixels averaged, in eight bits.
fn half_of(tile: &heifer::Image) -> heifer::Image<u8> {
    let (width, height) = (tile.width / 2, tile.height / 2);
    let step = 4;
    let row_length = tile.width as usize * step;
    // The sum of four samples, with as many bits as they have.
    let shift = u32::from(tile.bit_depth.saturating_sub(8)) + 2;
    let mut data = Vec::with_capacity(width as usize * height as usize * step);
    for rows in tile.data.chunks_exact(2 * row_length) {
        let (upper, lower) = rows.split_at(row_length);
        for (above, below) in upper.chunks_exact(2 * step).zip(lower.chunks_exact(2 * step)) {
            for channel in 0..step {
                let sum: u32 = [above[channel], above[channel + step], below[channel], below[channel + step]]
                    .into_iter()
                    .map(u32::from)
                    .sum();
                data.push(((sum + (1 << (shift - 1))) >> shift).min(255) as u8);
            }
        }
    }
    heifer::Image { width, height, bit_depth: 8, has_alpha: false, data }
}

fn refusal(error: heifer::Error) -> Rejection {
    match error {
        heifer::Error::Unsupported(_) => Rejection::VariantUnsupported { variant: Variant::HeifCoding },
        _ => Rejection::Corrupt,
    }
}

/// Whether the file is as long as its boxes say.
pub(crate) fn check_whole(bytes: &[u8]) -> Result<(), Rejection> {
    let mut at = 0_usize;
    while at < bytes.len() {
        let head = bytes[at..].first_chunk::<8>().ok_or(Rejection::Truncated)?;
        let length = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
            // To the end of the file.
            0 => return Ok(()),
            1 => {
                let long =
                    bytes.get(at + 8..).and_then(<[u8]>::first_chunk::<8>).ok_or(Rejection::Truncated)?;
                u64::from_be_bytes(*long)
            }
            short => u64::from(short),
        };
        if length < 8 {
            return Err(Rejection::Corrupt);
        }
        at = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length))
            .ok_or(Rejection::Truncated)?;
    }
    if at > bytes.len() { Err(Rejection::Truncated) } else { Ok(()) }
}
