//! Encrypted files on disk: written whole and durable, or not at all.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use hmac::{Hmac, KeyInit, Mac};
use portal_domain::ids::Sha256;
use sha2::Digest;
use zeroize::Zeroizing;

use super::seal::{CHUNK, HEADER, Opener, seal, unseal};
use crate::error::StoreError;
use crate::keys::Keys;

const TEMPORARY: &str = "tmp";

/// The `blobs/` folder of one account. Every method blocks: callers run it on the blocking pool.
#[derive(Clone)]
pub(crate) struct BlobFolder {
    inner: Arc<Inner>,
}

struct Inner {
    root: PathBuf,
    blobs_key: Zeroizing<[u8; 32]>,
    names_key: Zeroizing<[u8; 32]>,
    /// Held shared while a file is put, exclusively while files are removed: nothing is collected between the
    /// moment its file is found in place and the moment its row exists.
    gate: tokio::sync::RwLock<()>,
    /// Shelves that this process has made sure of: one that is merely there may have been made by a process that ended before
    /// its name was durable.
    shelves: Mutex<HashSet<PathBuf>>,
}

/// A file found in the folder.
pub(super) struct FoundFile {
    pub path: PathBuf,
    /// Last change, Unix milliseconds by the file system.
    pub modified_ms: i64,
}

impl BlobFolder {
    pub(crate) async fn create(root: PathBuf, keys: &Keys) -> Result<Self, StoreError> {
        tokio::fs::create_dir_all(root.join(TEMPORARY)).await?;
        let folder = Self::existing(root, keys);
        folder.run(|folder| folder.inner.root.parent().map_or(Ok(()), sync_dir)).await?;
        Ok(folder)
    }

    pub(crate) fn existing(root: PathBuf, keys: &Keys) -> Self {
        let blobs_key = Zeroizing::new(keys.blobs);
        let names_key = Zeroizing::new(keys.names);
        let (gate, shelves) = (tokio::sync::RwLock::new(()), Mutex::default());
        Self { inner: Arc::new(Inner { root, blobs_key, names_key, gate, shelves }) }
    }

    pub(crate) fn gate(&self) -> &tokio::sync::RwLock<()> {
        &self.inner.gate
    }

    /// Runs blocking work on this folder.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let folder = self.clone();
        tokio::task::spawn_blocking(move || work(&folder)).await.map_err(|_| StoreError::Closed)?
    }

    pub(super) fn path(&self, sha: &Sha256) -> Result<PathBuf, StoreError> {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.inner.names_key.as_slice())
            .map_err(|_| StoreError::Damaged("names key"))?;
        mac.update(sha.as_str().as_bytes());
        let name = hex::encode(mac.finalize().into_bytes());
        let shelf = name.get(..2).unwrap_or_default().to_owned();
        Ok(self.inner.root.join(shelf).join(name))
    }

    /// Seals `bytes` under their hash. A file that is already there is kept when it opens to the same bytes, and
    /// replaced when it is damaged.
    pub(super) fn put(&self, sha: &Sha256, bytes: &[u8]) -> Result<(), StoreError> {
        let target = self.path(sha)?;
        let shelf = target.parent().ok_or(StoreError::Damaged("blob path"))?;
        if self.get(sha).is_ok() {
            // Whoever put it there may have ended before its name was durable.
            self.make_shelf(shelf)?;
            return sync_dir(shelf);
        }
        let sealed = seal(&self.inner.blobs_key, bytes)?;
        let temporary = self.inner.root.join(TEMPORARY).join(uuid::Uuid::new_v4().simple().to_string());
        let written = (|| -> Result<(), StoreError> {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
            file.write_all(&sealed)?;
            file.sync_all()?;
            self.make_shelf(shelf)?;
            fs::rename(&temporary, &target)?;
            sync_dir(shelf)
        })();
        if written.is_err() {
            // What is left is swept at the next start; the first error is the one to report.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// A shelf whose own name is durable.
    fn make_shelf(&self, shelf: &Path) -> Result<(), StoreError> {
        let mut durable = self.inner.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if !durable.contains(shelf) {
            fs::create_dir_all(shelf)?;
            sync_dir(&self.inner.root)?;
            durable.insert(shelf.to_owned());
        }
        Ok(())
    }

    /// The bytes, authenticated and of this hash.
    pub(super) fn get(&self, sha: &Sha256) -> Result<Vec<u8>, StoreError> {
        let sealed = fs::read(self.path(sha)?).map_err(|error| missing(error, sha))?;
        let bytes = self.open(&sealed).ok_or_else(|| StoreError::BlobDamaged(sha.clone()))?;
        if hash(&bytes) == *sha { Ok(bytes) } else { Err(StoreError::BlobDamaged(sha.clone())) }
    }

    /// The same file, to be read in pieces.
    pub(super) fn open_file(&self, sha: &Sha256) -> Result<OpenFile, StoreError> {
        let mut file = File::open(self.path(sha)?).map_err(|error| missing(error, sha))?;
        let damaged = || StoreError::BlobDamaged(sha.clone());
        let body_bytes = usize::try_from(file.metadata()?.len())
            .ok()
            .and_then(|file_bytes| file_bytes.checked_sub(HEADER))
            .ok_or_else(damaged)?;
        let mut header = [0_u8; HEADER];
        file.read_exact(&mut header)?;
        let opener = Opener::new(&self.inner.blobs_key, &header, body_bytes).map_err(|_| damaged())?;
        Ok(OpenFile { file: Mutex::new(file), opener })
    }

    pub(super) fn exists(&self, sha: &Sha256) -> Result<bool, StoreError> {
        Ok(self.path(sha)?.try_exists()?)
    }

    /// Hash and size of a file's content, when it opens and stands under its own name.
    pub(super) fn identify(&self, path: &Path) -> Result<Option<(Sha256, u64)>, StoreError> {
        let Some(bytes) = self.open(&fs::read(path)?) else { return Ok(None) };
        let sha = hash(&bytes);
        Ok((self.path(&sha)? == path).then_some((sha, bytes.len() as u64)))
    }

    /// Overwrites the wrapped key, then removes the file: on media that keep old blocks the content stays sealed.
    pub(super) fn erase(&self, path: &Path) -> Result<(), StoreError> {
        let mut file = match OpenOptions::new().write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        file.rewind()?;
        file.write_all(&[0_u8; HEADER])?;
        file.sync_data()?;
        drop(file);
        fs::remove_file(path)?;
        Ok(())
    }

    /// Removes what writing left behind (crash point C1). Nothing may be being written.
    pub(super) fn sweep_temporaries(&self) -> Result<u64, StoreError> {
        let mut swept = 0;
        for entry in fs::read_dir(self.inner.root.join(TEMPORARY))? {
            fs::remove_file(entry?.path())?;
            swept += 1;
        }
        Ok(swept)
    }

    /// Every sealed file.
    pub(super) fn files(&self) -> Result<Vec<FoundFile>, StoreError> {
        let mut found = Vec::new();
        for shelf in fs::read_dir(&self.inner.root)? {
            let shelf = shelf?;
            if shelf.file_name() == TEMPORARY || !shelf.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(shelf.path())? {
                let entry = entry?;
                let modified = entry.metadata()?.modified()?;
                let modified_ms = modified
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
                found.push(FoundFile { path: entry.path(), modified_ms });
            }
        }
        Ok(found)
    }

    fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        unseal(&self.inner.blobs_key, sealed).ok()
    }
}

/// A sealed file that is read in pieces; each is authenticated. Every method blocks.
pub(super) struct OpenFile {
    file: Mutex<File>,
    opener: Opener,
}

impl OpenFile {
    /// How long the content is.
    pub fn plain_bytes(&self) -> usize {
        self.opener.plain_bytes()
    }

    /// Bytes of the content; `None` when they aren't what was sealed.
    pub fn read(&self, range: &Range<usize>) -> Result<Option<Vec<u8>>, StoreError> {
        let (first, body) = self.opener.covering(range);
        let mut sealed = vec![0_u8; body.len()];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start((HEADER + body.start) as u64))?;
            file.read_exact(&mut sealed)?;
        }
        let mut plain = Vec::with_capacity(body.len());
        if self.opener.open(first, &sealed, &mut plain).is_err() {
            return Ok(None);
        }
        let before = range.start - first * CHUNK;
        plain.truncate(before + range.len());
        plain.drain(..before);
        Ok(Some(plain))
    }
}

fn missing(error: std::io::Error, sha: &Sha256) -> StoreError {
    if error.kind() == std::io::ErrorKind::NotFound {
        StoreError::BlobMissing(sha.clone())
    } else {
        error.into()
    }
}

/// SHA-256 of `bytes`.
pub fn hash(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}

/// Makes a rename in `dir` durable. Windows has no such call: there the rename is durable by the file system's log.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}
