//! Starting other programs, with the failure as a sentence a person can act on.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

/// Why a command of `xtask` stopped, as shown to the person who ran it.
#[derive(Debug)]
pub struct Failure(String);

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// A command in `dir`, without the variables that `cargo run` gave to `xtask` itself: build scripts that
/// watch `CARGO_MANIFEST_DIR` and its kind would otherwise rebuild their crates on every other command.
pub fn command<'a>(program: &str, args: impl IntoIterator<Item = &'a str>, dir: &Path) -> Command {
    let mut command = Command::new(executable(program));
    command.args(args).current_dir(dir);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_cargo_run) {
            command.env_remove(name);
        }
    }
    command
}

fn is_of_cargo_run(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| variable.starts_with(prefix))
        || ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&variable)
}

/// Node's tools are batch files on Windows, which are not found by their bare name.
fn executable(program: &str) -> String {
    match program {
        "npm" | "npx" if cfg!(windows) => format!("{program}.cmd"),
        _ => program.to_owned(),
    }
}

/// Runs to the end with the terminal handed through.
pub fn run(mut command: Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(&command, &error))?;
    succeeded(&command, status)
}

/// Runs to the end and returns standard output; standard error goes to the terminal.
pub fn output(mut command: Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(&command, &error))?;
    succeeded(&command, output.status)?;
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::new(format!("{} printed no UTF-8", shown(&command))))
}

/// What a program said on both streams, and whether it succeeded.
pub struct Told {
    pub said: String,
    pub ended: Result<()>,
}

/// Runs to the end, passing both streams on as they come and keeping a copy.
pub fn tee(mut command: Command) -> Result<Told> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(&command, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let errors = thread::spawn(move || err.map_or(Ok(Vec::new()), |pipe| pass_on(pipe, io::stderr())));
    let mut said = out.map_or(Ok(Vec::new()), |pipe| pass_on(pipe, io::stdout()))?;
    said.push(b'\n');
    said.extend(errors.join().map_err(|_| Failure::new("the thread that reads standard error stopped"))??);
    let ended = succeeded(&command, child.wait()?);
    Ok(Told { said: String::from_utf8_lossy(&said).into_owned(), ended })
}

fn pass_on(mut from: impl Read, mut to: impl Write) -> io::Result<Vec<u8>> {
    let mut copy = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        match from.read(&mut chunk)? {
            0 => return Ok(copy),
            read => {
                copy.extend_from_slice(&chunk[..read]);
                to.write_all(&chunk[..read])?;
                to.flush()?;
            }
        }
    }
}

/// Whether `program --version` answers.
pub fn answers<'a>(program: &str, args: impl IntoIterator<Item = &'a str>) -> bool {
    Command::new(executable(program))
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{}` ended with {status}", shown(command))))
    }
}

fn not_started(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!("`{}` could not be started: {error}", shown(command)))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_variables_of_cargo_run_are_taken_away() {
        assert!(is_of_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(is_of_cargo_run("CARGO_PKG_VERSION"));
        assert!(!is_of_cargo_run("CARGO_TARGET_DIR"));
        assert!(!is_of_cargo_run("CARGO_HOME"));
    }

    #[test]
    fn a_failing_program_is_named_with_its_status() {
        let told = tee(command("cargo", ["no-such-command"], Path::new("."))).unwrap();
        assert!(told.ended.unwrap_err().to_string().starts_with("`cargo no-such-command` ended with"));
        assert!(told.said.contains("no-such-command"));
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(command("no-such-program-here", [], Path::new("."))).unwrap_err();
        assert!(failure.to_string().contains("`no-such-program-here` could not be started"));
    }
}
