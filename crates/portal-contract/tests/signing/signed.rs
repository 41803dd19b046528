//! What an honest ceremony gives.

use portal_contract::signing::{SignError, StampingError, add_time_stamp, countersign, sign_as_merchant};
use portal_contract::verifying::{Fault, Part, TimeReport, Verdict, original};

use crate::ceremony::{
    Cast, DEVICE, EVIDENCE, ISSUER, MERCHANT, contract, countersigning_time, fonts, handwriting,
    issuer_statement, merchant_statement, signing_time,
};
use crate::judges::{keep, pdfsig, pyhanko};

#[test]
fn the_merchants_copy_is_valid_and_says_that_it_has_no_effect_yet() {
    let cast = Cast::new();
    let rendered = contract();
    let signed = cast.merchant_signs(&rendered);
    keep("contract-offline.pdf", &signed);
    let report = cast.verify(&signed);
    assert_eq!(report.verdict, Verdict::MerchantOnly, "{report:?}");
    assert_eq!(report.time, TimeReport::None);
    assert_eq!(report.original_sha256.as_deref(), Some(rendered.sha256.as_str()));
    assert_eq!(original(&signed), Some(rendered.pdf.as_slice()));
    let merchant = report.merchant.unwrap();
    assert_eq!((merchant.signer.as_str(), merchant.claimed_at), (MERCHANT, signing_time()));
    assert_eq!(merchant.device_id.as_deref(), Some(DEVICE));
    assert_eq!(merchant.evidence_sha256, Some(hex::encode(EVIDENCE)));
    assert!(signed.starts_with(&rendered.pdf), "signing only appends");
}

#[test]
fn the_countersigned_contract_is_in_effect_with_and_without_a_time_stamp() {
    let cast = Cast::new();
    let rendered_bytes = contract().pdf.len();
    let merchant = cast.merchant_signed();
    let both = countersign(&merchant, &cast.issuer, ISSUER, &issuer_statement(), fonts()).unwrap();
    assert!(both.starts_with(&merchant), "countersigning only appends");
    let report = cast.verify(&both);
    assert_eq!((report.verdict, &report.time), (Verdict::InEffect, &TimeReport::None), "{report:?}");
    let issuer = report.issuer.unwrap();
    assert_eq!((issuer.signer.as_str(), issuer.device_id), (ISSUER, None));

    let (stamped, stamp) = add_time_stamp(&both, &[cast.embedded_authority()], &cast.trust().roots).unwrap();
    keep("contract-signed.pdf", &stamped);
    assert_eq!(stamp.at, countersigning_time());
    assert_eq!(stamped.len(), both.len(), "the token takes room that was left for it");
    let report = cast.verify(&stamped);
    assert_eq!(report.verdict, Verdict::InEffect, "{report:?}");
    let TimeReport::OwnAuthority { at, serial, .. } = report.time else { panic!("{:?}", report.time) };
    assert_eq!((at, serial), (stamp.at, stamp.serial));
    // The room for certificates and a time stamp is 37 kB of it, in hexadecimal; the rest is what is drawn.
    let added = stamped.len() - rendered_bytes;
    assert!(added < 57_000, "signing adds {added} bytes");
}

#[test]
fn each_signature_is_given_once() {
    let cast = Cast::new();
    let stamped = cast.stamped();
    let again = countersign(&stamped, &cast.issuer, ISSUER, &issuer_statement(), fonts());
    assert!(matches!(again, Err(SignError::AlreadySigned)), "{again:?}");
    let again = add_time_stamp(&stamped, &[cast.embedded_authority()], &cast.trust().roots);
    assert!(matches!(again, Err(StampingError::File(SignError::NothingToStamp))), "{again:?}");
    let early = add_time_stamp(&cast.merchant_signed(), &[cast.embedded_authority()], &cast.trust().roots);
    assert!(matches!(early, Err(StampingError::File(SignError::NothingToStamp))), "{early:?}");
}

#[test]
fn an_unsigned_print_is_called_unsigned() {
    let cast = Cast::new();
    let report = cast.verify(&contract().pdf);
    assert_eq!((report.verdict, report.fault), (Verdict::Refused, Some(Fault::NotSigned)));
    assert_eq!(original(&contract().pdf), None);
}

#[test]
fn a_stranger_with_other_roots_believes_nobody() {
    let (cast, other) = (Cast::new(), Cast::new());
    let report = other.verify(&cast.merchant_signed());
    assert_eq!((report.part, report.fault), (Some(Part::Merchant), Some(Fault::Untrusted)), "{report:?}");
    assert_eq!(report.merchant, None, "a refused file proves nothing");
}

#[test]
fn an_empty_pad_signs_nothing() {
    let cast = Cast::new();
    let mut empty = handwriting();
    empty.strokes.truncate(0);
    let result =
        sign_as_merchant(&contract(), cast.one_time_signer(), &empty, &merchant_statement(), fonts());
    assert!(matches!(result, Err(SignError::NoHandwriting)), "{result:?}");
}

#[test]
fn pyhanko_and_pdfsig_find_every_copy_valid_and_wholly_covered() {
    let cast = Cast::new();
    let copies = [(cast.merchant_signed(), 1), (cast.countersigned(), 2), (cast.stamped(), 2)];
    let files: Vec<&[u8]> = copies.iter().map(|(pdf, _)| pdf.as_slice()).collect();
    let judgements = pyhanko(&files, cast.authority.certificate());
    for ((pdf, signatures), pyhanko) in copies.iter().zip(judgements) {
        assert!(pyhanko.valid, "{}", pyhanko.words);
        let pdfsig = pdfsig(pdf);
        assert!(pdfsig.valid, "{}", pdfsig.words);
        assert_eq!(pdfsig.words.matches("Signature is Valid.").count(), *signatures, "{}", pdfsig.words);
        assert!(pdfsig.words.contains("Total document signed"), "{}", pdfsig.words);
    }
}
