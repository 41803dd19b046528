//! Decoded pixels: 8-bit grey or RGB, rows without padding.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::{Orientation, Rejection};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channels {
    Grey,
    Rgb,
}

impl Channels {
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Self::Grey => PixelType::U8,
            Self::Rgb => PixelType::U8x3,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    pub width: u32,
    pub height: u32,
    pub channels: Channels,
    pub pixels: Vec<u8>,
}

impl Raster {
    /// Fails as corrupt when a decoder delivered another number of bytes than the header promised.
    pub fn new(width: u32, height: u32, channels: Channels, pixels: Vec<u8>) -> Result<Self, Rejection> {
        let expected = width as usize * height as usize * channels.count();
        if width == 0 || height == 0 || pixels.len() != expected {
            return Err(Rejection::Corrupt);
        }
        Ok(Self { width, height, channels, pixels })
    }

    pub fn long_side(&self) -> u32 {
        self.width.max(self.height)
    }

    pub fn size_at(&self, long_side_px: u32) -> (u32, u32) {
        size_at((self.width, self.height), long_side_px)
    }

    /// Scales with Lanczos-3. Reductions of 4 and more are halved first by averaging whole pixels, which keeps
    /// the working memory small and costs no visible quality (libvips does the same).
    pub fn resized(mut self, to: (u32, u32)) -> Result<Self, Rejection> {
        self.average_blocks((self.width / to.0.max(1)).min(self.height / to.1.max(1)) / 2);
        self.convolved(to, FilterType::Lanczos3)
    }

    /// A reduced copy by area averaging, for measuring.
    pub fn area_averaged(&self, to: (u32, u32)) -> Result<Self, Rejection> {
        self.convolved(to, FilterType::Box)
    }

    /// The brightness plane (ITU-R BT.601 weights, as in JPEG).
    pub fn luma(&self) -> Self {
        let pixels = match self.channels {
            Channels::Grey => self.pixels.clone(),
            Channels::Rgb => self
                .pixels
                .chunks_exact(3)
                .map(|rgb| {
                    let [red, green, blue] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
                    ((red * 19_595 + green * 38_470 + blue * 7_471 + (1 << 15)) >> 16) as u8
                })
                .collect(),
        };
        Self { width: self.width, height: self.height, channels: Channels::Grey, pixels }
    }

    pub fn upright(self, orientation: Orientation) -> Self {
        if orientation == Orientation::Upright {
            return self;
        }
        match self.channels {
            Channels::Grey => self.turned::<1>(orientation),
            Channels::Rgb => self.turned::<3>(orientation),
        }
    }

    fn turned<const STEP: usize>(self, orientation: Orientation) -> Self {
        // Both sides of a tile stay in the processor's cache, whichever of them is read along columns.
        const TILE: usize = 32;
        let (stored_width, stored_height) = (self.width as usize, self.height as usize);
        let (width, height) =
            if orientation.swaps_sides() { (self.height, self.width) } else { (self.width, self.height) };
        let (across, down) = (width as usize, height as usize);
        let (stored, _) = self.pixels.as_chunks::<STEP>();
        let place = |x: usize, y: usize| {
            let (x, y) = orientation.stored_position(x, y, stored_width, stored_height);
            y * stored_width + x
        };
        let mut upright = vec![[0; STEP]; stored.len()];
        for top in (0..down).step_by(TILE) {
            for left in (0..across).step_by(TILE) {
                let right = (left + TILE).min(across);
                for y in top..(top + TILE).min(down) {
                    let mut from = place(left, y);
                    // The next pixel of a row is equally far in the stored picture all along it.
                    let apart = place(right - 1, y) as isize - from as isize;
                    let next = apart / (right - left - 1).max(1) as isize;
                    for pixel in &mut upright[y * across + left..y * across + right] {
                        *pixel = stored[from];
                        from = from.wrapping_add_signed(next);
                    }
                }
            }
        }
        Self { width, height, channels: self.channels, pixels: upright.into_flattened() }
    }

    /// The upper left part.
    #[cfg(feature = "turbojpeg")]
    pub fn cropped(self, (width, height): (u32, u32)) -> Self {
        if (self.width, self.height) == (width, height) {
            return self;
        }
        let step = self.channels.count();
        let rows = self.pixels.chunks_exact(self.width as usize * step).take(height as usize);
        let pixels = rows.flat_map(|row| &row[..width as usize * step]).copied().collect();
        Self { width, height, channels: self.channels, pixels }
    }

    /// Of a wide grey picture, one in `one_in` of the squares of `side` pixels: a run of them from each row of squares,
    /// further to the right from one row to the next. Rows and columns that make no whole square are left out.
    pub fn stairs(&self, side: usize, one_in: usize) -> Result<Self, Rejection> {
        let width = self.width as usize;
        let run = width / side / one_in * side;
        let mut pixels = Vec::with_capacity(self.pixels.len() / one_in);
        for (index, squares) in self.pixels.chunks_exact(side * width).enumerate() {
            let from = index % one_in * run;
            squares.chunks_exact(width).for_each(|row| pixels.extend_from_slice(&row[from..from + run]));
        }
        let height = (self.height as usize / side * side) as u32;
        Self::new(run as u32, height, Channels::Grey, pixels)
    }

    fn convolved(&self, to: (u32, u32), filter: FilterType) -> Result<Self, Rejection> {
        let kind = self.channels.pixel_type();
        let source =
            ImageRef::new(self.width, self.height, &self.pixels, kind).map_err(|_| Rejection::Corrupt)?;
        let mut target = Image::new(to.0, to.1, kind);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false);
        Resizer::new().resize(&source, &mut target, &options).map_err(|_| Rejection::Corrupt)?;
        Self::new(to.0, to.1, self.channels, target.into_vec())
    }

    /// Averages `factor` × `factor` blocks in place; leftover pixels at the right and lower edge (fewer than
    /// `factor`) are dropped.
    fn average_blocks(&mut self, factor: u32) {
        if factor < 2 {
            return;
        }
        let (step, side, stored_width) = (self.channels.count(), factor as usize, self.width as usize);
        let (width, height) = (self.width / factor, self.height / factor);
        let area = factor * factor;
        let mut sums = vec![0_u32; width as usize * step];
        let mut written = 0;
        for block_row in 0..height as usize {
            sums.fill(0);
            for row in 0..side {
                let start = (block_row * side + row) * stored_width * step;
                let line = &self.pixels[start..start + width as usize * side * step];
                for (block, sum) in line.chunks_exact(side * step).zip(sums.chunks_exact_mut(step)) {
                    for pixel in block.chunks_exact(step) {
                        for (value, total) in pixel.iter().zip(sum.iter_mut()) {
                            *total += u32::from(*value);
                        }
                    }
                }
            }
            // Block rows are written at or before the rows they were read from.
            for (value, sum) in self.pixels[written..].iter_mut().zip(&sums) {
                *value = ((sum + area / 2) / area) as u8;
            }
            written += sums.len();
        }
        self.pixels.truncate(written);
        self.pixels.shrink_to_fit();
        (self.width, self.height) = (width, height);
    }
}

/// The size with the long side at `long_side_px`, proportions kept, never 0.
pub(crate) fn size_at((width, height): (u32, u32), long_side_px: u32) -> (u32, u32) {
    let long = u64::from(width.max(height));
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(long_side_px) + long / 2) / long;
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    (scale(width), scale(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averaging_blocks_keeps_means_and_drops_leftovers() {
        let pixels = vec![0, 10, 20, 30, 99, 20, 30, 40, 50, 99, 99, 99, 99, 99, 99];
        let mut raster = Raster::new(5, 3, Channels::Grey, pixels).unwrap();
        raster.average_blocks(2);
        assert_eq!(raster, Raster::new(2, 1, Channels::Grey, vec![15, 35]).unwrap());
    }

    #[test]
    fn a_quarter_turn_clockwise_moves_the_lower_left_corner_up() {
        let raster = Raster::new(2, 2, Channels::Grey, vec![1, 2, 3, 4]).unwrap();
        assert_eq!(raster.clone().upright(Orientation::Rotate90).pixels, [3, 1, 4, 2]);
        assert_eq!(raster.clone().upright(Orientation::Rotate270).pixels, [2, 4, 1, 3]);
        assert_eq!(raster.upright(Orientation::Transpose).pixels, [1, 3, 2, 4]);
    }
}
