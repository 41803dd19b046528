//! Whether a paper is still valid.

use jiff::civil::Date;

/// What is to be said of a paper's last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// It is past.
    Expired,
    /// It comes within the days that were asked for; 0 is today.
    Soon { days_left: i32 },
}

impl Expiry {
    /// Of a paper that is valid up to and including `until`; none while that is more than `soon_days` ahead.
    pub fn of(until: Date, today: Date, soon_days: u32) -> Option<Self> {
        let days_left = (until - today).get_days();
        if days_left < 0 {
            return Some(Self::Expired);
        }
        let soon_days = i32::try_from(soon_days).unwrap_or(i32::MAX);
        (days_left <= soon_days).then_some(Self::Soon { days_left })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_day_is_a_valid_one() {
        let today = date(2026, 3, 1);
        assert_eq!(Expiry::of(date(2026, 2, 28), today, 30), Some(Expiry::Expired));
        assert_eq!(Expiry::of(today, today, 30), Some(Expiry::Soon { days_left: 0 }));
        assert_eq!(Expiry::of(date(2026, 3, 31), today, 30), Some(Expiry::Soon { days_left: 30 }));
        assert_eq!(Expiry::of(date(2026, 4, 1), today, 30), None);
    }
}
