use jiff::Timestamp;

use super::{heading, key_values};
use crate::document::{Align, Block, Document, Language, ListItem, Marker};
use crate::texts;

/// The decision that an application is accepted, as handed to the merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptanceNotice {
    pub language: Language,
    pub number: String,
    pub merchant_name: String,
    pub case_id: String,
    pub accepted_at: Timestamp,
    /// `accepted_at` as printed, in the local time zone.
    pub accepted_at_text: String,
    pub branch: Branch,
    /// The day by which the next steps are to be taken, as printed; absent where no time is set.
    pub act_by_text: Option<String>,
    /// What happens next, in order.
    pub next_steps: Vec<String>,
    /// What the merchant brings to the branch; may be empty.
    pub to_bring: Vec<String>,
    /// Role of the reviewer, never the name.
    pub reviewer_role: String,
    /// Content of the QR symbol that leads to the verification page.
    pub verify_qr_payload: String,
}

/// Where the merchant is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub name: String,
    pub address: String,
    pub hours: String,
}

/// The acceptance notice (受理通知书).
pub fn acceptance_notice(notice: &AcceptanceNotice) -> Document {
    let words = texts::of(notice.language);
    let own = &words.notice;
    let branch = &notice.branch;
    let act_by = notice.act_by_text.as_deref().map(own.act_by_text).unwrap_or_default();
    let mut facts = vec![
        (own.number, notice.number.as_str()),
        (words.case_id, &notice.case_id),
        (own.accepted_at, &notice.accepted_at_text),
        (own.branch, &branch.name),
        (own.address, &branch.address),
        (own.hours, &branch.hours),
        (own.reviewer, &notice.reviewer_role),
    ];
    if notice.act_by_text.is_some() {
        facts.push((own.act_by, &act_by));
    }
    let mut blocks = vec![
        Block::Title { text: own.title.into(), subtitle: None },
        Block::Paragraph { text: (own.salutation)(&notice.merchant_name), align: Align::Start },
        Block::Paragraph {
            text: (own.opening)(&notice.accepted_at_text, &branch.name),
            align: Align::Justify,
        },
        key_values(&facts),
    ];
    blocks.extend(section(own.next_steps, Marker::Number, &notice.next_steps));
    blocks.extend(section(own.to_bring, Marker::Box, &notice.to_bring));
    blocks.extend([
        Block::Spacer { height_pt: 6.0 },
        Block::Note { text: own.scope.into() },
        Block::QrCode { payload: notice.verify_qr_payload.clone(), caption: own.qr_caption.into() },
        Block::Spacer { height_pt: 4.0 },
        Block::Paragraph { text: format!("{}\n{}", branch.name, notice.accepted_at_text), align: Align::End },
    ]);
    Document {
        language: notice.language,
        title: own.title.into(),
        number: notice.number.clone(),
        created_at: notice.accepted_at,
        banner: None,
        watermark: None,
        blocks,
    }
}

fn section(title: &str, marker: Marker, texts: &[String]) -> Vec<Block> {
    if texts.is_empty() {
        return Vec::new();
    }
    let items = texts.iter().map(|text| ListItem { text: text.clone(), remark: None }).collect();
    vec![heading(title), Block::List { marker, items }]
}
