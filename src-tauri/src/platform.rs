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
