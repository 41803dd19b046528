//! Numbers with a wrong check digit that are sent all the same.
//!
//! domain.md: a checksum failure stops production, and a supervisor may let it pass with a reason, because some early
//! numbers were issued wrong. Every other fault of a number still stops it.

use jiff::civil::Date;

use super::{Case, check};
use crate::dossier::{Dossier, Override};
use crate::pointer;
use crate::problem::{Problem, ProblemCode, Severity};
use crate::profile::Profile;

/// Most characters of a reason.
const MAX_REASON_CHARS: usize = 200;

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    for (index, given) in case.dossier.overrides.iter().enumerate() {
        let place = |member| format!("/overrides/{index}/{member}");
        if !pointer::exists(&given.pointer) {
            found.push(Problem::blocking(place("pointer"), ProblemCode::BadFormat));
        }
        if case.dossier.overrides[..index].iter().any(|earlier| earlier.pointer == given.pointer) {
            found.push(Problem::blocking(place("pointer"), ProblemCode::Duplicate));
        }
        if given.reason.chars().count() > MAX_REASON_CHARS {
            found
                .push(Problem::blocking(place("reason"), ProblemCode::TooLong).with("max", MAX_REASON_CHARS));
        }
    }
}

/// What was given a reason only warns.
pub(super) fn apply(dossier: &Dossier, found: &mut [Problem]) {
    for problem in found.iter_mut().filter(|problem| problem.code == ProblemCode::BadCheckDigit) {
        let is_given = |given: &Override| given.pointer == problem.pointer && !given.reason.trim().is_empty();
        if dossier.overrides.iter().any(is_given) {
            problem.severity = Severity::Warning;
        }
    }
}

/// The overrides without which the document couldn't be submitted: what a supervisor is asked about.
pub fn in_force<'a>(dossier: &'a Dossier, profile: &Profile, today: Date) -> Vec<&'a Override> {
    if dossier.overrides.is_empty() {
        return Vec::new();
    }
    let without = check(&Dossier { overrides: Vec::new(), ..dossier.clone() }, profile, today);
    let stops = |given: &&Override| {
        without.iter().any(|problem| {
            problem.is_blocking()
                && problem.code == ProblemCode::BadCheckDigit
                && problem.pointer == given.pointer
        })
    };
    dossier.overrides.iter().filter(stops).collect()
}
