//! People: the resident identity number and the foreigner's permanent-resident card, which share one shape.

use jiff::civil::Date;

use super::{IdentifierError, check_characters, check_length, checksum, identifier};
use crate::division;

/// Nobody this old applies: an earlier birth date is a typing error.
const OLDEST_YEARS: i16 = 130;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

identifier! {
    /// Resident identity number (公民身份号码), GB 11643-1999: six-digit division, birth date, sequence, check digit.
    /// The residence permits of people from Hong Kong (81), Macao (82) and Taiwan (83) are numbered the same way.
    /// The 15-digit numbers of the first generation lost their validity in 2013 and are refused.
    ResidentId
}

impl ResidentId {
    /// `today` is the date in China on which the number is checked.
    ///
    /// # Errors
    /// Wrong length, a character that is not a digit (or a final `X`), an unknown province, a birth date that does
    /// not exist or lies after `today`, or a wrong check digit. Counties are not checked: people keep the code of a
    /// county that has been abolished.
    pub fn parse(text: &str, today: Date) -> Result<Self, IdentifierError> {
        check_person_number(text, 6, today)?;
        if !division::is_person_prefix(&text[..2]) {
            return Err(IdentifierError::Division);
        }
        Ok(Self(text.to_owned()))
    }

    /// Six digits of GB/T 2260 as they stood when the number was given; possibly abolished since.
    pub fn division(&self) -> &str {
        &self.0[..6]
    }

    /// True for the residence permit of someone from Hong Kong, Macao or Taiwan.
    pub fn is_residence_permit(&self) -> bool {
        matches!(&self.0[..2], "81" | "82" | "83")
    }

    pub fn birth_date(&self) -> Date {
        checked_birth_date(&self.0[6..14])
    }

    pub fn sex(&self) -> Sex {
        sex(&self.0)
    }

    /// Completed years on `date`; 0 before the first birthday.
    pub fn age_on(&self, date: Date) -> u16 {
        age(self.birth_date(), date)
    }
}

identifier! {
    /// Foreign permanent resident ID card (外国人永久居留身份证), the 2023 form: `9`, two digits for the province of
    /// application, three for the nationality, birth date, sequence and the check digit of GB 11643-1999.
    PermanentResidentCard
}

impl PermanentResidentCard {
    /// # Errors
    /// As [`ResidentId::parse`], and `Prefix` when the number does not begin with 9.
    pub fn parse(text: &str, today: Date) -> Result<Self, IdentifierError> {
        check_length(text, 18, 18)?;
        if !text.starts_with('9') {
            return Err(IdentifierError::Prefix);
        }
        check_person_number(text, 6, today)?;
        if !division::is_province_prefix(&text[1..3]) {
            return Err(IdentifierError::Division);
        }
        Ok(Self(text.to_owned()))
    }

    /// Three digits of ISO 3166-1 numeric.
    pub fn nationality(&self) -> &str {
        &self.0[3..6]
    }

    pub fn birth_date(&self) -> Date {
        checked_birth_date(&self.0[6..14])
    }

    pub fn sex(&self) -> Sex {
        sex(&self.0)
    }

    /// Completed years on `date`; 0 before the first birthday.
    pub fn age_on(&self, date: Date) -> u16 {
        age(self.birth_date(), date)
    }
}

/// The part both numbers share: 17 digits, a check digit, and a birth date that begins at `birth_at`.
fn check_person_number(text: &str, birth_at: usize, today: Date) -> Result<(), IdentifierError> {
    check_length(text, 18, 18)?;
    check_characters(text, |index, c| c.is_ascii_digit() || (index == 17 && c == 'X'))?;
    let values: Vec<u8> = text.bytes().take(17).map(|byte| byte - b'0').collect();
    if !text.ends_with(checksum::mod_11_2(&values)) {
        return Err(IdentifierError::CheckDigit);
    }
    let born = birth_date(&text[birth_at..birth_at + 8]).ok_or(IdentifierError::Date)?;
    if born > today || born.year() < today.year() - OLDEST_YEARS {
        return Err(IdentifierError::Date);
    }
    Ok(())
}

fn birth_date(yyyymmdd: &str) -> Option<Date> {
    let year = yyyymmdd.get(..4)?.parse().ok()?;
    let month = yyyymmdd.get(4..6)?.parse().ok()?;
    let day = yyyymmdd.get(6..8)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

/// For numbers that went through `parse`, where the date is known to exist.
fn checked_birth_date(yyyymmdd: &str) -> Date {
    birth_date(yyyymmdd).unwrap_or(Date::MIN)
}

/// The 17th digit is odd for men in both standards.
fn sex(number: &str) -> Sex {
    match number.as_bytes()[16] % 2 {
        0 => Sex::Female,
        _ => Sex::Male,
    }
}

fn age(born: Date, date: Date) -> u16 {
    let birthday_to_come = (date.month(), date.day()) < (born.month(), born.day());
    let years = date.year() - born.year() - i16::from(birthday_to_come);
    u16::try_from(years).unwrap_or(0)
}
