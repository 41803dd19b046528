//! `memory`: what the window's processes hold, and the main job with 10,000 cases within a small computer.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portal_tests::{CHINESE, Running, Window, merchant, needed_slots, program, write_photos};

use crate::furnished::Furnished;
use crate::measure::{Goal, alone, told};
use crate::screen::Screen;

const LIMIT_MIB: u64 = 1536;
const SAMPLE_EVERY: Duration = Duration::from_millis(50);
/// After this a page that nobody touches has done what it does by itself.
const REST: Duration = Duration::from_secs(3);
/// The workbench's button.
const NEW_CASE: &str = "新建案件";
const JOB_SEED: u64 = 20_001;

pub async fn run(at: &Furnished) {
    let bare_kib = bare_window(at);
    let window = Window::open_on_core(0, &at.desktop, &at.profile, at.backend.address()).await;
    let limit = Limit::watch(window.portal_id());
    window.unlock().await;
    window.says(NEW_CASE).await;
    std::thread::sleep(REST);
    let idle_kib = limit.now_kib();
    main_job(&window, at.folder.path()).await;
    std::thread::sleep(REST);
    let after_kib = limit.now_kib();
    let peak_kib = limit.end();
    window.close().await;

    for (name, kib) in [("memory-idle", idle_kib), ("memory-after-job", after_kib)] {
        told(name, &mib(kib), &mib(bare_kib), kib as f64 / bare_kib as f64);
    }
    let ours = format!("main job done, peak {}", mib(peak_kib));
    let goal = Goal::AtMost(LIMIT_MIB as f64);
    alone("memory-limit", &ours, peak_kib as f64 / 1024.0, goal, "MiB on one core");
}

/// Memory of the peer's processes at rest.
fn bare_window(at: &Furnished) -> u64 {
    let screen = Screen::of(&at.desktop);
    let window = Running::start(at.desktop.command(program("bare-window")));
    screen.rests(screen.whole, Instant::now(), REST, Screen::is_painted);
    tree_kib(window.id())
}

/// A new application, from the first key to the backend's receipt.
async fn main_job(window: &Window, folder: &Path) {
    let merchant = merchant(JOB_SEED);
    let photos = write_photos(&folder.join("photos"), &needed_slots(&merchant), JOB_SEED);
    assert!(photos.len() >= 6);
    window.press(NEW_CASE).await;
    window.fill_application(&merchant).await;
    window.add_photos(&photos).await;
    window.agree().await;
    window.press(CHINESE.submit).await;
    window.says(CHINESE.received).await;
}

fn mib(kib: u64) -> String {
    format!("{} MiB", kib / 1024)
}

/// Holds a process and everything it starts to the limit: beyond it all are killed, and the job fails with them.
///
/// What counts is the sum of the proportional set sizes: web processes count, and what processes share counts once. A
/// control group would leave no gaps between samples, but needs rights that a developer's session may not have.
struct Limit {
    root: u32,
    stop: Arc<AtomicBool>,
    watcher: JoinHandle<u64>,
}

impl Limit {
    fn watch(root: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let watcher = std::thread::spawn(move || {
            let mut peak_kib = 0;
            while !stopped.load(Ordering::Relaxed) {
                let now_kib = tree_kib(root);
                peak_kib = now_kib.max(peak_kib);
                if now_kib > LIMIT_MIB * 1024 {
                    kill(&tree(root));
                    break;
                }
                std::thread::sleep(SAMPLE_EVERY);
            }
            peak_kib
        });
        Self { root, stop, watcher }
    }

    fn now_kib(&self) -> u64 {
        tree_kib(self.root)
    }

    /// Ends the watch; gives the most that was ever held.
    fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.watcher.join().unwrap()
    }
}

fn kill(processes: &[u32]) {
    let ids = processes.iter().map(u32::to_string);
    assert!(Command::new("kill").arg("-KILL").args(ids).status().unwrap().success());
}

fn tree_kib(root: u32) -> u64 {
    tree(root).into_iter().map(pss_kib).sum()
}

/// A process and all that descend from it.
fn tree(root: u32) -> Vec<u32> {
    let numbers = fs::read_dir("/proc").unwrap().flatten();
    let parents: Vec<(u32, u32)> = numbers
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            Some((id, parent(&fs::read_to_string(entry.path().join("stat")).ok()?)?))
        })
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&id) = found.get(next) {
        found.extend(parents.iter().filter(|(_, parent)| *parent == id).map(|(child, _)| *child));
        next += 1;
    }
    found
}

/// The second field after the program's name, which is in brackets and may hold anything.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// 0 for a process that has ended meanwhile.
fn pss_kib(process: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_found_behind_any_name() {
        assert_eq!(parent("17 (a ) b) S 12 17 17 0"), Some(12));
        assert_eq!(parent("17"), None);
    }

    #[test]
    fn a_process_counts_with_its_children() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let own = tree(std::process::id());
        assert!(own.contains(&child.id()) && pss_kib(child.id()) > 0);
        kill(&[child.id()]);
        child.wait().unwrap();
        assert_eq!(pss_kib(child.id()), 0);
    }
}
