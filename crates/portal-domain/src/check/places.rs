//! Where the merchant is, what it trades in, and how customers reach it.

use super::{Case, value};
use crate::problem::{Problem, ProblemCode};

use crate::{branch, division, mcc};

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    let (business, shop) = (&case.dossier.business, &case.dossier.shop);
    place("/business", &business.division, &business.address, found);
    category(&business.mcc, found);
    value::phone(case, "/business/service_phone", &business.service_phone, found);
    if value::is_filled(&business.email) && !is_email(&business.email) {
        found.push(Problem::blocking("/business/email", ProblemCode::BadFormat));
    }
    if branch::counts(case.dossier, "/shop/address") {
        place("/shop", &shop.division, &shop.address, found);
    }
    value::mobile(case, "/shop/contact_mobile", &shop.contact_mobile, found);
}

/// A county and the address in it, which must not begin with what the county already says.
fn place(base: &str, county: &str, address: &str, found: &mut Vec<Problem>) {
    if !value::is_filled(county) {
        return;
    }
    if !division::is_valid_county(county) {
        found.push(Problem::blocking(format!("{base}/division"), ProblemCode::UnknownDivision));
        return;
    }
    let address = address.trim();
    if division::path(county).iter().any(|part| address.starts_with(part.name())) {
        found.push(Problem::blocking(format!("{base}/address"), ProblemCode::AddressRepeatsDivision));
    }
}

fn category(code: &str, found: &mut Vec<Problem>) {
    let place = "/business/mcc";
    if !value::is_filled(code) {
        return;
    }
    if let Some(problem) = value::digits(place, code, 4, 4) {
        found.push(problem);
    } else if mcc::get(code).is_none() {
        found.push(Problem::blocking(place, ProblemCode::UnknownMcc));
    }
}

/// Enough to catch a slip: one `@`, something before it, and a dotted name after it.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let labels: Vec<&str> = host.split('.').collect();
    let label_ok = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    !name.is_empty()
        && !name.chars().any(|c| c.is_whitespace() || c.is_control())
        && labels.len() >= 2
        && labels.iter().all(label_ok)
}
