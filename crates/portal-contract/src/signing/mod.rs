//! Signing a rendered contract: the merchant first, on any computer and without a network; the issuer later.
//!
//! The merchant's signature certifies the file (DocMDP, nothing but signing is allowed after it) and prepares the
//! issuer's field. The issuer fills that field. Both are PAdES B-B; a time stamp turns the issuer's into B-T, when
//! an authority gives one, at once or later.

mod appearance;
pub(crate) mod cms;
pub(crate) mod embed;
pub(crate) mod on_paper;
mod overlay;
mod pen;
mod print_copy;
pub(crate) mod update;

pub use appearance::{Handwriting, PenPoint};
pub use on_paper::{paper_copy, seal_signed_on_paper};
pub use print_copy::{PrintCopy, print_copy};

use jiff::Timestamp;
use lopdf::Object;
use thiserror::Error;
use x509_cert::Certificate;

use crate::document::SlotKind;
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::layout::SlotRect;
use crate::pdf::{Opened, open, sections};
use crate::pki::{OneTimeSigner, PkiError, Signer, to_low_s};
use crate::render::Rendered;
use crate::stamping::{NoTimeStamp, TimeAuthority, TimeStamp, obtain};
use cms::Container;
use embed::{fill, find_hole, prepare};
use on_paper::PaperUpdate;
use update::{Field, IssuerUpdate, MerchantUpdate, SignatureValue};

/// Room for the merchant's container, in bytes.
pub(crate) const MERCHANT_RESERVE: usize = 6 * 1024;
/// Room for the issuer's container with a time-stamp token.
pub(crate) const ISSUER_RESERVE: usize = 12 * 1024;

/// Why a document was not signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The document lacks the slot, or has it twice.
    #[error("the document has not exactly one slot {0:?}")]
    Slot(&'static str),
    /// The pad recorded no signature worth the name.
    #[error("no handwriting")]
    NoHandwriting,
    /// The file is not one that the renderer made, or not one that the merchant signed.
    #[error("not a document that can be signed")]
    NotRendered,
    /// The issuer has signed already.
    #[error("countersigned already")]
    AlreadySigned,
    /// The issuer has not signed yet, or has its time stamp already.
    #[error("no countersignature without a time stamp")]
    NothingToStamp,
    /// A print copy is made of a contract that was found to be in effect, and of nothing else.
    #[error("not a contract in effect")]
    NotInEffect,
    /// A container is larger than its room: too many or too large certificates.
    #[error("the signature takes {bytes} bytes, more than {room}")]
    TooLarge { bytes: usize, room: usize },
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error("encoding the signature")]
    Encode(#[from] der::Error),
}

/// What a signature says beside the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Why it is given, as viewers show it.
    pub reason: String,
    /// Where, if that is known.
    pub location: Option<String>,
    /// The time on the signer's clock.
    pub at: Timestamp,
}

/// Signs a rendered contract for the merchant and prepares the issuer's field.
///
/// The key is destroyed. The file has no watermark of its own: until the issuer signs, its field says that the
/// contract has no effect.
///
/// # Errors
/// [`SignError`].
pub fn sign_as_merchant(
    rendered: &Rendered,
    signer: OneTimeSigner,
    handwriting: &Handwriting,
    statement: &Statement,
    fonts: &Fonts,
) -> Result<Vec<u8>, SignError> {
    let merchant = slot(rendered, SlotKind::Signature, "signature")?;
    let issuer = slot(rendered, SlotKind::Seal, "seal")?;
    // The update begins on a line of its own.
    let mut bytes = rendered.pdf.clone();
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    let file = open(&bytes).ok_or(SignError::NotRendered)?;
    let certificate = signer.identity().certificate.clone();
    let update = MerchantUpdate {
        signature: signature_value(&certificate, statement, MERCHANT_RESERVE),
        merchant: Field::at(merchant, "商户签署", &file).ok_or(SignError::NotRendered)?,
        issuer: Field::at(issuer, "收单机构签署", &file).ok_or(SignError::NotRendered)?,
        drawing: handwriting.draw(merchant.width_pt, merchant.height_pt)?,
        placeholder: appearance::placeholder(issuer.width_pt, issuer.height_pt, fonts)?,
    };
    let number = MerchantUpdate::signature_number(&file);
    let prepared = prepare(&file, number, MERCHANT_RESERVE, |range| {
        let signature = SignatureValue { byte_range: range, ..update.signature.clone() };
        MerchantUpdate { signature, ..update.clone() }.objects(&file)
    })?;
    let digest = prepared.digest();
    let others = signer.identity().issuers.clone();
    let signature = signer.sign_once(&cms::to_be_signed(&digest, &certificate)?);
    let container = Container { digest, signer: certificate, others, signature, token: None };
    prepared.embed(&container.to_der()?)
}

/// Signs for the issuer in the field that the merchant's signature prepared.
///
/// The result is complete and valid without a time stamp (PAdES B-B); [`add_time_stamp`] brings one in.
///
/// # Errors
/// [`SignError::NotRendered`] when the file is anything but the merchant's signed contract, unchanged in form. Whether
/// its signature and content are right is the verifier's and the re-rendering's question, to be asked before.
pub fn countersign(
    pdf: &[u8],
    issuer: &dyn Signer,
    issuer_name: &str,
    statement: &Statement,
    fonts: &Fonts,
) -> Result<Vec<u8>, SignError> {
    let (original, updates) = sections(pdf).map_err(|_| SignError::NotRendered)?;
    let section = match updates.as_slice() {
        [section] => section,
        [_, _] => return Err(SignError::AlreadySigned),
        _ => return Err(SignError::NotRendered),
    };
    let merchant = MerchantUpdate::read(&original, section).ok_or(SignError::NotRendered)?;
    let [left, bottom, right, top] = merchant.issuer.rect;
    let identity = issuer.identity();
    let update = IssuerUpdate {
        signature: SignatureValue {
            signer: issuer_name.to_owned(),
            ..signature_value(&identity.certificate, statement, ISSUER_RESERVE)
        },
        seal: appearance::seal(issuer_name, right - left, top - bottom, fonts)?,
    };
    let number = IssuerUpdate::signature_number(&section.file);
    certify(&section.file, number, issuer, |range| {
        let signature = SignatureValue { byte_range: range, ..update.signature.clone() };
        let update = IssuerUpdate { signature, ..update.clone() };
        Some(update.objects(&merchant, original.size, &section.file))
    })
}

/// Appends a revision with the issuer's signature in it, with room for a time stamp.
fn certify(
    file: &Opened<'_>,
    number: u32,
    issuer: &dyn Signer,
    objects: impl Fn([i64; 4]) -> Option<Vec<(u32, Object)>>,
) -> Result<Vec<u8>, SignError> {
    let identity = issuer.identity();
    let prepared = prepare(file, number, ISSUER_RESERVE, objects)?;
    let digest = prepared.digest();
    let signature = issuer.sign(&cms::to_be_signed(&digest, &identity.certificate)?)?;
    let signature = to_low_s(&signature).ok_or(PkiError::Key)?;
    let container = Container {
        digest,
        signer: identity.certificate.clone(),
        others: identity.issuers.clone(),
        signature,
        token: None,
    };
    prepared.embed(&container.to_der()?)
}

/// Why a countersigned contract has no time stamp yet.
#[derive(Debug, Error)]
pub enum StampingError {
    /// No authority answered usefully: try again later. The contract stays valid without.
    #[error(transparent)]
    Pending(#[from] NoTimeStamp),
    /// The file can't take one.
    #[error(transparent)]
    File(#[from] SignError),
}

/// Asks the authorities in order for a time stamp of the issuer's signature and puts it beside that signature. Not a
/// byte that anybody signed is touched.
///
/// # Errors
/// [`StampingError`].
pub fn add_time_stamp(
    pdf: &[u8],
    authorities: &[Box<dyn TimeAuthority>],
    roots: &[Certificate],
) -> Result<(Vec<u8>, TimeStamp), StampingError> {
    let (signature, hole) = {
        let (original, updates) = sections(pdf).map_err(|_| SignError::NotRendered)?;
        let (begin, signature) = match updates.as_slice() {
            [only] => {
                let update = PaperUpdate::read(&original, only).ok_or(SignError::NothingToStamp)?;
                (only.offset(PaperUpdate::signature_number(&original)), Some(update.signature))
            }
            [first, second] => {
                let begin = second.offset(IssuerUpdate::signature_number(&first.file));
                (begin, IssuerUpdate::read(&first.file, second).map(|update| update.signature))
            }
            _ => return Err(SignError::NothingToStamp.into()),
        };
        let hole = begin.and_then(|begin| find_hole(pdf, begin, ISSUER_RESERVE));
        signature.zip(hole).ok_or(SignError::NotRendered)?
    };
    let container = read_container(&signature.contents).ok_or(SignError::NotRendered)?;
    if container.token.is_some() {
        return Err(SignError::NothingToStamp.into());
    }
    let stamp = obtain(authorities, roots, &container.signature)?;
    let stamped = Container { token: Some(stamp.token.clone()), ..container };
    let mut bytes = pdf.to_vec();
    fill(&mut bytes, &hole, &stamped.to_der().map_err(SignError::from)?)?;
    Ok((bytes, stamp))
}

/// The container at the beginning of a signature's contents, and whether nothing but zeros follows.
pub(crate) fn read_container(contents: &[u8]) -> Option<Container> {
    let length = der_length(contents)?;
    let (container, padding) = contents.split_at_checked(length)?;
    if padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    Container::from_der(container)
}

/// The length of the DER value at the beginning, its header included.
fn der_length(bytes: &[u8]) -> Option<usize> {
    use der::{Decode, Header, SliceReader};
    let mut reader = SliceReader::new(bytes).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let header_length = usize::try_from(der::Reader::position(&reader)).ok()?;
    header_length.checked_add(usize::try_from(header.length()).ok()?)
}

fn signature_value(certificate: &Certificate, statement: &Statement, reserve: usize) -> SignatureValue {
    SignatureValue {
        signer: crate::pki::common_name(certificate).unwrap_or_default(),
        reason: statement.reason.clone(),
        location: statement.location.clone(),
        at: statement.at,
        byte_range: [0; 4],
        contents: vec![0; reserve],
    }
}

fn slot<'a>(rendered: &'a Rendered, kind: SlotKind, what: &'static str) -> Result<&'a SlotRect, SignError> {
    let mut of_kind = rendered.slots.iter().filter(|slot| slot.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (Some(slot), None) => Ok(slot),
        _ => Err(SignError::Slot(what)),
    }
}
