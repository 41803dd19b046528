//! The files that somebody means who hands over files and folders.

use std::path::{Path, PathBuf};

use tokio::io::AsyncReadExt;
use walkdir::WalkDir;

use crate::error::{CommandCode, CommandError};
use crate::photo::MAX_PHOTO_FILE_BYTES;

/// Most files of one handing over: a whole disk is a slip of the hand.
const MOST_FILES: usize = 200;

/// Files as they are named, and those of folders in the order of their names, without hidden ones. What can't be listed
/// stays in the list: reading it will say why. None when they are too many: then none is taken, so that nobody takes a part
/// for the whole. Blocks.
pub fn files_of(paths: &[PathBuf]) -> Option<Vec<PathBuf>> {
    let found: Vec<PathBuf> = paths.iter().flat_map(|path| files_in(path)).take(MOST_FILES + 1).collect();
    (found.len() <= MOST_FILES).then_some(found)
}

fn files_in(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let inside = WalkDir::new(path).sort_by_file_name();
    let shown = inside
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy()));
    shown
        .filter_map(|entry| match entry {
            Ok(entry) => entry.file_type().is_file().then(|| entry.into_path()),
            Err(error) => error.path().map(Path::to_owned),
        })
        .take(MOST_FILES + 1)
        .collect()
}

/// The bytes of a file that a person handed over.
///
/// # Errors
/// `file_unusable` when it can't be read.
pub async fn read_handed(path: &Path) -> Result<Vec<u8>, CommandError> {
    let unusable = |_| CommandError::new(CommandCode::FileUnusable);
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(path).await.map_err(unusable)?;
    // One byte too many is enough for the photo's own check to refuse it.
    file.take(MAX_PHOTO_FILE_BYTES + 1).read_to_end(&mut bytes).await.map_err(unusable)?;
    Ok(bytes)
}

/// Also what systems leave behind in folders of pictures.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "Thumbs.db" | "desktop.ini" | "__MACOSX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_opened_and_hidden_files_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("b/.trash")).unwrap();
        for name in ["b/2.jpg", "b/1.jpg", "a.jpg", ".hidden.jpg", "Thumbs.db", "b/.trash/3.jpg"] {
            std::fs::write(root.join(name), name).unwrap();
        }
        let single = root.join("b/2.jpg");
        let found = files_of(&[single.clone(), root.to_owned(), root.join("gone.jpg")]);
        let wanted =
            [single.clone(), root.join("a.jpg"), root.join("b/1.jpg"), single, root.join("gone.jpg")];
        assert_eq!(found.unwrap(), wanted);
    }

    #[test]
    fn too_many_are_none_and_not_a_part() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("a/b/c/d/e")).unwrap();
        for number in 0..MOST_FILES {
            std::fs::write(root.join(format!("a/b/c/d/e/{number}.jpg")), "x").unwrap();
        }
        assert_eq!(files_of(&[root.to_owned()]).unwrap().len(), MOST_FILES);
        std::fs::write(root.join("one_more.jpg"), "x").unwrap();
        assert_eq!(files_of(&[root.to_owned()]), None);
    }
}
