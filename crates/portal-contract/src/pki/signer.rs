//! Who holds a key, wherever the key lies.

use p256::ecdsa::signature::{self, Keypair, Signer as _};
use p256::ecdsa::{DerSignature, Signature, SigningKey, VerifyingKey};
use p256::pkcs8::DecodePrivateKey;
use x509_cert::Certificate;
use x509_cert::der::Encode;
use x509_cert::spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, SubjectPublicKeyInfoOwned};

use super::PkiError;
use super::profile::{DeviceCertificate, one_time_certificate};

/// A P-256 key that signs where it is: in memory, in the computer's vault, in a security module.
pub trait SignerKey: Send + Sync {
    /// ECDSA over the SHA-256 of the message, as DER.
    ///
    /// # Errors
    /// [`PkiError::Refused`] when the key's holder does not sign.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError>;
}

/// Somebody who can sign documents: a key with its certificate.
pub trait Signer: SignerKey {
    /// The certificate of the key and those above it.
    fn identity(&self) -> &Identity;
}

/// A computer signing in its own name: records, never contracts.
pub struct DeviceSigner<'a> {
    pub certificate: &'a DeviceCertificate,
    pub key: &'a dyn SignerKey,
}

impl SignerKey for DeviceSigner<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        self.key.sign(message)
    }
}

impl Signer for DeviceSigner<'_> {
    fn identity(&self) -> &Identity {
        self.certificate.identity()
    }
}

/// A certificate with the certificates above it, up to and including the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub certificate: Certificate,
    /// From the issuer of `certificate` upward.
    pub issuers: Vec<Certificate>,
}

impl Identity {
    /// Every certificate, the own one first.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.certificate).chain(&self.issuers)
    }
}

/// A key in memory with its identity: the embedded authorities, and a backend that keeps its key in a file.
pub struct KeySigner {
    key: SigningKey,
    identity: Identity,
}

impl KeySigner {
    /// # Errors
    /// [`PkiError::Key`] when the PKCS#8 bytes are no P-256 key or not the certificate's.
    pub fn from_pkcs8_der(pkcs8: &[u8], identity: Identity) -> Result<Self, PkiError> {
        let key = SigningKey::from_pkcs8_der(pkcs8).map_err(|_| PkiError::Key)?;
        Self::new(key, identity)
    }

    pub(super) fn new(key: SigningKey, identity: Identity) -> Result<Self, PkiError> {
        if public_key(&key)? != *identity.certificate.tbs_certificate().subject_public_key_info() {
            return Err(PkiError::Key);
        }
        Ok(Self { key, identity })
    }
}

impl SignerKey for KeySigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        Ok(sign(&self.key, message))
    }
}

impl Signer for KeySigner {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// The key of one signing ceremony. It signs once and is destroyed by signing; dropping it wipes its memory.
pub struct OneTimeSigner {
    key: SigningKey,
    identity: Identity,
}

impl OneTimeSigner {
    /// Makes a key and has the computer certify it: for this person, for this evidence.
    ///
    /// `name` is the signer's as shown in the signature; `evidence_sha256` the hash of the evidence record of the
    /// ceremony.
    ///
    /// # Errors
    /// [`PkiError`], above all [`PkiError::Name`] for names beyond 64 characters.
    pub fn certify(
        name: &str,
        evidence_sha256: &[u8; 32],
        device: &DeviceCertificate,
        device_key: &dyn SignerKey,
        at: jiff::Timestamp,
    ) -> Result<Self, PkiError> {
        let key = random_key()?;
        let certificate =
            one_time_certificate(name, evidence_sha256, device, device_key, public_key(&key)?, at)?;
        let issuers = device.identity().certificates().cloned().collect();
        Ok(Self { key, identity: Identity { certificate, issuers } })
    }

    /// The identity that the signature will have.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Signs and destroys the key.
    pub(crate) fn sign_once(self, message: &[u8]) -> Vec<u8> {
        sign(&self.key, message)
    }
}

/// A new random key.
///
/// # Errors
/// [`PkiError::Random`].
pub(super) fn random_key() -> Result<SigningKey, PkiError> {
    loop {
        let mut scalar = zeroize::Zeroizing::new([0_u8; 32]);
        getrandom::fill(scalar.as_mut_slice())?;
        // One of 2³² draws is outside the curve's order; then draw again.
        if let Ok(key) = SigningKey::from_slice(scalar.as_slice()) {
            return Ok(key);
        }
    }
}

pub(super) fn public_key(key: &SigningKey) -> Result<SubjectPublicKeyInfoOwned, PkiError> {
    SubjectPublicKeyInfoOwned::from_key(key.verifying_key()).map_err(|_| PkiError::Key)
}

/// A signature in the one of its two forms that our verifier takes (low s), so that nobody can make another from it.
fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.normalize_s().to_der().as_bytes().to_vec()
}

/// Lets a [`SignerKey`] sign certificates by way of `x509-cert`'s builder.
pub(super) struct Certifying<'a> {
    pub(super) key: &'a dyn SignerKey,
    pub(super) verifying_key: VerifyingKey,
}

impl<'a> Certifying<'a> {
    pub(super) fn new(key: &'a dyn SignerKey, certificate: &Certificate) -> Result<Self, PkiError> {
        let spki = certificate.tbs_certificate().subject_public_key_info().to_der()?;
        let verifying_key =
            p256::pkcs8::DecodePublicKey::from_public_key_der(&spki).map_err(|_| PkiError::Key)?;
        Ok(Self { key, verifying_key })
    }
}

impl Keypair for Certifying<'_> {
    type VerifyingKey = VerifyingKey;

    fn verifying_key(&self) -> VerifyingKey {
        self.verifying_key
    }
}

impl DynSignatureAlgorithmIdentifier for Certifying<'_> {
    fn signature_algorithm_identifier(&self) -> x509_cert::spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned { oid: super::algorithm::ECDSA_SHA256, parameters: None })
    }
}

impl signature::Signer<DerSignature> for Certifying<'_> {
    fn try_sign(&self, message: &[u8]) -> Result<DerSignature, signature::Error> {
        let der = self.key.sign(message).map_err(signature::Error::from_source)?;
        DerSignature::from_bytes(&der)
    }
}
