//! What a process takes, and where its data may lie.

use std::fs;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

/// A folder on the disk that the target folder is on: the system's temporary folder may be in memory, where making
/// things durable costs nothing.
pub fn folder() -> TempDir {
    let program = std::env::current_exe().unwrap();
    tempfile::Builder::new().prefix("load-").tempdir_in(program.parent().unwrap()).unwrap()
}

/// A running process, from now on.
pub struct Process {
    id: u32,
    cpu_before: Duration,
}

/// What it took.
pub struct Used {
    pub cpu: Duration,
    pub peak_kib: u64,
}

impl Process {
    pub fn of(id: u32) -> Self {
        Self { id, cpu_before: cpu(id) }
    }

    pub fn used(&self) -> Used {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak_kib = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
        Used { cpu: cpu(self.id) - self.cpu_before, peak_kib }
    }
}

/// User's and system's time of all its threads: fields 14 and 15 of its `stat`, behind the name in brackets.
fn cpu(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_secs_f64(ticks as f64 / ticks_per_s())
}

fn ticks_per_s() -> f64 {
    let told = Command::new("getconf").arg("CLK_TCK").output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().parse().unwrap()
}

/// Of sorted times, the smallest that this share of all doesn't exceed.
pub fn percentile_ms(sorted: &[Duration], percent: usize) -> u128 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(0, Duration::as_millis)
}
