//! Where packages are encrypted to, as the backend said while it could be reached.

use portal_protocol::courier::CourierKey;
use portal_protocol::receipt::Envelope;
use portal_store::Store;

use super::CourierError;
use crate::error::SyncError;
use crate::receipt::ReceiptKeys;

/// Under which name the store keeps the signed statement.
const META: &str = "courier_key";

/// A key that the backend stands for by a receipt key's signature. The account's store keeps the signed statement, so
/// that exporting needs no network.
#[derive(Debug, Clone)]
pub struct EncryptionKey(pub(super) age::x25519::Recipient);

impl EncryptionKey {
    /// Keeps a statement that came with a session. One that no enrolled key signed is not kept: the one before stays.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub(crate) async fn keep(
        store: &Store,
        keys: &ReceiptKeys,
        envelope: &Envelope,
    ) -> Result<(), SyncError> {
        if recipient(keys, envelope).is_none() {
            tracing::warn!(kid = envelope.kid, "a courier key that no receipt key signed was not kept");
            return Ok(());
        }
        let text = serde_json::to_string(envelope).map_err(|_| crate::error::Transport::BadAnswer)?;
        if store.meta_get(META).await?.as_deref() != Some(&text) {
            store.meta_set(META, &text).await?;
        }
        Ok(())
    }

    /// The key to encrypt to; its signature is verified again, as a file can be changed.
    ///
    /// # Errors
    /// [`CourierError::NoKey`].
    pub async fn stored(store: &Store, keys: &ReceiptKeys) -> Result<Self, CourierError> {
        let text = store.meta_get(META).await?.ok_or(CourierError::NoKey)?;
        let envelope = serde_json::from_str(&text).map_err(|_| CourierError::NoKey)?;
        recipient(keys, &envelope).map(Self).ok_or(CourierError::NoKey)
    }
}

fn recipient(keys: &ReceiptKeys, envelope: &Envelope) -> Option<age::x25519::Recipient> {
    let key: CourierKey = keys.open(envelope).ok()?;
    key.recipient.parse().ok()
}
