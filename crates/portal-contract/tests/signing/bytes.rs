//! Any single changed byte is noticed.

use portal_contract::verifying::Verdict;
use proptest::prelude::*;

use crate::ceremony::Cast;

/// The containers and what was appended are small enough to try every byte.
#[test]
fn every_byte_of_the_last_signature_counts() {
    let cast = Cast::new();
    let stamped = cast.stamped();
    let hole = {
        const KEY: &[u8] = b"/Contents <";
        let at = stamped.windows(KEY.len()).rposition(|window| window == KEY).unwrap();
        at..at + 12_000
    };
    for at in hole.step_by(11) {
        let mut changed = stamped.clone();
        changed[at] ^= 0x01;
        assert_eq!(cast.verify(&changed).verdict, Verdict::Refused, "byte {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_other_byte_anywhere_is_refused(place in 0.0_f64..1.0, change in 1_u8..) {
        let (cast, stamped) = signed();
        let at = (place * stamped.len() as f64) as usize;
        let mut changed = stamped.clone();
        changed[at] ^= change;
        let report = cast.verify(&changed);
        prop_assert_eq!(report.verdict, Verdict::Refused, "byte {} xor {:#x}", at, change);
    }

    #[test]
    fn any_missing_or_added_byte_is_refused(place in 0.0_f64..1.0, added in proptest::option::of(any::<u8>())) {
        let (cast, stamped) = signed();
        let at = (place * stamped.len() as f64) as usize;
        let mut changed = stamped.clone();
        match added {
            Some(byte) => changed.insert(at, byte),
            None => {
                changed.remove(at);
            }
        }
        prop_assert_eq!(cast.verify(&changed).verdict, Verdict::Refused, "at {}", at);
    }
}

/// Signed once for all cases of a property.
fn signed() -> &'static (Cast, Vec<u8>) {
    static SIGNED: std::sync::OnceLock<(Cast, Vec<u8>)> = std::sync::OnceLock::new();
    SIGNED.get_or_init(|| {
        let cast = Cast::new();
        let stamped = cast.stamped();
        (cast, stamped)
    })
}
