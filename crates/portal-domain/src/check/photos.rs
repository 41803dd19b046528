//! Photos: how many, how large, and that no picture stands for two things.

use super::Case;
use crate::dossier::Attachment;
use crate::problem::{Problem, ProblemCode};
use crate::profile::SlotRule;
use crate::{branch, pointer};

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    for (slot, photos) in &case.dossier.attachments {
        if photos.is_empty() || !branch::slot_counts(case.dossier, *slot) {
            continue;
        }
        let place = pointer::slot(*slot);
        let Some(rule) = case.profile.slot(*slot) else {
            found.push(Problem::blocking(place, ProblemCode::NotOffered));
            continue;
        };
        if photos.len() > rule.max_count as usize {
            found.push(Problem::blocking(&place, ProblemCode::TooManyPhotos).with("max", rule.max_count));
        }
        for (index, photo) in photos.iter().enumerate() {
            found.extend(measure(format!("{place}/{index}"), photo, rule));
        }
    }
    twice(case, found);
}

fn measure(place: String, photo: &Attachment, rule: &SlotRule) -> Option<Problem> {
    if photo.size_bytes > rule.max_bytes {
        return Some(Problem::blocking(place, ProblemCode::PhotoTooLarge).with("max", rule.max_bytes));
    }
    // Imaging judges whether a small picture can be read; by its size alone it only looks too small.
    let short_side = photo.width_px.min(photo.height_px);
    (short_side < rule.min_short_side_px)
        .then(|| Problem::warning(place, ProblemCode::PhotoTooSmall).with("min", rule.min_short_side_px))
}

/// The later of two equal pictures is the wrong one.
fn twice(case: &Case, found: &mut Vec<Problem>) {
    let mut seen: Vec<(String, &Attachment)> = Vec::new();
    for (slot, index, photo) in case.dossier.photos() {
        if !branch::slot_counts(case.dossier, slot) {
            continue;
        }
        let place = format!("{}/{index}", pointer::slot(slot));
        let earlier = seen.iter().find(|(_, other)| {
            other.sha256 == photo.sha256 || other.original_sha256 == photo.original_sha256
        });
        if let Some((other, _)) = earlier {
            found.push(Problem::blocking(&place, ProblemCode::SamePhotoTwice).with("other", other));
        }
        seen.push((place, photo));
    }
}
