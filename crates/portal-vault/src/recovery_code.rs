use std::fmt;

use zeroize::Zeroizing;

use crate::VaultError;
use crate::kdf::{Key, random, subkey};

/// Crockford's base 32: no I, L, O, U, so that print and handwriting are unambiguous.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 27 × 5 = 135 random bits.
const DATA_SYMBOLS: usize = 27;
const SYMBOLS: usize = DATA_SYMBOLS + 1;
const GROUP: usize = 4;

/// The code that brings an account back when the keyring or the PIN is lost: seven groups of four symbols,
/// the last symbol a check. Shown or printed once, never stored.
///
/// The check is a Reed–Solomon symbol over GF(32): it catches every single wrong symbol and every swap of two
/// symbols.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode {
    /// Values 0–31, check symbol last.
    symbols: Zeroizing<[u8; SYMBOLS]>,
}

impl RecoveryCode {
    pub(crate) fn generate() -> Result<Self, VaultError> {
        let noise = Zeroizing::new(random::<DATA_SYMBOLS>()?);
        let mut symbols = Zeroizing::new([0; SYMBOLS]);
        for (symbol, byte) in symbols.iter_mut().zip(noise.iter()) {
            *symbol = byte & 31;
        }
        symbols[DATA_SYMBOLS] = remainder(&symbols[..DATA_SYMBOLS]);
        Ok(Self { symbols })
    }

    /// Reads what a person typed: lower case, spaces and hyphens anywhere, O for 0, I and L for 1.
    ///
    /// # Errors
    /// `RecoveryCodeSymbol`, `RecoveryCodeLength`, `RecoveryCodeTypo` (the check symbol does not fit).
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let mut symbols = Zeroizing::new([0; SYMBOLS]);
        let mut length = 0;
        for character in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '－'))
        {
            let value = symbol_value(character).ok_or(VaultError::RecoveryCodeSymbol)?;
            *symbols.get_mut(length).ok_or(VaultError::RecoveryCodeLength)? = value;
            length += 1;
        }
        if length != SYMBOLS {
            return Err(VaultError::RecoveryCodeLength);
        }
        if remainder(&symbols[..DATA_SYMBOLS]) != symbols[DATA_SYMBOLS] {
            return Err(VaultError::RecoveryCodeTypo);
        }
        Ok(Self { symbols })
    }

    /// The code as it is shown once: `XXXX-XXXX-…`.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SYMBOLS + SYMBOLS / GROUP));
        for (index, symbol) in self.symbols.iter().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*symbol)]));
        }
        text
    }

    /// The key this code stands for. 135 random bits need no stretching.
    pub(crate) fn key(&self, salt: &[u8], context: &[u8]) -> Key {
        subkey(&[self.symbols.as_slice()], salt, &[b"zhanggui recovery wrap v1", context])
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(***)")
    }
}

fn symbol_value(character: char) -> Option<u8> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|symbol| char::from(*symbol) == upper).and_then(|index| u8::try_from(index).ok())
}

/// The check symbol: the data as a polynomial times x, evaluated at the primitive element α = 2 of
/// GF(2)[x]/(x⁵ + x² + 1). Every position has its own non-zero weight because α has order 31 > 28.
fn remainder(data: &[u8]) -> u8 {
    data.iter().fold(0, |sum, symbol| times_alpha(sum ^ symbol))
}

fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code() -> impl Strategy<Value = String> {
        proptest::collection::vec(0u8..32, DATA_SYMBOLS).prop_map(|mut symbols| {
            symbols.push(remainder(&symbols));
            symbols.iter().map(|value| char::from(ALPHABET[usize::from(*value)])).collect()
        })
    }

    #[test]
    fn a_generated_code_is_read_back_however_it_is_typed() {
        let code = RecoveryCode::generate().unwrap();
        let shown = code.reveal();
        assert_eq!(shown.len(), 34);
        assert_eq!(shown.split('-').count(), 7);
        let sloppy = shown.to_lowercase().replace('-', "  ").replace('0', "o").replace('1', "l");
        assert_eq!(RecoveryCode::parse(&sloppy).unwrap(), code);
        assert_eq!(RecoveryCode::parse(&shown.replace('1', "I").replace('0', "O")).unwrap(), code);
        assert!(!format!("{code:?}").contains(&shown[..4]));
    }

    #[test]
    fn two_codes_differ() {
        assert_ne!(RecoveryCode::generate().unwrap(), RecoveryCode::generate().unwrap());
    }

    #[test]
    fn what_is_no_code_is_named() {
        let shown = RecoveryCode::generate().unwrap().reveal();
        for (text, expected) in [
            (String::new(), "recovery_code_length"),
            (shown[..33].to_owned(), "recovery_code_length"),
            (format!("{}0", *shown), "recovery_code_length"),
            (format!("U{}", &shown[1..]), "recovery_code_symbol"),
            (format!("掌{}", &shown[1..]), "recovery_code_symbol"),
        ] {
            assert_eq!(RecoveryCode::parse(&text).unwrap_err().code(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_single_wrong_symbol_is_caught(code in code()) {
            prop_assert!(RecoveryCode::parse(&code).is_ok());
            for position in 0..SYMBOLS {
                for symbol in ALPHABET.iter().map(|b| char::from(*b)) {
                    let changed: String =
                        code.chars().enumerate().map(|(i, c)| if i == position { symbol } else { c }).collect();
                    if changed != code {
                        let caught = matches!(RecoveryCode::parse(&changed), Err(VaultError::RecoveryCodeTypo));
                        prop_assert!(caught, "{changed}");
                    }
                }
            }
        }

        #[test]
        fn every_swap_of_two_symbols_is_caught(code in code(), a in 0..SYMBOLS, b in 0..SYMBOLS) {
            let mut symbols: Vec<char> = code.chars().collect();
            symbols.swap(a, b);
            let changed: String = symbols.into_iter().collect();
            let caught = matches!(RecoveryCode::parse(&changed), Err(VaultError::RecoveryCodeTypo));
            prop_assert_eq!(caught, changed != code);
        }
    }
}
