//! Says in a native dialog why there is no window: what happened and what helps, in both languages, for which of them is
//! the user's is written in the profile that may not be readable.

use portal_app::error::{CommandCode, CommandError};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

const TITLE: &str = "掌柜 · Zhanggui";

/// Blocks until the dialog is closed; only before there is an application, whose loop shows dialogs from then on.
pub(crate) fn show(error: &CommandError) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(TITLE)
        .set_description(words(error))
        .show();
}

/// Runs the application for nothing but the dialog, and ends the process as a failure when that is closed.
pub(crate) fn run(app: tauri::App, error: CommandError) {
    app.run(move |app, event| {
        if let tauri::RunEvent::Ready = event {
            tell(app, &error);
        }
    });
}

/// For an application that runs; ends it as a failure when the dialog is closed.
pub(crate) fn tell(app: &AppHandle, error: &CommandError) {
    let ended = app.clone();
    let dialog = app.dialog().message(words(error)).title(TITLE).kind(MessageDialogKind::Error);
    dialog.show(move |_| ended.exit(1));
}

fn words(error: &CommandError) -> String {
    let [chinese, english] = explained(error);
    let mut words = format!(
        "掌柜无法启动，您的资料没有改动。\n{chinese}\n\nZhanggui could not start; your data is unchanged.\n{english}"
    );
    if let Some(incident) = &error.incident {
        words.push_str(&format!("\n\n事件编号 · incident {incident}"));
    }
    words
}

/// What happened and what helps, in Chinese and in English.
fn explained(error: &CommandError) -> [&'static str; 2] {
    let named = |argument: &str| error.fields.iter().any(|field| field.path == argument);
    match error.code {
        CommandCode::InvalidArgument if named("--backend") => [
            "后台地址（--backend 或 PORTAL_BACKEND）不能使用：请写以 https:// 开头的完整地址。",
            "The backend's address (--backend or PORTAL_BACKEND) can't be used: give it in full, beginning with https://.",
        ],
        CommandCode::InvalidArgument => [
            "资料文件夹不能使用：请检查它是否存在、您是否有权写入，或用 --profile-dir 另选一个文件夹。",
            "The profile folder can't be used: see that it exists and that you may write to it, or name another with --profile-dir.",
        ],
        CommandCode::DiskFull => {
            ["磁盘空间已满：请腾出一些空间后重新打开。", "The disk is full: free some space and start again."]
        }
        CommandCode::NewerSchema => [
            "资料由更新版本的掌柜写入：请安装最新版本。",
            "The data was written by a newer version of Zhanggui: install the latest one.",
        ],
        CommandCode::Damaged => [
            "资料文件已损坏：请不要删除任何文件，并联系支持人员。",
            "A file of the profile is damaged: delete nothing, and ask support.",
        ],
        CommandCode::KeyringLocked => [
            "系统密钥环已锁定：请先在系统中解锁，再重新打开。",
            "The system keyring is locked: unlock it in the system and start again.",
        ],
        _ => [
            "请重新打开一次；如果仍然不行，请把事件编号告诉支持人员。",
            "Start it once more; if that doesn't help, tell support the incident's number.",
        ],
    }
}

#[cfg(test)]
mod tests {
    use portal_app::{ConfigError, StartError};

    use super::*;

    #[test]
    fn what_is_wrong_is_named_in_both_languages() {
        for (error, chinese, english) in [
            (CommandError::from(ConfigError::InsecureBackend), "后台地址", "--backend"),
            (ConfigError::NoDataFolder.into(), "资料文件夹", "--profile-dir"),
            (
                StartError::Profile(std::io::ErrorKind::PermissionDenied.into()).into(),
                "写入",
                "--profile-dir",
            ),
            (StartError::Profile(std::io::ErrorKind::StorageFull.into()).into(), "磁盘", "disk"),
        ] {
            let words = words(&error);
            assert!(words.contains(chinese) && words.contains(english), "{words}");
        }
    }
}
