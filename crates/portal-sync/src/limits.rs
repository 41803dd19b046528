//! What the backend takes at all, as it said when it could be reached: nothing is finalised that it would refuse for
//! its size or type.

use portal_protocol::limits::Limits;
use portal_store::{Store, StoreError};

use crate::error::{SyncError, Transport};

/// Under which name the store keeps the limits.
const META: &str = "limits";

/// The limits that this account's backend named last; nothing before it was reached. Limits in a form that this version
/// doesn't know count as none: the backend has the last word anyway.
///
/// # Errors
/// What the database says.
pub async fn stored_limits(store: &Store) -> Result<Option<Limits>, StoreError> {
    let text = store.meta_get(META).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub(crate) async fn keep(store: &Store, limits: &Limits) -> Result<(), SyncError> {
    let text = serde_json::to_string(limits).map_err(|_| Transport::BadAnswer)?;
    if store.meta_get(META).await?.as_deref() != Some(&text) {
        store.meta_set(META, &text).await?;
    }
    Ok(())
}
