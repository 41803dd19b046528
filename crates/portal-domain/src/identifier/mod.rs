//! Numbers that identify organisations, people, accounts and places in a merchant application.
//!
//! Every identifier is a newtype that can only be made by `parse`, so holding one means that its form and check
//! digit were right. `parse` takes the canonical form; what people type is first put through [`crate::clean`].
//! Their `Debug` form hides the value and there is no `Display`: these numbers must not reach a log by accident.

mod bank;
mod checksum;
mod contact;
mod organisation;
mod person;
mod travel;

#[cfg(test)]
mod properties;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use bank::{BankCard, Cnaps};
pub use checksum::luhn_ok;
pub use contact::{Landline, Mobile, PostalCode};
pub use organisation::{LicenceNumber15, OrgCode, OrganisationType, Uscc};
pub use person::{PermanentResidentCard, ResidentId, Sex};
pub use travel::{HkMacaoPermit, PassportNo, TaiwanPermit};

/// Why a text is not the identifier it claims to be. Carries positions and lengths, never the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Lengths count characters; `min` and `max` are equal for identifiers of one length.
    #[error("expected {min} to {max} characters, found {found}")]
    Length { min: usize, max: usize, found: usize },
    /// `position` counts characters from 1, as people do.
    #[error("character {position} is not allowed here")]
    Character { position: usize },
    #[error("the check digit does not match")]
    CheckDigit,
    #[error("the birth date is not a calendar date, lies in the future, or is too long ago")]
    Date,
    #[error("the number does not begin with a known province")]
    Division,
    #[error("the registering department is unknown")]
    Department,
    #[error("the embedded organisation code has a wrong check digit")]
    OrganisationCode,
    #[error("the leading digits are not used for this kind of number")]
    Prefix,
}

impl IdentifierError {
    /// Stable name for translations and for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Character { .. } => "character",
            Self::CheckDigit => "check_digit",
            Self::Date => "date",
            Self::Division => "division",
            Self::Department => "department",
            Self::OrganisationCode => "organisation_code",
            Self::Prefix => "prefix",
        }
    }
}

/// Declares an identifier: a checked text whose `Debug` form does not show the value.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The canonical text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
use identifier;

fn check_length(text: &str, min: usize, max: usize) -> Result<(), IdentifierError> {
    let found = text.chars().count();
    if (min..=max).contains(&found) { Ok(()) } else { Err(IdentifierError::Length { min, max, found }) }
}

/// The position of the first character that `allowed` refuses becomes the error.
fn check_characters(text: &str, allowed: impl Fn(usize, char) -> bool) -> Result<(), IdentifierError> {
    match text.chars().enumerate().position(|(index, c)| !allowed(index, c)) {
        Some(index) => Err(IdentifierError::Character { position: index + 1 }),
        None => Ok(()),
    }
}

/// The values of an all-digit text of an allowed length.
fn digits(text: &str, min: usize, max: usize) -> Result<Vec<u8>, IdentifierError> {
    check_length(text, min, max)?;
    check_characters(text, |_, c| c.is_ascii_digit())?;
    Ok(text.bytes().map(|byte| byte - b'0').collect())
}
