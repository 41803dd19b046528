use thiserror::Error;

/// Why a document could not be laid out or rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// No embedded typeface has a glyph for the character. Printing a box instead would change a legal name.
    #[error("no embedded font has the character U+{:04X}", u32::from(*ch))]
    MissingGlyph {
        /// The character, for the message shown to the person who typed it.
        ch: char,
    },
    /// An embedded font could not be parsed: the build is damaged.
    #[error("an embedded font cannot be read")]
    Font,
    /// The payload of a QR block is longer than the largest symbol holds.
    #[error("the QR payload of {length_bytes} bytes does not fit into a symbol")]
    QrTooLong {
        /// Length of the payload.
        length_bytes: usize,
    },
    /// A slot, table or spacer has measures that no page can hold.
    #[error("{what} does not fit on a page")]
    DoesNotFit {
        /// Which kind of block.
        what: &'static str,
    },
    /// A table row has another number of cells than the table has columns.
    #[error("a table row has {cells} cells for {columns} columns")]
    RowLength {
        /// Cells of the row.
        cells: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// The document could not be written as canonical JSON for its content hash.
    #[error("the document cannot be serialised")]
    Serialise(#[source] serde_json::Error),
    /// The PDF writer refused the document, for example because it would break PDF/A-2b.
    #[error("the PDF writer refused the document: {0}")]
    Pdf(String),
}
