//! The one check of a case document: formats, ranges, cross-field rules, missing values.
//!
//! Values are judged as they stand; [`clean`] is applied when they are typed or imported. Parts that an answer put
//! aside ([`crate::branch`]) are not looked at.

mod clean;
mod expiry;
mod licence;
mod offers;
mod overrides;
mod people;
mod photos;
mod places;
mod required;
mod scope;
mod settlement;
mod texts;
mod value;

use jiff::civil::Date;

pub use self::clean::clean;
pub use self::expiry::Expiry;
pub use self::overrides::in_force as overrides_in_force;
use crate::dossier::Dossier;
use crate::pointer;
use crate::problem::Problem;
use crate::profile::Profile;

/// Everything that is wrong with this document today, in document order, blocking first within a field.
pub fn check(dossier: &Dossier, profile: &Profile, today: Date) -> Vec<Problem> {
    let case = Case { dossier, profile, today };
    let rules = [
        required::find,
        texts::find,
        offers::find,
        licence::find,
        people::find,
        places::find,
        settlement::find,
        photos::find,
        overrides::find,
    ];
    let mut found = Vec::new();
    for rule in rules {
        rule(&case, &mut found);
    }
    overrides::apply(dossier, &mut found);
    found.sort_by_cached_key(|problem| (pointer::order(&problem.pointer), problem.severity));
    found
}

/// Whether a document with these problems may be submitted: warnings don't stop it.
pub fn is_submittable(problems: &[Problem]) -> bool {
    !problems.iter().any(Problem::is_blocking)
}

/// Whether photos are all that is missing: what [`crate::status::case_status`] asks. Consents don't count, because
/// they are given last.
pub fn only_photos_missing(problems: &[Problem]) -> bool {
    let is_photo = |problem: &&Problem| problem.pointer.starts_with("/attachments/");
    let mut blocking = problems
        .iter()
        .filter(|problem| problem.is_blocking() && !problem.pointer.starts_with("/consents"))
        .peekable();
    blocking.peek().is_some() && blocking.all(|problem| is_photo(&problem))
}

/// What every rule looks at.
struct Case<'a> {
    dossier: &'a Dossier,
    profile: &'a Profile,
    /// The day in China.
    today: Date,
}
