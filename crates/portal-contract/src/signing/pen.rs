//! Drawing without resources: lines, curves and letters as outlines.
//!
//! A signature's appearance is appended to a finished file, so it brings no font and no picture, and its colours are
//! stated in CIE terms, as PDF/A asks.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rustybuzz::ttf_parser::OutlineBuilder;

use super::SignError;
use super::update::Drawing;
use crate::error::RenderError;
use crate::fonts::{Fonts, Weight};

/// Name of the colour space in a drawing's resources.
pub(super) const COLOUR_SPACE: &str = "C";

/// Steps of a letter's outline in an em: a twentieth of a point in the largest letters that are drawn, and finer than the
/// dots of any printer in the small ones.
const GRID: f32 = 400.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colour(pub(super) [f32; 3]);

/// Where letters go: the baseline's beginning, turned by an angle in radians.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) angle: f32,
}

/// A content stream under way.
#[derive(Debug, Default)]
pub(super) struct Pen {
    content: String,
}

impl Pen {
    pub(super) fn colour(&mut self, Colour([red, green, blue]): Colour) {
        self.put(format_args!(
            "/{COLOUR_SPACE} cs {red} {green} {blue} sc /{COLOUR_SPACE} CS {red} {green} {blue} SC\n"
        ));
    }

    /// Sets how lines are drawn, with round ends and corners.
    pub(super) fn line(&mut self, width_pt: f32) {
        self.put(format_args!("{} w 1 J 1 j\n", round(width_pt)));
    }

    pub(super) fn move_to(&mut self, x: f32, y: f32) {
        self.put(format_args!("{} {} m\n", round(x), round(y)));
    }

    pub(super) fn line_to(&mut self, x: f32, y: f32) {
        self.put(format_args!("{} {} l\n", round(x), round(y)));
    }

    pub(super) fn curve_to(&mut self, points: [f32; 6]) {
        let [a, b, c, d, e, f] = points.map(round);
        self.put(format_args!("{a} {b} {c} {d} {e} {f} c\n"));
    }

    pub(super) fn circle(&mut self, x: f32, y: f32, radius: f32) {
        // The usual four curves: off by less than 0.03 % of the radius.
        let k = 0.552_284_8 * radius;
        self.move_to(x + radius, y);
        self.curve_to([x + radius, y + k, x + k, y + radius, x, y + radius]);
        self.curve_to([x - k, y + radius, x - radius, y + k, x - radius, y]);
        self.curve_to([x - radius, y - k, x - k, y - radius, x, y - radius]);
        self.curve_to([x + k, y - radius, x + radius, y - k, x + radius, y]);
        self.close();
    }

    pub(super) fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let [x, y, width, height] = [x, y, width, height].map(round);
        self.put(format_args!("{x} {y} {width} {height} re\n"));
    }

    pub(super) fn close(&mut self) {
        self.content.push_str("h\n");
    }

    pub(super) fn stroke(&mut self) {
        self.content.push_str("S\n");
    }

    pub(super) fn fill(&mut self) {
        self.content.push_str("f\n");
    }

    /// Draws one letter and returns how far it advances, in points.
    pub(super) fn letter(
        &mut self,
        ch: char,
        size_pt: f32,
        weight: Weight,
        place: Place,
        fonts: &Fonts,
    ) -> Result<f32, SignError> {
        let missing = RenderError::MissingGlyph { ch };
        let face = fonts.face(fonts.face_for(ch, weight)?).ok_or(RenderError::Font)?;
        let glyph = face.shaping.glyph_index(ch).ok_or(missing)?;
        // On a grid of its own and not in points: shorter numbers, and a letter that stands there twice is the same text
        // twice, which the compression says once.
        let scale = size_pt / GRID;
        let start = self.content.len();
        let (sin, cos) = (place.angle.sin() * scale, place.angle.cos() * scale);
        let [a, b, c, d] = [cos, sin, -sin, cos].map(round_matrix);
        self.put(format_args!("q {a} {b} {c} {d} {} {} cm\n", round(place.x), round(place.y)));
        let mut outline = Outline { pen: self, grid: GRID / face.units_per_em, at: (0.0, 0.0) };
        if face.shaping.outline_glyph(glyph, &mut outline).is_some() {
            self.fill();
            self.content.push_str("Q\n");
        } else {
            // A space.
            self.content.truncate(start);
        }
        let advance = f32::from(face.shaping.glyph_hor_advance(glyph).unwrap_or_default());
        Ok(advance * size_pt / face.units_per_em)
    }

    /// Draws letters in a row, from the baseline's beginning.
    pub(super) fn row(
        &mut self,
        text: &str,
        size_pt: f32,
        weight: Weight,
        (x, y): (f32, f32),
        fonts: &Fonts,
    ) -> Result<(), SignError> {
        let mut x = x;
        for ch in text.chars() {
            x += self.letter(ch, size_pt, weight, Place { x, y, angle: 0.0 }, fonts)?;
        }
        Ok(())
    }

    pub(super) fn finish(self, width_pt: f32, height_pt: f32) -> Result<Drawing, SignError> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        let deflated = encoder.write_all(self.content.as_bytes()).and_then(|()| encoder.finish());
        let deflated = deflated.map_err(|_| SignError::NotRendered)?;
        Ok(Drawing { width_pt: round(width_pt), height_pt: round(height_pt), deflated })
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        self.content.write_fmt(text).ok();
    }
}

/// How wide letters set in a row are.
pub(super) fn width(text: &str, size_pt: f32, weight: Weight, fonts: &Fonts) -> Result<f32, SignError> {
    text.chars().try_fold(0.0, |sum, ch| {
        let face = fonts.face(fonts.face_for(ch, weight)?).ok_or(RenderError::Font)?;
        let glyph = face.shaping.glyph_index(ch).ok_or(RenderError::MissingGlyph { ch })?;
        let advance = f32::from(face.shaping.glyph_hor_advance(glyph).unwrap_or_default());
        Ok(sum + advance * size_pt / face.units_per_em)
    })
}

/// Hundredths of a point are finer than any printer.
fn round(value: f32) -> f32 {
    // Adding zero turns -0 into 0.
    (value * 100.0).round() / 100.0 + 0.0
}

/// Scale and turn of a letter: a thousandth of a point at its far end.
fn round_matrix(value: f32) -> f32 {
    (value * 1e6).round() / 1e6 + 0.0
}

/// A letter on its grid.
struct Outline<'a> {
    pen: &'a mut Pen,
    /// Steps of the grid in a unit of the typeface.
    grid: f32,
    /// In units of the typeface.
    at: (f32, f32),
}

impl Outline<'_> {
    fn step(&self, value: f32) -> f32 {
        (value * self.grid).round()
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.pen.move_to(self.step(x), self.step(y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.pen.line_to(self.step(x), self.step(y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let toward = |from: f32, control: f32| from + (control - from) * 2.0 / 3.0;
        let (x0, y0) = self.at;
        self.curve_to(toward(x0, x1), toward(y0, y1), toward(x, x1), toward(y, y1), x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.at = (x, y);
        self.pen.curve_to([x1, y1, x2, y2, x, y].map(|value| self.step(value)));
    }

    fn close(&mut self) {
        self.pen.close();
    }
}
