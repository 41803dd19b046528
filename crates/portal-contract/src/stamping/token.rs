//! Checking a time-stamp token, down to every byte that nobody signed.

use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::asn1::{ID_TST_INFO, TstInfo};
use crate::pki::{PathError, Purpose, SHA256, Scheme, digest, verify_path};
use crate::signing::cms::{
    CONTENT_TYPE, ID_SIGNED_DATA, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2, SigningCertificateV2, certificates,
    single,
};

/// RFC 2634 §5.4, with SHA-1; older authorities name their certificate so.
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");

/// Why a token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// Not a token, or one that says something that no token should.
    Malformed,
    /// For other bytes than these.
    OtherContent,
    /// The answer to another request.
    OtherRequest,
    /// The signature or the certificate that it names is wrong.
    BadSignature,
    /// The authority leads to no trusted root.
    Path(PathError),
}

impl TokenFault {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::OtherContent => "wrong imprint",
            Self::OtherRequest => "wrong nonce",
            Self::BadSignature => "bad signature",
            Self::Path(PathError::Untrusted) => "untrusted authority",
            Self::Path(PathError::Expired) => "certificate not valid at its own time",
            Self::Path(_) => "bad certificate",
        }
    }
}

/// What a good token says.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) at: Timestamp,
    /// Lower-case hex.
    pub(crate) serial: String,
    /// From the authority's certificate to the root.
    pub(crate) path: Vec<Certificate>,
}

/// Checks a token over `message`, and against the request's nonce where there is one.
pub(crate) fn verify_token(
    token: &[u8],
    message: &[u8],
    nonce: Option<&Int>,
    roots: &[Certificate],
) -> Result<Verified, TokenFault> {
    let (signed, info) = parse(token).ok_or(TokenFault::Malformed)?;
    let content = content(&signed).ok_or(TokenFault::Malformed)?;
    let statement = statement(&content).ok_or(TokenFault::Malformed)?;
    let at = statement.at().ok_or(TokenFault::Malformed)?;
    if !statement.message_imprint.is_sha256(&Sha256::digest(message)) {
        return Err(TokenFault::OtherContent);
    }
    if nonce.is_some_and(|nonce| statement.nonce.as_ref() != Some(nonce)) {
        return Err(TokenFault::OtherRequest);
    }
    let mut others = certificates(&signed).ok_or(TokenFault::Malformed)?;
    let position = others.iter().position(|certificate| names(&info.sid, certificate));
    let signer = others.remove(position.ok_or(TokenFault::BadSignature)?);
    check_signature(&info, &signer, &content)?;
    let others: Vec<&Certificate> = others.iter().collect();
    let path = verify_path(&signer, &others, roots, Purpose::TimeStamping, at).map_err(TokenFault::Path)?;
    Ok(Verified { at, serial: hex::encode(statement.serial_number.as_bytes()), path })
}

/// The token's parts, when everything beside the signed content is as it must be.
fn parse(token: &[u8]) -> Option<(SignedData, SignerInfo)> {
    let outer = ContentInfo::from_der(token).ok()?;
    let signed: SignedData = outer.content.decode_as().ok()?;
    if outer.content_type != ID_SIGNED_DATA || signed.to_der().ok()? != outer.content.to_der().ok()? {
        return None;
    }
    let [info] = signed.signer_infos.0.as_slice() else { return None };
    let version = match info.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    let plain = signed.version == CmsVersion::V3
        && signed.crls.is_none()
        && signed.digest_algorithms.as_slice() == [info.digest_alg.clone()]
        && (info.digest_alg.parameters.is_none() || info.digest_alg.parameters == Some(der::Any::null()))
        && info.version == version
        && info.unsigned_attrs.is_none();
    let info = info.clone();
    plain.then_some((signed, info))
}

fn content(signed: &SignedData) -> Option<Vec<u8>> {
    let content = &signed.encap_content_info;
    if content.econtent_type != ID_TST_INFO {
        return None;
    }
    let octets: OctetString = content.econtent.as_ref()?.decode_as().ok()?;
    Some(octets.as_bytes().to_vec())
}

fn statement(content: &[u8]) -> Option<TstInfo> {
    let statement = TstInfo::from_der(content).ok()?;
    (statement.version == 1 && statement.to_der().ok()? == content).then_some(statement)
}

fn names(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(sid) => {
            *tbs.issuer() == sid.issuer && *tbs.serial_number() == sid.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(wanted) => tbs
            .get_extension::<SubjectKeyIdentifier>()
            .is_ok_and(|found| found.is_some_and(|(_critical, own)| own == *wanted)),
    }
}

fn check_signature(info: &SignerInfo, signer: &Certificate, content: &[u8]) -> Result<(), TokenFault> {
    let attributes = info.signed_attrs.as_ref().ok_or(TokenFault::Malformed)?;
    let value = |oid| single(attributes, oid);
    let content_type = value(CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
    let stated = value(MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
    let real = digest(info.digest_alg.oid, content).ok_or(TokenFault::Malformed)?;
    if content_type != Some(ID_TST_INFO) || stated.is_none_or(|stated| stated.as_bytes() != real) {
        return Err(TokenFault::BadSignature);
    }
    let der = signer.to_der().map_err(|_| TokenFault::Malformed)?;
    let named = match (value(SIGNING_CERTIFICATE_V2), value(SIGNING_CERTIFICATE)) {
        (Some(value), _) => value.decode_as::<SigningCertificateV2>().is_ok_and(|named| {
            named.certs.first().is_some_and(|id| {
                let algorithm = id.hash_algorithm.as_ref().map_or(SHA256, |algorithm| algorithm.oid);
                digest(algorithm, &der).is_some_and(|hash| hash == id.cert_hash.as_bytes())
            })
        }),
        // The same shape, without an algorithm.
        (None, Some(value)) => value.decode_as::<SigningCertificateV2>().is_ok_and(|named| {
            let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
            named.certs.first().is_some_and(|id| id.cert_hash.as_bytes() == sha1.as_ref())
        }),
        (None, None) => false,
    };
    let key = signer.tbs_certificate().subject_public_key_info();
    let scheme = Scheme::of(&info.signature_algorithm, Some(info.digest_alg.oid), key);
    let signed = attributes.to_der().map_err(|_| TokenFault::Malformed)?;
    let holds = scheme.is_some_and(|scheme| scheme.verify(key, &signed, info.signature.as_bytes()));
    if named && holds { Ok(()) } else { Err(TokenFault::BadSignature) }
}
