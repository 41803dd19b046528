//! Every word the program says about codes, in both languages. Each match is exhaustive, so that no code is without
//! a text.

mod case;
mod command;
mod field;
mod machine;
mod photo;
mod problem;
mod send;

use portal_app::error::CommandError;

pub use self::case::{due, return_reason, severity, status, step_state, track};
pub use self::command::command as command_code;
pub use self::field::field;
pub use self::machine::{
    check, check_figure, check_result, connection, finding, outbox_state, update_needed,
};
pub use self::photo::{document, read_key, slot, step, verdict, verdict_name};
pub use self::problem::problem;
pub use self::send::{kind, problem as send_problem};

use crate::language::Words;

/// Fields named in the one line of an error; the rest is counted.
const FIELDS_SHOWN: usize = 6;

/// An error in one line: what happened, where, and the number to ask about.
pub fn error(error: &CommandError, words: Words) -> String {
    let mut line = command::command(error.code, words).to_owned();
    let named: Vec<String> = error
        .fields
        .iter()
        .take(FIELDS_SHOWN)
        .map(|fault| field(&fault.path, &fault.problem, words))
        .collect();
    if !named.is_empty() {
        line.push_str(words.say("：", ": "));
        line.push_str(&named.join(words.say("；", "; ")));
    }
    if error.fields.len() > FIELDS_SHOWN {
        line.push_str(&format!(" (+{})", error.fields.len() - FIELDS_SHOWN));
    }
    if let Some(incident) = &error.incident {
        line.push_str(&format!(" [{} {incident}]", words.say("事件编号", "incident")));
    }
    // What was typed may hold line breaks.
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
