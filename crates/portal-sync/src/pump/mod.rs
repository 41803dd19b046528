//! The pump: sends what the outbox holds and applies what the backend tells, until nothing is left to do.
//!
//! Order: first in, first out per case; never across cases, so that a bad operation delays its own case only. At most
//! two operations and three photos are under way at once, declarations before photos. A failure of the line
//! or of the sign-in stops the round and leaves attempts as they were; a failure of one operation is its own. Where the
//! day's budget of a metered line is used, photos wait and declarations still go.

mod feed;
mod fetch;
mod round;
mod send;
mod speed;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portal_domain::ids::{CaseId, OpId};
use portal_protocol::contract::SigningPass;
use portal_protocol::session::Session;
use portal_store::{RETRY_CAP_MS, Store, Target};
use tokio::sync::{Semaphore, broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::account::AccountClient;
use crate::courier::EncryptionKey;
use crate::error::{Class, SyncError, Transport};
use crate::lease::{self, OfflineLease};
use crate::limits;
use crate::line::{self, Network};
use crate::pass;
use crate::ports::Clock;
use crate::receipt::ReceiptKeys;
use crate::retry;
use crate::upload::ChunkSize;
pub(crate) use round::op_error;
use round::{Round, Stop};
pub(crate) use send::store_receipt;
pub use speed::Progress;

const BLOBS_AT_ONCE: usize = 3;
/// A line that is down is tried again at least this often, in milliseconds: one small request.
const PROBE_CAP_MS: i64 = 30_000;
/// What the backend takes hardly ever changes, and on a metered line every question costs.
const LIMITS_FRESH_MS: i64 = 24 * 3600 * 1000;
/// Keeps a failure of this computer, e.g. a full disk, from being met in a tight circle.
const LOCAL_FAILURE_WAIT: Duration = Duration::from_secs(30);
/// From a new address to a line that works.
const SETTLE: Duration = Duration::from_secs(1);
/// Shortest pause between two rounds.
const ROUND_PAUSE_MS: i64 = 100;

/// What stands between this computer and the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connection {
    /// Nothing was tried yet.
    Unknown,
    Online,
    Offline,
    /// Something answers that isn't the backend.
    NotTheBackend,
    SignInNeeded,
}

/// What changed, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PumpEvent {
    Connection(Connection),
    /// [`Pump::is_outdated`] changed.
    Outdated,
    /// An operation's state in the outbox changed.
    Operation {
        op_id: OpId,
        case_id: CaseId,
    },
    /// Bytes of an operation arrived at the backend.
    Progress {
        op_id: OpId,
        progress: Progress,
    },
    /// The backend told something about a case, or its notice arrived.
    Case {
        case_id: CaseId,
    },
}

/// What one run did, and what it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Operations received in this run.
    pub received: u64,
    /// Operations in the outbox that need attention.
    pub attention: u64,
    /// Other operations in the outbox.
    pub waiting: u64,
    /// The backend couldn't be reached, or something else answered.
    pub offline: bool,
    pub sign_in_needed: bool,
}

/// Sends one account's outbox. Only one pump may work on a store.
pub struct Pump {
    store: Arc<Store>,
    account: Arc<AccountClient>,
    keys: ReceiptKeys,
    events: broadcast::Sender<PumpEvent>,
    clock: Clock,
    connection: watch::Sender<Connection>,
    outdated: AtomicBool,
    /// Counts reasons to look again at once.
    wakes: watch::Sender<u64>,
    chunk_size: ChunkSize,
    blob_slots: Semaphore,
    /// Counts pauses: what is under way looks whether it was meant.
    pauses: watch::Sender<u64>,
    /// When the backend is to be asked again what it takes.
    limits_due_ms: AtomicI64,
    /// Of operations whose photos are under way now.
    progress: Mutex<HashMap<OpId, Progress>>,
}

impl Pump {
    pub fn new(
        store: Arc<Store>,
        account: Arc<AccountClient>,
        keys: ReceiptKeys,
        events: broadcast::Sender<PumpEvent>,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            account,
            keys,
            events,
            clock,
            connection: watch::Sender::new(Connection::Unknown),
            outdated: AtomicBool::new(false),
            wakes: watch::Sender::new(0),
            chunk_size: ChunkSize::default(),
            blob_slots: Semaphore::new(BLOBS_AT_ONCE),
            pauses: watch::Sender::new(0),
            limits_due_ms: AtomicI64::new(i64::MIN),
            progress: Mutex::default(),
        }
    }

    pub fn account(&self) -> &Arc<AccountClient> {
        &self.account
    }

    /// The connection now, and every change of it.
    pub fn connection(&self) -> watch::Receiver<Connection> {
        self.connection.subscribe()
    }

    /// Whether the backend tells what only a later version can read.
    pub fn is_outdated(&self) -> bool {
        self.outdated.load(Ordering::Relaxed)
    }

    /// Something is new in the outbox: look at once.
    pub fn wake(&self) {
        self.wakes.send_modify(|count| *count += 1);
    }

    /// Pauses operations; what is under way of them stops where it is.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn pause(&self, target: Target) -> Result<(), SyncError> {
        self.store.pause(target).await?;
        self.pauses.send_modify(|count| *count += 1);
        Ok(())
    }

    /// How far an operation is whose photos are under way now.
    pub fn progress(&self, op_id: OpId) -> Option<Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).get(&op_id).copied()
    }

    /// *Send now*, and the hint that the network changed: ends the waiting of everything that nothing holds.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn send_now(&self) -> Result<(), SyncError> {
        self.store.retry_now(Target::All).await?;
        self.wake();
        Ok(())
    }

    /// The account signed in again: takes over the session and lets go on what waited for it.
    ///
    /// # Errors
    /// [`SyncError::Token`], [`SyncError::Store`].
    pub async fn signed_in(&self, session: Session) -> Result<(), SyncError> {
        self.account.adopt(session).await?;
        self.keep_what_sessions_say().await?;
        self.store.release_auth().await?;
        self.set_connection(Connection::Unknown);
        self.wake();
        Ok(())
    }

    /// Sends and listens until `shutdown`. What is under way then is cut off; the next start goes on there.
    pub async fn run(&self, shutdown: CancellationToken) {
        if let Err(error) = self.store.release_auth().await {
            tracing::warn!(%error, "operations that waited for a sign-in stay held");
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.work_all_the_time() => {}
        }
        if let Err(error) = self.store.interrupted().await {
            tracing::warn!(%error, "the outbox may show operations as being sent");
        }
    }

    /// Tries every operation that nothing holds once, fetches what the backend has to tell, and returns.
    ///
    /// # Errors
    /// Failures of this computer only, e.g. a full disk.
    pub async fn run_once(&self) -> Result<Summary, SyncError> {
        self.store.release_auth().await?;
        self.store.retry_now(Target::All).await?;
        let Round { mut received, mut stop } = self.round().await?;
        while stop.is_none() {
            match self.pull_all().await {
                Ok(false) => break,
                // What a supervisor decided about goes on.
                Ok(true) => {
                    let round = self.round().await?;
                    received += round.received;
                    stop = round.stop;
                }
                Err(error) if error.class() == Class::Local => return Err(error),
                Err(error) => {
                    stop = self.judge(&error).await;
                    break;
                }
            }
        }
        if stop.is_none() {
            self.fetch_cases().await?;
            self.fetch_notices().await?;
            self.fetch_contracts().await?;
            self.fetch_issued().await?;
            self.fetch_limits().await?;
        }
        self.keep_what_sessions_say().await?;
        let safety = self.store.safety().await?;
        Ok(Summary {
            received,
            attention: safety.attention,
            waiting: safety.pending_ops.saturating_sub(safety.attention),
            offline: matches!(stop, Some(Stop::Offline | Stop::NotTheBackend)),
            sign_in_needed: stop == Some(Stop::SignIn),
        })
    }

    /// Keeps what the newest session said about work without a network: courier packages, contracts, new cases.
    async fn keep_what_sessions_say(&self) -> Result<(), SyncError> {
        if let Some(envelope) = self.account.courier_key() {
            EncryptionKey::keep(&self.store, &self.keys, &envelope).await?;
        }
        if let Some(envelope) = self.account.signing_pass() {
            pass::keep(&self.store, &self.keys, &envelope).await?;
        }
        match self.account.lease() {
            Some(lease) => lease::keep(&self.store, &lease).await,
            None => Ok(()),
        }
    }

    /// How long new cases may be begun without the backend, as it said last; none before the account's first session.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn lease(&self) -> Result<Option<OfflineLease>, SyncError> {
        match self.account.lease() {
            Some(lease) => Ok(Some(lease)),
            None => Ok(lease::stored(&self.store).await?),
        }
    }

    /// What this computer signs contracts with, as the backend said last.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn signing_pass(&self) -> Result<Option<SigningPass>, SyncError> {
        pass::stored(&self.store, &self.keys).await
    }

    /// Keeps what the backend takes, for finalising without a network.
    async fn fetch_limits(&self) -> Result<(), SyncError> {
        let now_ms = (self.clock)();
        if now_ms < self.limits_due_ms.load(Ordering::Relaxed) {
            return Ok(());
        }
        match self.account.client().limits().await {
            Ok(limits) => {
                limits::keep(&self.store, &limits).await?;
                self.limits_due_ms.store(now_ms + LIMITS_FRESH_MS, Ordering::Relaxed);
            }
            Err(error) if error.class() == Class::Local => return Err(error),
            Err(error) => tracing::info!(code = error.code(), "limits not fetched yet"),
        }
        Ok(())
    }

    /// Sends, listens, and looks at the line anew when it may be another one.
    async fn work_all_the_time(&self) {
        let mut network = Network::watch();
        loop {
            tokio::select! {
                ((), ()) = async { tokio::join!(self.send_all_the_time(), self.listen_all_the_time()) } => return,
                () = self.follow(&mut network) => return,
                () = line::woken(&self.clock) => self.begin_anew().await,
            }
        }
    }

    /// What waits is tried again on every new address: the one before may have been no way to the backend.
    async fn follow(&self, network: &mut Network) {
        loop {
            network.changed().await;
            // Routes and name servers come a moment after the address, and addresses come in groups.
            tokio::time::sleep(SETTLE).await;
            tracing::info!("the network changed");
            if let Err(error) = self.send_now().await {
                tracing::error!(%error, "the outbox can't be woken");
            }
        }
    }

    /// After a sleep every connection is dead and every wait too long: what was under way was cut off and goes on from
    /// where the backend has it.
    async fn begin_anew(&self) {
        for done in [self.store.interrupted().await, self.store.retry_now(Target::All).await.map(drop)] {
            if let Err(error) = done {
                tracing::error!(%error, "the outbox can't be woken");
            }
        }
    }

    async fn send_all_the_time(&self) {
        let mut wakes = self.wakes.subscribe();
        let mut failures = 0;
        loop {
            wakes.mark_unchanged();
            let wait = match self.round().await {
                Ok(round) => {
                    let down = matches!(round.stop, Some(Stop::Offline | Stop::NotTheBackend));
                    failures = if down { failures + 1 } else { 0 };
                    self.wait_after(round.stop, failures).await
                }
                Err(error) => {
                    tracing::error!(%error, code = error.code(), "the outbox can't be worked on");
                    LOCAL_FAILURE_WAIT
                }
            };
            pause(&mut wakes, wait).await;
        }
    }

    async fn wait_after(&self, stop: Option<Stop>, failures: u32) -> Duration {
        let wait_ms = match stop {
            Some(Stop::Offline | Stop::NotTheBackend) => {
                retry::jitter_ms(failures, PROBE_CAP_MS, retry::random())
            }
            // A sign-in wakes.
            Some(Stop::SignIn) => RETRY_CAP_MS,
            Some(Stop::Throttled { wait_ms }) => wait_ms,
            None => {
                let now_ms = (self.clock)();
                match self.store.next_due_at(now_ms).await {
                    Ok(next) => next.map_or(RETRY_CAP_MS, |next| next - now_ms),
                    Err(error) => {
                        tracing::error!(%error, "the outbox can't be read");
                        return LOCAL_FAILURE_WAIT;
                    }
                }
            }
        };
        milliseconds(wait_ms.max(ROUND_PAUSE_MS))
    }

    fn set_connection(&self, connection: Connection) {
        let mut before = connection;
        let changed = self.connection.send_if_modified(|current| {
            before = std::mem::replace(current, connection);
            before != connection
        });
        if changed {
            tracing::info!(?before, ?connection, "connection");
            self.tell(PumpEvent::Connection(connection));
            if connection == Connection::Online {
                self.wake();
            }
        }
    }

    fn set_outdated(&self, outdated: bool) {
        if self.outdated.swap(outdated, Ordering::Relaxed) != outdated {
            tracing::warn!(outdated, "the event feed has what only a later version reads");
            self.tell(PumpEvent::Outdated);
        }
    }

    fn tell(&self, event: PumpEvent) {
        // Nobody may be listening, e.g. in the CLI.
        drop(self.events.send(event));
    }

    /// Which stop a failure means that isn't this computer's; none when the backend is there after all.
    async fn judge(&self, error: &SyncError) -> Option<Stop> {
        let stop = match error.class() {
            Class::Auth => Some(Stop::SignIn),
            Class::Transient | Class::Session if error.is_transport() => self.probe().await,
            Class::Transient
            | Class::Session
            | Class::Budget
            | Class::Resume
            | Class::Conflict
            | Class::Approval
            | Class::Permanent
            | Class::Local => None,
        };
        self.set_connection(match stop {
            None | Some(Stop::Throttled { .. }) => Connection::Online,
            Some(Stop::Offline) => Connection::Offline,
            Some(Stop::NotTheBackend) => Connection::NotTheBackend,
            Some(Stop::SignIn) => Connection::SignInNeeded,
        });
        stop
    }

    /// Whether the line or one request is at fault: one small request tells.
    async fn probe(&self) -> Option<Stop> {
        match self.account.client().health().await {
            Err(SyncError::Transport(Transport::CaptivePortal | Transport::BadAnswer)) => {
                Some(Stop::NotTheBackend)
            }
            Err(SyncError::Transport(_)) => Some(Stop::Offline),
            Ok(()) | Err(_) => None,
        }
    }
}

async fn pause(wakes: &mut watch::Receiver<u64>, wait: Duration) {
    // The sender lives as long as the pump, so `changed` never fails.
    drop(tokio::time::timeout(wait, wakes.changed()).await);
}

fn milliseconds(count: i64) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap_or_default())
}
