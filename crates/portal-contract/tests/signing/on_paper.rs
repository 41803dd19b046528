//! A contract that the merchant signed on paper.

use portal_contract::signing::{
    StampingError, add_time_stamp, countersign, paper_copy, seal_signed_on_paper,
};
use portal_contract::verifying::{Fault, Part, TimeReport, Verdict, original};

use crate::ceremony::{Cast, EVIDENCE, ISSUER, contract, countersigning_time, fonts, issuer_statement};
use crate::judges::{keep, pdfsig, pyhanko};
use crate::print_copy::{poppler, squashed};

const NUMBER: &str = "HT-2026-000077";

fn sealed(cast: &Cast) -> Vec<u8> {
    seal_signed_on_paper(&contract(), &EVIDENCE, &cast.issuer, ISSUER, &issuer_statement(), fonts()).unwrap()
}

#[test]
fn the_copy_to_sign_says_on_every_page_what_it_is_a_copy_of_and_is_no_contract() {
    let (cast, rendered) = (Cast::new(), contract());
    let copy = paper_copy(&rendered, NUMBER, fonts()).unwrap();
    keep("contract-paper-copy.pdf", &copy);
    assert_eq!(copy, paper_copy(&rendered, NUMBER, fonts()).unwrap(), "the same bytes");
    assert!(copy.starts_with(&rendered.pdf), "exactly the rendered document, and an update");
    let report = cast.verify(&copy);
    assert_eq!((report.verdict, report.fault), (Verdict::Refused, Some(Fault::UnknownRevision)));
    let text = |pdf: &[u8]| squashed(&String::from_utf8(poppler("pdftotext", pdf, &[])).unwrap());
    assert_eq!(text(&copy), text(&rendered.pdf), "the mark is drawn, and adds no words of a contract");
    // What is drawn is seen: ink in the upper margin, which the document leaves empty, and in the box for initials.
    let pages = rendered.pages;
    for page in 1..=pages {
        let (before, after) = (ink(&rendered.pdf, page), ink(&copy, page));
        assert!(after.mark > before.mark + 400, "page {page}: {before:?} {after:?}");
        assert!(after.initials > before.initials + 100, "page {page}: {before:?} {after:?}");
    }
    let other = paper_copy(&rendered, "HT-2026-000078", fonts()).unwrap();
    assert_ne!(copy, other, "the number is part of it");
}

#[derive(Debug)]
struct Ink {
    mark: usize,
    initials: usize,
}

/// Dark pixels at 100 dpi, in the upper margin and in the right one.
fn ink(pdf: &[u8], page: usize) -> Ink {
    let page = page.to_string();
    let pgm = poppler("pdftoppm", pdf, &["-gray", "-r", "100", "-f", &page, "-l", &page]);
    let mut parts = pgm.splitn(4, |byte| *byte == b'\n');
    let (magic, size) = (parts.next().unwrap(), std::str::from_utf8(parts.next().unwrap()).unwrap());
    assert_eq!((magic, parts.next().unwrap()), (b"P5".as_slice(), b"255".as_slice()));
    let width: usize = size.split_once(' ').unwrap().0.parse().unwrap();
    let rows: Vec<&[u8]> = parts.next().unwrap().chunks(width).collect();
    let dark = |rows: &[&[u8]], from: usize| {
        rows.iter().map(|row| row[from..].iter().filter(|pixel| **pixel < 170).count()).sum()
    };
    Ink { mark: dark(&rows[10..48], 0), initials: dark(&rows[rows.len() - 190..rows.len() - 85], width - 72) }
}

#[test]
fn the_issuer_makes_it_take_effect_and_the_file_says_that_the_hand_is_on_paper() {
    let cast = Cast::new();
    let rendered = contract();
    let pdf = sealed(&cast);
    assert_eq!(original(&pdf), Some(rendered.pdf.as_slice()));
    let report = cast.verify(&pdf);
    assert_eq!((report.verdict, &report.time), (Verdict::OnPaper, &TimeReport::None), "{report:?}");
    assert_eq!(report.merchant, None, "nobody says that the merchant signed this file");
    assert_eq!(report.paper_record_sha256, Some(hex::encode(EVIDENCE)));
    assert_eq!(report.issuer.unwrap().signer, ISSUER);

    let (stamped, stamp) = add_time_stamp(&pdf, &[cast.embedded_authority()], &cast.trust().roots).unwrap();
    keep("contract-on-paper.pdf", &stamped);
    assert_eq!((stamp.at, stamped.len()), (countersigning_time(), pdf.len()));
    let report = cast.verify(&stamped);
    assert_eq!(report.verdict, Verdict::OnPaper, "{report:?}");
    assert!(matches!(report.time, TimeReport::OwnAuthority { .. }));
    let again = add_time_stamp(&stamped, &[cast.embedded_authority()], &cast.trust().roots);
    assert!(matches!(again, Err(StampingError::File(_))), "stamped once: {again:?}");
    let signed = countersign(&stamped, &cast.issuer, ISSUER, &issuer_statement(), fonts());
    assert!(signed.is_err(), "there is no field left to sign in");
}

#[test]
fn pyhanko_and_pdfsig_find_it_valid_and_wholly_covered() {
    let cast = Cast::new();
    let pdf = sealed(&cast);
    let stamped = add_time_stamp(&pdf, &[cast.embedded_authority()], &cast.trust().roots).unwrap().0;
    let files = [pdf.as_slice(), stamped.as_slice()];
    for (pdf, pyhanko) in files.iter().zip(pyhanko(&files, cast.authority.certificate())) {
        assert!(pyhanko.valid, "{}", pyhanko.words);
        let pdfsig = pdfsig(pdf);
        assert!(pdfsig.valid, "{}", pdfsig.words);
        assert!(pdfsig.words.contains("Total document signed"), "{}", pdfsig.words);
    }
}

#[test]
fn whatever_is_changed_or_added_is_refused() {
    let cast = Cast::new();
    let pdf = sealed(&cast);
    // In the text, in the note that names the record, in the signature, and behind it.
    let note =
        hex::encode(hex::encode(EVIDENCE).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>());
    let note = pdf.windows(note.len()).position(|window| window == note.as_bytes()).unwrap();
    for at in [2_000, note + 3, pdf.len() - 30_000] {
        let mut changed = pdf.clone();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let report = cast.verify(&changed);
        assert_eq!((report.verdict, report.paper_record_sha256), (Verdict::Refused, None), "at {at}");
    }
    let mut longer = pdf.clone();
    longer.extend_from_slice(b"\n%%EOF\n");
    assert_eq!(cast.verify(&longer).verdict, Verdict::Refused);
    let stranger = Cast::new().verify(&pdf);
    assert_eq!((stranger.part, stranger.fault), (Some(Part::Issuer), Some(Fault::Untrusted)));
}

#[test]
fn a_computer_cannot_say_that_something_was_signed_on_paper() {
    let cast = Cast::new();
    let forged = seal_signed_on_paper(
        &contract(),
        &EVIDENCE,
        &cast.device_signer(),
        ISSUER,
        &issuer_statement(),
        fonts(),
    )
    .unwrap();
    assert_eq!(cast.verify(&forged).verdict, Verdict::Refused);
}
