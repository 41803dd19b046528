//! What each kind of paper has on it.

use portal_domain::clean;
use portal_domain::dossier::{AccountKind, Dossier, IdKind, LONG_TERM, Slot};
use serde::{Deserialize, Serialize};

/// A kind of paper that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 营业执照, in either layout.
    BusinessLicence,
    /// 组织机构代码证.
    OrganisationCodeCertificate,
    /// 税务登记证.
    TaxRegistration,
    /// 居民身份证人像面.
    IdPortrait,
    /// 居民身份证国徽面.
    IdEmblem,
    BankCard,
    /// 开户许可证.
    AccountPermit,
    /// 机身标签: the label of a terminal with its serial number.
    TypePlate,
}

impl Paper {
    /// The paper that belongs in a slot, if it is one that can be read.
    pub fn of(slot: Slot) -> Option<Self> {
        match slot {
            Slot::BusinessLicence => Some(Self::BusinessLicence),
            Slot::OrganisationCodeCertificate => Some(Self::OrganisationCodeCertificate),
            Slot::TaxRegistration => Some(Self::TaxRegistration),
            Slot::LegalIdPortrait | Slot::SettlerIdPortrait => Some(Self::IdPortrait),
            Slot::LegalIdEmblem | Slot::SettlerIdEmblem => Some(Self::IdEmblem),
            Slot::BankCardFront => Some(Self::BankCard),
            Slot::AccountPermit => Some(Self::AccountPermit),
            Slot::BankCardBack
            | Slot::Storefront
            | Slot::Interior
            | Slot::CashierDesk
            | Slot::SettlementAuthLetter
            | Slot::PaperContract
            | Slot::Lease
            | Slot::HoldingId
            | Slot::SpecialQualification
            | Slot::Other => None,
        }
    }

    /// Whether it says until when it is valid.
    pub fn has_period(self) -> bool {
        self.labels().iter().any(|label| label.holds == Holds::Period)
    }

    /// Height up to which a line may be a field, as a share of the page's long side: higher ones are titles.
    pub(crate) fn highest_line(self) -> f64 {
        match self {
            Self::BusinessLicence
            | Self::OrganisationCodeCertificate
            | Self::TaxRegistration
            | Self::AccountPermit => 0.062,
            Self::IdPortrait | Self::IdEmblem | Self::BankCard | Self::TypePlate => 0.13,
        }
    }

    pub(crate) fn labels(self) -> &'static [Label] {
        match self {
            Self::BusinessLicence => LICENCE,
            Self::OrganisationCodeCertificate => ORGANISATION,
            Self::TaxRegistration => TAX,
            Self::IdPortrait => PORTRAIT,
            Self::IdEmblem => EMBLEM,
            Self::BankCard => &[],
            Self::AccountPermit => PERMIT,
            Self::TypePlate => TYPE_PLATE,
        }
    }
}

/// Something that a paper says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Whose paper it is: the company, the person, the account's holder.
    Name,
    /// The paper's own number; an account permit's account.
    Number,
    LegalPerson,
    Address,
    Scope,
    /// `yyyy-MM-dd`.
    ValidFrom,
    /// `yyyy-MM-dd`, or the word for never.
    ValidUntil,
    /// 开户银行.
    BranchName,
}

/// JSON pointers of the fields of the form that something on a slot's paper is about, as the form stands.
pub fn places(slot: Slot, key: Key, dossier: &Dossier) -> &'static [&'static str] {
    let has_resident_id = |kind: IdKind| kind == IdKind::ResidentId;
    match (slot, key) {
        (Slot::BusinessLicence, Key::Number) => &["/licence/number"],
        (Slot::BusinessLicence, Key::Name) => &["/licence/name", "/business/registered_name"],
        (Slot::BusinessLicence, Key::LegalPerson) => &["/legal_person/name"],
        (Slot::BusinessLicence, Key::Address) => &["/business/address"],
        (Slot::BusinessLicence, Key::Scope) => &["/licence/scope"],
        (Slot::BusinessLicence, Key::ValidFrom) => &["/licence/valid_from"],
        (Slot::BusinessLicence, Key::ValidUntil) => &["/licence/valid_until"],
        (Slot::OrganisationCodeCertificate, Key::Number) => &["/licence/organisation_code"],
        (Slot::TaxRegistration, Key::Number) => &["/licence/tax_registration_number"],
        (Slot::LegalIdPortrait | Slot::LegalIdEmblem, _)
            if !has_resident_id(dossier.legal_person.id_kind) =>
        {
            &[]
        }
        (Slot::LegalIdPortrait, Key::Name) => &["/legal_person/name"],
        (Slot::LegalIdPortrait, Key::Number) => &["/legal_person/id_number"],
        (Slot::LegalIdEmblem, Key::ValidFrom) => &["/legal_person/id_valid_from"],
        (Slot::LegalIdEmblem, Key::ValidUntil) => &["/legal_person/id_valid_until"],
        (Slot::SettlerIdPortrait | Slot::SettlerIdEmblem, _)
            if !has_resident_id(dossier.settlement.settler_person.id_kind) =>
        {
            &[]
        }
        (Slot::SettlerIdPortrait, Key::Name) => &["/settlement/settler_person/name"],
        (Slot::SettlerIdPortrait, Key::Number) => &["/settlement/settler_person/id_number"],
        (Slot::SettlerIdEmblem, Key::ValidFrom) => &["/settlement/settler_person/id_valid_from"],
        (Slot::SettlerIdEmblem, Key::ValidUntil) => &["/settlement/settler_person/id_valid_until"],
        (Slot::BankCardFront, Key::Number) if dossier.settlement.kind != Some(AccountKind::Corporate) => {
            &["/settlement/number"]
        }
        (Slot::AccountPermit, _) if dossier.settlement.kind == Some(AccountKind::Private) => &[],
        (Slot::AccountPermit, Key::Name) => &["/settlement/holder"],
        (Slot::AccountPermit, Key::Number) => &["/settlement/number"],
        (Slot::AccountPermit, Key::BranchName) => &["/settlement/branch_name"],
        (Slot::AccountPermit, Key::LegalPerson) => &["/legal_person/name"],
        _ => &[],
    }
}

/// What stands behind a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Field(Key),
    /// From when until when: the two dates.
    Period,
    /// The day a company was founded: its licence is valid from then.
    Founded,
    /// Something not wanted: it only ends the value before.
    Other,
}

/// Words before a value.
pub(crate) struct Label {
    pub words: &'static [&'static str],
    pub holds: Holds,
    /// Lines that the value may have.
    pub lines: usize,
}

const fn label(words: &'static [&'static str], holds: Holds, lines: usize) -> Label {
    Label { words, holds, lines }
}

const fn other(words: &'static [&'static str]) -> Label {
    Label { words, holds: Holds::Other, lines: 0 }
}

const LICENCE: &[Label] = &[
    label(&["名称", "企业名称", "字号名称"], Holds::Field(Key::Name), 3),
    label(&["法定代表人", "经营者", "负责人", "投资人", "执行事务合伙人"], Holds::Field(Key::LegalPerson), 1),
    label(&["住所", "经营场所", "营业场所", "主要经营场所"], Holds::Field(Key::Address), 4),
    label(&["经营范围"], Holds::Field(Key::Scope), 14),
    label(&["营业期限", "经营期限", "合伙期限"], Holds::Period, 2),
    label(&["成立日期", "注册日期"], Holds::Founded, 1),
    label(&["统一社会信用代码", "注册号"], Holds::Field(Key::Number), 1),
    other(&["类型", "主体类型", "组成形式"]),
    other(&["注册资本", "出资额"]),
    other(&["登记机关"]),
];

const ORGANISATION: &[Label] = &[
    label(&["机构名称"], Holds::Field(Key::Name), 3),
    label(&["法定代表人", "负责人"], Holds::Field(Key::LegalPerson), 1),
    label(&["地址"], Holds::Field(Key::Address), 3),
    label(&["有效期"], Holds::Period, 2),
    other(&["代码"]),
    other(&["机构类型"]),
    other(&["颁发单位"]),
    other(&["登记号"]),
];

const TAX: &[Label] = &[
    label(&["纳税人名称"], Holds::Field(Key::Name), 3),
    label(&["法定代表人", "负责人", "业主"], Holds::Field(Key::LegalPerson), 1),
    label(&["地址", "注册地址"], Holds::Field(Key::Address), 3),
    other(&["登记注册类型"]),
    other(&["经营范围"]),
    other(&["批准设立机关"]),
    other(&["扣缴义务"]),
    other(&["发证税务机关", "发证机关"]),
];

const PORTRAIT: &[Label] = &[
    label(&["姓名"], Holds::Field(Key::Name), 1),
    label(&["住址"], Holds::Field(Key::Address), 3),
    label(&["公民身份号码"], Holds::Field(Key::Number), 1),
    other(&["性别"]),
    other(&["民族"]),
    other(&["出生"]),
];

const EMBLEM: &[Label] = &[label(&["有效期限"], Holds::Period, 1), other(&["签发机关"])];

const PERMIT: &[Label] = &[
    label(&["存款人名称", "存款人", "账户名称", "户名"], Holds::Field(Key::Name), 2),
    label(&["法定代表人", "单位负责人"], Holds::Field(Key::LegalPerson), 1),
    label(&["开户银行", "开户行"], Holds::Field(Key::BranchName), 2),
    label(&["账号", "帐号", "账户号码"], Holds::Field(Key::Number), 1),
    other(&["账户性质"]),
    other(&["核准号"]),
    other(&["编号"]),
    other(&["发证机关"]),
    other(&["基本存款账户编号"]),
];

const TYPE_PLATE: &[Label] = &[
    label(
        &[
            "机身号",
            "机器号",
            "终端序列号",
            "机器序列号",
            "设备序列号",
            "序列号",
            "S/N",
            "SN:",
            "SN：",
            "Serial No.",
        ],
        Holds::Field(Key::Number),
        1,
    ),
    other(&["产品型号", "型号", "Model"]),
    other(&["产品名称", "名称"]),
    other(&["输入", "电源", "Input"]),
    other(&["制造商", "生产厂商", "生产企业"]),
    other(&["入网许可", "进网许可"]),
];

/// The first day and the last day or [`LONG_TERM`] of a printed period, as far as they can be read.
pub(crate) fn period(text: &str) -> (Option<String>, Option<String>) {
    let mut numbers: Vec<String> = Vec::new();
    for run in text.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty()) {
        match run.len() {
            // Eight digits in a row are a whole date.
            8 => numbers.extend([&run[..4], &run[4..6], &run[6..]].map(str::to_owned)),
            _ => numbers.push(run.to_owned()),
        }
    }
    let mut dates = numbers.chunks_exact(3).map(|parts| clean::date(&parts.join("-")));
    let mut next = || dates.next().filter(|date| is_date(date));
    // The first day is on another line, or can't be read.
    let before = text.split(|letter: char| letter.is_ascii_digit()).next().unwrap_or_default();
    let from =
        if before.trim_end_matches([' ', ':', '：']).ends_with(['至', '到']) { None } else { next() };
    let is_long = text.contains("长期") || text.contains("永久") || text.contains("固定期限");
    let until = if is_long { Some(LONG_TERM.to_owned()) } else { next() };
    (from, until)
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_however_they_are_printed() {
        let both = |from: &str, until: &str| (Some(from.to_owned()), Some(until.to_owned()));
        for (text, read) in [
            ("2019年03月05日至2039年03月04日", both("2019-03-05", "2039-03-04")),
            ("2019年3月5日至长期", both("2019-03-05", LONG_TERM)),
            ("自2019年3月5日至2039年3月4日", both("2019-03-05", "2039-03-04")),
            ("至2039年03月04日", (None, Some("2039-03-04".to_owned()))),
            ("有效期至：2039-03-04", (None, Some("2039-03-04".to_owned()))),
            ("2020.01.02-2040.01.02", both("2020-01-02", "2040-01-02")),
            ("20200102-20400102", both("2020-01-02", "2040-01-02")),
            ("长期", (None, Some(LONG_TERM.to_owned()))),
            ("2019年13月05日", (None, None)),
            ("示例市公安局", (None, None)),
        ] {
            assert_eq!(period(text), read, "{text}");
        }
    }
}
