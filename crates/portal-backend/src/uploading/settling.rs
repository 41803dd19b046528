//! What an upload's row says, brought together with what is on the disk: after a crash or a lost file.

use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;
use portal_protocol::mutant::Mutant;
use portal_protocol::operation::Operation;
use sha2::Digest;
use tokio::fs;

use super::Lock;
use crate::app::{App, Caller};
use crate::blob_store::hash_file;
use crate::error::BackendError;
use crate::fault::{self, Point};
use crate::problem::Answer;
use crate::store::uploads::UploadRecord;
use crate::store::{blobs, retried, uploads};

/// The caller's upload.
///
/// # Errors
/// `not_found`, `gone` when it expired.
pub async fn find(app: &App, caller: &Caller, id: &str) -> Answer<UploadRecord> {
    let mut conn = app.office.store.read().await?;
    let upload = uploads::find(&mut conn, &caller.tenant, caller.account.account_id, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if upload.expires_at_ms <= app.office.now_ms() { Err(ErrorCode::Gone.into()) } else { Ok(upload) }
}

/// The caller's upload as it really stands. A request that writes to it is not disturbed, unless something is amiss.
///
/// # Errors
/// As [`find`] and [`settle`].
pub async fn look(app: &App, caller: &Caller, id: &str) -> Answer<UploadRecord> {
    let upload = find(app, caller, id).await?;
    if is_whole(app, &upload).await? {
        return Ok(upload);
    }
    let lock = app.uploads.take(id).await;
    settle(app, caller, id, &lock).await
}

/// The same under the lock. An upload whose last byte is stored is finished; one that a power cut shortened falls back
/// to what is there (crash point C9); one whose file is lost is forgotten.
///
/// # Errors
/// As [`find`]; `gone` when the file isn't there any more: the client begins anew. `digest_mismatch` when the finished
/// bytes aren't those declared; storage failures.
pub async fn settle(app: &App, caller: &Caller, id: &str, _lock: &Lock) -> Answer<UploadRecord> {
    let upload = find(app, caller, id).await?;
    if is_whole(app, &upload).await? {
        return Ok(upload);
    }
    if !upload.finished && upload.offset_bytes == upload.length_bytes {
        if part_bytes(app, &upload).await >= Some(upload.length_bytes) {
            finish(app, caller, &upload, None).await?;
            return find(app, caller, id).await;
        }
        // The crash came between the rename and its row: the bytes under the name are verified again.
        if let Some(sha) = &upload.sha
            && app.office.blobs.verify(sha).await?
        {
            record(app, caller, &upload, sha).await?;
            return find(app, caller, id).await;
        }
    }
    if !upload.finished
        && let Some(offset_bytes) = part_bytes(app, &upload).await
    {
        tracing::warn!(upload = id, "the end of an upload is lost: it falls back");
        let mut tx = app.office.store.write().await?;
        uploads::set_offset(&mut tx, &caller.tenant, id, offset_bytes).await?;
        tx.commit().await?;
        return find(app, caller, id).await;
    }
    tracing::error!(upload = id, "the bytes of an upload are lost: it has to be begun anew");
    forget(app, caller, id).await?;
    Err(ErrorCode::Gone.into())
}

/// Whether the bytes that the row counts are there, and nothing is left to do for them.
async fn is_whole(app: &App, upload: &UploadRecord) -> Result<bool, BackendError> {
    Ok(match &upload.sha {
        Some(sha) if upload.finished => app.office.blobs.has(sha, upload.length_bytes).await?,
        // Its hash is not kept: the client that sent it knows it.
        None if upload.finished => true,
        _ if upload.offset_bytes == upload.length_bytes => false,
        _ => part_bytes(app, upload).await.unwrap_or(0) >= upload.offset_bytes,
    })
}

async fn part_bytes(app: &App, upload: &UploadRecord) -> Option<u64> {
    let path = app.office.blobs.upload_path(&upload.upload_id);
    fs::metadata(path).await.ok().map(|metadata| metadata.len())
}

/// Gives the finished bytes their name, once they are verified. `known` is their hash, when it was kept running.
///
/// # Errors
/// `digest_mismatch`: nothing is kept then. Storage failures.
pub(super) async fn finish(
    app: &App,
    caller: &Caller,
    upload: &UploadRecord,
    known: Option<sha2::Sha256>,
) -> Answer<()> {
    let path = app.office.blobs.upload_path(&upload.upload_id);
    let sha = match (known, &upload.sha) {
        (_, Some(declared)) if Mutant::NoHashCheck.is_on() => declared.clone(),
        (Some(hasher), _) => Sha256::from_bytes(hasher.finalize().into()),
        (None, _) => hash_file(&path).await?,
    };
    if upload.sha.as_ref().is_some_and(|declared| *declared != sha) {
        forget(app, caller, &upload.upload_id).await?;
        return Err(ErrorCode::DigestMismatch.into());
    }
    fault::pass(Point::BlobWritten);
    app.office.blobs.adopt(&path, &sha).await?;
    record(app, caller, upload, &sha).await?;
    app.metrics.stored(upload.length_bytes);
    Ok(())
}

/// Writes down that an upload's bytes are durable under their name.
async fn record(app: &App, caller: &Caller, upload: &UploadRecord, sha: &Sha256) -> Answer<()> {
    let (account, now_ms) = (caller.account.account_id, app.office.now_ms());
    retried(|| async {
        let mut tx = app.office.store.write().await?;
        blobs::add(&mut tx, &caller.tenant, account, sha, upload.length_bytes, now_ms).await?;
        uploads::finish(&mut tx, &caller.tenant, &upload.upload_id).await?;
        tx.commit().await.map_err(BackendError::from)
    })
    .await?;
    app.uploads.forget(&upload.upload_id);
    Ok(())
}

/// Finishes uploads whose last byte is stored but whose finish was never recorded. Called before a commit looks for
/// its photos; one that can't be finished leaves its photo missing, so that it is sent again.
///
/// # Errors
/// Storage failures.
pub async fn finish_complete(app: &App, caller: &Caller, operation: &Operation) -> Answer<()> {
    for blob in &operation.blobs {
        let upload = {
            let mut conn = app.office.store.read().await?;
            if blobs::present(&mut conn, &caller.reader, &blob.sha).await?.is_some() {
                continue;
            }
            uploads::by_sha(&mut conn, &caller.tenant, caller.account.account_id, &blob.sha).await?
        };
        let Some(upload) = upload.filter(|upload| upload.offset_bytes == upload.length_bytes) else {
            continue;
        };
        match look(app, caller, &upload.upload_id).await {
            Err(problem) if problem.code.status() >= 500 => return Err(problem),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// Drops an upload with its bytes.
///
/// # Errors
/// Storage failures.
pub async fn forget(app: &App, caller: &Caller, upload_id: &str) -> Answer<()> {
    let mut tx = app.office.store.write().await?;
    uploads::delete(&mut tx, &caller.tenant, upload_id).await?;
    tx.commit().await?;
    remove(app, upload_id).await?;
    Ok(())
}

/// Removes an upload's bytes.
///
/// # Errors
/// [`BackendError::Io`].
pub async fn remove(app: &App, upload_id: &str) -> Result<(), BackendError> {
    app.uploads.forget(upload_id);
    match fs::remove_file(app.office.blobs.upload_path(upload_id)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(BackendError::Io { what: "removing an upload", source: error })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
