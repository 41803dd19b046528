//! Printed matter of the product: documents as data, laid out for A4 and rendered to PDF/A-2b.
//!
//! Everything that leaves the product on paper takes one path: typed data ([`submission_receipt`] and its siblings)
//! → [`Document`] → [`layout`] → [`render`]. The path reads no clock, no file and no installed font, so that two
//! machines give the same bytes for the same document.
//!
//! ```
//! use portal_contract::{Align, Block, Document, Fonts, Language, render};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let document = Document {
//!     language: Language::Zh,
//!     title: "说明".into(),
//!     number: "N-1".into(),
//!     created_at: "2026-07-01T02:00:00Z".parse()?,
//!     banner: None,
//!     watermark: None,
//!     blocks: vec![Block::Paragraph { text: "请妥善保管。".into(), align: Align::Justify }],
//! };
//! let rendered = render(&document, Fonts::embedded()?)?;
//! assert_eq!(rendered.pages, 1);
//! # Ok(())
//! # }
//! ```

pub mod agreement;
pub mod bundle;
mod document;
mod error;
pub mod evidence;
mod fonts;
mod layout;
mod paint;
mod pdf;
pub mod pki;
mod printed;
mod qr;
mod render;
pub mod sealed;
pub mod signing;
pub mod stamping;
pub mod template;
mod text;
mod texts;
pub mod verifying;

pub use document::{
    Align, Banner, Block, Column, Document, KeyValueRow, Language, ListItem, Marker, Slot, SlotKind, Tone,
};
pub use error::RenderError;
pub use fonts::Fonts;
pub use layout::{Layout, PageLayout, SlotRect, layout};
pub use printed::{
    AcceptanceNotice, ActivationLetter, Branch, Checklist, ChecklistGroup, ChecklistItem, ReceiptPhoto,
    SubmissionReceipt, TrainingCertificate, acceptance_notice, activation_letter, document_checklist,
    submission_receipt, training_certificate,
};
pub use render::{Rendered, render};
pub use text::break_text;
