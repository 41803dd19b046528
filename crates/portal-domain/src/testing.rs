//! Makers of invented applications for tests and demonstrations: complete ones, and ones with a known defect.
//!
//! People, shops and numbers are made up from number ranges that aren't given out. Equal seeds make equal documents,
//! valid under the Lakala profile on every day from 2025 to 2035.

mod defect;

use jiff::civil::Date;
use uuid::Uuid;

pub use self::defect::{Defect, defect, defect_kinds};
use crate::division;
use crate::dossier::{
    AccountKind, Attachment, BeneficialOwner, Business, Consent, Contact, Dossier, Fee, IdKind, LONG_TERM,
    Licence, MerchantKind, Person, Premises, Product, SettlementAccount, SettlerKind, Slot, Terminals,
};
use crate::identifier::testing::{self as number, Draw};
use crate::ids::{PhotoId, Sha256};
use crate::profile::{self, Profile};
use crate::requirement::requirements;

/// A day on which everything made here is valid.
pub const TODAY: Date = Date::constant(2026, 3, 2);

const SURNAMES: [&str; 12] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "欧阳", "司徒"];
const GIVEN: [&str; 12] =
    ["小禾", "明", "建国", "雨桐", "思远", "静", "海涛", "秀英", "子墨", "芳", "志强", "文博"];
const BRANDS: [&str; 10] =
    ["青禾", "晨光里", "山海记", "老柳", "双桥", "云上", "半亩田", "福满堂", "拾光", "一苇"];
const TRADES: [(&str, &str); 6] = [
    ("5812", "小吃"),
    ("5411", "便利"),
    ("7230", "美容美发"),
    ("5651", "服装"),
    ("5942", "书刊"),
    ("5251", "五金"),
];

/// A complete application without fault by a merchant of this kind; shape and answers vary with the seed.
pub fn dossier(seed: u64, kind: MerchantKind) -> Dossier {
    let mut maker = Maker { draw: Draw(seed ^ 0x5EED_CA5E) };
    maker.dossier(kind)
}

struct Maker {
    draw: Draw,
}

impl Maker {
    fn dossier(&mut self, kind: MerchantKind) -> Dossier {
        let (mcc, trade) = self.one_of(&TRADES);
        let name = self.business_name(kind, trade);
        let legal_person = self.person();
        let licence =
            if kind == MerchantKind::Micro { Licence::default() } else { self.licence(kind, &name) };
        let county = self.county(province(&licence.number));
        let mut dossier = Dossier {
            kind: Some(kind),
            products: Vec::new(),
            business: Business {
                registered_name: name.clone(),
                trade_name: if self.chance(2) {
                    format!("{}{trade}铺", self.one_of(&BRANDS))
                } else {
                    String::new()
                },
                division: county,
                address: self.address(),
                mcc: mcc.to_owned(),
                content: "654".to_owned(),
                service_phone: if self.chance(4) { self.landline() } else { number::mobile(self.seed()) },
                email: if self.chance(3) { "shop@example.com".to_owned() } else { String::new() },
            },
            licence,
            contact: Contact { name: self.name(), mobile: number::mobile(self.seed()) },
            beneficial_owners: self.beneficial_owners(kind),
            shop: self.shop(),
            settlement: self.settlement(kind, &name, &legal_person),
            terminals: Terminals { count: Some(1 + self.below(5) as u32) },
            legal_person,
            ..Dossier::default()
        };
        if let Some(profile) = profile::lakala() {
            self.choose(&mut dossier, kind, profile);
            self.photograph(&mut dossier, profile);
        }
        dossier
    }

    /// Products, and the fees and consents that they need.
    fn choose(&mut self, dossier: &mut Dossier, kind: MerchantKind, profile: &Profile) {
        let offered: Vec<Product> = profile
            .products
            .iter()
            .filter(|rule| rule.kinds.contains(&kind))
            .map(|rule| rule.product)
            .collect();
        dossier.products = vec![self.one_of(&offered)];
        let second = self.one_of(&offered);
        if !dossier.products.contains(&second) {
            dossier.products.push(second);
        }
        dossier.fees = profile
            .fees_for(&dossier.products)
            .into_iter()
            .map(|rule| Fee {
                service: rule.service,
                rate: Some(rule.default_rate),
                cap_fen: rule.default_cap_fen,
                floor_fen: None,
            })
            .collect();
        dossier.consents = profile
            .consents_for(dossier)
            .map(|rule| Consent {
                id: rule.id.clone(),
                version: rule.version.clone(),
                text_sha256: self.sha256(),
                // 2026-03-01 in China.
                at_ms: 1_772_294_400_000,
            })
            .collect();
    }

    /// Takes the photos that are due, and sometimes one more of the shop.
    fn photograph(&mut self, dossier: &mut Dossier, profile: &Profile) {
        for requirement in requirements(dossier, profile) {
            let slot = requirement.pointer.strip_prefix("/attachments/").and_then(Slot::parse);
            if let (Some(slot), crate::problem::Due::Now) = (slot, requirement.due) {
                let more = usize::from(slot == Slot::Storefront && self.chance(3));
                let photos = (0..=more).map(|_| self.photo()).collect();
                dossier.attachments.insert(slot, photos);
            }
        }
    }

    fn photo(&mut self) -> Attachment {
        let size_bytes = 120_000 + self.below(300_000);
        Attachment {
            photo_id: PhotoId(Uuid::from_u64_pair(self.seed(), self.seed())),
            sha256: self.sha256(),
            size_bytes,
            media_type: "image/jpeg".to_owned(),
            width_px: 1600,
            height_px: 1200,
            original_sha256: self.sha256(),
            original_bytes: size_bytes * 4,
            steps: Vec::new(),
            verdicts: Vec::new(),
            kept_because: String::new(),
            added_at_ms: 1_772_294_000_000,
        }
    }

    fn business_name(&mut self, kind: MerchantKind, trade: &str) -> String {
        let brand = format!("{}{}", self.one_of(&BRANDS), self.one_of(&GIVEN));
        match kind {
            MerchantKind::Micro => format!("{brand}{trade}摊"),
            MerchantKind::SoleProprietor => format!("{brand}{trade}店"),
            MerchantKind::Enterprise => format!("{brand}{trade}有限公司"),
            MerchantKind::PublicInstitution => format!("{brand}文化馆"),
            MerchantKind::NonProfit => format!("{brand}社区服务中心"),
        }
    }

    fn licence(&mut self, kind: MerchantKind, name: &str) -> Licence {
        let separate = kind == MerchantKind::Enterprise && self.chance(5);
        let seed = self.seed();
        let organisation_code = number::org_code(seed);
        Licence {
            separate_certificates: separate,
            name: name.to_owned(),
            number: match kind {
                MerchantKind::Enterprise if separate => number::licence_number15(seed),
                MerchantKind::Enterprise | MerchantKind::Micro => number::uscc(seed),
                MerchantKind::SoleProprietor => number::individual_uscc(seed),
                MerchantKind::PublicInstitution => number::uscc_with_prefix("12", seed),
                MerchantKind::NonProfit => number::uscc_with_prefix("52", seed),
            },
            tax_registration_number: if separate {
                format!("330099{organisation_code}")
            } else {
                String::new()
            },
            organisation_code: if separate { organisation_code } else { String::new() },
            valid_from: format!("20{:02}-0{}-15", 10 + self.below(14), 1 + self.below(9)),
            valid_until: if self.chance(2) { LONG_TERM.to_owned() } else { "2046-12-31".to_owned() },
            scope: "日用百货零售；餐饮服务（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
                .to_owned(),
        }
    }

    fn person(&mut self) -> Person {
        let seed = self.seed();
        let (id_kind, id_number) = match self.below(12) {
            0 => (IdKind::PermanentResidentCard, number::permanent_resident_card(seed)),
            1 => (IdKind::HongKongMacaoPermit, format!("H{}", self.draw.digits(8))),
            2 => (IdKind::Passport, format!("XX{}", self.draw.digits(7))),
            _ => (IdKind::ResidentId, number::resident_id(seed)),
        };
        Person {
            name: self.name(),
            id_kind,
            id_number,
            id_valid_from: format!("20{:02}-06-01", 18 + self.below(6)),
            id_valid_until: if self.chance(3) {
                LONG_TERM.to_owned()
            } else {
                format!("20{:02}-06-01", 38 + self.below(6))
            },
            mobile: number::mobile(seed),
        }
    }

    fn beneficial_owners(&mut self, kind: MerchantKind) -> Vec<BeneficialOwner> {
        let count = if kind == MerchantKind::Enterprise { self.below(3) } else { 0 };
        (0..count).map(|_| BeneficialOwner { person: self.person(), address: self.address() }).collect()
    }

    fn shop(&mut self) -> Premises {
        let same_as_registered = !self.chance(3);
        Premises {
            same_as_registered,
            name: if self.chance(2) { format!("{}一店", self.one_of(&BRANDS)) } else { String::new() },
            division: if same_as_registered { String::new() } else { self.county("") },
            address: if same_as_registered { String::new() } else { self.address() },
            contact_name: if self.chance(3) { self.name() } else { String::new() },
            contact_mobile: if self.chance(3) { number::mobile(self.seed()) } else { String::new() },
            mobile_trade: self.chance(6),
        }
    }

    fn settlement(&mut self, kind: MerchantKind, name: &str, legal_person: &Person) -> SettlementAccount {
        let private = match kind {
            MerchantKind::Micro => true,
            MerchantKind::SoleProprietor => self.chance(2),
            MerchantKind::Enterprise | MerchantKind::PublicInstitution | MerchantKind::NonProfit => false,
        };
        let bank = SettlementAccount {
            bank_name: "示例银行".to_owned(),
            branch_name: format!("示例银行{}支行", self.one_of(&BRANDS)),
            branch_code: number::cnaps(self.seed()),
            period: if private { "D+1" } else { "T+1" }.to_owned(),
            ..SettlementAccount::default()
        };
        if !private {
            let may_wait = kind != MerchantKind::PublicInstitution;
            return SettlementAccount {
                kind: Some(AccountKind::Corporate),
                to_be_opened: may_wait && self.chance(5),
                holder: name.to_owned(),
                number: format!("999{}", self.draw.digits(12)),
                ..bank
            };
        }
        let authorised = self.chance(3).then(|| self.person());
        SettlementAccount {
            kind: Some(AccountKind::Private),
            holder: authorised.as_ref().unwrap_or(legal_person).name.clone(),
            number: number::bank_card(self.seed()),
            settler: if authorised.is_some() { SettlerKind::Authorised } else { SettlerKind::LegalPerson },
            settler_person: authorised.unwrap_or_default(),
            ..bank
        }
    }

    fn name(&mut self) -> String {
        format!("{}{}", self.one_of(&SURNAMES), self.one_of(&GIVEN))
    }

    fn address(&mut self) -> String {
        format!("{}路{}号{}室", self.one_of(&BRANDS), 1 + self.below(300), 101 + self.below(800))
    }

    /// Fixed lines don't begin with 9.
    fn landline(&mut self) -> String {
        format!("0571-9{}", self.draw.digits(7))
    }

    /// A county of the province whose two digits are given, or of any.
    fn county(&mut self, province: &str) -> String {
        let counties: Vec<&str> = division::all()
            .iter()
            .map(|part| part.code())
            .filter(|code| code.starts_with(province) && division::is_valid_county(code))
            .collect();
        self.one_of(&counties).to_owned()
    }

    fn sha256(&mut self) -> Sha256 {
        let mut bytes = [0; 32];
        for part in bytes.chunks_exact_mut(8) {
            part.copy_from_slice(&self.seed().to_le_bytes());
        }
        Sha256::from_bytes(bytes)
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// True once in `among` times.
    fn chance(&mut self, among: u64) -> bool {
        self.below(among) == 0
    }

    fn seed(&mut self) -> u64 {
        self.below(u64::MAX)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.draw.below(bound)
    }
}

/// Two digits of the province that gave this licence number; empty without a licence.
fn province(licence_number: &str) -> &str {
    let from = if licence_number.len() == 18 { 2 } else { 0 };
    licence_number.get(from..from + 2).unwrap_or_default()
}
