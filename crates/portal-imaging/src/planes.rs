//! A photo as JPEG stores it: its brightness, and two colours at half its size both ways.

use crate::Rejection;
use crate::raster::{Channels, Raster};

/// What is judged, turned and encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planes {
    pub luma: Raster,
    /// Blue and red against the brightness (Cb and Cr of JFIF), each side half as long, rounded up. None for grey.
    pub chroma: Option<[Raster; 2]>,
}

impl Planes {
    /// From sRGB or grey pixels; a colour is the mean of the four pixels that it stands for.
    pub fn of(raster: Raster) -> Result<Self, Rejection> {
        if raster.channels == Channels::Grey {
            return Ok(Self { luma: raster, chroma: None });
        }
        let (width, height) = (raster.width as usize, raster.height as usize);
        let (across, down) = (width.div_ceil(2), height.div_ceil(2));
        let (mut blue, mut red) = (Vec::with_capacity(across * down), Vec::with_capacity(across * down));
        for pair in raster.pixels.chunks(2 * width * 3) {
            let (upper, lower) = pair.split_at(width * 3);
            // The last row of an odd height stands for itself twice.
            let lower = if lower.is_empty() { upper } else { lower };
            for (above, below) in upper.chunks(6).zip(lower.chunks(6)) {
                let sum = |channel: usize| {
                    let of = |part: &[u8]| {
                        let first = i32::from(part[channel]);
                        first + part.get(channel + 3).map_or(first, |second| i32::from(*second))
                    };
                    of(above) + of(below)
                };
                let (r, g, b) = (sum(0), sum(1), sum(2));
                blue.push(colour(-11_059 * r - 21_709 * g + 32_768 * b));
                red.push(colour(32_768 * r - 27_439 * g - 5_329 * b));
            }
        }
        let half = |pixels| Raster::new(across as u32, down as u32, Channels::Grey, pixels);
        Ok(Self { chroma: Some([half(blue)?, half(red)?]), luma: raster.luma() })
    }

    pub fn size(&self) -> (u32, u32) {
        (self.luma.width, self.luma.height)
    }

    pub fn resized(self, to: (u32, u32)) -> Result<Self, Rejection> {
        let chroma = match self.chroma {
            Some([blue, red]) => Some([blue.resized(halved(to))?, red.resized(halved(to))?]),
            None => None,
        };
        Ok(Self { luma: self.luma.resized(to)?, chroma })
    }

    pub fn upright(self, orientation: crate::Orientation) -> Self {
        Self {
            luma: self.luma.upright(orientation),
            chroma: self.chroma.map(|colours| colours.map(|colour| colour.upright(orientation))),
        }
    }

    /// A reduced copy in sRGB, or in grey, for measuring.
    pub fn area_averaged(&self, to: (u32, u32)) -> Result<Raster, Rejection> {
        let luma = self.luma.area_averaged(to)?;
        let Some([blue, red]) = &self.chroma else { return Ok(luma) };
        let (blue, red) = (blue.area_averaged(to)?, red.area_averaged(to)?);
        let colours = blue.pixels.iter().zip(&red.pixels);
        let pixels = luma
            .pixels
            .iter()
            .zip(colours)
            .flat_map(|(luma, (blue, red))| {
                let luma = (i32::from(*luma) << 16) + (1 << 15);
                let (blue, red) = (i32::from(*blue) - 128, i32::from(*red) - 128);
                [91_881 * red, -22_554 * blue - 46_802 * red, 116_130 * blue]
                    .map(|apart| ((luma + apart) >> 16).clamp(0, 255) as u8)
            })
            .collect();
        Raster::new(to.0, to.1, Channels::Rgb, pixels)
    }

    /// One in `one_in` of the pixels, from everywhere: enough to tell how well the whole can be compressed.
    pub fn sample(&self, one_in: usize) -> Result<Self, Rejection> {
        let chroma = match &self.chroma {
            Some([blue, red]) => Some([blue.stairs(8, one_in)?, red.stairs(8, one_in)?]),
            None => None,
        };
        Ok(Self { luma: self.luma.stairs(16, one_in)?, chroma })
    }
}

/// The size of the colours.
pub(crate) fn halved((width, height): (u32, u32)) -> (u32, u32) {
    (width.div_ceil(2), height.div_ceil(2))
}

/// The weights are those of JFIF in 65,536ths, and the sum is of four pixels.
fn colour(weighted: i32) -> u8 {
    (((weighted + (1 << 17)) >> 18) + 128).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_colours_come_back() {
        for rgb in [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [17, 99, 201]] {
            let raster = Raster::new(5, 3, Channels::Rgb, rgb.repeat(15)).unwrap();
            let planes = Planes::of(raster).unwrap();
            assert_eq!(planes.chroma.as_ref().map(|[blue, _]| (blue.width, blue.height)), Some((3, 2)));
            let back = planes.area_averaged((5, 3)).unwrap();
            for (value, wanted) in back.pixels.iter().zip(rgb.repeat(15)) {
                assert!(value.abs_diff(wanted) <= 3, "{rgb:?} became {:?}", &back.pixels[..3]);
            }
        }
    }
}
