//! The case document: what a merchant declares, as typed so far.
//!
//! A draft may be incomplete and wrong, and must still be kept: so every field holds what the user entered and
//! nothing here refuses a value. [`crate::check`] says what is wrong with it, [`crate::requirement`] what is
//! missing. Fields are addressed by JSON pointer (RFC 6901) into this document, e.g. `/licence/number`, photos by
//! `/attachments/{slot}/{n}`.

mod attachment;

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::attachment::{Attachment, BlobSlot, DocumentSlot, Slot};
use crate::ids::Sha256;

/// The value of an end date that never comes (长期).
pub const LONG_TERM: &str = "long_term";

/// 商户类型: decides which papers and accounts are asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum MerchantKind {
    /// 小微商户: a natural person without a licence.
    Micro,
    /// 个体工商户.
    SoleProprietor,
    /// 企业.
    Enterprise,
    /// 机关事业单位.
    PublicInstitution,
    /// 民办非企业单位、社会团体.
    NonProfit,
}

impl MerchantKind {
    pub const ALL: [Self; 5] =
        [Self::Micro, Self::SoleProprietor, Self::Enterprise, Self::PublicInstitution, Self::NonProfit];
}

/// What the merchant wants to have (profile products refine these).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// 传统POS.
    TraditionalPos,
    /// 智能POS.
    SmartPos,
    /// 电签POS.
    ESignPos,
    /// 聚合码牌.
    QrPlate,
    /// 云音箱.
    CloudSpeaker,
}

impl Product {
    pub const ALL: [Self; 5] =
        [Self::TraditionalPos, Self::SmartPos, Self::ESignPos, Self::QrPlate, Self::CloudSpeaker];
}

/// The case document. Unknown members are refused, so that a misspelt field of an imported file is noticed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Dossier {
    pub kind: Option<MerchantKind>,
    /// Chosen products, each once, in the order chosen.
    pub products: Vec<Product>,
    pub business: Business,
    pub licence: Licence,
    pub legal_person: Person,
    pub contact: Contact,
    /// 受益所有人: asked of enterprises when the legal person isn't the only one.
    pub beneficial_owners: Vec<BeneficialOwner>,
    pub shop: Premises,
    pub settlement: SettlementAccount,
    pub fees: Vec<Fee>,
    pub terminals: Terminals,
    pub consents: Vec<Consent>,
    /// Numbers that stand so on the paper although their check digit doesn't fit. Each needs a supervisor's approval.
    pub overrides: Vec<Override>,
    /// Photos by slot, in the order shown. Written by the photo commands only.
    #[schemars(schema_with = "by_slot")]
    pub attachments: BTreeMap<Slot, Vec<Attachment>>,
}

/// 基本信息.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Business {
    /// 商户注册名称, as on the licence; 小微: as registered with the acquirer.
    pub registered_name: String,
    /// 对外经营名称; empty = the registered name.
    pub trade_name: String,
    /// GB/T 2260 county code of the registered address.
    pub division: String,
    /// 详细地址, without province, city and district.
    pub address: String,
    /// Four-digit merchant category code.
    pub mcc: String,
    /// 经营内容: the acquirer's own class of the trade, a code of the profile.
    pub content: String,
    pub service_phone: String,
    pub email: String,
}

/// 营业执照 or its equivalent; empty for 小微.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Licence {
    /// 三证合一 unless set: then the old licence, tax and organisation code certificates are three papers.
    pub separate_certificates: bool,
    pub name: String,
    /// USCC (18) or the old licence number (15).
    pub number: String,
    pub tax_registration_number: String,
    pub organisation_code: String,
    /// `yyyy-MM-dd`.
    pub valid_from: String,
    /// `yyyy-MM-dd` or [`LONG_TERM`].
    pub valid_until: String,
    /// 经营范围.
    pub scope: String,
}

/// 证件类型.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    #[default]
    ResidentId,
    Passport,
    /// 港澳居民来往内地通行证.
    HongKongMacaoPermit,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit,
    /// 外国人永久居留身份证.
    PermanentResidentCard,
}

/// A natural person with an identity document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub id_kind: IdKind,
    pub id_number: String,
    /// `yyyy-MM-dd`.
    pub id_valid_from: String,
    /// `yyyy-MM-dd` or [`LONG_TERM`].
    pub id_valid_until: String,
    pub mobile: String,
}

/// 受益所有人.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct BeneficialOwner {
    pub person: Person,
    pub address: String,
}

/// 联系人.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    pub mobile: String,
}

/// 经营场所 / 门店.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Premises {
    /// The shop stands where the merchant is registered: its own address fields stay empty.
    pub same_as_registered: bool,
    pub name: String,
    pub division: String,
    pub address: String,
    pub contact_name: String,
    pub contact_mobile: String,
    /// 无固定经营场所 when set.
    pub mobile_trade: bool,
}

/// 账户类型.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// 对公.
    Corporate,
    /// 对私.
    Private,
}

/// Whose account a private settlement account is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum SettlerKind {
    /// 法人.
    #[default]
    LegalPerson,
    /// 非法人, with an authorisation letter.
    Authorised,
}

/// 结算账户.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct SettlementAccount {
    pub kind: Option<AccountKind>,
    /// The corporate account will be opened later (待开户): its fields are due later.
    pub to_be_opened: bool,
    pub holder: String,
    pub number: String,
    pub bank_name: String,
    pub branch_name: String,
    /// 联行号, 12 digits.
    pub branch_code: String,
    /// 结算周期: when the money arrives, a code of the profile.
    pub period: String,
    pub settler: SettlerKind,
    /// The authorised settler; empty when the legal person settles.
    pub settler_person: Person,
}

/// What a fee is charged for (Lakala's fee types, restated).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum FeeService {
    /// 银联借记.
    DebitCard,
    /// 银联贷记.
    CreditCard,
    Wechat,
    Alipay,
    /// 银联二维码借记.
    UnionpayQrDebit,
    /// 银联二维码贷记.
    UnionpayQrCredit,
    /// 数字人民币.
    DigitalYuan,
}

impl FeeService {
    pub const ALL: [Self; 7] = [
        Self::DebitCard,
        Self::CreditCard,
        Self::Wechat,
        Self::Alipay,
        Self::UnionpayQrDebit,
        Self::UnionpayQrCredit,
        Self::DigitalYuan,
    ];

    /// The name used in files and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DebitCard => "debit_card",
            Self::CreditCard => "credit_card",
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
            Self::UnionpayQrDebit => "unionpay_qr_debit",
            Self::UnionpayQrCredit => "unionpay_qr_credit",
            Self::DigitalYuan => "digital_yuan",
        }
    }
}

/// One agreed fee. Absent numbers are not typed yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub service: FeeService,
    /// In 1/10000 %: 0.6 % is 6000.
    #[serde(default)]
    pub rate: Option<u32>,
    /// 封顶, in fen.
    #[serde(default)]
    pub cap_fen: Option<u64>,
    /// 保底, in fen.
    #[serde(default)]
    pub floor_fen: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Terminals {
    /// How many terminals are wanted.
    pub count: Option<u32>,
}

/// Which text a person agreed to, and when (PIPL: purpose, version and time of consent).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Id of the profile's consent text.
    pub id: String,
    pub version: String,
    /// SHA-256 of the text shown.
    pub text_sha256: Sha256,
    /// Unix milliseconds on this computer's clock.
    pub at_ms: i64,
}

/// A number that is sent as the paper has it, against its standard: some were issued with a wrong check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// Of the number's field.
    pub pointer: String,
    /// How the member of staff knows, in their own words.
    pub reason: String,
}

/// What a map's own schema leaves out: its keys are slots.
fn by_slot(generator: &mut SchemaGenerator) -> Schema {
    let (slot, photos) = (generator.subschema_for::<Slot>(), generator.subschema_for::<Vec<Attachment>>());
    json_schema!({ "type": "object", "propertyNames": slot, "additionalProperties": photos })
}

impl Dossier {
    /// Every photo with its slot and place in the slot, in document order.
    pub fn photos(&self) -> impl Iterator<Item = (Slot, usize, &Attachment)> {
        self.attachments.iter().flat_map(|(slot, photos)| {
            photos.iter().enumerate().map(move |(index, photo)| (*slot, index, photo))
        })
    }

    /// The name shown for this merchant: trade name, else registered name.
    pub fn display_name(&self) -> &str {
        if self.business.trade_name.trim().is_empty() {
            self.business.registered_name.trim()
        } else {
            self.business.trade_name.trim()
        }
    }
}
