use jiff::Timestamp;
use portal_domain::progress::Terminal;

use super::{heading, key_values};
use crate::document::{Align, Block, Column, Document, Language, ListItem, Marker};
use crate::texts;

/// That a merchant can take payments, as handed to the merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationLetter {
    pub language: Language,
    pub number: String,
    pub case_id: String,
    pub merchant_name: String,
    /// Given by the acquirer.
    pub merchant_number: String,
    /// Names, as one text.
    pub products: String,
    /// Holder, masked number and bank.
    pub settlement_account: String,
    pub contract_number: String,
    /// Those that were handed over; may be empty.
    pub terminals: Vec<Terminal>,
    /// Name and telephone of the acquirer.
    pub issuer: String,
    pub issuer_phone: String,
    pub activated_at: Timestamp,
    /// `activated_at` as printed, in the local time zone.
    pub activated_at_text: String,
    /// Content of the QR symbol.
    pub qr_payload: String,
}

/// The activation letter (开通通知书).
pub fn activation_letter(letter: &ActivationLetter) -> Document {
    let words = texts::of(letter.language);
    let own = &words.activation;
    let mut blocks = vec![
        Block::Title { text: own.title.into(), subtitle: None },
        Block::Paragraph { text: (words.notice.salutation)(&letter.merchant_name), align: Align::Start },
        Block::Paragraph { text: (own.opening)(&letter.activated_at_text), align: Align::Justify },
        key_values(&[
            (own.number, &letter.number),
            (words.case_id, &letter.case_id),
            (own.merchant_number, &letter.merchant_number),
            (own.products, &letter.products),
            (own.settlement_account, &letter.settlement_account),
            (own.contract, &letter.contract_number),
            (own.issuer, &format!("{} {}", letter.issuer, letter.issuer_phone)),
        ]),
    ];
    if !letter.terminals.is_empty() {
        let column = |head: &str, share| Column { head: head.into(), share, align: Align::Start };
        let row = |terminal: &Terminal| vec![terminal.model.clone(), terminal.serial.clone()];
        blocks.push(heading(own.terminals));
        blocks.push(Block::Table {
            columns: vec![column(own.model, 1), column(own.serial, 1)],
            rows: letter.terminals.iter().map(row).collect(),
        });
    }
    let first = own.first_days.iter().map(|text| ListItem { text: (*text).into(), remark: None }).collect();
    blocks.extend([
        heading(own.first_heading),
        Block::List { marker: Marker::Box, items: first },
        Block::Spacer { height_pt: 6.0 },
        Block::Note { text: own.scope.into() },
        Block::QrCode { payload: letter.qr_payload.clone(), caption: own.qr_caption.into() },
        Block::Spacer { height_pt: 4.0 },
        Block::Paragraph {
            text: format!("{}\n{}", letter.issuer, letter.activated_at_text),
            align: Align::End,
        },
    ]);
    Document {
        language: letter.language,
        title: own.title.into(),
        number: letter.number.clone(),
        created_at: letter.activated_at,
        banner: None,
        watermark: None,
        blocks,
    }
}
