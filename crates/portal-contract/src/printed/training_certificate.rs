use jiff::Timestamp;

use super::{heading, key_values};
use crate::document::{Align, Block, Document, Language, ListItem, Marker};
use crate::texts;

/// That somebody was shown how terminals are used, as handed to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingCertificate {
    pub language: Language,
    pub number: String,
    pub case_id: String,
    pub merchant_name: String,
    pub trainee: String,
    /// The day, as printed.
    pub trained_on_text: String,
    /// What was practised, in words, in order.
    pub topics: Vec<String>,
    /// Name of the branch that trained.
    pub branch: String,
    pub issued_at: Timestamp,
    /// `issued_at` as printed, in the local time zone.
    pub issued_at_text: String,
    /// Content of the QR symbol.
    pub qr_payload: String,
}

/// The training certificate (装机培训证书).
pub fn training_certificate(certificate: &TrainingCertificate) -> Document {
    let words = texts::of(certificate.language);
    let own = &words.training;
    let topics =
        certificate.topics.iter().map(|topic| ListItem { text: topic.clone(), remark: None }).collect();
    Document {
        language: certificate.language,
        title: own.title.into(),
        number: certificate.number.clone(),
        created_at: certificate.issued_at,
        banner: None,
        watermark: None,
        blocks: vec![
            Block::Title { text: own.title.into(), subtitle: None },
            Block::Paragraph {
                text: (own.statement)(
                    &certificate.trainee,
                    &certificate.merchant_name,
                    &certificate.trained_on_text,
                ),
                align: Align::Justify,
            },
            key_values(&[
                (own.number, &certificate.number),
                (words.case_id, &certificate.case_id),
                (words.merchant, &certificate.merchant_name),
                (own.trainee, &certificate.trainee),
                (own.trained_on, &certificate.trained_on_text),
                (own.branch, &certificate.branch),
            ]),
            heading(own.topics),
            Block::List { marker: Marker::Number, items: topics },
            Block::Spacer { height_pt: 6.0 },
            Block::Note { text: own.scope.into() },
            Block::QrCode { payload: certificate.qr_payload.clone(), caption: own.qr_caption.into() },
            Block::Spacer { height_pt: 4.0 },
            Block::Paragraph {
                text: format!("{}\n{}", certificate.branch, certificate.issued_at_text),
                align: Align::End,
            },
        ],
    }
}
