//! Telephone numbers and postal codes in mainland China.

use super::{IdentifierError, check_characters, check_length, digits, identifier};

identifier! {
    /// Mobile number (手机号码): eleven digits, `1` and then `3` to `9`, without the country code.
    Mobile
}

impl Mobile {
    /// # Errors
    /// Wrong length, a character that is not a digit, or a number that does not begin with 13 to 19.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        match digits(text, 11, 11)?[..] {
            [1, 3..=9, ..] => Ok(Self(text.to_owned())),
            _ => Err(IdentifierError::Prefix),
        }
    }
}

identifier! {
    /// Fixed line (固定电话) with its area code, or a 400/800 service number, each with an optional extension.
    /// Hyphens may be left out when parsing, except before the extension;
    /// the canonical form is `0571-87654321`, `010-12345678-801`, `400-123-4567`.
    Landline
}

impl Landline {
    /// # Errors
    /// A character that is neither a digit nor a hyphen, a number that begins with neither 0, 400 nor 800, an area
    /// code that does not exist, or too few or too many digits.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check_characters(text, |_, c| c.is_ascii_digit() || c == '-')?;
        let area_len = match text.as_bytes() {
            [b'4' | b'8', b'0', b'0', ..] => return service_number(text),
            [b'0', b'1', b'0', ..] | [b'0', b'2', b'0'..=b'5' | b'7'..=b'9', ..] => 3,
            [b'0', b'3'..=b'9', ..] => 4,
            _ => return Err(IdentifierError::Prefix),
        };
        check_length(text, area_len + 7, area_len + 8 + 2 + EXTENSION_MAX)?;
        let (area, rest) = text.split_at(area_len);
        check_characters(area, |_, c| c.is_ascii_digit())?;
        let (number, extension) = split_extension(rest.strip_prefix('-').unwrap_or(rest));
        // Three-digit areas are the big cities, all on eight digits by now; elsewhere both lengths are in use.
        digits(number, if area_len == 3 { 8 } else { 7 }, 8)?;
        if number.starts_with(['0', '1']) {
            return Err(IdentifierError::Prefix);
        }
        with_extension(format!("{area}-{number}"), extension)
    }
}

/// Ten digits, usually written `400-123-4567`.
fn service_number(text: &str) -> Result<Landline, IdentifierError> {
    let mut number = String::new();
    let mut rest = text;
    while number.len() < 10 {
        let (digit, tail) = rest
            .strip_prefix('-')
            .filter(|_| matches!(number.len(), 3 | 4 | 6 | 7))
            .unwrap_or(rest)
            .split_at_checked(1)
            .ok_or(IdentifierError::Length { min: 10, max: 10, found: number.len() })?;
        if digit == "-" {
            return Err(IdentifierError::Character { position: text.len() - tail.len() });
        }
        number.push_str(digit);
        rest = tail;
    }
    let extension = match rest.strip_prefix('-') {
        Some(extension) => Some(extension),
        None if rest.is_empty() => None,
        None => {
            return Err(IdentifierError::Length { min: 10, max: 10, found: 10 + rest.len() });
        }
    };
    with_extension(format!("{}-{}-{}", &number[..3], &number[3..6], &number[6..]), extension)
}

const EXTENSION_MAX: usize = 6;

fn split_extension(text: &str) -> (&str, Option<&str>) {
    match text.split_once('-') {
        Some((number, extension)) => (number, Some(extension)),
        None => (text, None),
    }
}

fn with_extension(number: String, extension: Option<&str>) -> Result<Landline, IdentifierError> {
    let Some(extension) = extension else { return Ok(Landline(number)) };
    digits(extension, 1, EXTENSION_MAX)?;
    Ok(Landline(format!("{number}-{extension}")))
}

identifier! {
    /// Postal code (邮政编码): six digits, the first two a postal zone; Hong Kong and Macao use 999077 and 999078.
    PostalCode
}

impl PostalCode {
    /// # Errors
    /// Wrong length, a character that is not a digit, or a zone that is not in use.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        match digits(text, 6, 6)?[..] {
            [0, 0, ..] => Err(IdentifierError::Prefix),
            [9, ..] if !matches!(text, "999077" | "999078") => Err(IdentifierError::Prefix),
            _ => Ok(Self(text.to_owned())),
        }
    }
}
