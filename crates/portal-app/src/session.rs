//! Who uses this computer: enrolment, signing in, unlocking, locking.

mod enrolling;
mod guest;
mod suspend;
mod tidying;
mod vault;

use std::sync::{Arc, Weak};

use portal_domain::ids::CaseId;
use portal_protocol::session::{
    Account as WireAccount, CodePurpose, CodeRequest, EnrolProof, Role, SecondFactorRequest,
};
use portal_store::{AuditEntry, Store, StoreError};
use portal_sync::{AccountClient, Budget, DeviceSigner, Pump, ReceiptKeys, Tokens};
use portal_vault::{AccountKey, Protection, RecoveryCode, VaultStatus, check_pin};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::account::{Account, Credentials, GUEST, Sending, account_view, store_keys};
use crate::app::Accounts;
use crate::error::{CommandCode, CommandError};
use crate::failure::unwritten;
use crate::profile::AccountRecord;
use crate::view::{
    AccountView, Changed, CodeSentView, NewCasesView, RoleView, SecondFactorView, SessionPhase, SessionView,
    SignInProof, SignedInView, VaultView,
};

/// Events of the pump that its listener may lag behind.
const EVENTS: usize = 1024;

impl App {
    pub async fn session_state(&self) -> Result<SessionView, CommandError> {
        let accounts = self.accounts.lock().await;
        self.session_view(&accounts).await
    }

    pub async fn session_send_code(&self, phone: String) -> Result<CodeSentView, CommandError> {
        let phone = portal_domain::clean::mobile(&phone);
        if portal_domain::identifier::Mobile::parse(&phone).is_err() {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/phone", "bad_format"));
        }
        let purpose = if self.phones_enrol()? { CodePurpose::Enrol } else { CodePurpose::SignIn };
        let sent = self.client()?.send_code(&CodeRequest { phone, purpose }).await?;
        Ok(CodeSentView { valid_s: sent.valid_s, again_after_s: sent.again_after_s })
    }

    pub async fn session_enrol_machine(&self, activation_code: String) -> Result<SessionView, CommandError> {
        self.writable()?;
        let code = activation_code.trim().to_owned();
        if code.is_empty() {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/activation_code", "required"));
        }
        self.enrol(EnrolProof::ActivationCode { code }).await?;
        self.changed(Changed::Session);
        self.session_state().await
    }

    /// What the authenticator app of somebody is set up with who has to have one and has none.
    pub async fn session_second_factor(
        &self,
        user: String,
        password: String,
    ) -> Result<SecondFactorView, CommandError> {
        if self.enrolment()?.is_none() {
            return Err(CommandError::new(CommandCode::NotEnrolled));
        }
        let signer: Arc<dyn DeviceSigner> = Arc::new(self.credentials(GUEST)?);
        let request = SecondFactorRequest { user: user.trim().to_owned(), password };
        let made = self.client()?.second_factor(&signer, &request).await?;
        Ok(SecondFactorView { uri: made.uri, secret: made.secret })
    }

    /// Signs in with the backend. The PIN is looked at first, so that a weak one costs no code. Whether it is the right one of an account
    /// that is known here shows only when the backend has said whose it is; the same code then works once more.
    pub async fn session_sign_in(
        &self,
        proof: SignInProof,
        pin: String,
    ) -> Result<SignedInView, CommandError> {
        self.writable()?;
        check_pin(&pin)?;
        let session = self.prove(proof).await?;
        let local_id = session.account.account_id.to_string();
        let record = record_of(&session.account);
        let (key, recovery_code) = self.key_for_sign_in(&local_id, pin).await?;

        let mut accounts = self.accounts.lock().await;
        let account = match accounts.open.get(&local_id).cloned() {
            Some(open) if open.sending.is_some() => open,
            // Opened before this computer was enrolled: it couldn't send then.
            Some(open) => {
                accounts.open.remove(&local_id);
                self.close_account(&open).await;
                self.open_account(&local_id, record.clone(), &key).await?
            }
            None => self.open_account(&local_id, record.clone(), &key).await?,
        };
        // Known from here on, so that a failure below leaves one pump to a store, not two after the next try.
        accounts.open.insert(local_id.clone(), Arc::clone(&account));
        if let Some(sending) = &account.sending {
            sending.pump.signed_in(session).await?;
        }
        audit(&account, "session.signed_in", None, self.now()).await;
        // Last: an account without a record gets a recovery code at its next sign-in, as nobody saw the first.
        self.profile_dir()
            .write_account(&local_id, &record)
            .map_err(|error| unwritten("account record", &error))?;
        let adopted_drafts = self.adopt_guest(&mut accounts, &account).await;
        self.begin(&mut accounts, local_id);
        self.changed(Changed::Session);
        Ok(SignedInView {
            session: self.session_view(&accounts).await?,
            recovery_code: recovery_code.map(|code| code.reveal().to_string()),
            adopted_drafts,
        })
    }

    pub async fn session_unlock(&self, account: String, pin: String) -> Result<SessionView, CommandError> {
        let (vault, now_ms, local_id) = (self.vault(), self.now(), account.clone());
        let key = self.blocking(move || Ok(vault.unlock_with_pin(&local_id, &pin, now_ms)?)).await?;
        self.enter(account, key, "session.unlocked").await
    }

    /// The person whose account it is shows once more to be there, before something that can't be taken back.
    ///
    /// # Errors
    /// `wrong_pin`, `pin_delayed`.
    pub(crate) async fn prove_again(&self, account: &Account, pin: String) -> Result<(), CommandError> {
        let (vault, now_ms, local_id) = (self.vault(), self.now(), account.local_id.clone());
        self.blocking(move || Ok(vault.unlock_with_pin(&local_id, &pin, now_ms)?)).await?;
        Ok(())
    }

    pub async fn session_recover(
        &self,
        account: String,
        recovery_code: String,
        new_pin: String,
    ) -> Result<SessionView, CommandError> {
        self.writable()?;
        let (vault, local_id) = (self.vault(), account.clone());
        let key = self
            .blocking(move || Ok(vault.unlock_with_recovery_code(&local_id, &recovery_code, &new_pin)?))
            .await?;
        self.renew_lost_device()?;
        self.enter(account, key, "session.recovered").await
    }

    pub async fn session_change_pin(
        &self,
        pin: String,
        new_pin: String,
    ) -> Result<SessionView, CommandError> {
        self.writable()?;
        let (vault, now_ms) = (self.vault(), self.now());
        let account = self.account().await?;
        let local_id = account.local_id.clone();
        self.blocking(move || Ok(vault.change_pin(&local_id, &pin, &new_pin, now_ms)?)).await?;
        audit(&account, "session.pin_changed", None, now_ms).await;
        self.session_state().await
    }

    /// Locks the window. The account goes on sending until its outbox is empty, then its keys are dropped.
    pub async fn session_lock(&self) -> Result<SessionView, CommandError> {
        let mut accounts = self.accounts.lock().await;
        // A guest has no PIN to unlock with.
        if accounts.current.as_deref() == Some(GUEST) {
            return self.session_view(&accounts).await;
        }
        if let Some(local_id) = accounts.leave() {
            self.close_when_sent(local_id);
        }
        self.changed(Changed::Session);
        self.session_view(&accounts).await
    }

    /// Forgets the backend session; drafts and unsent work stay, and are sent after the next sign-in.
    pub async fn session_sign_out(&self) -> Result<SessionView, CommandError> {
        self.writable()?;
        let mut accounts = self.accounts.lock().await;
        // A guest has nothing to sign out of, and stays.
        if accounts.current.as_deref() == Some(GUEST) {
            return self.session_view(&accounts).await;
        }
        if let Some(local_id) = accounts.leave()
            && let Some(account) = accounts.open.remove(&local_id)
        {
            if let Some(sending) = &account.sending
                && let Err(error) = sending.pump.account().sign_out().await
            {
                // Offline: the token is forgotten here, and expires there.
                tracing::info!(code = error.code(), "signed out without telling the backend");
            }
            self.close_account(&account).await;
        }
        self.changed(Changed::Session);
        self.session_view(&accounts).await
    }

    async fn enter(
        &self,
        local_id: String,
        key: AccountKey,
        action: &str,
    ) -> Result<SessionView, CommandError> {
        let mut accounts = self.accounts.lock().await;
        if !accounts.open.contains_key(&local_id) {
            let record =
                self.profile_dir().account(&local_id).ok_or(CommandError::new(CommandCode::NotFound))?;
            let account = self.open_account(&local_id, record, &key).await?;
            accounts.open.insert(local_id.clone(), account);
        }
        if let Some(account) = accounts.open.get(&local_id) {
            audit(account, action, None, self.now()).await;
        }
        self.begin(&mut accounts, local_id);
        self.changed(Changed::Session);
        self.session_view(&accounts).await
    }

    /// From here on this account is in use. A computer that was handed over is taken back by it.
    fn begin(&self, accounts: &mut Accounts, local_id: String) {
        let before = accounts.leave().filter(|before| *before != local_id && before != GUEST);
        accounts.current = Some(local_id);
        if let Some(before) = before {
            self.close_when_sent(before);
        }
    }

    /// The account's key; with a recovery code to be shown when none was seen yet.
    async fn key_for_sign_in(
        &self,
        local_id: &str,
        pin: String,
    ) -> Result<(AccountKey, Option<RecoveryCode>), CommandError> {
        let (vault, now_ms, local_id) = (self.vault(), self.now(), local_id.to_owned());
        let finished = self.profile_dir().account(&local_id).is_some();
        self.blocking(move || {
            let known = vault.accounts()?.iter().any(|account| account.local_id == local_id);
            if !known {
                let (key, code) = vault.create_account_key(&local_id, &pin)?;
                return Ok((key, Some(code)));
            }
            let key = vault.unlock_with_pin(&local_id, &pin, now_ms)?;
            let code =
                if finished { None } else { Some(vault.replace_recovery_code(&local_id, &pin, now_ms)?) };
            Ok((key, code))
        })
        .await
    }

    async fn open_account(
        &self,
        local_id: &str,
        record: AccountRecord,
        key: &AccountKey,
    ) -> Result<Arc<Account>, CommandError> {
        let store = self.open_store(local_id, store_keys(key)).await?;
        self.tidy(&store);
        let sending = if store.is_read_only() { None } else { self.start_sending(local_id, &store)? };
        Ok(Arc::new(Account::new(local_id.to_owned(), Some(record), store, sending)))
    }

    pub(crate) async fn open_store(
        &self,
        local_id: &str,
        keys: portal_store::Keys,
    ) -> Result<Arc<Store>, CommandError> {
        let dir = self.profile_dir().store_dir(local_id);
        let store = if self.profile_dir().is_read_only() {
            Store::open_read_only(&dir, keys).await?
        } else {
            match Store::open(&dir, keys.clone(), env!("CARGO_PKG_VERSION"), self.now()).await {
                // What this version knows can be read, printed and exported; nothing is changed.
                Err(StoreError::NewerSchema { found, known }) => {
                    tracing::warn!(
                        found,
                        known,
                        "a newer version wrote this store: it is opened for reading"
                    );
                    Store::open_read_only(&dir, keys).await?
                }
                opened => opened?,
            }
        };
        self.watch(&store);
        Ok(Arc::new(store))
    }

    /// Starts the pump of an account; nothing runs without a backend or before enrolment.
    fn start_sending(&self, local_id: &str, store: &Arc<Store>) -> Result<Option<Sending>, CommandError> {
        let (Ok(client), Some(enrolment)) = (self.client(), self.enrolment()?) else { return Ok(None) };
        let credentials = Arc::new(self.credentials(local_id)?);
        let account = AccountClient::new(
            Arc::clone(client),
            Arc::clone(&credentials) as Arc<dyn DeviceSigner>,
            credentials as Arc<dyn Tokens>,
        );
        let account = Arc::new(account.metered(Arc::clone(self.budget()) as Arc<dyn Budget>));
        let keys = ReceiptKeys::new(&enrolment.receipt_keys)?;
        let (events, heard) = broadcast::channel(EVENTS);
        let pump = Arc::new(Pump::new(Arc::clone(store), account, keys, events, Arc::clone(self.clock())));
        let stop = CancellationToken::new();
        if self.sends_by_itself() {
            crate::outbox::run(Arc::clone(&pump), heard, stop.clone(), self.changes_sender());
        }
        Ok(Some(Sending { pump, stop }))
    }

    /// Keeps a locked account open until its outbox is empty, then ends its keys.
    fn close_when_sent(&self, local_id: String) {
        let Some(app) = self.handle() else { return };
        // Whoever drops the portal gives up the profile, also while something waits.
        let (app, mut changes) = (Arc::downgrade(&app), self.changes());
        tokio::spawn(async move {
            while let Some(open) = app.upgrade() {
                if open.closed_if_sent(&local_id).await {
                    return;
                }
                drop(open);
                // Every event may be the last receipt; a lag only means to look again.
                if let Err(broadcast::error::RecvError::Closed) = changes.recv().await {
                    return;
                }
            }
        });
    }

    /// Whether there is nothing left to do: closed, or unlocked again meanwhile.
    async fn closed_if_sent(&self, local_id: &str) -> bool {
        let mut accounts = self.accounts.lock().await;
        if accounts.is_in_use(local_id) {
            return true;
        }
        let Some(account) = accounts.open.get(local_id).cloned() else { return true };
        match account.store.safety().await {
            Ok(safety) if safety.pending_ops > 0 && account.sending.is_some() => false,
            _ => {
                accounts.open.remove(local_id);
                self.close_account(&account).await;
                true
            }
        }
    }

    /// Stops sending and closes the store; dropping the account then ends its keys.
    pub(crate) async fn close_account(&self, account: &Account) {
        if let Some(sending) = &account.sending {
            sending.stop.cancel();
        }
        account.store.close().await;
    }

    pub(crate) fn credentials(&self, local_id: &str) -> Result<Credentials, CommandError> {
        Ok(Credentials { vault: self.vault(), device_id: self.device_id()?, local_id: local_id.to_owned() })
    }

    pub(crate) fn writable(&self) -> Result<(), CommandError> {
        if self.profile_dir().is_read_only() { Err(CommandError::new(CommandCode::ReadOnly)) } else { Ok(()) }
    }

    /// Accounts with a PIN on this computer.
    pub(crate) fn known_accounts(&self) -> Result<Vec<AccountView>, CommandError> {
        let entries = self.vault().accounts()?;
        Ok(entries
            .iter()
            .filter(|entry| entry.protection != Some(Protection::Device))
            .filter_map(|entry| {
                let record = self.profile_dir().account(&entry.local_id)?;
                Some(account_view(&entry.local_id, &record))
            })
            .collect())
    }

    pub(super) async fn session_view(&self, accounts: &Accounts) -> Result<SessionView, CommandError> {
        let vault = self.vault();
        let known = self.known_accounts()?;
        let current = accounts.current().and_then(|account| account.view());
        let vault_view = match vault.status() {
            VaultStatus::KeyringReady => VaultView::Keyring,
            VaultStatus::KeyringLocked => VaultView::KeyringLocked,
            VaultStatus::KeyringAbsent => VaultView::KeyringAbsent,
            VaultStatus::SecretsMissing => VaultView::SecretsMissing,
            VaultStatus::PassphraseNeeded => VaultView::PassphraseNeeded,
            VaultStatus::PassphraseReady => VaultView::Passphrase,
        };
        let phase = if current.is_some() {
            SessionPhase::Open
        } else if accounts.handed_over.is_some() {
            SessionPhase::HandedOver
        } else if !vault.status().is_ready() {
            SessionPhase::VaultNeeded
        } else if known.is_empty() {
            SessionPhase::Guest
        } else {
            SessionPhase::Locked
        };
        let enrolment = self.enrolment()?;
        let sign_in_needed = current.is_some()
            && accounts.current().is_some_and(|account| {
                account
                    .pump()
                    .is_none_or(|pump| *pump.connection().borrow() == portal_sync::Connection::SignInNeeded)
            });
        let new_cases = match accounts.current() {
            Some(account) => account.new_cases(self.now()).await?,
            None => NewCasesView::Allowed,
        };
        Ok(SessionView {
            phase,
            vault: vault_view,
            enrolled: enrolment.is_some(),
            branch: enrolment.and_then(|enrolment| enrolment.branch),
            accounts: known,
            account: current,
            handed_over: accounts.handed_over.as_ref().map(|handed| handed.case_id),
            sign_in_needed,
            new_cases,
        })
    }
}

/// Ends when this account is no longer the one in use: locked, signed out, or another.
pub(crate) async fn left(app: Weak<App>, local_id: String, mut changes: broadcast::Receiver<Changed>) {
    use tokio::sync::broadcast::error::RecvError;
    loop {
        {
            let Some(app) = app.upgrade() else { return };
            if app.accounts.lock().await.current.as_deref() != Some(&local_id) {
                return;
            }
        }
        loop {
            match changes.recv().await {
                // Too many to follow: one of them may have been it.
                Ok(Changed::Session) | Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

/// Who opened what, and for which case, for the account's own record. A store that is only read keeps none; and a record that can't be
/// written must not keep anybody from what they typed, from a recovery code shown once, or from a PIN that the vault has
/// changed already.
pub(crate) async fn audit(account: &Account, action: &str, case_id: Option<CaseId>, now_ms: i64) {
    if account.store.is_read_only() {
        return;
    }
    let entry = AuditEntry { who: account.local_id.clone(), action: action.to_owned(), case_id };
    if let Err(error) = account.store.audit(&entry, now_ms).await {
        tracing::warn!(%error, action, "not in the record");
    }
}

fn record_of(account: &WireAccount) -> AccountRecord {
    let role = match account.role {
        Role::Merchant => RoleView::Merchant,
        Role::Agent => RoleView::Agent,
        Role::Supervisor => RoleView::Supervisor,
        Role::Technician => RoleView::Technician,
        Role::Reviewer => RoleView::Reviewer,
        Role::Administrator => RoleView::Administrator,
    };
    AccountRecord { account_id: account.account_id, display: account.display.clone(), role }
}
