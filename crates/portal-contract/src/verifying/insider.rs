//! An issuer with its real key that changes more than its own field. Made here, because nothing public can make it.

use jiff::Timestamp;
use lopdf::Object;

use super::{Fault, Trust, Verdict, verify};
use crate::pdf::{dictionary, name, sections};
use crate::pki::{Authority, KeySigner, OneTimeSigner, Signer, SignerKey};
use crate::signing::cms::{Container, to_be_signed};
use crate::signing::embed::prepare;
use crate::signing::update::{IssuerUpdate, MerchantUpdate, SignatureValue};
use crate::signing::{Handwriting, ISSUER_RESERVE, PenPoint, Statement, countersign, sign_as_merchant};
use crate::{Block, Document, Fonts, Language, Slot, SlotKind, render};

/// What an issuer does to its revision before signing it.
type Change<'a> = dyn Fn(&mut Vec<(u32, Object)>) + 'a;

struct Case {
    issuer: KeySigner,
    trust: Trust,
    merchant_signed: Vec<u8>,
}

fn at() -> Timestamp {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn statement() -> Statement {
    Statement { reason: "签署".into(), location: None, at: at() }
}

fn case() -> Case {
    let (authority, _) = Authority::create("Root", at()).unwrap();
    let device_key = authority.create_issuer("a computer's key", at()).unwrap();
    let spki = device_key.identity().certificate.tbs_certificate().subject_public_key_info().clone();
    let device = authority.certify_device("D-1", spki, at()).unwrap();
    let signer = OneTimeSigner::certify("李四", &[1; 32], &device, &device_key, at()).unwrap();
    let slot = |kind, name: &str| Slot {
        kind,
        name: name.into(),
        label: "签署".into(),
        width_pt: 160.0,
        height_pt: 80.0,
    };
    let slots = vec![slot(SlotKind::Signature, "merchant"), slot(SlotKind::Seal, "issuer")];
    let document = Document {
        language: Language::Zh,
        title: "协议".into(),
        number: "HT-1".into(),
        created_at: at(),
        banner: None,
        watermark: None,
        blocks: vec![Block::Heading { text: "费率".into() }, Block::Slots { slots }],
    };
    let points = (0..12_u32).map(|step| PenPoint { x: step as f32, y: (step % 3) as f32, t_ms: step });
    let handwriting = Handwriting { width: 20.0, height: 10.0, strokes: vec![points.collect()] };
    let fonts = Fonts::embedded().unwrap();
    let rendered = render(&document, fonts).unwrap();
    let merchant_signed = sign_as_merchant(&rendered, signer, &handwriting, &statement(), fonts).unwrap();
    Case {
        issuer: authority.create_issuer("收单机构", at()).unwrap(),
        trust: Trust { roots: vec![authority.certificate().clone()], time_roots: Vec::new() },
        merchant_signed,
    }
}

/// Countersigns like [`countersign`], with `change` applied to the objects of the revision before it is signed.
fn countersign_with(case: &Case, change: &Change<'_>) -> Vec<u8> {
    let (original, updates) = sections(&case.merchant_signed).unwrap();
    let section = &updates[0];
    let merchant = MerchantUpdate::read(&original, section).unwrap();
    let honest = countersign(
        &case.merchant_signed,
        &case.issuer,
        "收单机构",
        &statement(),
        Fonts::embedded().unwrap(),
    )
    .unwrap();
    let (_, both) = sections(&honest).unwrap();
    let update = IssuerUpdate::read(&section.file, &both[1]).unwrap();
    let prepared =
        prepare(&section.file, IssuerUpdate::signature_number(&section.file), ISSUER_RESERVE, |range| {
            let contents = vec![0; ISSUER_RESERVE];
            let signature = SignatureValue { byte_range: range, contents, ..update.signature.clone() };
            let update = IssuerUpdate { signature, ..update.clone() };
            let mut objects = update.objects(&merchant, original.size, &section.file);
            change(&mut objects);
            objects.sort_by_key(|(number, _)| *number);
            Some(objects)
        })
        .unwrap();
    let identity = case.issuer.identity();
    let digest = prepared.digest();
    let container = Container {
        digest,
        signer: identity.certificate.clone(),
        others: identity.issuers.clone(),
        signature: case.issuer.sign(&to_be_signed(&digest, &identity.certificate).unwrap()).unwrap(),
        token: None,
    };
    prepared.embed(&container.to_der().unwrap()).unwrap()
}

#[test]
fn an_issuer_may_fill_its_field_and_nothing_else() {
    let case = case();
    let honest = verify(&countersign_with(&case, &|_| {}), &case.trust, at());
    assert_eq!(honest.verdict, Verdict::InEffect, "{honest:?}");

    let (original, _) = sections(&case.merchant_signed).unwrap();
    let page = original.document.get_pages()[&1].0;
    let free = 1_000;
    let page_without_content = |objects: &mut Vec<(u32, Object)>| {
        let mut changed = original.object(page).unwrap().as_dict().unwrap().clone();
        changed.remove(b"Contents");
        objects.push((page, changed.into()));
    };
    let larger_field = |objects: &mut Vec<(u32, Object)>| {
        let field = objects[0].1.as_dict_mut().unwrap();
        field.set("Rect", vec![0.into(), 0.into(), 595.into(), 841.into()]);
    };
    let stray_object = |objects: &mut Vec<(u32, Object)>| {
        objects.push((free, dictionary([("Type", name("Annot"))]).into()));
    };
    let key_more = |objects: &mut Vec<(u32, Object)>| {
        objects[0].1.as_dict_mut().unwrap().set("AA", Object::Null);
    };
    let changes: [(&str, &Change<'_>); 4] = [
        ("a page", &page_without_content),
        ("the field's place", &larger_field),
        ("an object that nothing needs", &stray_object),
        ("a key that the field has not", &key_more),
    ];
    for (what, change) in changes {
        let report = verify(&countersign_with(&case, change), &case.trust, at());
        assert_eq!(report.fault, Some(Fault::UnknownRevision), "{what}: {report:?}");
    }
}
