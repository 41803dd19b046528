//! Which signatures are accepted, and their verification.
//!
//! ring verifies, because public time-stamp authorities sign with RSA; TLS brings it anyway.

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509_cert::der::asn1::{Any, ObjectIdentifier};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

pub(crate) const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
pub(crate) const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
pub(crate) const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
pub(crate) const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// A key's kind with a digest: how a signature is verified.
#[derive(Clone, Copy)]
pub(crate) struct Scheme(&'static dyn VerificationAlgorithm);

impl Scheme {
    /// The scheme of an algorithm identifier for a key.
    ///
    /// RSA signatures in CMS may name the key's algorithm only; the digest is then said beside it.
    pub(crate) fn of(
        algorithm: &AlgorithmIdentifierOwned,
        digest: Option<ObjectIdentifier>,
        key: &SubjectPublicKeyInfoOwned,
    ) -> Option<Self> {
        let curve = || key.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok();
        let absent = algorithm.parameters.is_none();
        let null = absent || algorithm.parameters == Some(Any::null());
        let digest_fits = |wanted| digest.is_none_or(|digest| digest == wanted);
        let scheme: &'static dyn VerificationAlgorithm = match (algorithm.oid, key.algorithm.oid) {
            (ECDSA_SHA256, EC) if absent && digest_fits(SHA256) => match curve()? {
                P256 => &signature::ECDSA_P256_SHA256_ASN1,
                P384 => &signature::ECDSA_P384_SHA256_ASN1,
                _ => return None,
            },
            (ECDSA_SHA384, EC) if absent && digest_fits(SHA384) => match curve()? {
                P256 => &signature::ECDSA_P256_SHA384_ASN1,
                P384 => &signature::ECDSA_P384_SHA384_ASN1,
                _ => return None,
            },
            (oid, RSA) if null => match (oid, digest) {
                (RSA_SHA256, None | Some(SHA256)) | (RSA, Some(SHA256)) => {
                    &signature::RSA_PKCS1_2048_8192_SHA256
                }
                (RSA_SHA384, None | Some(SHA384)) | (RSA, Some(SHA384)) => {
                    &signature::RSA_PKCS1_2048_8192_SHA384
                }
                (RSA_SHA512, None | Some(SHA512)) | (RSA, Some(SHA512)) => {
                    &signature::RSA_PKCS1_2048_8192_SHA512
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Self(scheme))
    }

    /// Whether the key signed the message.
    pub(crate) fn verify(self, key: &SubjectPublicKeyInfoOwned, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(self.0, key.subject_public_key.raw_bytes()).verify(message, signature).is_ok()
    }
}

/// The digest of a message by an algorithm identifier's object, if it is one that we take.
pub(crate) fn digest(oid: ObjectIdentifier, message: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match oid {
        SHA256 => &ring::digest::SHA256,
        SHA384 => &ring::digest::SHA384,
        SHA512 => &ring::digest::SHA512,
        _ => return None,
    };
    Some(ring::digest::digest(algorithm, message).as_ref().to_vec())
}

/// The accepted form of an ECDSA P-256 signature by any key holder, such as a security module.
pub(crate) fn to_low_s(signature: &[u8]) -> Option<Vec<u8>> {
    let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
    Some(signature.normalize_s().to_der().as_bytes().to_vec())
}

/// Whether an ECDSA P-256 signature is in the one form that can't be changed into another valid one.
pub(crate) fn is_low_s(signature: &[u8]) -> bool {
    p256::ecdsa::Signature::from_der(signature).is_ok_and(|signature| signature.normalize_s() == signature)
}
