//! What this computer signs contracts with, as the backend said while it could be reached.

use portal_protocol::contract::SigningPass;
use portal_protocol::receipt::Envelope;
use portal_store::Store;

use crate::error::{SyncError, Transport};
use crate::receipt::ReceiptKeys;

/// Under which name the store keeps the signed statement.
const META: &str = "signing_pass";

/// Keeps a statement that came with a session. One that no enrolled key signed is not kept: the one before stays.
pub(crate) async fn keep(store: &Store, keys: &ReceiptKeys, envelope: &Envelope) -> Result<(), SyncError> {
    if keys.open::<SigningPass>(envelope).is_err() {
        tracing::warn!(kid = envelope.kid, "a signing pass that no receipt key signed was not kept");
        return Ok(());
    }
    let text = serde_json::to_string(envelope).map_err(|_| Transport::BadAnswer)?;
    if store.meta_get(META).await?.as_deref() != Some(&text) {
        store.meta_set(META, &text).await?;
    }
    Ok(())
}

/// The pass; its signature is verified again, as a file can be changed.
pub(crate) async fn stored(store: &Store, keys: &ReceiptKeys) -> Result<Option<SigningPass>, SyncError> {
    let text = store.meta_get(META).await?;
    let envelope = text.and_then(|text| serde_json::from_str::<Envelope>(&text).ok());
    Ok(envelope.and_then(|envelope| keys.open(&envelope).ok()))
}
