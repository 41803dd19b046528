//! What comes from outside: files and secrets.

use std::env::VarError;
use std::fs::File;
use std::io::{BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use portal_app::error::{CommandCode, CommandError};
use zeroize::Zeroizing;

use crate::language::Words;

/// Longest line taken as a secret, in bytes.
const MAX_SECRET_BYTES: u64 = 1_000;

/// A wrong argument: which, and what is wrong with it.
pub fn wrong(argument: &str, problem: &str) -> CommandError {
    CommandError::new(CommandCode::InvalidArgument).field(argument, problem)
}

/// The error as it names an argument instead of the place that the use case knows.
pub fn about(mut error: CommandError, place: &str, argument: &str) -> CommandError {
    for field in error.fields.iter_mut().filter(|field| field.path == place) {
        argument.clone_into(&mut field.path);
    }
    error
}

/// A file's bytes, at most `limit_bytes`; `-` is standard input where `argument` allows it.
///
/// # Errors
/// `invalid_argument` naming the argument: `not_found`, `not_a_file`, `unreadable`, `file_too_large`.
pub fn read(path: &Path, limit_bytes: u64, argument: &str) -> Result<Vec<u8>, CommandError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => wrong(argument, "not_found"),
        std::io::ErrorKind::IsADirectory => wrong(argument, "not_a_file"),
        _ => wrong(argument, "unreadable"),
    };
    let mut bytes = Vec::new();
    // One byte more tells a file that is too large from one that just fits.
    File::open(path)
        .and_then(|file| file.take(limit_bytes + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    within(bytes, limit_bytes, argument)
}

/// Standard input to its end, as [`read`].
pub fn read_standard(limit_bytes: u64, argument: &str) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let input = std::io::stdin().lock();
    input.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(|_| wrong(argument, "unreadable"))?;
    within(bytes, limit_bytes, argument)
}

fn within(bytes: Vec<u8>, limit_bytes: u64, argument: &str) -> Result<Vec<u8>, CommandError> {
    if bytes.len() as u64 > limit_bytes {
        return Err(wrong(argument, "file_too_large").field("/max_bytes", &limit_bytes.to_string()));
    }
    Ok(bytes)
}

/// Writes a file whole or not at all.
///
/// # Errors
/// `disk_full`, or `invalid_argument` naming `--out`.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            CommandError::new(CommandCode::DiskFull)
        }
        std::io::ErrorKind::NotFound => wrong("--out", "folder_not_found"),
        _ => wrong("--out", "unwritable"),
    };
    if path.is_dir() {
        return Err(wrong("--out", "not_a_file"));
    }
    let mut name = path.file_name().ok_or_else(|| wrong("--out", "not_a_file"))?.to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part: PathBuf = path.with_file_name(name);
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // What can't be written can't always be removed either.
        std::fs::remove_file(&part).ok();
    }
    written.map_err(failed)
}

/// A secret that the environment, the person at the terminal, or the next line of standard input gives.
#[derive(Debug, Clone, Copy)]
pub enum Secret {
    Pin,
    /// A PIN that is being set: asked for twice.
    NewPin,
    /// The one that takes the place of [`Secret::Pin`].
    ChangedPin,
    Password,
    PhoneCode,
    RecoveryCode,
}

impl Secret {
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Pin | Self::NewPin => Some("PORTAL_PIN"),
            Self::ChangedPin => Some("PORTAL_NEW_PIN"),
            Self::Password => Some("PORTAL_PASSWORD"),
            Self::RecoveryCode => Some("PORTAL_RECOVERY_CODE"),
            Self::PhoneCode => None,
        }
    }

    /// Whether it can be had without asking a person.
    pub fn in_environment(self) -> bool {
        self.variable().is_some_and(|name| std::env::var_os(name).is_some())
    }

    /// # Errors
    /// `locked` or `invalid_argument`, naming the variable.
    pub fn get(self, words: Words) -> Result<Zeroizing<String>, CommandError> {
        let missing = || match self {
            Self::Pin | Self::NewPin => {
                CommandError::new(CommandCode::Locked).field("PORTAL_PIN", "required")
            }
            Self::ChangedPin => wrong("PORTAL_NEW_PIN", "required"),
            Self::Password => wrong("PORTAL_PASSWORD", "required"),
            Self::RecoveryCode => wrong("PORTAL_RECOVERY_CODE", "required"),
            Self::PhoneCode => wrong("--code", "required"),
        };
        if let Some(name) = self.variable() {
            match std::env::var(name) {
                Ok(value) => return Ok(Zeroizing::new(value)),
                // Waiting for a line instead would leave a script hanging.
                Err(VarError::NotUnicode(_)) => return Err(wrong(name, "bad_utf8")),
                Err(VarError::NotPresent) => {}
            }
        }
        let secret = if std::io::stdin().is_terminal() { self.ask(words) } else { next_line() };
        secret.filter(|secret| !secret.is_empty()).ok_or_else(missing)
    }

    fn ask(self, words: Words) -> Option<Zeroizing<String>> {
        let prompt = match self {
            Self::Pin => "PIN: ",
            Self::NewPin | Self::ChangedPin => {
                words.say("设置 PIN（至少 6 位数字）: ", "New PIN (6 digits or more): ")
            }
            Self::Password => words.say("密码: ", "Password: "),
            Self::PhoneCode => words.say("验证码: ", "Code: "),
            Self::RecoveryCode => words.say("恢复码: ", "Recovery code: "),
        };
        let secret = Zeroizing::new(rpassword::prompt_password(prompt).ok()?);
        if matches!(self, Self::NewPin | Self::ChangedPin) {
            let again = Zeroizing::new(rpassword::prompt_password(words.say("再输一次: ", "Again: ")).ok()?);
            return (secret == again).then_some(secret);
        }
        Some(secret)
    }
}

fn next_line() -> Option<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().take(MAX_SECRET_BYTES).read_line(&mut line).ok()?;
    Some(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Waits for the next line of standard input.
///
/// # Errors
/// `invalid_argument` naming the argument when there is none.
pub fn wait_for_line(argument: &str) -> Result<(), CommandError> {
    let mut line = String::new();
    let read = std::io::stdin().lock().take(MAX_SECRET_BYTES).read_line(&mut line);
    if matches!(read, Ok(bytes) if bytes > 0) { Ok(()) } else { Err(wrong(argument, "required")) }
}

/// Whether a person can be asked.
pub fn is_interactive() -> bool {
    std::io::stdin().is_terminal()
}
