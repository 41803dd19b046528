//! The portal: one profile folder, its vault, the accounts that are unlocked.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use portal_domain::ids::{CaseId, DeviceId};
use portal_imaging::worker::Worker;
use portal_recognition::reader::Reader;
use portal_store::Store;
use portal_sync::Client;
use portal_vault::{OpenMode, Sensitive, Vault, VaultError, VaultStatus};
use tokio::sync::{Mutex, Semaphore, broadcast, oneshot};
use tokio_util::task::TaskTracker;

use crate::account::{Account, GUEST, store_keys};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{CommandCode, CommandError};
use crate::failure::{internal, unwritten};
use crate::metered::DayBudget;
use crate::phone::Doorway;
use crate::photo_work::{self, PhotoWorks};
use crate::profile::ProfileDir;
use crate::scanner::Scanner;
use crate::view::{AppInfo, Changed, Settings};

/// Pictures worked on at once: each may take 300 MB for a moment, and the PC may have 4 GB.
const PHOTO_WORKERS: usize = 2;
/// Pages read at once: somebody types meanwhile.
const PAGE_READERS: usize = 1;
/// Changes that a slow window may lag behind before it is told to fetch everything.
const CHANGES: usize = 256;
/// Longest wait for stores whose last user is a task that was told to stop.
const CLOSING: Duration = Duration::from_secs(10);

/// What stops the portal before there is a window.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the profile folder can't be used")]
    Profile(#[source] std::io::Error),
    #[error("the vault can't be opened: {}", .0.code())]
    Vault(#[source] VaultError),
    #[error("the backend's address can't be used")]
    Backend(#[source] portal_sync::SyncError),
}

pub struct App {
    /// For tasks that outlive the command which started them.
    me: Weak<Self>,
    pub(crate) config: Config,
    profile_dir: ProfileDir,
    vault: RwLock<Arc<Vault>>,
    client: Option<Arc<Client>>,
    worker: Option<Worker>,
    photo_permits: Semaphore,
    /// Photos on their way into slots.
    pub(crate) photo_works: PhotoWorks,
    reader: Option<Reader>,
    reading_permits: Arc<Semaphore>,
    changes: broadcast::Sender<Changed>,
    /// For the phone that is a slot's camera now.
    phone: std::sync::Mutex<Doorway>,
    /// The folder that is watched for a scanner's pictures now.
    scanner: std::sync::Mutex<Scanner>,
    budget: Arc<DayBudget>,
    /// Stores that aren't closed to the end, each by a task that ends with it.
    stores: TaskTracker,
    pub(crate) accounts: Mutex<Accounts>,
}

/// The accounts that are unlocked: one is in use, others may still be sending.
#[derive(Default)]
pub(crate) struct Accounts {
    pub open: HashMap<String, Arc<Account>>,
    pub current: Option<String>,
    /// Instead of a current one: the computer is in a merchant's hands.
    pub handed_over: Option<HandedOver>,
}

/// An agent's account of which a merchant, who is alone with the computer, reaches one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandedOver {
    pub local_id: String,
    pub case_id: CaseId,
}

impl Accounts {
    pub(crate) fn current(&self) -> Option<&Arc<Account>> {
        self.open.get(self.current.as_ref()?)
    }

    /// Whether a person works with it now.
    pub(crate) fn is_in_use(&self, local_id: &str) -> bool {
        let handed_over = self.handed_over.as_ref().is_some_and(|handed| handed.local_id == local_id);
        handed_over || self.current.as_deref() == Some(local_id)
    }

    /// Takes the account from whoever works with it.
    pub(crate) fn leave(&mut self) -> Option<String> {
        self.current.take().or(self.handed_over.take().map(|handed| handed.local_id))
    }
}

impl App {
    /// Opens a profile. The vault may turn out to be locked or absent: the portal starts all the same and
    /// [`App::session_state`] says so.
    ///
    /// # Errors
    /// [`StartError`] when not even that can be said.
    pub async fn open(config: Config) -> Result<Arc<Self>, StartError> {
        let profile_dir = ProfileDir::open(&config.profile_dir).map_err(StartError::Profile)?;
        let mode = match &config.vault_passphrase {
            Some(passphrase) => OpenMode::Passphrase(Sensitive::new(passphrase.as_str().to_owned())),
            None => OpenMode::Automatic,
        };
        let (root, kdf_cost) = (config.profile_dir.clone(), config.kdf_cost);
        let vault = tokio::task::spawn_blocking(move || Vault::open(&root, mode, kdf_cost))
            .await
            .map_err(|error| StartError::Profile(std::io::Error::other(error)))?
            .map_err(StartError::Vault)?
            .vault;
        let client = |backend: &str| Client::new(backend, Arc::clone(&config.clock)).map(Arc::new);
        let client = config.backend.as_deref().map(client).transpose().map_err(StartError::Backend)?;
        let limit_mib = profile_dir.settings().metered_mib_per_day;
        let budget = DayBudget::new(profile_dir.sent_today(), Arc::clone(&config.clock), limit_mib);
        Ok(Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            profile_dir,
            vault: RwLock::new(Arc::new(vault)),
            client,
            worker: Worker::installed(),
            photo_permits: Semaphore::new(PHOTO_WORKERS),
            photo_works: PhotoWorks::default(),
            reader: Reader::installed(),
            reading_permits: Arc::new(Semaphore::new(PAGE_READERS)),
            changes: broadcast::channel(CHANGES).0,
            phone: std::sync::Mutex::default(),
            scanner: std::sync::Mutex::default(),
            budget: Arc::new(budget),
            stores: TaskTracker::new(),
            accounts: Mutex::default(),
            config,
        }))
    }

    /// Everything that changes, as it changes.
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.changes.subscribe()
    }

    /// Stops sending and closes every store. The process may end when this returns.
    pub async fn close(&self) {
        self.close_door();
        self.close_scanner();
        let accounts = std::mem::take(&mut *self.accounts.lock().await);
        for account in accounts.open.into_values() {
            self.close_account(&account).await;
        }
        self.stores.close();
        if tokio::time::timeout(CLOSING, self.stores.wait()).await.is_err() {
            tracing::warn!("a store is still open");
        }
    }

    pub async fn app_info(&self) -> Result<AppInfo, CommandError> {
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: self.config.backend.clone(),
            read_only: self.profile_dir.is_read_only(),
        })
    }

    pub async fn settings_read(&self) -> Result<Settings, CommandError> {
        Ok(self.profile_dir.settings())
    }

    pub async fn settings_write(&self, settings: Settings) -> Result<Settings, CommandError> {
        let problem = |path| CommandError::new(CommandCode::InvalidArgument).field(path, "out_of_range");
        if !(100..=150).contains(&settings.text_percent) {
            return Err(problem("/text_percent"));
        }
        if !(1..=60).contains(&settings.idle_lock_min) {
            return Err(problem("/idle_lock_min"));
        }
        if !(1..=365).contains(&settings.photo_days) {
            return Err(problem("/photo_days"));
        }
        if settings.metered_mib_per_day.is_some_and(|mib| !(1..=100_000).contains(&mib)) {
            return Err(problem("/metered_mib_per_day"));
        }
        if self.profile_dir.is_read_only() {
            return Err(CommandError::new(CommandCode::ReadOnly));
        }
        self.profile_dir.write_settings(&settings).map_err(|error| unwritten("settings", &error))?;
        self.changed(Changed::Settings);
        if self.budget.set_limit(settings.metered_mib_per_day) {
            self.wake_all().await?;
        }
        Ok(settings)
    }

    /// The line may carry more than a moment ago: every account that sends looks at once.
    pub(crate) async fn wake_all(&self) -> Result<(), CommandError> {
        for account in self.accounts.lock().await.open.values() {
            if let Some(pump) = account.pump() {
                pump.send_now().await?;
            }
        }
        Ok(())
    }

    pub(crate) fn budget(&self) -> &Arc<DayBudget> {
        &self.budget
    }

    pub(crate) fn changed(&self, change: Changed) {
        // Nobody listening is fine: the CLI doesn't.
        let _heard_by = self.changes.send(change);
    }

    /// Closing waits until the store's last connection is closed, by whatever path it gets there.
    pub(crate) fn watch(&self, store: &Store) {
        self.stores.spawn(store.ended());
    }

    pub(crate) fn handle(&self) -> Option<Arc<Self>> {
        self.me.upgrade()
    }

    pub(crate) fn weak(&self) -> Weak<Self> {
        Weak::clone(&self.me)
    }

    pub(crate) fn phone(&self) -> &std::sync::Mutex<Doorway> {
        &self.phone
    }

    pub(crate) fn scanner(&self) -> &std::sync::Mutex<Scanner> {
        &self.scanner
    }

    pub(crate) fn now(&self) -> i64 {
        (self.config.clock)()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.config.clock
    }

    pub(crate) fn profile_dir(&self) -> &ProfileDir {
        &self.profile_dir
    }

    pub(crate) fn changes_sender(&self) -> broadcast::Sender<Changed> {
        self.changes.clone()
    }

    pub(crate) fn sends_by_itself(&self) -> bool {
        self.config.background
    }

    pub(crate) fn client(&self) -> Result<&Arc<Client>, CommandError> {
        self.client.as_ref().ok_or(CommandError::new(CommandCode::NoBackend))
    }

    pub(crate) fn worker(&self) -> Option<&Worker> {
        self.worker.as_ref()
    }

    pub(crate) fn reader(&self) -> Option<&Reader> {
        self.reader.as_ref()
    }

    pub(crate) fn reading_permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.reading_permits)
    }

    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.vault.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace_vault(&self, vault: Vault) {
        *self.vault.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(vault);
    }

    pub(crate) fn device_id(&self) -> Result<DeviceId, CommandError> {
        Ok(self.profile_dir.device().map_err(|error| unwritten("device record", &error))?.device_id)
    }

    /// The account in use; a guest's is opened when nobody ever signed in here.
    ///
    /// # Errors
    /// `locked`, or why the vault can't be used.
    pub(crate) async fn account(&self) -> Result<Arc<Account>, CommandError> {
        let mut accounts = self.accounts.lock().await;
        if let Some(account) = accounts.current() {
            return Ok(Arc::clone(account));
        }
        let vault = self.vault();
        match vault.status() {
            VaultStatus::KeyringReady | VaultStatus::PassphraseReady => {}
            VaultStatus::KeyringLocked => return Err(CommandError::new(CommandCode::KeyringLocked)),
            VaultStatus::KeyringAbsent => return Err(CommandError::new(CommandCode::KeyringAbsent)),
            VaultStatus::SecretsMissing => return Err(CommandError::new(CommandCode::SecretsMissing)),
            VaultStatus::PassphraseNeeded => return Err(CommandError::new(CommandCode::Locked)),
        }
        if !self.known_accounts()?.is_empty() {
            return Err(CommandError::new(CommandCode::Locked));
        }
        let key = self.blocking(move || Ok(vault.guest_key(GUEST)?)).await?;
        let store = self.open_store(GUEST, store_keys(&key)).await?;
        self.tidy(&store);
        let account = Arc::new(Account::new(GUEST.to_owned(), None, store, None));
        accounts.open.insert(GUEST.to_owned(), Arc::clone(&account));
        accounts.current = Some(GUEST.to_owned());
        Ok(account)
    }

    /// Work that blocks (keyring, key derivation, printing), off the async threads.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
    ) -> Result<T, CommandError> {
        tokio::task::spawn_blocking(work).await.map_err(|error| internal("background task", &error))?
    }

    /// Work on a picture by the worker process: as [`App::blocking`], a bounded number at once, and for as long as
    /// nobody stops it ([`App::photo_stop`]).
    ///
    /// # Errors
    /// What is wrong with the picture; `cancelled`; `worker_missing`.
    pub(crate) async fn photo_pool<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Worker) -> Result<T, portal_imaging::Rejection> + Send + 'static,
    ) -> Result<T, CommandError> {
        let worker = self.worker.clone().ok_or(CommandError::new(CommandCode::WorkerMissing))?;
        let stop = photo_work::current().map(|work| work.stop()).unwrap_or_default();
        let (wake, stopped) = oneshot::channel();
        stop.tell(move || {
            // Nobody waits for a turn that has come.
            let _ = wake.send(());
        });
        let _permit = tokio::select! {
            permit = self.photo_permits.acquire() => permit.map_err(|error| internal("photo pool", &error))?,
            Ok(()) = stopped => return Err(CommandError::new(CommandCode::Cancelled)),
        };
        let worker = worker.until(stop.clone());
        match self.blocking(move || Ok(work(&worker)?)).await {
            Err(_) if stop.is_stopped() => Err(CommandError::new(CommandCode::Cancelled)),
            done => done,
        }
    }
}
