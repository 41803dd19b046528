//! The product's own printed matter, each built from typed data.

mod checklist;
mod notice;
mod receipt;
mod verification_sheet;

pub use checklist::{Checklist, ChecklistGroup, ChecklistItem, document_checklist};
pub use notice::{AcceptanceNotice, Branch, acceptance_notice};
pub use receipt::{ReceiptPhoto, SubmissionReceipt, submission_receipt};
pub(crate) use verification_sheet::{VerificationSheet, verification_sheet};

use crate::document::{Block, KeyValueRow};

fn key_values(rows: &[(&str, &str)]) -> Block {
    let rows =
        rows.iter().map(|(label, value)| KeyValueRow { label: (*label).into(), value: (*value).into() });
    Block::KeyValue { rows: rows.collect() }
}

fn heading(text: impl Into<String>) -> Block {
    Block::Heading { text: text.into() }
}
