//! `portal contract verify` on real signed files.

use jiff::Timestamp;
use portal_contract::pki::{Authority, OneTimeSigner, Signer, certificate_to_pem};
use portal_contract::signing::{
    Handwriting, PenPoint, Statement, add_time_stamp, countersign, sign_as_merchant,
};
use portal_contract::stamping::EmbeddedTimeAuthority;
use portal_contract::{Block, Document, Fonts, Language, Slot, SlotKind, render};

use crate::support::Profile;

/// Files of one contract, beside the profile.
pub struct Contract {
    pub merchant_only: String,
    pub in_effect: String,
    pub root: String,
}

impl Contract {
    /// Signed a year after the epoch of the roots and before today, whatever today is.
    pub fn new(profile: &Profile) -> Self {
        let (long_ago, at): (Timestamp, Timestamp) =
            ("2026-01-01T00:00:00Z".parse().unwrap(), "2026-03-01T00:00:00Z".parse().unwrap());
        let fonts = Fonts::embedded().unwrap();
        let (authority, _) = Authority::create("Example root", long_ago).unwrap();
        // Any key will do for the computer's.
        let device_key = authority.create_issuer("a computer's key", long_ago).unwrap();
        let spki = device_key.identity().certificate.tbs_certificate().subject_public_key_info().clone();
        let device = authority.certify_device("D-1", spki, long_ago).unwrap();
        let issuer = authority.create_issuer("示例收单服务有限公司", long_ago).unwrap();
        let time_key = authority.create_time_authority("Example time service", long_ago).unwrap();
        let time = EmbeddedTimeAuthority::new(time_key, move || at);

        let rendered = render(&document(at), fonts).unwrap();
        let signer = OneTimeSigner::certify("李四", &[1; 32], &device, &device_key, at).unwrap();
        let statement = Statement { reason: "同意".into(), location: None, at };
        let merchant_only = sign_as_merchant(&rendered, signer, &scribble(), &statement, fonts).unwrap();
        let both = countersign(&merchant_only, &issuer, "示例收单服务有限公司", &statement, fonts).unwrap();
        let roots = [authority.certificate().clone()];
        let (in_effect, _) = add_time_stamp(&both, &[Box::new(time)], &roots).unwrap();
        let pem = certificate_to_pem(authority.certificate()).unwrap();
        Self {
            merchant_only: profile.write("offline.pdf", &merchant_only),
            in_effect: profile.write("signed.pdf", &in_effect),
            root: profile.write("root.pem", pem.as_bytes()),
        }
    }
}

fn document(created_at: Timestamp) -> Document {
    let slot = |kind, name: &str| Slot {
        kind,
        name: name.into(),
        label: "签署".into(),
        width_pt: 160.0,
        height_pt: 80.0,
    };
    let slots = vec![slot(SlotKind::Signature, "merchant"), slot(SlotKind::Seal, "issuer")];
    Document {
        language: Language::Zh,
        title: "收单服务协议".into(),
        number: "HT-1".into(),
        created_at,
        banner: None,
        watermark: None,
        blocks: vec![Block::Heading { text: "费率".into() }, Block::Slots { slots }],
    }
}

fn scribble() -> Handwriting {
    let points = (0..20_u32).map(|step| PenPoint {
        x: step as f32 * 5.0,
        y: (step % 5) as f32 * 9.0,
        t_ms: step * 10,
    });
    Handwriting { width: 120.0, height: 60.0, strokes: vec![points.collect()] }
}

#[test]
fn the_exit_code_says_what_a_contract_is_worth() {
    let profile = Profile::new();
    let contract = Contract::new(&profile);
    let verify = |file: &str, code| {
        profile.run(&["contract", "verify", file, "--root", &contract.root, "--json"]).expect(code).json()
    };
    let report = verify(&contract.in_effect, 0);
    assert_eq!(report["verdict"], "in_effect");
    assert_eq!(report["time"]["assurance"], "own_authority");
    assert_eq!(report["merchant"]["signer"], "李四");
    assert_eq!(verify(&contract.merchant_only, 3)["verdict"], "merchant_only");

    let mut changed = std::fs::read(&contract.in_effect).unwrap();
    changed.extend(b"\n");
    let report = verify(&profile.write("changed.pdf", &changed), 1);
    assert_eq!((&report["verdict"], &report["fault"]), (&"refused".into(), &"damaged".into()));
    assert_eq!(report["merchant"], serde_json::Value::Null);
    assert!(!profile.path("profile").exists(), "verification needs no profile folder");
}

#[test]
fn a_person_reads_it_in_their_language() {
    let mut profile = Profile::new();
    let contract = Contract::new(&profile);
    let english = profile.run(&["contract", "verify", &contract.merchant_only, "--root", &contract.root]);
    assert!(english.stdout.contains("the contract has no effect yet"), "{english:?}");
    assert!(english.stdout.contains("An enrolled computer attests the signature"), "{english:?}");
    profile.language = "zh_CN.UTF-8";
    let chinese = profile.run(&["contract", "verify", &contract.in_effect, "--root", &contract.root]);
    assert!(chinese.stdout.starts_with("双方已签署，内容自签署后未被改动。\n"), "{chinese:?}");
    assert!(chinese.stdout.contains("不是独立第三方的证明"), "{chinese:?}");
}

#[test]
fn wrong_roots_are_named_or_believed_by_nobody() {
    let (profile, elsewhere) = (Profile::new(), Profile::new());
    let (contract, other) = (Contract::new(&profile), Contract::new(&elsewhere));
    let run = |root: &str, code| {
        profile.run(&["contract", "verify", &contract.merchant_only, "--root", root, "--json"]).expect(code)
    };
    assert_eq!(run(&contract.merchant_only, 2).fields(), ["--root not_a_certificate"]);
    assert_eq!(run(&other.root, 1).json()["fault"], "untrusted");
    let missing = profile.run(&["contract", "verify", &contract.merchant_only, "--json"]).expect(2);
    assert_eq!(missing.fields()[0], "--root <PEM> required");
}
