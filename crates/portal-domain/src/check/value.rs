//! Checks of single values: an empty one is never wrong here, only perhaps required.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::{Case, Expiry};
use crate::dossier::LONG_TERM;
use crate::identifier::{IdentifierError, Landline, Mobile};
use crate::problem::{Problem, ProblemCode};

/// The value of an identifier that parses; otherwise its problem is noted. Check digits only warn where the profile
/// says so (an acquirer's sandbox has invalid sample numbers).
pub(super) fn identifier<T>(
    case: &Case,
    place: &str,
    parsed: Result<T, IdentifierError>,
    found: &mut Vec<Problem>,
) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            found.push(identifier_problem(place, error, case.profile.limits.checksums_block));
            None
        }
    }
}

pub(super) fn identifier_problem(place: &str, error: IdentifierError, checksums_block: bool) -> Problem {
    match error {
        IdentifierError::Length { min, max, .. } => {
            let expected = if min == max { min.to_string() } else { format!("{min}–{max}") };
            Problem::blocking(place, ProblemCode::BadLength).with("expected", expected)
        }
        IdentifierError::Character { position } => {
            Problem::blocking(place, ProblemCode::BadCharacter).with("position", position)
        }
        IdentifierError::CheckDigit | IdentifierError::OrganisationCode if checksums_block => {
            Problem::blocking(place, ProblemCode::BadCheckDigit)
        }
        IdentifierError::CheckDigit | IdentifierError::OrganisationCode => {
            Problem::warning(place, ProblemCode::BadCheckDigit)
        }
        IdentifierError::Date => Problem::blocking(place, ProblemCode::BadDate),
        IdentifierError::Division | IdentifierError::Department | IdentifierError::Prefix => {
            Problem::blocking(place, ProblemCode::BadPrefix)
        }
    }
}

/// A number of digits only, `min` to `max` of them.
pub(super) fn digits(place: &str, text: &str, min: usize, max: usize) -> Option<Problem> {
    let length = text.chars().count();
    let error = match text.chars().position(|c| !c.is_ascii_digit()) {
        Some(index) => IdentifierError::Character { position: index + 1 },
        None if (min..=max).contains(&length) => return None,
        None => IdentifierError::Length { min, max, found: length },
    };
    Some(identifier_problem(place, error, true))
}

pub(super) fn mobile(case: &Case, place: &str, text: &str, found: &mut Vec<Problem>) {
    if is_filled(text) {
        identifier(case, place, Mobile::parse(text), found);
    }
}

/// A person's name, in whatever script: it has no digits. (A name of digits only is the profile's `all_digits`.)
pub(super) fn person_name(place: &str, name: &str, found: &mut Vec<Problem>) {
    let digit = name.chars().position(|c| c.is_ascii_digit());
    if let Some(index) = digit.filter(|_| !name.trim().chars().all(|c| c.is_ascii_digit())) {
        found.push(Problem::blocking(place, ProblemCode::BadCharacter).with("position", index + 1));
    }
}

/// A number that customers call: mobile or fixed line.
pub(super) fn phone(case: &Case, place: &str, text: &str, found: &mut Vec<Problem>) {
    if text.starts_with('1') {
        mobile(case, place, text, found);
    } else if is_filled(text) {
        identifier(case, place, Landline::parse(text), found);
    }
}

/// The beginning and the end of a paper's validity.
pub(super) fn validity(
    case: &Case,
    base: &str,
    names: [&str; 2],
    values: [&str; 2],
    found: &mut Vec<Problem>,
) {
    let [from_place, until_place] = names.map(|name| format!("{base}/{name}"));
    let from = date(&from_place, values[0], found);
    if from.is_some_and(|from| from > case.today) {
        found.push(Problem::blocking(from_place, ProblemCode::InFuture));
    }
    if values[1] == LONG_TERM {
        return;
    }
    let Some(until) = date(&until_place, values[1], found) else { return };
    if from.is_some_and(|from| until <= from) {
        found.push(Problem::blocking(until_place, ProblemCode::EndBeforeStart));
        return;
    }
    found.extend(Expiry::of(until, case.today, case.profile.limits.expiry_warning_days).map(|expiry| {
        match expiry {
            Expiry::Expired => Problem::blocking(until_place, ProblemCode::Expired),
            Expiry::Soon { days_left } => {
                Problem::warning(until_place, ProblemCode::ExpiresSoon).with("days", days_left)
            }
        }
    }));
}

/// A day written `yyyy-MM-dd`; anything else that is filled in is noted.
fn date(place: &str, text: &str, found: &mut Vec<Problem>) -> Option<Date> {
    if !is_filled(text) {
        return None;
    }
    let shape = |(index, byte): (usize, u8)| {
        if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        found.push(Problem::blocking(place, ProblemCode::BadFormat));
        return None;
    }
    let day = text.parse().ok();
    if day.is_none() {
        found.push(Problem::blocking(place, ProblemCode::BadDate));
    }
    day
}

pub(super) fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

/// Notes when two names that are both filled in differ by more than spacing, case and width.
pub(super) fn same_name(place: &str, name: &str, other_place: &str, other: &str, found: &mut Vec<Problem>) {
    if is_filled(name) && is_filled(other) && comparable(name) != comparable(other) {
        found.push(Problem::blocking(place, ProblemCode::NameMismatch).with("other", other_place));
    }
}

/// Notes when two numbers that are both filled in are the same.
pub(super) fn different(place: &str, number: &str, other_place: &str, other: &str, found: &mut Vec<Problem>) {
    if is_filled(number) && comparable(number) == comparable(other) {
        found.push(Problem::blocking(place, ProblemCode::SameAsOther).with("other", other_place));
    }
}

fn comparable(text: &str) -> String {
    let one_dot = |c| if matches!(c, '•' | '・' | '‧' | '.') { '·' } else { c };
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).map(one_dot).collect()
}
