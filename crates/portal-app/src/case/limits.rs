//! What the backend would refuse for its size or type, said before anything is finalised.

use portal_domain::dossier::Dossier;
use portal_domain::problem::{Problem, ProblemCode};
use portal_protocol::limits::Limits;

/// Photos that the backend doesn't take. What the acquirer takes is the profile's, and checked with the document.
pub(super) fn not_taken(dossier: &Dossier, limits: &Limits) -> Vec<Problem> {
    dossier
        .photos()
        .filter_map(|(slot, index, photo)| {
            let place = format!("/attachments/{}/{index}", slot.as_str());
            if photo.size_bytes > limits.max_blob_bytes {
                Some(Problem::blocking(place, ProblemCode::PhotoTooLarge).with("max", limits.max_blob_bytes))
            } else if limits.media_types.contains(&photo.media_type) {
                None
            } else {
                Some(Problem::blocking(place, ProblemCode::PhotoTypeNotTaken))
            }
        })
        .collect()
}
