//! Programs that run beside a test.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A program of this workspace, built beside the running test.
///
/// # Panics
/// When it was not built: `cargo build --workspace --bins` does.
pub fn program(name: &str) -> PathBuf {
    let running = std::env::current_exe().unwrap();
    let mut folder = running.parent().unwrap();
    if folder.ends_with("deps") {
        folder = folder.parent().unwrap();
    }
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "{} is missing: run `cargo build --workspace --bins`", path.display());
    path
}

/// A program that is ended when this is dropped, and the lines it has printed.
pub struct Running {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = spawned(command.stdout(Stdio::piped()));
        let output = child.stdout.take().unwrap();
        Self::printing(child, output)
    }

    /// As [`Running::start`], with the lines that it tells a person beside its answer.
    pub fn start_told(mut command: Command) -> Self {
        let mut child = spawned(command.stdout(Stdio::null()).stderr(Stdio::piped()));
        let told = child.stderr.take().unwrap();
        Self::printing(child, told)
    }

    fn printing(child: Child, output: impl Read + Send + 'static) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                sink.lock().unwrap().push(line);
            }
        });
        Self { child, lines }
    }

    pub(crate) fn take_stdin(&mut self) -> std::process::ChildStdin {
        self.child.stdin.take().unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The first line that `pick` accepts, as soon as it is printed.
    pub fn line<T>(&self, what: &str, pick: impl Fn(&str) -> Option<T>) -> T {
        wait_for(what, Duration::from_secs(30), || self.lines().iter().find_map(|line| pick(line)))
    }

    /// SIGKILL: what a crash or a power cut of the process looks like.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end; gives whether it was a good one.
    pub fn wait(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    /// Whether it has ended by itself.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end, no longer than this; gives whether it was a good one.
    pub fn wait_for_end(&mut self, within: Duration) -> bool {
        wait_for("a program to end", within, || self.child.try_wait().unwrap()).success()
    }

    /// Asks it to end, and waits.
    pub fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap();
    }
}

fn spawned(command: &mut Command) -> Child {
    command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Asks until there is an answer.
///
/// # Panics
/// When there is none in time, naming what was waited for.
pub fn wait_for<T>(what: &str, within: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < within, "waited {within:?} for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
