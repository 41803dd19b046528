//! Everyone who takes part in signing, invented: a root, a computer, an issuer, a time authority.

use jiff::Timestamp;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use portal_contract::pki::{
    Authority, DeviceCertificate, DeviceSigner, KeySigner, OneTimeSigner, PkiError, SignerKey,
};
use portal_contract::signing::{
    Handwriting, PenPoint, Statement, add_time_stamp, countersign, sign_as_merchant,
};
use portal_contract::stamping::{EmbeddedTimeAuthority, TimeAuthority};
use portal_contract::verifying::{Report, Trust, verify};
use portal_contract::{Fonts, Rendered, render};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::papers;

pub const MERCHANT: &str = "阿依古丽·买买提";
pub const ISSUER: &str = "示例收单服务有限公司";
pub const DEVICE: &str = "0197c1f0-5a00-7c3e-9a41-2f6d1b7e8c55";
pub const EVIDENCE: [u8; 32] = [7; 32];

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// When the merchant signs; the issuer does an hour later.
pub fn signing_time() -> Timestamp {
    at("2026-07-03T02:14:09Z")
}

pub fn countersigning_time() -> Timestamp {
    at("2026-07-03T03:14:09Z")
}

/// A key in memory, as the vault keeps one.
pub struct DeviceKey(pub SigningKey);

impl SignerKey for DeviceKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

pub fn device_key(seed: u8) -> DeviceKey {
    DeviceKey(SigningKey::from_slice(&[seed; 32]).unwrap())
}

pub fn spki(key: &SigningKey) -> SubjectPublicKeyInfoOwned {
    SubjectPublicKeyInfoOwned::from_key(key.verifying_key()).unwrap()
}

pub struct Cast {
    pub authority: Authority,
    pub device: DeviceCertificate,
    pub device_key: DeviceKey,
    pub issuer: KeySigner,
}

impl Cast {
    pub fn new() -> Self {
        let (authority, _) = Authority::create("Example contract root", at("2026-01-01T00:00:00Z")).unwrap();
        let device_key = device_key(3);
        let device =
            authority.certify_device(DEVICE, spki(&device_key.0), at("2026-06-01T00:00:00Z")).unwrap();
        let issuer = authority.create_issuer(ISSUER, at("2026-01-02T00:00:00Z")).unwrap();
        Self { authority, device, device_key, issuer }
    }

    pub fn trust(&self) -> Trust {
        Trust { roots: vec![self.authority.certificate().clone()], time_roots: Vec::new() }
    }

    pub fn one_time_signer(&self) -> OneTimeSigner {
        OneTimeSigner::certify(MERCHANT, &EVIDENCE, &self.device, &self.device_key, signing_time()).unwrap()
    }

    pub fn device_signer(&self) -> DeviceSigner<'_> {
        DeviceSigner { certificate: &self.device, key: &self.device_key }
    }

    pub fn merchant_signed(&self) -> Vec<u8> {
        self.merchant_signs(&contract())
    }

    pub fn merchant_signs(&self, rendered: &Rendered) -> Vec<u8> {
        let signer = self.one_time_signer();
        sign_as_merchant(rendered, signer, &handwriting(), &merchant_statement(), fonts()).unwrap()
    }

    pub fn countersigned(&self) -> Vec<u8> {
        countersign(&self.merchant_signed(), &self.issuer, ISSUER, &issuer_statement(), fonts()).unwrap()
    }

    pub fn embedded_authority(&self) -> Box<dyn TimeAuthority> {
        let signer =
            self.authority.create_time_authority("Example time service", at("2026-01-02T00:00:00Z")).unwrap();
        Box::new(EmbeddedTimeAuthority::new(signer, countersigning_time))
    }

    pub fn stamped(&self) -> Vec<u8> {
        let roots = self.trust().roots;
        add_time_stamp(&self.countersigned(), &[self.embedded_authority()], &roots).unwrap().0
    }

    pub fn verify(&self, pdf: &[u8]) -> Report {
        verify(pdf, &self.trust(), at("2026-07-04T00:00:00Z"))
    }
}

pub fn fonts() -> &'static Fonts {
    Fonts::embedded().unwrap()
}

pub fn contract() -> Rendered {
    render(&papers::agreement(), fonts()).unwrap()
}

pub fn merchant_statement() -> Statement {
    Statement {
        reason: "本人已阅读并同意本合同全部条款".into(),
        location: Some("示例收单服务有限公司杭州营业部".into()),
        at: signing_time(),
    }
}

pub fn issuer_statement() -> Statement {
    Statement { reason: "收单机构签署".into(), location: None, at: countersigning_time() }
}

/// Two waves and a dot.
pub fn handwriting() -> Handwriting {
    let wave = |from: u32, shift: f32| {
        (0..40_u32).map(move |step| {
            let x = 30.0 + 6.0 * step as f32 + shift;
            let y = 80.0 + 40.0 * (step as f32 / 4.0).sin() + shift;
            PenPoint { x, y, t_ms: from + 8 * step }
        })
    };
    Handwriting {
        width: 400.0,
        height: 160.0,
        strokes: vec![
            wave(0, 0.0).collect(),
            wave(500, 20.0).collect(),
            vec![PenPoint { x: 320.0, y: 40.0, t_ms: 900 }],
        ],
    }
}
