//! How far an operation's bytes are, how fast they move, and how long the rest will take.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What is older says nothing about the line now.
const WINDOW: Duration = Duration::from_secs(20);
/// A shorter stretch measures the buffers between here and the line.
const SHORTEST: Duration = Duration::from_millis(250);

/// How far an operation is. Its bytes are those of the declared body and of its photos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub bytes_sent: u64,
    pub bytes_total: u64,
    /// Over the last seconds; absent while too little has moved to tell.
    pub bytes_per_s: Option<u64>,
}

impl Progress {
    /// How long the rest takes at this speed, rounded up to whole seconds.
    pub fn seconds_left(&self) -> Option<u64> {
        let speed = self.bytes_per_s.filter(|speed| *speed > 0)?;
        Some(self.bytes_total.saturating_sub(self.bytes_sent).div_ceil(speed))
    }
}

/// Measures one attempt.
#[derive(Debug)]
pub(super) struct Speed {
    bytes_total: u64,
    /// When how many bytes were there, oldest first; never empty.
    seen: VecDeque<(Instant, u64)>,
}

impl Speed {
    pub fn new(now: Instant, bytes_sent: u64, bytes_total: u64) -> Self {
        Self { bytes_total, seen: VecDeque::from([(now, bytes_sent)]) }
    }

    /// So many more bytes are there now than at the last call, or fewer.
    pub fn moved(&mut self, now: Instant, change: i64) -> Progress {
        let bytes_sent = self.seen.back().map_or(0, |(_, bytes)| bytes.saturating_add_signed(change));
        if change < 0 {
            // The backend's word went back: what was measured isn't so.
            self.seen.clear();
        }
        self.seen.push_back((now, bytes_sent));
        while self.seen.len() > 2 && self.seen.get(1).is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW)
        {
            self.seen.pop_front();
        }
        Progress { bytes_sent, bytes_total: self.bytes_total, bytes_per_s: self.bytes_per_s() }
    }

    fn bytes_per_s(&self) -> Option<u64> {
        let ((began, first), (ended, last)) = (self.seen.front()?, self.seen.back()?);
        let elapsed = ended.duration_since(*began);
        if elapsed < SHORTEST || last <= first {
            return None;
        }
        let per_s = u128::from(last - first) * 1000 / elapsed.as_millis();
        Some(u64::try_from(per_s).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_line_shows_its_speed_and_the_time_left() {
        let began = Instant::now();
        let mut speed = Speed::new(began, 1_000, 101_000);
        let mut progress = speed.moved(began + Duration::from_millis(100), 1_000);
        assert_eq!((progress.bytes_per_s, progress.seconds_left()), (None, None), "too short to tell");
        for second in 1..=40 {
            progress = speed.moved(began + Duration::from_secs(second), 1_000);
        }
        assert_eq!(progress, Progress { bytes_sent: 42_000, bytes_total: 101_000, bytes_per_s: Some(1_000) });
        assert_eq!(progress.seconds_left(), Some(59));
    }

    #[test]
    fn a_line_that_slows_down_is_believed_within_the_window() {
        let began = Instant::now();
        let mut speed = Speed::new(began, 0, 10_000_000);
        for second in 1..=10 {
            speed.moved(began + Duration::from_secs(second), 100_000);
        }
        let mut progress = speed.moved(began + Duration::from_secs(15), 5_000);
        for step in 4..=9 {
            progress = speed.moved(began + Duration::from_secs(step * 5), 5_000);
        }
        assert_eq!(progress.bytes_per_s, Some(1_000));
    }

    #[test]
    fn an_offset_that_goes_back_is_no_negative_speed() {
        let began = Instant::now();
        let mut speed = Speed::new(began, 0, 100);
        speed.moved(began + Duration::from_secs(1), 80);
        let progress = speed.moved(began + Duration::from_secs(2), -50);
        assert_eq!((progress.bytes_sent, progress.bytes_per_s), (30, None));
        let progress = speed.moved(began + Duration::from_secs(3), 10);
        assert_eq!((progress.bytes_sent, progress.bytes_per_s), (40, Some(10)));
    }

    #[test]
    fn a_rest_of_nothing_takes_no_time_and_a_short_rest_a_second() {
        let progress = |bytes_sent| Progress { bytes_sent, bytes_total: 100, bytes_per_s: Some(1_000) };
        assert_eq!(progress(100).seconds_left(), Some(0));
        assert_eq!(progress(99).seconds_left(), Some(1));
    }
}
