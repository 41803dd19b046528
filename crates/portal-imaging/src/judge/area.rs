//! The part of a plane that is looked at.

use crate::outline::{Point, Quad};
use crate::raster::Raster;

/// One stretch of pixels for each row: a convex part of a plane.
pub(super) struct Area {
    spans: Vec<(usize, usize)>,
    pub pixels: usize,
}

impl Area {
    pub fn whole(plane: &Raster) -> Self {
        let spans = vec![(0, plane.width as usize); plane.height as usize];
        Self { spans, pixels: plane.pixels.len() }
    }

    /// What lies inside the shape, without the share `margin` of it at each side.
    pub fn within(plane: &Raster, quad: &Quad, margin: f32) -> Self {
        let far = 1.0 - margin;
        let inner = [(margin, margin), (far, margin), (far, far), (margin, far)]
            .map(|(across, down)| quad.inside(across, down));
        let spans: Vec<_> = (0..plane.height).map(|y| span(inner, y as f32 + 0.5, plane.width)).collect();
        let pixels = spans.iter().map(|(from, to)| to - from).sum();
        Self { spans, pixels }
    }

    /// Where it lies: from its leftmost and uppermost pixel to behind the last ones.
    pub fn bounds(&self) -> [usize; 4] {
        let (mut left, mut right) = (usize::MAX, 0);
        let (mut top, mut bottom) = (usize::MAX, 0);
        for (y, span) in self.rows() {
            (left, right) = (left.min(span.start), right.max(span.end));
            (top, bottom) = (top.min(y), y + 1);
        }
        if left < right { [left, top, right, bottom] } else { [0; 4] }
    }

    /// What lies inside these bounds too.
    pub fn part(&self, [left, top, right, bottom]: [usize; 4]) -> Self {
        let mut spans = vec![(0, 0); self.spans.len()];
        let mut pixels = 0;
        for (y, span) in self.rows().filter(|(y, _)| (top..bottom).contains(y)) {
            spans[y] = (span.start.max(left), span.end.min(right));
            pixels += spans[y].1.saturating_sub(spans[y].0);
        }
        Self { spans, pixels }
    }

    /// The stretches that aren't empty, with their rows.
    pub fn rows(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        self.spans
            .iter()
            .enumerate()
            .filter(|(_, (from, to))| from < to)
            .map(|(y, (from, to))| (y, *from..*to))
    }
}

fn span(corners: [Point; 4], y: f32, width: u32) -> (usize, usize) {
    let (mut from, mut to) = (f32::MAX, f32::MIN);
    for index in 0..4 {
        let (a, b) = (corners[index], corners[(index + 1) % 4]);
        if (a.1 <= y) != (b.1 <= y) {
            let x = a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1);
            (from, to) = (from.min(x), to.max(x));
        }
    }
    if from >= to {
        return (0, 0);
    }
    let clamp = |x: f32| x.round().clamp(0.0, width as f32) as usize;
    (clamp(from), clamp(to))
}
