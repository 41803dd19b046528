//! The certificates of the product: the root, computers that certify one-time signers, the issuer, the time stamps.
//!
//! What a computer may certify is fenced by name constraints: a stolen computer can't make itself the issuer.

use std::time::Duration;

use jiff::Timestamp;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{GeneralizedTime, Ia5String, ObjectIdentifier};
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, NameConstraints, SubjectAltName,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};
use zeroize::Zeroizing;

use super::signer::{Certifying, Identity, KeySigner, Signer, SignerKey, public_key, random_key};
use super::{PkiError, name, name_part};

pub(super) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
/// RFC 9336.
pub(super) const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// RFC 3161 §2.3.
pub(super) const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// First part of the name of everyone whom a computer certified. Computers may certify nothing else.
const DEVICE_SIGNER_UNIT: &str = "Portal device signer";
/// What stands before the hash in a one-time signer's alternative name.
const EVIDENCE_PREFIX: &str = "urn:sha256:";
const DEVICE_UNIT: &str = "Portal device";
const ISSUER_UNIT: &str = "Portal contract issuer";
const TIME_UNIT: &str = "Portal time stamping";

const DAY_S: u64 = 86_400;
const ROOT_VALID_DAYS: u64 = 20 * 365;
const ISSUER_VALID_DAYS: u64 = 10 * 365;
const DEVICE_VALID_DAYS: u64 = 5 * 365;
/// Computers in the field have clocks that differ.
const CLOCK_LEEWAY_S: u64 = 3_600;

/// A new random P-256 key as PKCS#8: what a backend keeps of an issuer.
///
/// # Errors
/// [`PkiError::Random`], [`PkiError::Key`].
pub fn new_key() -> Result<Zeroizing<Vec<u8>>, PkiError> {
    pkcs8(&random_key()?)
}

fn pkcs8(key: &SigningKey) -> Result<Zeroizing<Vec<u8>>, PkiError> {
    let document = key.to_pkcs8_der().map_err(|_| PkiError::Key)?;
    Ok(Zeroizing::new(document.as_bytes().to_vec()))
}

/// The embedded certificate authority of one backend.
pub struct Authority {
    signer: KeySigner,
}

impl Authority {
    /// Makes a root with a new key; [`Authority::pkcs8_der`] is what to keep.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn create(common_name: &str, at: Timestamp) -> Result<(Self, Zeroizing<Vec<u8>>), PkiError> {
        let key = random_key()?;
        let pkcs8 = pkcs8(&key)?;
        let subject = name(&[(COMMON_NAME, common_name)])?;
        let holder = Holder { issuer: subject.clone(), subject, role: Role::Root };
        let own = Bare(&key);
        let certifying = Certifying { key: &own, verifying_key: *key.verifying_key() };
        let until = seconds(at)? + ROOT_VALID_DAYS * DAY_S;
        let certificate = certify(holder, public_key(&key)?, &certifying, at, until)?;
        let signer = KeySigner::new(key, Identity { certificate, issuers: Vec::new() })?;
        Ok((Self { signer }, pkcs8))
    }

    /// Takes up the root of an earlier start.
    ///
    /// # Errors
    /// [`PkiError::Key`] when the key is not the certificate's.
    pub fn open(pkcs8_der: &[u8], certificate: Certificate) -> Result<Self, PkiError> {
        let identity = Identity { certificate, issuers: Vec::new() };
        Ok(Self { signer: KeySigner::from_pkcs8_der(pkcs8_der, identity)? })
    }

    /// The root's own certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.signer.identity().certificate
    }

    /// Certifies a computer's key: it may certify one-time signers under its own id, and nothing else.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn certify_device(
        &self,
        device_id: &str,
        key: SubjectPublicKeyInfoOwned,
        at: Timestamp,
    ) -> Result<DeviceCertificate, PkiError> {
        let permitted = name(&[(UNIT, DEVICE_SIGNER_UNIT), (UNIT, device_id)])?;
        let subject = name(&[(UNIT, DEVICE_UNIT), (COMMON_NAME, device_id)])?;
        let identity = self.certify(subject, Role::Device { permitted }, key, at, DEVICE_VALID_DAYS)?;
        DeviceCertificate::new(identity)
    }

    /// Makes the issuer's key and certificate, for countersignatures.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn create_issuer(&self, issuer: &str, at: Timestamp) -> Result<KeySigner, PkiError> {
        self.certify_issuer(issuer, &new_key()?, at)
    }

    /// Certifies an issuer's key that is kept elsewhere, as PKCS#8.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn certify_issuer(
        &self,
        issuer: &str,
        pkcs8_der: &[u8],
        at: Timestamp,
    ) -> Result<KeySigner, PkiError> {
        let subject = name(&[(UNIT, ISSUER_UNIT), (ORGANIZATION, issuer), (COMMON_NAME, issuer)])?;
        self.certify_holder(subject, Role::Signer, pkcs8_der, at)
    }

    /// Makes the key and certificate of the embedded time-stamp authority.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn create_time_authority(&self, common_name: &str, at: Timestamp) -> Result<KeySigner, PkiError> {
        self.certify_time_authority(common_name, &new_key()?, at)
    }

    /// Certifies a key of the embedded time-stamp authority that is kept elsewhere, as PKCS#8.
    ///
    /// # Errors
    /// [`PkiError`].
    pub fn certify_time_authority(
        &self,
        common_name: &str,
        pkcs8_der: &[u8],
        at: Timestamp,
    ) -> Result<KeySigner, PkiError> {
        let subject = name(&[(UNIT, TIME_UNIT), (COMMON_NAME, common_name)])?;
        self.certify_holder(subject, Role::TimeStamping, pkcs8_der, at)
    }

    fn certify_holder(
        &self,
        subject: Name,
        role: Role,
        pkcs8_der: &[u8],
        at: Timestamp,
    ) -> Result<KeySigner, PkiError> {
        let key = SigningKey::from_pkcs8_der(pkcs8_der).map_err(|_| PkiError::Key)?;
        let identity = self.certify(subject, role, public_key(&key)?, at, ISSUER_VALID_DAYS)?;
        KeySigner::new(key, identity)
    }

    fn certify(
        &self,
        subject: Name,
        role: Role,
        key: SubjectPublicKeyInfoOwned,
        at: Timestamp,
        valid_days: u64,
    ) -> Result<Identity, PkiError> {
        let root = self.certificate();
        let holder = Holder { issuer: root.tbs_certificate().subject().clone(), subject, role };
        let until = (seconds(at)? + valid_days * DAY_S).min(end_s(root));
        let certificate = certify(holder, key, &Certifying::new(&self.signer, root)?, at, until)?;
        Ok(Identity { certificate, issuers: vec![root.clone()] })
    }
}

/// A computer's certificate, which lets it certify one-time signers under its own id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCertificate {
    identity: Identity,
    device_id: String,
}

impl DeviceCertificate {
    /// # Errors
    /// [`PkiError::Certificate`] when it is not such a certificate.
    pub fn new(identity: Identity) -> Result<Self, PkiError> {
        let tbs = identity.certificate.tbs_certificate();
        let constraints = tbs.get_extension::<BasicConstraints>().map_err(|_| PkiError::Certificate)?;
        let device_id = name_part(tbs.subject(), COMMON_NAME);
        match (constraints, device_id) {
            (Some((true, BasicConstraints { ca: true, .. })), Some(device_id)) => {
                Ok(Self { identity, device_id })
            }
            _ => Err(PkiError::Certificate),
        }
    }

    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    pub fn device_id(&self) -> &str {
        &self.device_id
    }

    /// When it ends.
    pub fn ends_at(&self) -> Timestamp {
        let seconds = i64::try_from(end_s(&self.identity.certificate)).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    }
}

/// The certificate of one ceremony's key, valid as long as the computer's: the key is destroyed after one use, and a
/// verifier of later years shall find the certificate valid.
pub(super) fn one_time_certificate(
    signer_name: &str,
    evidence_sha256: &[u8; 32],
    device: &DeviceCertificate,
    device_key: &dyn SignerKey,
    key: SubjectPublicKeyInfoOwned,
    at: Timestamp,
) -> Result<Certificate, PkiError> {
    let issuer = &device.identity.certificate;
    let subject = name(&[(UNIT, DEVICE_SIGNER_UNIT), (UNIT, &device.device_id), (COMMON_NAME, signer_name)])?;
    let evidence = format!("{EVIDENCE_PREFIX}{}", hex::encode(evidence_sha256));
    let role = Role::OneTimeSigner { evidence: Ia5String::new(&evidence)? };
    let holder = Holder { issuer: issuer.tbs_certificate().subject().clone(), subject, role };
    certify(holder, key, &Certifying::new(device_key, issuer)?, at, end_s(issuer))
}

/// The computer that certified a one-time signer; none for anybody else's certificate.
pub(crate) fn device_of(certificate: &Certificate) -> Option<String> {
    let mut units = certificate.tbs_certificate().subject().iter().map(|part| {
        let text = std::str::from_utf8(part.value.value()).ok();
        text.filter(|_| part.oid == UNIT).map(str::to_owned)
    });
    (units.next()?? == DEVICE_SIGNER_UNIT).then(|| units.next().flatten()).flatten()
}

/// Whether it is a computer's own certificate.
pub(super) fn is_device(certificate: &Certificate) -> bool {
    name_part(certificate.tbs_certificate().subject(), UNIT).is_some_and(|unit| unit == DEVICE_UNIT)
}

/// The hash of the evidence record that a one-time signer was certified for, lower-case hex.
pub(crate) fn evidence_of(certificate: &Certificate) -> Option<String> {
    let (_, SubjectAltName(names)) = certificate.tbs_certificate().get_extension().ok()??;
    names.iter().find_map(|name| match name {
        GeneralName::UniformResourceIdentifier(uri) => {
            uri.as_str().strip_prefix(EVIDENCE_PREFIX).map(str::to_owned)
        }
        _ => None,
    })
}

struct Bare<'a>(&'a SigningKey);

impl SignerKey for Bare<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        use p256::ecdsa::signature::Signer as _;
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

fn seconds(at: Timestamp) -> Result<u64, PkiError> {
    u64::try_from(at.as_second()).map_err(|_| PkiError::Time)
}

fn end_s(certificate: &Certificate) -> u64 {
    certificate.tbs_certificate().validity().not_after.to_unix_duration().as_secs()
}

fn time(unix_s: u64) -> Result<Time, PkiError> {
    let time =
        GeneralizedTime::from_unix_duration(Duration::from_secs(unix_s)).map_err(|_| PkiError::Time)?;
    Ok(Time::GeneralTime(time))
}

fn certify(
    holder: Holder,
    key: SubjectPublicKeyInfoOwned,
    issuer: &Certifying<'_>,
    at: Timestamp,
    until_s: u64,
) -> Result<Certificate, PkiError> {
    let mut serial = [0_u8; 16];
    getrandom::fill(&mut serial)?;
    // Positive and never zero (RFC 5280 §4.1.2.2).
    serial[0] = (serial[0] & 0x7f) | 0x40;
    let from = time(seconds(at)?.saturating_sub(CLOCK_LEEWAY_S))?;
    let validity = Validity::new(from, time(until_s)?);
    let builder = CertificateBuilder::new(holder, SerialNumber::new(&serial)?, validity, key)?;
    Ok(builder.build::<_, DerSignature>(issuer)?)
}

enum Role {
    Root,
    Device { permitted: Name },
    OneTimeSigner { evidence: Ia5String },
    Signer,
    TimeStamping,
}

/// Who a certificate is for, and what it may do.
struct Holder {
    subject: Name,
    issuer: Name,
    role: Role,
}

impl BuilderProfile for Holder {
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
        let (constraints, usage) = match self.role {
            Role::Root => (authority(1), KeyUsage(KeyUsages::KeyCertSign.into())),
            Role::Device { .. } => {
                (authority(0), KeyUsage(KeyUsages::KeyCertSign | KeyUsages::DigitalSignature))
            }
            Role::OneTimeSigner { .. } | Role::Signer => {
                (END_ENTITY, KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation))
            }
            Role::TimeStamping => (END_ENTITY, KeyUsage(KeyUsages::DigitalSignature.into())),
        };
        let mut extensions = Extensions { subject: tbs.subject(), found: Vec::new() };
        extensions.add(&constraints)?;
        extensions.add(&usage)?;
        match &self.role {
            Role::Root => {}
            Role::Device { permitted } => {
                extensions.add(&purpose(DOCUMENT_SIGNING))?;
                let base = GeneralName::DirectoryName(permitted.clone());
                let permitted = vec![GeneralSubtree { base, minimum: 0, maximum: None }];
                let constraints =
                    NameConstraints { permitted_subtrees: Some(permitted), excluded_subtrees: None };
                extensions.add(&constraints)?;
            }
            Role::OneTimeSigner { evidence } => {
                extensions.add(&purpose(DOCUMENT_SIGNING))?;
                let evidence = GeneralName::UniformResourceIdentifier(evidence.clone());
                extensions.add(&SubjectAltName(vec![evidence]))?;
            }
            Role::Signer => extensions.add(&purpose(DOCUMENT_SIGNING))?,
            // RFC 3161 §2.3: alone and critical.
            Role::TimeStamping => {
                extensions.add(&purpose(TIME_STAMPING))?;
                extensions.make_last_critical();
            }
        }
        Ok(extensions.found)
    }
}

const END_ENTITY: BasicConstraints = BasicConstraints { ca: false, path_len_constraint: None };

fn authority(below: u8) -> BasicConstraints {
    BasicConstraints { ca: true, path_len_constraint: Some(below) }
}

fn purpose(oid: ObjectIdentifier) -> ExtendedKeyUsage {
    ExtendedKeyUsage(vec![oid])
}

struct Extensions<'a> {
    subject: &'a Name,
    found: Vec<Extension>,
}

impl Extensions<'_> {
    fn add<'a, T>(&mut self, extension: &'a T) -> x509_cert::der::Result<()>
    where
        T: ?Sized,
        &'a T: ToExtension<Error = x509_cert::der::Error>,
    {
        let extension = extension.to_extension(self.subject, &self.found)?;
        self.found.push(extension);
        Ok(())
    }

    fn make_last_critical(&mut self) {
        if let Some(last) = self.found.last_mut() {
            last.critical = true;
        }
    }
}
