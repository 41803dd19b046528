//! One call from a document to its PDF.

use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::layout::{SlotRect, layout};
use crate::paint::paint;

/// A rendered document.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The file.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Where the document's slots came to lie.
    pub slots: Vec<SlotRect>,
    /// SHA-256 of `pdf`, lower-case hex.
    pub sha256: String,
    /// SHA-256 of the document's data, lower-case hex; its first 16 digits are printed in the footer.
    pub content_sha256: String,
}

/// Renders a document. The same document gives the same bytes, on every machine and at every time.
///
/// # Errors
/// Any [`RenderError`]; above all [`RenderError::MissingGlyph`], which names the character.
pub fn render(document: &Document, fonts: &Fonts) -> Result<Rendered, RenderError> {
    let layout = layout(document, fonts)?;
    let pdf = paint(document, &layout, fonts)?;
    Ok(Rendered {
        sha256: hex::encode(Sha256::digest(&pdf)),
        pages: layout.pages().len(),
        slots: layout.pages().iter().flat_map(|page| page.slots.iter().cloned()).collect(),
        content_sha256: layout.content_sha256().to_owned(),
        pdf,
    })
}
