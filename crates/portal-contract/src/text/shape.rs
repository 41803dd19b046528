//! Shaping: characters to glyphs with advances, grouped into clusters that no line break may split.

use std::ops::Range;

use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, UnicodeBuffer};

use super::kinsoku;
use crate::error::RenderError;
use crate::fonts::{FaceId, Fonts, Weight};

/// A glyph with measures in em.
#[derive(Debug, Clone)]
pub(super) struct ShapedGlyph {
    pub(super) id: u32,
    pub(super) advance: f32,
    pub(super) x_offset: f32,
    pub(super) y_offset: f32,
}

/// The smallest part of a text that has glyphs of its own. Measures are in em.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) text: Range<usize>,
    pub(super) first: char,
    pub(super) face: FaceId,
    pub(super) glyphs: Vec<ShapedGlyph>,
    pub(super) advance: f32,
    /// Blank inside the glyph at its left edge, dropped at the start of a line.
    pub(super) lead_blank: f32,
    /// Blank inside the glyph at its right edge, dropped at the end of a line.
    pub(super) trail_blank: f32,
}

/// Half of a full-width mark, in em.
const HALF: f32 = 0.5;

/// Shapes one line of source text (no line feeds).
pub(super) fn shape(text: &str, weight: Weight, fonts: &Fonts) -> Result<Vec<Cluster>, RenderError> {
    let mut clusters = Vec::new();
    for (face, range) in face_runs(text, weight, fonts)? {
        shape_run(text, range, face, fonts, &mut clusters)?;
    }
    squeeze_marks(&mut clusters);
    Ok(clusters)
}

/// Ligatures would hide letters of hashes and numbers ("ff" in "cffb").
fn no_ligatures() -> [Feature; 1] {
    [Feature::new(Tag::from_bytes(b"liga"), 0, ..)]
}

/// Consecutive characters that the same face draws.
fn face_runs(text: &str, weight: Weight, fonts: &Fonts) -> Result<Vec<(FaceId, Range<usize>)>, RenderError> {
    let mut runs: Vec<(FaceId, Range<usize>)> = Vec::new();
    for (start, ch) in text.char_indices() {
        let face = fonts.face_for(ch, weight)?;
        let end = start + ch.len_utf8();
        match runs.last_mut() {
            Some((last, range)) if *last == face => range.end = end,
            _ => runs.push((face, start..end)),
        }
    }
    Ok(runs)
}

fn shape_run(
    text: &str,
    range: Range<usize>,
    face_id: FaceId,
    fonts: &Fonts,
    clusters: &mut Vec<Cluster>,
) -> Result<(), RenderError> {
    let face = fonts.face(face_id).ok_or(RenderError::Font)?;
    let source = text.get(range.clone()).unwrap_or_default();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(source);
    buffer.guess_segment_properties();
    buffer.set_direction(Direction::LeftToRight);
    let shaped = rustybuzz::shape(&face.shaping, &no_ligatures(), buffer);

    let first_new = clusters.len();
    for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        let start = range.start + info.cluster as usize;
        let em = |units: i32| units as f32 / face.units_per_em;
        let glyph = ShapedGlyph {
            id: info.glyph_id,
            advance: em(position.x_advance),
            x_offset: em(position.x_offset),
            y_offset: em(position.y_offset),
        };
        let first = text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        if glyph.id == 0 {
            return Err(RenderError::MissingGlyph { ch: first });
        }
        match clusters.get_mut(first_new..).and_then(<[Cluster]>::last_mut) {
            Some(last) if last.text.start == start => {
                last.advance += glyph.advance;
                last.glyphs.push(glyph);
            }
            _ => clusters.push(Cluster::new(start, first, face_id, glyph)),
        }
    }
    let mut end = range.end;
    for cluster in clusters.iter_mut().skip(first_new).rev() {
        cluster.text.end = end;
        end = cluster.text.start;
    }
    Ok(())
}

impl Cluster {
    fn new(start: usize, first: char, face: FaceId, glyph: ShapedGlyph) -> Self {
        let full_width = glyph.advance > 0.9;
        let blank = |is_blank: bool| if full_width && is_blank { HALF } else { 0.0 };
        Self {
            text: start..start,
            first,
            face,
            advance: glyph.advance,
            glyphs: vec![glyph],
            lead_blank: blank(kinsoku::opens(first)),
            trail_blank: blank(kinsoku::leaves_blank(first)),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.first.is_whitespace()
    }

    fn drop_lead_blank(&mut self) {
        if let Some(glyph) = self.glyphs.first_mut() {
            glyph.x_offset -= self.lead_blank;
            glyph.advance -= self.lead_blank;
        }
        self.advance -= self.lead_blank;
        self.lead_blank = 0.0;
    }

    fn drop_trail_blank(&mut self) {
        if let Some(glyph) = self.glyphs.last_mut() {
            glyph.advance -= self.trail_blank;
        }
        self.advance -= self.trail_blank;
        self.trail_blank = 0.0;
    }
}

/// Neighbouring marks share their blanks: "）。" and "》《" take one and a half places, not two.
fn squeeze_marks(clusters: &mut [Cluster]) {
    for index in 1..clusters.len() {
        let (head, tail) = clusters.split_at_mut(index);
        let (Some(before), Some(after)) = (head.last_mut(), tail.first_mut()) else { continue };
        if before.trail_blank > 0.0 && (kinsoku::opens(after.first) || kinsoku::closes(after.first)) {
            before.drop_trail_blank();
        } else if kinsoku::opens(before.first) && after.lead_blank > 0.0 {
            after.drop_lead_blank();
        }
    }
}
