//! The signature container of PAdES B-B and B-T (ETSI EN 319 142-1, RFC 5652, RFC 5035).
//!
//! One form only: version 1, no content, one signer known by issuer and serial number, SHA-256, the three signed
//! attributes that PAdES asks for and no signing time (the signature dictionary has it), and at most a time stamp
//! beside. A container is read by taking its parts and writing them again: other bytes are another container.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Sequence};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::pki::{ECDSA_SHA256, SHA256};

pub(crate) const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
pub(crate) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
pub(crate) const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const TIME_STAMP_TOKEN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// `SigningCertificateV2` of RFC 5035 §3, without policies.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct SigningCertificateV2 {
    pub(crate) certs: Vec<EssCertIdV2>,
}

/// `ESSCertIDv2` of RFC 5035 §4. An absent algorithm is SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct EssCertIdV2 {
    #[asn1(optional = "true")]
    pub(crate) hash_algorithm: Option<AlgorithmIdentifierOwned>,
    pub(crate) cert_hash: OctetString,
    #[asn1(optional = "true")]
    pub(crate) issuer_serial: Option<Any>,
}

/// The parts of a signature container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Container {
    /// SHA-256 of the signed bytes of the file.
    pub(crate) digest: [u8; 32],
    pub(crate) signer: Certificate,
    /// Certificates above the signer's.
    pub(crate) others: Vec<Certificate>,
    /// ECDSA over the signed attributes, as DER.
    pub(crate) signature: Vec<u8>,
    /// Time-stamp token over `signature`, as DER.
    pub(crate) token: Option<Vec<u8>>,
}

/// What the signer signs: the signed attributes as a DER set.
pub(crate) fn to_be_signed(digest: &[u8; 32], signer: &Certificate) -> der::Result<Vec<u8>> {
    attributes(digest, signer)?.to_der()
}

impl Container {
    pub(crate) fn to_der(&self) -> der::Result<Vec<u8>> {
        let sha256 = AlgorithmIdentifierOwned { oid: SHA256, parameters: None };
        let tbs = self.signer.tbs_certificate();
        let unsigned = match &self.token {
            Some(token) => {
                Some(SetOfVec::try_from(vec![attribute(TIME_STAMP_TOKEN, Any::from_der(token)?)?])?)
            }
            None => None,
        };
        let info = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: tbs.issuer().clone(),
                serial_number: tbs.serial_number().clone(),
            }),
            digest_alg: sha256.clone(),
            signed_attrs: Some(attributes(&self.digest, &self.signer)?),
            signature_algorithm: AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None },
            signature: OctetString::new(self.signature.as_slice())?,
            unsigned_attrs: unsigned,
        };
        let certificates =
            std::iter::once(&self.signer).chain(&self.others).cloned().map(CertificateChoices::Certificate);
        let signed = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![sha256])?,
            encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
            certificates: Some(CertificateSet::try_from(certificates.collect::<Vec<_>>())?),
            crls: None,
            signer_infos: SignerInfos::try_from(vec![info])?,
        };
        ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
    }

    /// Reads a container that is exactly as [`Container::to_der`] writes it.
    pub(crate) fn from_der(der: &[u8]) -> Option<Self> {
        let info = ContentInfo::from_der(der).ok()?;
        let signed: SignedData = info.content.decode_as().ok()?;
        let [signer_info] = signed.signer_infos.0.as_slice() else { return None };
        let SignerIdentifier::IssuerAndSerialNumber(sid) = &signer_info.sid else { return None };
        let mut others = certificates(&signed)?;
        let is_signer = |certificate: &Certificate| {
            let tbs = certificate.tbs_certificate();
            *tbs.issuer() == sid.issuer && *tbs.serial_number() == sid.serial_number
        };
        let signer = others.remove(others.iter().position(is_signer)?);
        let signed_attrs = signer_info.signed_attrs.as_ref()?;
        let digest: OctetString = single(signed_attrs, MESSAGE_DIGEST)?.decode_as().ok()?;
        let token = match &signer_info.unsigned_attrs {
            Some(attributes) => Some(single(attributes, TIME_STAMP_TOKEN)?.to_der().ok()?),
            None => None,
        };
        let container = Self {
            digest: digest.as_bytes().try_into().ok()?,
            signer,
            others,
            signature: signer_info.signature.as_bytes().to_vec(),
            token,
        };
        (container.to_der().ok()? == der).then_some(container)
    }

    /// The message that `signature` signs.
    pub(crate) fn to_be_signed(&self) -> der::Result<Vec<u8>> {
        to_be_signed(&self.digest, &self.signer)
    }
}

/// The certificates of a container, if all are of the X.509 kind.
pub(crate) fn certificates(signed: &SignedData) -> Option<Vec<Certificate>> {
    let choices = signed.certificates.iter().flat_map(|set| set.0.iter());
    choices
        .map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
            CertificateChoices::Other(_) => None,
        })
        .collect()
}

/// The only value of the only attribute of the kind.
pub(crate) fn single(attributes: &SetOfVec<Attribute>, oid: ObjectIdentifier) -> Option<&Any> {
    let mut of_kind = attributes.iter().filter(|attribute| attribute.oid == oid);
    let (Some(attribute), None) = (of_kind.next(), of_kind.next()) else { return None };
    match attribute.values.as_slice() {
        [value] => Some(value),
        _ => None,
    }
}

pub(crate) fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// The attribute that binds a signature to one certificate.
pub(crate) fn signing_certificate(signer: &Certificate) -> der::Result<Attribute> {
    let cert_hash = OctetString::new(Sha256::digest(signer.to_der()?).to_vec())?;
    let id = EssCertIdV2 { hash_algorithm: None, cert_hash, issuer_serial: None };
    attribute(SIGNING_CERTIFICATE_V2, Any::encode_from(&SigningCertificateV2 { certs: vec![id] })?)
}

fn attributes(digest: &[u8; 32], signer: &Certificate) -> der::Result<SetOfVec<Attribute>> {
    SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest.as_slice())?)?)?,
        signing_certificate(signer)?,
    ])
}
