//! `portal schema`: what files and outputs look like.

use portal_app::bundle::BundleReport;
use portal_app::domain::dossier::Dossier;
use portal_app::error::CommandError;
use portal_app::verifying::Report;
use portal_app::view::{
    CasePage, CaseView, CheckView, CodeSentView, ContractView, CourierExportView, CourierImportView,
    CourierReceiptsView, OutboxView, PhotoFitView, PhotoReadView, SessionView, SyncView,
};
use serde_json::Value;

use super::case::{Checked, Deleted, Printed, Shown};
use super::session::{EnrolAnswer, Information};
use super::sorting::Photographed;
use crate::args::Schema;
use crate::input::wrong;
use crate::output::{Answer, schema, schema_read};

/// Makes the schema of one type.
type MakeSchema = fn() -> Value;

/// Every command with the schema of its `--json` output; `error` is what each writes when it fails.
pub const OUTPUTS: &[(&str, MakeSchema)] = &[
    ("case check", schema::<Checked>),
    ("case checklist", schema::<Printed>),
    ("case consent", schema::<CaseView>),
    ("case delete", schema::<Deleted>),
    ("case list", schema::<CasePage>),
    ("case new", schema::<CaseView>),
    ("case notice", schema::<Printed>),
    ("case paper", schema::<Printed>),
    ("case photo", schema::<Photographed>),
    ("case photo-keep", schema::<CaseView>),
    ("case photo-remove", schema::<CaseView>),
    ("case photo-turn", schema::<CaseView>),
    ("case receipt", schema::<Printed>),
    ("case set", schema::<CaseView>),
    ("case show", schema::<Shown>),
    ("case submit", schema::<CaseView>),
    ("case unqueue", schema::<CaseView>),
    ("case withdraw", schema::<CaseView>),
    ("contract agree", schema::<ContractView>),
    ("contract confirm", schema::<ContractView>),
    ("contract paper-copy", schema::<ContractView>),
    ("contract prepare", schema::<ContractView>),
    ("contract print", schema::<ContractView>),
    ("contract read", schema::<ContractView>),
    ("contract refuse", schema::<ContractView>),
    ("contract scan", schema::<ContractView>),
    ("contract send-code", schema::<CodeSentView>),
    ("contract show", schema::<ContractView>),
    ("contract sign", schema::<ContractView>),
    ("contract submit-paper", schema::<ContractView>),
    ("contract verify", schema::<Report>),
    ("contract verify-bundle", schema::<BundleReport>),
    ("courier export", schema::<CourierExportView>),
    ("courier import", schema::<CourierImportView>),
    ("courier receipts", schema::<CourierReceiptsView>),
    ("enrol", schema::<EnrolAnswer>),
    ("error", schema::<CommandError>),
    ("info", schema::<Information>),
    ("login", schema::<EnrolAnswer>),
    ("outbox list", schema::<OutboxView>),
    ("outbox pause", schema::<OutboxView>),
    ("outbox resume", schema::<OutboxView>),
    ("outbox retry", schema::<OutboxView>),
    ("photo check", schema::<PhotoFitView>),
    ("photo fit", schema::<PhotoFitView>),
    ("photo read", schema::<PhotoReadView>),
    ("pin", schema::<SessionView>),
    ("recover", schema::<SessionView>),
    ("schema case", schema::<serde_json::Map<String, Value>>),
    ("schema output", schema::<serde_json::Map<String, Value>>),
    ("selfcheck", schema::<Vec<CheckView>>),
    ("sync", schema::<SyncView>),
];

pub fn run(command: &Schema) -> Result<Answer, CommandError> {
    let schema = match command {
        Schema::Case => schema_read::<Dossier>(),
        Schema::Output { command } => {
            let name = command.join(" ");
            let (_, schema) = OUTPUTS.iter().find(|(known, _)| *known == name).ok_or_else(|| {
                let known: Vec<&str> = OUTPUTS.iter().map(|(name, _)| *name).collect();
                wrong("COMMAND", "unknown_command").field("/offered", &known.join(", "))
            })?;
            schema()
        }
    };
    Answer::new(&schema, format!("{schema:#}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    fn leaves(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        let mut below = command.get_subcommands().peekable();
        if below.peek().is_none() {
            found.insert(path.to_owned());
        }
        for inner in below {
            leaves(inner, format!("{path} {}", inner.get_name()).trim(), found);
        }
    }

    #[test]
    fn every_command_has_a_schema_and_no_schema_is_left_over() {
        let mut commands = BTreeSet::from(["error".to_owned()]);
        leaves(&crate::args::Cli::command(), "", &mut commands);
        let known: BTreeSet<String> = OUTPUTS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(known, commands);
    }
}
