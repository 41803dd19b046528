//! What the server and the command line both work with: database, blobs, time.

use std::path::{Path, PathBuf};

use crate::blob_store::BlobStore;
use crate::clock::Clock;
use crate::config::Storage;
use crate::error::BackendError;
use crate::store::{Database, Store, tenants};

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
    /// Opens a data folder, with the storage that it shares with other servers if it does; an empty database gets its
    /// tables and the tenant that merchants enrol with.
    ///
    /// # Errors
    /// Any [`BackendError`].
    pub async fn open(data: &Path, storage: &Storage, clock: Clock) -> Result<Self, BackendError> {
        std::fs::create_dir_all(data).map_err(BackendError::io("making the data folder"))?;
        let database = match &storage.database {
            Some(url) => Database::Postgres(url.clone()),
            None => Database::Sqlite(data.join(DATABASE)),
        };
        let store = Store::open(&database).await?;
        let blobs = BlobStore::open(data, storage.blobs.as_ref())?;
        let office = Self { store, blobs, clock, data: data.to_owned() };
        let mut tx = office.store.write().await?;
        if tenants::home(&mut tx).await?.is_none() {
            tenants::create(&mut tx, tenants::HOME, office.now_ms()).await?;
        }
        tx.commit().await?;
        Ok(office)
    }

    /// Whether there is a database already.
    pub fn exists(data: &Path, storage: &Storage) -> bool {
        storage.database.is_some() || data.join(DATABASE).is_file()
    }

    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    pub fn keys_folder(&self) -> PathBuf {
        self.data.join("keys")
    }
}
