//! From a string to set lines: shaping, break opportunities, line filling.

mod kinsoku;
mod line;
mod shape;

pub(crate) use line::{Line, set_lines};

use crate::error::RenderError;
use crate::fonts::{Fonts, Weight};

/// How a piece of text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) size_pt: f32,
    pub(crate) weight: Weight,
    /// Spread the gaps so that full lines end at the measure.
    pub(crate) justify: bool,
}

impl Style {
    pub(crate) const fn new(size_pt: f32, weight: Weight) -> Self {
        Self { size_pt, weight, justify: false }
    }

    pub(crate) const fn justified(self, justify: bool) -> Self {
        Self { justify, ..self }
    }
}

/// Breaks a text into the lines that it takes at the given measure, without the blanks at their ends.
///
/// `size_pt` and `width_pt` are points. No line begins with a closing mark or ends with an opening one (GB/T
/// 15834-2011 §5.1), and Latin words stay whole unless a single word is wider than the measure.
///
/// # Errors
/// [`RenderError::MissingGlyph`] for a character that no embedded font has.
pub fn break_text(
    text: &str,
    width_pt: f32,
    size_pt: f32,
    fonts: &Fonts,
) -> Result<Vec<String>, RenderError> {
    let lines = set_lines(text, width_pt, Style::new(size_pt, Weight::Regular), fonts)?;
    Ok(lines.into_iter().map(|line| line.text.trim_end().to_owned()).collect())
}
