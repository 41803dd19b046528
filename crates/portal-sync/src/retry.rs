//! When to try again: full jitter under a doubling ceiling that never exceeds fifteen minutes.

use portal_store::RETRY_CAP_MS as CAP_MS;

const FIRST_MS: i64 = 1000;

/// The longest wait after `attempts` failed tries in a row (1 or more): `min(cap, 1 s · 2^(n−1))`, in milliseconds.
pub fn ceiling_ms(attempts: u32, cap_ms: i64) -> i64 {
    let doublings = attempts.saturating_sub(1).min(30);
    FIRST_MS.saturating_mul(1 << doublings).min(cap_ms)
}

/// A wait drawn evenly from 0 to the ceiling by `random`, in milliseconds.
pub fn jitter_ms(attempts: u32, cap_ms: i64, random: u64) -> i64 {
    let choices = u64::try_from(ceiling_ms(attempts, cap_ms)).unwrap_or_default() + 1;
    i64::try_from(random % choices).unwrap_or(cap_ms)
}

/// The wait before the next try of an operation, in milliseconds: what the backend asked for and a jitter on top, so
/// that computers that were refused together don't come back together; never more than the store's cap.
pub fn delay_ms(attempts: u32, retry_after_ms: Option<i64>, random: u64) -> i64 {
    let asked = retry_after_ms.unwrap_or(0).clamp(0, CAP_MS);
    (asked + jitter_ms(attempts, CAP_MS, random)).min(CAP_MS)
}

/// Randomness for [`jitter_ms`]. Without a random source the longest wait is taken.
pub(crate) fn random() -> u64 {
    getrandom::u64().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_wait_lies_between_nothing_and_its_ceiling(attempts in 0_u32..1000, random: u64) {
            let wait = jitter_ms(attempts, CAP_MS, random);
            prop_assert!((0..=ceiling_ms(attempts, CAP_MS)).contains(&wait));
            prop_assert!(ceiling_ms(attempts, CAP_MS) <= CAP_MS);
        }

        #[test]
        fn the_backend_is_obeyed_within_the_cap(attempts in 0_u32..50, asked in 0_i64..10 * CAP_MS, random: u64) {
            let wait = delay_ms(attempts, Some(asked), random);
            prop_assert!(wait >= asked.min(CAP_MS));
            prop_assert!(wait <= CAP_MS);
        }
    }

    #[test]
    fn the_ceiling_doubles_from_a_second_to_the_cap() {
        let ceilings: Vec<i64> = (1..=12).map(|n| ceiling_ms(n, CAP_MS) / 1000).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }
}
