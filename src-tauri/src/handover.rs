//! What the user hands to the page: files dropped on the window, a picture in the clipboard.
//!
//! On Linux the page gets neither by itself (WebKitGTK's drop and paste events come without files). A file is read only
//! when it was dropped, and by its number in that drop: no command takes a path from the page.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tauri::{DragDropEvent, Manager, Window, WindowEvent};

/// The files of the last drop, in its order.
#[derive(Default)]
pub(crate) struct Dropped(Mutex<Vec<PathBuf>>);

impl Dropped {
    fn replace(&self, files: &[PathBuf]) {
        files.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn file(&self, number: usize) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }
}

/// Remembers what is dropped; the page hears of it from Tauri.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
        window.state::<Dropped>().replace(paths);
    }
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
