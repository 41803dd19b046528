//! The profile's rules for texts: lengths, all-digit names, forbidden words, codes to choose from.

use super::Case;
use crate::problem::{Problem, ProblemCode};
use crate::profile::FieldRule;
use crate::{branch, pointer};

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    let document = pointer::to_value(case.dossier);
    for rule in &case.profile.fields {
        for place in pointer::elements(&rule.pointer, &document) {
            let text = document.pointer(&place).and_then(|value| value.as_str()).unwrap_or_default().trim();
            if !text.is_empty() && branch::is_checked(case.dossier, &place) {
                one(case, rule, &place, text, found);
            }
        }
    }
}

fn one(case: &Case, rule: &FieldRule, place: &str, text: &str, found: &mut Vec<Problem>) {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if let Some(min) = rule.min_chars.filter(|min| length < *min) {
        found.push(Problem::blocking(place, ProblemCode::TooShort).with("min", min));
    }
    if let Some(max) = rule.max_chars.filter(|max| length > *max) {
        found.push(Problem::blocking(place, ProblemCode::TooLong).with("max", max));
    }
    if rule.not_all_digits && text.chars().all(|c| c.is_ascii_digit()) {
        found.push(Problem::blocking(place, ProblemCode::AllDigits));
    }
    if !rule.options.is_empty() && !rule.options.iter().any(|option| option.code == text) {
        found.push(Problem::blocking(place, ProblemCode::NotOffered));
    }
    let forbidden = rule.forbidden.iter().find(|forbidden| {
        text.contains(&forbidden.word)
            && case.dossier.kind.is_some_and(|kind| forbidden.kinds.contains(&kind))
    });
    if let Some(forbidden) = forbidden {
        found.push(Problem::blocking(place, ProblemCode::ForbiddenWord).with("word", &forbidden.word));
    }
}
