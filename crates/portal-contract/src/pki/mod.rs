//! Keys and certificates: who may sign what, and how a stranger finds out.

mod algorithm;
mod path;
mod profile;
mod signer;

pub use profile::{Authority, DeviceCertificate, new_key};
pub use signer::{DeviceSigner, Identity, KeySigner, OneTimeSigner, Signer, SignerKey};

pub(crate) use algorithm::{ECDSA_SHA256, SHA256, Scheme, digest, is_low_s, to_low_s};
pub(crate) use path::{PathError, Purpose, verify_path};
pub(crate) use profile::{device_of, evidence_of};

use thiserror::Error;
pub use x509_cert::Certificate;
use x509_cert::der::asn1::{Any, SetOfVec};
use x509_cert::der::{Decode, DecodePem, Encode, Tag};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

/// Why a key or certificate could not be used or made. Holds no name of a person.
#[derive(Debug, Error)]
pub enum PkiError {
    /// A name is empty or longer than X.520 allows.
    #[error("a name in a certificate has 1 to 64 characters")]
    Name,
    /// The bytes are not a certificate.
    #[error("not a certificate")]
    Certificate,
    /// The key does not belong to the certificate, or is no P-256 key.
    #[error("the key does not fit the certificate")]
    Key,
    /// The time lies outside what certificates can say.
    #[error("the time cannot stand in a certificate")]
    Time,
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    Random(#[from] getrandom::Error),
    /// Encoding failed.
    #[error("encoding a certificate")]
    Encode(#[from] x509_cert::der::Error),
    /// Building failed.
    #[error("building a certificate")]
    Build(#[from] x509_cert::builder::Error),
    /// The key's holder did not sign.
    #[error("the key did not sign: {0}")]
    Refused(String),
}

/// Reads one certificate from PEM.
///
/// # Errors
/// [`PkiError::Certificate`].
pub fn certificate_from_pem(pem: &str) -> Result<Certificate, PkiError> {
    Certificate::from_pem(pem.trim().as_bytes()).map_err(|_| PkiError::Certificate)
}

/// Reads every certificate of a PEM file, at least one.
///
/// # Errors
/// [`PkiError::Certificate`].
pub fn certificates_from_pem(pem: &[u8]) -> Result<Vec<Certificate>, PkiError> {
    match Certificate::load_pem_chain(pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) | Err(_) => Err(PkiError::Certificate),
    }
}

/// A certificate as PEM.
///
/// # Errors
/// [`PkiError::Encode`].
pub fn certificate_to_pem(certificate: &Certificate) -> Result<String, PkiError> {
    use x509_cert::der::EncodePem;
    use x509_cert::der::pem::LineEnding;
    Ok(certificate.to_pem(LineEnding::LF)?)
}

/// SHA-256 of a certificate's DER, lower-case hex.
///
/// # Errors
/// [`PkiError::Encode`].
pub fn certificate_sha256(certificate: &Certificate) -> Result<String, PkiError> {
    use sha2::{Digest, Sha256};
    Ok(hex::encode(Sha256::digest(certificate.to_der()?)))
}

/// X.520 upper bound of common names and unit names, in characters.
const NAME_MAX_CHARS: usize = 64;

/// A name of single-valued parts, the widest first.
fn name(parts: &[(x509_cert::der::asn1::ObjectIdentifier, &str)]) -> Result<Name, PkiError> {
    let mut sequence = RdnSequence::default();
    for (oid, text) in parts {
        if text.is_empty() || text.chars().count() > NAME_MAX_CHARS {
            return Err(PkiError::Name);
        }
        let value = Any::new(Tag::Utf8String, text.as_bytes())?;
        let part = x509_cert::attr::AttributeTypeAndValue { oid: *oid, value };
        sequence.push(RelativeDistinguishedName::from(SetOfVec::try_from(vec![part])?));
    }
    Ok(Name::from_der(&sequence.to_der()?)?)
}

/// The text of a name's first part of the kind.
pub(crate) fn name_part(name: &Name, oid: x509_cert::der::asn1::ObjectIdentifier) -> Option<String> {
    let part = name.iter().find(|part| part.oid == oid)?;
    std::str::from_utf8(part.value.value()).ok().map(str::to_owned)
}

/// The common name of a certificate's subject.
pub(crate) fn common_name(certificate: &Certificate) -> Option<String> {
    name_part(certificate.tbs_certificate().subject(), profile::COMMON_NAME)
}
