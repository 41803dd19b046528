//! The embedded authority: always there, and honest about not being independent.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Tag};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::asn1::{ID_TST_INFO, PkiStatusInfo, TimeStampReq, TimeStampResp, TstInfo};
use super::{StampError, TimeAuthority, Unavailable, positive_random};
use crate::pki::{ECDSA_SHA256, KeySigner, SHA256, Signer, SignerKey};
use crate::signing::cms::{CONTENT_TYPE, ID_SIGNED_DATA, MESSAGE_DIGEST, attribute, signing_certificate};

/// The embedded authority claims no policy.
const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");
const GRANTED: u8 = 0;
const REJECTED: u8 = 2;

/// A time-stamp authority inside the backend, with a certificate of the backend's own root.
pub struct EmbeddedTimeAuthority {
    signer: KeySigner,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl EmbeddedTimeAuthority {
    /// `clock` is the backend's clock port.
    pub fn new(signer: KeySigner, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { signer, clock: Box::new(clock) }
    }

    fn respond(&self, request: &[u8]) -> Result<TimeStampResp, StampError> {
        let rejected = PkiStatusInfo { status: REJECTED, texts: None, failure: None };
        let Ok(request) = TimeStampReq::from_der(request) else {
            return Ok(TimeStampResp { status: rejected, token: None });
        };
        let usable = request.version == 1
            && request.message_imprint.is_sha256(request.message_imprint.hashed_message.as_bytes())
            && request.message_imprint.hashed_message.as_bytes().len() == 32;
        if !usable
            || request.extensions.is_some()
            || request.policy.is_some_and(|policy| policy != ANY_POLICY)
        {
            return Ok(TimeStampResp { status: rejected, token: None });
        }
        let token = self.token(request)?;
        let status = PkiStatusInfo { status: GRANTED, texts: None, failure: None };
        Ok(TimeStampResp { status, token: Some(token) })
    }

    fn token(&self, request: TimeStampReq) -> Result<ContentInfo, StampError> {
        let utc = (self.clock)().to_zoned(TimeZone::UTC);
        let time = utc.strftime("%Y%m%d%H%M%SZ").to_string();
        let statement = TstInfo {
            version: 1,
            policy: ANY_POLICY,
            message_imprint: request.message_imprint,
            serial_number: positive_random()?,
            gen_time: Any::new(Tag::GeneralizedTime, time.into_bytes())?,
            accuracy: None,
            ordering: false,
            nonce: request.nonce,
            tsa: None,
            extensions: None,
        };
        let content = statement.to_der()?;
        let identity = self.signer.identity();
        let tbs = identity.certificate.tbs_certificate();
        let attributes = SetOfVec::try_from(vec![
            attribute(CONTENT_TYPE, Any::encode_from(&ID_TST_INFO)?)?,
            attribute(
                MESSAGE_DIGEST,
                Any::encode_from(&OctetString::new(Sha256::digest(&content).to_vec())?)?,
            )?,
            signing_certificate(&identity.certificate)?,
        ])?;
        let signature = self
            .signer
            .sign(&attributes.to_der()?)
            .map_err(|error| StampError::Unavailable(Unavailable(error.to_string())))?;
        let sha256 = AlgorithmIdentifierOwned { oid: SHA256, parameters: None };
        let info = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: tbs.issuer().clone(),
                serial_number: tbs.serial_number().clone(),
            }),
            digest_alg: sha256.clone(),
            signed_attrs: Some(attributes),
            signature_algorithm: AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None },
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let certificates = request.cert_req.then(|| {
            identity.certificates().cloned().map(CertificateChoices::Certificate).collect::<Vec<_>>()
        });
        let signed = SignedData {
            version: CmsVersion::V3,
            digest_algorithms: SetOfVec::try_from(vec![sha256])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: ID_TST_INFO,
                econtent: Some(Any::encode_from(&OctetString::new(content)?)?),
            },
            certificates: certificates.map(CertificateSet::try_from).transpose()?,
            crls: None,
            signer_infos: SignerInfos::try_from(vec![info])?,
        };
        Ok(ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed)? })
    }
}

impl TimeAuthority for EmbeddedTimeAuthority {
    fn name(&self) -> &str {
        "embedded"
    }

    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, Unavailable> {
        let response = self.respond(request).map_err(|error| Unavailable(error.to_string()))?;
        response.to_der().map_err(|error| Unavailable(error.to_string()))
    }
}
