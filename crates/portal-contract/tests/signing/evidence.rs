//! The record of a ceremony, and what its will is worth.

use portal_contract::Language;
use portal_contract::evidence::{
    Agent, AgentRole, Assurance, Ceremony, Clock, Consent, ConsentKind, Device, PhoneConfirmation, Reading,
    RealName, RealNameMethod, Record, Renderer, Strokes, TemplateRef, Will, WillFault, WillMethod,
};
use portal_contract::pki::certificate_sha256;
use portal_contract::sealed::Sealed;
use sha2::{Digest, Sha256};

use crate::ceremony::{Cast, DEVICE, at, handwriting, signing_time};
use crate::papers::template;

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
    assert!(
        text.starts_with(r#"{"agent":{"id":"A-7","role":"ASSISTANT"},"clock":{"#),
        "keys in order: {text}"
    );
    let read: Record = serde_json::from_str(&text).unwrap();
    assert_eq!(read.to_canonical_json().unwrap(), text);
    let Record::Ceremony(told) = read else { panic!("{text}") };
    assert_eq!(told.assurance(&cast.trust().roots, signing_time()), Ok(Assurance::Pin));
}
