//! Wrong arguments, in the user's language.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use portal_app::error::{CommandCode, CommandError};

use crate::language::{self, Words};
use crate::output;

/// Answers what clap found: help and version as they are, everything else as one of our errors.
pub fn answer(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // A closed terminal can't be told anything.
            error.print().ok();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
        _ => {
            let json = std::env::args_os().any(|argument| argument == "--json");
            // The profile isn't known when the arguments can't be read.
            output::print(Err(of(error)), json, Words { language: language::of_system() })
        }
    }
}

fn of(error: &clap::Error) -> CommandError {
    let problem = match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "not_offered",
        ErrorKind::UnknownArgument => "unknown_argument",
        ErrorKind::InvalidSubcommand => "unknown_command",
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => "required",
        ErrorKind::ArgumentConflict => "conflict",
        ErrorKind::InvalidUtf8 => "bad_utf8",
        _ => "bad_format",
    };
    let argument = match error.kind() {
        // clap names the command that lacks one.
        ErrorKind::MissingSubcommand => None,
        _ => {
            context(error, ContextKind::InvalidArg).or_else(|| context(error, ContextKind::InvalidSubcommand))
        }
    };
    let argument = argument.unwrap_or_else(|| "COMMAND".to_owned());
    // One that may be left out is called the same when it is wrong.
    let argument = match argument.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(name) => format!("<{name}>"),
        None => argument,
    };
    let found = CommandError::new(CommandCode::InvalidArgument).field(&argument, problem);
    match context(error, ContextKind::ValidValue).or_else(|| context(error, ContextKind::SuggestedArg)) {
        Some(values) if !values.is_empty() => found.field("/offered", &values),
        Some(_) | None => found,
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}
