//! People with keys who should not sign what they sign.

use p256::ecdsa::{DerSignature, SigningKey};
use portal_contract::pki::{Identity, PkiError, Signer, SignerKey};
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{GeneralizedTime, ObjectIdentifier};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoRef;
use x509_cert::time::{Time, Validity};

use crate::ceremony::{DeviceKey, spki};

/// Signs with a certificate that a computer made out to whomever it liked.
pub struct Forger {
    key: DeviceKey,
    identity: Identity,
}

impl Forger {
    /// `certifier` is the key of the first of `issuers`.
    pub fn named(subject: &str, certifier: &SigningKey, issuers: Vec<Certificate>) -> Self {
        let key = crate::ceremony::device_key(9);
        let issuer = issuers[0].tbs_certificate().subject().clone();
        let profile = Profile { subject: subject.parse().unwrap(), issuer };
        let time = |text: &str| {
            let at: jiff::Timestamp = text.parse().unwrap();
            let since = std::time::Duration::from_secs(at.as_second().try_into().unwrap());
            Time::GeneralTime(GeneralizedTime::from_unix_duration(since).unwrap())
        };
        let validity = Validity::new(time("2026-06-01T00:00:00Z"), time("2030-01-01T00:00:00Z"));
        let builder =
            CertificateBuilder::new(profile, SerialNumber::from(4711_u32), validity, spki(&key.0)).unwrap();
        let certificate = builder.build::<_, DerSignature>(certifier).unwrap();
        Self { key, identity: Identity { certificate, issuers } }
    }
}

impl SignerKey for Forger {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        use p256::ecdsa::signature::Signer as _;
        let signature: p256::ecdsa::Signature = self.key.0.sign(message);
        Ok(signature.normalize_s().to_der().as_bytes().to_vec())
    }
}

impl Signer for Forger {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}

struct Profile {
    subject: Name,
    issuer: Name,
}

impl BuilderProfile for Profile {
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
        let constraints = BasicConstraints { ca: false, path_len_constraint: None };
        let usage = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
        let purpose = ExtendedKeyUsage(vec![ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36")]);
        Ok(vec![
            constraints.to_extension(tbs.subject(), &[])?,
            usage.to_extension(tbs.subject(), &[])?,
            purpose.to_extension(tbs.subject(), &[])?,
        ])
    }
}
