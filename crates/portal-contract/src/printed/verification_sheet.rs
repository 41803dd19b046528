use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};

use super::key_values;
use crate::document::{Align, Block, Document, Language};
use crate::texts;
use crate::verifying::{Report, SignatureReport, TimeReport};

/// The last sheet of a print copy: of which signed file it is a copy, and how that is verified.
pub(crate) struct VerificationSheet<'a> {
    pub(crate) language: Language,
    /// Of the contract.
    pub(crate) number: &'a str,
    /// What the verifier found in the signed file.
    pub(crate) report: &'a Report,
    pub(crate) merchant: &'a SignatureReport,
    pub(crate) issuer: &'a SignatureReport,
    /// Where the file is looked up.
    pub(crate) link: Option<&'a str>,
}

/// 打印件核验页. It has no note: notes are numbered within a file, and this becomes a part of another one.
pub(crate) fn verification_sheet(sheet: &VerificationSheet<'_>) -> Document {
    let words = &texts::of(sheet.language).verification;
    let signed =
        |signature: &SignatureReport| (words.signed)(&signature.signer, &beijing(signature.claimed_at));
    let assurance = sheet.report.time.words(sheet.language);
    let time = match &sheet.report.time {
        TimeReport::None => assurance.to_owned(),
        TimeReport::OwnAuthority { at, .. } | TimeReport::Independent { at, .. } => {
            format!("{}　{assurance}", beijing(*at))
        }
    };
    let mut blocks = vec![
        Block::Title { text: words.title.into(), subtitle: None },
        Block::Paragraph { text: words.about.into(), align: Align::Justify },
        key_values(&[
            (words.number, sheet.number),
            (words.file, &grouped(&sheet.report.file_sha256)),
            (words.merchant, &signed(sheet.merchant)),
            (words.issuer, &signed(sheet.issuer)),
            (words.time, &time),
        ]),
    ];
    if let Some(link) = sheet.link {
        blocks.push(Block::QrCode { payload: link.into(), caption: words.qr_caption.into() });
    }
    blocks.push(Block::Spacer { height_pt: 6.0 });
    blocks.push(Block::Paragraph { text: words.edges.into(), align: Align::Justify });
    Document {
        language: sheet.language,
        title: words.title.into(),
        number: sheet.number.into(),
        // The contract's, so that a second print gives the same bytes.
        created_at: sheet.issuer.claimed_at,
        banner: None,
        watermark: None,
        blocks,
    }
}

fn beijing(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(offset(8))).strftime("%Y-%m-%d %H:%M:%S UTC+8").to_string()
}

/// In groups of eight, between which a line may break.
fn grouped(hash: &str) -> String {
    let groups: Vec<_> = hash.as_bytes().chunks(8).map(String::from_utf8_lossy).collect();
    groups.join(" ")
}
