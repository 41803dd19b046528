//! The types of RFC 3161.

use cms::content_info::ContentInfo;
use der::asn1::{Any, Int, ObjectIdentifier, OctetString};
use der::{Sequence, Tag, Tagged};
use jiff::Timestamp;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::pki::SHA256;

pub(super) const ID_TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// A hash with its algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct MessageImprint {
    pub(super) hash_algorithm: AlgorithmIdentifierOwned,
    pub(super) hashed_message: OctetString,
}

impl MessageImprint {
    pub(super) fn sha256(hash: &[u8]) -> der::Result<Self> {
        let hash_algorithm = AlgorithmIdentifierOwned { oid: SHA256, parameters: None };
        Ok(Self { hash_algorithm, hashed_message: OctetString::new(hash)? })
    }

    /// Whether it is the SHA-256 `hash`.
    pub(super) fn is_sha256(&self, hash: &[u8]) -> bool {
        let parameters = &self.hash_algorithm.parameters;
        self.hash_algorithm.oid == SHA256
            && (parameters.is_none() || *parameters == Some(Any::null()))
            && self.hashed_message.as_bytes() == hash
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct TimeStampReq {
    pub(super) version: u8,
    pub(super) message_imprint: MessageImprint,
    #[asn1(optional = "true")]
    pub(super) policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    pub(super) cert_req: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) extensions: Option<x509_cert::ext::Extensions>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct PkiStatusInfo {
    pub(super) status: u8,
    #[asn1(optional = "true")]
    pub(super) texts: Option<Vec<String>>,
    #[asn1(optional = "true")]
    pub(super) failure: Option<der::asn1::BitString>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct TimeStampResp {
    pub(super) status: PkiStatusInfo,
    #[asn1(optional = "true")]
    pub(super) token: Option<ContentInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct Accuracy {
    #[asn1(optional = "true")]
    pub(super) seconds: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) millis: Option<Int>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) micros: Option<Int>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct TstInfo {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) message_imprint: MessageImprint,
    pub(super) serial_number: Int,
    /// A `GeneralizedTime`, which may have fractions of a second here (RFC 3161 §2.4.2).
    pub(super) gen_time: Any,
    #[asn1(optional = "true")]
    pub(super) accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub(super) ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) tsa: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) extensions: Option<x509_cert::ext::Extensions>,
}

impl TstInfo {
    /// The time, to the second.
    pub(super) fn at(&self) -> Option<Timestamp> {
        if self.gen_time.tag() != Tag::GeneralizedTime {
            return None;
        }
        let text = std::str::from_utf8(self.gen_time.value()).ok()?.strip_suffix('Z')?;
        let (digits, fraction) = text.split_once('.').unwrap_or((text, "1"));
        // A fraction neither is empty nor ends in zero (X.690 §11.7).
        let well_formed = fraction.bytes().all(|byte| byte.is_ascii_digit())
            && fraction.bytes().last().is_some_and(|last| last != b'0');
        well_formed.then(|| super::compact_time(digits)).flatten()
    }
}
