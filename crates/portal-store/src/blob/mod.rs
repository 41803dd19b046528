//! Photos and documents as encrypted, content-addressed files; the database knows which exist and who needs them.

mod folder;
mod seal;

use std::collections::HashSet;
use std::sync::Arc;

use portal_domain::ids::Sha256;

use folder::OpenFile;
pub use folder::hash;
pub(crate) use folder::{BlobFolder, sync_dir};

use crate::error::StoreError;
use crate::outbox::NewBlob;
use crate::store::{Conn, Store, signed};

/// A file without a row, or a row that nothing names, is left alone for this long.
const GRACE_MS: i64 = 24 * 60 * 60 * 1000;

/// What [`Store::sweep`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Unfinished files removed.
    pub temporaries: u64,
    /// Files whose row was missing and was written again.
    pub adopted: u64,
    /// Files that nothing had known for a day, removed.
    pub removed: u64,
}

/// A stored file that is read in pieces.
pub struct OpenBlob {
    sha: Sha256,
    file: Arc<OpenFile>,
}

/// A part of a stored file.
#[derive(Debug)]
pub struct Piece {
    /// Where it begins in the content.
    pub offset: u64,
    pub bytes: Vec<u8>,
}

impl OpenBlob {
    /// Length of the content.
    pub fn size_bytes(&self) -> u64 {
        self.file.plain_bytes() as u64
    }

    /// At most `length` bytes from `offset` on; none behind the end.
    ///
    /// # Errors
    /// [`StoreError::BlobDamaged`], what the disk says.
    pub async fn read(&self, offset: u64, length: u64) -> Result<Piece, StoreError> {
        let (file, end) = (self.file.clone(), self.size_bytes());
        let range = offset.min(end)..offset.saturating_add(length).min(end);
        let read = tokio::task::spawn_blocking(move || {
            let bytes = file.read(&(place(range.start)?..place(range.end)?))?;
            Ok::<_, StoreError>(bytes.map(|bytes| Piece { offset: range.start, bytes }))
        });
        read.await.map_err(|_| StoreError::Closed)??.ok_or_else(|| StoreError::BlobDamaged(self.sha.clone()))
    }
}

/// A place in a file that fits into memory.
fn place(offset: u64) -> Result<usize, StoreError> {
    usize::try_from(offset).map_err(|_| StoreError::Damaged("blob"))
}

impl Store {
    /// Stores `bytes` encrypted under their hash; durable when this returns. Storing the same bytes again is free.
    ///
    /// What no case, document or operation names within a day is collected.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Io`]; then nothing is stored.
    pub async fn put_blob(&self, bytes: Vec<u8>, now_ms: i64) -> Result<Sha256, StoreError> {
        if self.is_read_only() {
            return Err(StoreError::ReadOnly);
        }
        let _put = self.blobs.gate().read().await;
        let size = bytes.len() as u64;
        let sha = self
            .blobs
            .run(move |folder| {
                let sha = hash(&bytes);
                folder.put(&sha, &bytes)?;
                Ok(sha)
            })
            .await?;
        let mut tx = self.begin().await?;
        insert_row(&mut tx, &sha, size, now_ms).await?;
        tx.commit().await?;
        Ok(sha)
    }

    /// The bytes of a stored file, verified against the hash.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], [`StoreError::BlobDamaged`].
    pub async fn read_blob(&self, sha: &Sha256) -> Result<Vec<u8>, StoreError> {
        let sha = sha.clone();
        self.blobs.run(move |folder| folder.get(&sha)).await
    }

    /// A stored file to be read in pieces, without holding all of it. Each piece is authenticated; unlike by
    /// [`Store::read_blob`], the whole isn't held against the hash.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`], [`StoreError::BlobDamaged`].
    pub async fn open_blob(&self, sha: &Sha256) -> Result<OpenBlob, StoreError> {
        let wanted = sha.clone();
        let file = self.blobs.run(move |folder| folder.open_file(&wanted)).await?;
        Ok(OpenBlob { sha: sha.clone(), file: Arc::new(file) })
    }

    /// Whether the file stands in its place; says nothing about its content.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn blob_exists(&self, sha: &Sha256) -> Result<bool, StoreError> {
        let sha = sha.clone();
        self.blobs.run(move |folder| folder.exists(&sha)).await
    }

    /// Which of these files are not on this computer: sent from another one, or removed when their time was over.
    ///
    /// # Errors
    /// What the database says.
    pub async fn elsewhere(&self, shas: &[Sha256]) -> Result<HashSet<Sha256>, StoreError> {
        let wanted = crate::case::write_json(&shas, "hashes")?;
        let found: Vec<String> = sqlx::query_scalar(
            "SELECT sha FROM blob WHERE NOT here AND sha IN (SELECT value FROM json_each(?1))",
        )
        .bind(wanted)
        .fetch_all(&mut *self.read().await?)
        .await?;
        Ok(parse_shas(found)?.into_iter().collect())
    }

    /// What an operation may name: files that stand here, or that the backend is known to have.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`].
    pub(crate) async fn require_available(&self, blobs: &[NewBlob]) -> Result<(), StoreError> {
        let shas: Vec<Sha256> = blobs.iter().map(|blob| blob.sha.clone()).collect();
        let absent = self
            .blobs
            .run(move |folder| {
                let mut absent = Vec::new();
                for sha in shas {
                    if !folder.exists(&sha)? {
                        absent.push(sha);
                    }
                }
                Ok(absent)
            })
            .await?;
        for sha in absent {
            let there: Option<bool> =
                sqlx::query_scalar("SELECT server_has FROM blob WHERE sha = ?1 AND NOT here")
                    .bind(sha.as_str())
                    .fetch_optional(&mut *self.read().await?)
                    .await?;
            if there != Some(true) {
                return Err(StoreError::BlobMissing(sha));
            }
        }
        Ok(())
    }

    /// Clears up after a crash: unfinished files go; files without a row are adopted by decrypting and re-hashing
    /// them, or removed once they are a day old (crash points C1, C2). Run it at start.
    ///
    /// # Errors
    /// What the disk says; running it again continues.
    pub async fn sweep(&self, now_ms: i64) -> Result<Swept, StoreError> {
        // The gate before the writer, as in `put_blob`: the other order could wait for ever.
        let _exclusive = self.blobs.gate().write().await;
        let mut tx = self.begin().await?;
        let known: Vec<Sha256> = shas_here(&mut tx).await?;
        let (mut swept, orphans) = self
            .blobs
            .run(move |folder| {
                let temporaries = folder.sweep_temporaries()?;
                let known = known.iter().map(|sha| folder.path(sha)).collect::<Result<HashSet<_>, _>>()?;
                let mut orphans = Vec::new();
                let mut removed = 0;
                for file in folder.files()? {
                    if known.contains(&file.path) {
                        continue;
                    }
                    if now_ms.saturating_sub(file.modified_ms) >= GRACE_MS {
                        folder.erase(&file.path)?;
                        removed += 1;
                    } else if let Some(orphan) = folder.identify(&file.path)? {
                        orphans.push(orphan);
                    }
                }
                Ok((Swept { temporaries, adopted: 0, removed }, orphans))
            })
            .await?;
        for (sha, size) in orphans {
            insert_row(&mut tx, &sha, size, now_ms).await?;
            swept.adopted += 1;
        }
        tx.commit().await?;
        Ok(swept)
    }

    /// Removes files that no case, document or unabandoned operation names; returns how many. Idempotent: a file
    /// whose row is gone but which a crash left behind is removed by [`Store::sweep`] (crash point C16).
    ///
    /// # Errors
    /// What the disk says.
    pub async fn collect_garbage(&self, now_ms: i64) -> Result<u64, StoreError> {
        // The gate before the writer, as in `put_blob`: the other order could wait for ever.
        let _exclusive = self.blobs.gate().write().await;
        let mut tx = self.begin().await?;
        let garbage: Vec<String> = sqlx::query_scalar(
            "DELETE FROM blob WHERE created_at_ms <= ?1
                AND NOT EXISTS (SELECT 1 FROM case_photo p WHERE p.sha = blob.sha)
                AND NOT EXISTS (SELECT 1 FROM case_photo p WHERE p.original_sha = blob.sha)
                AND NOT EXISTS (SELECT 1 FROM document d WHERE d.sha = blob.sha)
                AND NOT EXISTS (SELECT 1 FROM op_blob b WHERE b.sha = blob.sha)
             RETURNING sha",
        )
        .bind(now_ms.saturating_sub(GRACE_MS))
        .fetch_all(&mut *tx)
        .await?;
        let garbage = parse_shas(garbage)?;
        tx.commit().await?;
        self.erase_files(garbage).await
    }

    /// Removes a file that may still be needed: what a portal does that deletes on upload.
    ///
    /// # Errors
    /// What the disk says.
    #[cfg(feature = "mutants")]
    pub async fn lose_blob(&self, sha: &Sha256) -> Result<(), StoreError> {
        self.erase_files(vec![sha.clone()]).await.map(drop)
    }

    /// Removes files whose rows say already that they aren't here; the caller holds the gate exclusively.
    pub(crate) async fn erase_files(&self, shas: Vec<Sha256>) -> Result<u64, StoreError> {
        let removed = shas.len() as u64;
        self.blobs
            .run(move |folder| shas.iter().try_for_each(|sha| folder.erase(&folder.path(sha)?)))
            .await?;
        Ok(removed)
    }
}

async fn insert_row(conn: &mut Conn, sha: &Sha256, size: u64, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO blob (sha, size, created_at_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (sha) DO UPDATE
             SET created_at_ms = max(created_at_ms, excluded.created_at_ms), size = excluded.size, here = 1",
    )
    .bind(sha.as_str())
    .bind(signed(size))
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

async fn shas_here(conn: &mut Conn) -> Result<Vec<Sha256>, StoreError> {
    parse_shas(sqlx::query_scalar("SELECT sha FROM blob WHERE here").fetch_all(conn).await?)
}

pub(crate) fn parse_shas(texts: Vec<String>) -> Result<Vec<Sha256>, StoreError> {
    texts.iter().map(|text| text.parse().map_err(|_| StoreError::Damaged("hash"))).collect()
}
