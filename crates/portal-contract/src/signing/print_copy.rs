//! The copy for paper: the pages that were signed with what stands in the signature fields, a mark that it is no signed
//! file, the seal across the edges of the pages (骑缝章), and a sheet that leads to the verifier.
//!
//! Nothing of this could be added to the signed file itself, where it would be a change after the signatures. The copy is
//! the unsigned original with one update appended, so the verifier refuses it as what it is.

use lopdf::ObjectId;
use sha2::{Digest, Sha256};

use super::SignError;
use super::overlay::{Overlay, content};
use super::pen::{Colour, Pen};
use super::update::{Drawing, Field, IssuerUpdate, MerchantUpdate};
use crate::document::Language;
use crate::fonts::{Fonts, Weight};
use crate::layout::{MARGIN, MEASURE, PAGE_HEIGHT, PAGE_WIDTH};
use crate::pdf::{open, sections};
use crate::printed::{VerificationSheet, verification_sheet};
use crate::render::render;
use crate::verifying::{Report, Verdict};

/// Widest slice of the seal on a page, in points: it stays in the margin.
const WIDEST_SLICE: f32 = 50.0;
/// Height of the mark above the header of each page.
const MARK_HEIGHT: f32 = 22.0;
/// From the upper edge of the page to the mark.
const MARK_TOP: f32 = 10.5;
const MARK_INK: Colour = Colour([0.54, 0.29, 0.0]);
const MARK_WORDS: &str = "打印件 Print copy　双方签署后另行制作，不是签署文件；是否有效以签署文件为准";

/// What a print copy says beside what stands in the signed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintCopy<'a> {
    /// Of the verification sheet.
    pub language: Language,
    /// Of the contract.
    pub number: &'a str,
    /// Where the signed file is looked up by its hash; becomes the QR symbol.
    pub link: Option<&'a str>,
}

/// Makes the print copy of a contract in effect, from what the verifier found in it. The same file gives the same bytes.
///
/// # Errors
/// [`SignError::NotInEffect`] for a file that isn't, or a report of another one; [`SignError::NotRendered`],
/// [`SignError::Render`].
pub fn print_copy(
    pdf: &[u8],
    report: &Report,
    about: PrintCopy<'_>,
    fonts: &Fonts,
) -> Result<Vec<u8>, SignError> {
    let (Verdict::InEffect, Some(merchant), Some(issuer)) =
        (report.verdict, &report.merchant, &report.issuer)
    else {
        return Err(SignError::NotInEffect);
    };
    if report.file_sha256 != hex::encode(Sha256::digest(pdf)) {
        return Err(SignError::NotInEffect);
    }
    let PrintCopy { language, number, link } = about;
    let sheet = verification_sheet(&VerificationSheet { language, number, report, merchant, issuer, link });
    let sheet = render(&sheet, fonts)?;
    let mark = mark(&report.file_sha256, fonts)?;
    draw(pdf, &sheet.pdf, mark).ok_or(SignError::NotRendered)
}

/// Two lines for every page.
fn mark(file_sha256: &str, fonts: &Fonts) -> Result<Drawing, SignError> {
    let mut pen = Pen::default();
    pen.colour(MARK_INK);
    pen.row(MARK_WORDS, 8.5, Weight::Bold, (0.0, 12.5), fonts)?;
    pen.row(&format!("签署文件 SHA-256　{file_sha256}"), 8.0, Weight::Regular, (0.0, 3.0), fonts)?;
    pen.finish(MEASURE, MARK_HEIGHT)
}

fn draw(pdf: &[u8], sheet: &[u8], mark: Drawing) -> Option<Vec<u8>> {
    let (original, updates) = sections(pdf).ok()?;
    let [first, second] = updates.as_slice() else { return None };
    let merchant = MerchantUpdate::read(&original, first)?;
    let issuer = IssuerUpdate::read(&first.file, second)?;

    let mut paper = Overlay::of(&original);
    let mut pages: Vec<ObjectId> = original.document.get_pages().into_values().collect();
    pages.push(paper.add_page(open(sheet)?.document)?);

    let seal = paper.add(issuer.seal.to_object());
    let mark = paper.add(mark.to_object());
    let handwriting = paper.add(merchant.drawing.to_object());
    let before = paper.add(content("q\n"));
    let count = pages.len() as f32;
    let scale = (WIDEST_SLICE * count / issuer.seal.width_pt).min(1.0);
    let (slice, height) = (issuer.seal.width_pt * scale / count, issuer.seal.height_pt * scale);
    for (index, &page) in pages.iter().enumerate() {
        let (x, y) = (PAGE_WIDTH - slice, (PAGE_HEIGHT - height) / 2.0);
        let left = x - slice * index as f32;
        // What is added says nothing that the sheet doesn't say in words: a reader who hears the page is spared it.
        let mut drawn = format!(
            "Q\n/Artifact BMC\nq 1 0 0 1 {MARGIN} {:.2} cm /PrintMark Do Q\n\
             q {x:.2} {y:.2} {slice:.2} {height:.2} re W n {scale:.4} 0 0 {scale:.4} {left:.2} {y:.2} cm /PrintSeal Do Q\n",
            PAGE_HEIGHT - MARK_TOP - MARK_HEIGHT,
        );
        for (field, name) in [(&merchant.merchant, "PrintHand"), (&merchant.issuer, "PrintSeal")] {
            if field.page == page {
                drawn.push_str(&placed(field, name));
            }
        }
        drawn.push_str("EMC\n");
        let after = paper.add(content(&drawn));
        let drawings = [("PrintMark", mark), ("PrintSeal", seal), ("PrintHand", handwriting)];
        paper.draw_over(page, before, after, &drawings)?;
    }
    Some(paper.finish())
}

/// A drawing in the place of a field.
fn placed(field: &Field, name: &str) -> String {
    let [left, bottom, ..] = field.rect;
    format!("q 1 0 0 1 {left:.2} {bottom:.2} cm /{name} Do Q\n")
}
