//! What a store is cleared of while its account is open.

use std::sync::Arc;
use std::time::Duration;

use portal_store::{Store, StoreError};

use crate::App;

const DAY_MS: i64 = 86_400_000;
const PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

impl App {
    /// Clears up behind crashes and removed photos, and removes photos whose time is over: now and once a day, beside
    /// everything else, for as long as the store is open.
    pub(crate) fn tidy(&self, store: &Arc<Store>) {
        let Some(app) = self.handle() else { return };
        if store.is_read_only() || !self.sends_by_itself() {
            return;
        }
        let (app, store) = (Arc::downgrade(&app), Arc::downgrade(store));
        tokio::spawn(async move {
            while let (Some(app), Some(open)) = (app.upgrade(), store.upgrade()) {
                match app.tidy_once(&open).await {
                    Ok(()) => {}
                    Err(StoreError::Closed) => return,
                    Err(error) => tracing::warn!(%error, "the photo folder was not tidied"),
                }
                drop((app, open));
                tokio::time::sleep(PAUSE).await;
            }
        });
    }

    async fn tidy_once(&self, store: &Store) -> Result<(), StoreError> {
        store.sweep(self.now()).await?;
        self.retire_photos(store).await?;
        store.collect_garbage(self.now()).await?;
        Ok(())
    }

    /// Removes the photos of cases that ended longer ago than the settings say.
    pub(crate) async fn retire_photos(&self, store: &Store) -> Result<(), StoreError> {
        let days = i64::from(self.settings().photo_days);
        let removed = store.retire_photos(self.now().saturating_sub(days * DAY_MS)).await?;
        if removed > 0 {
            tracing::info!(removed, "photos of ended cases were removed from this computer");
        }
        Ok(())
    }
}
