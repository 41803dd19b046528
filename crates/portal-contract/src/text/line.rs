//! Filling lines: greedy, with a repair of last lines that would hold a single character.

use std::ops::Range;

use krilla::text::{GlyphId, KrillaGlyph};

use super::shape::{Cluster, shape};
use super::{Style, kinsoku};
use crate::error::RenderError;
use crate::fonts::{FaceId, Fonts};

/// A set line. `width_pt` leaves out blanks at either end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) runs: Vec<Run>,
    pub(crate) width_pt: f32,
}

/// Consecutive glyphs of one face; `x_pt` counts from the line's left edge.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) face: FaceId,
    pub(crate) x_pt: f32,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

/// Widest gap, in em, that justification may add between ideographs: more is seen as a hole, and text extraction
/// takes a tenth of an em for a space.
const MAX_GAP_WIDE: f32 = 0.08;
/// Widest gap, in em, that justification may add to a space.
const MAX_GAP_SPACE: f32 = 0.3;
/// Room for rounding when a line is compared with the measure, in em.
const TOLERANCE: f32 = 0.001;

/// Sets a text at a measure; an empty text takes one empty line.
pub(crate) fn set_lines(
    text: &str,
    width_pt: f32,
    style: Style,
    fonts: &Fonts,
) -> Result<Vec<Line>, RenderError> {
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    let measure = width_pt / style.size_pt;
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let clusters = shape(paragraph, style.weight, fonts)?;
        let ranges = fill(paragraph, &clusters, measure);
        let last = ranges.len().saturating_sub(1);
        for (index, range) in ranges.into_iter().enumerate() {
            let stretch_to = (style.justify && index < last).then_some(measure);
            lines.push(set(paragraph, clusters.get(range).unwrap_or_default(), stretch_to, style.size_pt));
        }
    }
    Ok(lines)
}

/// Ranges of clusters, one per line; at least one.
fn fill(text: &str, clusters: &[Cluster], measure: f32) -> Vec<Range<usize>> {
    let opportunities = kinsoku::opportunities(text);
    let may_end_after =
        |index: usize| clusters.get(index).is_some_and(|c| opportunities.binary_search(&c.text.end).is_ok());

    let mut lines = Vec::new();
    let mut start = 0;
    while start < clusters.len() {
        let end = overflow(clusters, start, measure);
        let end = if end == clusters.len() {
            end
        } else {
            (start + 1..=end)
                .rev()
                .find(|&e| may_end_after(e - 1))
                .unwrap_or_else(|| forced(clusters, start, end))
        };
        lines.push(start..end);
        start = end;
    }
    avoid_lone_end(clusters, &mut lines, may_end_after);
    if lines.is_empty() {
        lines.push(0..0);
    }
    lines
}

/// Index of the first cluster that no longer fits on the line; blanks always fit. At least one cluster is taken.
fn overflow(clusters: &[Cluster], start: usize, measure: f32) -> usize {
    let lead = clusters.get(start).map_or(0.0, |c| c.lead_blank);
    let mut width = -lead;
    for (index, cluster) in clusters.iter().enumerate().skip(start) {
        width += cluster.advance;
        if !cluster.is_blank() && index > start && width - cluster.trail_blank > measure + TOLERANCE {
            return index;
        }
    }
    clusters.len()
}

/// A break inside a word that is wider than the measure, still away from marks that may not stand at an edge.
fn forced(clusters: &[Cluster], start: usize, end: usize) -> usize {
    let clean = |&at: &usize| {
        let before = clusters.get(at - 1).is_some_and(|c| !kinsoku::may_not_end(c.first));
        before && clusters.get(at).is_some_and(|c| !kinsoku::may_not_start(c.first))
    };
    (start + 1..=end).rev().find(clean).unwrap_or(end)
}

/// A last line of one character (with its closing marks) takes the characters before it along, when the line above
/// is long enough to give some up.
fn avoid_lone_end(clusters: &[Cluster], lines: &mut [Range<usize>], may_end_after: impl Fn(usize) -> bool) {
    let [.., above, last] = lines else { return };
    let words = |range: &Range<usize>| {
        let visible = clusters.get(range.clone()).unwrap_or_default().iter();
        visible.filter(|c| !c.is_blank() && !kinsoku::closes(c.first)).count()
    };
    if words(last) != 1 || words(above) < 8 {
        return;
    }
    if let Some(end) = (above.start + 1..above.end).rev().find(|&e| may_end_after(e - 1)) {
        // Only a word or two may move: a long one would leave a worse hole above.
        if above.end - end <= 3 {
            above.end = end;
            last.start = end;
        }
    }
}

fn set(text: &str, clusters: &[Cluster], stretch_to: Option<f32>, size_pt: f32) -> Line {
    let visible = clusters.iter().rposition(|c| !c.is_blank()).map_or(0, |last| last + 1);
    let seen = clusters.get(..visible).unwrap_or_default();
    let lead = seen.first().map_or(0.0, |c| c.lead_blank);
    let trail = seen.last().map_or(0.0, |c| c.trail_blank);
    let natural = seen.iter().map(|c| c.advance).sum::<f32>() - lead - trail;
    let gap = stretch_to.map_or(0.0, |measure| gap_for(seen, measure - natural));

    let base = clusters.first().map_or(0, |c| c.text.start);
    let end = clusters.last().map_or(base, |c| c.text.end);
    let mut line = Line { text: text.get(base..end).unwrap_or_default().to_owned(), ..Line::default() };
    let mut x = -lead;
    let mut gaps = 0.0;
    for (index, cluster) in clusters.iter().enumerate() {
        let extra = match seen.get(index + 1) {
            Some(next) if widens(cluster, next) => gap,
            _ => 0.0,
        };
        gaps += extra;
        let run = match line.runs.last_mut() {
            Some(run) if run.face == cluster.face => run,
            _ => {
                line.runs.push(Run { face: cluster.face, x_pt: x * size_pt, glyphs: Vec::new() });
                let Some(run) = line.runs.last_mut() else { continue };
                run
            }
        };
        let last_glyph = cluster.glyphs.len().saturating_sub(1);
        let range = cluster.text.start - base..cluster.text.end - base;
        run.glyphs.extend(cluster.glyphs.iter().enumerate().map(|(number, glyph)| {
            let advance = if number == last_glyph { glyph.advance + extra } else { glyph.advance };
            KrillaGlyph::new(
                GlyphId::new(glyph.id),
                advance,
                glyph.x_offset,
                glyph.y_offset,
                0.0,
                range.clone(),
                None,
            )
        }));
        x += cluster.advance + extra;
    }
    line.width_pt = (natural + gaps) * size_pt;
    line
}

/// The gap, in em, that fills the spare width; zero when it would be seen.
fn gap_for(seen: &[Cluster], spare: f32) -> f32 {
    let places = seen.windows(2).filter(|pair| matches!(pair, [a, b] if widens(a, b))).count();
    let limit = if seen.iter().any(|c| kinsoku::is_wide(c.first)) { MAX_GAP_WIDE } else { MAX_GAP_SPACE };
    if places == 0 || spare <= 0.0 {
        return 0.0;
    }
    let gap = spare / places as f32;
    if gap <= limit { gap } else { 0.0 }
}

fn widens(before: &Cluster, after: &Cluster) -> bool {
    if before.is_blank() {
        return true;
    }
    let touches = kinsoku::may_not_end(before.first) || kinsoku::may_not_start(after.first);
    !touches && !after.is_blank() && (kinsoku::is_wide(before.first) || kinsoku::is_wide(after.first))
}
