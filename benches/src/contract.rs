//! `contract`: rendering and signing a contract, against pyHanko signing the same pages.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use portal_contract::agreement::{Issuer, Offer, newest_template, signer};
use portal_contract::pki::{Authority, DeviceCertificate, KeySigner, OneTimeSigner, PkiError, SignerKey};
use portal_contract::signing::{
    Handwriting, PenPoint, Statement, add_time_stamp, countersign, sign_as_merchant,
};
use portal_contract::stamping::{EmbeddedTimeAuthority, TimeAuthority};
use portal_contract::template::{Filling, Quote, QuotedFee, SettlementCycle, Template, builtin};
use portal_contract::{Fonts, Language, Rendered, render};
use portal_domain::dossier::{Dossier, MerchantKind};
use portal_domain::testing::dossier;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::measure::{Goal, Samples, alone, compared};

/// Hidden argument of the process whose start is measured.
pub const CHILD: &str = "contract-once";
const WARM: u32 = 40;
const COLD: u32 = 9;
const ISSUER: &str = "示例收单服务有限公司";
const DEVICE: &str = "0197c1f0-5a00-7c3e-9a41-2f6d1b7e8c55";

struct Key(SigningKey);

impl SignerKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

/// Everyone who takes part, invented.
struct Cast {
    authority: Authority,
    device: DeviceCertificate,
    key: Key,
    issuer: KeySigner,
    dossier: Dossier,
    offer: Offer,
    now: Timestamp,
}

impl Cast {
    fn new() -> Self {
        let now = Timestamp::now();
        let (authority, _) = Authority::create("Example contract root", now).unwrap();
        let key = Key(SigningKey::from_slice(&[3; 32]).unwrap());
        let spki = SubjectPublicKeyInfoOwned::from_key(key.0.verifying_key()).unwrap();
        let device = authority.certify_device(DEVICE, spki, now).unwrap();
        let issuer = authority.create_issuer(ISSUER, now).unwrap();
        let dossier = dossier(1, MerchantKind::SoleProprietor);
        let offer = Offer {
            contract_no: "HT-20260703-000077".into(),
            template: newest_template().unwrap(),
            annexes: Vec::new(),
            recipients: String::new(),
            issuer: Issuer {
                name: ISSUER.into(),
                address: "示范路 100 号".into(),
                phone: "400-000-0000".into(),
            },
            term_years: 2,
            issued_at: now,
            quote: quote(&dossier),
        };
        Self { authority, device, key, issuer, dossier, offer, now }
    }

    fn render(&self) -> Rendered {
        let document = self.offer.document(&self.dossier, portal_tests::profile(), &[]).unwrap();
        render(&document, Fonts::embedded().unwrap()).unwrap()
    }

    /// The agreement without clauses of its middle, until it has two pages.
    fn two_pages(&self) -> Rendered {
        let agreement =
            |template: &&Template| template.id == self.offer.template.id && template.language == Language::Zh;
        let mut template = builtin().unwrap().iter().find(agreement).unwrap().clone();
        let values = template.values.iter().map(|name| (name.clone(), "示例内容".to_owned())).collect();
        let filling = Filling {
            number: self.offer.contract_no.clone(),
            created_at: self.now,
            values,
            quote: Some(self.offer.quote.clone()),
            turnovers: Vec::new(),
            annexes: Vec::new(),
            draft: false,
        };
        loop {
            let document = template.fill(&filling).unwrap();
            let rendered = render(&document, Fonts::embedded().unwrap()).unwrap();
            if rendered.pages <= 2 {
                return rendered;
            }
            template.blocks.remove(template.blocks.len() / 2);
        }
    }

    fn sign(&self, rendered: &Rendered) -> Vec<u8> {
        let name = &signer(&self.dossier).name;
        let one_time = OneTimeSigner::certify(name, &[7; 32], &self.device, &self.key, self.now).unwrap();
        let statement = Statement { reason: "同意".into(), location: None, at: self.now };
        sign_as_merchant(rendered, one_time, &handwriting(), &statement, Fonts::embedded().unwrap()).unwrap()
    }

    fn countersigned(&self, signed: &[u8]) -> Vec<u8> {
        let statement = Statement { reason: "会签".into(), location: None, at: self.now };
        let both = countersign(signed, &self.issuer, ISSUER, &statement, Fonts::embedded().unwrap()).unwrap();
        let service = self.authority.create_time_authority("Example time service", self.now).unwrap();
        let now = self.now;
        let time: Box<dyn TimeAuthority> = Box::new(EmbeddedTimeAuthority::new(service, move || now));
        add_time_stamp(&both, &[time], &[self.authority.certificate().clone()]).unwrap().0
    }
}

fn quote(dossier: &Dossier) -> Quote {
    let fees = dossier.fees.iter().filter_map(|fee| {
        Some(QuotedFee {
            service: fee.service,
            rate: fee.rate?,
            cap_fen: fee.cap_fen,
            floor_fen: fee.floor_fen,
        })
    });
    Quote {
        number: "BJ-20260703-000041".into(),
        case_id: "0197c1ef-11d2-7b60-8e0c-95a1d34b7f02".into(),
        valid_until: jiff::civil::date(2099, 12, 31),
        fees: fees.collect(),
        settlement: SettlementCycle::NextWorkingDay,
        deposit_fen: 20_000,
        yearly_service_fen: 6_000,
        deposit_refund_days: 10,
        exit_fen: 0,
    }
}

fn handwriting() -> Handwriting {
    let points = (0..120_u32).map(|step| PenPoint {
        x: 20.0 + 3.0 * step as f32,
        y: 80.0 + 40.0 * (step as f32 / 4.0).sin(),
        t_ms: 8 * step,
    });
    Handwriting { width: 400.0, height: 160.0, strokes: vec![points.collect()] }
}

/// The first contract of a process, and what it cost: milliseconds and peak memory.
pub fn once() {
    let idle_kib = peak_kib();
    let cast = Cast::new();
    let began = Instant::now();
    let signed = cast.sign(&cast.render());
    let ms = began.elapsed().as_secs_f64() * 1e3;
    assert!(!signed.is_empty());
    println!("{ms} {}", peak_kib() - idle_kib);
}

/// Most memory that this process ever had resident, in KiB (proc(5), `VmHWM`).
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

pub fn run() {
    let cast = Cast::new();
    let rendered = cast.render();
    let timed = |work: &dyn Fn() -> Vec<u8>| {
        let began = Instant::now();
        let _made = work();
        began.elapsed()
    };
    let warm = Samples::new((0..WARM).map(|_| timed(&|| cast.sign(&cast.render()))));
    alone("contract-warm", &warm.to_string(), warm.median(), Goal::AtMost(60.0), "ms");

    let me = std::env::current_exe().unwrap();
    let mut firsts = Vec::new();
    let mut most_kib = 0;
    for _ in 0..COLD {
        let output = Command::new(&me).arg(CHILD).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (ms, kib) = text.trim().split_once(' ').unwrap();
        firsts.push(Duration::from_secs_f64(ms.parse::<f64>().unwrap() / 1e3));
        most_kib = most_kib.max(kib.parse::<u64>().unwrap());
    }
    let cold = Samples::new(firsts);
    alone("contract-cold", &cold.to_string(), cold.median(), Goal::AtMost(250.0), "ms");
    let mib = most_kib as f64 / 1024.0;
    alone("contract-memory", &format!("{mib:.0} MiB over idle"), mib, Goal::AtMost(60.0), "MiB");

    let ours = Samples::new((0..WARM).map(|_| timed(&|| cast.sign(&rendered))));
    let peer = pyhanko(&rendered.pdf);
    let ratio = peer / ours.median();
    compared("contract-sign", &ours.to_string(), &format!("pyHanko {peer:.1} ms"), ratio, Goal::AtLeast(5.0));

    let two_pages = cast.two_pages();
    let both = cast.countersigned(&cast.sign(&two_pages));
    let kb = both.len() as f64 / 1e3;
    let text = format!("{kb:.0} kB, unsigned {:.0} kB", two_pages.pdf.len() as f64 / 1e3);
    alone("contract-size", &text, kb, Goal::AtMost(150.0), "kB");
    let whole = cast.countersigned(&cast.sign(&rendered)).len() as f64 / 1e3;
    println!("the whole agreement, {} pages with both signatures: {whole:.0} kB", rendered.pages);
}

/// Median milliseconds that pyHanko takes to sign these pages with a visible, certifying PAdES signature.
fn pyhanko(pdf: &[u8]) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contract.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new(Path::new("target/judges/bin/python"))
        .arg("benches/peers/pyhanko_sign.py")
        .arg(&file)
        .arg(WARM.to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
