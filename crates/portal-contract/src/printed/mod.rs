//! The product's own printed matter, each built from typed data.

mod activation_letter;
mod checklist;
mod notice;
mod receipt;
mod training_certificate;
mod verification_sheet;

pub use activation_letter::{ActivationLetter, activation_letter};
pub use checklist::{Checklist, ChecklistGroup, ChecklistItem, document_checklist};
pub use notice::{AcceptanceNotice, Branch, acceptance_notice};
pub use receipt::{ReceiptPhoto, SubmissionReceipt, submission_receipt};
pub use training_certificate::{TrainingCertificate, training_certificate};
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
