//! Acquirer/product profiles: what an acquirer asks for, as versioned data.
//!
//! A profile decides required-ness (by merchant kind × products × answers), lengths, slots, fee ranges, consents,
//! and the order and gates of the tracks. Code holds only how such rules are read.

mod validate;

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::{AccountKind, Dossier, FeeService, MerchantKind, Product, SettlerKind, Slot};
use crate::pointer;
use crate::problem::RequirementReason;
use crate::track::{Track, Tracks};

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

/// What a condition comes to for a document that may not say enough yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Holds,
    Fails,
    /// It depends on the choice at this pointer, which isn't made yet.
    Open(&'static str),
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
    /// JSON pointer into the case document; in lists, element 0 stands for every element.
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
    /// The codes that the field may hold; none = any text.
    #[serde(default)]
    pub options: Vec<FieldOption>,
}

/// One of the acquirer's codes that a field may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FieldOption {
    pub code: String,
    pub name: Text,
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
    pub max_bytes: u64,
    /// What we send, in bytes.
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
    pub min_cap_fen: Option<u64>,
    #[serde(default)]
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
    /// Days after acceptance by which the merchant is asked to have taken the next steps.
    pub next_steps_within_days: u32,
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
    #[error("the profile makes a track wait for {track:?}, which it doesn't have")]
    UnknownTrack { track: Track },
    #[error("the profile has a product with the fee {service:?}, which it doesn't have")]
    UnknownFee { service: FeeService },
    #[error("the profile's {what} is empty")]
    Empty { what: String },
    #[error("the profile lists {what} twice")]
    Duplicate { what: String },
    #[error("the profile's range for {what} is empty")]
    EmptyRange { what: String },
}

/// Reads a profile file and makes sure that rules can rely on it.
///
/// # Errors
/// The first thing that makes the profile unusable, by name.
pub fn load(json: &str) -> Result<Profile, ProfileError> {
    let profile: Profile = serde_json::from_str(json)?;
    validate::validate(&profile)?;
    Ok(profile)
}

/// Files of the profiles that ship with the portal; of one acquirer the newest version comes last. What was released
/// stays here as it is, because a case keeps the version it was begun with.
pub const BUILTIN_FILES: &[&str] = &[include_str!("../data/profiles/lakala-2026.1.json")];

/// The profiles that ship with the portal, in the order of their files; read once.
pub fn builtin() -> &'static [Profile] {
    // A file that doesn't load would be absent here: a test loads every one of them.
    static PROFILES: LazyLock<Vec<Profile>> =
        LazyLock::new(|| BUILTIN_FILES.iter().filter_map(|json| load(json).ok()).collect());
    &PROFILES
}

/// An acquirer's profile in its newest version: what new cases get.
pub fn builtin_profile(id: &str) -> Option<&'static Profile> {
    builtin().iter().rfind(|profile| profile.id == id)
}

/// An acquirer's profile in the version that a case was begun with.
pub fn builtin_version(id: &str, version: &str) -> Option<&'static Profile> {
    builtin().iter().find(|profile| profile.id == id && profile.version == version)
}

/// 拉卡拉's profile in its newest version.
pub fn lakala() -> Option<&'static Profile> {
    builtin_profile("lakala")
}

impl Profile {
    pub fn slot(&self, slot: Slot) -> Option<&SlotRule> {
        self.slots.iter().find(|rule| rule.slot == slot)
    }

    /// The rule for the field at `pointer`; elements of a list share one rule.
    pub fn field(&self, pointer: &str) -> Option<&FieldRule> {
        let general = pointer::first_of_list(pointer);
        self.fields.iter().find(|rule| rule.pointer == general)
    }

    pub fn fee(&self, service: FeeService) -> Option<&FeeRule> {
        self.fees.iter().find(|rule| rule.service == service)
    }

    pub fn product(&self, product: Product) -> Option<&ProductRule> {
        self.products.iter().find(|rule| rule.product == product)
    }

    /// Which accounts this kind of merchant may have; absent when the acquirer doesn't take the kind.
    pub fn account(&self, kind: MerchantKind) -> Option<&AccountRule> {
        self.accounts.iter().find(|rule| rule.kind == kind)
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

    /// The consents that this document needs, in profile order.
    pub fn consents_for(&self, dossier: &Dossier) -> impl Iterator<Item = &ConsentRule> {
        self.consents.iter().filter(|rule| rule.when.holds(dossier))
    }

    /// The tracks that this case goes through, in profile order.
    pub fn tracks_for(&self, dossier: &Dossier) -> impl Iterator<Item = &TrackRule> {
        self.tracks.iter().filter(|rule| rule.when.holds(dossier))
    }

    /// Whether the case goes through this track and everything that it waits for is done. A track that the case
    /// doesn't go through holds nothing up.
    pub fn is_open(&self, track: Track, dossier: &Dossier, tracks: &Tracks) -> bool {
        let goes_through = |wanted: Track| self.tracks_for(dossier).find(|rule| rule.track == wanted);
        goes_through(track).is_some_and(|rule| {
            rule.after.iter().all(|gate| tracks.is_done(*gate) || goes_through(*gate).is_none())
        })
    }
}

impl When {
    /// Whether the condition holds for this document; not while it is open.
    pub fn holds(&self, dossier: &Dossier) -> bool {
        self.answer(dossier) == Answer::Holds
    }

    /// What the condition comes to. One member that fails decides, whatever else is open.
    pub fn answer(&self, dossier: &Dossier) -> Answer {
        let members = [
            one_of(&self.kind, dossier.kind.as_ref(), "/kind"),
            match &self.product {
                Some(_) if dossier.products.is_empty() => Answer::Open("/products"),
                Some(wanted) => fact(dossier.products.iter().any(|product| wanted.contains(product))),
                None => Answer::Holds,
            },
            match (self.account, dossier.settlement.kind) {
                (Some(_), None) => Answer::Open("/settlement/kind"),
                (wanted, actual) => fact(wanted.is_none() || wanted == actual),
            },
            same(self.settler, dossier.settlement.settler),
            same(self.separate_certificates, dossier.licence.separate_certificates),
            same(self.mobile_trade, dossier.shop.mobile_trade),
            same(self.shop_same_as_registered, dossier.shop.same_as_registered),
            same(self.account_to_be_opened, dossier.settlement.to_be_opened),
            one_of(&self.mcc, Some(&dossier.business.mcc).filter(|mcc| !mcc.is_empty()), "/business/mcc"),
        ];
        let open = members.iter().find(|member| matches!(member, Answer::Open(_))).copied();
        if members.contains(&Answer::Fails) { Answer::Fails } else { open.unwrap_or(Answer::Holds) }
    }
}

fn one_of<T: PartialEq>(wanted: &Option<Vec<T>>, actual: Option<&T>, asked_at: &'static str) -> Answer {
    match (wanted, actual) {
        (None, _) => Answer::Holds,
        (Some(_), None) => Answer::Open(asked_at),
        (Some(wanted), Some(actual)) => fact(wanted.contains(actual)),
    }
}

fn same<T: PartialEq>(wanted: Option<T>, actual: T) -> Answer {
    fact(wanted.is_none_or(|wanted| wanted == actual))
}

fn fact(holds: bool) -> Answer {
    if holds { Answer::Holds } else { Answer::Fails }
}
