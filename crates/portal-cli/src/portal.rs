//! Opening the profile, and the account in it.

use std::sync::Arc;

use portal_app::error::{CommandCode, CommandError};
use portal_app::view::{AccountView, SessionPhase, VaultView};
use portal_app::{App, Config, log};
use zeroize::Zeroizing;

use crate::args::Global;
use crate::input::{Secret, wrong};
use crate::language::Words;

const PASSPHRASE: &str = "PORTAL_VAULT_PASSPHRASE";

/// Who sends what waits in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// The command, when it is told to.
    OnDemand,
    /// The portal by itself, as long as the command runs.
    Always,
}

/// Opens the profile without unlocking anything.
pub async fn open(global: &Global, sending: Sending) -> Result<Arc<App>, CommandError> {
    let mut config = Config::new(global.profile_dir.clone(), global.backend.as_deref())?;
    config.background = sending == Sending::Always;
    config.vault_passphrase = match std::env::var(PASSPHRASE) {
        Ok(passphrase) => Some(Zeroizing::new(passphrase)),
        Err(std::env::VarError::NotPresent) => None,
        Err(std::env::VarError::NotUnicode(_)) => return Err(wrong(PASSPHRASE, "bad_utf8")),
    };
    let profile_dir = config.profile_dir.clone();
    let app = App::open(config).await?;
    // The log says more about errors; without it the command does its work all the same.
    log::start(&profile_dir).ok();
    Ok(app)
}

/// Unlocks the account to work with; drafts of a computer where nobody signed in yet need none.
///
/// # Errors
/// `locked`, `wrong_pin`, why the vault can't be used, or `invalid_argument` for `--account`.
pub async fn unlock(app: &App, global: &Global, words: Words) -> Result<(), CommandError> {
    let session = app.session_state().await?;
    match session.phase {
        SessionPhase::Guest if global.account.is_some() => Err(wrong("--account", "not_found")),
        SessionPhase::Guest | SessionPhase::Open => Ok(()),
        SessionPhase::VaultNeeded => Err(vault_error(session.vault)),
        // Handed over is a window only; what a PIN opens is the same.
        SessionPhase::Locked | SessionPhase::HandedOver => {
            let account = chosen(&session.accounts, global)?;
            let pin = Secret::Pin.get(words)?;
            app.session_unlock(account, pin.to_string()).await?;
            Ok(())
        }
    }
}

/// The account that a command is about, whether or not the vault can open it.
///
/// # Errors
/// `invalid_argument` for `--account`.
pub async fn account(app: &App, global: &Global) -> Result<String, CommandError> {
    chosen(&app.session_state().await?.accounts, global)
}

fn chosen(accounts: &[AccountView], global: &Global) -> Result<String, CommandError> {
    let account = match &global.account {
        Some(wanted) => accounts.iter().find(|known| known.account == *wanted),
        None if accounts.len() > 1 => return Err(wrong("--account", "required")),
        None => accounts.first(),
    };
    account.map(|account| account.account.clone()).ok_or_else(|| wrong("--account", "not_found"))
}

/// Why nothing can be unlocked.
fn vault_error(vault: VaultView) -> CommandError {
    match vault {
        VaultView::PassphraseNeeded => CommandError::new(CommandCode::Locked).field(PASSPHRASE, "required"),
        VaultView::KeyringLocked => CommandError::new(CommandCode::KeyringLocked),
        VaultView::KeyringAbsent => {
            CommandError::new(CommandCode::KeyringAbsent).field(PASSPHRASE, "required")
        }
        VaultView::SecretsMissing => CommandError::new(CommandCode::SecretsMissing),
        // Usable vaults have another phase.
        VaultView::Keyring | VaultView::Passphrase => CommandError::new(CommandCode::Locked),
    }
}
