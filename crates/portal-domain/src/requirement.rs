//! What an application needs: computed from merchant kind × products × profile, with reasons.

use crate::dossier::Dossier;
use crate::problem::Requirement;
use crate::profile::Profile;

/// Every requirement of this document under this profile, met or not, fields first, then photo slots.
pub fn requirements(dossier: &Dossier, profile: &Profile) -> Vec<Requirement> {
    let _ = (dossier, profile);
    Vec::new()
}
