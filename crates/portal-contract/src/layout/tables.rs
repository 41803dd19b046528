//! Tables and key-value lists.

use std::rc::Rc;

use super::blocks::{BLOCK_GAP, BODY, Composer, TABLE, TABLE_LEADING, spaced};
use super::flow::{Head, Piece};
use super::page::MEASURE;
use super::rows::{CELL_PADDING, Cell, cell_marks, row_pieces};
use super::{Ink, Mark, NodeId, Role, Shape};
use crate::document::{Align, Column, KeyValueRow};
use crate::error::RenderError;
use crate::fonts::Weight;
use crate::text::Style;

const TABLE_HEAD: Style = Style::new(9.5, Weight::Bold);
const FACT_LEADING: f32 = 15.5;
const COLUMN_PADDING: f32 = 6.0;
const LABEL_SHARE: f32 = 0.32;
const LABEL_GAP: f32 = 18.0;

impl Composer<'_> {
    pub(super) fn key_values(&mut self, rows: &[KeyValueRow]) -> Result<Vec<Piece>, RenderError> {
        let table = self.tags.root(Role::Table);
        let mut label_width = 0.0_f32;
        for row in rows {
            let widest = self.lines(&row.label, MEASURE * LABEL_SHARE, TABLE)?;
            label_width = widest.iter().fold(label_width, |width, line| width.max(line.width_pt));
        }
        let value_x = (label_width + LABEL_GAP).max(MEASURE * 0.18);
        let mut pieces = Vec::new();
        for row in rows {
            let row_node = self.tags.child(table, Role::Row);
            let label = Cell {
                x: 0.0,
                width: value_x - LABEL_GAP,
                align: Align::Start,
                lines: self.lines(&row.label, (value_x - LABEL_GAP).max(label_width + 0.5), TABLE)?,
                size_pt: TABLE.size_pt,
                ink: Ink::Soft,
                node: Some(self.tags.child(row_node, Role::HeadCell)),
            };
            let width = MEASURE - value_x;
            let value = Cell {
                x: value_x,
                width,
                align: Align::Start,
                lines: self.lines(&row.value, width, BODY)?,
                size_pt: BODY.size_pt,
                ink: Ink::Text,
                node: Some(self.tags.child(row_node, Role::Cell)),
            };
            pieces.extend(row_pieces(&[label, value], FACT_LEADING, Ink::Rule, "key-value row"));
        }
        Ok(spaced(pieces, BLOCK_GAP))
    }

    pub(super) fn table(
        &mut self,
        columns: &[Column],
        rows: &[Vec<String>],
    ) -> Result<Vec<Piece>, RenderError> {
        let shares: f32 = columns.iter().map(|column| f32::from(column.share.max(1))).sum();
        let mut x = 0.0;
        let places: Vec<(f32, f32, Align)> = columns
            .iter()
            .map(|column| {
                let width = MEASURE * f32::from(column.share.max(1)) / shares;
                let place = (x + COLUMN_PADDING, (width - 2.0 * COLUMN_PADDING).max(1.0), column.align);
                x += width;
                place
            })
            .collect();

        let table = self.tags.root(Role::Table);
        let heads: Vec<&str> = columns.iter().map(|column| column.head.as_str()).collect();
        let head_cells = self.cells(&places, &heads, TABLE_HEAD, table, &Role::HeadCell)?;
        let first = head_piece(&head_cells);
        let repeated = first.marks.iter().cloned().map(|mark| Mark { node: None, ..mark }).collect();
        let head = Rc::new(Head { height: first.height, marks: repeated });

        let mut pieces = vec![Piece { keep_with_next: !rows.is_empty(), ..first }];
        for (index, row) in rows.iter().enumerate() {
            if row.len() != columns.len() {
                return Err(RenderError::RowLength { cells: row.len(), columns: columns.len() });
            }
            let texts: Vec<&str> = row.iter().map(String::as_str).collect();
            let cells = self.cells(&places, &texts, TABLE, table, &Role::Cell)?;
            let rule = if index + 1 == rows.len() { Ink::Soft } else { Ink::Rule };
            let row = row_pieces(&cells, TABLE_LEADING, rule, "table row");
            pieces.extend(row.into_iter().map(|piece| Piece { head: Some(Rc::clone(&head)), ..piece }));
        }
        Ok(spaced(pieces, BLOCK_GAP))
    }

    fn cells(
        &mut self,
        places: &[(f32, f32, Align)],
        texts: &[&str],
        style: Style,
        table: NodeId,
        role: &Role,
    ) -> Result<Vec<Cell>, RenderError> {
        let row = self.tags.child(table, Role::Row);
        let mut cells = Vec::with_capacity(texts.len());
        for (&(x, width, align), text) in places.iter().zip(texts) {
            cells.push(Cell {
                x,
                width,
                align,
                lines: self.lines(text, width, style)?,
                size_pt: style.size_pt,
                ink: Ink::Text,
                node: Some(self.tags.child(row, role.clone())),
            });
        }
        Ok(cells)
    }
}

fn head_piece(cells: &[Cell]) -> Piece {
    let count = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    let height = count as f32 * TABLE_LEADING + 2.0 * CELL_PADDING;
    let fill =
        |y, height, ink| Mark { x: 0.0, y, node: None, shape: Shape::Fill { width: MEASURE, height, ink } };
    let mut marks =
        vec![fill(0.0, height, Ink::Panel), fill(0.0, 0.8, Ink::Soft), fill(height - 0.5, 0.5, Ink::Soft)];
    marks.extend(cell_marks(cells, 0..count, CELL_PADDING, TABLE_LEADING));
    Piece { height, marks, what: "table head", ..Piece::default() }
}
