//! How long new work may be begun without the backend.

use portal_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

use crate::error::{SyncError, Transport};

/// Under which name the store keeps it.
const META: &str = "offline_lease";
const DAY_MS: i64 = 24 * 3600 * 1000;

/// What the newest session allowed. Times are this computer's: a clock that is put back prolongs it, which is no harm, as
/// the backend checks everything anew; one that is put forward ends it early, until the next session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineLease {
    /// When the session came, Unix milliseconds.
    pub from_ms: i64,
    pub days: u32,
}

impl OfflineLease {
    /// Full days that are left: none on the last day, nothing once it is over.
    pub fn days_left(&self, now_ms: i64) -> Option<u32> {
        let left_ms = i64::from(self.days) * DAY_MS - now_ms.saturating_sub(self.from_ms).max(0);
        if left_ms > 0 { u32::try_from(left_ms / DAY_MS).ok() } else { None }
    }
}

/// The lease that this account has; none before its first session, and none in a form that this version doesn't know.
///
/// # Errors
/// What the database says.
pub(crate) async fn stored(store: &Store) -> Result<Option<OfflineLease>, StoreError> {
    let text = store.meta_get(META).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub(crate) async fn keep(store: &Store, lease: &OfflineLease) -> Result<(), SyncError> {
    let text = serde_json::to_string(lease).map_err(|_| Transport::BadAnswer)?;
    if store.meta_get(META).await?.as_deref() != Some(&text) {
        store.meta_set(META, &text).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_full_days_to_its_end() {
        let lease = OfflineLease { from_ms: 1_000, days: 14 };
        assert_eq!(lease.days_left(1_000), Some(14));
        assert_eq!(lease.days_left(1_001), Some(13));
        assert_eq!(lease.days_left(1_000 + 13 * DAY_MS + 1), Some(0), "the last day");
        assert_eq!(lease.days_left(1_000 + 14 * DAY_MS - 1), Some(0), "its last moment");
        assert_eq!(lease.days_left(1_000 + 14 * DAY_MS), None);
        assert_eq!(lease.days_left(0), Some(14), "a clock that was put back");
        assert_eq!(lease.days_left(i64::MIN), Some(14));
        assert_eq!(lease.days_left(i64::MAX), None);
    }
}
