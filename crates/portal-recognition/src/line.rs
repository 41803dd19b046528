//! What a line of print says: the recognition model's letters with their probabilities.

use rten::{Model, RunOptions};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::models::{Alphabet, ModelError};
use crate::page::{Page, Strip};

/// Height of what the model looks at, in pixels.
const HEIGHT_PX: usize = 48;
/// Widths are rounded up to this, so that few sizes occur.
const STEP_PX: usize = 16;
/// Wider strips are no lines.
const WIDEST_PX: usize = 2_400;

/// A letter, as read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub letter: char,
    /// 0 to 1.
    pub probability: f32,
    /// The second-best letter with its probability.
    pub other: Option<(char, f32)>,
    /// Its middle as a share of the line's length, 0 to 1.
    pub at: f64,
}

/// A line that was read.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub strip: Strip,
    pub glyphs: Vec<Glyph>,
}

/// Reads one line of a page; one without letters is none.
pub fn read(
    page: &Page<'_>,
    strip: Strip,
    model: &Model,
    alphabet: &Alphabet,
    options: &RunOptions,
) -> Result<Option<Line>, ModelError> {
    let ratio = strip.half_length / strip.half_height.max(0.5);
    let columns = ((HEIGHT_PX as f64 * ratio).ceil() as usize).clamp(STEP_PX, WIDEST_PX);
    let padded = columns.div_ceil(STEP_PX) * STEP_PX;
    let planes = page.strip_planes(&strip, (columns, HEIGHT_PX), padded, |_, value| value / 127.5 - 1.0);
    let input = NdTensor::from_data([1, 3, HEIGHT_PX, padded], planes);
    let output = model.run_one(input.into(), Some(options.clone())).map_err(|_| ModelError::Damaged)?;
    let steps: NdTensorView<f32, 3> = (&output).try_into().map_err(|_| ModelError::Damaged)?;
    let [_, count, classes] = steps.shape();
    if classes != alphabet.classes() {
        return Err(ModelError::Damaged);
    }
    let values = steps.to_contiguous();
    let values = values.data();
    let scale = padded as f64 / columns as f64;
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut before = 0;
    for (step, scores) in values.chunks_exact(classes).enumerate() {
        let (best, second) = two_best(scores);
        let at = ((step as f64 + 0.5) / count as f64 * scale).min(1.0);
        if best == before {
            if let (Some(glyph), Some(letter)) = (glyphs.last_mut(), alphabet.letter(best))
                && scores[best] > glyph.probability
            {
                *glyph = glyph_of(letter, scores, best, second, alphabet, glyph.at);
            }
        } else if let Some(letter) = alphabet.letter(best) {
            glyphs.push(glyph_of(letter, scores, best, second, alphabet, at));
        }
        before = best;
    }
    Ok((!glyphs.is_empty()).then_some(Line { strip, glyphs }))
}

fn glyph_of(letter: char, scores: &[f32], best: usize, second: usize, alphabet: &Alphabet, at: f64) -> Glyph {
    let other = alphabet.letter(second).map(|other| (other, scores[second]));
    Glyph { letter, probability: scores[best], other, at }
}

/// The class with the highest score, and the highest after it that is a letter.
fn two_best(scores: &[f32]) -> (usize, usize) {
    let mut best = 0;
    for (class, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = class;
        }
    }
    let mut second = 0;
    for (class, score) in scores.iter().enumerate().skip(1) {
        if class != best && (second == 0 || *score > scores[second]) {
            second = class;
        }
    }
    (best, second)
}
