//! Which document a page is, by the words that only it has.

use portal_domain::dossier::Slot;
use serde::{Deserialize, Serialize};

use crate::papers::Paper;
use crate::sheet::Sheet;

/// A kind of document that names itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    BusinessLicence,
    TaxRegistration,
    OrganisationCodeCertificate,
    IdPortrait,
    IdEmblem,
    BankCard,
    AccountPermit,
    AuthorisationLetter,
    Lease,
    Contract,
    /// 许可证 of a trade.
    Permit,
    /// 机身标签 of a terminal.
    TypePlate,
}

impl Document {
    /// What can be read of it, if it is a paper that is read.
    pub fn paper(self) -> Option<Paper> {
        match self {
            Self::BusinessLicence => Some(Paper::BusinessLicence),
            Self::OrganisationCodeCertificate => Some(Paper::OrganisationCodeCertificate),
            Self::TaxRegistration => Some(Paper::TaxRegistration),
            Self::IdPortrait => Some(Paper::IdPortrait),
            Self::IdEmblem => Some(Paper::IdEmblem),
            Self::BankCard => Some(Paper::BankCard),
            Self::AccountPermit => Some(Paper::AccountPermit),
            Self::TypePlate => Some(Paper::TypePlate),
            Self::AuthorisationLetter | Self::Lease | Self::Contract | Self::Permit => None,
        }
    }

    /// Where it may belong.
    pub fn slots(self) -> &'static [Slot] {
        match self {
            Self::BusinessLicence => &[Slot::BusinessLicence],
            Self::TaxRegistration => &[Slot::TaxRegistration],
            Self::OrganisationCodeCertificate => &[Slot::OrganisationCodeCertificate],
            Self::IdPortrait => &[Slot::LegalIdPortrait, Slot::SettlerIdPortrait],
            Self::IdEmblem => &[Slot::LegalIdEmblem, Slot::SettlerIdEmblem],
            Self::BankCard => &[Slot::BankCardFront],
            Self::AccountPermit => &[Slot::AccountPermit],
            Self::AuthorisationLetter => &[Slot::SettlementAuthLetter],
            Self::Lease => &[Slot::Lease],
            Self::Contract => &[Slot::PaperContract],
            Self::Permit => &[Slot::SpecialQualification],
            // It belongs to no case.
            Self::TypePlate => &[],
        }
    }
}

/// The words that tell a document.
struct Signs {
    document: Document,
    words: &'static [&'static str],
    /// So many of them have to be there.
    at_least: usize,
    /// They count as a title only: what is agreed on in a letter or a lease speaks of other papers.
    on_top: bool,
}

const fn titled(document: Document, words: &'static [&'static str]) -> Signs {
    Signs { document, words, at_least: 1, on_top: true }
}

const fn says(document: Document, at_least: usize, words: &'static [&'static str]) -> Signs {
    Signs { document, words, at_least, on_top: false }
}

/// In the order in which they are believed: a licence's scope may speak of permits, and a letter of licences.
const SIGNS: &[Signs] = &[
    titled(Document::AuthorisationLetter, &["授权书", "委托书"]),
    titled(Document::Lease, &["租赁合同", "租赁协议", "租房合同"]),
    titled(Document::Contract, &["服务协议", "合作协议", "受理协议", "特约商户协议"]),
    says(Document::BusinessLicence, 1, &["营业执照"]),
    says(Document::AccountPermit, 1, &["开户许可证", "基本存款账户信息"]),
    says(Document::OrganisationCodeCertificate, 1, &["组织机构代码证"]),
    says(Document::TaxRegistration, 1, &["税务登记证"]),
    says(Document::IdEmblem, 1, &["居民身份证", "签发机关"]),
    says(Document::IdPortrait, 1, &["公民身份号码"]),
    says(Document::IdPortrait, 2, &["姓名", "性别", "民族", "出生", "住址"]),
    says(Document::BusinessLicence, 2, &["统一社会信用代码", "经营范围", "登记机关", "注册资本"]),
    says(Document::AccountPermit, 2, &["存款人", "开户银行", "核准号"]),
    says(Document::TypePlate, 2, &["POS", "终端", "型号", "机身号", "序列号", "S/N", "SN"]),
    titled(Document::Permit, &["许可证"]),
];

/// Share of the page, from its top, in which a title stands.
const TITLE_WITHIN: f64 = 0.35;

/// The document that the page's own words tell.
pub(crate) fn told(sheet: &Sheet, page_height: f64) -> Option<Document> {
    let is_told = |signs: &&Signs| {
        let limit = if signs.on_top { TITLE_WITHIN * page_height } else { f64::MAX };
        signs.words.iter().filter(|word| sheet.says(word, limit)).count() >= signs.at_least
    };
    SIGNS.iter().find(is_told).map(|signs| signs.document)
}
