//! The clock port: the only place that asks the system for the time.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// Unix milliseconds now.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

#[allow(clippy::disallowed_methods, reason = "this is the clock port")]
pub fn system_clock() -> i64 {
    Timestamp::now().as_millisecond()
}

/// The day that validity dates are compared with: documents are dated in Beijing time, wherever the computer is.
pub(crate) fn beijing_date(now_ms: i64) -> Date {
    beijing(now_ms).date()
}

/// `2026-03-01 09:30` in Beijing time, for printed matter and lists.
pub fn beijing_text(now_ms: i64) -> String {
    beijing(now_ms).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `20260301`, for numbers that people read out.
pub(crate) fn beijing_compact(now_ms: i64) -> String {
    beijing(now_ms).strftime("%Y%m%d").to_string()
}

fn beijing(now_ms: i64) -> jiff::Zoned {
    let at = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::fixed(Offset::constant(8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_in_beijing() {
        let before_midnight = 1_767_196_799_000; // 2025-12-31 23:59:59 there
        assert_eq!(beijing_date(before_midnight).to_string(), "2025-12-31");
        assert_eq!(beijing_date(before_midnight + 1_000).to_string(), "2026-01-01");
        assert_eq!(beijing_compact(before_midnight + 1_000), "20260101");
    }
}
