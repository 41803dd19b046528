//! Says in a native dialog why there is no window.

use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

const TITLE: &str = "掌柜 · Zhanggui";

/// Blocks until the dialog is closed; only before there is an application, whose loop shows dialogs from then on.
/// `reason` carries no personal data.
pub(crate) fn show(reason: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(TITLE)
        .set_description(words(reason))
        .show();
}

/// Runs the application for nothing but the dialog, and ends the process as a failure when that is closed.
pub(crate) fn run(app: tauri::App, reason: String) {
    app.run(move |app, event| {
        if let tauri::RunEvent::Ready = event {
            let ended = app.clone();
            let dialog = app.dialog().message(words(&reason)).title(TITLE).kind(MessageDialogKind::Error);
            dialog.show(move |_| ended.exit(1));
        }
    });
}

fn words(reason: &str) -> String {
    format!("掌柜无法启动，您的资料没有改动。\nZhanggui could not start; your data is unchanged.\n\n{reason}")
}
