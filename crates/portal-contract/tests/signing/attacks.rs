//! What strangers, agents, merchants and issuers could do to a signed file. Our verifier refuses each; what pyHanko
//! and pdfsig say stands in `docs/manual/contract-attacks.md`, which a test here holds against them.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{CertificateSet, SignedData};
use der::asn1::{Any, OctetString};
use der::{Decode, Encode};
use lopdf::{Document as Pdf, IncrementalDocument, Object, Stream, dictionary};
use p256::ecdsa::Signature;
use portal_contract::signing::countersign;
use portal_contract::verifying::{Fault, Verdict};
use portal_contract::{Document, render};

use crate::ceremony::{Cast, ISSUER, contract, fonts, issuer_statement};
use crate::forgers::Forger;
use crate::judges::{checkout, keep, pdfsig, pdfsig_version, pyhanko};
use crate::papers;

struct Attack {
    name: &'static str,
    file: Vec<u8>,
    /// Any of these is right: what breaks first depends on the bytes.
    faults: &'static [Fault],
}

/// Where the hexadecimal digits of the last signature lie.
fn last_hole(pdf: &[u8]) -> std::ops::Range<usize> {
    const KEY: &[u8] = b"/Contents <";
    let at = pdf.windows(KEY.len()).rposition(|window| window == KEY).unwrap() + KEY.len();
    let length = pdf[at..].iter().position(|byte| *byte == b'>').unwrap();
    at..at + length
}

fn container(pdf: &[u8]) -> Vec<u8> {
    let contents = hex::decode(&pdf[last_hole(pdf)]).unwrap();
    let length = 4 + usize::from(u16::from_be_bytes([contents[2], contents[3]]));
    contents[..length].to_vec()
}

fn with_container(pdf: &[u8], container: &[u8]) -> Vec<u8> {
    let mut changed = pdf.to_vec();
    let hole = &mut changed[last_hole(pdf)];
    hole.fill(b'0');
    hex::encode_to_slice(container, &mut hole[..2 * container.len()]).unwrap();
    changed
}

/// Changes the structure of the last container and writes it again, well-formed.
fn reworked(pdf: &[u8], change: impl FnOnce(&mut SignedData)) -> Vec<u8> {
    let info = ContentInfo::from_der(&container(pdf)).unwrap();
    let mut signed: SignedData = info.content.decode_as().unwrap();
    change(&mut signed);
    let info = ContentInfo { content: Any::encode_from(&signed).unwrap(), ..info };
    with_container(pdf, &info.to_der().unwrap())
}

fn replaced(pdf: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = pdf.windows(from.len()).rposition(|window| window == from).unwrap();
    [&pdf[..at], to, &pdf[at + from.len()..]].concat()
}

fn flipped(pdf: &[u8], at: usize) -> Vec<u8> {
    let mut changed = pdf.to_vec();
    changed[at] ^= 1;
    changed
}

/// An update by another writer that covers the first page with white.
fn painted_over(pdf: &[u8]) -> Vec<u8> {
    let mut update = IncrementalDocument::create_from(pdf.to_vec(), Pdf::load_mem(pdf).unwrap());
    let page = update.get_prev_documents().get_pages()[&1];
    let old = update.get_prev_documents().get_page_contents(page)[0];
    update.opt_clone_object_to_new_document(page).unwrap();
    let white = Stream::new(dictionary! {}, b"1 1 1 rg 50 400 300 80 re f".to_vec());
    let new = update.new_document.add_object(white);
    let contents = vec![Object::Reference(old), Object::Reference(new)];
    update.new_document.get_dictionary_mut(page).unwrap().set("Contents", contents);
    let mut out = Vec::new();
    update.save_to(&mut out).unwrap();
    out
}

/// An update by another writer that puts a note over the fees, which viewers show.
fn annotated(pdf: &[u8]) -> Vec<u8> {
    let mut update = IncrementalDocument::create_from(pdf.to_vec(), Pdf::load_mem(pdf).unwrap());
    let page = update.get_prev_documents().get_pages()[&1];
    update.opt_clone_object_to_new_document(page).unwrap();
    let note = update.new_document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "FreeText", "F" => 4,
        "Rect" => vec![60.into(), 600.into(), 300.into(), 640.into()],
        "Contents" => Object::string_literal("0.10%"), "DA" => Object::string_literal("/Helv 12 Tf"),
    });
    let annotations = vec![Object::Reference(note)];
    update.new_document.get_dictionary_mut(page).unwrap().set("Annots", annotations);
    let mut out = Vec::new();
    update.save_to(&mut out).unwrap();
    out
}

fn corpus(cast: &Cast) -> Vec<Attack> {
    let (merchant, both, stamped) = (cast.merchant_signed(), cast.countersigned(), cast.stamped());
    let other_stamped = cast.stamped();
    let attack = |name, file, faults| Attack { name, file, faults };
    let base = contract().pdf.len();
    let hole = last_hole(&stamped);
    let other_fee = {
        let json = serde_json::to_string(&papers::agreement()).unwrap().replace("0.38%", "0.88%");
        let document: Document = serde_json::from_str(&json).unwrap();
        cast.merchant_signs(&render(&document, fonts()).unwrap())
    };
    let device_chain: Vec<_> = cast.device.identity().certificates().cloned().collect();
    let forged = |subject: &str| {
        let forger = Forger::named(subject, &cast.device_key.0, device_chain.clone());
        countersign(&merchant, &forger, ISSUER, &issuer_statement(), fonts()).unwrap()
    };
    let stranger = Cast::new();
    let mut longer_range = last_byte_range(&merchant);
    longer_range[1] -= 40;
    vec![
        attack(
            "one bit of the rendered page",
            flipped(&stamped, base / 2),
            &[Fault::ContentChanged, Fault::Damaged],
        ),
        attack(
            "one bit of a signature",
            reworked(&merchant, |signed| {
                let mut info = signed.signer_infos.0.as_slice()[0].clone();
                let mut signature = info.signature.as_bytes().to_vec();
                *signature.last_mut().unwrap() ^= 1;
                info.signature = OctetString::new(signature).unwrap();
                signed.signer_infos = vec![info].try_into().unwrap();
            }),
            &[Fault::SignatureWrong],
        ),
        attack(
            "the other form of a signature, made without the key",
            reworked(&merchant, |signed| {
                let mut info = signed.signer_infos.0.as_slice()[0].clone();
                let own = Signature::from_der(info.signature.as_bytes()).unwrap();
                let (r, s) = own.split_scalars();
                let other = Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
                info.signature = OctetString::new(other.to_der().as_bytes()).unwrap();
                signed.signer_infos = vec![info].try_into().unwrap();
            }),
            &[Fault::SignatureWrong],
        ),
        attack("an update that paints over the fees", painted_over(&stamped), &[Fault::UnknownRevision]),
        attack(
            "an update that paints over the merchant's copy",
            painted_over(&merchant),
            &[Fault::UnknownRevision],
        ),
        attack("an update that adds a note", annotated(&stamped), &[Fault::UnknownRevision]),
        attack("bytes behind the end", [&stamped[..], b"\n% nothing to see\n"].concat(), &[Fault::Damaged]),
        attack(
            "a blank line behind the end",
            [&stamped[..], b"\n"].concat(),
            &[Fault::Damaged, Fault::UnknownRevision],
        ),
        attack("the end cut off", stamped[..stamped.len() - 1000].to_vec(), &[Fault::Damaged]),
        attack("bytes in front of the beginning", [b"\n", &stamped[..]].concat(), &[Fault::NotPdf]),
        attack(
            "the signature of another contract",
            with_container(&merchant, &container(&other_fee)),
            &[Fault::ContentChanged],
        ),
        attack(
            "the countersignature on a contract with another fee",
            [&other_fee[..], &both[merchant.len()..]].concat(),
            &[Fault::Damaged, Fault::UnknownRevision],
        ),
        attack(
            "a byte range that leaves a gap",
            with_byte_range(&merchant, longer_range),
            &[Fault::NotWholeFile, Fault::Damaged],
        ),
        attack(
            "a byte range in another order",
            with_byte_range(&merchant, {
                let [a, b, c, d] = last_byte_range(&merchant);
                [c, d, a, b]
            }),
            &[Fault::NotWholeFile, Fault::Damaged, Fault::UnknownRevision],
        ),
        attack("no byte range", replaced(&merchant, b"/ByteRange", b"/ByteRangf"), &[Fault::UnknownRevision]),
        attack(
            "a signature of nothing but zeros",
            with_container(&merchant, &[]),
            &[Fault::SignatureDamaged],
        ),
        attack("something behind the container", flipped(&stamped, hole.end - 1), &[Fault::SignatureDamaged]),
        attack("capital digits in the signature", capitals(&stamped), &[Fault::UnknownRevision]),
        attack(
            "a container in BER",
            with_container(&merchant, &as_ber(&container(&merchant))),
            &[Fault::SignatureDamaged],
        ),
        attack(
            "a certificate more in the container",
            reworked(&merchant, |signed| {
                let stray = stranger.authority.certificate().clone();
                let all = signed.certificates.iter().flat_map(|set| set.0.iter().cloned());
                let all = all.chain([CertificateChoices::Certificate(stray)]).collect::<Vec<_>>();
                signed.certificates = Some(CertificateSet::try_from(all).unwrap());
            }),
            &[Fault::StrayCertificate],
        ),
        attack(
            "another signer's certificate in the container",
            reworked(&merchant, |signed| {
                let other = cast.one_time_signer().identity().certificate.clone();
                let own = signed.certificates.iter().flat_map(|set| set.0.iter().cloned());
                let swapped = own.map(|choice| match choice {
                    CertificateChoices::Certificate(certificate)
                        if certificate.tbs_certificate().issuer() == other.tbs_certificate().issuer() =>
                    {
                        CertificateChoices::Certificate(other.clone())
                    }
                    kept => kept,
                });
                signed.certificates = Some(CertificateSet::try_from(swapped.collect::<Vec<_>>()).unwrap());
            }),
            &[Fault::SignatureDamaged],
        ),
        attack(
            "the time stamp of another contract",
            reworked(&both, |signed| {
                let other: SignedData =
                    ContentInfo::from_der(&container(&other_stamped)).unwrap().content.decode_as().unwrap();
                let token = other.signer_infos.0.as_slice()[0].unsigned_attrs.clone();
                let mut info = signed.signer_infos.0.as_slice()[0].clone();
                info.unsigned_attrs = token;
                signed.signer_infos = vec![info].try_into().unwrap();
            }),
            &[Fault::TimeStampWrong],
        ),
        attack(
            "everyone under the right names, from another root",
            stranger.stamped(),
            &[Fault::TimeStampUntrusted, Fault::TimeStampWrong, Fault::Untrusted],
        ),
        attack(
            "a computer that certified itself as the issuer",
            forged(&format!("CN={ISSUER},O={ISSUER},OU=Portal contract issuer")),
            &[Fault::CertificateNotPermitted],
        ),
        attack(
            "a merchant's key in the issuer's place",
            forged(&format!("CN={ISSUER},OU={},OU=Portal device signer", cast.device.device_id())),
            &[Fault::WrongRole],
        ),
    ]
}

fn last_byte_range(pdf: &[u8]) -> [usize; 4] {
    const KEY: &[u8] = b"/ByteRange [";
    let at = pdf.windows(KEY.len()).rposition(|window| window == KEY).unwrap() + KEY.len();
    let end = at + pdf[at..].iter().position(|byte| *byte == b']').unwrap();
    let parts = std::str::from_utf8(&pdf[at..end]).unwrap().split(' ').map(|part| part.parse().unwrap());
    parts.collect::<Vec<_>>().try_into().unwrap()
}

/// The file with another range, as long as before.
fn with_byte_range(pdf: &[u8], range: [usize; 4]) -> Vec<u8> {
    let written = |[a, b, c, d]: [usize; 4]| format!("/ByteRange [{a} {b} {c} {d}]").into_bytes();
    replaced(pdf, &written(last_byte_range(pdf)), &written(range))
}

fn capitals(pdf: &[u8]) -> Vec<u8> {
    let mut changed = pdf.to_vec();
    changed[last_hole(pdf)].make_ascii_uppercase();
    changed
}

/// The same value with an outer length of indefinite form.
fn as_ber(der: &[u8]) -> Vec<u8> {
    [&[der[0], 0x80], &der[4..], &[0, 0]].concat()
}

#[test]
fn every_attack_is_refused_with_its_reason() {
    let cast = Cast::new();
    let corpus = corpus(&cast);
    assert!(corpus.len() >= 20, "{}", corpus.len());
    for Attack { name, file, faults } in corpus {
        let report = cast.verify(&file);
        assert_eq!(report.verdict, Verdict::Refused, "{name}: {report:?}");
        let fault = report.fault.unwrap();
        assert!(faults.contains(&fault), "{name}: {fault:?}, expected one of {faults:?}");
    }
}

/// What the judges say of each attack, as the manual's table has it.
#[test]
fn the_manuals_table_says_what_the_judges_say() {
    let cast = Cast::new();
    let corpus = corpus(&cast);
    let files: Vec<&[u8]> = corpus.iter().map(|attack| attack.file.as_slice()).collect();
    let said = |accepted: bool| if accepted { "accepts" } else { "refuses" };
    let judged = corpus.iter().zip(pyhanko(&files, cast.authority.certificate()));
    let rows: Vec<[String; 2]> = judged
        .map(|(attack, pyhanko)| {
            let fault = serde_json::to_value(cast.verify(&attack.file).fault.unwrap()).unwrap();
            let fault = fault.as_str().unwrap();
            let ours = format!("| {} | `{fault}` | {} |", attack.name, said(pyhanko.valid));
            [ours, format!(" {} |", said(pdfsig(&attack.file).valid))]
        })
        .collect();
    let table: String = rows.iter().map(|row| row.concat() + "\n").collect();
    keep("contract-attacks.md", table.as_bytes());
    // Other versions of pdfsig may say something else; pyHanko's is pinned.
    let judged_by_the_same = pdfsig_version() == "22.12.0";
    let manual = std::fs::read_to_string(checkout().join("docs/manual/contract-attacks.md")).unwrap();
    let row = |[ours, pdfsig]: &[String; 2]| {
        if judged_by_the_same { ours.clone() + pdfsig } else { ours.clone() }
    };
    let missing: Vec<String> = rows.iter().map(row).filter(|row| !manual.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "not in docs/manual/contract-attacks.md: {missing:#?}\n{table}");
}
