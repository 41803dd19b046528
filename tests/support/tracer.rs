//! `strace` on a running program: to see what it does, and to make its system calls fail.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::{Running, wait_for};

/// What becomes of a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// The process is killed before the call.
    Kill,
    /// The call fails, with this error's name.
    Fail(&'static str),
}

impl Blow {
    /// The option that gives a blow to the `nth` call of this name, per thread.
    pub fn option(self, call: &str, nth: u32) -> String {
        match self {
            Self::Kill => format!("--inject={call}:signal=KILL:when={nth}"),
            Self::Fail(error) => format!("--inject={call}:error={error}:when={nth}"),
        }
    }
}

/// A tracer of a program and all its threads; dropped, it goes away and the program goes on.
pub struct Tracer(Running);

impl Tracer {
    /// Takes hold of a process, and writes down what the options ask for.
    pub fn attach(process: u32, log: &Path, options: &[&str]) -> Self {
        let mut command = Command::new("strace");
        command.args(["-f", "-qqq", "-y", "-p", &process.to_string(), "-o"]).arg(log).args(options);
        command.stdin(Stdio::null());
        let tracer = Running::start(command);
        wait_for("the tracer to take hold", Duration::from_secs(30), || is_traced(process).then_some(()));
        Self(tracer)
    }

    /// Lets go.
    pub fn detach(mut self) {
        // It ends by itself with what it traced.
        if !self.0.is_over() {
            self.0.stop();
        }
    }
}

/// Whether every thread of a process is traced.
fn is_traced(process: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else { return true };
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|id| id.trim() != "0"))
    })
}
