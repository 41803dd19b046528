//! Making a package.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use portal_domain::ids::{AccountId, CaseId, OpId, Sha256};
use portal_protocol::courier::{
    FORMAT, MANIFEST_ENTRY, MAX_CONTENT_BYTES, MAX_OPERATIONS, Manifest, PackedOperation, PackedPhoto,
    SIGNATURE_CONTEXT, SIGNATURE_ENTRY, operation_entry, photo_entry,
};
use portal_protocol::signed_text;
use portal_store::{OpRow, Store, StoreError};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{CourierError, EncryptionKey};
use crate::client::{sha256, sign};
use crate::error::SyncError;
use crate::ports::DeviceSigner;

/// Operations read from the store at once.
const PAGE: u32 = 100;
/// Files on their way to the writer: each may be a photo.
const QUEUED: usize = 2;

/// What a package is made with.
pub struct Exporter<'a> {
    pub store: &'a Store,
    pub signer: &'a Arc<dyn DeviceSigner>,
    pub account_id: AccountId,
    pub key: EncryptionKey,
}

/// What a package holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    pub package_id: Uuid,
    pub operations: u32,
    pub photos: u32,
    /// Bodies and photos, in bytes.
    pub content_bytes: u64,
    /// Operations that had no room, which go into the next package once the receipts of this one are here; and those with a
    /// photo that can't be read, and what stands behind them in their case.
    pub left: u32,
}

/// A file of the package.
struct Entry {
    name: String,
    bytes: Bytes,
}

/// What goes into the package.
#[derive(Default)]
struct Load {
    ops: Vec<OpRow>,
    photos: Vec<PackedPhoto>,
    content_bytes: u64,
    left: u32,
}

impl Exporter<'_> {
    /// Writes what waits into a new package at `path`, in place of what was there. The file appears whole or not at
    /// all; before it does, its operations are marked as on their way.
    ///
    /// # Errors
    /// [`CourierError::Nothing`], [`CourierError::File`], and what store and vault say; there is no file then.
    pub async fn export(&self, path: &Path, now_ms: i64) -> Result<Exported, CourierError> {
        let mut load = self.load().await?;
        if load.ops.is_empty() {
            return Err(CourierError::Nothing);
        }
        let manifest = self.manifest(&load, now_ms).await?;
        let raw = Bytes::from(serde_json::to_vec(&manifest).map_err(|_| SyncError::DamagedOperation)?);
        let text = signed_text(SIGNATURE_CONTEXT, sha256(&raw).as_str());
        let signature = Bytes::from(sign(self.signer, text).await?);

        let temporary = beside(path);
        let (entries, taken) = mpsc::channel(QUEUED);
        let (recipient, file) = (self.key.0.clone(), temporary.clone());
        let writing = tokio::task::spawn_blocking(move || write(&file, &recipient, taken));
        let head = [(MANIFEST_ENTRY, raw), (SIGNATURE_ENTRY, signature)];
        let supplied = self.supply(&mut load, head, entries).await;
        let written = writing.await?;
        let finished = match (supplied, written) {
            (Err(error), _) => Err(error),
            (_, Err(error)) => Err(CourierError::File(error)),
            (Ok(()), Ok(())) => self.appear(&manifest, &temporary, path).await,
        };
        if finished.is_err() {
            // Best effort: it is named as what it is.
            drop(std::fs::remove_file(&temporary));
        }
        finished?;
        Ok(Exported {
            package_id: manifest.package_id,
            operations: count(manifest.operations.len()),
            photos: count(manifest.photos.len()),
            content_bytes: load.content_bytes,
            left: load.left,
        })
    }

    /// Operations as they were queued, until the package is full. None goes before an earlier one of its case: what
    /// finds no room ends the list.
    async fn load(&self) -> Result<Load, CourierError> {
        let mut load = Load::default();
        let mut known: HashSet<Sha256> = HashSet::new();
        // Cases of which an operation can't go this way: nothing behind it can.
        let mut stuck: HashSet<CaseId> = HashSet::new();
        let (mut after_seq, mut full) = (0, false);
        loop {
            let page = self.store.exportable(after_seq, PAGE).await?;
            let Some(last) = page.last() else { return Ok(load) };
            after_seq = last.seq;
            for op in page {
                let packed =
                    if stuck.contains(&op.case_id) { None } else { self.packed(&op, &known).await? };
                let Some(new) = packed else {
                    stuck.insert(op.case_id);
                    load.left += 1;
                    continue;
                };
                let bytes = op.body.len() as u64 + new.iter().map(|photo| photo.size).sum::<u64>();
                full |= load.ops.len() >= MAX_OPERATIONS
                    || (load.content_bytes + bytes > MAX_CONTENT_BYTES && !load.ops.is_empty());
                if full {
                    load.left += 1;
                    continue;
                }
                load.content_bytes += bytes;
                // A photo may stand in two slots.
                load.photos.extend(new.into_iter().filter(|photo| known.insert(photo.sha.clone())));
                load.ops.push(op);
            }
        }
    }

    /// The photos of an operation that have to go with it; None when one of them can't be read. What was photographed on
    /// another computer isn't here, and is at the backend.
    async fn packed(
        &self,
        op: &OpRow,
        known: &HashSet<Sha256>,
    ) -> Result<Option<Vec<PackedPhoto>>, CourierError> {
        let mut photos = Vec::new();
        for blob in op.blobs.iter().filter(|blob| !known.contains(&blob.sha)) {
            match self.store.read_blob(&blob.sha).await {
                Ok(_) => photos.push(PackedPhoto { sha: blob.sha.clone(), size: blob.size_bytes }),
                Err(StoreError::BlobMissing(_) | StoreError::BlobDamaged(_)) if blob.server_has => {}
                Err(StoreError::BlobMissing(_) | StoreError::BlobDamaged(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(photos))
    }

    async fn manifest(&self, load: &Load, now_ms: i64) -> Result<Manifest, CourierError> {
        let mut operations = Vec::with_capacity(load.ops.len());
        for op in &load.ops {
            let text = signed_text(&op.op_id.to_string(), op.body_sha.as_str());
            operations.push(PackedOperation {
                op_id: op.op_id,
                sha: op.body_sha.clone(),
                size: op.body.len() as u64,
                signature: sign(self.signer, text).await?,
            });
        }
        Ok(Manifest {
            format: FORMAT,
            package_id: Uuid::new_v4(),
            device_id: self.signer.device_id(),
            account_id: self.account_id,
            made_at_ms: now_ms,
            operations,
            photos: load.photos.clone(),
        })
    }

    /// Hands every file to the writer, photos one by one as the store opens them.
    async fn supply(
        &self,
        load: &mut Load,
        head: [(&str, Bytes); 2],
        entries: mpsc::Sender<Entry>,
    ) -> Result<(), CourierError> {
        for (name, bytes) in head {
            if !give(&entries, name.to_owned(), bytes).await {
                return Ok(());
            }
        }
        for op in &mut load.ops {
            let body = Bytes::from(std::mem::take(&mut op.body));
            if !give(&entries, operation_entry(op.op_id), body).await {
                return Ok(());
            }
        }
        for photo in &load.photos {
            let bytes = Bytes::from(self.store.read_blob(&photo.sha).await?);
            if !give(&entries, photo_entry(&photo.sha), bytes).await {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn appear(&self, manifest: &Manifest, temporary: &Path, path: &Path) -> Result<(), CourierError> {
        let op_ids: Vec<OpId> = manifest.operations.iter().map(|operation| operation.op_id).collect();
        self.store.mark_exported(&op_ids).await?;
        let (from, to) = (temporary.to_owned(), path.to_owned());
        tokio::task::spawn_blocking(move || rename(&from, &to)).await?.map_err(CourierError::File)
    }
}

/// Whether the writer still takes files; why it doesn't, it says itself.
async fn give(entries: &mpsc::Sender<Entry>, name: String, bytes: Bytes) -> bool {
    entries.send(Entry { name, bytes }).await.is_ok()
}

/// Writes and makes durable. A supplier that gave up leaves a file that is thrown away.
fn write(
    path: &Path,
    recipient: &age::x25519::Recipient,
    mut entries: mpsc::Receiver<Entry>,
) -> io::Result<()> {
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient as &dyn age::Recipient))
        .map_err(io::Error::other)?;
    let output = BufWriter::new(private(path)?);
    let mut archive = tar::Builder::new(encryptor.wrap_output(output)?);
    while let Some(Entry { name, bytes }) = entries.blocking_recv() {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_entry_type(tar::EntryType::Regular);
        archive.append_data(&mut header, name, bytes.as_ref())?;
    }
    let mut output = archive.into_inner()?.finish()?;
    output.flush()?;
    output.get_ref().sync_all()
}

/// A new file that only its owner reads.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    #[cfg(unix)]
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
