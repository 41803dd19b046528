//! Photos of a case and the slots they stand in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{PhotoId, Sha256};

/// What a photo shows: the canonical kinds, mapped to each acquirer's names by its dialect.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    BusinessLicence,
    TaxRegistration,
    OrganisationCodeCertificate,
    /// 法人身份证人像面.
    LegalIdPortrait,
    /// 法人身份证国徽面.
    LegalIdEmblem,
    SettlerIdPortrait,
    SettlerIdEmblem,
    BankCardFront,
    BankCardBack,
    /// 开户许可证 / 账户证明.
    AccountPermit,
    /// 门头照.
    Storefront,
    /// 内景照.
    Interior,
    /// 收银台.
    CashierDesk,
    /// 非法人结算授权书.
    SettlementAuthLetter,
    PaperContract,
    Lease,
    HoldingId,
    SpecialQualification,
    Other,
}

impl Slot {
    pub const ALL: [Self; 19] = [
        Self::BusinessLicence,
        Self::TaxRegistration,
        Self::OrganisationCodeCertificate,
        Self::LegalIdPortrait,
        Self::LegalIdEmblem,
        Self::SettlerIdPortrait,
        Self::SettlerIdEmblem,
        Self::BankCardFront,
        Self::BankCardBack,
        Self::AccountPermit,
        Self::Storefront,
        Self::Interior,
        Self::CashierDesk,
        Self::SettlementAuthLetter,
        Self::PaperContract,
        Self::Lease,
        Self::HoldingId,
        Self::SpecialQualification,
        Self::Other,
    ];

    /// The name used in files, pointers and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BusinessLicence => "business_licence",
            Self::TaxRegistration => "tax_registration",
            Self::OrganisationCodeCertificate => "organisation_code_certificate",
            Self::LegalIdPortrait => "legal_id_portrait",
            Self::LegalIdEmblem => "legal_id_emblem",
            Self::SettlerIdPortrait => "settler_id_portrait",
            Self::SettlerIdEmblem => "settler_id_emblem",
            Self::BankCardFront => "bank_card_front",
            Self::BankCardBack => "bank_card_back",
            Self::AccountPermit => "account_permit",
            Self::Storefront => "storefront",
            Self::Interior => "interior",
            Self::CashierDesk => "cashier_desk",
            Self::SettlementAuthLetter => "settlement_auth_letter",
            Self::PaperContract => "paper_contract",
            Self::Lease => "lease",
            Self::HoldingId => "holding_id",
            Self::SpecialQualification => "special_qualification",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.as_str() == text)
    }
}

/// What a file of an operation is: a photo of the case, or a document that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BlobSlot {
    Photo(Slot),
    Document(DocumentSlot),
}

/// A document that an operation brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSlot {
    /// The contract with the merchant's signature, as PDF.
    SignedContract,
}

impl BlobSlot {
    pub const SIGNED_CONTRACT: Self = Self::Document(DocumentSlot::SignedContract);

    /// The name used on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photo(slot) => slot.as_str(),
            Self::Document(DocumentSlot::SignedContract) => "signed_contract",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::SIGNED_CONTRACT.as_str() {
            return Some(Self::SIGNED_CONTRACT);
        }
        Slot::parse(text).map(Self::Photo)
    }

    /// The slot of a photo; none for a document.
    pub fn photo(self) -> Option<Slot> {
        match self {
            Self::Photo(slot) => Some(slot),
            Self::Document(_) => None,
        }
    }
}

impl From<Slot> for BlobSlot {
    fn from(slot: Slot) -> Self {
        Self::Photo(slot)
    }
}

/// A photo as it will be sent, and what was done to the file it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    pub photo_id: PhotoId,
    /// Of the bytes sent.
    pub sha256: Sha256,
    pub size_bytes: u64,
    pub media_type: String,
    pub width_px: u32,
    pub height_px: u32,
    /// Of the file as the user gave it.
    pub original_sha256: Sha256,
    pub original_bytes: u64,
    /// Every transformation from the original to the bytes sent, in order, as `portal-imaging` records them.
    pub steps: Vec<serde_json::Value>,
    /// What the quality check said of it, as `portal-imaging` records it.
    #[serde(default)]
    pub verdicts: Vec<serde_json::Value>,
    /// Why it is used although the quality check doubts it, in the words of who added it; empty without a reason.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kept_because: String,
    /// Unix milliseconds when it was added.
    pub added_at_ms: i64,
}
