//! From each kind of block to the pieces that are stacked.

use super::flow::{Flowable, Piece};
use super::page::{MEASURE, baseline};
use super::rows::{CELL_PADDING, Cell, cell_marks, indent};
use super::{Ink, Mark, NodeId, Role, Shape, TagNodes};
use crate::document::{Align, Block, Document, ListItem, Marker, Slot};
use crate::error::RenderError;
use crate::fonts::{Fonts, Weight};
use crate::qr::Symbol;
use crate::text::{Line, Style, set_lines};

const TITLE: Style = Style::new(19.0, Weight::Bold);
const TITLE_LEADING: f32 = 27.0;
const HEADING: Style = Style::new(12.0, Weight::Bold);
const HEADING_LEADING: f32 = 18.0;
/// 五号, the usual size of Chinese office documents.
pub(super) const BODY: Style = Style::new(10.5, Weight::Regular);
const BODY_LEADING: f32 = 17.5;
const SMALL: Style = Style::new(9.0, Weight::Regular);
const SMALL_LEADING: f32 = 14.0;
pub(super) const TABLE: Style = Style::new(9.5, Weight::Regular);
pub(super) const TABLE_LEADING: f32 = 14.5;

const PARAGRAPH_GAP: f32 = 6.0;
pub(super) const BLOCK_GAP: f32 = 10.0;
const SECTION_GAP: f32 = 18.0;
const MARKER_WIDTH: f32 = 20.0;
const NOTE_PADDING: f32 = 8.0;
const NOTE_INDENT: f32 = 14.0;
const NOTE_BAR: f32 = 3.0;
/// 32 mm: modules of more than 0.5 mm for the payloads in use, which phone cameras read from paper.
const QR_SIDE: f32 = 90.7;
const QR_GAP: f32 = 8.0;
const SLOT_GAP: f32 = 24.0;
const BOX_SIDE: f32 = 9.0;

pub(super) struct Composer<'a> {
    pub(super) document: &'a Document,
    pub(super) fonts: &'a Fonts,
    pub(super) tags: &'a mut TagNodes,
}

/// Lines of one style at one place, before they are cut into pieces.
struct TextColumn {
    x: f32,
    width: f32,
    align: Align,
    style: Style,
    leading: f32,
    ink: Ink,
    node: NodeId,
}

impl Composer<'_> {
    pub(super) fn compose(mut self) -> Result<Vec<Flowable>, RenderError> {
        let mut flowables = Vec::new();
        let mut after_rows = false;
        for block in &self.document.blocks {
            if matches!(block, Block::PageBreak) {
                flowables.push(Flowable::PageBreak);
            }
            let mut pieces = self.block(block)?;
            if let Some(first) = pieces.first_mut().filter(|_| after_rows) {
                first.gap_before = first.gap_before.max(BLOCK_GAP);
            }
            after_rows = matches!(block, Block::KeyValue { .. } | Block::Table { .. });
            flowables.extend(pieces.into_iter().map(Flowable::Piece));
        }
        Ok(flowables)
    }

    fn block(&mut self, block: &Block) -> Result<Vec<Piece>, RenderError> {
        match block {
            Block::Title { text, subtitle } => self.title(text, subtitle.as_deref()),
            Block::Heading { text } => self.heading(text),
            Block::Paragraph { text, align } => {
                let node = self.tags.root(Role::Paragraph);
                self.text(text, &body_column(0.0, *align, node), PARAGRAPH_GAP)
            }
            Block::KeyValue { rows } => self.key_values(rows),
            Block::Table { columns, rows } => self.table(columns, rows),
            Block::Clause { number, text } => self.clause(number, text),
            Block::List { marker, items } => self.list(*marker, items),
            Block::Note { text } => self.note(text),
            Block::QrCode { payload, caption } => self.qr_code(payload, caption),
            Block::Spacer { height_pt } => {
                Ok(vec![Piece { height: height_pt.max(0.0), what: "spacer", ..Piece::default() }])
            }
            Block::PageBreak => Ok(Vec::new()),
            Block::Slots { slots } => self.slots(slots),
        }
    }

    pub(super) fn lines(&self, text: &str, width: f32, style: Style) -> Result<Vec<Line>, RenderError> {
        set_lines(text, width, style, self.fonts)
    }

    /// One piece per line; two lines at least stay together at either side of a page break.
    fn text(&self, text: &str, column: &TextColumn, gap_before: f32) -> Result<Vec<Piece>, RenderError> {
        let style = column.style.justified(column.align == Align::Justify);
        let lines = self.lines(text, column.width, style)?;
        let count = lines.len();
        Ok(lines
            .into_iter()
            .enumerate()
            .map(|(index, line)| Piece {
                gap_before: if index == 0 { gap_before } else { 0.0 },
                height: column.leading,
                keep_with_next: index + 1 < count && (index == 0 || index + 2 == count),
                marks: vec![column.mark(line, 0.0)],
                what: "paragraph",
                ..Piece::default()
            })
            .collect())
    }

    fn title(&mut self, text: &str, subtitle: Option<&str>) -> Result<Vec<Piece>, RenderError> {
        let node = self.tags.root(Role::Title(text.to_owned()));
        let column =
            TextColumn { style: TITLE, leading: TITLE_LEADING, ..body_column(0.0, Align::Centre, node) };
        let mut pieces = self.text(text, &column, BLOCK_GAP)?;
        if let Some(subtitle) = subtitle {
            let node = self.tags.root(Role::Paragraph);
            let column = TextColumn { ink: Ink::Soft, ..body_column(0.0, Align::Centre, node) };
            pieces.extend(self.text(subtitle, &column, 1.0)?);
        }
        pieces.push(Piece { height: 4.0, ..Piece::default() });
        Ok(keep_together(pieces, true))
    }

    fn heading(&mut self, text: &str) -> Result<Vec<Piece>, RenderError> {
        let node = self.tags.root(Role::Heading(text.to_owned()));
        let column =
            TextColumn { style: HEADING, leading: HEADING_LEADING, ..body_column(0.0, Align::Start, node) };
        let pieces = self.text(text, &column, SECTION_GAP)?;
        Ok(keep_together(pieces, true))
    }

    fn clause(&mut self, number: &str, text: &str) -> Result<Vec<Piece>, RenderError> {
        let list = self.tags.root(Role::List { numbered: true });
        let item = self.tags.child(list, Role::Item);
        let mark_node = self.tags.child(item, Role::ItemMark);
        let body_node = self.tags.child(item, Role::ItemBody);
        let number = set_lines(number, MEASURE / 3.0, BODY, self.fonts)?;
        let widest = number.iter().fold(0.0_f32, |width, line| width.max(line.width_pt));
        let mut pieces = self.text(
            text,
            &body_column((widest + 8.0).max(30.0), Align::Justify, body_node),
            PARAGRAPH_GAP,
        )?;
        let column = body_column(0.0, Align::Start, mark_node);
        for (piece, line) in pieces.iter_mut().zip(number) {
            piece.marks.insert(0, column.mark(line, 0.0));
        }
        Ok(pieces)
    }

    fn list(&mut self, marker: Marker, items: &[ListItem]) -> Result<Vec<Piece>, RenderError> {
        let list = self.tags.root(Role::List { numbered: marker == Marker::Number });
        let mut pieces = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item_node = self.tags.child(list, Role::Item);
            let mark = self.marker(marker, index + 1, item_node)?;
            let body = self.tags.child(item_node, Role::ItemBody);
            let gap = if index == 0 { PARAGRAPH_GAP } else { 3.0 };
            let mut own = self.text(&item.text, &body_column(MARKER_WIDTH, Align::Start, body), gap)?;
            if let Some(first) = own.first_mut() {
                first.marks.insert(0, mark);
            }
            if let Some(remark) = &item.remark {
                let column = TextColumn {
                    style: SMALL,
                    leading: SMALL_LEADING,
                    ink: Ink::Soft,
                    ..body_column(MARKER_WIDTH, Align::Start, body)
                };
                own = keep_together(own, true);
                own.extend(self.text(remark, &column, 0.0)?);
            }
            pieces.extend(own);
        }
        Ok(pieces)
    }

    fn marker(&mut self, marker: Marker, number: usize, item: NodeId) -> Result<Mark, RenderError> {
        let node = self.tags.child(item, Role::ItemMark);
        Ok(match marker {
            Marker::Number => {
                let line = self.lines(&format!("{number}."), MARKER_WIDTH, BODY)?.into_iter().next();
                body_column(0.0, Align::Start, node).mark(line.unwrap_or_default(), 0.0)
            }
            Marker::Bullet => {
                let side = 3.5;
                let shape = Shape::Fill { width: side, height: side, ink: Ink::Accent };
                Mark { x: 5.0, y: (BODY_LEADING - side) / 2.0 + 0.5, node: Some(node), shape }
            }
            Marker::Box => {
                let shape =
                    Shape::Frame { width: BOX_SIDE, height: BOX_SIDE, ink: Ink::Text, line_width: 0.8 };
                Mark { x: 2.0, y: (BODY_LEADING - BOX_SIDE) / 2.0, node: Some(node), shape }
            }
        })
    }

    fn note(&mut self, text: &str) -> Result<Vec<Piece>, RenderError> {
        let node = self.tags.root(Role::Note);
        let column = TextColumn {
            width: MEASURE - 2.0 * NOTE_INDENT,
            style: Style::new(9.5, Weight::Regular),
            leading: 15.5,
            ..body_column(NOTE_INDENT, Align::Justify, node)
        };
        let mut pieces = self.text(text, &column, BLOCK_GAP)?;
        let last = pieces.len().saturating_sub(1);
        for (index, piece) in pieces.iter_mut().enumerate() {
            let above = if index == 0 { NOTE_PADDING } else { 0.0 };
            let below = if index == last { NOTE_PADDING } else { 0.0 };
            piece.height += above + below;
            piece.marks.iter_mut().for_each(|mark| mark.y += above);
            let strip = |width, ink| Mark {
                x: 0.0,
                y: 0.0,
                node: None,
                shape: Shape::Fill { width, height: piece.height, ink },
            };
            let background = [strip(MEASURE, Ink::Panel), strip(NOTE_BAR, Ink::Accent)];
            piece.marks.splice(0..0, background);
        }
        Ok(pieces)
    }

    fn qr_code(&mut self, payload: &str, caption: &str) -> Result<Vec<Piece>, RenderError> {
        let symbol = Symbol::encode(payload)?;
        let figure = self.tags.root(Role::Figure(caption.to_owned()));
        let words = self.tags.root(Role::Paragraph);
        let x = QR_SIDE + QR_GAP;
        let lines = self.lines(caption, MEASURE - x - QR_GAP, TABLE)?;
        let text_height = lines.len() as f32 * TABLE_LEADING;
        let height = QR_SIDE.max(text_height + 2.0 * CELL_PADDING);
        let shape = Shape::Symbol { symbol, side: QR_SIDE };
        let frame = Shape::Frame { width: MEASURE, height, ink: Ink::Rule, line_width: 0.6 };
        let cell = Cell {
            x,
            width: MEASURE - x - QR_GAP,
            align: Align::Start,
            size_pt: TABLE.size_pt,
            ink: Ink::Text,
            node: Some(words),
            lines,
        };
        let mut marks = vec![
            Mark { x: 0.0, y: 0.0, node: None, shape: frame },
            Mark { x: 0.0, y: (height - QR_SIDE) / 2.0, node: Some(figure), shape },
        ];
        let count = cell.lines.len();
        marks.extend(cell_marks(&[cell], 0..count, (height - text_height) / 2.0, TABLE_LEADING));
        Ok(vec![Piece { gap_before: 14.0, height, marks, what: "QR code", ..Piece::default() }])
    }

    fn slots(&mut self, slots: &[Slot]) -> Result<Vec<Piece>, RenderError> {
        let mut piece = Piece { gap_before: BLOCK_GAP, what: "slot", ..Piece::default() };
        let mut x = 0.0;
        for slot in slots {
            if !(slot.width_pt > 0.0 && slot.height_pt > 0.0) || x + slot.width_pt > MEASURE + 0.01 {
                return Err(RenderError::DoesNotFit { what: "slot" });
            }
            let node = self.tags.root(Role::Paragraph);
            let label = self.lines(&slot.label, slot.width_pt, TABLE)?;
            let top = label.len() as f32 * TABLE_LEADING + 2.0;
            let column = TextColumn { width: slot.width_pt, ..small_column(x, node) };
            for (index, line) in label.into_iter().enumerate() {
                piece.marks.push(column.mark(line, index as f32 * TABLE_LEADING));
            }
            let shape = Shape::Frame {
                width: slot.width_pt,
                height: slot.height_pt,
                ink: Ink::Rule,
                line_width: 0.6,
            };
            piece.marks.push(Mark { x, y: top, node: None, shape });
            piece.height = piece.height.max(top + slot.height_pt);
            piece.slots.push((x, top, slot.clone()));
            x += slot.width_pt + SLOT_GAP;
        }
        Ok(vec![piece])
    }
}

impl TextColumn {
    fn mark(&self, line: Line, top: f32) -> Mark {
        Mark {
            x: self.x + indent(self.align, self.width, line.width_pt),
            y: top + baseline(self.leading, self.style.size_pt),
            node: Some(self.node),
            shape: Shape::Text { line, size_pt: self.style.size_pt, ink: self.ink },
        }
    }
}

fn body_column(x: f32, align: Align, node: NodeId) -> TextColumn {
    TextColumn { x, width: MEASURE - x, align, style: BODY, leading: BODY_LEADING, ink: Ink::Text, node }
}

fn small_column(x: f32, node: NodeId) -> TextColumn {
    TextColumn { style: TABLE, leading: TABLE_LEADING, ink: Ink::Soft, ..body_column(x, Align::Start, node) }
}

/// Keeps the pieces on one page, and with what follows if wanted.
fn keep_together(mut pieces: Vec<Piece>, with_next: bool) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    for (index, piece) in pieces.iter_mut().enumerate() {
        piece.keep_with_next = index < last || with_next;
    }
    pieces
}

/// Sets the gap above the first piece.
pub(super) fn spaced(mut pieces: Vec<Piece>, gap: f32) -> Vec<Piece> {
    if let Some(first) = pieces.first_mut() {
        first.gap_before = gap;
    }
    pieces
}
