//! The line to the backend: what it may carry today, and when to look at it anew.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::Instant;

use crate::ports::Clock;

/// How often the clocks are compared.
const LOOK: Duration = Duration::from_secs(1);
/// The wall's clock may be ahead by this much before it counts as a sleep, in milliseconds.
const ASLEEP_MS: i64 = 5_000;

/// Bytes that a metered line may still carry. Shared by everything that sends over the line.
pub trait Budget: Send + Sync {
    /// Whether `bytes` of a photo could be sent now.
    fn allows(&self, bytes: u64) -> bool;

    /// Whether `bytes` of a photo may be sent now; if so, they count as sent.
    fn reserve(&self, bytes: u64) -> bool;

    /// `bytes` are sent whatever the budget says: a form never waits for it.
    fn count(&self, bytes: u64);
}

/// A line that costs nothing.
pub(crate) struct Unmetered;

impl Budget for Unmetered {
    fn allows(&self, _bytes: u64) -> bool {
        true
    }

    fn reserve(&self, _bytes: u64) -> bool {
        true
    }

    fn count(&self, _bytes: u64) {}
}

/// Returns once the computer was asleep and is awake again. The clock on the wall goes on while it sleeps: a jump of it
/// beside the program's own time is a sleep. A clock that somebody sets forward looks the same.
pub async fn woken(clock: &Clock) {
    let (mut wall_ms, mut own) = (clock(), Instant::now());
    loop {
        tokio::time::sleep(LOOK).await;
        let passed_ms = clock().saturating_sub(wall_ms);
        // The program's own time stands still meanwhile, except on Windows: there a look that comes late tells.
        let expected = if cfg!(windows) { LOOK } else { own.elapsed() };
        (wall_ms, own) = (clock(), Instant::now());
        if was_asleep(passed_ms, expected) {
            tracing::info!(passed_ms, "the computer was asleep");
            return;
        }
    }
}

/// Whether more time passed on the wall than for the program. Corrections of a second or two, and a clock set back,
/// are no sleep.
fn was_asleep(passed_ms: i64, expected: Duration) -> bool {
    passed_ms.saturating_sub(i64::try_from(expected.as_millis()).unwrap_or(i64::MAX)) >= ASLEEP_MS
}

/// The addresses of this computer, watched: each new one may be a way to the backend.
pub(crate) struct Network(Option<if_watch::tokio::IfWatcher>);

impl Network {
    /// Without leave to watch, the line is found again by trying, as before.
    pub fn watch() -> Self {
        let watcher = if_watch::tokio::IfWatcher::new();
        if let Err(error) = &watcher {
            tracing::info!(%error, "changes of the network are not noticed");
        }
        Self(watcher.ok())
    }

    /// Returns once there is a new address. Losing one is noticed by what fails.
    pub async fn changed(&mut self) {
        loop {
            let event = match &mut self.0 {
                Some(watcher) => watcher.next().await,
                None => std::future::pending().await,
            };
            match event {
                Some(Ok(if_watch::IfEvent::Up(address))) if !address.addr().is_loopback() => return,
                Some(Ok(if_watch::IfEvent::Up(_) | if_watch::IfEvent::Down(_))) => {}
                Some(Err(_)) | None => self.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the next test in a network of its own, in which an address may appear.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_new_address_is_noticed() {
        let own = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new("unshare");
        command.args(["--net", "--map-root-user"]).arg(own);
        command.args(["--exact", "line::tests::alone_in_a_network", "--ignored"]);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    #[ignore = "changes addresses: the test above runs it where that harms nobody"]
    async fn alone_in_a_network() {
        let mut network = Network::watch();
        let settle = Duration::from_millis(300);
        let ip = |arguments: &[&str]| {
            assert!(std::process::Command::new("ip").args(arguments).status().unwrap().success());
        };
        ip(&["link", "set", "lo", "up"]);
        let own = tokio::time::timeout(settle, network.changed()).await;
        assert!(own.is_err(), "the computer's own address is no way to anybody");
        ip(&["address", "add", "192.0.2.7/24", "dev", "lo"]);
        tokio::time::timeout(Duration::from_secs(10), network.changed()).await.expect("noticed");
        ip(&["address", "del", "192.0.2.7/24", "dev", "lo"]);
        let lost = tokio::time::timeout(settle, network.changed()).await;
        assert!(lost.is_err(), "a lost address is no way either");
    }

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
