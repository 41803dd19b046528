//! What every page carries: header, state banner, footer, watermark.

use super::{Ink, Mark, PageLayout, Shape};
use crate::document::{Document, Tone};
use crate::error::RenderError;
use crate::fonts::{Fonts, Weight};
use crate::text::{Line, Style, set_lines};
use crate::texts::Words;

/// A4 (ISO 216), in points.
pub(crate) const PAGE_WIDTH: f32 = 595.276;
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
/// Left and right margin: 20 mm.
pub(crate) const MARGIN: f32 = 56.693;
/// Width of the content.
pub(crate) const MEASURE: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// Lower edge of the content.
pub(super) const CONTENT_BOTTOM: f32 = PAGE_HEIGHT - 62.0;

const HEADER_RULE: f32 = 50.0;
const CONTENT_TOP: f32 = 72.0;
const FOOTER_RULE: f32 = PAGE_HEIGHT - 48.0;
const SMALL: Style = Style::new(8.5, Weight::Regular);
const BANNER: Style = Style::new(10.5, Weight::Bold);
const BANNER_LEADING: f32 = 16.0;
const BANNER_PADDING: f32 = 5.5;
const BANNER_GAP: f32 = 16.0;
const HAIRLINE: f32 = 0.5;

/// Share of a line's height, in em, above the baseline of a glyph box (Noto Sans SC's em box).
const EM_ASCENT: f32 = 0.88;
/// Digits of the content hash shown in the footer, in groups of four.
const SHOWN_HASH_DIGITS: usize = 16;

/// Baseline of a line of text in a strip of the given height.
pub(super) fn baseline(leading: f32, size_pt: f32) -> f32 {
    (leading - size_pt) / 2.0 + EM_ASCENT * size_pt
}

pub(super) struct Frame<'a> {
    pub(super) document: &'a Document,
    pub(super) fonts: &'a Fonts,
    pub(super) words: &'static Words,
    pub(super) content_sha256: &'a str,
}

impl Frame<'_> {
    /// Where the content begins on every page.
    pub(super) fn content_top(&self) -> Result<f32, RenderError> {
        let lines = self.banner_lines()?.len() as f32;
        let banner =
            if lines > 0.0 { lines * BANNER_LEADING + 2.0 * BANNER_PADDING + BANNER_GAP } else { 0.0 };
        let top = CONTENT_TOP + banner;
        if top > CONTENT_BOTTOM / 2.0 { Err(RenderError::DoesNotFit { what: "banner" }) } else { Ok(top) }
    }

    /// Adds the furniture to every page, below the content.
    pub(super) fn furnish(&self, pages: &mut [PageLayout]) -> Result<(), RenderError> {
        let total = pages.len();
        for (index, page) in pages.iter_mut().enumerate() {
            let mut marks = self.watermark()?;
            marks.extend(self.header()?);
            marks.extend(self.banner()?);
            marks.append(&mut page.marks);
            marks.extend(self.footer(index + 1, total)?);
            page.marks = marks;
        }
        Ok(())
    }

    fn header(&self) -> Result<Vec<Mark>, RenderError> {
        let mut marks = self.edges(&self.document.title, &self.document.number, HEADER_RULE - 7.0)?;
        marks.push(rule(HEADER_RULE));
        Ok(marks)
    }

    fn footer(&self, page: usize, total: usize) -> Result<Vec<Mark>, RenderError> {
        let digits = self.content_sha256.get(..SHOWN_HASH_DIGITS).unwrap_or_default();
        let groups: Vec<String> =
            digits.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        let left = format!("{} {}", self.words.content_hash, groups.join(" "));
        let right = (self.words.page_of)(page, total);
        let mut marks = self.edges(&left, &right, FOOTER_RULE + 13.0)?;
        marks.push(rule(FOOTER_RULE));
        Ok(marks)
    }

    /// Small text at the left and at the right edge; the left one is cut where the right one begins.
    fn edges(&self, left: &str, right: &str, y: f32) -> Result<Vec<Mark>, RenderError> {
        let right = first_line(set_lines(right, MEASURE, SMALL, self.fonts)?);
        let left = first_line(set_lines(left, MEASURE - right.width_pt - 12.0, SMALL, self.fonts)?);
        let right_x = PAGE_WIDTH - MARGIN - right.width_pt;
        Ok([(MARGIN, left), (right_x, right)]
            .map(|(x, line)| Mark {
                x,
                y,
                node: None,
                shape: Shape::Text { line, size_pt: SMALL.size_pt, ink: Ink::Soft },
            })
            .into())
    }

    fn banner_lines(&self) -> Result<Vec<Line>, RenderError> {
        let Some(banner) = &self.document.banner else { return Ok(Vec::new()) };
        set_lines(&banner.text, MEASURE - 24.0, BANNER, self.fonts)
    }

    fn banner(&self) -> Result<Vec<Mark>, RenderError> {
        let Some(banner) = &self.document.banner else { return Ok(Vec::new()) };
        let lines = self.banner_lines()?;
        let (ink, panel) = match banner.tone {
            Tone::Plain => (Ink::Accent, Ink::Panel),
            Tone::Caution => (Ink::Caution, Ink::CautionPanel),
            Tone::Settled => (Ink::Settled, Ink::SettledPanel),
        };
        let height = lines.len() as f32 * BANNER_LEADING + 2.0 * BANNER_PADDING;
        let at = |x, y, shape| Mark { x, y, node: None, shape };
        let mut marks = vec![
            at(MARGIN, CONTENT_TOP, Shape::Fill { width: MEASURE, height, ink: panel }),
            at(MARGIN, CONTENT_TOP, Shape::Frame { width: MEASURE, height, ink, line_width: 0.75 }),
        ];
        for (index, line) in lines.into_iter().enumerate() {
            let x = (PAGE_WIDTH - line.width_pt) / 2.0;
            let top = CONTENT_TOP + BANNER_PADDING + index as f32 * BANNER_LEADING;
            let y = top + baseline(BANNER_LEADING, BANNER.size_pt);
            marks.push(at(x, y, Shape::Text { line, size_pt: BANNER.size_pt, ink }));
        }
        Ok(marks)
    }

    fn watermark(&self) -> Result<Vec<Mark>, RenderError> {
        let Some(text) = &self.document.watermark else { return Ok(Vec::new()) };
        // Set once at one point to learn the width, then as large as the diagonal allows.
        let probe = first_line(set_lines(text, f32::MAX, Style::new(1.0, Weight::Bold), self.fonts)?);
        let size_pt = (560.0 / probe.width_pt.max(1.0)).min(88.0);
        let line = first_line(set_lines(text, f32::MAX, Style::new(size_pt, Weight::Bold), self.fonts)?);
        let shape = Shape::Watermark { line, size_pt };
        Ok(vec![Mark { x: PAGE_WIDTH / 2.0, y: PAGE_HEIGHT / 2.0, node: None, shape }])
    }
}

fn first_line(lines: Vec<Line>) -> Line {
    lines.into_iter().next().unwrap_or_default()
}

fn rule(y: f32) -> Mark {
    let shape = Shape::Fill { width: MEASURE, height: HAIRLINE, ink: Ink::Rule };
    Mark { x: MARGIN, y, node: None, shape }
}
