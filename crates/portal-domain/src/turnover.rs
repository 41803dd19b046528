//! What a merchant expects to take in: the estimate that the cost card of a contract is made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::FeeService;

/// A month's estimate beyond these numbers is a slip of the finger.
pub const MAX_PAYMENTS: u32 = 1_000_000;
pub const MAX_EACH_FEN: u64 = 100_000_000;

/// What a merchant expects to take in during a month by one kind of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Turnover {
    pub service: FeeService,
    /// Number of payments in a month.
    #[schemars(range(min = 1, max = MAX_PAYMENTS))]
    pub payments: u32,
    /// Amount of each, in fen.
    #[schemars(range(min = 1, max = MAX_EACH_FEN))]
    pub each_fen: u64,
}

/// What is wrong with an estimate, if anything: the place below the list, and a code.
///
/// # Errors
/// The first problem: a kind of payment twice, or a number out of range.
pub fn check(turnovers: &[Turnover]) -> Result<(), (String, &'static str)> {
    for (index, turnover) in turnovers.iter().enumerate() {
        if turnovers[..index].iter().any(|other| other.service == turnover.service) {
            return Err((format!("/{index}/service"), "duplicate"));
        }
        if !(1..=MAX_PAYMENTS).contains(&turnover.payments) {
            return Err((format!("/{index}/payments"), "out_of_range"));
        }
        if !(1..=MAX_EACH_FEN).contains(&turnover.each_fen) {
            return Err((format!("/{index}/each_fen"), "out_of_range"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_named_with_its_place() {
        let good = Turnover { service: FeeService::Wechat, payments: 900, each_fen: 3_580 };
        let other = Turnover { service: FeeService::Alipay, ..good };
        let wrong = |turnovers: &[Turnover]| check(turnovers).unwrap_err();
        assert_eq!(check(&[good, other]), Ok(()));
        assert_eq!(wrong(&[good, good]), ("/1/service".into(), "duplicate"));
        assert_eq!(wrong(&[Turnover { payments: 0, ..good }]), ("/0/payments".into(), "out_of_range"));
        let dear = Turnover { each_fen: MAX_EACH_FEN + 1, ..other };
        assert_eq!(wrong(&[good, dear]), ("/1/each_fen".into(), "out_of_range"));
    }
}
