//! What a PIN may be, and the growing delays after wrong ones.

use serde::{Deserialize, Serialize};

use crate::VaultError;

pub const PIN_MIN_DIGITS: usize = 6;
pub const PIN_MAX_DIGITS: usize = 12;

/// Checks a new PIN: 6 to 12 digits, not one digit repeated, not a straight sequence up or down (9 and 0 are
/// neighbours, as on a keyboard).
///
/// # Errors
/// `PinNotDigits`, `PinLength`, `PinRepeated`, `PinSequence`.
pub fn check_pin(pin: &str) -> Result<(), VaultError> {
    if !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(VaultError::PinNotDigits);
    }
    if !(PIN_MIN_DIGITS..=PIN_MAX_DIGITS).contains(&pin.len()) {
        return Err(VaultError::PinLength);
    }
    let steps_by =
        |step: u8| pin.as_bytes().windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    if steps_by(0) {
        return Err(VaultError::PinRepeated);
    }
    if steps_by(1) || steps_by(9) {
        return Err(VaultError::PinSequence);
    }
    Ok(())
}

/// Wrong PINs in a row that cost no waiting.
const FREE_ATTEMPTS: u32 = 4;
/// Waiting after the fifth wrong PIN in a row, the sixth, and so on; the last value repeats.
const DELAYS_MS: [i64; 5] = [30_000, 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000];

/// Wrong PINs of one account, kept in a file so that a restart does not forget them. They protect against the
/// person at the keyboard; a stolen disk is protected by the device secret in the keyring.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PinAttempts {
    failures: u32,
    /// Time of the last wrong PIN, by the clock of that moment.
    last_failure_ms: i64,
}

impl PinAttempts {
    /// What an unreadable file counts as: no free attempt left, and the next wrong PIN starts a delay.
    pub fn unknown() -> Self {
        Self { failures: FREE_ATTEMPTS, last_failure_ms: 0 }
    }

    /// Milliseconds until a PIN is accepted again, 0 for now.
    ///
    /// A clock set back neither shortens the delay nor stretches it beyond its full length: the caller stores
    /// [`PinAttempts::anchored`] and the delay starts again from the new time.
    pub fn wait_ms(&self, now_ms: i64) -> i64 {
        let delay_ms = self.delay_ms();
        match now_ms.saturating_sub(self.last_failure_ms) {
            since_ms if since_ms < 0 => delay_ms,
            since_ms => (delay_ms - since_ms).max(0),
        }
    }

    /// The same failures with a last time that is not in the future.
    pub fn anchored(&self, now_ms: i64) -> Self {
        Self { failures: self.failures, last_failure_ms: self.last_failure_ms.min(now_ms) }
    }

    pub fn with_failure(&self, now_ms: i64) -> Self {
        Self { failures: self.failures.saturating_add(1), last_failure_ms: now_ms }
    }

    /// What the user is told after a wrong PIN that has been counted.
    pub fn wrong_pin(&self) -> VaultError {
        VaultError::WrongPin {
            attempts_left: FREE_ATTEMPTS.saturating_sub(self.failures),
            retry_after_ms: self.delay_ms(),
        }
    }

    fn delay_ms(&self) -> i64 {
        match self.failures.checked_sub(FREE_ATTEMPTS + 1) {
            None => 0,
            Some(step) => DELAYS_MS[(step as usize).min(DELAYS_MS.len() - 1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON_MS: i64 = 1_790_000_000_000;

    fn after(failures: u32) -> PinAttempts {
        (0..failures).fold(PinAttempts::default(), |attempts, _| attempts.with_failure(NOON_MS))
    }

    #[test]
    fn trivial_pins_are_refused_by_name() {
        for (pin, code) in [
            ("", "pin_length"),
            ("12904", "pin_length"),
            ("1290412904129", "pin_length"),
            ("12904a", "pin_not_digits"),
            ("１２９０４５", "pin_not_digits"),
            ("000000", "pin_repeated"),
            ("123456", "pin_sequence"),
            ("987654", "pin_sequence"),
            ("789012", "pin_sequence"),
            ("210987", "pin_sequence"),
        ] {
            assert_eq!(check_pin(pin).unwrap_err().code(), code, "{pin}");
        }
        for pin in ["129045", "112233", "123457", "000001", "902134567812"] {
            check_pin(pin).unwrap();
        }
    }

    #[test]
    fn delays_grow_and_stop_at_an_hour() {
        let waits: Vec<i64> = (0..12).map(|failures| after(failures).wait_ms(NOON_MS) / 1000).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 300, 900, 3600, 3600, 3600]);
        let VaultError::WrongPin { attempts_left, retry_after_ms } = after(3).wrong_pin() else { panic!() };
        assert_eq!((attempts_left, retry_after_ms), (1, 0));
    }

    #[test]
    fn a_delay_runs_down_with_the_clock() {
        let attempts = after(6);
        assert_eq!(attempts.wait_ms(NOON_MS + 20_000), 40_000);
        assert_eq!(attempts.wait_ms(NOON_MS + 60_000), 0);
    }

    proptest! {
        #[test]
        fn no_clock_makes_the_wait_longer_than_its_delay(failures in 0u32..20, now_ms in any::<i64>()) {
            let attempts = after(failures);
            let wait_ms = attempts.wait_ms(now_ms);
            prop_assert!((0..=3_600_000).contains(&wait_ms));
            if now_ms < NOON_MS {
                prop_assert_eq!(wait_ms, attempts.wait_ms(NOON_MS));
                let anchored = attempts.anchored(now_ms);
                prop_assert_eq!(anchored.wait_ms(now_ms.saturating_add(wait_ms)), 0);
            }
        }
    }
}
