//! Numbers with check digits: of the ways a row of letters can be read, the one that is a number.

use jiff::civil::Date;
use portal_domain::clean;
use portal_domain::identifier::{BankCard, OrgCode, ResidentId, Uscc};

use crate::line::{Glyph, Line};

/// Of the second-best letters, those worth a try.
const WORTH_TRYING: f32 = 0.002;
/// Letters exchanged at once. More would find a number in anything.
const MOST_CHANGES: usize = 2;

/// Digits of a division before a company's organisation code.
const DIVISION_DIGITS: usize = 6;

/// A kind of number that tells a right reading from a wrong one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    CreditCode,
    /// With the day of the reading: nobody was born later.
    ResidentId(Date),
    BankCard,
    OrganisationCode,
    /// Of a company: six digits of the division and its organisation code.
    TaxNumber,
}

impl Kind {
    /// A letter as the number may have it; none for a separator.
    fn letter(self, letter: char) -> Option<char> {
        let text = letter.to_string();
        let cleaned = match self {
            Self::CreditCode => clean::credit_code(&text),
            Self::ResidentId(_) => clean::identity_number(&text),
            Self::BankCard => clean::digits(&text),
            Self::OrganisationCode | Self::TaxNumber => clean::document_number(&text),
        };
        cleaned.chars().next()
    }

    fn lengths(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::CreditCode | Self::ResidentId(_) => 18..=18,
            Self::BankCard => 15..=19,
            Self::OrganisationCode => 9..=9,
            Self::TaxNumber => 15..=15,
        }
    }

    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::CreditCode => Uscc::parse(text).is_ok(),
            Self::ResidentId(today) => ResidentId::parse(text, today).is_ok(),
            Self::BankCard => BankCard::parse(text).is_ok(),
            Self::OrganisationCode => OrgCode::parse(text).is_ok(),
            Self::TaxNumber => text.split_at_checked(DIVISION_DIGITS).is_some_and(|(division, code)| {
                division.bytes().all(|digit| digit.is_ascii_digit()) && OrgCode::parse(code).is_ok()
            }),
        }
    }

    /// A number that is alone among letters, e.g. in an address of a QR code.
    pub fn within(self, text: &str) -> Option<String> {
        let runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        runs.map(str::to_ascii_uppercase).find(|run| self.lengths().contains(&run.len()) && self.accepts(run))
    }
}

/// A number found in lines.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    pub text: String,
    /// Probability of its least certain letter.
    pub confidence: f32,
    /// Lines that it stands in, with the share of the line it begins and ends at.
    pub places: Vec<(usize, f64, f64)>,
}

/// A letter with the line it stands in.
#[derive(Debug, Clone, Copy)]
struct Placed {
    glyph: Glyph,
    line: usize,
}

/// The number of a kind that rows of lines hold, each row's lines in reading order: what was read most surely.
pub(crate) fn find(lines: &[Line], rows: &[Vec<usize>], kind: Kind) -> Option<Number> {
    let mut best: Option<Number> = None;
    for run in rows.iter().flat_map(|row| runs(lines, row, kind)) {
        for length in kind.lengths() {
            // A card's number has no length of its own: only all of the row can be meant.
            let windows = if matches!(kind, Kind::BankCard) && run.len() != length { 0 } else { usize::MAX };
            for window in run.windows(length).take(windows) {
                if let Some(found) = read(window, kind)
                    && best.as_ref().is_none_or(|best| found.confidence > best.confidence)
                {
                    best = Some(found);
                }
            }
        }
    }
    best
}

/// Unbroken runs of letters that a number may have, separators left out.
fn runs(lines: &[Line], row: &[usize], kind: Kind) -> Vec<Vec<Placed>> {
    let mut runs = vec![Vec::new()];
    for &line in row {
        for glyph in &lines[line].glyphs {
            match kind.letter(glyph.letter) {
                Some(letter) if letter.is_ascii_alphanumeric() => {
                    let other = glyph.other.and_then(|(other, p)| Some((kind.letter(other)?, p)));
                    let glyph = Glyph { letter, other, ..*glyph };
                    if let Some(run) = runs.last_mut() {
                        run.push(Placed { glyph, line });
                    }
                }
                Some(_) => runs.push(Vec::new()),
                None => {}
            }
        }
    }
    runs
}

/// The number that the letters make, as they are or with the likeliest few exchanged.
fn read(window: &[Placed], kind: Kind) -> Option<Number> {
    let text: String = window.iter().map(|placed| placed.glyph.letter).collect();
    let least = |without: &[usize]| {
        let kept = window.iter().enumerate().filter(|(index, _)| !without.contains(index));
        kept.map(|(_, placed)| placed.glyph.probability).fold(1.0, f32::min)
    };
    if kind.accepts(&text) {
        return Some(number(window, text, least(&[])));
    }
    let mut doubtful: Vec<(usize, char, f32)> = window
        .iter()
        .enumerate()
        .filter_map(|(index, placed)| {
            let (other, probability) = placed.glyph.other?;
            let differs = other != placed.glyph.letter && other.is_ascii_alphanumeric();
            (differs && probability >= WORTH_TRYING).then_some((index, other, probability))
        })
        .collect();
    doubtful.sort_by(|a, b| b.2.total_cmp(&a.2));
    let exchanged = |changes: &[(usize, char, f32)]| {
        let mut letters: Vec<char> = text.chars().collect();
        for (index, other, _) in changes {
            letters[*index] = *other;
        }
        let text: String = letters.into_iter().collect();
        kind.accepts(&text).then(|| {
            let indexes: Vec<usize> = changes.iter().map(|change| change.0).collect();
            let weakest = changes.iter().map(|change| change.2).fold(least(&indexes), f32::min);
            number(window, text, weakest)
        })
    };
    let single = doubtful.iter().find_map(|change| exchanged(&[*change]));
    single.or_else(|| {
        let pairs = doubtful
            .iter()
            .enumerate()
            .flat_map(|(index, first)| doubtful[index + 1..].iter().map(move |second| [*first, *second]));
        pairs.filter(|pair| pair.len() <= MOST_CHANGES).find_map(|pair| exchanged(&pair))
    })
}

fn number(window: &[Placed], text: String, confidence: f32) -> Number {
    let mut places: Vec<(usize, f64, f64)> = Vec::new();
    for placed in window {
        match places.last_mut() {
            Some((line, _, to)) if *line == placed.line => *to = placed.glyph.at,
            _ => places.push((placed.line, placed.glyph.at, placed.glyph.at)),
        }
    }
    Number { text, confidence, places }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Strip;
    use portal_domain::identifier::testing;

    fn line(text: &str, doubts: &[(usize, char)]) -> Line {
        let strip = Strip { centre: (50.0, 10.0), along: (1.0, 0.0), half_length: 50.0, half_height: 8.0 };
        let count = text.chars().count() as f64;
        let glyphs = text.chars().enumerate().map(|(index, letter)| Glyph {
            letter,
            probability: if doubts.iter().any(|doubt| doubt.0 == index) { 0.6 } else { 0.99 },
            other: doubts.iter().find(|doubt| doubt.0 == index).map(|doubt| (doubt.1, 0.3)),
            at: (index as f64 + 0.5) / count,
        });
        Line { strip, glyphs: glyphs.collect() }
    }

    #[test]
    fn a_number_is_found_between_other_letters() {
        let code = testing::uscc(4);
        let lines = [line("名称：示例", &[]), line(&format!("统一社会信用代码：{code}"), &[])];
        let found = find(&lines, &[vec![0], vec![1]], Kind::CreditCode).unwrap();
        assert_eq!((found.text.as_str(), found.places[0].0), (code.as_str(), 1));
        assert_eq!(Kind::CreditCode.within(&format!("http://a.example/?id={code}&x=1")), Some(code));
    }

    #[test]
    fn the_check_digit_chooses_between_readings() {
        let card = testing::bank_card(7);
        let wrong = if card.as_bytes()[5] == b'3' { '8' } else { '3' };
        let mut read: Vec<char> = card.chars().collect();
        let right = std::mem::replace(&mut read[5], wrong);
        let read: String = read.into_iter().collect();
        // In three groups, as cards have them.
        let lines = [line(&read[..4], &[]), line(&read[4..8], &[(1, right)]), line(&read[8..], &[])];
        let found = find(&lines, &[vec![0, 1, 2]], Kind::BankCard).unwrap();
        assert_eq!(found.text, card);
        assert!(found.confidence < 0.5, "a guess is not sure of itself");
        let sure = [line(&read[..4], &[]), line(&read[4..8], &[]), line(&read[8..], &[])];
        assert_eq!(find(&sure, &[vec![0, 1, 2]], Kind::BankCard), None);
    }
}
