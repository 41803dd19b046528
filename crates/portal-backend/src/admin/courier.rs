//! Courier packages from the command line, brought to the backend itself.

use std::path::PathBuf;

use clap::Subcommand;
use portal_protocol::courier::Outcome;

use super::cases::OPERATOR;
use super::{AdminError, Desk, argument};
use crate::app::App;
use crate::config::{Limits, TimeSettings};
use crate::courier::{self, Bearer};
use crate::error::BackendError;
use crate::sender::NoSender;

#[derive(Subcommand)]
pub(super) enum CourierCommand {
    /// Receive the operations of a package; the answer is the receipts file for the computer that made it.
    Import {
        /// The package.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Write the receipts here too.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

pub(super) async fn courier(desk: &mut Desk<'_>, command: CourierCommand) -> Result<(), AdminError> {
    let CourierCommand::Import { file, out } = command;
    if !file.is_file() {
        return Err(argument("FILE", "there is no such file"));
    }
    let app = App::new(
        desk.office.clone(),
        std::sync::Arc::new(NoSender),
        Limits::default(),
        false,
        &TimeSettings::default(),
    )
    .await?;
    let imported = courier::import(&app, &Bearer { actor: OPERATOR, tenant: None }, &file).await?;
    if let Some(out) = out {
        let bytes = serde_json::to_vec_pretty(&imported.signed)?;
        std::fs::write(out, bytes).map_err(BackendError::io("writing the receipts"))?;
    }
    let receipts = &imported.receipts;
    desk.answer(&imported.signed, || {
        let refused = |outcome: &&Outcome| matches!(outcome, Outcome::Refused { .. });
        let refused = receipts.outcomes.iter().filter(refused).count();
        format!("{}  received {}  refused {refused}", receipts.package_id, receipts.outcomes.len() - refused)
    })
}
