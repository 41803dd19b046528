//! Blobs as objects of an S3 bucket: `prefix/ab/<sha256>`. Put at once and under a condition, so that a name never
//! stands for other or half the bytes, whichever servers put it.

use std::io;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, RetryConfig};
use portal_domain::ids::Sha256;
use sha2::Digest;

use super::Bytestream;
use crate::error::BackendError;

/// How long a bucket is asked again. A client that is then told to come later loses nothing.
const PATIENCE: Duration = Duration::from_secs(15);

/// A place for objects.
#[derive(Debug, Clone)]
pub struct Bucket(Arc<dyn ObjectStore>);

impl FromStr for Bucket {
    type Err = BackendError;

    /// `s3://bucket/prefix`, with everything else from the environment.
    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let bad =
            || BackendError::Config { name: "--blobs", problem: "must be s3://bucket/prefix".to_owned() };
        let (bucket, prefix) = url
            .strip_prefix("s3://")
            .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
            .ok_or_else(bad)?;
        if bucket.is_empty() {
            return Err(bad());
        }
        // Fails when the process has a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The bucket checks the bytes on arrival too.
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(RetryConfig { max_retries: 4, retry_timeout: PATIENCE, ..RetryConfig::default() })
            .build()?;
        let prefix = Key::parse(prefix).map_err(|_| bad())?;
        Ok(Self(Arc::new(PrefixStore::new(store, prefix))))
    }
}

impl Bucket {
    /// Any place for objects; tests have one in memory.
    pub fn new(objects: Arc<dyn ObjectStore>) -> Self {
        Self(objects)
    }

    pub(super) async fn has(&self, sha: &Sha256, size_bytes: u64) -> Result<bool, BackendError> {
        match self.0.head(&key(sha)).await {
            Err(Error::NotFound { .. }) => Ok(false),
            found => Ok(found?.size == size_bytes),
        }
    }

    /// Reads the object and tells whether its bytes have its hash. Others are put aside, as
    /// [`super::BlobStore::verify`] says.
    pub(super) async fn verify(&self, sha: &Sha256) -> Result<bool, BackendError> {
        let found = match self.0.get(&key(sha)).await {
            Err(Error::NotFound { .. }) => return Ok(false),
            found => found?,
        };
        let read = found.meta.clone();
        let mut hasher = sha2::Sha256::new();
        let mut bytes = found.into_stream();
        while let Some(bytes) = bytes.next().await {
            hasher.update(&bytes?);
        }
        if Sha256::from_bytes(hasher.finalize().into()) == *sha {
            return Ok(true);
        }
        // Another server may have put it aside and got it again meanwhile: that one stays.
        let now = match self.0.head(&key(sha)).await {
            Err(Error::NotFound { .. }) => return Ok(false),
            now => now?,
        };
        if is_another(&now, &read) {
            return Ok(false);
        }
        tracing::error!(%sha, "a stored blob is damaged: it was put aside and will be asked for again");
        let aside = Key::from(format!("{}.damaged", key(sha)));
        self.0.copy(&key(sha), &aside).await?;
        self.0.delete(&key(sha)).await?;
        Ok(false)
    }

    /// Puts a file's bytes, which have this hash. An object that is there already stays if it has them too, and is replaced
    /// if it was damaged since.
    pub(super) async fn put(&self, from: &Path, sha: &Sha256) -> Result<(), BackendError> {
        let bytes = tokio::fs::read(from).await.map_err(BackendError::io("reading a received file"))?;
        let payload = object_store::PutPayload::from(bytes);
        match self.0.put_opts(&key(sha), payload.clone(), PutMode::Create.into()).await {
            Err(Error::AlreadyExists { .. }) if self.verify(sha).await? => Ok(()),
            Err(Error::AlreadyExists { .. }) => {
                self.0.put(&key(sha), payload).await?;
                Ok(())
            }
            put => {
                put?;
                Ok(())
            }
        }
    }

    pub(super) async fn open(&self, sha: &Sha256) -> Result<(Bytestream, u64), BackendError> {
        let found = self.0.get(&key(sha)).await?;
        let size_bytes = found.meta.size;
        Ok((found.into_stream().map_err(io::Error::from).boxed(), size_bytes))
    }
}

/// Whether an object was written since the other was read.
fn is_another(now: &ObjectMeta, read: &ObjectMeta) -> bool {
    (&now.e_tag, &now.version, now.last_modified) != (&read.e_tag, &read.version, read.last_modified)
}

fn key(sha: &Sha256) -> Key {
    Key::from_iter([&sha.as_str()[..2], sha.as_str()])
}
