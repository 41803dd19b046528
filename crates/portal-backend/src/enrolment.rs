//! The enrolment CA: a computer's certificate request in, its certificate out.

use std::str::FromStr;
use std::time::Duration;

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use portal_domain::ids::DeviceId;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::GeneralizedTime;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{DecodePem, Encode, EncodePem};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::request::CertReq;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use crate::error::BackendError;

const DAY_S: u64 = 86_400;
const CA_VALID_DAYS: u64 = 20 * 365;
const DEVICE_VALID_DAYS: u64 = 5 * 365;

/// The enrolment CA of one backend.
pub struct Authority {
    key: SigningKey,
    name: Name,
    pem: String,
}

/// A request that can't be certified: not PKCS#10 PEM, not a P-256 key, or not signed by the key it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable certificate request")]
pub struct BadRequest;

/// The key of a certificate request whose owner proved to have its private half.
pub struct ProvenKey {
    spki: SubjectPublicKeyInfo<x509_cert::der::Any, x509_cert::der::asn1::BitString>,
    key: VerifyingKey,
}

impl ProvenKey {
    /// Reads a PKCS#10 request and verifies its own signature.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn from_csr(pem: &str) -> Result<Self, BadRequest> {
        let request = CertReq::from_pem(pem.trim().as_bytes()).map_err(|_| BadRequest)?;
        let spki = request.info.public_key.clone();
        let key =
            VerifyingKey::from_sec1_bytes(spki.subject_public_key.raw_bytes()).map_err(|_| BadRequest)?;
        let expected = SubjectPublicKeyInfo::from_key(&key).map_err(|_| BadRequest)?;
        if expected != spki {
            return Err(BadRequest);
        }
        let signed = request.info.to_der().map_err(|_| BadRequest)?;
        let signature = DerSignature::from_bytes(request.signature.raw_bytes()).map_err(|_| BadRequest)?;
        key.verify(&signed, &signature).map_err(|_| BadRequest)?;
        Ok(Self { spki, key })
    }

    /// The key as an uncompressed SEC1 point.
    pub fn sec1(&self) -> Vec<u8> {
        self.key.to_sec1_point(false).as_bytes().to_vec()
    }
}

impl Authority {
    /// Makes the CA's self-signed certificate.
    ///
    /// # Errors
    /// [`BackendError::Certificate`], [`BackendError::Key`].
    pub fn create(secret: &[u8; 32], now_ms: i64) -> Result<Self, BackendError> {
        let key = signing_key(secret)?;
        let name = Name::from_str("CN=Portal enrolment CA").map_err(x509_cert::builder::Error::from)?;
        let spki =
            SubjectPublicKeyInfo::from_key(key.verifying_key()).map_err(x509_cert::builder::Error::from)?;
        let holder = Holder { subject: name.clone(), issuer: name.clone(), role: HolderRole::Authority };
        let pem = certify(holder, spki, &key, now_ms, CA_VALID_DAYS)?;
        Ok(Self { key, name, pem })
    }

    /// Takes up the CA of an earlier start.
    ///
    /// # Errors
    /// [`BackendError::Key`] when the certificate can't be read or isn't of this key.
    pub fn open(secret: &[u8; 32], pem: String) -> Result<Self, BackendError> {
        const BAD: BackendError = BackendError::Key { what: "ca.pem" };
        let key = signing_key(secret)?;
        let certificate = x509_cert::Certificate::from_pem(pem.as_bytes()).map_err(|_| BAD)?;
        let tbs = certificate.tbs_certificate();
        let spki = SubjectPublicKeyInfo::from_key(key.verifying_key()).map_err(|_| BAD)?;
        if *tbs.subject_public_key_info() != spki {
            return Err(BAD);
        }
        Ok(Self { name: tbs.subject().clone(), key, pem })
    }

    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// Certifies the key of a computer.
    ///
    /// # Errors
    /// [`BackendError::Certificate`].
    pub fn certify(&self, device: DeviceId, proven: &ProvenKey, now_ms: i64) -> Result<String, BackendError> {
        let subject = Name::from_str(&format!("CN={device}")).map_err(x509_cert::builder::Error::from)?;
        let holder = Holder { subject, issuer: self.name.clone(), role: HolderRole::Device };
        certify(holder, proven.spki.clone(), &self.key, now_ms, DEVICE_VALID_DAYS)
    }
}

/// A random P-256 private key.
///
/// # Errors
/// [`BackendError::Random`].
pub fn random_key() -> Result<[u8; 32], BackendError> {
    loop {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        // A value outside the group's order is possible, and next to never seen.
        if SigningKey::from_slice(&bytes).is_ok() {
            return Ok(bytes);
        }
    }
}

/// Whether the device's key (SEC1 point) signed the text.
pub fn signed_by(public_key: &[u8], text: &[u8], signature_der: &[u8]) -> bool {
    let Ok(key) = VerifyingKey::from_sec1_bytes(public_key) else { return false };
    DerSignature::from_bytes(signature_der).is_ok_and(|signature| key.verify(text, &signature).is_ok())
}

fn signing_key(secret: &[u8; 32]) -> Result<SigningKey, BackendError> {
    SigningKey::from_slice(secret).map_err(|_| BackendError::Key { what: "ca-p256.key" })
}

fn certify(
    holder: Holder,
    spki: SubjectPublicKeyInfo<x509_cert::der::Any, x509_cert::der::asn1::BitString>,
    key: &SigningKey,
    now_ms: i64,
    valid_days: u64,
) -> Result<String, BackendError> {
    let mut serial = [0_u8; 16];
    getrandom::fill(&mut serial)?;
    // Positive and never zero (RFC 5280 §4.1.2.2).
    serial[0] = (serial[0] & 0x7f) | 0x40;
    let serial = SerialNumber::new(&serial).map_err(x509_cert::builder::Error::from)?;
    let now_s = u64::try_from(now_ms / 1000).unwrap_or_default();
    // An hour back: computers in the field have clocks that differ.
    let validity = Validity::new(time(now_s.saturating_sub(3600))?, time(now_s + valid_days * DAY_S)?);
    let builder = CertificateBuilder::new(holder, serial, validity, spki)?;
    let certificate = builder.build::<_, DerSignature>(key)?;
    Ok(certificate.to_pem(LineEnding::LF).map_err(x509_cert::builder::Error::from)?)
}

fn time(unix_s: u64) -> Result<Time, BackendError> {
    let time = GeneralizedTime::from_unix_duration(Duration::from_secs(unix_s))
        .map_err(x509_cert::builder::Error::from)?;
    Ok(Time::GeneralTime(time))
}

enum HolderRole {
    Authority,
    Device,
}

/// Who a certificate is for, and what it may do.
struct Holder {
    subject: Name,
    issuer: Name,
    role: HolderRole,
}

impl BuilderProfile for Holder {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let (constraints, usage) = match self.role {
            HolderRole::Authority => (
                BasicConstraints { ca: true, path_len_constraint: Some(0) },
                KeyUsage(KeyUsages::KeyCertSign.into()),
            ),
            HolderRole::Device => (
                BasicConstraints { ca: false, path_len_constraint: None },
                KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation),
            ),
        };
        let mut extensions = vec![constraints.to_extension(tbs.subject(), &[])?];
        extensions.push(usage.to_extension(tbs.subject(), &extensions)?);
        Ok(extensions)
    }
}
