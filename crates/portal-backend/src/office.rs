//! What the server and the command line both work with: database, blobs, time.

use std::path::{Path, PathBuf};

use crate::blob_store::BlobStore;
use crate::clock::Clock;
use crate::error::BackendError;
use crate::store::{Store, tenants};

const DATABASE: &str = "backend.sqlite";

/// The data folder of one backend, opened.
#[derive(Clone)]
pub struct Office {
    pub store: Store,
    pub blobs: BlobStore,
    pub clock: Clock,
    pub data: PathBuf,
}

impl Office {
    /// Opens a data folder; an empty one gets its database and the tenant that merchants enrol with.
    ///
    /// # Errors
    /// Any [`BackendError`].
    pub async fn open(data: &Path, clock: Clock) -> Result<Self, BackendError> {
        std::fs::create_dir_all(data).map_err(BackendError::io("making the data folder"))?;
        let store = Store::open(&data.join(DATABASE)).await?;
        let blobs = BlobStore::open(data)?;
        let office = Self { store, blobs, clock, data: data.to_owned() };
        let mut tx = office.store.write().await?;
        if tenants::home(&mut tx).await?.is_none() {
            tenants::create(&mut tx, tenants::HOME, office.now_ms()).await?;
        }
        tx.commit().await?;
        Ok(office)
    }

    /// Whether a data folder has a database already.
    pub fn exists(data: &Path) -> bool {
        data.join(DATABASE).is_file()
    }

    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    pub fn keys_folder(&self) -> PathBuf {
        self.data.join("keys")
    }
}
