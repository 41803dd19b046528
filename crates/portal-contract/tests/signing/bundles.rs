//! What proves a contract that was signed on paper: every part genuine and still of something else.

use portal_contract::agreement::{Issuer, Offer};
use portal_contract::bundle::{Base64, Bundle, BundlePart, PaperBundle, Told};
use portal_contract::evidence::{Assurance, Device, OnPaper, Record, Renderer, Signed, TemplateRef};
use portal_contract::pki::{Signer, certificate_sha256};
use portal_contract::sealed::Sealed;
use portal_contract::signing::seal_signed_on_paper;
use sha2::{Digest, Sha256};

use crate::ceremony::{
    Cast, DEVICE, ISSUER, contract, countersigning_time, fonts, issuer_statement, signing_time,
};
use crate::papers::quote;

const NUMBER: &str = "HT-2026-000077";
const SCANS: [&[u8]; 2] = [b"a picture of the first page", b"a picture of the second page"];

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn template() -> TemplateRef {
    TemplateRef { id: "acquiring-agreement".into(), version: "1.1.0".into(), sha256: sha256(b"text") }
}

fn sealed(text: String, by: &dyn Signer) -> Sealed {
    Sealed::seal(text, by).unwrap()
}

fn offer(cast: &Cast) -> Sealed {
    let offer = Offer {
        contract_no: NUMBER.into(),
        template: template(),
        annexes: Vec::new(),
        recipients: String::new(),
        issuer: Issuer {
            name: ISSUER.into(), address: "示范路 100 号".into(), phone: "400-000-0000".into()
        },
        term_years: 2,
        issued_at: signing_time(),
        quote: quote(),
    };
    sealed(serde_json::to_string(&offer).unwrap(), &cast.issuer)
}

fn on_paper(cast: &Cast) -> OnPaper {
    OnPaper {
        contract_no: NUMBER.into(),
        template: template(),
        data_sha256: sha256(b"values"),
        render_sha256: contract().sha256,
        renderer: Renderer::this(),
        scans: SCANS.map(sha256).into(),
        agent: None,
        device: Device {
            id: DEVICE.into(),
            cert_sha256: certificate_sha256(&cast.device.identity().certificate).unwrap(),
            app_version: "0.1.0".into(),
            os: "Linux".into(),
        },
        at: signing_time(),
        previous_sha256: None,
    }
}

fn sealed_record(cast: &Cast, paper: OnPaper) -> Sealed {
    let record = Record::OnPaper(Box::new(paper));
    sealed(record.to_canonical_json().unwrap(), &cast.device_signer())
}

fn countersigned(cast: &Cast, contract_no: &str, pdf: &[u8], before: &Sealed) -> Sealed {
    let record = Record::Signed(Signed {
        contract_no: contract_no.into(),
        signed_pdf_sha256: sha256(pdf),
        parties: Vec::new(),
        tsa: None,
        previous_sha256: Some(before.payload_sha256()),
    });
    sealed(record.to_canonical_json().unwrap(), &cast.issuer)
}

/// All that follows from a record: the file that the issuer certified for it, and the issuer's own record.
fn bundle(cast: &Cast, paper: OnPaper) -> (PaperBundle, Vec<u8>) {
    let record = sealed_record(cast, paper);
    let sha: [u8; 32] = Sha256::digest(&record.payload).into();
    let pdf =
        seal_signed_on_paper(&contract(), &sha, &cast.issuer, ISSUER, &issuer_statement(), fonts()).unwrap();
    let bundle = PaperBundle {
        contract: Base64::of(&pdf),
        offer: offer(cast),
        countersigned: countersigned(cast, NUMBER, &pdf, &record),
        on_paper: record,
        scans: SCANS.map(Base64::of).into(),
        root: String::new(),
    };
    (bundle, pdf)
}

fn refused(cast: &Cast, bundle: &PaperBundle) -> Option<BundlePart> {
    let report = Bundle::Paper(Box::new(bundle.clone())).verify(&cast.trust(), countersigning_time());
    assert_eq!(report.refused.is_none(), report.told.is_some(), "told is what was found genuine");
    report.refused
}

#[test]
fn a_whole_one_tells_how_it_was_signed_and_survives_json() {
    let cast = Cast::new();
    let (whole, _) = bundle(&cast, on_paper(&cast));
    let json = serde_json::to_string(&Bundle::Paper(Box::new(whole))).unwrap();
    let read: Bundle = serde_json::from_str(&json).unwrap();
    let report = read.verify(&cast.trust(), countersigning_time());
    assert_eq!((report.refused, report.assurance), (None, Some(Assurance::Paper)));
    assert_eq!(report.told, Some(Told::OnPaper(Box::new(on_paper(&cast)))));
    let stranger = Cast::new();
    let by_a_stranger = read.verify(&stranger.trust(), countersigning_time());
    assert_eq!(by_a_stranger.refused, Some(BundlePart::Contract), "another root is believed in nothing");
}

#[test]
fn a_record_that_the_file_was_not_certified_for_is_refused() {
    let cast = Cast::new();
    let (whole, _) = bundle(&cast, on_paper(&cast));
    // As it was handed in before a reviewer returned it: genuine, and of this contract.
    let earlier = OnPaper { data_sha256: sha256(b"other values"), ..on_paper(&cast) };
    let changed = PaperBundle { on_paper: sealed_record(&cast, earlier), ..whole };
    assert_eq!(refused(&cast, &changed), Some(BundlePart::OnPaper));
}

#[test]
fn a_record_of_something_else_is_refused_though_the_issuer_certified_for_it() {
    let cast = Cast::new();
    let other_template = TemplateRef { version: "1.0.0".into(), ..template() };
    for paper in [
        OnPaper { contract_no: "HT-2026-000078".into(), ..on_paper(&cast) },
        OnPaper { template: other_template, ..on_paper(&cast) },
        OnPaper { render_sha256: sha256(b"other pages"), ..on_paper(&cast) },
    ] {
        let (changed, _) = bundle(&cast, paper.clone());
        assert_eq!(refused(&cast, &changed), Some(BundlePart::OnPaper), "{paper:?}");
    }
}

#[test]
fn an_issuers_record_of_something_else_is_refused() {
    let cast = Cast::new();
    let (whole, pdf) = bundle(&cast, on_paper(&cast));
    for record in [
        countersigned(&cast, "HT-2026-000078", &pdf, &whole.on_paper),
        countersigned(&cast, NUMBER, b"another file", &whole.on_paper),
        countersigned(&cast, NUMBER, &pdf, &whole.offer),
    ] {
        let changed = PaperBundle { countersigned: record, ..whole.clone() };
        assert_eq!(refused(&cast, &changed), Some(BundlePart::Countersigned));
    }
}

#[test]
fn scans_are_those_of_the_record_in_its_order() {
    let cast = Cast::new();
    let (whole, _) = bundle(&cast, on_paper(&cast));
    let [first, second] = SCANS.map(Base64::of);
    for scans in [
        vec![second.clone(), first.clone()],
        vec![first.clone()],
        vec![first.clone(), second.clone(), second],
        vec![first, Base64::of(b"another picture")],
    ] {
        let changed = PaperBundle { scans, ..whole.clone() };
        assert_eq!(refused(&cast, &changed), Some(BundlePart::Scans));
    }
}
