//! Makers of invented identifiers for tests and demonstrations: right check digits, nobody's numbers.
//!
//! Each uses a part of its numbering space that is not given out (division xx0099, mobile prefix 154, card prefix
//! 629999, bank 999), so that no maker can hit upon a real person, company or account. Equal seeds make equal values.

use jiff::{ToSpan, civil::Date};

use super::{checksum, organisation::USCC_ALPHABET};

/// SplitMix64: the smallest generator that spreads neighbouring seeds well.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    /// Evenly enough from `0..bound`; `bound` must not be 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    /// The first four digits of a division that exists in no table, in some mainland province.
    fn division(&mut self) -> String {
        const PROVINCES: [u8; 8] = [11, 31, 32, 33, 37, 42, 44, 51];
        format!("{}0099", PROVINCES[self.below(PROVINCES.len() as u64) as usize])
    }
}

/// A unified social credit code of a company (91).
pub fn uscc(seed: u64) -> String {
    uscc_with_prefix("91", seed)
}

/// A unified social credit code of an individual business (92).
pub fn individual_uscc(seed: u64) -> String {
    uscc_with_prefix("92", seed)
}

/// A unified social credit code beginning with two given characters: department and type.
pub fn uscc_with_prefix(prefix: &str, seed: u64) -> String {
    let mut draw = Draw(seed);
    let head = format!("{prefix}{}{}", draw.division(), org_code(draw.below(u64::MAX)));
    let values = alphabet_values(&head);
    let check = USCC_ALPHABET.chars().nth(usize::from(checksum::mod_31(&values))).unwrap_or_default();
    format!("{head}{check}")
}

fn alphabet_values(text: &str) -> Vec<u8> {
    text.chars()
        .filter_map(|c| USCC_ALPHABET.chars().position(|letter| letter == c))
        .map(|value| value as u8)
        .collect()
}

/// An organisation code beginning with `MA`, as codes given out since 2015 do.
pub fn org_code(seed: u64) -> String {
    let body = format!("MA{}", Draw(seed).digits(6));
    let values: Vec<u8> =
        body.bytes().map(|b| if b.is_ascii_digit() { b - b'0' } else { b - b'A' + 10 }).collect();
    format!("{body}{}", checksum::organisation_check(&values))
}

/// A licence number of the older, 15-digit kind.
pub fn licence_number15(seed: u64) -> String {
    let mut draw = Draw(seed);
    with_mod_11_10(format!("{}{}", draw.division(), draw.digits(8)))
}

/// A resident identity number of someone born between 1970 and 1999.
pub fn resident_id(seed: u64) -> String {
    let first = Date::constant(1970, 1, 1);
    let days = Draw(seed ^ 0xB1A7).below(30 * 365) as i64;
    resident_id_born(seed, first.checked_add(days.days()).unwrap_or(first))
}

/// A resident identity number of someone born on a given day.
pub fn resident_id_born(seed: u64, born: Date) -> String {
    let mut draw = Draw(seed);
    let division = draw.division();
    person_number(&division, born, &mut draw)
}

/// The number of a foreigner's permanent-resident card, 2023 form, with the unused nationality 999.
pub fn permanent_resident_card(seed: u64) -> String {
    let mut draw = Draw(seed);
    let born = Date::constant(1980, 1, 1 + draw.below(28) as i8);
    person_number("911999", born, &mut draw)
}

fn person_number(division: &str, born: Date, draw: &mut Draw) -> String {
    let head = format!("{division}{:04}{:02}{:02}{}", born.year(), born.month(), born.day(), draw.digits(3));
    let values: Vec<u8> = head.bytes().map(|byte| byte - b'0').collect();
    format!("{head}{}", checksum::mod_11_2(&values))
}

/// A 19-digit debit card number.
pub fn bank_card(seed: u64) -> String {
    let head = format!("629999{}", Draw(seed).digits(12));
    let check = checksum::luhn_check(&head).unwrap_or_default();
    format!("{head}{check}")
}

/// A bank branch number.
pub fn cnaps(seed: u64) -> String {
    with_mod_11_10(format!("999{}", Draw(seed).digits(8)))
}

/// A mobile number.
pub fn mobile(seed: u64) -> String {
    format!("154{}", Draw(seed).digits(8))
}

fn with_mod_11_10(head: String) -> String {
    let values: Vec<u8> = head.bytes().map(|byte| byte - b'0').collect();
    format!("{head}{}", checksum::mod_11_10(&values))
}
