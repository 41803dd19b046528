//! Drafts made before anybody signed in, and what becomes of them.

use std::sync::Arc;

use portal_store::StoreError;

use crate::App;
use crate::account::{Account, GUEST, store_keys};
use crate::app::Accounts;
use crate::error::CommandError;

/// How long the store leaves photos alone that nothing names, in milliseconds.
const GRACE_MS: i64 = 86_400_000;

impl App {
    /// Drafts made before signing in now belong to this account; answers with how many. Those that can't be taken
    /// over now (a damaged photo, a full disk, a key lost with the keyring) stay where they are for the next
    /// sign-in: they must not keep anybody out.
    pub(super) async fn adopt_guest(&self, accounts: &mut Accounts, account: &Account) -> u32 {
        let guest = match accounts.open.remove(GUEST) {
            Some(open) => Ok(Some(open)),
            None => self.closed_guest().await,
        };
        let guest = match guest {
            Ok(Some(guest)) => guest,
            Ok(None) => return 0,
            Err(error) => {
                tracing::warn!(code = ?error.code, "the guest's drafts can't be reached");
                return 0;
            }
        };
        let adopted = match self.move_drafts(&guest, account).await {
            Ok(adopted) => adopted,
            Err(error) => {
                tracing::warn!(%error, "the guest's drafts were not all taken over");
                0
            }
        };
        self.close_account(&guest).await;
        adopted
    }

    async fn closed_guest(&self) -> Result<Option<Arc<Account>>, CommandError> {
        if !self.profile_dir().store_dir(GUEST).exists() {
            return Ok(None);
        }
        let vault = self.vault();
        let key = self.blocking(move || Ok(vault.guest_key(GUEST)?)).await?;
        let store = self.open_store(GUEST, store_keys(&key)).await?;
        Ok(Some(Arc::new(Account::new(GUEST.to_owned(), None, store, None))))
    }

    /// Copied first, forgotten by the guest second.
    async fn move_drafts(&self, guest: &Account, account: &Account) -> Result<u32, StoreError> {
        let now_ms = self.now();
        let adopted = account.store.adopt_from(&guest.store, account.account_id(), now_ms).await?;
        guest.store.forget_adopted(&adopted).await?;
        // At once, not after a day, and with what crashes left behind: no PIN guards the guest's key.
        guest.store.sweep(now_ms).await?;
        guest.store.collect_garbage(now_ms.saturating_add(GRACE_MS)).await?;
        Ok(u32::try_from(adopted.len()).unwrap_or(u32::MAX))
    }
}
