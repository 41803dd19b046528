//! Bank cards and bank branches.

use super::{IdentifierError, checksum, digits, identifier, luhn_ok};

identifier! {
    /// Bank card number of ISO/IEC 7812-1: 12 to 19 digits with a Luhn check digit.
    /// Company accounts and some old passbooks have no check digit: they are not card numbers, so callers only warn.
    BankCard
}

impl BankCard {
    /// # Errors
    /// Wrong length, a character that is not a digit, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        digits(text, 12, 19)?;
        if luhn_ok(text) { Ok(Self(text.to_owned())) } else { Err(IdentifierError::CheckDigit) }
    }

    /// What may be shown beside other data: the last four digits.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

identifier! {
    /// Bank branch number of the interbank payment system (联行号): three digits for the bank, four for the city,
    /// four for the branch, and an ISO 7064 MOD 11,10 check digit. That the last digit follows this rule was found
    /// by checking published lists rather than read in a standard, so callers only warn.
    Cnaps
}

impl Cnaps {
    /// # Errors
    /// Wrong length, a character that is not a digit, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let values = digits(text, 12, 12)?;
        if values.last() == Some(&checksum::mod_11_10(&values[..11])) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::CheckDigit)
        }
    }

    /// Three digits that name the bank.
    pub fn bank_code(&self) -> &str {
        &self.0[..3]
    }

    /// Four digits of the payment system's own city numbering (not GB/T 2260).
    pub fn city_code(&self) -> &str {
        &self.0[3..7]
    }
}
