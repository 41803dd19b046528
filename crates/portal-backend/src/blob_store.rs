//! Blobs as files: `blobs/ab/<sha256>`, written so that a name never stands for other or missing bytes.

use std::path::{Path, PathBuf};

use axum::body::BodyDataStream;
use bytes::Bytes;
use futures_util::StreamExt;
use portal_domain::ids::Sha256;
use sha2::Digest;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use crate::error::BackendError;
use crate::fault::{self, Point};

/// Bytes gathered before a write and its hashing leave the async thread.
pub const WRITE_BYTES: usize = 256 << 10;

/// The blob folder of one backend.
#[derive(Debug, Clone)]
pub struct BlobStore {
    blobs: PathBuf,
    uploads: PathBuf,
}

/// Bytes in a temporary file, hashed, not yet durable.
pub struct Received {
    path: PathBuf,
    file: File,
    pub sha: Sha256,
    pub size_bytes: u64,
}

/// Why a body was not taken.
#[derive(Debug)]
pub enum Refused {
    TooLarge,
    /// The client went away, or sent a body that can't be read.
    Broken,
    Failed(BackendError),
}

impl From<BackendError> for Refused {
    fn from(error: BackendError) -> Self {
        Self::Failed(error)
    }
}

impl BlobStore {
    /// Makes the folders, and sweeps what an earlier crash left half-written.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub fn open(data: &Path) -> Result<Self, BackendError> {
        let store = Self { blobs: data.join("blobs"), uploads: data.join("uploads") };
        for folder in [&store.blobs, &store.uploads] {
            std::fs::create_dir_all(folder).map_err(BackendError::io("making a data folder"))?;
        }
        Ok(store)
    }

    /// Removes temporary files of an earlier run. Only the one server of a data folder may do this.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub fn sweep(&self) -> Result<(), BackendError> {
        let entries =
            std::fs::read_dir(&self.uploads).map_err(BackendError::io("reading the upload folder"))?;
        for entry in entries.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "tmp") {
                std::fs::remove_file(entry.path()).map_err(BackendError::io("sweeping a temporary file"))?;
            }
        }
        Ok(())
    }

    /// Where a blob lies.
    pub fn path(&self, sha: &Sha256) -> PathBuf {
        self.blobs.join(&sha.as_str()[..2]).join(sha.as_str())
    }

    /// Where the bytes of an upload lie until it is finished.
    pub fn upload_path(&self, upload_id: &str) -> PathBuf {
        self.uploads.join(format!("{upload_id}.part"))
    }

    /// Size of a blob's file; none when there is no such file.
    pub async fn size(&self, sha: &Sha256) -> Option<u64> {
        fs::metadata(self.path(sha)).await.ok().map(|metadata| metadata.len())
    }

    /// Takes a body into a temporary file and hashes it on the way.
    ///
    /// # Errors
    /// [`Refused`]; nothing is kept then.
    pub async fn receive(&self, mut body: BodyDataStream, max_bytes: u64) -> Result<Received, Refused> {
        let path = self.uploads.join(format!("{}.tmp", uuid::Uuid::new_v4().simple()));
        let mut file = File::create(&path).await.map_err(BackendError::io("creating a blob"))?;
        let taken = take(&mut body, &mut file, max_bytes).await;
        match taken {
            Ok((sha, size_bytes)) => Ok(Received { path, file, sha, size_bytes }),
            Err(refused) => {
                drop(file);
                // Best effort: what stays behind is swept at the next start.
                let _ = fs::remove_file(&path).await;
                Err(refused)
            }
        }
    }

    /// Makes received bytes durable under their name.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub async fn keep(&self, received: Received) -> Result<(), BackendError> {
        received.file.sync_all().await.map_err(BackendError::io("making a blob durable"))?;
        fault::pass(Point::BlobWritten);
        self.adopt(&received.path, &received.sha).await
    }

    /// Throws received bytes away.
    pub async fn discard(&self, received: Received) {
        // Best effort: what stays behind is swept at the next start.
        let _ = fs::remove_file(&received.path).await;
    }

    /// Gives a durable file its name: rename, then the folder made durable.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub async fn adopt(&self, from: &Path, sha: &Sha256) -> Result<(), BackendError> {
        let to = self.path(sha);
        let folder = self.blobs.join(&sha.as_str()[..2]);
        if !fs::try_exists(&folder).await.map_err(BackendError::io("reading the blob folder"))? {
            fs::create_dir_all(&folder).await.map_err(BackendError::io("making a blob folder"))?;
            sync_folder(&self.blobs).await?;
        }
        fs::rename(from, &to).await.map_err(BackendError::io("naming a blob"))?;
        sync_folder(&folder).await?;
        fault::pass(Point::BlobRenamed);
        Ok(())
    }

    /// Keeps a document that the backend made.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub async fn put(&self, bytes: &[u8]) -> Result<Sha256, BackendError> {
        let sha = crate::random::sha256(bytes);
        let path = self.uploads.join(format!("{}.tmp", uuid::Uuid::new_v4().simple()));
        let mut file = File::create(&path).await.map_err(BackendError::io("creating a blob"))?;
        file.write_all(bytes).await.map_err(BackendError::io("writing a blob"))?;
        file.flush().await.map_err(BackendError::io("writing a blob"))?;
        self.keep(Received { path, file, sha: sha.clone(), size_bytes: bytes.len() as u64 }).await?;
        Ok(sha)
    }

    /// Opens a blob for reading, with its size.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub async fn open_blob(&self, sha: &Sha256) -> Result<(File, u64), BackendError> {
        let file = File::open(self.path(sha)).await.map_err(BackendError::io("opening a blob"))?;
        let metadata = file.metadata().await.map_err(BackendError::io("opening a blob"))?;
        Ok((file, metadata.len()))
    }
}

/// Makes a folder's entries durable.
async fn sync_folder(folder: &Path) -> Result<(), BackendError> {
    let handle = File::open(folder).await.map_err(BackendError::io("opening a data folder"))?;
    handle.sync_all().await.map_err(BackendError::io("making a folder durable"))
}

async fn take(body: &mut BodyDataStream, file: &mut File, max_bytes: u64) -> Result<(Sha256, u64), Refused> {
    let mut hasher = sha2::Sha256::new();
    let mut size_bytes = 0_u64;
    let mut gathered: Vec<u8> = Vec::with_capacity(WRITE_BYTES);
    file.set_max_buf_size(WRITE_BYTES);
    while let Some(chunk) = body.next().await {
        let chunk: Bytes = chunk.map_err(|_| Refused::Broken)?;
        size_bytes += chunk.len() as u64;
        if size_bytes > max_bytes {
            return Err(Refused::TooLarge);
        }
        gathered.extend_from_slice(&chunk);
        if gathered.len() >= WRITE_BYTES {
            hasher.update(&gathered);
            file.write_all(&gathered).await.map_err(BackendError::io("writing a blob"))?;
            gathered.clear();
        }
    }
    hasher.update(&gathered);
    file.write_all(&gathered).await.map_err(BackendError::io("writing a blob"))?;
    file.flush().await.map_err(BackendError::io("writing a blob"))?;
    Ok((Sha256::from_bytes(hasher.finalize().into()), size_bytes))
}
