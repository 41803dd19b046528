//! An unlocked account: its store, and what sends its outbox.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use portal_domain::dossier::Dossier;
use portal_domain::ids::{AccountId, DeviceId, PhotoId, Sha256};
use portal_store::{Keys, Store};
use portal_sync::{DeviceSigner, Pump, SignError, TokenError, Tokens};
use portal_vault::{AccountKey, Vault};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::error::CommandError;
use crate::profile::AccountRecord;
use crate::reading::Readings;
use crate::scanner::Scans;
use crate::sorting::Previews;
use crate::view::{AccountView, NewCasesView, RoleView};

/// The account of drafts made before anybody signed in.
pub(crate) const GUEST: &str = "guest";

/// From how few days on it is told that new cases need the backend.
const WARNED_DAYS: u32 = 3;

pub(crate) struct Account {
    pub local_id: String,
    /// Absent for the guest.
    pub record: Option<AccountRecord>,
    pub store: Arc<Store>,
    pub sending: Option<Sending>,
    /// Photos that a view has named, so that only those can be fetched.
    shown: RwLock<HashMap<PhotoId, Sha256>>,
    pub readings: Arc<Readings>,
    pub previews: Arc<Previews>,
    pub scans: Scans,
}

/// What sends an account's outbox: running beside everything else in the window, run once by the CLI.
pub(crate) struct Sending {
    pub pump: Arc<Pump>,
    pub stop: CancellationToken,
}

impl Account {
    pub(crate) fn new(
        local_id: String,
        record: Option<AccountRecord>,
        store: Arc<Store>,
        sending: Option<Sending>,
    ) -> Self {
        Self {
            local_id,
            record,
            store,
            sending,
            shown: RwLock::default(),
            readings: Arc::default(),
            previews: Arc::default(),
            scans: Scans::default(),
        }
    }

    pub(crate) fn account_id(&self) -> Option<AccountId> {
        self.record.as_ref().map(|record| record.account_id)
    }

    pub(crate) fn view(&self) -> Option<AccountView> {
        self.record.as_ref().map(|record| account_view(&self.local_id, record))
    }

    /// Whether a number may be sent against its check digit: a supervisor is asked then, and a merchant has none.
    pub(crate) fn may_override(&self) -> bool {
        self.view().is_some_and(|account| account.role != RoleView::Merchant)
    }

    pub(crate) fn pump(&self) -> Option<&Arc<Pump>> {
        self.sending.as_ref().map(|sending| &sending.pump)
    }

    /// Whether new cases may be begun: a guest's, and of an account that nothing is sent for, always.
    pub(crate) async fn new_cases(&self, now_ms: i64) -> Result<NewCasesView, CommandError> {
        let lease = match self.pump() {
            Some(pump) => pump.lease().await?,
            None => None,
        };
        let Some(lease) = lease else { return Ok(NewCasesView::Allowed) };
        // Nobody is warned who was online today, however few days there are.
        let warned_days = WARNED_DAYS.min(lease.days.saturating_sub(1));
        Ok(match lease.days_left(now_ms) {
            None => NewCasesView::OfflineTooLong,
            Some(days_left) if days_left < warned_days => NewCasesView::Ending { days_left },
            Some(_) => NewCasesView::Allowed,
        })
    }

    /// Something new is in the outbox.
    pub(crate) fn wake(&self) {
        if let Some(pump) = self.pump() {
            pump.wake();
        }
    }

    pub(crate) fn show_photos(&self, dossier: &Dossier) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        shown.extend(dossier.photos().map(|(_, _, photo)| (photo.photo_id, photo.sha256.clone())));
    }

    pub(crate) fn shown_photo(&self, photo_id: PhotoId) -> Option<Sha256> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).get(&photo_id).cloned()
    }
}

pub(crate) fn account_view(local_id: &str, record: &AccountRecord) -> AccountView {
    AccountView { account: local_id.to_owned(), display: record.display.clone(), role: record.role }
}

/// The store's keys, derived from the account's one data key.
pub(crate) fn store_keys(key: &AccountKey) -> Keys {
    Keys { database: *key.derive("database"), blobs: *key.derive("blobs"), names: *key.derive("names") }
}

/// The device key and one account's refresh token, as the pump asks for them.
pub(crate) struct Credentials {
    pub vault: Arc<Vault>,
    pub device_id: DeviceId,
    pub local_id: String,
}

impl DeviceSigner for Credentials {
    fn device_id(&self) -> DeviceId {
        self.device_id
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.vault.sign(message).map_err(|_| SignError)
    }
}

impl Tokens for Credentials {
    fn refresh_token(&self) -> Option<Zeroizing<String>> {
        let token = self.vault.refresh_token(&self.local_id).ok().flatten()?;
        Some(Zeroizing::new(token.expose().clone()))
    }

    fn store_refresh_token(&self, token: &str) -> Result<(), TokenError> {
        self.vault.set_refresh_token(&self.local_id, token).map_err(|_| TokenError)
    }

    fn clear_refresh_token(&self) -> Result<(), TokenError> {
        self.vault.delete_refresh_token(&self.local_id).map_err(|_| TokenError)
    }
}
