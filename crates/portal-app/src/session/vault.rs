//! The passphrase vault, for computers without a usable keyring.

use portal_vault::{OpenMode, Protection, Sensitive, Vault, VaultStatus};

use crate::App;
use crate::account::GUEST;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::view::{Changed, SessionView};

impl App {
    /// Gives up the keyring for a passphrase vault; accounts then come back by their recovery codes.
    pub async fn vault_create(&self, passphrase: String) -> Result<SessionView, CommandError> {
        self.writable()?;
        let mode = match self.vault().status() {
            VaultStatus::PassphraseNeeded | VaultStatus::PassphraseReady => {
                OpenMode::Passphrase(Sensitive::new(passphrase))
            }
            // It would give up secrets that are at hand, and with them the guest's drafts.
            VaultStatus::KeyringReady => {
                return Err(CommandError::new(CommandCode::InvalidArgument).field("/vault", "keyring_ready"));
            }
            VaultStatus::KeyringLocked | VaultStatus::KeyringAbsent | VaultStatus::SecretsMissing => {
                OpenMode::ReplaceKeyring(Sensitive::new(passphrase))
            }
        };
        self.reopen_vault(mode).await
    }

    pub async fn vault_open(&self, passphrase: String) -> Result<SessionView, CommandError> {
        self.reopen_vault(OpenMode::Passphrase(Sensitive::new(passphrase))).await
    }

    /// Begins anew where the keys are lost and no recovery code was ever given: only drafts made before signing in were
    /// here. They stay sealed and are set aside, not deleted, in case the keys are found.
    ///
    /// # Errors
    /// `invalid_argument` while there are keys, or accounts that their recovery codes can open.
    pub async fn vault_start_anew(&self) -> Result<SessionView, CommandError> {
        self.writable()?;
        let vault = self.vault();
        let refused = |problem| Err(CommandError::new(CommandCode::InvalidArgument).field("/vault", problem));
        if vault.status() != VaultStatus::SecretsMissing {
            return refused("secrets_present");
        }
        if vault.accounts()?.iter().any(|entry| entry.protection != Some(Protection::Device)) {
            return refused("accounts_known");
        }
        let mut accounts = self.accounts.lock().await;
        if let Some(guest) = accounts.open.remove(GUEST) {
            self.close_account(&guest).await;
            accounts.current = None;
        }
        // Before the new keys: a crash in between is the same loss again, not drafts under keys that don't fit.
        self.profile_dir()
            .set_aside(GUEST, self.now())
            .map_err(|error| internal("setting the guest's drafts aside", &error))?;
        self.blocking(move || Ok(vault.replace_device_identity()?)).await?;
        self.renew_lost_device()?;
        self.changed(Changed::Session);
        self.session_view(&accounts).await
    }

    /// Asks the keyring again, after it was unlocked in the system.
    pub async fn vault_retry(&self) -> Result<SessionView, CommandError> {
        self.reopen_vault(OpenMode::Automatic).await
    }

    async fn reopen_vault(&self, mode: OpenMode) -> Result<SessionView, CommandError> {
        let (root, kdf_cost) = (self.profile_dir().root().to_owned(), self.config.kdf_cost);
        let opened = self.blocking(move || Ok(Vault::open(&root, mode, kdf_cost)?)).await?;
        self.replace_vault(opened.vault);
        self.changed(Changed::Session);
        self.session_state().await
    }
}
