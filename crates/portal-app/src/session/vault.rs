//! The passphrase vault, for computers without a usable keyring.

use portal_vault::{OpenMode, Sensitive, Vault, VaultStatus};

use crate::App;
use crate::error::{CommandCode, CommandError};
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

    /// Asks the keyring again, after it was unlocked in the system.
    pub async fn vault_retry(&self) -> Result<SessionView, CommandError> {
        self.reopen_vault(OpenMode::Automatic).await
    }

    async fn reopen_vault(&self, mode: OpenMode) -> Result<SessionView, CommandError> {
        let root = self.profile_dir().root().to_owned();
        let opened = self.blocking(move || Ok(Vault::open(&root, mode)?)).await?;
        self.replace_vault(opened.vault);
        self.changed(Changed::Session);
        self.session_state().await
    }
}
