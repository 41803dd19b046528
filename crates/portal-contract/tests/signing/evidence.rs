//! The chain of records and the bundle that proves a contract.

use portal_contract::evidence::{
    Agent, AgentRole, Assurance, Bundle, BundleFault, BundleFile, Ceremony, Clock, Consent, ConsentKind,
    Device, Party, PartyRole, PhoneConfirmation, Reading, RealName, RealNameMethod, Record, Renderer, Signed,
    Strokes, TemplateRef, Will, WillFault, WillMethod,
};
use portal_contract::pki::{OneTimeSigner, certificate_sha256};
use portal_contract::sealed::Sealed;
use portal_contract::signing::{countersign, sign_as_merchant};
use portal_contract::verifying::Verdict;
use portal_contract::{Language, render};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;

use crate::ceremony::{
    Cast, DEVICE, ISSUER, MERCHANT, at, fonts, handwriting, issuer_statement, merchant_statement,
    signing_time,
};
use crate::papers::{agreement, template};

const NUMBER: &str = "HT-2026-000077";

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn ceremony(cast: &Cast, render_sha256: &str) -> Record {
    let template = template("acquiring-agreement", Language::Zh);
    let handwriting = handwriting();
    Record::Ceremony(Box::new(Ceremony {
        contract_no: NUMBER.into(),
        template: TemplateRef {
            id: template.id.clone(),
            version: template.version.to_string(),
            sha256: template.sha256().unwrap(),
        },
        data_sha256: sha256(b"values"),
        render_sha256: render_sha256.into(),
        renderer: Renderer { version: "0.1.0".into(), fonts_sha256: vec![sha256(b"font")] },
        real_name: RealName {
            method: RealNameMethod::InPersonIdCard,
            result_ref: "RN-1".into(),
            time: signing_time(),
        },
        will: Will {
            method: WillMethod::Pin,
            bound_doc_sha256: render_sha256.into(),
            time: signing_time(),
            confirmation: None,
        },
        consents: vec![Consent {
            title: "个人信息处理同意书".into(),
            version: "1.0.0".into(),
            sha256: sha256(b"text"),
            time: signing_time(),
            kind: ConsentKind::Check,
        }],
        reading: Reading {
            opened_at: at("2026-07-03T02:10:00Z"),
            pages: 3,
            to_end_at: Some(at("2026-07-03T02:13:00Z")),
            seconds: 180,
        },
        strokes: Strokes {
            sha256: sha256(&serde_json::to_vec(&handwriting).unwrap()),
            points: handwriting.points() as u32,
            duration_ms: handwriting.duration_ms(),
            device: "mouse".into(),
        },
        agent: Some(Agent { id: "A-7".into(), role: AgentRole::Assistant }),
        device: Device {
            id: DEVICE.into(),
            cert_sha256: certificate_sha256(&cast.device.identity().certificate).unwrap(),
            app_version: "0.1.0".into(),
            os: "Linux".into(),
        },
        place: None,
        clock: Clock {
            device_utc: signing_time(),
            monotonic_ms: Some(81_000),
            last_server_time: None,
            skew_ms: None,
        },
        events_head_hash: sha256(b"events"),
        previous_sha256: None,
    }))
}

/// The same, confirmed by the signer's phone, as `seal` says it.
fn confirmed_by_phone(cast: &Cast, seal: impl Fn(String) -> Sealed) -> Ceremony {
    let Record::Ceremony(mut told) = ceremony(cast, &sha256(b"pages")) else { unreachable!() };
    let confirmation = PhoneConfirmation {
        contract_no: NUMBER.into(),
        bound_doc_sha256: told.render_sha256.clone(),
        device_id: DEVICE.into(),
        phone: "138****0001".into(),
        confirmed_at: signing_time(),
        valid_until: at("2026-12-31T00:00:00Z"),
    };
    told.will.method = WillMethod::Sms;
    told.will.confirmation = Some(seal(serde_json::to_string(&confirmation).unwrap()));
    told.clock.last_server_time = Some(signing_time());
    told.clock.skew_ms = Some(0);
    *told
}

fn party(role: PartyRole, name: &str, certificate: &Certificate) -> Party {
    Party { role, name_hash: sha256(name.as_bytes()), cert_sha256: certificate_sha256(certificate).unwrap() }
}

/// An honest ceremony with all its records.
fn bundle(cast: &Cast) -> Bundle {
    let rendered = render(&agreement(), fonts()).unwrap();
    let ceremony = ceremony(cast, &rendered.sha256);
    let evidence = ceremony.sha256().unwrap();
    let signer =
        OneTimeSigner::certify(MERCHANT, &evidence, &cast.device, &cast.device_key, signing_time()).unwrap();
    let merchant_party = party(PartyRole::Merchant, MERCHANT, &signer.identity().certificate);
    let merchant =
        sign_as_merchant(&rendered, signer, &handwriting(), &merchant_statement(), fonts()).unwrap();
    let both = countersign(&merchant, &cast.issuer, ISSUER, &issuer_statement(), fonts()).unwrap();
    let signed = |pdf: &[u8], parties, previous: &Record| {
        Record::Signed(Signed {
            contract_no: NUMBER.into(),
            signed_pdf_sha256: sha256(pdf),
            parties,
            tsa: None,
            previous_sha256: Some(hex::encode(previous.sha256().unwrap())),
        })
    };
    let by_device = cast.device_signer();
    let first = signed(&merchant, vec![merchant_party.clone()], &ceremony);
    let issuer_certificate = &portal_contract::pki::Signer::identity(&cast.issuer).certificate;
    let issuer_party = party(PartyRole::Issuer, ISSUER, issuer_certificate);
    let second = signed(&both, vec![merchant_party, issuer_party], &first);
    let seal = |record: &Record, signer: &dyn portal_contract::pki::Signer| {
        Sealed::seal(record.to_canonical_json().unwrap(), signer).unwrap()
    };
    Bundle {
        contract_no: NUMBER.into(),
        files: vec![
            BundleFile::new("contract-offline.pdf", &merchant),
            BundleFile::new("contract-signed.pdf", &both),
        ],
        records: vec![seal(&ceremony, &by_device), seal(&first, &by_device), seal(&second, &cast.issuer)],
        roots: Vec::new(),
    }
}

#[test]
fn a_code_to_the_phone_is_the_stronger_level_and_only_the_issuers_word_counts() {
    let cast = Cast::new();
    let roots = cast.trust().roots;
    let by_issuer = confirmed_by_phone(&cast, |text| Sealed::seal(text, &cast.issuer).unwrap());
    let worth = by_issuer.assurance(&roots, signing_time());
    assert_eq!(worth, Ok(Assurance::PhoneCodeInPerson), "the card was compared too");
    let by_device = confirmed_by_phone(&cast, |text| Sealed::seal(text, &cast.device_signer()).unwrap());
    assert_eq!(by_device.assurance(&roots, signing_time()), Err(WillFault::NotGenuine));
    let other_pages = Ceremony { render_sha256: sha256(b"other pages"), ..by_issuer.clone() };
    assert_eq!(other_pages.assurance(&roots, signing_time()), Err(WillFault::OtherDocument));
    for level in [Assurance::PhoneCode, Assurance::PhoneCodeInPerson] {
        assert!(
            level.words(Language::Zh).contains("更可靠") && level.words(Language::En).contains("stronger")
        );
    }
    for level in [Assurance::Pin, Assurance::InPerson] {
        assert!(level.words(Language::Zh).contains("较弱") && level.words(Language::En).contains("weaker"));
    }
}

#[test]
fn a_record_of_an_earlier_version_keeps_its_text() {
    let cast = Cast::new();
    let text = ceremony(&cast, &sha256(b"pages")).to_canonical_json().unwrap();
    assert!(!text.contains("confirmation"), "{text}");
    let read: Record = serde_json::from_str(&text).unwrap();
    assert_eq!(read.to_canonical_json().unwrap(), text);
    let Record::Ceremony(told) = read else { panic!("{text}") };
    assert_eq!(told.assurance(&cast.trust().roots, signing_time()), Ok(Assurance::Pin));
}

fn fault(cast: &Cast, bundle: &Bundle) -> BundleFault {
    bundle.verify(&cast.trust(), at("2026-07-04T00:00:00Z")).unwrap_err()
}

#[test]
fn a_bundle_proves_both_copies_and_survives_json() {
    let cast = Cast::new();
    let bundle = bundle(&cast);
    let json = serde_json::to_string(&bundle).unwrap();
    let read: Bundle = serde_json::from_str(&json).unwrap();
    let report = read.verify(&cast.trust(), at("2026-07-04T00:00:00Z")).unwrap();
    let verdicts: Vec<Verdict> = report.files.iter().map(|file| file.verdict).collect();
    assert_eq!(verdicts, [Verdict::MerchantOnly, Verdict::InEffect]);
    assert_eq!(report.records.len(), 3);
    let payload = &bundle.records[0].payload;
    assert!(payload.starts_with(r#"{"agent":{"id":"A-7","role":"ASSISTANT"},"clock":{"#), "{payload}");
    assert!(!json.contains(MERCHANT), "names are in the records by hash only");
}

#[test]
fn a_changed_missing_or_foreign_record_is_refused() {
    let cast = Cast::new();
    let whole = bundle(&cast);
    let with = |change: &dyn Fn(&mut Bundle)| {
        let mut changed = whole.clone();
        change(&mut changed);
        fault(&cast, &changed)
    };
    let changed = with(&|bundle| {
        bundle.records[0].payload = bundle.records[0].payload.replace("\"seconds\":180", "\"seconds\":900");
    });
    assert_eq!(changed, BundleFault::RecordWrong);
    assert_eq!(with(&|bundle| drop(bundle.records.remove(0))), BundleFault::ChainBroken);
    assert_eq!(with(&|bundle| bundle.records.swap(1, 2)), BundleFault::ChainBroken);
    assert_eq!(with(&|bundle| drop(bundle.files.remove(0))), BundleFault::FileUnaccounted);
    assert_eq!(with(&|bundle| drop(bundle.records.pop())), BundleFault::FileUnaccounted);
    assert_eq!(with(&|bundle| bundle.contract_no = "HT-1".into()), BundleFault::RecordForeign);
    let other = Cast::new();
    assert_eq!(fault(&other, &whole), BundleFault::RecordWrong);
    // A contract that was signed for another ceremony.
    let strange = bundle(&cast);
    assert_eq!(with(&|bundle| bundle.files = strange.files.clone()), BundleFault::FileUnaccounted);
}
