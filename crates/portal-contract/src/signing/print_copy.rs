//! The copy for paper: the pages that were signed with what stands in the signature fields, a mark that it is no signed
//! file, the seal across the edges of the pages (骑缝章), and a sheet that leads to the verifier.
//!
//! Nothing of this could be added to the signed file itself, where it would be a change after the signatures. The copy is
//! the unsigned original with one update appended, so the verifier refuses it as what it is.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use sha2::{Digest, Sha256};

use super::SignError;
use super::pen::{Colour, Pen};
use super::update::{Drawing, Field, IssuerUpdate, MerchantUpdate};
use crate::document::Language;
use crate::fonts::{Fonts, Weight};
use crate::layout::{MARGIN, MEASURE, PAGE_HEIGHT, PAGE_WIDTH};
use crate::pdf::{Opened, append, dictionary, open, sections};
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

    let mut paper = Paper { file: &original, objects: BTreeMap::new() };
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
    let objects: Vec<(u32, Object)> = paper.objects.into_iter().collect();
    Some(append(&original, &objects).bytes)
}

/// A drawing in the place of a field.
fn placed(field: &Field, name: &str) -> String {
    let [left, bottom, ..] = field.rect;
    format!("q 1 0 0 1 {left:.2} {bottom:.2} cm /{name} Do Q\n")
}

fn content(operators: &str) -> Object {
    let dict = dictionary([("Length", i64::try_from(operators.len()).unwrap_or(i64::MAX).into())]);
    let content = operators.as_bytes().to_vec();
    Object::Stream(Stream { dict, content, allows_compression: false, start_position: None })
}

/// A rendered file with what changes in it.
struct Paper<'a> {
    file: &'a Opened<'a>,
    /// New and changed objects by their numbers.
    objects: BTreeMap<u32, Object>,
}

impl Paper<'_> {
    fn next_number(&self) -> u32 {
        self.objects.last_key_value().map_or(0, |(number, _)| number + 1).max(self.file.size)
    }

    fn add(&mut self, object: Object) -> u32 {
        let number = self.next_number();
        self.objects.insert(number, object);
        number
    }

    fn dictionary(&self, (number, _): ObjectId) -> Option<Dictionary> {
        let object = self.objects.get(&number).or_else(|| self.file.object(number))?;
        object.as_dict().ok().cloned()
    }

    /// Adds the one page of another rendered document behind all others, with its part of the structure tree.
    fn add_page(&mut self, mut other: Document) -> Option<ObjectId> {
        let catalog = other.catalog().ok()?;
        let tree = other.get_dictionary(reference(catalog, b"StructTreeRoot")?).ok()?.clone();
        let page = *other.get_pages().get(&1)?;
        let roots = tree.get(b"K").ok()?.as_array().ok()?.clone();
        let content = parents(&tree)?.get(1)?.clone();
        other.get_object_mut(page).ok()?.as_dict_mut().ok()?.remove(b"Parent");
        for root in &roots {
            other.get_object_mut(root.as_reference().ok()?).ok()?.as_dict_mut().ok()?.remove(b"P");
        }
        // What hangs on these three comes along, under numbers that are free here.
        other.trailer = dictionary([("Page", page.into()), ("Roots", roots.into()), ("Content", content)]);
        other.prune_objects();
        other.renumber_objects_with(self.next_number());
        let page = reference(&other.trailer, b"Page")?;
        let roots = other.trailer.get(b"Roots").ok()?.as_array().ok()?.clone();
        let content = other.trailer.get(b"Content").ok()?.clone();
        self.objects.extend(other.objects.into_iter().map(|((number, _), object)| (number, object)));

        let catalog = self.dictionary(self.file.root()?)?;
        let (pages, structure) = (reference(&catalog, b"Pages")?, reference(&catalog, b"StructTreeRoot")?);
        let mut all = self.dictionary(pages)?;
        all.get_mut(b"Kids").ok()?.as_array_mut().ok()?.push(page.into());
        let count = all.get(b"Count").ok()?.as_i64().ok()?;
        all.set("Count", count + 1);
        self.objects.insert(pages.0, all.into());

        let mut tree = self.dictionary(structure)?;
        let key = tree.get(b"ParentTreeNextKey").ok()?.as_i64().ok()?;
        let mut known = parents(&tree)?.clone();
        known.extend([key.into(), content]);
        tree.set("ParentTree", dictionary([("Nums", known.into())]));
        tree.set("ParentTreeNextKey", key + 1);
        tree.get_mut(b"K").ok()?.as_array_mut().ok()?.extend(roots.iter().cloned());
        self.objects.insert(structure.0, tree.into());

        let mut own = self.dictionary(page)?;
        own.set("Parent", pages);
        own.set("StructParents", key);
        self.objects.insert(page.0, own.into());
        for root in roots {
            let root = root.as_reference().ok()?;
            let mut element = self.dictionary(root)?;
            element.set("P", structure);
            self.objects.insert(root.0, element.into());
        }
        Some(page)
    }

    /// Draws over a page what `after` says, with drawings by their names.
    fn draw_over(&mut self, page: ObjectId, before: u32, after: u32, drawings: &[(&str, u32)]) -> Option<()> {
        let mut own = self.dictionary(page)?;
        let mut resources = self.dictionary(reference(&own, b"Resources")?)?;
        let mut named = match resources.get(b"XObject") {
            Ok(named) => named.as_dict().ok()?.clone(),
            Err(_) => Dictionary::new(),
        };
        for (name, number) in drawings {
            named.set(*name, Object::Reference((*number, 0)));
        }
        resources.set("XObject", named);
        let content = reference(&own, b"Contents")?;
        own.set("Resources", resources);
        own.set("Contents", Object::Array([(before, 0), content, (after, 0)].map(Object::Reference).into()));
        self.objects.insert(page.0, own.into());
        Some(())
    }
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).ok()?.as_reference().ok()
}

/// Numbers and values of the tree from content to structure, one after the other.
fn parents(tree: &Dictionary) -> Option<&Vec<Object>> {
    tree.get(b"ParentTree").ok()?.as_dict().ok()?.get(b"Nums").ok()?.as_array().ok()
}
