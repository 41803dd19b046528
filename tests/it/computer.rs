//! A computer whose portal is killed, or refused by its disk, at a system call of one's choice.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use portal_app::App;
use portal_tests::{Backend, Blow, CommandLine, PIN, open_quiet, phone, sign_in_by_phone};

/// What changes a disk: bytes, names, lengths, folders, and the promise that they are there.
pub const CHANGES: [&str; 6] = ["pwrite64", "fsync", "rename", "unlink", "ftruncate", "mkdir"];

/// A computer, and its crashes.
pub struct Computer {
    pub profile: tempfile::TempDir,
    pub backend: Backend,
    /// Who has signed in; nobody yet: the guest, whose store needs no PIN.
    account: Option<String>,
    data: tempfile::TempDir,
}

/// A command that has ended, and what it called.
pub struct Struck {
    pub output: Output,
    log: PathBuf,
}

impl Struck {
    /// Whether the blow was given: it doesn't always come to that many calls.
    pub fn is_hit(&self) -> bool {
        is_hit(&self.log)
    }
}

/// Whether the log of calls has one that was made to fail.
pub fn is_hit(log: &Path) -> bool {
    fs::read_to_string(log).unwrap_or_default().contains("(INJECTED)")
}

impl Computer {
    pub fn of_a_guest() -> Self {
        let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let backend = Backend::start(data.path());
        Self { profile, backend, account: None, data }
    }

    pub async fn enrolled(seed: u64) -> Self {
        let computer = Self::of_a_guest();
        let app = computer.open().await;
        let session = sign_in_by_phone(&app, &computer.backend, &phone(seed)).await.session;
        app.close().await;
        Self { account: Some(session.account.unwrap().account), ..computer }
    }

    pub async fn open(&self) -> Arc<App> {
        let app = open_quiet(self.profile.path(), self.backend.address()).await;
        self.unlock(&app).await;
        app
    }

    pub async fn unlock(&self, app: &App) {
        if let Some(account) = &self.account {
            app.session_unlock(account.clone(), PIN.to_owned()).await.unwrap();
        }
    }

    pub fn portal(&self) -> CommandLine<'static> {
        CommandLine::headless(self.profile.path(), self.backend.address())
    }

    /// Runs a command and kills it before a thread of it makes this call for the `nth` time; gives whether it came
    /// to that.
    pub fn is_killed(&self, arguments: &[&str], call: &str, nth: u32) -> bool {
        let output = self.run(arguments, Blow::Kill, call, nth).output;
        let killed = output.status.signal() == Some(9);
        assert!(killed || output.status.code().is_some_and(|code| code < 100), "{output:?}");
        killed
    }

    /// Runs a command with a blow to a thread's `nth` call.
    pub fn run(&self, arguments: &[&str], blow: Blow, call: &str, nth: u32) -> Struck {
        let log = self.calls();
        let output = strace(&self.portal().command(arguments), blow, call, nth, &log, None).output().unwrap();
        Struck { output, log }
    }

    /// Runs a command to its end; gives what it called of these.
    pub fn traced(&self, arguments: &[&str], calls: &str) -> String {
        let (portal, log) = (self.portal().command(arguments), self.calls());
        let mut traced = Command::new("strace");
        traced.args(["-f", "-qqq", "-y", "-s", "40", calls, "-o"]).arg(&log);
        traced.arg(portal.get_program()).args(portal.get_args()).stdin(Stdio::null());
        traced.envs(portal.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = traced.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        fs::read_to_string(log).unwrap()
    }

    /// Where what a command called is written down.
    pub fn calls(&self) -> PathBuf {
        self.data.path().join("calls")
    }

    pub fn blobs(&self) -> PathBuf {
        let account = self.account.as_deref().unwrap_or("guest");
        self.profile.path().join("accounts").join(account).join("store/blobs")
    }

    /// Files that are being written.
    pub fn unfinished(&self) -> usize {
        fs::read_dir(self.blobs().join("tmp")).unwrap().count()
    }

    /// Files in their places.
    pub fn sealed(&self) -> Vec<PathBuf> {
        let shelves = fs::read_dir(self.blobs()).unwrap().map(|entry| entry.unwrap().path());
        let shelves = shelves.filter(|shelf| !shelf.ends_with("tmp"));
        shelves.flat_map(|shelf| fs::read_dir(shelf).unwrap().map(|entry| entry.unwrap().path())).collect()
    }
}

/// A command under `strace`, which writes its calls to `log`, with a blow to a thread's `nth` call; with `file` only calls
/// about that file count. (Without `--seccomp-bpf`, which makes strace lose count.)
pub fn strace(
    portal: &Command,
    blow: Blow,
    call: &str,
    nth: u32,
    log: &Path,
    file: Option<&Path>,
) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qqq", "-o"]).arg(log);
    if let Some(file) = file {
        traced.arg("-P").arg(file);
    }
    traced.arg(format!("--trace={call}")).arg(blow.option(call, nth));
    traced.arg(portal.get_program()).args(portal.get_args()).stdin(Stdio::null());
    for (name, value) in portal.get_envs() {
        if let Some(value) = value {
            traced.env(name, value);
        }
    }
    traced
}
