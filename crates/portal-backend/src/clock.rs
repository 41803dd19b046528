//! The clock port: the only place that reads the time.

use std::sync::Arc;

/// Gives Unix milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The computer's clock.
pub fn system() -> Clock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock port")]
    Arc::new(|| jiff::Timestamp::now().as_millisecond())
}

/// The time zone of every date the product shows: China has one, without summer time.
fn china() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(8))
}

/// The day in China at `at_ms`.
pub fn china_date(at_ms: i64) -> jiff::civil::Date {
    timestamp(at_ms).to_zoned(china()).date()
}

/// `2026年7月1日 10:30`.
pub fn china_text(at_ms: i64) -> String {
    let time = timestamp(at_ms).to_zoned(china());
    format!("{}年{}月{}日 {:02}:{:02}", time.year(), time.month(), time.day(), time.hour(), time.minute())
}

/// `2026年7月1日`.
pub fn china_day_text(day: jiff::civil::Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The moment, or the epoch for a value outside the calendar.
pub fn timestamp(at_ms: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
