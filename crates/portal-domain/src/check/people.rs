//! Legal person, contact and beneficial owners; [`person`] serves the authorised settler too.

use super::{Case, value};
use crate::branch;
use crate::dossier::{IdKind, Person};
use crate::identifier::{HkMacaoPermit, PassportNo, PermanentResidentCard, ResidentId, TaiwanPermit};
use crate::problem::{Problem, ProblemCode};

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    let dossier = case.dossier;
    if let Some(age) = person(case, "/legal_person", &dossier.legal_person, found) {
        let limits = &case.profile.limits;
        let (min, max) = (limits.legal_person_min_age, limits.legal_person_max_age);
        if !(min..=max).contains(&u32::from(age)) {
            let problem = Problem::blocking("/legal_person/id_number", ProblemCode::AgeOutOfRange);
            found.push(problem.with("min", min).with("max", max));
        }
    }
    value::person_name("/contact/name", &dossier.contact.name, found);
    value::mobile(case, "/contact/mobile", &dossier.contact.mobile, found);
    if branch::counts(dossier, "/beneficial_owners") {
        beneficial_owners(case, found);
    }
}

fn beneficial_owners(case: &Case, found: &mut Vec<Problem>) {
    let owners = &case.dossier.beneficial_owners;
    let max = case.profile.limits.max_beneficial_owners;
    if owners.len() > max as usize {
        let problem = Problem::blocking("/beneficial_owners", ProblemCode::OutOfRange);
        found.push(problem.with("min", 0).with("max", max));
    }
    for (index, owner) in owners.iter().enumerate() {
        let base = format!("/beneficial_owners/{index}/person");
        person(case, &base, &owner.person, found);
        let number = &owner.person.id_number;
        if value::is_filled(number) && owners[..index].iter().any(|other| other.person.id_number == *number) {
            found.push(Problem::blocking(format!("{base}/id_number"), ProblemCode::Duplicate));
        }
    }
}

/// Checks a person's name, document and mobile number; the age, where the number tells it.
pub(super) fn person(case: &Case, base: &str, person: &Person, found: &mut Vec<Problem>) -> Option<u16> {
    value::person_name(&format!("{base}/name"), &person.name, found);
    value::mobile(case, &format!("{base}/mobile"), &person.mobile, found);
    let dates = [person.id_valid_from.as_str(), person.id_valid_until.as_str()];
    value::validity(case, base, ["id_valid_from", "id_valid_until"], dates, found);
    let (number, today) = (&person.id_number, case.today);
    if !value::is_filled(number) {
        return None;
    }
    let place = format!("{base}/id_number");
    match person.id_kind {
        IdKind::ResidentId => value::identifier(case, &place, ResidentId::parse(number, today), found)
            .map(|number| number.age_on(today)),
        IdKind::PermanentResidentCard => {
            value::identifier(case, &place, PermanentResidentCard::parse(number, today), found)
                .map(|number| number.age_on(today))
        }
        IdKind::Passport => {
            value::identifier(case, &place, PassportNo::parse(number), found);
            None
        }
        IdKind::HongKongMacaoPermit => {
            value::identifier(case, &place, HkMacaoPermit::parse(number), found);
            None
        }
        IdKind::TaiwanPermit => {
            value::identifier(case, &place, TaiwanPermit::parse(number), found);
            None
        }
    }
}
