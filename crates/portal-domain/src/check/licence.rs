//! The licence: its numbers, its validity, and what it must agree with.

use super::{Case, scope, value};
use crate::branch;
use crate::dossier::MerchantKind;
use crate::identifier::{LicenceNumber15, OrgCode, OrganisationType, Uscc};
use crate::problem::{Problem, ProblemCode};

const NUMBER: &str = "/licence/number";

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    let dossier = case.dossier;
    let licence = &dossier.licence;
    if !branch::counts(dossier, NUMBER) {
        return;
    }
    // 个体工商户 whose licence shows no name are registered as 个体户 and the owner's name, in both fields.
    let registered = &dossier.business.registered_name;
    value::same_name("/business/registered_name", registered, "/licence/name", &licence.name, found);
    number(case, found);
    value::different(
        NUMBER,
        &licence.number,
        "/legal_person/id_number",
        &dossier.legal_person.id_number,
        found,
    );
    if licence.separate_certificates {
        tax_number(&licence.tax_registration_number, found);
        if value::is_filled(&licence.organisation_code) {
            let parsed = OrgCode::parse(&licence.organisation_code);
            value::identifier(case, "/licence/organisation_code", parsed, found);
        }
    }
    let dates = [licence.valid_from.as_str(), licence.valid_until.as_str()];
    value::validity(case, "/licence", ["valid_from", "valid_until"], dates, found);
    scope::find(case, found);
}

/// 15 digits are the number of an old licence; everything else is meant as a credit code.
fn number(case: &Case, found: &mut Vec<Problem>) {
    let text = &case.dossier.licence.number;
    if !value::is_filled(text) {
        return;
    }
    if text.chars().count() == 15 {
        value::identifier(case, NUMBER, LicenceNumber15::parse(text), found);
    } else if let Some(code) = value::identifier(case, NUMBER, Uscc::parse(text), found) {
        found.extend(unlikely(case, &code));
    }
}

/// What the code says about the organisation, held against what was answered. Codes outlive moves and changes of
/// form, so this only warns.
fn unlikely(case: &Case, code: &Uscc) -> Option<Problem> {
    let fits_kind = case.dossier.kind.is_none_or(|kind| fits(kind, code.organisation_type()));
    let province = case.dossier.business.division.get(..2).unwrap_or_default();
    let code_province = &code.division()[..2];
    // 10: registered nationally.
    let fits_province = province.is_empty() || code_province == "10" || code_province == province;
    let other = match (fits_kind, fits_province) {
        (false, _) => "/kind",
        (true, false) => "/business/division",
        (true, true) => return None,
    };
    Some(Problem::warning(NUMBER, ProblemCode::Unlikely).with("other", other))
}

fn fits(kind: MerchantKind, of: OrganisationType) -> bool {
    match of {
        OrganisationType::Enterprise | OrganisationType::FarmersCooperative => {
            kind == MerchantKind::Enterprise
        }
        OrganisationType::IndividualBusiness => kind == MerchantKind::SoleProprietor,
        OrganisationType::PublicBody => kind == MerchantKind::PublicInstitution,
        OrganisationType::SocialOrganisation => kind == MerchantKind::NonProfit,
        OrganisationType::Other => true,
    }
}

/// 15 to 20 letters and digits: the number was made of a division and an organisation code or an identity number.
fn tax_number(text: &str, found: &mut Vec<Problem>) {
    let place = "/licence/tax_registration_number";
    if !value::is_filled(text) {
        return;
    }
    if let Some(index) = text.chars().position(|c| !c.is_ascii_alphanumeric()) {
        found.push(Problem::blocking(place, ProblemCode::BadCharacter).with("position", index + 1));
    } else if !(15..=20).contains(&text.len()) {
        found.push(Problem::blocking(place, ProblemCode::BadLength).with("expected", "15–20"));
    }
}
