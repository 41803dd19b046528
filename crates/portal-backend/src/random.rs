//! Random tokens, and the hashes under which they are kept.

use portal_domain::ids::Sha256;
use sha2::Digest;

use crate::error::BackendError;

/// 32 random bytes as hexadecimal: access, refresh, console and CSRF tokens.
pub fn token() -> Result<String, BackendError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// Six decimal digits, each value equally likely.
pub fn six_digits() -> Result<String, BackendError> {
    const CODES: u32 = 1_000_000;
    // The largest multiple of CODES in a u32: values above it would favour low codes.
    const LIMIT: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let value = getrandom::u32()?;
        if value < LIMIT {
            return Ok(format!("{:06}", value % CODES));
        }
    }
}

/// An activation code: 80 random bits in Crockford's alphabet, then the id of the receipt key that the computer
/// shall pin, e.g. `7K2M-9QRT-XW3H-V5NB-3F9A1C2B4D5E6F70`.
pub fn activation_code(kid: &str) -> Result<String, BackendError> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    let mut text = String::with_capacity(20 + kid.len());
    for (index, byte) in bytes.iter().enumerate() {
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
        if index % 4 == 3 {
            text.push('-');
        }
    }
    text.push_str(&kid.to_ascii_uppercase());
    Ok(text)
}

/// An activation code as it is hashed: people type it in their own way.
pub fn normalised_code(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// A random part of one: 0 when the system gives no random numbers, as it decides about waiting only.
pub fn fraction() -> f64 {
    f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX)
}

/// Hash of bytes as hexadecimal text.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(sha2::Sha256::digest(bytes))
}

/// Hash of bytes as the domain's type.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}
