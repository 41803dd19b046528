//! Banks, as a table that ships with the program and helps to fill in an account.
//!
//! The table is `data/banks.tsv`; its header says where it comes from and what it leaves out. It offers and never
//! judges: any bank's name may be typed.

use std::sync::LazyLock;

static FILE: &str = include_str!("../data/banks.tsv");

static TABLE: LazyLock<Vec<Bank>> =
    LazyLock::new(|| FILE.lines().filter(|line| !line.starts_with('#')).filter_map(Bank::from_row).collect());

/// One bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    /// Chinese name, as accounts are opened under.
    pub zh: &'static str,
    /// English name; empty where the bank isn't known by one.
    pub en: &'static str,
    /// First three digits of its branches' codes; empty where banks share one.
    pub branch_prefix: &'static str,
    /// First digits of its cards.
    pub card_prefixes: Vec<&'static str>,
}

impl Bank {
    fn from_row(row: &'static str) -> Option<Self> {
        let mut cells = row.split('\t');
        let (zh, en, branch_prefix) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Self { zh, en, branch_prefix, card_prefixes: cells.next()?.split_whitespace().collect() })
    }
}

/// Every bank of the table, the largest first.
pub fn all() -> &'static [Bank] {
    &TABLE
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn digits(text: &str) -> bool {
        text.bytes().all(|byte| byte.is_ascii_digit())
    }

    #[test]
    fn every_row_of_the_table_is_whole() {
        let rows = FILE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(all().len(), rows, "a row has a missing cell");
        for bank in all() {
            assert!(!bank.zh.is_ascii() && bank.en.is_ascii(), "{bank:?}");
            assert!(digits(bank.branch_prefix) && matches!(bank.branch_prefix.len(), 0 | 3), "{bank:?}");
            assert!(!bank.card_prefixes.is_empty(), "{bank:?}");
            for prefix in &bank.card_prefixes {
                assert!(digits(prefix) && (5..=9).contains(&prefix.len()), "{bank:?}");
            }
        }
        assert!(FILE.contains("# completeness: "));
    }

    #[test]
    fn nothing_belongs_to_two_banks() {
        let mut seen = HashSet::new();
        for bank in all() {
            let names = [bank.zh, bank.branch_prefix].into_iter().filter(|name| !name.is_empty());
            for own in names.chain(bank.card_prefixes.iter().copied()) {
                assert!(seen.insert(own), "{own} is there twice");
            }
        }
    }
}
