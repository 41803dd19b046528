//! Says in a native dialog why there is no window.

/// Blocks until the dialog is closed. `reason` carries no personal data.
pub(crate) fn show(reason: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("掌柜 · Zhanggui")
        .set_description(format!(
            "掌柜无法启动，您的资料没有改动。\nZhanggui could not start; your data is unchanged.\n\n{reason}"
        ))
        .show();
}
