//! The one window: opening, focus, closing only when nothing is left behind unnoticed.

use portal_app::App;
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};

use crate::{Portal, platform};

const MAIN: &str = "main";
/// The event that says what changed; its payload is `Changed`.
const CHANGED: &str = "portal";
const CLOSE_REQUESTED: &str = "close-requested";

/// Opens the window unseen: the page shows it after its first paint.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("掌柜")
        .inner_size(1280.0, 800.0)
        .min_inner_size(960.0, 640.0)
        .center()
        .visible(false)
        // The portal's own page asks when a person wants to photograph a paper. It needs nothing else.
        .on_permission_request(|_, kind| match kind {
            PermissionKind::Camera => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        })
        .build()?;
    if let Err(error) = platform::allow_camera(&window) {
        tracing::warn!(%error, "no camera can be used");
    }
    Ok(())
}

pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        for result in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = result {
                tracing::warn!(%error, "could not bring the window to the front");
            }
        }
    }
}

/// Tells the page what changed, for as long as the program runs.
pub(crate) fn forward_changes(app: &AppHandle, portal: &App) {
    let mut changes = portal.changes();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        use tokio::sync::broadcast::error::RecvError;
        loop {
            let change = match changes.recv().await {
                Ok(change) => change,
                // Too many to follow: the session change makes the page fetch everything anew.
                Err(RecvError::Lagged(_)) => portal_app::view::Changed::Session,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = app.emit_to(MAIN, CHANGED, change) {
                tracing::warn!(%error, "could not tell the window what changed");
            }
        }
    });
}

/// Closing waits for the page's question while anything exists only on this computer.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    api.prevent_close();
    let app = window.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let portal = app.state::<Portal>().inner().clone();
        match portal.safety_at_exit().await {
            Ok(safety) if safety.cases_only_here > 0 => {
                if app.emit_to(MAIN, CLOSE_REQUESTED, safety).is_err() {
                    app.exit(0);
                }
            }
            // Nothing is at risk, or nothing can be asked: what was saved stays saved.
            Ok(_) | Err(_) => app.exit(0),
        }
    });
}
