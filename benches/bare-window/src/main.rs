//! A Tauri window with one small page, shown by the page as the portal shows its own: peer of the benchmark `window`.

use tauri::{WebviewUrl, WebviewWindow, WebviewWindowBuilder};

#[tauri::command]
fn ready(window: WebviewWindow) -> tauri::Result<()> {
    window.show()
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![ready])
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .title("bare")
                .inner_size(1280.0, 800.0)
                .visible(false)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
