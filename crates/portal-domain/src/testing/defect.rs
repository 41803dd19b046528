//! Applications with exactly one planted defect of a known kind.

use jiff::civil::Date;

use super::{Maker, TODAY};
use crate::division;
use crate::dossier::{AccountKind, Dossier, IdKind, MerchantKind, Product, SettlerKind, Slot};
use crate::identifier::testing::{self as number, Draw};
use crate::pointer;
use crate::problem::{Due, ProblemCode};
use crate::profile;
use crate::requirement::requirements;

/// What was planted, and what a check should say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    pub name: &'static str,
    pub pointer: String,
    pub code: ProblemCode,
}

/// Plants a defect; `None` when this document has no place for it.
type Plant = fn(&mut Maker, &mut Dossier) -> Option<(String, ProblemCode)>;

/// Every kind of defect, by name.
const DEFECTS: &[(&str, Plant)] = &[
    ("licence number with a wrong digit", |maker, d| {
        wrong_digit(maker, licence_number(d)?, 0).then(|| at("/licence/number", ProblemCode::BadCheckDigit))
    }),
    ("licence number with two digits swapped", |maker, d| {
        swapped(maker, licence_number(d)?, 0).then(|| at("/licence/number", ProblemCode::BadCheckDigit))
    }),
    ("licence number with a character missing", |_, d| {
        licence_number(d)?.pop();
        Some(at("/licence/number", ProblemCode::BadLength))
    }),
    ("licence number with a letter that doesn't exist", |_, d| {
        let number = licence_number(d)?;
        number.pop();
        number.push('I');
        Some(at("/licence/number", ProblemCode::BadCharacter))
    }),
    ("licence number that is the legal person's", |_, d| {
        let id = d.legal_person.id_number.clone();
        *licence_number(d)? = id;
        Some(at("/licence/number", ProblemCode::SameAsOther))
    }),
    ("organisation code with a wrong digit", |maker, d| {
        let separate = d.licence.separate_certificates;
        (separate && wrong_digit(maker, &mut d.licence.organisation_code, 2))
            .then(|| at("/licence/organisation_code", ProblemCode::BadCheckDigit))
    }),
    ("ID number with a wrong digit", |maker, d| {
        wrong_digit(maker, resident_id(d)?, 0)
            .then(|| at("/legal_person/id_number", ProblemCode::BadCheckDigit))
    }),
    ("ID number with two digits swapped", |maker, d| {
        swapped(maker, resident_id(d)?, 0).then(|| at("/legal_person/id_number", ProblemCode::BadCheckDigit))
    }),
    ("ID number with a digit missing", |_, d| {
        resident_id(d)?.remove(9);
        Some(at("/legal_person/id_number", ProblemCode::BadLength))
    }),
    ("legal person not born yet", |maker, d| born(maker, d, 2090, ProblemCode::BadDate)),
    ("legal person too young", |maker, d| born(maker, d, 2019, ProblemCode::AgeOutOfRange)),
    ("legal person too old", |maker, d| born(maker, d, 1931, ProblemCode::AgeOutOfRange)),
    ("licence expired", |_, d| {
        licence_number(d)?;
        d.licence.valid_from = "2004-05-01".to_owned();
        d.licence.valid_until = "2024-04-30".to_owned();
        Some(at("/licence/valid_until", ProblemCode::Expired))
    }),
    ("licence from the future", |_, d| {
        licence_number(d)?;
        d.licence.valid_from = "2060-01-01".to_owned();
        Some(at("/licence/valid_from", ProblemCode::InFuture))
    }),
    ("licence ends before it begins", |_, d| {
        licence_number(d)?;
        d.licence.valid_until = "2003-01-01".to_owned();
        Some(at("/licence/valid_until", ProblemCode::EndBeforeStart))
    }),
    ("ID expired yesterday", |_, d| {
        d.legal_person.id_valid_until = TODAY.yesterday().ok()?.to_string();
        Some(at("/legal_person/id_valid_until", ProblemCode::Expired))
    }),
    ("date that isn't in the calendar", |_, d| {
        d.legal_person.id_valid_until = "2035-02-30".to_owned();
        Some(at("/legal_person/id_valid_until", ProblemCode::BadDate))
    }),
    ("date written otherwise", |_, d| {
        d.legal_person.id_valid_from = "2019/6/1".to_owned();
        Some(at("/legal_person/id_valid_from", ProblemCode::BadFormat))
    }),
    ("registered name differs from the licence", |_, d| {
        licence_number(d)?;
        d.business.registered_name.insert(0, '新');
        Some(at("/business/registered_name", ProblemCode::NameMismatch))
    }),
    ("account of another company", |_, d| {
        let open = d.settlement.kind == Some(AccountKind::Corporate) && !d.settlement.to_be_opened;
        d.settlement.holder = "别家贸易有限公司".to_owned();
        open.then(|| at("/settlement/holder", ProblemCode::NameMismatch))
    }),
    ("account of another person", |_, d| {
        d.settlement.holder = "别家人".to_owned();
        is_private(d).then(|| at("/settlement/holder", ProblemCode::NameMismatch))
    }),
    ("settler with the legal person's ID", |_, d| {
        d.settlement.settler_person.id_kind = d.legal_person.id_kind;
        d.settlement.settler_person.id_number = d.legal_person.id_number.clone();
        has_settler(d).then(|| at("/settlement/settler_person/id_number", ProblemCode::SameAsOther))
    }),
    ("settler's letter of authority missing", |_, d| {
        d.attachments.remove(&Slot::SettlementAuthLetter)?;
        Some(at("/attachments/settlement_auth_letter", ProblemCode::PhotoMissing))
    }),
    ("mobile number with a digit missing", |_, d| {
        d.contact.mobile.pop();
        Some(at("/contact/mobile", ProblemCode::BadLength))
    }),
    ("mobile number with a wrong beginning", |_, d| {
        d.legal_person.mobile.replace_range(..2, "12");
        Some(at("/legal_person/mobile", ProblemCode::BadPrefix))
    }),
    ("card number with a wrong digit", |maker, d| {
        (is_private(d) && wrong_digit(maker, &mut d.settlement.number, 2))
            .then(|| at("/settlement/number", ProblemCode::BadCheckDigit))
    }),
    ("card number with two digits swapped", |maker, d| {
        (is_private(d) && swapped(maker, &mut d.settlement.number, 2))
            .then(|| at("/settlement/number", ProblemCode::BadCheckDigit))
    }),
    ("account number with a letter", |_, d| {
        d.settlement.number.replace_range(5..6, "O");
        (!d.settlement.to_be_opened).then(|| at("/settlement/number", ProblemCode::BadCharacter))
    }),
    ("branch code with a digit missing", |_, d| {
        d.settlement.branch_code.pop();
        (!d.settlement.to_be_opened).then(|| at("/settlement/branch_code", ProblemCode::BadLength))
    }),
    ("class of the trade that isn't offered", |_, d| {
        d.business.content = "641".to_owned();
        Some(at("/business/content", ProblemCode::NotOffered))
    }),
    ("settlement period not chosen", |_, d| {
        d.settlement.period.clear();
        Some(at("/settlement/period", ProblemCode::Required))
    }),
    ("name of digits", |_, d| {
        d.contact.name = "13800".to_owned();
        Some(at("/contact/name", ProblemCode::AllDigits))
    }),
    ("name with a digit", |_, d| {
        d.legal_person.name.push('1');
        if !has_settler(d) && is_private(d) {
            d.settlement.holder.push('1');
        }
        Some(at("/legal_person/name", ProblemCode::BadCharacter))
    }),
    ("小微 with a company's name", |_, d| {
        d.business.registered_name.push_str("有限公司");
        (d.kind == Some(MerchantKind::Micro))
            .then(|| at("/business/registered_name", ProblemCode::ForbiddenWord))
    }),
    ("address that repeats the division", |_, d| {
        let whole = division::full_name(&d.business.division)?;
        d.business.address = format!("{whole}{}", d.business.address);
        Some(at("/business/address", ProblemCode::AddressRepeatsDivision))
    }),
    ("address too long", |_, d| {
        d.business.address = d.business.address.repeat(12);
        Some(at("/business/address", ProblemCode::TooLong))
    }),
    ("county that doesn't exist", |_, d| {
        d.business.division = "330199".to_owned();
        Some(at("/business/division", ProblemCode::UnknownDivision))
    }),
    ("category that doesn't exist", |_, d| {
        d.business.mcc = "0001".to_owned();
        Some(at("/business/mcc", ProblemCode::UnknownMcc))
    }),
    ("address of mail without a host", |_, d| {
        d.business.email = "shop@example".to_owned();
        Some(at("/business/email", ProblemCode::BadFormat))
    }),
    ("private account of a company", |_, d| {
        d.settlement.kind = Some(AccountKind::Private);
        (d.kind == Some(MerchantKind::Enterprise))
            .then(|| at("/settlement/kind", ProblemCode::AccountKindNotAllowed))
    }),
    ("product not for this kind", |_, d| {
        d.products[0] = Product::TraditionalPos;
        (d.kind == Some(MerchantKind::Micro)).then(|| at("/products/0", ProblemCode::ProductNotOffered))
    }),
    ("product chosen twice", |_, d| {
        d.products.push(d.products[0]);
        Some(at(format!("/products/{}", d.products.len() - 1), ProblemCode::Duplicate))
    }),
    ("rate out of range", |maker, d| {
        let index = maker.below(d.fees.len() as u64) as usize;
        d.fees[index].rate = Some(60_000);
        Some(at(format!("/fees/{index}/rate"), ProblemCode::OutOfRange))
    }),
    ("fee missing", |_, d| d.fees.pop().map(|_| at("/fees", ProblemCode::Required))),
    ("too many terminals", |_, d| {
        d.terminals.count = Some(50);
        Some(at("/terminals/count", ProblemCode::OutOfRange))
    }),
    ("photo missing", |maker, d| {
        let slots: Vec<Slot> = d.attachments.keys().copied().collect();
        let slot = maker.one_of(&slots);
        d.attachments.remove(&slot);
        Some(at(pointer::slot(slot), ProblemCode::PhotoMissing))
    }),
    ("photo in the wrong slot", |_, d| {
        let photos = d.attachments.remove(&Slot::LegalIdEmblem)?;
        d.attachments.insert(Slot::Other, photos);
        Some(at(pointer::slot(Slot::LegalIdEmblem), ProblemCode::PhotoMissing))
    }),
    ("one picture for both sides", |_, d| {
        let portrait = d.attachments.get(&Slot::LegalIdPortrait)?.first()?.sha256.clone();
        d.attachments.get_mut(&Slot::LegalIdEmblem)?.first_mut()?.sha256 = portrait;
        Some(at("/attachments/legal_id_emblem/0", ProblemCode::SamePhotoTwice))
    }),
    ("photo too large", |_, d| {
        d.attachments.get_mut(&Slot::Storefront)?.first_mut()?.size_bytes = 8_000_000;
        Some(at("/attachments/storefront/0", ProblemCode::PhotoTooLarge))
    }),
    ("too many photos", |maker, d| {
        d.attachments.get_mut(&Slot::LegalIdPortrait)?.push(maker.photo());
        Some(at("/attachments/legal_id_portrait", ProblemCode::TooManyPhotos))
    }),
    ("consent missing", |_, d| d.consents.pop().map(|_| at("/consents", ProblemCode::ConsentMissing))),
    ("consent to an older text", |_, d| {
        d.consents.first_mut()?.version = "2019-01".to_owned();
        Some(at("/consents", ProblemCode::ConsentMissing))
    }),
    ("beneficial owner named twice", |_, d| {
        d.beneficial_owners.push(d.beneficial_owners.first()?.clone());
        let last = d.beneficial_owners.len() - 1;
        Some(at(format!("/beneficial_owners/{last}/person/id_number"), ProblemCode::Duplicate))
    }),
    ("needed field empty", |maker, d| {
        let needed: Vec<String> = requirements(d, profile::lakala()?)
            .into_iter()
            .filter(|requirement| requirement.due == Due::Now)
            .map(|requirement| requirement.pointer)
            .collect();
        let place = &needed[maker.below(needed.len() as u64) as usize];
        let mut document = pointer::to_value(d);
        *document.pointer_mut(place).filter(|value| value.is_string())? = "".into();
        *d = serde_json::from_value(document).ok()?;
        Some(at(place.as_str(), ProblemCode::Required))
    }),
];

/// How many kinds of defect there are.
pub fn defect_kinds() -> u64 {
    DEFECTS.len() as u64
}

/// An application with one defect, of kind `seed` modulo the number of kinds.
pub fn defect(seed: u64) -> (Dossier, Defect) {
    let (name, plant) = DEFECTS[(seed % defect_kinds()) as usize];
    let mut maker = Maker { draw: Draw(seed ^ 0xDEFE_C7ED) };
    loop {
        let kind = maker.one_of(&MerchantKind::ALL);
        let mut dossier = maker.dossier(kind);
        if let Some((pointer, code)) = plant(&mut maker, &mut dossier) {
            return (dossier, Defect { name, pointer, code });
        }
    }
}

fn at(pointer: impl Into<String>, code: ProblemCode) -> (String, ProblemCode) {
    (pointer.into(), code)
}

fn licence_number(d: &mut Dossier) -> Option<&mut String> {
    (d.kind != Some(MerchantKind::Micro)).then_some(&mut d.licence.number)
}

fn resident_id(d: &mut Dossier) -> Option<&mut String> {
    (d.legal_person.id_kind == IdKind::ResidentId).then_some(&mut d.legal_person.id_number)
}

fn is_private(d: &Dossier) -> bool {
    d.settlement.kind == Some(AccountKind::Private)
}

fn has_settler(d: &Dossier) -> bool {
    is_private(d) && d.settlement.settler == SettlerKind::Authorised
}

fn born(maker: &mut Maker, d: &mut Dossier, year: i16, code: ProblemCode) -> Option<(String, ProblemCode)> {
    let born = Date::new(year, 7, 1).ok()?;
    *resident_id(d)? = number::resident_id_born(maker.seed(), born);
    Some(at("/legal_person/id_number", code))
}

/// Makes one digit, at `from` or later, another one.
fn wrong_digit(maker: &mut Maker, text: &mut String, from: usize) -> bool {
    let digits: Vec<(usize, char)> =
        text.char_indices().skip(from).filter(|(_, c)| c.is_ascii_digit()).collect();
    let (index, digit) = maker.one_of(&digits);
    let other = (digit as u8 - b'0' + 1 + maker.below(9) as u8) % 10;
    text.replace_range(index..=index, &other.to_string());
    true
}

/// Swaps two different neighbouring digits, the first at `from` or later.
fn swapped(maker: &mut Maker, text: &mut String, from: usize) -> bool {
    let bytes = text.as_bytes();
    let pairs: Vec<usize> = (from..bytes.len() - 1)
        .filter(|index| {
            let (left, right) = (bytes[*index], bytes[index + 1]);
            left != right && left.is_ascii_digit() && right.is_ascii_digit()
        })
        .collect();
    if pairs.is_empty() {
        return false;
    }
    let index = maker.one_of(&pairs);
    let pair: String = text[index..index + 2].chars().rev().collect();
    text.replace_range(index..index + 2, &pair);
    true
}
