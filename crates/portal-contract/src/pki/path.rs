//! From a certificate to a trusted root, strictly: every certificate that is given must be needed.

use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::der::Encode;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints, SubjectAltName};
use x509_cert::name::Name;

use super::Scheme;
use super::profile::{DOCUMENT_SIGNING, TIME_STAMPING, is_device};

/// More certificates than any honest path has.
const MAX_CERTIFICATES: usize = 8;
const ANY_PURPOSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// What the certificate at the path's beginning must be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    DocumentSigning,
    TimeStamping,
    /// A computer's own records.
    DeviceRecord,
}

/// Why no path holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathError {
    /// No trusted root is at its end.
    Untrusted,
    /// A certificate that is not part of the path lies beside it.
    Stray,
    /// A certificate was not valid at the time.
    Expired,
    /// A certificate is used for something that it is not for, or lies outside its issuer's constraints.
    NotPermitted,
    /// A certificate's own signature is wrong.
    BadSignature,
    /// A certificate can't be understood.
    Malformed,
}

/// Follows the path from `leaf` through `others` to one of `roots`, all valid `at` the time, and returns it with the
/// root.
pub(crate) fn verify_path(
    leaf: &Certificate,
    others: &[&Certificate],
    roots: &[Certificate],
    purpose: Purpose,
    at: Timestamp,
) -> Result<Vec<Certificate>, PathError> {
    if others.len() > MAX_CERTIFICATES {
        return Err(PathError::Malformed);
    }
    let path = build(leaf, others, roots)?;
    for (index, pair) in path.windows(2).enumerate() {
        let [below, above] = pair else { continue };
        check_signature(below, above)?;
        check_authority(above, index)?;
        for lower in path.iter().take(index + 1) {
            check_names(lower, above)?;
            check_purposes(lower, above)?;
        }
    }
    for certificate in &path {
        check_valid(certificate, at)?;
        check_critical(certificate)?;
    }
    check_leaf(leaf, purpose)?;
    Ok(path)
}

fn build(
    leaf: &Certificate,
    others: &[&Certificate],
    roots: &[Certificate],
) -> Result<Vec<Certificate>, PathError> {
    let mut left: Vec<&Certificate> = others.to_vec();
    let mut path = vec![leaf.clone()];
    loop {
        let last = path.last().ok_or(PathError::Malformed)?;
        let issuer = last.tbs_certificate().issuer().clone();
        // Roots of one name differ in their keys: after a renewal, or because somebody took a name.
        let fits = |root: &&Certificate| {
            *root.tbs_certificate().subject() == issuer && check_signature(last, root).is_ok()
        };
        if let Some(root) = roots.iter().find(fits) {
            // The root may lie beside the others, but only as we know it.
            left.retain(|other| *other != root);
            path.push(root.clone());
            break;
        }
        let next = left
            .iter()
            .position(|other| *other.tbs_certificate().subject() == issuer)
            .ok_or(PathError::Untrusted)?;
        path.push(left.swap_remove(next).clone());
    }
    if left.is_empty() { Ok(path) } else { Err(PathError::Stray) }
}

fn check_signature(below: &Certificate, above: &Certificate) -> Result<(), PathError> {
    let tbs = below.tbs_certificate();
    if tbs.signature() != below.signature_algorithm() {
        return Err(PathError::Malformed);
    }
    let key = above.tbs_certificate().subject_public_key_info();
    let scheme = Scheme::of(below.signature_algorithm(), None, key).ok_or(PathError::NotPermitted)?;
    let signed = tbs.to_der().map_err(|_| PathError::Malformed)?;
    if scheme.verify(key, &signed, below.signature().raw_bytes()) {
        Ok(())
    } else {
        Err(PathError::BadSignature)
    }
}

/// `below` counts the certificates between this authority and the leaf.
fn check_authority(certificate: &Certificate, below: usize) -> Result<(), PathError> {
    let constraints: BasicConstraints = extension(certificate)?.ok_or(PathError::NotPermitted)?;
    let usage: KeyUsage = extension(certificate)?.ok_or(PathError::NotPermitted)?;
    let room = constraints.path_len_constraint.is_none_or(|limit| below <= usize::from(limit));
    if constraints.ca && usage.key_cert_sign() && room { Ok(()) } else { Err(PathError::NotPermitted) }
}

fn check_names(lower: &Certificate, above: &Certificate) -> Result<(), PathError> {
    let Some(constraints) = extension::<NameConstraints>(above)? else { return Ok(()) };
    // Only what our own computers have: permitted directory names. Anything else is not understood, so not taken.
    if constraints.excluded_subtrees.is_some() {
        return Err(PathError::NotPermitted);
    }
    let permitted = constraints.permitted_subtrees.unwrap_or_default();
    let subject = lower.tbs_certificate().subject();
    let holds = permitted.iter().any(|subtree| match &subtree.base {
        GeneralName::DirectoryName(base) => {
            subtree.minimum == 0 && subtree.maximum.is_none() && is_under(subject, base)
        }
        _ => false,
    });
    if holds { Ok(()) } else { Err(PathError::NotPermitted) }
}

fn is_under(name: &Name, base: &Name) -> bool {
    name.len() >= base.len() && name.iter_rdn().zip(base.iter_rdn()).all(|(part, wanted)| part == wanted)
}

/// An authority that names purposes certifies for these only.
fn check_purposes(lower: &Certificate, above: &Certificate) -> Result<(), PathError> {
    let Some(ExtendedKeyUsage(permitted)) = extension(above)? else { return Ok(()) };
    if permitted.contains(&ANY_PURPOSE) {
        return Ok(());
    }
    let ExtendedKeyUsage(used) = extension(lower)?.ok_or(PathError::NotPermitted)?;
    if used.iter().all(|purpose| permitted.contains(purpose)) { Ok(()) } else { Err(PathError::NotPermitted) }
}

fn check_leaf(leaf: &Certificate, purpose: Purpose) -> Result<(), PathError> {
    let ExtendedKeyUsage(purposes) = extension(leaf)?.ok_or(PathError::NotPermitted)?;
    let usage: KeyUsage = extension(leaf)?.ok_or(PathError::NotPermitted)?;
    let holds = match purpose {
        Purpose::DocumentSigning => purposes.contains(&DOCUMENT_SIGNING) && usage.non_repudiation(),
        Purpose::DeviceRecord => is_device(leaf) && usage.digital_signature(),
        Purpose::TimeStamping => {
            purposes == [TIME_STAMPING] && (usage.digital_signature() || usage.non_repudiation())
        }
    };
    if holds { Ok(()) } else { Err(PathError::NotPermitted) }
}

fn check_valid(certificate: &Certificate, at: Timestamp) -> Result<(), PathError> {
    let validity = certificate.tbs_certificate().validity();
    let at_s = u64::try_from(at.as_second()).map_err(|_| PathError::Expired)?;
    let from_s = validity.not_before.to_unix_duration().as_secs();
    let until_s = validity.not_after.to_unix_duration().as_secs();
    if (from_s..=until_s).contains(&at_s) { Ok(()) } else { Err(PathError::Expired) }
}

fn check_critical(certificate: &Certificate) -> Result<(), PathError> {
    use x509_cert::der::oid::AssociatedOid;
    let known = [
        BasicConstraints::OID,
        KeyUsage::OID,
        ExtendedKeyUsage::OID,
        NameConstraints::OID,
        SubjectAltName::OID,
    ];
    let extensions = certificate.tbs_certificate().extensions().map_or(&[][..], Vec::as_slice);
    let strange =
        extensions.iter().any(|extension| extension.critical && !known.contains(&extension.extn_id));
    if strange { Err(PathError::NotPermitted) } else { Ok(()) }
}

fn extension<'a, T>(certificate: &'a Certificate) -> Result<Option<T>, PathError>
where
    T: x509_cert::der::Decode<'a, Error = x509_cert::der::Error> + x509_cert::der::oid::AssociatedOid,
{
    let found = certificate.tbs_certificate().get_extension::<T>().map_err(|_| PathError::Malformed)?;
    Ok(found.map(|(_critical, extension)| extension))
}
