//! Cleaning of what people type, each field as its kind allows.

use crate::clean;
use crate::dossier::{AccountKind, Dossier, IdKind, Person};

/// The document with every text cleaned (full-width, spaces, look-alikes) as its field allows.
pub fn clean(dossier: &mut Dossier) {
    let business = &mut dossier.business;
    apply(clean::company_name, &mut business.registered_name);
    apply(clean::company_name, &mut business.trade_name);
    apply(clean::digits, &mut business.division);
    apply(clean::text, &mut business.address);
    apply(clean::digits, &mut business.mcc);
    apply(phone, &mut business.service_phone);
    apply(clean::text, &mut business.email);

    let licence = &mut dossier.licence;
    apply(clean::company_name, &mut licence.name);
    apply(clean::credit_code, &mut licence.number);
    apply(clean::document_number, &mut licence.tax_registration_number);
    apply(clean::document_number, &mut licence.organisation_code);
    apply(clean::date, &mut licence.valid_from);
    apply(clean::date, &mut licence.valid_until);
    apply(clean::text, &mut licence.scope);

    person(&mut dossier.legal_person);
    apply(clean::text, &mut dossier.contact.name);
    apply(clean::mobile, &mut dossier.contact.mobile);
    for owner in &mut dossier.beneficial_owners {
        person(&mut owner.person);
        apply(clean::text, &mut owner.address);
    }

    let shop = &mut dossier.shop;
    apply(clean::company_name, &mut shop.name);
    apply(clean::digits, &mut shop.division);
    apply(clean::text, &mut shop.address);
    apply(clean::text, &mut shop.contact_name);
    apply(clean::mobile, &mut shop.contact_mobile);

    let account = &mut dossier.settlement;
    let holder = match account.kind {
        Some(AccountKind::Corporate) => clean::company_name,
        Some(AccountKind::Private) | None => clean::text,
    };
    apply(holder, &mut account.holder);
    apply(clean::digits, &mut account.number);
    apply(clean::text, &mut account.bank_name);
    apply(clean::text, &mut account.branch_name);
    apply(clean::digits, &mut account.branch_code);
    person(&mut account.settler_person);

    for given in &mut dossier.overrides {
        apply(clean::text, &mut given.reason);
    }
}

fn person(person: &mut Person) {
    apply(clean::text, &mut person.name);
    let number = match person.id_kind {
        IdKind::ResidentId | IdKind::PermanentResidentCard => clean::identity_number,
        IdKind::Passport | IdKind::HongKongMacaoPermit | IdKind::TaiwanPermit => clean::document_number,
    };
    apply(number, &mut person.id_number);
    apply(clean::date, &mut person.id_valid_from);
    apply(clean::date, &mut person.id_valid_until);
    apply(clean::mobile, &mut person.mobile);
}

/// Mobile numbers begin with 1 once the country code is off; everything else is a fixed line.
fn phone(input: &str) -> String {
    let mobile = clean::mobile(input);
    if mobile.len() == 11 && mobile.starts_with('1') { mobile } else { clean::landline(input) }
}

fn apply(cleaning: fn(&str) -> String, text: &mut String) {
    let cleaned = cleaning(text);
    if cleaned != *text {
        *text = cleaned;
    }
}
