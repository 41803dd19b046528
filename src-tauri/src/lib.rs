//! The desktop shell: wiring between the window and `portal-app`, nothing else.

mod arguments;
mod commands;
mod documents;
mod handover;
mod photo_scheme;
mod platform;
mod startup_dialog;
mod window;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use portal_app::{App, ConfigError, StartError};
use tauri::Manager;
use tauri::plugin::TauriPlugin;

/// The portal as every command sees it.
pub(crate) type Portal = Arc<App>;

/// Runs the window until it is closed.
pub fn run() -> ExitCode {
    platform::prepare();
    let arguments = match arguments::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` arrive here too; clap knows which stream and code fit.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::FAILURE };
        }
    };
    match start(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the portal could not start");
            // Who started it from a shell or a script sees no dialog; nothing is left to do when this is closed too.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            let (shown, code) = match error {
                BeforeTheWindow::Argument(error) => (error.into(), ExitCode::from(2)),
                BeforeTheWindow::Profile(error) => (error.into(), ExitCode::FAILURE),
                BeforeTheWindow::Tauri(error) => (portal_app::internal("start", &error), ExitCode::FAILURE),
            };
            startup_dialog::show(&shown);
            code
        }
    }
}

/// Why there is not even an application.
#[derive(Debug, thiserror::Error)]
enum BeforeTheWindow {
    #[error(transparent)]
    Argument(#[from] ConfigError),
    #[error(transparent)]
    Profile(#[from] StartError),
    #[error("the window's system can't be used: {0}")]
    Tauri(#[from] tauri::Error),
}

fn start(arguments: arguments::Arguments) -> Result<(), BeforeTheWindow> {
    let config = arguments.into_config()?;
    portal_app::log::start(&config.profile_dir)?;
    let one_window = one_window_of(&config.profile_dir);
    // Opens while the window's own parts start, which takes longer.
    let opening = tauri::async_runtime::spawn(App::open(config));

    let app = tauri::Builder::default()
        .plugin(one_window)
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol("portal-photo", photo_scheme::answer)
        .manage(handover::Dropped::default())
        .invoke_handler(commands::handler())
        .on_window_event(|window, event| {
            handover::on_event(window, event);
            window::on_event(window, event);
        })
        .build(tauri::generate_context!())?;
    match tauri::async_runtime::block_on(opening)? {
        Ok(portal) => run_window(app, portal),
        Err(error) => {
            tracing::error!(%error, "the portal could not be opened");
            let _ = writeln!(std::io::stderr(), "error: {error}");
            startup_dialog::run(app, error.into());
        }
    }
    Ok(())
}

/// A second start on the same profile brings the first window to the front. On Windows and macOS the plugin tells
/// programs apart by their identifier only: there it does so for every profile.
fn one_window_of(profile_dir: &Path) -> TauriPlugin<tauri::Wry> {
    use sha2::Digest;
    let path = std::fs::canonicalize(profile_dir).unwrap_or_else(|_| profile_dir.to_owned());
    let profile = sha2::Sha256::digest(path.as_os_str().as_encoded_bytes());
    tauri_plugin_single_instance::Builder::new()
        // An element of such a name must not begin with a digit.
        .dbus_id(format!("cn.zhanggui.portal.profile_{}", hex::encode(&profile[..8])))
        .callback(|app, _arguments, _folder| window::focus(app))
        .build()
}

/// The window, until it is closed.
fn run_window(app: tauri::App, portal: Portal) {
    app.manage(Arc::clone(&portal));
    window::forward_changes(app.handle(), &portal);
    tauri::async_runtime::spawn(Arc::clone(&portal).lock_on_suspend());
    // What the first screen reads opens while the page loads.
    let first = Arc::clone(&portal);
    tauri::async_runtime::spawn(async move { first.app_safety().await });
    app.run(move |app, event| match event {
        tauri::RunEvent::Ready => {
            if let Err(error) = window::open(app) {
                let _ = writeln!(std::io::stderr(), "error: {error}");
                startup_dialog::tell(app, &portal_app::internal("window", &error));
            }
        }
        tauri::RunEvent::Exit => tauri::async_runtime::block_on(portal.close()),
        _ => {}
    });
}
