//! Limits on failed sign-ins, per subject and window, in memory. What must survive a restart is in the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Subjects kept at once; beyond it the finished windows are dropped.
const MAX_SUBJECTS: usize = 100_000;

#[derive(Debug, Clone, Copy)]
struct Window {
    began_ms: i64,
    failures: u32,
}

/// Counts failures.
#[derive(Default)]
pub struct Limiter {
    windows: Mutex<HashMap<String, Window>>,
}

impl Limiter {
    /// Counts a try, as failed until it is known to have succeeded, so that many at once count too.
    ///
    /// # Errors
    /// Seconds to wait when the subject has failed `max` times within the window; this try isn't counted then.
    pub fn begin(&self, subject: &str, max: u32, window_ms: i64, now_ms: i64) -> Result<(), u64> {
        match self.wait_s(subject, max, window_ms, now_ms) {
            Some(wait_s) => Err(wait_s),
            None => {
                self.failed(subject, window_ms, now_ms);
                Ok(())
            }
        }
    }

    /// Seconds to wait when the subject has failed `max` times within the window; none when it may try.
    pub fn wait_s(&self, subject: &str, max: u32, window_ms: i64, now_ms: i64) -> Option<u64> {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(subject)?;
        let left_ms = window.began_ms + window_ms - now_ms;
        (left_ms > 0 && window.failures >= max).then(|| u64::try_from(left_ms / 1000).unwrap_or(0) + 1)
    }

    /// Counts a failure.
    pub fn failed(&self, subject: &str, window_ms: i64, now_ms: i64) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MAX_SUBJECTS {
            windows.retain(|_, window| window.began_ms + window_ms > now_ms);
        }
        let window = windows.entry(subject.to_owned()).or_insert(Window { began_ms: now_ms, failures: 0 });
        if window.began_ms + window_ms <= now_ms {
            *window = Window { began_ms: now_ms, failures: 0 };
        }
        window.failures += 1;
    }

    /// Forgets a subject that succeeded.
    pub fn succeeded(&self, subject: &str) {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).remove(subject);
    }
}
