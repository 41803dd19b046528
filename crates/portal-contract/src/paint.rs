//! From laid-out pages to a tagged PDF/A-2b file.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};
use std::num::NonZeroU16;

use crate::document::{Document, Language};
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::layout::{Ink, Layout, Mark, NodeId, PAGE_HEIGHT, PAGE_WIDTH, Role, Shape, TagNodes};
use crate::qr::{QUIET_ZONE_MODULES, Symbol};
use crate::text::Line;

/// Draws the pages and returns the PDF's bytes.
pub(crate) fn paint(document: &Document, layout: &Layout, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_B)
        .finish()
        .map_err(|error| RenderError::Pdf(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut pdf = krilla::Document::new_with(settings);
    pdf.set_metadata(metadata(document, layout));

    let mut content = Content { fonts, found: layout.tags.nodes.iter().map(|_| Vec::new()).collect() };
    for page_layout in layout.pages() {
        let size =
            PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(RenderError::DoesNotFit { what: "page" })?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for mark in &page_layout.marks {
            content.mark(&mut surface, mark)?;
        }
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(language_tag(document.language).to_owned()));
    for &root in &layout.tags.roots {
        if let Some(group) = content.group(&layout.tags, root) {
            tree.push(group);
        }
    }
    pdf.set_tag_tree(tree);
    pdf.finish().map_err(|error| RenderError::Pdf(error.to_string()))
}

fn metadata(document: &Document, layout: &Layout) -> Metadata {
    Metadata::new()
        .title(document.title.clone())
        .language(language_tag(document.language).to_owned())
        .document_id(layout.content_sha256().to_owned())
        .creation_date(date_time(document.created_at))
}

fn language_tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

fn date_time(timestamp: Timestamp) -> DateTime {
    let utc = timestamp.to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(utc.year()).unwrap_or_default())
        .month(part(utc.month()))
        .day(part(utc.day()))
        .hour(part(utc.hour()))
        .minute(part(utc.minute()))
        .second(part(utc.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// Draws marks and remembers which content belongs to which structure node.
struct Content<'a> {
    fonts: &'a Fonts,
    found: Vec<Vec<Identifier>>,
}

impl Content<'_> {
    fn mark(&mut self, surface: &mut Surface<'_>, mark: &Mark) -> Result<(), RenderError> {
        let tag = match (mark.node, &mark.shape) {
            (Some(_), Shape::Text { .. }) => ContentTag::Span(SpanTag::empty()),
            (Some(_), _) => ContentTag::Other,
            (None, Shape::Watermark { .. }) => {
                ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark))
            }
            (None, Shape::Text { .. }) => {
                ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther))
            }
            (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        };
        let identifier = surface.start_tagged(tag);
        if let Some(found) = mark.node.and_then(|node| self.found.get_mut(node)) {
            found.push(identifier);
        }
        let drawn = self.shape(surface, mark);
        surface.end_tagged();
        drawn
    }

    fn shape(&self, surface: &mut Surface<'_>, mark: &Mark) -> Result<(), RenderError> {
        match &mark.shape {
            Shape::Text { line, size_pt, ink } => self.text(surface, line, mark.x, mark.y, *size_pt, *ink),
            Shape::Fill { width, height, ink } => {
                fill_rects(surface, std::iter::once((mark.x, mark.y, *width, *height)), *ink);
                Ok(())
            }
            Shape::Frame { width, height, ink, line_width } => {
                frame(surface, (mark.x, mark.y, *width, *height), *ink, *line_width);
                Ok(())
            }
            Shape::Symbol { symbol, side } => {
                draw_symbol(surface, symbol, mark.x, mark.y, *side);
                Ok(())
            }
            Shape::Watermark { line, size_pt } => {
                surface.push_transform(&Transform::from_rotate_at(-45.0, mark.x, mark.y));
                let x = mark.x - line.width_pt / 2.0;
                let drawn = self.text(surface, line, x, mark.y + size_pt * 0.35, *size_pt, Ink::Watermark);
                surface.pop();
                drawn
            }
        }
    }

    fn text(
        &self,
        surface: &mut Surface<'_>,
        line: &Line,
        x: f32,
        y: f32,
        size_pt: f32,
        ink: Ink,
    ) -> Result<(), RenderError> {
        surface.set_stroke(None);
        surface.set_fill(Some(Fill { paint: color(ink).into(), ..Fill::default() }));
        for run in &line.runs {
            let face = self.fonts.face(run.face).ok_or(RenderError::Font)?;
            let start = Point::from_xy(x + run.x_pt, y);
            surface.draw_glyphs(start, &run.glyphs, face.embedding.clone(), &line.text, size_pt, false);
        }
        Ok(())
    }

    fn group(&mut self, tags: &TagNodes, id: NodeId) -> Option<TagGroup> {
        let node = tags.nodes.get(id)?;
        let mut group = TagGroup::new(tag_kind(&node.role));
        for identifier in self.found.get_mut(id).map(std::mem::take).unwrap_or_default() {
            group.push(identifier);
        }
        for &child in &node.children {
            if let Some(child) = self.group(tags, child) {
                group.push(child);
            }
        }
        Some(group)
    }
}

fn tag_kind(role: &Role) -> TagKind {
    match role {
        Role::Title(title) => Tag::Hn(NonZeroU16::MIN, Some(title.clone())).into(),
        Role::Heading(title) => Tag::Hn(NonZeroU16::MIN.saturating_add(1), Some(title.clone())).into(),
        Role::Paragraph => Tag::P.into(),
        Role::Note => Tag::Note.into(),
        Role::List { numbered: true } => Tag::L(ListNumbering::Decimal).into(),
        Role::List { numbered: false } => Tag::L(ListNumbering::Square).into(),
        Role::Item => Tag::LI.into(),
        Role::ItemMark => Tag::Lbl.into(),
        Role::ItemBody => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::HeadCell => Tag::TH(TableHeaderScope::Both).into(),
        Role::Cell => Tag::TD.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
    }
}

fn fill_rects(surface: &mut Surface<'_>, rects: impl Iterator<Item = (f32, f32, f32, f32)>, ink: Ink) {
    let mut builder = PathBuilder::new();
    for (x, y, width, height) in rects {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            builder.push_rect(rect);
        }
    }
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: color(ink).into(), ..Fill::default() }));
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}

fn frame(surface: &mut Surface<'_>, (x, y, width, height): (f32, f32, f32, f32), ink: Ink, line_width: f32) {
    let mut builder = PathBuilder::new();
    // Inside the box, so that frames and rules end at the same edge.
    let inset = line_width / 2.0;
    if let Some(rect) = Rect::from_xywh(x + inset, y + inset, width - line_width, height - line_width) {
        builder.push_rect(rect);
    }
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: color(ink).into(), width: line_width, ..Stroke::default() }));
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}

fn draw_symbol(surface: &mut Surface<'_>, symbol: &Symbol, x: f32, y: f32, side: f32) {
    let module = side / symbol.side_modules() as f32;
    let place = |modules: usize| (modules + QUIET_ZONE_MODULES) as f32 * module;
    let rects = symbol
        .dark_runs()
        .into_iter()
        .map(|(column, row, length)| (x + place(column), y + place(row), length as f32 * module, module));
    fill_rects(surface, rects, Ink::Text);
}

fn color(ink: Ink) -> rgb::Color {
    let (red, green, blue) = match ink {
        Ink::Text => (0x16, 0x1b, 0x22),
        Ink::Soft => (0x5a, 0x65, 0x72),
        Ink::Rule => (0xcf, 0xd6, 0xde),
        Ink::Panel => (0xf3, 0xf6, 0xf9),
        Ink::Accent => (0x1f, 0x4e, 0x79),
        Ink::Caution => (0x8a, 0x4b, 0x00),
        Ink::CautionPanel => (0xff, 0xf6, 0xe5),
        Ink::Settled => (0x14, 0x5c, 0x3a),
        Ink::SettledPanel => (0xee, 0xf8, 0xf1),
        Ink::Watermark => (0xec, 0xee, 0xf0),
    };
    rgb::Color::new(red, green, blue)
}
