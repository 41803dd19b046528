//! The day's budget of a metered line, shared by every account of this computer.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use portal_sync::Budget;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, beijing_compact};
use crate::view::MeteredView;

const MIB: u64 = 1 << 20;

/// What was sent today, and whether that is enough.
pub(crate) struct DayBudget {
    file: PathBuf,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    /// Absent on a line that costs nothing.
    limit_bytes: Option<u64>,
    today: Today,
}

/// Kept in the profile, so that a restart doesn't begin the day anew.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Today {
    /// As in Beijing, where the line is paid for.
    day: String,
    sent_bytes: u64,
    /// Somebody said to send all the same.
    lifted: bool,
    /// A photo had to wait.
    used_up: bool,
}

impl State {
    fn has_room(&self, bytes: u64) -> bool {
        let fits = |limit_bytes| self.today.sent_bytes.saturating_add(bytes) <= limit_bytes;
        self.today.lifted || self.limit_bytes.is_none_or(fits)
    }
}

impl DayBudget {
    pub(crate) fn new(file: PathBuf, clock: Clock, limit_mib: Option<u32>) -> Self {
        let read = std::fs::read(&file).ok();
        let today = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, clock, state: Mutex::new(State { limit_bytes: limit_mib.map(bytes), today }) }
    }

    /// Whether it is another one than before.
    pub(crate) fn set_limit(&self, limit_mib: Option<u32>) -> bool {
        let mut state = self.today();
        let limit_bytes = limit_mib.map(bytes);
        let is_new = state.limit_bytes != limit_bytes;
        if is_new {
            state.limit_bytes = limit_bytes;
            state.today.used_up = false;
            self.keep(&state);
        }
        is_new
    }

    /// Photos go too, until midnight.
    pub(crate) fn lift(&self) {
        let mut state = self.today();
        state.today.lifted = true;
        state.today.used_up = false;
        self.keep(&state);
    }

    pub(crate) fn view(&self) -> Option<MeteredView> {
        let state = self.today();
        let Today { sent_bytes, lifted, used_up, .. } = state.today;
        state.limit_bytes.map(|limit_bytes| MeteredView { limit_bytes, sent_bytes, lifted, used_up })
    }

    /// The state, with a new day begun where it is one.
    fn today(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let day = beijing_compact((self.clock)());
        if state.today.day != day {
            state.today = Today { day, ..Today::default() };
        }
        state
    }

    /// Not made durable: what a power failure takes of it costs one day's budget once more, and nothing else.
    fn keep(&self, state: &State) {
        let temporary = self.file.with_extension("tmp");
        let kept = serde_json::to_vec(&state.today)
            .map_err(std::io::Error::from)
            .and_then(|text| std::fs::write(&temporary, text))
            .and_then(|()| std::fs::rename(&temporary, &self.file));
        if let Err(error) = kept {
            tracing::warn!(%error, "what was sent today is not written down");
        }
    }
}

impl Budget for DayBudget {
    fn allows(&self, bytes: u64) -> bool {
        self.today().has_room(bytes)
    }

    fn reserve(&self, bytes: u64) -> bool {
        let mut state = self.today();
        if state.limit_bytes.is_none() {
            return true;
        }
        let fits = state.has_room(bytes);
        if fits {
            state.today.sent_bytes += bytes;
        } else {
            state.today.used_up = true;
        }
        self.keep(&state);
        fits
    }

    fn count(&self, bytes: u64) {
        let mut state = self.today();
        if state.limit_bytes.is_some() {
            state.today.sent_bytes += bytes;
            self.keep(&state);
        }
    }
}

fn bytes(mib: u32) -> u64 {
    u64::from(mib) * MIB
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    #[test]
    fn a_budget_is_never_exceeded_by_photos_and_begins_anew_in_the_morning() {
        let folder = tempfile::tempdir().unwrap();
        // 14:00 in Beijing.
        let now = Arc::new(AtomicI64::new(1_800_000_000_000 / (24 * HOUR_MS) * (24 * HOUR_MS) + 6 * HOUR_MS));
        let clock: Clock = {
            let now = Arc::clone(&now);
            Arc::new(move || now.load(Ordering::Relaxed))
        };
        let open = || DayBudget::new(folder.path().join("sent.json"), Arc::clone(&clock), Some(1));
        let budget = open();
        assert!(budget.reserve(MIB - 10));
        assert!(!budget.reserve(11));
        assert!(budget.reserve(10));
        budget.count(500);
        let view = budget.view().unwrap();
        assert_eq!((view.sent_bytes, view.used_up, view.lifted), (MIB + 500, true, false));

        let reopened = open();
        assert!(!reopened.reserve(1), "a restart doesn't begin the day anew");
        reopened.lift();
        assert!(reopened.reserve(5 * MIB));

        now.fetch_add(10 * HOUR_MS, Ordering::Relaxed);
        assert_eq!(reopened.view().unwrap().sent_bytes, 0, "midnight in Beijing");
        assert!(!reopened.reserve(2 * MIB), "lifted for one day only");
        assert!(reopened.set_limit(None) && !reopened.set_limit(None));
        assert!(reopened.reserve(100 * MIB));
        assert_eq!(reopened.view(), None);
    }
}
