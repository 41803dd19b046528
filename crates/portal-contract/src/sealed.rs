//! Signed data beside the PDFs: templates and quotes by the issuer, evidence records by a computer.
//!
//! A sealed text carries the same container as a PDF's signature (CMS, SHA-256, P-256, certificate matched by hash), over
//! the text's exact bytes. It is opened, never parsed first.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::pki::{
    ECDSA_SHA256, PkiError, Purpose, Scheme, Signer, device_of, is_low_s, to_low_s, verify_path,
};
use crate::signing::cms::{Container, to_be_signed};

/// A text with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The exact text that was signed.
    pub payload: String,
    /// CMS container, DER in base64.
    pub signature: String,
}

/// Whose signature a text must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The issuer: templates, quotes, countersigning records.
    Issuer,
    /// An enrolled computer: evidence of ceremonies.
    Device,
}

/// Why a sealed text is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    #[error("the signature can't be read")]
    Malformed,
    #[error("the text is not the signed one")]
    Changed,
    #[error("the signature is wrong")]
    BadSignature,
    #[error("signed by nobody trusted for it")]
    Untrusted,
}

impl Sealed {
    /// Signs a text.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn seal(payload: String, signer: &dyn Signer) -> Result<Self, PkiError> {
        let identity = signer.identity();
        let digest: [u8; 32] = Sha256::digest(payload.as_bytes()).into();
        let signature = signer.sign(&to_be_signed(&digest, &identity.certificate)?)?;
        let container = Container {
            digest,
            signer: identity.certificate.clone(),
            others: identity.issuers.clone(),
            signature: to_low_s(&signature).ok_or(PkiError::Key)?,
            token: None,
        };
        Ok(Self { payload, signature: BASE64.encode(container.to_der()?) })
    }

    /// The text, when somebody trusted for it signed it and was certified `at` the time.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, roots: &[Certificate], by: By, at: Timestamp) -> Result<&str, SealError> {
        let der = BASE64.decode(&self.signature).map_err(|_| SealError::Malformed)?;
        let container = Container::from_der(&der).ok_or(SealError::Malformed)?;
        if container.token.is_some() {
            return Err(SealError::Malformed);
        }
        if container.digest != <[u8; 32]>::from(Sha256::digest(self.payload.as_bytes())) {
            return Err(SealError::Changed);
        }
        let signer = &container.signer;
        let key = signer.tbs_certificate().subject_public_key_info();
        let algorithm = AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None };
        let scheme = Scheme::of(&algorithm, None, key).ok_or(SealError::BadSignature)?;
        let message = container.to_be_signed().map_err(|_| SealError::Malformed)?;
        if !is_low_s(&container.signature) || !scheme.verify(key, &message, &container.signature) {
            return Err(SealError::BadSignature);
        }
        let purpose = match by {
            By::Issuer => Purpose::DocumentSigning,
            By::Device => Purpose::DeviceRecord,
        };
        let others: Vec<&Certificate> = container.others.iter().collect();
        verify_path(signer, &others, roots, purpose, at).map_err(|_| SealError::Untrusted)?;
        // A computer's one-time signers sign contracts, not the issuer's data.
        if device_of(signer).is_some() { Err(SealError::Untrusted) } else { Ok(&self.payload) }
    }

    /// SHA-256 of the text, lower-case hex.
    pub fn payload_sha256(&self) -> String {
        hex::encode(Sha256::digest(self.payload.as_bytes()))
    }
}
