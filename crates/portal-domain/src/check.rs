//! The one check of a case document: formats, ranges, cross-field rules, missing values.

use jiff::civil::Date;

use crate::dossier::Dossier;
use crate::problem::Problem;
use crate::profile::Profile;

/// Everything that is wrong with this document today, in document order, blocking first within a field.
pub fn check(dossier: &Dossier, profile: &Profile, today: Date) -> Vec<Problem> {
    let _ = (dossier, profile, today);
    Vec::new()
}

/// The document with every text cleaned (full-width, spaces, look-alikes) as its field allows.
pub fn clean(dossier: &mut Dossier) {
    let _ = dossier;
}
