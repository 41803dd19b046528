//! When a payment reaches the merchant's account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// As a contract names it. Codes are those of the acquirers' settlement periods, e.g. Lakala's `settlePeriod`: T counts
/// working days, D every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SettlementCycle {
    /// T+1.
    NextWorkingDay,
    /// D+1.
    NextDay,
    /// T+3.
    ThirdWorkingDay,
    /// D+30.
    ThirtiethDay,
}

impl SettlementCycle {
    /// The cycle that a period's code stands for.
    pub fn of(code: &str) -> Option<Self> {
        match code.trim() {
            "T+1" => Some(Self::NextWorkingDay),
            "D+1" => Some(Self::NextDay),
            "T+3" => Some(Self::ThirdWorkingDay),
            "D+30" => Some(Self::ThirtiethDay),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::lakala;

    #[test]
    fn every_period_that_is_offered_has_a_cycle_of_its_own() {
        let periods = &lakala().unwrap().field("/settlement/period").unwrap().options;
        let mut cycles: Vec<_> = periods.iter().map(|period| SettlementCycle::of(&period.code)).collect();
        assert!(cycles.iter().all(Option::is_some), "{cycles:?}");
        cycles.dedup();
        assert_eq!(cycles.len(), periods.len());
        assert_eq!(SettlementCycle::of("T+2"), None);
    }
}
