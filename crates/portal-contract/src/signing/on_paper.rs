//! A contract that the merchant signed on paper: the copy for it, and the issuer's signature that makes it take effect.
//!
//! The copy is the rendered document with one update appended, which says on every page what it is a copy of and gives
//! room for initials; so it is no signed file, and the verifier refuses it. What the merchant wrote on it comes back as
//! scans. When the issuer has looked at them, it certifies the rendered document itself (DocMDP, nothing is allowed
//! after it): in the merchant's place stands that they signed on paper, and the hash of the record that names the scans.

use lopdf::{Object, ObjectId};

use super::overlay::{Overlay, content};
use super::pen::{Colour, Pen, width};
use super::update::{
    ANNOTATION_FLAGS, Drawing, Field, Permitted, SIGNATURE_FLAGS, SignatureValue, plain, reference,
};
use super::{ISSUER_RESERVE, SignError, Statement, appearance, certify, signature_value, slot};
use crate::document::SlotKind;
use crate::fonts::{Fonts, Weight};
use crate::layout::{MARGIN, MEASURE, PAGE_HEIGHT, PAGE_WIDTH};
use crate::pdf::{Opened, Section, dictionary, name, open, read_text, text};
use crate::pki::Signer;
use crate::render::Rendered;

/// Height of the mark above the header of each page.
const MARK_HEIGHT: f32 = 22.0;
/// From the upper edge of the page to the mark.
const MARK_TOP: f32 = 10.5;
const MARK_INK: Colour = Colour([0.12, 0.31, 0.47]);
/// The box for initials, in the margin beside the end of the text: 14 by 22 mm.
const BOX: (f32, f32) = (40.0, 62.0);
/// From the right edge and the lower edge of the page to the box.
const BOX_FROM: (f32, f32) = (50.0, 66.0);
const BOX_INK: Colour = Colour([0.45, 0.49, 0.54]);
const INITIALS: [&str; 2] = ["本页签字", "Initials"];

/// Objects that the revision adds, counted from the first free number.
const SIGNATURE: u32 = 0;
const FIELD: u32 = 1;
const NOTE: u32 = 2;
const FORM: u32 = 3;
const SEAL: u32 = 4;
const WORDS: u32 = 5;

/// What stands before the record's hash.
const NOTE_WORDS: &str = "商户签于纸面，由收单机构核对扫描件。签署记录 SHA-256 ";

/// The copy of a rendered contract to be signed by hand, with number, page and SHA-256 of the document on every page and
/// a place for initials. The same document gives the same bytes.
///
/// # Errors
/// [`SignError::NotRendered`], [`SignError::Render`].
pub fn paper_copy(rendered: &Rendered, number: &str, fonts: &Fonts) -> Result<Vec<u8>, SignError> {
    let file = open(&rendered.pdf).ok_or(SignError::NotRendered)?;
    let pages: Vec<ObjectId> = file.document.get_pages().into_values().collect();
    let mut paper = Overlay::of(&file);
    let before = paper.add(content("q\n"));
    let initials = paper.add(initials(fonts)?.to_object());
    for (index, page) in pages.iter().enumerate() {
        let mark = mark(&rendered.sha256, number, (index + 1, pages.len()), fonts)?;
        let mark = paper.add(mark.to_object());
        let drawn = format!(
            "Q\n/Artifact BMC\nq 1 0 0 1 {MARGIN} {:.2} cm /PaperMark Do Q\n\
             q 1 0 0 1 {:.2} {:.2} cm /PaperBox Do Q\nEMC\n",
            PAGE_HEIGHT - MARK_TOP - MARK_HEIGHT,
            PAGE_WIDTH - BOX_FROM.0,
            BOX_FROM.1,
        );
        let after = paper.add(content(&drawn));
        paper
            .draw_over(*page, before, after, &[("PaperMark", mark), ("PaperBox", initials)])
            .ok_or(SignError::NotRendered)?;
    }
    Ok(paper.finish())
}

fn mark(
    sha256: &str,
    number: &str,
    (page, pages): (usize, usize),
    fonts: &Fonts,
) -> Result<Drawing, SignError> {
    let mut pen = Pen::default();
    pen.colour(MARK_INK);
    let words = format!(
        "纸面签署件 To be signed on paper　{number}　第 {page} / {pages} 页，逐页签字并在签署页签名或盖章"
    );
    pen.row(&words, 8.5, Weight::Bold, (0.0, 12.5), fonts)?;
    pen.row(&format!("文件 SHA-256　{sha256}"), 8.0, Weight::Regular, (0.0, 3.0), fonts)?;
    pen.finish(MEASURE, MARK_HEIGHT)
}

fn initials(fonts: &Fonts) -> Result<Drawing, SignError> {
    let (wide, tall) = BOX;
    let mut pen = Pen::default();
    pen.colour(BOX_INK);
    pen.line(0.6);
    pen.rectangle(0.5, 0.5, wide - 1.0, tall - 1.0);
    pen.stroke();
    for (line, words) in INITIALS.into_iter().enumerate() {
        let size = 7.0;
        let x = (wide - width(words, size, Weight::Regular, fonts)?) / 2.0;
        pen.row(words, size, Weight::Regular, (x, tall - 10.0 - 9.0 * line as f32), fonts)?;
    }
    pen.finish(wide, tall)
}

/// Makes a contract that was signed on paper take effect: the issuer certifies the rendered document. `record` is the
/// SHA-256 of the record that names the scans. A time stamp goes in as into every countersignature.
///
/// # Errors
/// [`SignError`].
pub fn seal_signed_on_paper(
    rendered: &Rendered,
    record: &[u8; 32],
    issuer: &dyn Signer,
    issuer_name: &str,
    statement: &Statement,
    fonts: &Fonts,
) -> Result<Vec<u8>, SignError> {
    let merchant = slot(rendered, SlotKind::Signature, "signature")?;
    let own = slot(rendered, SlotKind::Seal, "seal")?;
    let mut bytes = rendered.pdf.clone();
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    let file = open(&bytes).ok_or(SignError::NotRendered)?;
    let record = hex::encode(record);
    let update = PaperUpdate {
        signature: SignatureValue {
            signer: issuer_name.to_owned(),
            ..signature_value(&issuer.identity().certificate, statement, ISSUER_RESERVE)
        },
        issuer: Field::at(own, "收单机构签署", &file).ok_or(SignError::NotRendered)?,
        // A page and a rectangle, like a field's; nothing can be signed there any more.
        place: Field::at(merchant, "", &file).ok_or(SignError::NotRendered)?,
        seal: appearance::seal(issuer_name, own.width_pt, own.height_pt, fonts)?,
        words: appearance::on_paper(&record, merchant.width_pt, merchant.height_pt, fonts)?,
        record,
    };
    let number = PaperUpdate::signature_number(&file);
    certify(&file, number, issuer, |range| {
        let signature = SignatureValue { byte_range: range, ..update.signature.clone() };
        PaperUpdate { signature, ..update.clone() }.objects(&file)
    })
}

/// The issuer's only revision of a contract that was signed on paper.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PaperUpdate {
    pub(crate) signature: SignatureValue,
    pub(crate) issuer: Field,
    /// Where the merchant would have signed.
    place: Field,
    seal: Drawing,
    words: Drawing,
    /// SHA-256 of the record that names the scans, lower-case hex.
    pub(crate) record: String,
}

impl PaperUpdate {
    /// The number that the signature has after `file`.
    pub(crate) fn signature_number(file: &Opened<'_>) -> u32 {
        file.size + SIGNATURE
    }

    /// Every object that the revision adds or changes. None when the file is not a rendered document.
    pub(crate) fn objects(&self, file: &Opened<'_>) -> Option<Vec<(u32, Object)>> {
        let free = |number: u32| file.size + number;
        let root = plain(file.root()?)?;
        let mut catalog = file.object(root)?.as_dict().ok()?.clone();
        if catalog.has(b"AcroForm") || catalog.has(b"Perms") {
            return None;
        }
        catalog.set("AcroForm", reference(free(FORM)));
        catalog.set("Perms", dictionary([("DocMDP", reference(free(SIGNATURE)))]));
        let form = dictionary([
            ("Fields", Object::Array(vec![reference(free(FIELD))])),
            ("SigFlags", SIGNATURE_FLAGS.into()),
        ]);
        let note = dictionary([
            ("Type", name("Annot")),
            ("Subtype", name("Stamp")),
            ("F", ANNOTATION_FLAGS.into()),
            ("P", Object::Reference(self.place.page)),
            ("Rect", Object::Array(self.place.rect.map(Object::Real).into())),
            ("Contents", text(&format!("{NOTE_WORDS}{}", self.record))),
            ("AP", dictionary([("N", reference(free(WORDS)))]).into()),
        ]);
        let mut objects = vec![
            (root, catalog.into()),
            (free(SIGNATURE), self.signature.to_object(Some(Permitted::Nothing))),
            (free(FIELD), self.issuer.to_object(Some(free(SIGNATURE)), free(SEAL))),
            (free(NOTE), note.into()),
            (free(FORM), form.into()),
            (free(SEAL), self.seal.to_object()),
            (free(WORDS), self.words.to_object()),
        ];
        let placed = [(self.place.page, NOTE), (self.issuer.page, FIELD)];
        let other = (self.issuer.page != self.place.page).then_some(self.issuer.page);
        for page in std::iter::once(self.place.page).chain(other) {
            let own = placed.iter().filter(|(of, _)| *of == page).map(|(_, number)| reference(free(*number)));
            let number = plain(page)?;
            let mut changed = file.object(number)?.as_dict().ok()?.clone();
            if changed.has(b"Annots") {
                return None;
            }
            changed.set("Annots", Object::Array(own.collect()));
            objects.push((number, changed.into()));
        }
        objects.sort_by_key(|(number, _)| *number);
        Some(objects)
    }

    /// Reads the revision that follows `before`.
    pub(crate) fn read(before: &Opened<'_>, section: &Section<'_>) -> Option<Self> {
        let object = |number: u32| section.file.object(before.size + number);
        let note = object(NOTE)?.as_dict().ok()?;
        let rect = note.get(b"Rect").ok()?.as_array().ok()?;
        let rect: Vec<f32> = rect.iter().map(|value| value.as_float().ok()).collect::<Option<_>>()?;
        let record = read_text(note.get(b"Contents").ok()?)?.strip_prefix(NOTE_WORDS)?.to_owned();
        let is_hash =
            record.len() == 64 && record.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        Some(Self {
            signature: SignatureValue::read(object(SIGNATURE)?)?,
            issuer: Field::read(object(FIELD)?)?,
            place: Field {
                name: String::new(),
                label: String::new(),
                page: note.get(b"P").ok()?.as_reference().ok()?,
                rect: rect.try_into().ok()?,
            },
            seal: Drawing::read(object(SEAL)?)?,
            words: Drawing::read(object(WORDS)?)?,
            record: is_hash.then_some(record)?,
        })
    }
}
