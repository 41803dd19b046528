//! The copy for paper of a contract in effect.

use std::path::Path;
use std::process::Command;

use portal_contract::Language;
use portal_contract::signing::{PrintCopy, SignError, print_copy};
use portal_contract::verifying::{Fault, Verdict};
use tempfile::TempDir;

use crate::ceremony::{Cast, ISSUER, MERCHANT, contract, fonts};
use crate::judges::keep;

const NUMBER: &str = "HT-2026-000077";
const PAGES: usize = 4;
const DPI: usize = 75;

fn link(file_sha256: &str) -> String {
    format!("https://portal.example/contract#{file_sha256}")
}

fn copy_of(cast: &Cast, pdf: &[u8], language: Language) -> Result<Vec<u8>, SignError> {
    let report = cast.verify(pdf);
    let link = link(&report.file_sha256);
    print_copy(pdf, &report, PrintCopy { language, number: NUMBER, link: Some(&link) }, fonts())
}

/// A page in colours, one pixel after the other.
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    fn of(pdf: &[u8], page: usize) -> Self {
        let page = page.to_string();
        let ppm = poppler("pdftoppm", pdf, &["-r", &DPI.to_string(), "-f", &page, "-l", &page]);
        let mut parts = ppm.splitn(4, |byte| *byte == b'\n');
        let (magic, size) = (parts.next().unwrap(), std::str::from_utf8(parts.next().unwrap()).unwrap());
        assert_eq!((magic, parts.next().unwrap()), (b"P6".as_slice(), b"255".as_slice()));
        let (width, height) = size.split_once(' ').unwrap();
        let (pixels, _) = parts.next().unwrap().as_chunks();
        Self { width: width.parse().unwrap(), height: height.parse().unwrap(), pixels: pixels.to_vec() }
    }

    /// How many pixels of the seal's red lie between two columns, in parts of the width.
    fn red(&self, from: f32, to: f32) -> usize {
        let column = |part: f32| (self.width as f32 * part) as usize;
        let rows = self.pixels.chunks(self.width).take(self.height);
        let red = |[r, g, b]: &&[u8; 3]| *r > 180 && *g < 100 && *b < 100;
        rows.map(|row| row[column(from)..column(to)].iter().filter(red).count()).sum()
    }
}

pub fn poppler(tool: &str, pdf: &[u8], arguments: &[&str]) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("in.pdf");
    std::fs::write(&file, pdf).unwrap();
    run(tool, arguments, &file)
}

fn run(tool: &str, arguments: &[&str], file: &Path) -> Vec<u8> {
    let mut command = Command::new(tool);
    command.args(arguments).arg(file);
    if tool == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Without spaces, line breaks, and the quotation marks around each line of a structure listing.
pub fn squashed(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace() && *ch != '"').collect()
}

#[test]
fn it_is_made_of_a_contract_in_effect_and_says_of_itself_that_it_is_not_one() {
    let cast = Cast::new();
    let signed = cast.stamped();
    let copy = copy_of(&cast, &signed, Language::Zh).unwrap();
    keep("print-copy.pdf", &copy);
    assert_eq!(copy, copy_of(&cast, &signed, Language::Zh).unwrap(), "the same bytes");
    keep("print-copy-en.pdf", &copy_of(&cast, &signed, Language::En).unwrap());

    let report = cast.verify(&copy);
    let found = (report.verdict, report.fault);
    assert_eq!(found, (Verdict::Refused, Some(Fault::UnknownRevision)), "never taken for the signed file");
    for pdf in [contract().pdf, cast.merchant_signed(), copy] {
        let refused = copy_of(&cast, &pdf, Language::Zh);
        assert!(matches!(refused, Err(SignError::NotInEffect)), "{refused:?}");
    }
    let other = cast.verify(&cast.countersigned());
    let about = PrintCopy { language: Language::Zh, number: NUMBER, link: None };
    let refused = print_copy(&signed, &other, about, fonts());
    assert!(matches!(refused, Err(SignError::NotInEffect)), "a report of another file: {refused:?}");
}

#[test]
fn its_last_sheet_names_the_signed_file_and_leads_to_the_verifier() {
    let cast = Cast::new();
    let signed = cast.stamped();
    let copy = copy_of(&cast, &signed, Language::Zh).unwrap();
    let report = cast.verify(&signed);
    let last = (PAGES + 1).to_string();
    let text = poppler("pdftotext", &copy, &["-enc", "UTF-8", "-f", &last, "-l", &last]);
    let text = squashed(&String::from_utf8(text).unwrap());
    for said in ["打印件核验页", NUMBER, &report.file_sha256, MERCHANT, ISSUER, "2026-07-0311:14:09UTC+8"]
    {
        assert!(text.contains(&squashed(said)), "{said} is missing in {text}");
    }
    let tree = String::from_utf8_lossy(&poppler("pdfinfo", &copy, &["-struct-text"])).into_owned();
    assert!(squashed(&tree).contains("打印件本身没有电子签名"), "the sheet is heard too");
    assert!(squashed(&tree).contains("签署与生效"), "and so are the pages before it");

    let picture = poppler("pdftoppm", &copy, &["-gray", "-r", "300", "-f", &last, "-l", &last]);
    let mut parts = picture.splitn(4, |byte| *byte == b'\n');
    let size = std::str::from_utf8(parts.nth(1).unwrap()).unwrap();
    let (width, height) = size.split_once(' ').unwrap();
    let (width, height): (usize, usize) = (width.parse().unwrap(), height.parse().unwrap());
    let pixels = parts.nth(1).unwrap();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "one symbol on the sheet");
    assert_eq!(grids[0].decode().unwrap().1, link(&report.file_sha256));
}

#[test]
fn the_seal_lies_across_the_edges_of_all_pages_and_in_its_own_place() {
    let cast = Cast::new();
    let signed = cast.stamped();
    let copy = copy_of(&cast, &signed, Language::Zh).unwrap();
    let margin = 1.0 - 20.0 / 210.0;
    let (mut across, mut in_place) = (0, 0);
    for page in 1..=PAGES + 1 {
        let (plain, printed) = (Picture::of(&signed, page.min(PAGES)), Picture::of(&copy, page));
        assert_eq!(plain.red(margin, 1.0), 0, "page {page}: nothing of it in the signed file");
        let slice = printed.red(margin, 1.0);
        assert!(slice > 20, "page {page}: its slice of the seal is missing");
        across += slice;
        in_place += printed.red(0.0, margin);
        if page <= PAGES {
            let inside = (plain.red(0.0, margin), printed.red(0.0, margin));
            assert_eq!(inside.0, inside.1, "page {page}: as in the signed file");
        }
    }
    // The same seal twice: whole in its field, and in slices.
    let difference = across.abs_diff(in_place) as f32 / in_place as f32;
    assert!(in_place > 500 && difference < 0.15, "{across} across the edges, {in_place} in its place");
}
