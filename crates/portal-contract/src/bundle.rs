//! Everything that proves a contract in one file, for a court or another acquirer: both PDFs, the sealed records around
//! them, and the root certificate that was trusted when it was exported.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::agreement::Offer;
use crate::evidence::{Assurance, Ceremony, RealNameMethod, Record, Signed};
use crate::sealed::{By, Sealed};
use crate::verifying::{Report, TimeReport, Trust, Verdict, original, verify};

/// A bundle as it is exported: JSON, binary parts in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
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
    pub told: Option<Ceremony>,
    /// How sure it is that the signer said yes to this document; with `told`.
    pub assurance: Option<Assurance>,
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
    Countersigned,
    IdentityPhoto,
}

impl Bundle {
    /// Verifies the PDF and that every record is sealed by whom it should be, belongs to this file, and names the one
    /// before it.
    pub fn verify(&self, trust: &Trust, now: Timestamp) -> BundleReport {
        let newest = self.contract.as_ref().unwrap_or(&self.merchant_copy);
        let pdf = newest.bytes().unwrap_or_default();
        let contract = verify(&pdf, trust, now);
        // Certificates end: what was in order when the time was stamped stays so.
        let at = match &contract.time {
            TimeReport::OwnAuthority { at, .. } | TimeReport::Independent { at, .. } => *at,
            TimeReport::None => now,
        };
        let (refused, told, assurance) = match self.chain(&pdf, &contract, trust, at) {
            Ok((ceremony, assurance)) => (None, Some(ceremony), Some(assurance)),
            Err(part) => (Some(part), None, None),
        };
        BundleReport { contract, refused, told, assurance }
    }

    fn chain(
        &self,
        pdf: &[u8],
        report: &Report,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<(Ceremony, Assurance), BundlePart> {
        let wanted = if self.contract.is_some() { Verdict::InEffect } else { Verdict::MerchantOnly };
        require(report.verdict == wanted, BundlePart::Contract)?;
        let copy = self.merchant_copy.bytes().ok_or(BundlePart::MerchantCopy)?;
        let same_pages = original(&copy).is_some() && original(&copy) == original(pdf);
        require(
            same_pages && verify(&copy, trust, at).verdict == Verdict::MerchantOnly,
            BundlePart::MerchantCopy,
        )?;

        let offer = self.offer.open(&trust.roots, By::Issuer, at).map_err(|_| BundlePart::Offer)?;
        let offer: Offer = serde_json::from_str(offer).map_err(|_| BundlePart::Offer)?;

        let record = open(&self.ceremony, By::Device, trust, at, BundlePart::Ceremony)?;
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

        let follows = |sealed: &Sealed, by, before: &Sealed, file: &[u8], part| match open(
            sealed, by, trust, at, part,
        )? {
            Record::Signed(Signed { contract_no, signed_pdf_sha256, previous_sha256, .. }) => require(
                contract_no == offer.contract_no
                    && signed_pdf_sha256 == sha256(file)
                    && previous_sha256 == Some(before.payload_sha256()),
                part,
            ),
            Record::Ceremony(_) | Record::Refused(_) | Record::OnPaper(_) => Err(part),
        };
        follows(&self.signed, By::Device, &self.ceremony, &copy, BundlePart::Signed)?;
        match (&self.contract, &self.countersigned) {
            (Some(_), Some(countersigned)) => {
                follows(countersigned, By::Issuer, &self.signed, pdf, BundlePart::Countersigned)?;
            }
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return Err(BundlePart::Countersigned),
        }
        let photo = self.identity_photo.as_ref().and_then(Base64::bytes).map(|bytes| sha256(&bytes));
        let needs_photo = ceremony.real_name.method == RealNameMethod::InPersonIdCard;
        let named = needs_photo.then(|| ceremony.real_name.result_ref.clone());
        require(photo == named, BundlePart::IdentityPhoto)?;
        Ok((*ceremony, assurance))
    }
}

fn require(so: bool, part: BundlePart) -> Result<(), BundlePart> {
    if so { Ok(()) } else { Err(part) }
}

fn open(
    sealed: &Sealed,
    by: By,
    trust: &Trust,
    at: Timestamp,
    part: BundlePart,
) -> Result<Record, BundlePart> {
    let text = sealed.open(&trust.roots, by, at).map_err(|_| part)?;
    serde_json::from_str(text).map_err(|_| part)
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
