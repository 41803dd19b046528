//! Everything that proves a contract in one file, for a court or another acquirer: PDFs or scans, the sealed records around
//! them, and the root certificate that was trusted when it was exported.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::agreement::Offer;
use crate::evidence::{Assurance, Ceremony, OnPaper, RealNameMethod, Record, Signed};
use crate::sealed::{By, Sealed};
use crate::verifying::{Report, TimeReport, Trust, Verdict, original, verify};

/// A bundle as it is exported: JSON, binary parts in base64. The fields tell which of the two it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Bundle {
    Screen(Box<ScreenBundle>),
    Paper(Box<PaperBundle>),
}

/// Of a contract that the merchant signed on a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreenBundle {
    /// The PDF with the merchant's signature.
    pub merchant_copy: Base64,
    /// The PDF with both signatures; none before it is in effect.
    pub contract: Option<Base64>,
    pub offer: Sealed,
    pub ceremony: Sealed,
    pub signed: Sealed,
    /// The issuer's record of its own signature.
    pub countersigned: Option<Sealed>,
    /// The merchant with the identity card, when they signed on somebody else's computer.
    pub identity_photo: Option<Base64>,
    /// PEM. Whoever verifies takes it from the acquirer and not from here.
    pub root: String,
}

/// Of a contract that the merchant signed on paper, once it is in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperBundle {
    /// The PDF with the issuer's signature.
    pub contract: Base64,
    pub offer: Sealed,
    /// The record that names the scans, by the computer that scanned.
    pub on_paper: Sealed,
    /// A picture of each page, in the order of the pages.
    pub scans: Vec<Base64>,
    /// The issuer's record of its own signature.
    pub countersigned: Sealed,
    /// PEM. Whoever verifies takes it from the acquirer and not from here.
    pub root: String,
}

/// Bytes as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Base64(String);

impl Base64 {
    pub fn of(bytes: &[u8]) -> Self {
        Self(BASE64.encode(bytes))
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        BASE64.decode(&self.0).ok()
    }
}

/// What a bundle is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BundleReport {
    /// Of the newest PDF.
    pub contract: Report,
    /// The first part that doesn't belong to it, or isn't genuine; none when everything fits together.
    pub refused: Option<BundlePart>,
    /// What the evidence tells, once every part was found genuine.
    pub told: Option<Told>,
    /// How sure it is that the signer said yes to this document; with `told`.
    pub assurance: Option<Assurance>,
}

/// How the merchant signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Told {
    Ceremony(Box<Ceremony>),
    OnPaper(Box<OnPaper>),
}

/// A part of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BundlePart {
    MerchantCopy,
    Contract,
    Offer,
    Ceremony,
    /// The issuer's word, in the ceremony's record, about a code to the signer's phone.
    Confirmation,
    Signed,
    OnPaper,
    Scans,
    Countersigned,
    IdentityPhoto,
}

impl Bundle {
    /// Verifies the PDF and that every record is sealed by whom it should be, belongs to this file, and names the one
    /// before it.
    pub fn verify(&self, trust: &Trust, now: Timestamp) -> BundleReport {
        let newest = match self {
            Self::Screen(bundle) => bundle.contract.as_ref().unwrap_or(&bundle.merchant_copy),
            Self::Paper(bundle) => &bundle.contract,
        };
        let pdf = newest.bytes().unwrap_or_default();
        let contract = verify(&pdf, trust, now);
        // Certificates end: what was in order when the time was stamped stays so.
        let at = match &contract.time {
            TimeReport::OwnAuthority { at, .. } | TimeReport::Independent { at, .. } => *at,
            TimeReport::None => now,
        };
        let newest = Newest { pdf: &pdf, report: &contract, trust, at };
        let found = match self {
            Self::Screen(bundle) => bundle.chain(&newest),
            Self::Paper(bundle) => bundle.chain(&newest),
        };
        let (refused, told, assurance) = match found {
            Ok((told, assurance)) => (None, Some(told), Some(assurance)),
            Err(part) => (Some(part), None, None),
        };
        BundleReport { contract, refused, told, assurance }
    }
}

impl ScreenBundle {
    fn chain(&self, newest: &Newest<'_>) -> Result<(Told, Assurance), BundlePart> {
        let Newest { pdf, report, trust, at } = *newest;
        let wanted = if self.contract.is_some() { Verdict::InEffect } else { Verdict::MerchantOnly };
        require(report.verdict == wanted, BundlePart::Contract)?;
        let copy = self.merchant_copy.bytes().ok_or(BundlePart::MerchantCopy)?;
        let same_pages = original(&copy).is_some() && original(&copy) == original(pdf);
        require(
            same_pages && verify(&copy, trust, at).verdict == Verdict::MerchantOnly,
            BundlePart::MerchantCopy,
        )?;

        let offer: Offer = newest.open(&self.offer, By::Issuer, BundlePart::Offer)?;
        let record = newest.open(&self.ceremony, By::Device, BundlePart::Ceremony)?;
        let Record::Ceremony(ceremony) = record else { return Err(BundlePart::Ceremony) };
        let evidence = report.merchant.as_ref().and_then(|merchant| merchant.evidence_sha256.as_deref());
        let belongs = evidence == Some(&self.ceremony.payload_sha256())
            && ceremony.contract_no == offer.contract_no
            && ceremony.template == offer.template
            && report.original_sha256.as_deref() == Some(&ceremony.render_sha256)
            && ceremony.will.bound_doc_sha256 == ceremony.render_sha256
            && offer.is_agreed_in(&ceremony);
        require(belongs, BundlePart::Ceremony)?;
        let assurance = ceremony.assurance(&trust.roots, at).map_err(|_| BundlePart::Confirmation)?;

        let number = &offer.contract_no;
        let signed = newest.open(&self.signed, By::Device, BundlePart::Signed)?;
        require(follows(&signed, number, &copy, &self.ceremony), BundlePart::Signed)?;
        match (&self.contract, &self.countersigned) {
            (Some(_), Some(sealed)) => {
                let record = newest.open(sealed, By::Issuer, BundlePart::Countersigned)?;
                require(follows(&record, number, pdf, &self.signed), BundlePart::Countersigned)?;
            }
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return Err(BundlePart::Countersigned),
        }
        let photo = self.identity_photo.as_ref().and_then(Base64::bytes).map(|bytes| sha256(&bytes));
        let needs_photo = ceremony.real_name.method == RealNameMethod::InPersonIdCard;
        let named = needs_photo.then(|| ceremony.real_name.result_ref.clone());
        require(photo == named, BundlePart::IdentityPhoto)?;
        Ok((Told::Ceremony(ceremony), assurance))
    }
}

impl PaperBundle {
    fn chain(&self, newest: &Newest<'_>) -> Result<(Told, Assurance), BundlePart> {
        let Newest { pdf, report, .. } = *newest;
        require(report.verdict == Verdict::OnPaper, BundlePart::Contract)?;
        let offer: Offer = newest.open(&self.offer, By::Issuer, BundlePart::Offer)?;
        let record = newest.open(&self.on_paper, By::Device, BundlePart::OnPaper)?;
        let Record::OnPaper(paper) = record else { return Err(BundlePart::OnPaper) };
        let belongs = report.paper_record_sha256.as_deref() == Some(&self.on_paper.payload_sha256())
            && paper.contract_no == offer.contract_no
            && paper.template == offer.template
            && report.original_sha256.as_deref() == Some(&paper.render_sha256);
        require(belongs, BundlePart::OnPaper)?;
        let scans = self.scans.iter().map(|scan| scan.bytes().map(|bytes| sha256(&bytes)));
        require(scans.eq(paper.scans.iter().cloned().map(Some)), BundlePart::Scans)?;
        let record = newest.open(&self.countersigned, By::Issuer, BundlePart::Countersigned)?;
        let fits = follows(&record, &offer.contract_no, pdf, &self.on_paper);
        require(fits, BundlePart::Countersigned)?;
        Ok((Told::OnPaper(paper), Assurance::Paper))
    }
}

/// The newest PDF of a bundle, against which the records are held.
#[derive(Clone, Copy)]
struct Newest<'a> {
    pdf: &'a [u8],
    report: &'a Report,
    trust: &'a Trust,
    /// When certificates must have been valid.
    at: Timestamp,
}

impl Newest<'_> {
    fn open<T: DeserializeOwned>(&self, sealed: &Sealed, by: By, part: BundlePart) -> Result<T, BundlePart> {
        let text = sealed.open(&self.trust.roots, by, self.at).map_err(|_| part)?;
        serde_json::from_str(text).map_err(|_| part)
    }
}

/// Whether a record says that a file of a contract was signed, behind the record before.
fn follows(record: &Record, contract_no: &str, file: &[u8], before: &Sealed) -> bool {
    match record {
        Record::Signed(Signed { contract_no: of, signed_pdf_sha256, previous_sha256, .. }) => {
            of == contract_no
                && *signed_pdf_sha256 == sha256(file)
                && *previous_sha256 == Some(before.payload_sha256())
        }
        Record::Ceremony(_) | Record::Refused(_) | Record::OnPaper(_) => false,
    }
}

fn require(so: bool, part: BundlePart) -> Result<(), BundlePart> {
    if so { Ok(()) } else { Err(part) }
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
