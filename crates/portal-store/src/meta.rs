//! Small named values: settings as JSON, the backend's clock offset, the app version that wrote last.

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// A value set before, or nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn meta_get(&self, key: &str) -> Result<Option<String>, StoreError> {
        let value = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?1")
            .bind(key)
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(value)
    }

    /// Sets a value.
    ///
    /// # Errors
    /// What the database says.
    pub async fn meta_set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
