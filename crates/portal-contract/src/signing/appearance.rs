//! What stands in the signature fields: the handwriting, the notice before the countersignature, the seal.

use std::f32::consts::{FRAC_PI_2, TAU};

use serde::{Deserialize, Serialize};

use super::SignError;
use super::pen::{Colour, Pen, Place, width};
use super::update::Drawing;
use crate::fonts::{Fonts, Weight};

const INK: Colour = Colour([0.06, 0.08, 0.18]);
const SOFT: Colour = Colour([0.45, 0.49, 0.54]);
const SEAL_RED: Colour = Colour([0.8, 0.11, 0.13]);

/// A handwritten signature as the pad recorded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handwriting {
    /// Size of the pad, in the units of the points.
    pub width: f32,
    pub height: f32,
    /// Lines from pen down to pen up.
    pub strokes: Vec<Vec<PenPoint>>,
}

/// Where the pen was, and when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PenPoint {
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
    /// Milliseconds since the first touch.
    pub t_ms: u32,
}

impl Handwriting {
    /// Fewer points than any name has.
    const MIN_POINTS: usize = 8;

    /// Number of recorded points.
    pub fn points(&self) -> usize {
        self.strokes.iter().map(Vec::len).sum()
    }

    /// Milliseconds from the first touch to the last.
    pub fn duration_ms(&self) -> u32 {
        self.strokes.iter().flatten().map(|point| point.t_ms).max().unwrap_or_default()
    }

    fn check(&self) -> Result<(), SignError> {
        let finite = |value: f32| value.is_finite() && value.abs() < 100_000.0;
        let sane = finite(self.width) && finite(self.height) && self.width > 1.0 && self.height > 1.0;
        let points_sane = self.strokes.iter().flatten().all(|point| finite(point.x) && finite(point.y));
        if sane && points_sane && self.points() >= Self::MIN_POINTS {
            Ok(())
        } else {
            Err(SignError::NoHandwriting)
        }
    }

    /// The strokes, as large as the box allows.
    pub(super) fn draw(&self, width_pt: f32, height_pt: f32) -> Result<Drawing, SignError> {
        self.check()?;
        let points = || self.strokes.iter().flatten();
        let bounds = |value: fn(&PenPoint) -> f32| {
            let low = points().map(value).fold(f32::MAX, f32::min);
            let high = points().map(value).fold(f32::MIN, f32::max);
            (low, (high - low).max(1.0))
        };
        let ((left, wide), (top, tall)) = (bounds(|point| point.x), bounds(|point| point.y));
        let margin = 7.0;
        let scale = ((width_pt - 2.0 * margin) / wide).min((height_pt - 2.0 * margin) / tall).max(0.001);
        let (x0, y0) = ((width_pt - wide * scale) / 2.0, (height_pt + tall * scale) / 2.0);
        let place = |point: &PenPoint| (x0 + (point.x - left) * scale, y0 - (point.y - top) * scale);

        let mut pen = Pen::default();
        pen.colour(INK);
        pen.line(1.4);
        for stroke in &self.strokes {
            let path: Vec<(f32, f32)> = stroke.iter().map(place).collect();
            draw_stroke(&mut pen, &path);
        }
        pen.finish(width_pt, height_pt)
    }
}

/// A smooth line: through the middles between points, with the points as controls.
fn draw_stroke(pen: &mut Pen, path: &[(f32, f32)]) {
    let (Some(&(x, y)), Some(&(end_x, end_y))) = (path.first(), path.last()) else { return };
    pen.move_to(x, y);
    let mut from = (x, y);
    for pair in path.windows(2).skip(1) {
        let [(cx, cy), (nx, ny)] = pair else { continue };
        let to = ((cx + nx) / 2.0, (cy + ny) / 2.0);
        let toward = |at: f32, control: f32| at + (control - at) * 2.0 / 3.0;
        pen.curve_to([
            toward(from.0, *cx),
            toward(from.1, *cy),
            toward(to.0, *cx),
            toward(to.1, *cy),
            to.0,
            to.1,
        ]);
        from = to;
    }
    // A dot is a line to itself: the round ends draw it.
    pen.line_to(end_x, end_y);
    pen.stroke();
}

/// Stands in the issuer's field until the issuer has signed.
pub(super) fn placeholder(width_pt: f32, height_pt: f32, fonts: &Fonts) -> Result<Drawing, SignError> {
    const LINES: [&str; 2] = ["待收单机构签署", "签署前合同未生效"];
    let mut pen = Pen::default();
    pen.colour(SOFT);
    let leading = (height_pt / 3.0).min(15.0);
    let top = height_pt / 2.0 + leading * 0.15;
    for (index, line) in LINES.iter().enumerate() {
        let size = (leading * 0.7).min((width_pt - 8.0) / line.chars().count() as f32);
        let x = (width_pt - width(line, size, Weight::Regular, fonts)?) / 2.0;
        pen.row(line, size, Weight::Regular, (x, top - index as f32 * leading), fonts)?;
    }
    pen.finish(width_pt, height_pt)
}

/// Stands in the merchant's place when they signed on paper; `record` is the hash of the record that names the scans.
pub(super) fn on_paper(
    record: &str,
    width_pt: f32,
    height_pt: f32,
    fonts: &Fonts,
) -> Result<Drawing, SignError> {
    let (first, second) = record.split_at(record.len() / 2);
    let lines = ["商户已在纸面签署", "扫描件由收单机构核对并保存，签署记录 SHA-256", first, second];
    let mut pen = Pen::default();
    pen.colour(INK);
    let leading = (height_pt / 5.0).min(13.0);
    let top = height_pt / 2.0 + leading;
    for (index, line) in lines.into_iter().enumerate() {
        let (weight, share) = if index == 0 { (Weight::Bold, 0.8) } else { (Weight::Regular, 0.55) };
        let wide = width(line, 1.0, weight, fonts)?;
        let size = (leading * share).min((width_pt - 8.0) / wide);
        let place = ((width_pt - wide * size) / 2.0, top - index as f32 * leading);
        pen.row(line, size, weight, place, fonts)?;
    }
    pen.finish(width_pt, height_pt)
}

/// The issuer's seal: its name along a ring, a star, and what the seal is for.
pub(super) fn seal(issuer: &str, width_pt: f32, height_pt: f32, fonts: &Fonts) -> Result<Drawing, SignError> {
    const PURPOSE: &str = "电子合同专用章";
    /// Part of the ring that the name takes.
    const SPAN: f32 = TAU * 0.7;
    let radius = width_pt.min(height_pt) / 2.0 - 2.0;
    let (cx, cy) = (width_pt / 2.0, height_pt / 2.0);
    let mut pen = Pen::default();
    pen.colour(SEAL_RED);
    pen.line((radius * 0.05).max(0.8));
    pen.circle(cx, cy, radius);
    pen.stroke();

    let letters: Vec<char> = issuer.chars().collect();
    let step = SPAN / letters.len().max(1) as f32;
    let size = (radius * 0.3).min(step * radius * 0.74);
    let baseline = radius * 0.93 - size;
    for (index, ch) in letters.iter().enumerate() {
        // Clockwise from the left, symmetric to the top.
        let middle = FRAC_PI_2 + SPAN / 2.0 - (index as f32 + 0.5) * step;
        let angle = middle - FRAC_PI_2;
        let half = width(&ch.to_string(), size, Weight::Bold, fonts)? / 2.0;
        let (sin, cos) = middle.sin_cos();
        let place = Place {
            x: cx + baseline * cos - half * angle.cos(),
            y: cy + baseline * sin - half * angle.sin(),
            angle,
        };
        pen.letter(*ch, size, Weight::Bold, place, fonts)?;
    }
    star(&mut pen, cx, cy + radius * 0.04, radius * 0.27);
    let size = radius * 0.17;
    let x = cx - width(PURPOSE, size, Weight::Regular, fonts)? / 2.0;
    pen.row(PURPOSE, size, Weight::Regular, (x, cy - radius * 0.56), fonts)?;
    pen.finish(width_pt, height_pt)
}

fn star(pen: &mut Pen, x: f32, y: f32, radius: f32) {
    for corner in 0..10_u8 {
        // Inner corners of a regular star.
        let distance = if corner % 2 == 0 { radius } else { radius * 0.381_97 };
        let (sin, cos) = (FRAC_PI_2 + f32::from(corner) * TAU / 10.0).sin_cos();
        if corner == 0 {
            pen.move_to(x + distance * cos, y + distance * sin);
        } else {
            pen.line_to(x + distance * cos, y + distance * sin);
        }
    }
    pen.close();
    pen.fill();
}
