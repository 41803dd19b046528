//! How light and dark a part of the brightness plane is.

use super::area::Area;
use crate::raster::Raster;

/// A histogram of brightness.
pub(super) struct Tones {
    histogram: [u32; 256],
    count: u32,
}

impl Tones {
    pub fn of(plane: &Raster, area: &Area) -> Self {
        let mut tones = Self { histogram: [0; 256], count: 0 };
        for (y, span) in area.rows() {
            let row = &plane.pixels[y * plane.width as usize..][span];
            for value in row {
                tones.histogram[usize::from(*value)] += 1;
            }
            tones.count += row.len() as u32;
        }
        tones
    }

    pub fn mean(&self) -> f32 {
        self.sum_of(|tone| tone) / self.count.max(1) as f32
    }

    /// Standard deviation.
    pub fn contrast(&self) -> f32 {
        let mean = self.mean();
        (self.sum_of(|tone| (tone - mean).powi(2)) / self.count.max(1) as f32).sqrt()
    }

    /// The tone that this share of the pixels doesn't exceed.
    pub fn percentile(&self, share: f32) -> f32 {
        let wanted = share * self.count as f32;
        let mut seen = 0;
        for (tone, count) in self.histogram.iter().enumerate() {
            seen += count;
            if seen as f32 >= wanted {
                return tone as f32;
            }
        }
        255.0
    }

    /// The share of pixels of these tones.
    pub fn share(&self, tones: std::ops::RangeInclusive<u8>) -> f32 {
        let (from, to) = (usize::from(*tones.start()), usize::from(*tones.end()));
        self.histogram[from..=to].iter().sum::<u32>() as f32 / self.count.max(1) as f32
    }

    fn sum_of(&self, of: impl Fn(f32) -> f32) -> f32 {
        let sum: f64 = self
            .histogram
            .iter()
            .zip(0_u16..)
            .map(|(count, tone)| f64::from(*count) * f64::from(of(f32::from(tone))))
            .sum();
        sum as f32
    }
}
