//! Acquirer/product profiles: what an acquirer asks for, as versioned data.
//!
//! A profile decides required-ness (by merchant kind × products × answers), lengths, slots, fee ranges, consents,
//! and the order and gates of the tracks. Code holds only how such rules are read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::{AccountKind, Dossier, FeeService, MerchantKind, Product, SettlerKind, Slot};
use crate::problem::RequirementReason;
use crate::track::Track;

/// A text in the product's languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

/// One acquirer's rules in one version. A case keeps the version it was begun with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// `lakala`.
    pub id: String,
    /// `2026.1`: compared for equality only.
    pub version: String,
    pub name: Text,
    /// Where the rules come from and how complete they are.
    pub source: String,
    pub products: Vec<ProductRule>,
    pub fields: Vec<FieldRule>,
    pub slots: Vec<SlotRule>,
    pub fees: Vec<FeeRule>,
    pub consents: Vec<ConsentRule>,
    pub accounts: Vec<AccountRule>,
    pub tracks: Vec<TrackRule>,
    pub limits: Limits,
}

/// A product on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ProductRule {
    pub product: Product,
    pub name: Text,
    /// Merchant kinds that may have it.
    pub kinds: Vec<MerchantKind>,
    /// Fees that must be agreed for it.
    pub fees: Vec<FeeService>,
}

/// A condition on the document: every member given must hold; an empty one always holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The kind is one of these.
    pub kind: Option<Vec<MerchantKind>>,
    /// At least one chosen product is one of these.
    pub product: Option<Vec<Product>>,
    pub account: Option<AccountKind>,
    pub settler: Option<SettlerKind>,
    pub separate_certificates: Option<bool>,
    pub mobile_trade: Option<bool>,
    pub shop_same_as_registered: Option<bool>,
    pub account_to_be_opened: Option<bool>,
    /// The MCC is one of these.
    pub mcc: Option<Vec<String>>,
}

/// When and why something is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Need {
    #[serde(default)]
    pub when: When,
    pub reason: RequirementReason,
    /// Asked for only at a later step of the case.
    #[serde(default)]
    pub later: bool,
}

/// Rules of one text field; a field without a rule is optional and only limited by its standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// JSON pointer into the case document.
    pub pointer: String,
    /// The first need whose condition holds counts; none = optional.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// In characters.
    #[serde(default)]
    pub min_chars: Option<u32>,
    /// In characters.
    #[serde(default)]
    pub max_chars: Option<u32>,
    #[serde(default)]
    pub not_all_digits: bool,
    /// Words that may not occur, for the kinds given.
    #[serde(default)]
    pub forbidden: Vec<ForbiddenWord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ForbiddenWord {
    pub word: String,
    pub kinds: Vec<MerchantKind>,
}

/// Rules of one photo slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SlotRule {
    pub slot: Slot,
    pub name: Text,
    /// What a good photo of it shows.
    pub guide: Text,
    #[serde(default)]
    pub needs: Vec<Need>,
    /// How many when needed.
    pub min_count: u32,
    pub max_count: u32,
    /// What the acquirer takes, in bytes.
    #[ts(type = "number")]
    pub max_bytes: u64,
    /// What we send, in bytes.
    #[ts(type = "number")]
    pub send_bytes: u64,
    /// Shorter side needed, in pixels.
    pub min_short_side_px: u32,
}

/// What may be charged for a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FeeRule {
    pub service: FeeService,
    pub name: Text,
    /// 1/10000 %, inclusive.
    pub min_rate: u32,
    pub max_rate: u32,
    pub default_rate: u32,
    /// A cap can be agreed, and must be at least this, in fen.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub min_cap_fen: Option<u64>,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub default_cap_fen: Option<u64>,
}

/// A text to be agreed to before submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    pub id: String,
    pub version: String,
    pub title: Text,
    pub text: Text,
    #[serde(default)]
    pub when: When,
}

/// Which settlement accounts a merchant kind may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountRule {
    pub kind: MerchantKind,
    pub accounts: Vec<AccountKind>,
    /// The corporate account may be opened after submission.
    pub may_open_later: bool,
}

/// A track of this product, and the tracks that must be done before it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct TrackRule {
    pub track: Track,
    #[serde(default)]
    pub after: Vec<Track>,
    #[serde(default)]
    pub when: When,
}

/// Rule values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub legal_person_min_age: u32,
    pub legal_person_max_age: u32,
    /// Warn when a document expires within this many days.
    pub expiry_warning_days: u32,
    pub min_terminals: u32,
    pub max_terminals: u32,
    pub max_beneficial_owners: u32,
    /// Checksum failures block (production) or only warn (an acquirer's sandbox has invalid sample numbers).
    pub checksums_block: bool,
}

/// A profile file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("the profile is not valid JSON of this schema: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the profile names {pointer}, which the case document doesn't have")]
    UnknownPointer { pointer: String },
    #[error("the profile's tracks can't all be reached: {track:?} waits for itself")]
    Cycle { track: Track },
    #[error("the profile lists {what} twice")]
    Duplicate { what: String },
    #[error("the profile's range for {what} is empty")]
    EmptyRange { what: String },
}

impl Profile {
    pub fn slot(&self, slot: Slot) -> Option<&SlotRule> {
        self.slots.iter().find(|rule| rule.slot == slot)
    }

    pub fn field(&self, pointer: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|rule| rule.pointer == pointer)
    }

    pub fn fee(&self, service: FeeService) -> Option<&FeeRule> {
        self.fees.iter().find(|rule| rule.service == service)
    }

    /// Fees that the chosen products need, in profile order.
    pub fn fees_for(&self, products: &[Product]) -> Vec<&FeeRule> {
        self.fees
            .iter()
            .filter(|fee| {
                self.products
                    .iter()
                    .any(|rule| products.contains(&rule.product) && rule.fees.contains(&fee.service))
            })
            .collect()
    }
}

impl When {
    /// Whether the condition holds for this document.
    pub fn holds(&self, dossier: &Dossier) -> bool {
        fn is<T: PartialEq>(wanted: &Option<T>, actual: &T) -> bool {
            wanted.as_ref().is_none_or(|wanted| wanted == actual)
        }
        self.kind.as_ref().is_none_or(|kinds| dossier.kind.is_some_and(|kind| kinds.contains(&kind)))
            && self
                .product
                .as_ref()
                .is_none_or(|products| dossier.products.iter().any(|product| products.contains(product)))
            && self.account.is_none_or(|account| dossier.settlement.kind == Some(account))
            && is(&self.settler, &dossier.settlement.settler)
            && is(&self.separate_certificates, &dossier.licence.separate_certificates)
            && is(&self.mobile_trade, &dossier.shop.mobile_trade)
            && is(&self.shop_same_as_registered, &dossier.shop.same_as_registered)
            && is(&self.account_to_be_opened, &dossier.settlement.to_be_opened)
            && self.mcc.as_ref().is_none_or(|codes| codes.contains(&dossier.business.mcc))
    }
}

/// Acquirers whose profile ships with the portal.
pub fn builtin() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([("lakala", include_str!("../data/profiles/lakala-2026.1.json"))])
}
