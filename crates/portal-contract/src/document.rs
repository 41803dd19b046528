//! Printed matter as data: what stands on the pages, never where.
//!
//! The model is serialisable because contracts will be signed data (templates) and because its hash is printed in
//! the footer of every page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Language of the fixed words (page numbers, labels); the blocks carry their own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

/// One printed document of A4 pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Language of page numbers and of the PDF's metadata.
    pub language: Language,
    /// Name of the document, in the header of every page.
    pub title: String,
    /// Its number, in the header of every page.
    pub number: String,
    /// Creation time written into the PDF. Passed in, so that the same input gives the same bytes.
    pub created_at: Timestamp,
    /// State that must be seen before anything else is read, at the top of every page.
    pub banner: Option<Banner>,
    /// Pale text across every page, for copies without effect.
    pub watermark: Option<String>,
    /// The content, from top to bottom.
    pub blocks: Vec<Block>,
}

/// State of the document in a framed strip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Banner {
    /// A few words.
    pub text: String,
    /// How the strip is coloured. The words alone carry the meaning: prints are often black and white.
    pub tone: Tone,
}

/// Colour of a banner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing to heed.
    Plain,
    /// Something is still open.
    Caution,
    /// Something is settled.
    Settled,
}

/// One element of the content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub enum Block {
    /// The document's name in large letters, with an optional smaller line below.
    Title { text: String, subtitle: Option<String> },
    /// Heading of a section.
    Heading { text: String },
    /// Running text; `\n` breaks a line.
    Paragraph { text: String, align: Align },
    /// Labelled values, one under the other.
    KeyValue { rows: Vec<KeyValueRow> },
    /// Rows under column heads that are repeated on every page the table reaches.
    Table { columns: Vec<Column>, rows: Vec<Vec<String>> },
    /// A contract clause with its own number, such as "第一条" or "3.2".
    Clause { number: String, text: String },
    /// Items with a mark, a number or a box to tick.
    List { marker: Marker, items: Vec<ListItem> },
    /// A remark in a tinted panel.
    Note { text: String },
    /// A QR symbol with words beside it.
    QrCode { payload: String, caption: String },
    /// Empty height in points.
    Spacer { height_pt: f32 },
    /// What follows starts on a new page.
    PageBreak,
    /// Places side by side that are filled in later; the renderer says where they came to lie.
    Slots { slots: Vec<Slot> },
}

/// How the lines of a paragraph are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Even at both edges where the gaps stay small.
    Justify,
    /// Ragged at the right.
    Start,
    /// In the middle.
    Centre,
    /// Ragged at the left.
    End,
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyValueRow {
    pub label: String,
    pub value: String,
}

/// A table column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub head: String,
    /// Part of the table's width, relative to the other columns.
    pub share: u16,
    pub align: Align,
}

/// What stands before a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// 1. 2. 3.
    Number,
    /// A dot.
    Bullet,
    /// An empty box for a tick by hand.
    Box,
}

/// A list item with an optional smaller remark below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    pub text: String,
    pub remark: Option<String>,
}

/// A place that is filled after rendering.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    pub kind: SlotKind,
    /// Unique within the document; names the form field of a signature.
    pub name: String,
    /// Printed above the place, for example "商户签字".
    pub label: String,
    pub width_pt: f32,
    pub height_pt: f32,
}

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotKind {
    Signature,
    Seal,
    Date,
}
