//! Travel documents. They carry no check digit that people type, so only their shape is checked.

use super::{IdentifierError, check_characters, check_length, digits, identifier};

identifier! {
    /// Passport number (护照号码) of any country: 5 to 17 capital letters and digits with at least one digit.
    PassportNo
}

impl PassportNo {
    /// # Errors
    /// Wrong length, another character, or letters only.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check_length(text, 5, 17)?;
        check_characters(text, |_, c| c.is_ascii_digit() || c.is_ascii_uppercase())?;
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return Err(IdentifierError::Prefix);
        }
        Ok(Self(text.to_owned()))
    }
}

identifier! {
    /// Mainland travel permit for Hong Kong and Macao residents (港澳居民来往内地通行证): `H` or `M` and eight digits,
    /// optionally followed by the two digits that older cards add for the number of renewals.
    HkMacaoPermit
}

impl HkMacaoPermit {
    /// # Errors
    /// Another first letter, another length, or a character that is not a digit after the first.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        if !text.starts_with(['H', 'M']) {
            return Err(IdentifierError::Prefix);
        }
        check_characters(text, |index, c| index == 0 || c.is_ascii_digit())?;
        check_one_of_lengths(text, 9, 11)?;
        Ok(Self(text.to_owned()))
    }
}

identifier! {
    /// Mainland travel permit for Taiwan residents (台湾居民来往大陆通行证): eight digits, or ten on older booklets
    /// that add the number of renewals.
    TaiwanPermit
}

impl TaiwanPermit {
    /// # Errors
    /// A character that is not a digit, or another length.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        digits(text, 8, 10)?;
        check_one_of_lengths(text, 8, 10)?;
        Ok(Self(text.to_owned()))
    }
}

/// Two lengths are used and none between them.
fn check_one_of_lengths(text: &str, min: usize, max: usize) -> Result<(), IdentifierError> {
    match text.chars().count() {
        found if found == min || found == max => Ok(()),
        found => Err(IdentifierError::Length { min, max, found }),
    }
}
