//! The window's commands: each is a method of `portal_app::App`, expanded from the command table.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use portal_app::domain::dossier::{Dossier, Slot};
use portal_app::domain::ids::{CaseId, OpId, PhotoId};
use portal_app::domain::profile::Profile;
use portal_app::domain::turnover::Turnover;
use portal_app::error::{CommandCode, CommandError};
use portal_app::view::*;
use tauri::State;

use crate::Portal;
use crate::documents;

/// A panic in a command becomes an error of this command, and the program goes on.
pub(crate) async fn guard<T>(
    command: &'static str,
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(command, "the command panicked");
        Err(CommandError::new(CommandCode::Internal))
    })
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) -> $answer:ty;)*) => {
        $(
            $(#[$doc])*
            #[tauri::command(rename_all = "snake_case")]
            async fn $name(portal: State<'_, Portal>, $($arg: $ty),*) -> Result<$answer, CommandError> {
                guard(stringify!($name), portal.$name($($arg),*)).await
            }
        )*

        /// Answers every command of the table.
        pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![
                $($name,)*
                documents::photo_add,
                documents::photo_replace,
                documents::photo_sort,
                documents::photo_sort_into,
                documents::folder_choose,
                documents::scanner_choose,
                documents::scanner_read,
                documents::dropped_read,
                documents::clipboard_picture,
                documents::document_read,
                documents::document_save,
                documents::contract_hand_over,
                documents::contract_scan_add,
                documents::contract_scan_read,
                documents::contract_check,
                documents::courier_export,
                documents::courier_import,
                documents::courier_receipts,
                documents::app_quit
            ]
        }
    };
}

/// The raw commands are written out in [`crate::documents`]; a missing one fails to compile in the handler list.
macro_rules! raw_commands {
    ($($table:tt)*) => {};
}

include!("../../crates/portal-app/src/commands.in.rs");
