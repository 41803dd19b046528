//! Enrolment: the key of a computer's certificate request, proven and certified.
//!
//! A computer's certificate lets it certify one-time signers of contracts under its own id, and nothing else
//! ([`portal_contract::pki`]).

use jiff::Timestamp;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use portal_contract::pki::{
    Authority, DeviceCertificate, Identity, certificate_to_pem, certificates_from_pem,
};
use portal_domain::ids::DeviceId;
use x509_cert::der::{DecodePem, Encode};
use x509_cert::request::CertReq;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::clock;
use crate::error::BackendError;

/// A certificate with less time left is made anew at the computer's next session.
const RENEW_BEFORE_MS: i64 = 365 * 86_400_000;

/// A request that can't be certified: not PKCS#10 PEM, not a P-256 key, or not signed by the key it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable certificate request")]
pub struct BadRequest;

/// The key of a certificate request whose owner proved to have its private half.
pub struct ProvenKey {
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
        let expected = SubjectPublicKeyInfoOwned::from_key(&key).map_err(|_| BadRequest)?;
        if expected != spki {
            return Err(BadRequest);
        }
        let signed = request.info.to_der().map_err(|_| BadRequest)?;
        let signature = DerSignature::from_bytes(request.signature.raw_bytes()).map_err(|_| BadRequest)?;
        key.verify(&signed, &signature).map_err(|_| BadRequest)?;
        Ok(Self { key })
    }

    /// The key as an uncompressed SEC1 point.
    pub fn sec1(&self) -> Vec<u8> {
        self.key.to_sec1_point(false).as_bytes().to_vec()
    }
}

/// Certifies the key of a computer (SEC1 point): PEM.
///
/// # Errors
/// [`BackendError::Pki`], [`BackendError::Corrupt`] for a point that isn't one.
pub fn certify(
    authority: &Authority,
    device: DeviceId,
    public_key: &[u8],
    now_ms: i64,
) -> Result<String, BackendError> {
    let key = VerifyingKey::from_sec1_bytes(public_key)
        .map_err(|_| BackendError::Corrupt { what: "device key" })?;
    let spki = SubjectPublicKeyInfoOwned::from_key(&key)
        .map_err(|_| BackendError::Corrupt { what: "device key" })?;
    let certificate = authority.certify_device(&device.to_string(), spki, clock::timestamp(now_ms))?;
    Ok(certificate_to_pem(&certificate.identity().certificate)?)
}

/// Whether a certificate lets its computer sign contracts for a good while: one of an earlier version doesn't.
pub fn holds(authority: &Authority, device: DeviceId, pem: &str, now_ms: i64) -> bool {
    let Ok(certificates) = certificates_from_pem(pem.as_bytes()) else { return false };
    let Ok([certificate]) = <[_; 1]>::try_from(certificates) else { return false };
    let root = authority.certificate();
    let is_ours = certificate.tbs_certificate().issuer() == root.tbs_certificate().subject();
    let identity = Identity { certificate, issuers: vec![root.clone()] };
    let renew_at = Timestamp::from_millisecond(now_ms.saturating_add(RENEW_BEFORE_MS));
    DeviceCertificate::new(identity).is_ok_and(|certificate| {
        is_ours
            && certificate.device_id() == device.to_string()
            && renew_at.is_ok_and(|renew_at| certificate.ends_at() > renew_at)
    })
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
