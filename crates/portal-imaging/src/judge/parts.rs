//! Whether only a part of what is looked at is out of focus or in the dark, and where.

use super::Region;
use super::area::Area;
use super::sharpness::Steepness;
use super::tones::Tones;
use crate::raster::Raster;

/// Parts along the longer and the shorter side: some lines of print high, so that each has letters in it.
const PARTS: (usize, usize) = (8, 6);
/// A part of which less lies inside what is looked at is left out: it would tell of the border.
const INSIDE: f32 = 0.6;
/// Fewer parts with print say nothing about where a lens was focused.
const FEW_WITH_PRINT: usize = 8;

/// One part of what is looked at.
struct Part {
    /// Which one from the left, and from above.
    place: (usize, usize),
    /// Left, top, right and bottom in pixels of the plane.
    bounds: [usize; 4],
    /// None where too little is to be seen.
    sharpness: Option<f32>,
    lightest: f32,
    darkest: f32,
}

/// What is looked at, in parts.
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub fn of(plane: &Raster, area: &Area) -> Self {
        let [left, top, right, bottom] = area.bounds();
        let (width, height) = (right - left, bottom - top);
        let (columns, rows) = if width >= height { PARTS } else { (PARTS.1, PARTS.0) };
        let mut parts = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let bounds = [
                    left + width * column / columns,
                    top + height * row / rows,
                    left + width * (column + 1) / columns,
                    top + height * (row + 1) / rows,
                ];
                let part = area.part(bounds);
                let size = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]);
                if size == 0 || (part.pixels as f32) < INSIDE * size as f32 {
                    continue;
                }
                let tones = Tones::of(plane, &part);
                parts.push(Part {
                    place: (column, row),
                    bounds,
                    sharpness: Steepness::of(plane, &part).of_a_part(),
                    lightest: tones.percentile(0.99),
                    darkest: tones.percentile(0.01),
                });
            }
        }
        Self(parts)
    }

    /// Of the parts with print, the share that is less sharp than this and lies side by side; 0 where there are too few to tell.
    pub fn share_less_sharp(&self, than: f32) -> f32 {
        let with_print = self.0.iter().filter(|part| part.sharpness.is_some()).count();
        if with_print < FEW_WITH_PRINT {
            return 0.0;
        }
        let together = self.together(|part| part.sharpness.is_some_and(|sharpness| sharpness < than));
        together.len() as f32 / with_print as f32
    }

    /// Around the parts that are less sharp than this; none where there are none.
    pub fn where_less_sharp(&self, than: f32) -> Option<Region> {
        self.around(|part| part.sharpness.is_some_and(|sharpness| sharpness < than))
    }

    pub fn where_darker(&self, than: f32) -> Option<Region> {
        self.around(|part| part.lightest < than)
    }

    /// Around the parts in which nothing is darker than this.
    pub fn where_paler(&self, than: f32) -> Option<Region> {
        self.around(|part| part.darkest >= than)
    }

    fn around(&self, is_meant: impl Fn(&Part) -> bool) -> Option<Region> {
        let bounds = self.together(is_meant).into_iter().map(|part| part.bounds);
        let around =
            bounds.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
        let [left, top, right, bottom] = around.map(|side| side as f32);
        Some(Region::between((left, top), (right, bottom)))
    }

    /// The most of them that lie side by side: a single one is chance.
    fn together(&self, is_meant: impl Fn(&Part) -> bool) -> Vec<&Part> {
        let mut left: Vec<&Part> = self.0.iter().filter(|part| is_meant(part)).collect();
        let mut largest: Vec<&Part> = Vec::new();
        while let Some(first) = left.pop() {
            let mut group = vec![first];
            let mut looked_at = 0;
            while let Some(part) = group.get(looked_at).copied() {
                looked_at += 1;
                let beside = |other: &mut &Part| part.is_beside(other);
                group.extend(left.extract_if(.., beside));
            }
            if group.len() > largest.len().max(1) {
                largest = group;
            }
        }
        largest
    }
}

impl Part {
    fn is_beside(&self, other: &Self) -> bool {
        self.place.0.abs_diff(other.place.0) + self.place.1.abs_diff(other.place.1) == 1
    }
}
