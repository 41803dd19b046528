//! The check-digit schemes, each a function of the values before the check digit.

/// ISO 7064 MOD 11-2 as GB 11643-1999 writes it: 17 digits in, one of `0`–`9` or `X` out.
/// Catches every wrong digit and every swap of neighbours.
pub(super) fn mod_11_2(digits: &[u8]) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    CHECKS[(weighted_sum(digits, &WEIGHTS) % 11) as usize]
}

/// GB 32100-2015: 17 values of the 31-letter alphabet in, the value of the check character out.
/// 31 is prime and neighbouring weights differ, so every wrong character and every swap of neighbours is caught.
pub(super) fn mod_31(values: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    ((31 - weighted_sum(values, &WEIGHTS) % 31) % 31) as u8
}

/// GB 11714-1997: 8 values (digits 0–9, letters 10–35) in, one of `0`–`9` or `X` out.
/// Two characters whose values differ by 11 or 22 (such as `0` and `B`) are indistinguishable to it.
pub(super) fn organisation_check(values: &[u8]) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    match 11 - weighted_sum(values, &WEIGHTS) % 11 {
        10 => 'X',
        11 => '0',
        value => char::from(b'0' + value as u8),
    }
}

/// ISO 7064 MOD 11,10: any number of digits in, one digit out.
/// Catches every wrong digit and nearly every swap of neighbours.
pub(super) fn mod_11_10(digits: &[u8]) -> u8 {
    let product = digits.iter().fold(10_u8, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Whether the digits, check digit last, satisfy the Luhn rule of ISO/IEC 7812-1.
/// Catches every wrong digit and every swap of neighbours but `09` with `90`. False for an empty or non-digit text.
pub fn luhn_ok(text: &str) -> bool {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = text
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(index, digit)| match index % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The digit that makes `digits` followed by it satisfy [`luhn_ok`].
#[cfg(any(test, feature = "testing"))]
pub(super) fn luhn_check(digits: &str) -> Option<char> {
    ('0'..='9').find(|check| luhn_ok(&format!("{digits}{check}")))
}

fn weighted_sum(values: &[u8], weights: &[u32]) -> u32 {
    values.iter().zip(weights).map(|(value, weight)| u32::from(*value) * weight).sum()
}
