use jiff::Timestamp;

use super::{heading, key_values};
use crate::document::{Align, Banner, Block, Column, Document, Language, Tone};
use crate::texts;

/// Digits of a photo's SHA-256 that are printed.
const PRINTED_HASH_DIGITS: usize = 16;

/// What was saved on this computer when the merchant pressed "submit". It proves saving, not reception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionReceipt {
    pub language: Language,
    /// Local number of the receipt.
    pub receipt_number: String,
    pub op_id: String,
    pub case_id: String,
    pub merchant_name: String,
    /// Kind of merchant, in the receipt's language.
    pub kind_label: String,
    /// Products, in the receipt's language.
    pub product_labels: Vec<String>,
    pub saved_at: Timestamp,
    /// `saved_at` as printed, in the local time zone.
    pub saved_at_text: String,
    /// Short identifier of the device.
    pub device_id: String,
    pub photos: Vec<ReceiptPhoto>,
    /// Content of the QR symbol.
    pub qr_payload: String,
}

/// A photo of the submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPhoto {
    /// Name of the slot, in the receipt's language.
    pub slot_label: String,
    /// SHA-256 as hex; the first 16 digits are printed.
    pub sha256: String,
    pub size_bytes: u64,
}

/// The local submission receipt (提交回执).
pub fn submission_receipt(receipt: &SubmissionReceipt) -> Document {
    let words = texts::of(receipt.language);
    let own = &words.receipt;
    let mut blocks = vec![
        Block::Title { text: own.title.into(), subtitle: None },
        key_values(&[
            (own.receipt_number, &receipt.receipt_number),
            (words.merchant, &receipt.merchant_name),
            (own.kind, &receipt.kind_label),
            (own.products, &receipt.product_labels.join(own.separator)),
            (own.saved_at, &receipt.saved_at_text),
            (words.case_id, &receipt.case_id),
            (own.op_id, &receipt.op_id),
            (own.device, &receipt.device_id),
        ]),
        Block::QrCode { payload: receipt.qr_payload.clone(), caption: own.qr_caption.into() },
        heading(own.meaning),
        Block::Note { text: own.statement.into() },
        heading((own.photos)(receipt.photos.len())),
    ];
    blocks.push(if receipt.photos.is_empty() {
        Block::Paragraph { text: own.no_photos.into(), align: Align::Start }
    } else {
        photo_table(receipt)
    });
    Document {
        language: receipt.language,
        title: own.title.into(),
        number: receipt.receipt_number.clone(),
        created_at: receipt.saved_at,
        banner: Some(Banner { text: own.banner.into(), tone: Tone::Caution }),
        watermark: None,
        blocks,
    }
}

fn photo_table(receipt: &SubmissionReceipt) -> Block {
    let own = &texts::of(receipt.language).receipt;
    let column = |head: &str, share, align| Column { head: head.into(), share, align };
    let rows = receipt.photos.iter().enumerate().map(|(index, photo)| {
        let digits: String = photo.sha256.chars().take(PRINTED_HASH_DIGITS).collect();
        vec![(index + 1).to_string(), photo.slot_label.clone(), digits, texts::size(photo.size_bytes)]
    });
    Block::Table {
        columns: vec![
            column(own.photo_number, 9, Align::Start),
            column(own.photo_slot, 45, Align::Start),
            column(own.photo_hash, 32, Align::Start),
            column(own.photo_size, 14, Align::End),
        ],
        rows: rows.collect(),
    }
}
