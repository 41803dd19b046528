//! What an operating system needs before a window can open.

/// Must run before any thread starts.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    // WebKitGTK's DMA-BUF renderer shows an empty window on NVIDIA's driver. The variable only counts for a process
    // started with it, so the portal starts itself anew; whoever set it knows better and is left alone.
    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let nvidia = std::path::Path::new("/proc/driver/nvidia/version").exists();
    if !nvidia || std::env::var_os(RENDERER).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let error =
            std::process::Command::new(program).args(std::env::args_os().skip(1)).env(RENDERER, "1").exec();
        tracing::warn!(%error, "could not restart with the renderer workaround");
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() {}

/// Lets the page use a camera, which WebKitGTK leaves out unless told.
#[cfg(target_os = "linux")]
pub(crate) fn allow_camera(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{SettingsExt, WebViewExt};
    window.with_webview(|webview| {
        let Some(settings) = WebViewExt::settings(&webview.inner()) else { return };
        settings.set_enable_media_stream(true);
        // A camera for tests; what is shipped doesn't know it.
        #[cfg(debug_assertions)]
        settings.set_enable_mock_capture_devices(std::env::var_os("PORTAL_MOCK_CAMERA").is_some());
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn allow_camera(_window: &tauri::WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
