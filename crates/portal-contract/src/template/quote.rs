//! What the merchant will pay: the server's offer, and the same numbers as a monthly estimate.

use jiff::civil::Date;
use portal_domain::dossier::FeeService;
pub use portal_domain::settlement_cycle::SettlementCycle;
pub use portal_domain::turnover::Turnover;
use serde::{Deserialize, Serialize};

/// An amount in fen (1/100 yuan).
pub type Fen = u64;

/// Rates are parts of this: 0.6 % is 6,000 of a million.
const RATE_UNIT: u128 = 1_000_000;

/// A binding offer. The server signs it (see [`crate::sealed`]); nothing in it comes from the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    pub number: String,
    /// The case that it is for.
    pub case_id: String,
    /// Last day on which it can be signed.
    pub valid_until: Date,
    pub fees: Vec<QuotedFee>,
    pub settlement: SettlementCycle,
    /// Deposit for all terminals.
    pub deposit_fen: Fen,
    /// Service fee per year, mobile data included.
    pub yearly_service_fen: Fen,
    /// Days after the return of the terminals within which the deposit is paid back.
    pub deposit_refund_days: u16,
    /// What ending the contract costs; nothing in most offers.
    pub exit_fen: Fen,
}

/// The fee of one kind of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotedFee {
    pub service: FeeService,
    /// In 1/10000 %: 0.6 % is 6000.
    pub rate: u32,
    pub cap_fen: Option<Fen>,
    pub floor_fen: Option<Fen>,
}

impl QuotedFee {
    /// The fee of one payment: rounded half up to the fen, not below the floor, not above the cap, and never more than
    /// the payment.
    pub fn of(&self, payment_fen: Fen) -> Fen {
        let exact = u128::from(payment_fen) * u128::from(self.rate);
        let rounded = Fen::try_from((exact + RATE_UNIT / 2) / RATE_UNIT).unwrap_or(Fen::MAX);
        let floored = rounded.max(self.floor_fen.unwrap_or_default());
        floored.min(self.cap_fen.unwrap_or(Fen::MAX)).min(payment_fen)
    }

    /// The rate in percent: `0.6%`.
    pub fn rate_text(&self) -> String {
        let fraction = format!("{:04}", self.rate % 10_000);
        // Two digits at least, as people are used to.
        let fraction = match fraction.trim_end_matches('0') {
            short if short.len() < 2 => fraction.get(..2).unwrap_or_default(),
            long => long,
        };
        format!("{}.{fraction}%", self.rate / 10_000)
    }
}

/// A month's costs, from the same formula as every later charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostCard {
    /// For each kind of payment: turnover and fee of the month.
    pub lines: Vec<CostLine>,
    pub month_turnover_fen: Fen,
    pub month_fee_fen: Fen,
    /// Fees of twelve such months and the service fee; without the deposit, which comes back.
    pub year_fen: Fen,
}

/// One line of a cost card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostLine {
    pub turnover: Turnover,
    pub turnover_fen: Fen,
    pub fee_fen: Fen,
}

impl Quote {
    /// What these turnovers cost in a month. Kinds of payment that are not offered are left out.
    pub fn cost(&self, turnovers: &[Turnover]) -> CostCard {
        let line = |turnover: &Turnover| {
            let fee = self.fees.iter().find(|fee| fee.service == turnover.service)?;
            let payments = Fen::from(turnover.payments);
            Some(CostLine {
                turnover: *turnover,
                turnover_fen: payments.saturating_mul(turnover.each_fen),
                fee_fen: payments.saturating_mul(fee.of(turnover.each_fen)),
            })
        };
        let lines: Vec<CostLine> = turnovers.iter().filter_map(line).collect();
        let sum = |part: fn(&CostLine) -> Fen| lines.iter().map(part).fold(0, Fen::saturating_add);
        let month_fee_fen = sum(|line| line.fee_fen);
        CostCard {
            month_turnover_fen: sum(|line| line.turnover_fen),
            year_fen: month_fee_fen.saturating_mul(12).saturating_add(self.yearly_service_fen),
            month_fee_fen,
            lines,
        }
    }
}

/// `1,234.50`
pub fn yuan(fen: Fen) -> String {
    let whole = (fen / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{:02}", fen % 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fee(rate: u32, cap_fen: Option<Fen>, floor_fen: Option<Fen>) -> QuotedFee {
        QuotedFee { service: FeeService::DebitCard, rate, cap_fen, floor_fen }
    }

    #[test]
    fn fees_are_rounded_half_up_and_kept_between_floor_and_cap() {
        for (payment_fen, fee_fen) in [(100_000, 380), (131, 0), (132, 1), (1_184, 4), (1_185, 5)] {
            assert_eq!(fee(3800, None, None).of(payment_fen), fee_fen, "{payment_fen}");
        }
        assert_eq!(fee(5000, Some(2000), None).of(1_000_000), 2000);
        assert_eq!(fee(5000, None, Some(10)).of(100), 10);
        assert_eq!(fee(5000, None, Some(10)).of(7), 7, "never more than the payment");
        assert_eq!(fee(1_000_000, None, None).of(Fen::MAX), Fen::MAX);
    }

    #[test]
    fn rates_and_amounts_read_as_people_write_them() {
        let rates = [(6000, "0.60%"), (3800, "0.38%"), (3850, "0.385%"), (0, "0.00%"), (12_345, "1.2345%")];
        for (rate, text) in rates {
            assert_eq!(fee(rate, None, None).rate_text(), text);
        }
        for (fen, text) in [(0, "0.00"), (5, "0.05"), (123_450, "1,234.50"), (100_000_000, "1,000,000.00")] {
            assert_eq!(yuan(fen), text);
        }
    }

    proptest! {
        #[test]
        fn a_larger_payment_never_costs_less(rate in 0_u32..20_000, a in 0_u64..10_000_000, b in 0_u64..10_000_000) {
            let fee = fee(rate, Some(2_000), Some(5));
            prop_assert!(fee.of(a.min(b)) <= fee.of(a.max(b)));
        }
    }
}
