//! Organisations: the unified social credit code, the organisation code inside it, and the older licence number.

use super::{IdentifierError, check_characters, check_length, checksum, digits, identifier};
use crate::division;

/// The alphabet of GB 32100-2015 in order of value: no I, O, S, V or Z.
pub(super) const USCC_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

identifier! {
    /// Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters made of a registering department,
    /// a type, a six-digit division, a nine-character organisation code and a check character.
    Uscc
}

/// What kind of organisation a credit code was given to, as far as its first two characters say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationType {
    /// 企业 (91)
    Enterprise,
    /// 个体工商户 (92)
    IndividualBusiness,
    /// 农民专业合作社 (93)
    FarmersCooperative,
    /// 机关、事业单位、群众团体 (11, 12, 13, 19)
    PublicBody,
    /// 社会团体、民办非企业单位、基金会 (51, 52, 53, 59)
    SocialOrganisation,
    /// Everything else the standard allows.
    Other,
}

impl Uscc {
    /// # Errors
    /// Wrong length, a character outside the alphabet, an unknown department, a division outside every province,
    /// a wrong check character, or a wrong check digit in the embedded organisation code.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check_length(text, 18, 18)?;
        check_characters(text, |index, c| match index {
            2..8 => c.is_ascii_digit(),
            _ => uscc_value(c).is_some(),
        })?;
        let values: Vec<u8> = text.chars().filter_map(uscc_value).collect();
        if values.last() != Some(&checksum::mod_31(&values[..17])) {
            return Err(IdentifierError::CheckDigit);
        }
        // GB 32100-2015 table 1 with its later additions: A the Central Military Commission, N agriculture, Y others.
        if !text.starts_with(|c: char| matches!(c, '1'..='9' | 'A' | 'N' | 'Y')) {
            return Err(IdentifierError::Department);
        }
        // 10 stands for the national registry. Codes are never renumbered when a county is, so no finer check holds.
        if !text[2..].starts_with("10") && !division::is_province_prefix(&text[2..4]) {
            return Err(IdentifierError::Division);
        }
        OrgCode::parse(&text[8..17]).map_err(|_| IdentifierError::OrganisationCode)?;
        Ok(Self(text.to_owned()))
    }

    /// The registering department, the first character: `9` market regulation, `5` civil affairs, `1` staffing office.
    pub fn department(&self) -> char {
        self.0.chars().next().unwrap_or_default()
    }

    /// What the first two characters say about the organisation.
    pub fn organisation_type(&self) -> OrganisationType {
        match &self.0[..2] {
            "91" => OrganisationType::Enterprise,
            "92" => OrganisationType::IndividualBusiness,
            "93" => OrganisationType::FarmersCooperative,
            "11" | "12" | "13" | "19" => OrganisationType::PublicBody,
            "51" | "52" | "53" | "59" => OrganisationType::SocialOrganisation,
            _ => OrganisationType::Other,
        }
    }

    /// Six digits of GB/T 2260 as they stood at registration; possibly abolished since.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// The embedded organisation code, characters 9 to 17.
    pub fn org_code(&self) -> OrgCode {
        OrgCode(self.0[8..17].to_owned())
    }
}

fn uscc_value(c: char) -> Option<u8> {
    USCC_ALPHABET.chars().position(|letter| letter == c).and_then(|index| u8::try_from(index).ok())
}

identifier! {
    /// Organisation code (组织机构代码), GB 11714-1997: eight digits or capital letters and a check digit, no hyphen.
    OrgCode
}

impl OrgCode {
    /// # Errors
    /// Wrong length, a character that is neither a digit nor a capital letter, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check_length(text, 9, 9)?;
        check_characters(text, |index, c| match index {
            8 => c.is_ascii_digit() || c == 'X',
            _ => c.is_ascii_digit() || c.is_ascii_uppercase(),
        })?;
        let values: Vec<u8> =
            text.bytes().take(8).map(|b| if b.is_ascii_digit() { b - b'0' } else { b - b'A' + 10 }).collect();
        if text.ends_with(checksum::organisation_check(&values)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::CheckDigit)
        }
    }
}

identifier! {
    /// Licence number from before the credit code (营业执照注册号): 15 digits, GS 15-2006, ISO 7064 MOD 11,10.
    /// Its first six digits name the registering office, whose codes go beyond GB/T 2260, so they are not checked.
    LicenceNumber15
}

impl LicenceNumber15 {
    /// # Errors
    /// Wrong length, a character that is not a digit, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let values = digits(text, 15, 15)?;
        if values.last() == Some(&checksum::mod_11_10(&values[..14])) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::CheckDigit)
        }
    }
}
