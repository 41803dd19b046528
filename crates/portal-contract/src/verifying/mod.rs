//! Whether a file is a contract signed as it should be, for a stranger who has only the file and the roots.
//!
//! Nothing is repaired and nothing is guessed. The file must be the renderer's output followed by the merchant's
//! revision and at most the issuer's, or by the issuer's alone when the merchant signed on paper, each exactly as
//! [`crate::signing`] writes it; whatever else was appended or changed is refused, whether or not a signature's own bytes
//! are intact.

#[cfg(test)]
mod insider;
mod report;
mod words;

pub use report::{Fault, Part, Report, SignatureReport, TimeReport, Verdict};
pub use words::assurance;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::pdf::{MAX_FILE_BYTES, Opened, Section, Unreadable, append, sections};
use crate::pki::{
    ECDSA_SHA256, PathError, Purpose, Scheme, certificate_sha256, common_name, device_of, evidence_of,
    is_low_s, verify_path,
};
use crate::signing::cms::Container;
use crate::signing::embed::{byte_range, digest, find_hole};
use crate::signing::on_paper::PaperUpdate;
use crate::signing::update::{IssuerUpdate, MerchantUpdate, SignatureValue};
use crate::signing::{ISSUER_RESERVE, MERCHANT_RESERVE, read_container};
use crate::stamping::{TokenFault, verify_token};

/// Whom the verifier believes.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Roots of merchants' computers, of issuers, and of the issuers' own time authorities.
    pub roots: Vec<Certificate>,
    /// Roots of time authorities that are independent of the issuer.
    pub time_roots: Vec<Certificate>,
}

/// Verifies a file. `now` is when certificates are judged where no time stamp says when they were used.
pub fn verify(pdf: &[u8], trust: &Trust, now: Timestamp) -> Report {
    let mut report = Report::new(hex::encode(Sha256::digest(pdf)));
    if let Err((part, fault)) = verify_into(&mut report, pdf, trust, now) {
        report.refuse(part, fault);
    }
    report
}

/// The rendered document inside a signed file, as the renderer wrote it: to be compared with a second rendering.
pub fn original(pdf: &[u8]) -> Option<&[u8]> {
    let (original, updates) = sections(pdf).ok()?;
    (!updates.is_empty()).then_some(rendered(original.bytes))
}

/// Signing begins on a line of its own; the renderer ends without one.
fn rendered(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\n").unwrap_or(bytes)
}

type Refusal = (Part, Fault);

fn verify_into(report: &mut Report, pdf: &[u8], trust: &Trust, now: Timestamp) -> Result<(), Refusal> {
    let file = |fault| (Part::File, fault);
    if pdf.len() > MAX_FILE_BYTES {
        return Err(file(Fault::TooLarge));
    }
    if !pdf.starts_with(b"%PDF-") {
        return Err(file(Fault::NotPdf));
    }
    let (original, updates) = sections(pdf).map_err(|error| match error {
        Unreadable::Damaged => file(Fault::Damaged),
        Unreadable::UnknownUpdate => file(Fault::UnknownRevision),
    })?;
    report.original_sha256 = Some(hex::encode(Sha256::digest(rendered(original.bytes))));
    let (first, second) = match updates.as_slice() {
        [] => return Err(file(Fault::NotSigned)),
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        _ => return Err(file(Fault::UnknownRevision)),
    };

    if let (Some(update), None) = (paper_update(&original, first), second) {
        return verify_on_paper(report, (&original, first), &update, trust, now);
    }
    let update = merchant_update(&original, first).ok_or(file(Fault::UnknownRevision))?;
    let number = MerchantUpdate::signature_number(&original);
    let merchant = Signed::read(&update.signature, first, number, MERCHANT_RESERVE)
        .map_err(|fault| (Part::Merchant, fault))?;
    let issuer = match second {
        Some(second) => {
            let own = issuer_update(&original, &update, first, second).ok_or(file(Fault::UnknownRevision))?;
            let number = IssuerUpdate::signature_number(&first.file);
            let signed = Signed::read(&own.signature, second, number, ISSUER_RESERVE)
                .map_err(|fault| (Part::Issuer, fault))?;
            Some((own.signature, signed))
        }
        None => None,
    };

    let stamped = match &issuer {
        Some((_, signed)) => {
            report.time = signed.time(trust).map_err(|fault| (Part::TimeStamp, fault))?;
            report.time.at()
        }
        None => None,
    };
    // The time stamp is over the issuer's signature, which covers the merchant's: it proves both.
    let at = stamped.unwrap_or(now);
    report.merchant = Some(
        merchant
            .check(&update.signature, Role::Merchant, trust, at)
            .map_err(|fault| (Part::Merchant, fault))?,
    );
    if let Some((value, signed)) = &issuer {
        let checked = signed.check(value, Role::Issuer, trust, at).map_err(|fault| (Part::Issuer, fault))?;
        report.issuer = Some(checked);
    }
    report.accept();
    Ok(())
}

/// A document that the issuer alone certified, because the merchant signed on paper.
fn verify_on_paper(
    report: &mut Report,
    (original, section): (&Opened<'_>, &Section<'_>),
    update: &PaperUpdate,
    trust: &Trust,
    now: Timestamp,
) -> Result<(), Refusal> {
    let issuer = |fault| (Part::Issuer, fault);
    let number = PaperUpdate::signature_number(original);
    let signed = Signed::read(&update.signature, section, number, ISSUER_RESERVE).map_err(issuer)?;
    report.time = signed.time(trust).map_err(|fault| (Part::TimeStamp, fault))?;
    let at = report.time.at().unwrap_or(now);
    report.issuer = Some(signed.check(&update.signature, Role::Issuer, trust, at).map_err(issuer)?);
    report.paper_record_sha256 = Some(update.record.clone());
    report.accept();
    Ok(())
}

/// The issuer's revision of a contract that was signed on paper, if it is nothing but that.
fn paper_update(original: &Opened<'_>, section: &Section<'_>) -> Option<PaperUpdate> {
    let update = PaperUpdate::read(original, section)?;
    let objects = update.objects(original)?;
    (append(original, &objects).bytes == section.file.bytes).then_some(update)
}

/// The merchant's revision, if it is nothing but that.
fn merchant_update(original: &Opened<'_>, section: &Section<'_>) -> Option<MerchantUpdate> {
    let update = MerchantUpdate::read(original, section)?;
    let objects = update.objects(original)?;
    (append(original, &objects).bytes == section.file.bytes).then_some(update)
}

/// The issuer's revision, if it is nothing but that.
fn issuer_update(
    original: &Opened<'_>,
    merchant: &MerchantUpdate,
    first: &Section<'_>,
    second: &Section<'_>,
) -> Option<IssuerUpdate> {
    let update = IssuerUpdate::read(&first.file, second)?;
    let objects = update.objects(merchant, original.size, &first.file);
    (append(&first.file, &objects).bytes == second.file.bytes).then_some(update)
}

enum Role {
    Merchant,
    Issuer,
}

/// A signature container that belongs to the bytes it lies in.
struct Signed {
    container: Container,
}

impl Signed {
    /// Reads a signature that must cover its revision to the last byte.
    fn read(
        value: &SignatureValue,
        section: &Section<'_>,
        number: u32,
        reserve: usize,
    ) -> Result<Self, Fault> {
        let bytes = section.file.bytes;
        if value.contents.len() != reserve {
            return Err(Fault::SignatureDamaged);
        }
        let hole = section
            .offset(number)
            .and_then(|begin| find_hole(bytes, begin, reserve))
            .ok_or(Fault::SignatureDamaged)?;
        if value.byte_range != byte_range(&hole, bytes.len()) {
            return Err(Fault::NotWholeFile);
        }
        let container = read_container(&value.contents).ok_or(Fault::SignatureDamaged)?;
        if container.digest != digest(bytes, &hole) {
            return Err(Fault::ContentChanged);
        }
        Ok(Self { container })
    }

    fn check(
        &self,
        value: &SignatureValue,
        role: Role,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<SignatureReport, Fault> {
        let signer = &self.container.signer;
        let key = signer.tbs_certificate().subject_public_key_info();
        let algorithm = AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None };
        let scheme = Scheme::of(&algorithm, None, key).ok_or(Fault::SignatureWrong)?;
        let message = self.container.to_be_signed().map_err(|_| Fault::SignatureDamaged)?;
        let signature = &self.container.signature;
        if !is_low_s(signature) || !scheme.verify(key, &message, signature) {
            return Err(Fault::SignatureWrong);
        }
        let others: Vec<&Certificate> = self.container.others.iter().collect();
        let path =
            verify_path(signer, &others, &trust.roots, Purpose::DocumentSigning, at).map_err(path_fault)?;
        let device_id = device_of(signer);
        // A computer can't certify an issuer, and the issuer can't sign for a merchant.
        if device_id.is_some() != matches!(role, Role::Merchant) {
            return Err(Fault::WrongRole);
        }
        let named = common_name(signer).filter(|name| *name == value.signer).ok_or(Fault::NameDiffers)?;
        let sha256 = |certificate| certificate_sha256(certificate).map_err(|_| Fault::SignatureDamaged);
        Ok(SignatureReport {
            signer: named,
            reason: value.reason.clone(),
            location: value.location.clone(),
            claimed_at: value.at,
            certificate_sha256: sha256(signer)?,
            root_sha256: sha256(path.last().unwrap_or(signer))?,
            device_id,
            evidence_sha256: evidence_of(signer),
        })
    }

    fn time(&self, trust: &Trust) -> Result<TimeReport, Fault> {
        let Some(token) = &self.container.token else { return Ok(TimeReport::None) };
        let signature = &self.container.signature;
        let independent = verify_token(token, signature, None, &trust.time_roots);
        let (verified, independent) = match independent {
            Ok(verified) => (verified, true),
            Err(TokenFault::Path(PathError::Untrusted)) => {
                let verified =
                    verify_token(token, signature, None, &trust.roots).map_err(|fault| match fault {
                        TokenFault::Path(PathError::Untrusted) => Fault::TimeStampUntrusted,
                        _ => Fault::TimeStampWrong,
                    })?;
                (verified, false)
            }
            Err(_) => return Err(Fault::TimeStampWrong),
        };
        let authority = verified.path.first().and_then(common_name).unwrap_or_default();
        let (at, serial) = (verified.at, verified.serial);
        Ok(if independent {
            TimeReport::Independent { at, authority, serial }
        } else {
            TimeReport::OwnAuthority { at, authority, serial }
        })
    }
}

fn path_fault(error: PathError) -> Fault {
    match error {
        PathError::Untrusted => Fault::Untrusted,
        PathError::Stray => Fault::StrayCertificate,
        PathError::Expired => Fault::CertificateExpired,
        PathError::NotPermitted => Fault::CertificateNotPermitted,
        PathError::BadSignature | PathError::Malformed => Fault::CertificateWrong,
    }
}
