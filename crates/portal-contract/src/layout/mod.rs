//! From blocks to pages: every mark with its place, before any PDF is written.

mod blocks;
mod flow;
mod page;
mod rows;
mod tables;
mod tags;

use sha2::{Digest, Sha256};

use crate::document::{Document, SlotKind};
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::qr::Symbol;
use crate::text::Line;
use crate::texts;

pub(crate) use page::{MARGIN, MEASURE, PAGE_HEIGHT, PAGE_WIDTH};
pub(crate) use tags::{NodeId, Role, TagNodes};

/// A laid-out document.
pub struct Layout {
    pub(crate) pages: Vec<PageLayout>,
    pub(crate) tags: TagNodes,
    content_sha256: String,
}

/// One page. Coordinates are points from the upper left corner.
#[derive(Debug, Default)]
pub struct PageLayout {
    pub(crate) marks: Vec<Mark>,
    pub(crate) slots: Vec<SlotRect>,
}

/// Where a slot came to lie, in PDF coordinates: points from the lower left corner of the page, as the rectangle of
/// a form field wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotRect {
    pub kind: SlotKind,
    pub name: String,
    /// Page index, from 0.
    pub page: usize,
    pub x_pt: f32,
    pub y_pt: f32,
    pub width_pt: f32,
    pub height_pt: f32,
}

/// Something drawn. The upper left corner of a box and the baseline of a text are meant by `x` and `y`.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// What it means to a reader who hears the page; none for decoration.
    pub(crate) node: Option<NodeId>,
    pub(crate) shape: Shape,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Text {
        line: Line,
        size_pt: f32,
        ink: Ink,
    },
    Fill {
        width: f32,
        height: f32,
        ink: Ink,
    },
    Frame {
        width: f32,
        height: f32,
        ink: Ink,
        line_width: f32,
    },
    Symbol {
        symbol: Symbol,
        side: f32,
    },
    /// Text across the page, rising to the right, its middle at the mark's place.
    Watermark {
        line: Line,
        size_pt: f32,
    },
}

/// The few colours of printed matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Text,
    Soft,
    Rule,
    Panel,
    Accent,
    Caution,
    CautionPanel,
    Settled,
    SettledPanel,
    Watermark,
}

impl Layout {
    /// The pages in order.
    pub fn pages(&self) -> &[PageLayout] {
        &self.pages
    }

    /// SHA-256 of the document's data as lower-case hex; its first digits stand in every footer.
    pub fn content_sha256(&self) -> &str {
        &self.content_sha256
    }
}

impl PageLayout {
    /// The texts of the page in drawing order, header and footer included.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.marks.iter().filter_map(|mark| match &mark.shape {
            Shape::Text { line, .. } | Shape::Watermark { line, .. } => Some(line.text.trim_end()),
            Shape::Fill { .. } | Shape::Frame { .. } | Shape::Symbol { .. } => None,
        })
    }
}

/// Lays a document out without writing a PDF.
///
/// # Errors
/// Any [`RenderError`] except [`RenderError::Pdf`].
pub fn layout(document: &Document, fonts: &Fonts) -> Result<Layout, RenderError> {
    let json = serde_json::to_vec(document).map_err(RenderError::Serialise)?;
    let content_sha256 = hex::encode(Sha256::digest(&json));

    let mut tags = TagNodes::default();
    let frame =
        page::Frame { document, fonts, words: texts::of(document.language), content_sha256: &content_sha256 };
    let top = frame.content_top()?;
    let flowables = blocks::Composer { document, fonts, tags: &mut tags }.compose()?;
    let mut pages = flow::flow(flowables, top)?;
    frame.furnish(&mut pages)?;
    Ok(Layout { pages, tags, content_sha256 })
}
