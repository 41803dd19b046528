//! Blobs as files: `blobs/ab/<sha256>`, written so that a name never stands for other or missing bytes. With a bucket
//! they are objects instead, and only what is being received lies here.

mod bucket;

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::BodyDataStream;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use portal_domain::ids::Sha256;
use portal_protocol::mutant::Mutant;
use sha2::Digest;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;
use tokio_util::io::ReaderStream;

use crate::error::BackendError;
use crate::fault::{self, Point};
pub use bucket::Bucket;

/// Bytes gathered before a write and its hashing leave the async thread.
pub const WRITE_BYTES: usize = 256 << 10;

/// Bytes read from a blob's file at once.
const READ_BYTES: usize = 128 << 10;

/// The bytes of a blob, as they are read.
pub type Bytestream = BoxStream<'static, std::io::Result<Bytes>>;

/// The blobs of one backend.
#[derive(Debug, Clone)]
pub struct BlobStore {
    blobs: PathBuf,
    uploads: PathBuf,
    bucket: Option<Bucket>,
    /// Held while a name changes what it stands for.
    naming: Arc<Mutex<()>>,
    /// Folders in `blobs` that this process has made durable.
    shelves: Arc<Mutex<HashSet<String>>>,
}

/// Bytes in a temporary file, hashed, not yet durable.
pub struct Received {
    path: PathBuf,
    file: File,
    pub sha: Sha256,
    pub size_bytes: u64,
}

impl Received {
    /// Where the bytes are until they are kept or discarded.
    pub fn path(&self) -> &Path {
        &self.path
    }
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
    pub fn open(data: &Path, bucket: Option<&Bucket>) -> Result<Self, BackendError> {
        let (blobs, uploads) = (data.join("blobs"), data.join("uploads"));
        let store =
            Self { blobs, uploads, bucket: bucket.cloned(), naming: Arc::default(), shelves: Arc::default() };
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

    /// Ids of the uploads whose bytes lie here, finished ones not among them.
    ///
    /// # Errors
    /// [`BackendError::Io`].
    pub fn partial_uploads(&self) -> Result<Vec<String>, BackendError> {
        let entries =
            std::fs::read_dir(&self.uploads).map_err(BackendError::io("reading the upload folder"))?;
        let id = |path: PathBuf| {
            let is_part = path.extension().is_some_and(|extension| extension == "part");
            is_part.then(|| path.file_stem()?.to_str().map(str::to_owned)).flatten()
        };
        Ok(entries.flatten().filter_map(|entry| id(entry.path())).collect())
    }

    /// Where a blob lies when there is no bucket.
    pub fn path(&self, sha: &Sha256) -> PathBuf {
        self.blobs.join(&sha.as_str()[..2]).join(sha.as_str())
    }

    /// Where the bytes of an upload lie until it is finished.
    pub fn upload_path(&self, upload_id: &str) -> PathBuf {
        self.uploads.join(format!("{upload_id}.part"))
    }

    /// Whether a blob is there with this size: what can be told without reading it.
    ///
    /// # Errors
    /// [`BackendError::Io`], [`BackendError::Bucket`].
    pub async fn has(&self, sha: &Sha256, size_bytes: u64) -> Result<bool, BackendError> {
        if let Some(bucket) = &self.bucket {
            return bucket.has(sha, size_bytes).await;
        }
        match fs::metadata(self.path(sha)).await {
            Ok(metadata) => Ok(metadata.len() == size_bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(BackendError::io("looking for a blob")(error)),
        }
    }

    /// Reads a blob and tells whether its bytes have its hash. Others are put aside, so that the blob counts as
    /// missing from then on and is sent again.
    ///
    /// # Errors
    /// [`BackendError::Io`], [`BackendError::Bucket`].
    pub async fn verify(&self, sha: &Sha256) -> Result<bool, BackendError> {
        if let Some(bucket) = &self.bucket {
            return bucket.verify(sha).await;
        }
        let path = self.path(sha);
        if Mutant::NoHashCheck.is_on() {
            return fs::try_exists(&path).await.map_err(BackendError::io("reading a blob"));
        }
        if self.holds(&path, sha).await? {
            return Ok(true);
        }
        // Looked at again under the lock: a new file may just have taken the damaged one's place.
        let _naming = self.naming.lock().await;
        if self.holds(&path, sha).await? {
            return Ok(true);
        }
        if fs::try_exists(&path).await.map_err(BackendError::io("reading a blob"))? {
            tracing::error!(%sha, "a stored blob is damaged: it was put aside and will be asked for again");
            let aside = path.with_extension("damaged");
            fs::rename(&path, aside).await.map_err(BackendError::io("putting a damaged blob aside"))?;
        }
        Ok(false)
    }

    async fn holds(&self, path: &Path, sha: &Sha256) -> Result<bool, BackendError> {
        match hash_file(path).await {
            Ok(found) => Ok(found == *sha),
            Err(BackendError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
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
        if !Mutant::NoFsync.is_on() {
            received.file.sync_all().await.map_err(BackendError::io("making a blob durable"))?;
        }
        fault::pass(Point::BlobWritten);
        self.adopt(&received.path, &received.sha).await
    }

    /// Throws received bytes away.
    pub async fn discard(&self, received: Received) {
        // Best effort: what stays behind is swept at the next start.
        let _ = fs::remove_file(&received.path).await;
    }

    /// Gives a durable file its name: rename, then the folder made durable; or puts it into the bucket. The caller has
    /// verified its bytes.
    ///
    /// # Errors
    /// [`BackendError::Io`], [`BackendError::Bucket`].
    pub async fn adopt(&self, from: &Path, sha: &Sha256) -> Result<(), BackendError> {
        if let Some(bucket) = &self.bucket {
            bucket.put(from, sha).await?;
            fault::pass(Point::BlobRenamed);
            return fs::remove_file(from).await.map_err(BackendError::io("removing a received file"));
        }
        let to = self.path(sha);
        let shelf = &sha.as_str()[..2];
        let folder = self.blobs.join(shelf);
        // That it is there doesn't make it durable: another request, or one before a crash, may just have made it.
        if !self.shelves.lock().await.contains(shelf) {
            fs::create_dir_all(&folder).await.map_err(BackendError::io("making a blob folder"))?;
            sync_folder(&self.blobs).await?;
            self.shelves.lock().await.insert(shelf.to_owned());
        }
        {
            let _naming = self.naming.lock().await;
            fs::rename(from, &to).await.map_err(BackendError::io("naming a blob"))?;
        }
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

    /// All bytes of a small blob.
    ///
    /// # Errors
    /// [`BackendError::Io`], [`BackendError::Bucket`]; [`BackendError::Corrupt`] for more than `max_bytes`.
    pub async fn read(&self, sha: &Sha256, max_bytes: u64) -> Result<Vec<u8>, BackendError> {
        let (mut stream, size_bytes) = self.open_blob(sha).await?;
        if size_bytes > max_bytes {
            return Err(BackendError::Corrupt { what: "document: it is too large" });
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.try_next().await.map_err(BackendError::io("reading a blob"))? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// A blob's bytes, and how many they are.
    ///
    /// # Errors
    /// [`BackendError::Io`], [`BackendError::Bucket`].
    pub async fn open_blob(&self, sha: &Sha256) -> Result<(Bytestream, u64), BackendError> {
        if let Some(bucket) = &self.bucket {
            return bucket.open(sha).await;
        }
        let file = File::open(self.path(sha)).await.map_err(BackendError::io("opening a blob"))?;
        let metadata = file.metadata().await.map_err(BackendError::io("opening a blob"))?;
        Ok((ReaderStream::with_capacity(file, READ_BYTES).boxed(), metadata.len()))
    }
}

/// Hash of a file's bytes, taken off the async threads.
///
/// # Errors
/// [`BackendError::Io`].
pub async fn hash_file(path: &Path) -> Result<Sha256, BackendError> {
    let path = path.to_owned();
    let hashed = tokio::task::spawn_blocking(move || -> std::io::Result<Sha256> {
        let mut file = std::fs::File::open(path)?;
        let mut hasher = sha2::Sha256::new();
        let mut buffer = vec![0_u8; WRITE_BYTES];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(Sha256::from_bytes(hasher.finalize().into())),
                read => hasher.update(&buffer[..read]),
            }
        }
    });
    hashed.await?.map_err(BackendError::io("hashing a stored file"))
}

/// Makes a folder's entries durable.
async fn sync_folder(folder: &Path) -> Result<(), BackendError> {
    if Mutant::NoFsync.is_on() {
        return Ok(());
    }
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
