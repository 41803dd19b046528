//! Missing values: every requirement that is due now and not met.

use super::Case;
use crate::dossier::{Dossier, Slot};
use crate::problem::{Due, Problem, ProblemCode, Requirement};
use crate::requirement::requirements;

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    let due = requirements(case.dossier, case.profile)
        .into_iter()
        .filter(|requirement| requirement.due == Due::Now && !requirement.met);
    found.extend(due.map(|requirement| missing(case, requirement)));
}

fn missing(case: &Case, requirement: Requirement) -> Problem {
    let pointer = requirement.pointer;
    let slot = pointer.strip_prefix("/attachments/").and_then(Slot::parse);
    if let Some(rule) = slot.and_then(|slot| case.profile.slot(slot)) {
        return Problem::blocking(pointer, ProblemCode::PhotoMissing).with("min", rule.min_count);
    }
    let (pointer, code) = match pointer.as_str() {
        "/consents" => (pointer, ProblemCode::ConsentMissing),
        "/fees" => (fee_place(case.dossier, requirement.params.get("service")), ProblemCode::Required),
        _ => (pointer, ProblemCode::Required),
    };
    Problem { params: requirement.params, ..Problem::blocking(pointer, code) }
}

/// Where a missing rate is to be typed: in the fee's entry, or in the list while it has none.
fn fee_place(dossier: &Dossier, service: Option<&String>) -> String {
    let entry = dossier.fees.iter().position(|fee| service.is_some_and(|name| fee.service.as_str() == name));
    entry.map_or_else(|| "/fees".to_owned(), |index| format!("/fees/{index}/rate"))
}
