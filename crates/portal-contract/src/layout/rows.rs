//! Rows of cells, shared by tables and key-value lists.

use super::flow::Piece;
use super::page::{MEASURE, baseline};
use super::{Ink, Mark, NodeId, Shape};
use crate::document::Align;
use crate::text::Line;

/// A row taller than this is split between its lines instead of leaving a large hole at the foot of a page.
const SPLIT_ABOVE: f32 = 150.0;
/// Space between a rule and the text next to it.
pub(super) const CELL_PADDING: f32 = 4.0;
const ROW_RULE: f32 = 0.5;

/// The set text of one cell.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) align: Align,
    pub(super) lines: Vec<Line>,
    pub(super) size_pt: f32,
    pub(super) ink: Ink,
    pub(super) node: Option<NodeId>,
}

/// Marks of the cells' lines in `range`, the first of them at `top`.
pub(super) fn cell_marks(cells: &[Cell], range: std::ops::Range<usize>, top: f32, leading: f32) -> Vec<Mark> {
    let mut marks = Vec::new();
    // One baseline for all cells of a row, whatever their sizes.
    let largest = cells.iter().fold(0.0_f32, |size, cell| size.max(cell.size_pt));
    for cell in cells {
        let lines = cell.lines.iter().enumerate().skip(range.start).take(range.len());
        marks.extend(lines.map(|(index, line)| Mark {
            x: cell.x + indent(cell.align, cell.width, line.width_pt),
            y: top + (index - range.start) as f32 * leading + baseline(leading, largest),
            node: cell.node,
            shape: Shape::Text { line: line.clone(), size_pt: cell.size_pt, ink: cell.ink },
        }));
    }
    marks
}

/// Left edge of a line inside its column.
pub(super) fn indent(align: Align, width: f32, line_width: f32) -> f32 {
    match align {
        Align::Justify | Align::Start => 0.0,
        Align::Centre => ((width - line_width) / 2.0).max(0.0),
        Align::End => (width - line_width).max(0.0),
    }
}

/// The pieces of one row: one piece, or one per line when the row is tall. A rule closes the row.
pub(super) fn row_pieces(cells: &[Cell], leading: f32, rule: Ink, what: &'static str) -> Vec<Piece> {
    let count = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
    let whole = count as f32 * leading + 2.0 * CELL_PADDING <= SPLIT_ABOVE;
    let step = if whole { count } else { 1 };
    let mut pieces = Vec::new();
    for start in (0..count).step_by(step) {
        let end = start + step;
        let above = if start == 0 { CELL_PADDING } else { 0.0 };
        let last = end >= count;
        let below = if last { CELL_PADDING } else { 0.0 };
        let height = above + (end - start) as f32 * leading + below;
        let mut marks = cell_marks(cells, start..end, above, leading);
        if last {
            let shape = Shape::Fill { width: MEASURE, height: ROW_RULE, ink: rule };
            marks.push(Mark { x: 0.0, y: height - ROW_RULE, node: None, shape });
        }
        // Two lines at least stay together at either side of a page break.
        let keep_with_next = !last && (start == 0 || end + 1 == count);
        pieces.push(Piece { height, marks, keep_with_next, what, ..Piece::default() });
    }
    pieces
}
