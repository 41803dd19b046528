//! The window locks when the computer was asleep.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::App;

const LOOK: Duration = Duration::from_secs(1);
/// Longer than the clock is ever corrected by, and shorter than anybody sleeps a computer for.
const ASLEEP_MS: i64 = 5_000;

impl App {
    /// Locks the window after every suspend, for as long as the program runs; the form comes back as it was. The clock
    /// on the wall goes on while the computer sleeps: a jump of it beside the program's own time is a suspend. A clock
    /// that somebody sets forward locks too, which costs a PIN and nothing else.
    pub async fn lock_on_suspend(self: Arc<Self>) {
        let (mut wall_ms, mut own) = (self.now(), Instant::now());
        loop {
            tokio::time::sleep(LOOK).await;
            let passed_ms = self.now().saturating_sub(wall_ms);
            // The program's own time stands still meanwhile, except on Windows: there a look that comes late tells.
            let expected = if cfg!(windows) { LOOK } else { own.elapsed() };
            (wall_ms, own) = (self.now(), Instant::now());
            if was_asleep(passed_ms, expected) {
                tracing::info!(passed_ms, "the computer was asleep");
                if let Err(error) = self.session_lock().await {
                    tracing::error!(code = ?error.code, "the window did not lock after a suspend");
                }
            }
        }
    }
}

/// Whether more time passed on the wall than for the program. Corrections of a second or two, and a clock set back,
/// are no sleep.
fn was_asleep(passed_ms: i64, expected: Duration) -> bool {
    passed_ms.saturating_sub(i64::try_from(expected.as_millis()).unwrap_or(i64::MAX)) >= ASLEEP_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_jump_forward_is_a_sleep() {
        for (passed_ms, expected_ms, asleep) in [
            (1_000, 1_000, false),
            (3_000, 1_000, false),
            (-3_600_000, 1_000, false),
            // A busy computer: the look is late, and so is the program's own time.
            (30_000, 30_000, false),
            (6_000, 1_000, true),
            (8 * 3_600_000, 1_000, true),
        ] {
            assert_eq!(was_asleep(passed_ms, Duration::from_millis(expected_ms)), asleep, "{passed_ms}");
        }
    }
}
