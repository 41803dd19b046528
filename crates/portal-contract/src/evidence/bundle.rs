//! Everything about one contract in one file, for a court or an auditor.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Record;
use crate::sealed::{By, Sealed};
use crate::verifying::{Report, Trust, Verdict, verify};

/// Contracts, records and certificates of one contract number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    pub contract_no: String,
    /// Signed files, oldest first.
    pub files: Vec<BundleFile>,
    /// The chain of records, oldest first.
    pub records: Vec<Sealed>,
    /// Roots as PEM, for convenience: a verifier believes only those that it has from elsewhere.
    pub roots: Vec<String>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    pub name: String,
    /// Base64.
    pub content: String,
}

/// Why a bundle is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BundleFault {
    /// A record was changed, or is signed by nobody trusted.
    RecordWrong,
    /// A record can't be read or belongs to another contract.
    RecordForeign,
    /// A record does not name the hash of the one before.
    ChainBroken,
    /// A file is refused by the verifier.
    FileRefused,
    /// A file that no record names, or a record whose file is not there.
    FileUnaccounted,
    /// A merchant's certificate names an evidence record that is not there.
    EvidenceMissing,
}

/// What a good bundle proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleReport {
    /// One for each file.
    pub files: Vec<Report>,
    pub records: Vec<Record>,
}

impl BundleFile {
    pub fn new(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self { name: name.into(), content: BASE64.encode(bytes) }
    }
}

impl Bundle {
    /// Checks every record, the chain, every file, and that they belong together.
    ///
    /// # Errors
    /// [`BundleFault`].
    pub fn verify(&self, trust: &Trust, now: Timestamp) -> Result<BundleReport, BundleFault> {
        let records = self.check_chain(trust, now)?;
        let hashes: Vec<String> = self.records.iter().map(Sealed::payload_sha256).collect();
        let mut stated: Vec<&str> = records
            .iter()
            .filter_map(|record| match record {
                Record::Signed(signed) => Some(signed.signed_pdf_sha256.as_str()),
                Record::Ceremony(_) | Record::Refused(_) | Record::OnPaper(_) => None,
            })
            .collect();
        let mut files = Vec::new();
        for file in &self.files {
            let bytes = BASE64.decode(&file.content).map_err(|_| BundleFault::FileRefused)?;
            let report = verify(&bytes, trust, now);
            if report.verdict == Verdict::Refused {
                return Err(BundleFault::FileRefused);
            }
            let hash = hex::encode(Sha256::digest(&bytes));
            let position = stated.iter().position(|stated| *stated == hash);
            stated.swap_remove(position.ok_or(BundleFault::FileUnaccounted)?);
            let evidence = report.merchant.as_ref().and_then(|merchant| merchant.evidence_sha256.as_ref());
            if !evidence.is_some_and(|evidence| hashes.contains(evidence)) {
                return Err(BundleFault::EvidenceMissing);
            }
            files.push(report);
        }
        if stated.is_empty() {
            Ok(BundleReport { files, records })
        } else {
            Err(BundleFault::FileUnaccounted)
        }
    }

    fn check_chain(&self, trust: &Trust, now: Timestamp) -> Result<Vec<Record>, BundleFault> {
        let mut previous: Option<String> = None;
        let mut records = Vec::new();
        for sealed in &self.records {
            let payload = sealed
                .open(&trust.roots, By::Device, now)
                .or_else(|_| sealed.open(&trust.roots, By::Issuer, now))
                .map_err(|_| BundleFault::RecordWrong)?;
            let record: Record = serde_json::from_str(payload).map_err(|_| BundleFault::RecordForeign)?;
            let canonical = record.to_canonical_json().map_err(|_| BundleFault::RecordForeign)?;
            if canonical != payload || record.contract_no() != self.contract_no {
                return Err(BundleFault::RecordForeign);
            }
            if record.previous_sha256() != previous.as_deref() {
                return Err(BundleFault::ChainBroken);
            }
            previous = Some(sealed.payload_sha256());
            records.push(record);
        }
        Ok(records)
    }
}
