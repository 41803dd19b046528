//! What the user hands to the page: files dropped on the window, a picture in the clipboard.
//!
//! On Linux the page gets neither by itself (WebKitGTK's drop and paste events come without files). A file is read only
//! when it was dropped, and by the number that it got then: no command takes a path from the page.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use portal_app::files_of;
use portal_app::view::HandedFile;
use serde::Serialize;
use tauri::{DragDropEvent, Emitter, Manager, Window, WindowEvent};

/// The event that says what was dropped; its payload is [`Drop`].
const DROPPED: &str = "files-dropped";

/// Every file that was dropped since the start, by its number: the page reads them one after another, and another drop
/// may come meanwhile.
#[derive(Default)]
pub(crate) struct Dropped(Mutex<Vec<PathBuf>>);

/// What the page hears of a drop.
#[derive(Clone, Serialize)]
struct Drop {
    /// In the window's own coordinates.
    x: f64,
    y: f64,
    /// A folder was among it: what it holds is many things.
    from_folder: bool,
    /// None when they are too many to be taken at once.
    files: Option<Vec<HandedFile>>,
}

impl Dropped {
    /// Takes files in, and those of folders; none when they are too many.
    pub(crate) async fn add(&self, paths: Vec<PathBuf>) -> Option<Vec<HandedFile>> {
        let listed = tauri::async_runtime::spawn_blocking(move || {
            let paths = files_of(&paths)?;
            let files: Vec<_> = paths.iter().map(|path| file(path)).collect();
            Some((paths, files))
        });
        let (paths, mut files) = listed.await.unwrap_or_default()?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, file) in files.iter_mut().enumerate() {
            file.number = known.len() + index;
        }
        known.extend(paths);
        Some(files)
    }

    pub(crate) fn path(&self, number: usize) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }
}

/// A file without its number.
fn file(path: &Path) -> HandedFile {
    HandedFile {
        number: 0,
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        size_bytes: path.metadata().map_or(0, |metadata| metadata.len()),
    }
}

/// Remembers what is dropped and tells the page.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(DragDropEvent::Drop { paths, position }) = event else { return };
    let (window, paths, (x, y)) = (window.clone(), paths.clone(), (position.x, position.y));
    tauri::async_runtime::spawn(async move {
        let from_folder = paths.iter().any(|path| path.is_dir());
        let files = window.state::<Dropped>().add(paths).await;
        let dropped = Drop { x, y, from_folder, files };
        if let Err(error) = window.emit_to(window.label(), DROPPED, dropped) {
            tracing::warn!(%error, "could not tell the window what was dropped");
        }
    });
}

/// The clipboard's picture as PNG; none when it holds no picture. Blocks.
pub(crate) fn clipboard_picture() -> Option<Vec<u8>> {
    let copied = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_image()).ok()?;
    let (width, height) = (u32::try_from(copied.width).ok()?, u32::try_from(copied.height).ok()?);
    let picture = image::RgbaImage::from_raw(width, height, copied.bytes.into_owned())?;
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).ok()?;
    Some(png.into_inner())
}
