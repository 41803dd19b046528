//! What nobody needs any more: expired uploads, sessions and codes, and files that a crash left without a row.

use crate::app::App;
use crate::error::BackendError;
use crate::phone_codes::HOUR_MS;
use crate::store::{codes, console, sessions, uploads};
use crate::uploading;

/// Forgets what expired.
///
/// # Errors
/// Storage failures.
pub async fn forget_expired(app: &App) -> Result<(), BackendError> {
    let now_ms = app.office.now_ms();
    let mut tx = app.office.store.write().await?;
    sessions::expire(&mut tx, now_ms).await?;
    console::expire(&mut tx, now_ms).await?;
    codes::expire(&mut tx, now_ms, now_ms - HOUR_MS).await?;
    let expired = uploads::expire(&mut tx, now_ms).await?;
    tx.commit().await?;
    for upload_id in expired {
        uploading::remove(app, &upload_id).await?;
    }
    Ok(())
}

/// Removes the bytes of uploads that have no row: left by a crash, or of an upload that another server forgot. A row is
/// written before its first byte, and the bytes are looked for first.
///
/// # Errors
/// Storage failures.
pub async fn sweep_uploads(app: &App) -> Result<(), BackendError> {
    let mut conn = app.office.store.read().await?;
    for upload_id in app.office.blobs.partial_uploads()? {
        if !uploads::exists(&mut conn, &upload_id).await? {
            uploading::remove(app, &upload_id).await?;
        }
    }
    Ok(())
}
