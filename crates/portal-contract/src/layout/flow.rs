//! Stacking pieces into pages.

use super::page::{CONTENT_BOTTOM, PAGE_HEIGHT};
use super::{Mark, PageLayout, SlotRect};
use crate::document::Slot;
use crate::error::RenderError;

/// Something that is stacked from top to bottom.
#[derive(Debug)]
pub(super) enum Flowable {
    Piece(Piece),
    PageBreak,
}

/// A strip over the whole width that is never split. Marks count from its upper left corner, which lies on the left
/// margin.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Empty height above, dropped at the top of a page.
    pub(super) gap_before: f32,
    pub(super) height: f32,
    /// Never the last of its page when the next piece is not on it too.
    pub(super) keep_with_next: bool,
    pub(super) marks: Vec<Mark>,
    /// Slots with their place in the piece.
    pub(super) slots: Vec<(f32, f32, Slot)>,
    /// The head that is repeated when a page begins with this piece.
    pub(super) head: Option<std::rc::Rc<Head>>,
    /// What the block is, for the error when it cannot fit on any page.
    pub(super) what: &'static str,
}

/// A table's column heads.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) height: f32,
    pub(super) marks: Vec<Mark>,
}

struct Stack {
    pages: Vec<PageLayout>,
    top: f32,
    y: f32,
}

/// Stacks the pieces from `top` downward on each page.
pub(super) fn flow(flowables: Vec<Flowable>, top: f32) -> Result<Vec<PageLayout>, RenderError> {
    let mut stack = Stack { pages: vec![PageLayout::default()], top, y: top };
    let mut group: Vec<Piece> = Vec::new();
    for flowable in flowables {
        match flowable {
            Flowable::Piece(piece) => {
                let complete = !piece.keep_with_next;
                group.push(piece);
                if complete {
                    stack.place_group(std::mem::take(&mut group))?;
                }
            }
            Flowable::PageBreak => {
                stack.place_group(std::mem::take(&mut group))?;
                stack.next_page();
            }
        }
    }
    stack.place_group(group)?;
    Ok(stack.pages)
}

impl Stack {
    fn room(&self) -> f32 {
        CONTENT_BOTTOM - self.y
    }

    fn at_top(&self) -> bool {
        self.y <= self.top
    }

    fn next_page(&mut self) {
        self.pages.push(PageLayout::default());
        self.y = self.top;
    }

    /// Places pieces that belong together on one page if one page can hold them.
    fn place_group(&mut self, group: Vec<Piece>) -> Result<(), RenderError> {
        let height: f32 = group.iter().map(|piece| piece.gap_before + piece.height).sum();
        let page = CONTENT_BOTTOM - self.top;
        if height > self.room() && height <= page && !self.at_top() {
            self.next_page();
        }
        group.into_iter().try_for_each(|piece| self.place(piece))
    }

    fn place(&mut self, piece: Piece) -> Result<(), RenderError> {
        let gap = if self.at_top() { 0.0 } else { piece.gap_before };
        if gap + piece.height > self.room() && !self.at_top() {
            self.next_page();
        }
        if self.at_top() {
            if let Some(head) = &piece.head {
                self.draw(&head.marks);
                self.y += head.height;
            }
        } else {
            self.y += gap;
        }
        if piece.height > self.room() {
            return Err(RenderError::DoesNotFit { what: piece.what });
        }
        self.draw(&piece.marks);
        self.draw_slots(piece.slots);
        self.y += piece.height;
        Ok(())
    }

    fn draw(&mut self, marks: &[Mark]) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.marks.extend(marks.iter().cloned().map(|mark| Mark {
                x: mark.x + super::page::MARGIN,
                y: mark.y + y,
                ..mark
            }));
        }
    }

    fn draw_slots(&mut self, slots: Vec<(f32, f32, Slot)>) {
        let (page_index, y) = (self.pages.len() - 1, self.y);
        if let Some(page) = self.pages.last_mut() {
            page.slots.extend(slots.into_iter().map(|(x, top, slot)| SlotRect {
                kind: slot.kind,
                name: slot.name,
                page: page_index,
                x_pt: x + super::page::MARGIN,
                y_pt: PAGE_HEIGHT - (y + top + slot.height_pt),
                width_pt: slot.width_pt,
                height_pt: slot.height_pt,
            }));
        }
    }
}
