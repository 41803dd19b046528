//! What a command answers, and how it reaches the terminal.

use std::io::Write;
use std::process::ExitCode;

use portal_app::error::{CommandCode, CommandError};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::Value;

use crate::exit::Exit;
use crate::language::Words;
use crate::text;

/// A command's answer in both forms.
#[derive(Debug)]
pub struct Answer {
    /// Absent when it was printed already.
    json: Option<Value>,
    text: String,
    exit: Exit,
}

impl Answer {
    /// An answer of a type that `portal schema output` knows.
    pub fn new<T: Serialize + JsonSchema>(view: &T, text: impl Into<String>) -> Result<Self, CommandError> {
        let json = serde_json::to_value(view).map_err(|_| CommandError::new(CommandCode::Internal))?;
        Ok(Self { json: Some(json), text: text.into(), exit: Exit::Ok })
    }

    /// The end of a command that printed its answers as they came.
    pub fn printed(exit: Exit) -> Self {
        Self { json: None, text: String::new(), exit }
    }

    pub fn exiting(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Prints it while the command goes on.
    pub fn print(&self, json: bool) {
        let Some(value) = &self.json else { return };
        let text = if json { value.to_string() } else { self.text.trim_end().to_owned() };
        line(&mut std::io::stdout().lock(), &text);
    }
}

/// Ends a command: the answer to standard output, an error in one line to standard error (and as JSON to standard
/// output, where scripts look).
pub fn print(outcome: Result<Answer, CommandError>, json: bool, words: Words) -> ExitCode {
    match outcome {
        Ok(answer) => {
            answer.print(json);
            answer.exit.into()
        }
        Err(error) => {
            say(&text::error(&error, words));
            if json {
                line(&mut std::io::stdout().lock(), &serde_json::json!(error).to_string());
            }
            Exit::from(error.code).into()
        }
    }
}

/// A sentence for the person at the terminal, beside the answer.
pub fn say(text: &str) {
    line(&mut std::io::stderr().lock(), &format!("portal: {text}"));
}

/// A reader that went away (`portal … | head`) is no reason to fail.
fn line(to: &mut impl Write, text: &str) {
    writeln!(to, "{text}").and_then(|()| to.flush()).ok();
}

/// The JSON Schema of a type as it is written out.
pub fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value()
}

/// The JSON Schema of a type as it is read.
pub fn schema_read<T: JsonSchema>() -> Value {
    SchemaGenerator::default().into_root_schema_for::<T>().to_value()
}
