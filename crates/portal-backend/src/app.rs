//! The running server's parts, and who a request comes from.

use std::sync::Arc;

use portal_contract::verifying::Trust;
use portal_domain::ids::DeviceId;
use tokio_util::sync::CancellationToken;

use crate::config::{Limits, TimeSettings};
use crate::countersigning::TimeService;
use crate::error::BackendError;
use crate::keys::ServerKeys;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::office::Office;
use crate::permission::{Reach, reach};
use crate::sender::CodeSender;
use crate::store::accounts::AccountRecord;
use crate::store::cases::Reader;
use crate::store::tenants::TenantId;
use crate::traffic::Traffic;
use crate::uploading::UploadLocks;

/// What every handler is given.
pub type AppState = Arc<App>;

/// One running server.
pub struct App {
    pub office: Office,
    pub keys: ServerKeys,
    pub sender: Arc<dyn CodeSender>,
    pub limits: Limits,
    pub limiter: Limiter,
    pub traffic: Traffic,
    pub uploads: UploadLocks,
    pub metrics: Metrics,
    pub time: Arc<TimeService>,
    /// A balancer ends TLS: cookies are marked `Secure`, and limits count whom it forwards for.
    pub https: bool,
    /// Cancelled when the server shuts down: open event streams end.
    pub stopping: CancellationToken,
}

/// Who a request comes from, once that is proven.
#[derive(Debug, Clone)]
pub struct Caller {
    pub tenant: TenantId,
    pub account: AccountRecord,
    pub reader: Reader,
    pub means: Means,
    /// When the credentials expire.
    pub until_ms: i64,
}

/// How the caller is signed in.
#[derive(Debug, Clone)]
pub enum Means {
    /// On an enrolled computer.
    Device { session_id: String, device_id: DeviceId, public_key: Vec<u8> },
    /// In the console.
    Console { token_sha: String, csrf: String },
    /// Not at all: a courier brings what its computer signed.
    Courier,
}

impl App {
    /// The parts around a data folder. They answer nobody by themselves: [`crate::start`] makes a server of them, and
    /// the command line uses them beside a running one.
    ///
    /// # Errors
    /// [`BackendError`] when the keys can't be used.
    pub async fn new(
        office: Office,
        sender: Arc<dyn CodeSender>,
        limits: Limits,
        https: bool,
        time: &TimeSettings,
    ) -> Result<Self, BackendError> {
        let keys = ServerKeys::open(&office.keys_folder(), office.now_ms())?;
        let time = Arc::new(TimeService::new(time, &keys, &office)?);
        office.store.claim(keys.kid()).await?;
        Ok(Self {
            keys,
            sender,
            limits,
            limiter: Limiter::default(),
            traffic: Traffic::new(&limits.traffic),
            uploads: UploadLocks::default(),
            metrics: Metrics::new()?,
            time,
            https,
            stopping: CancellationToken::new(),
            office,
        })
    }

    /// Whom the verifier of contracts believes.
    pub fn trust(&self) -> Trust {
        Trust {
            roots: vec![self.keys.authority().certificate().clone()],
            time_roots: self.time.roots.clone(),
        }
    }
}

impl Caller {
    pub fn new(tenant: TenantId, account: AccountRecord, means: Means, until_ms: i64) -> Self {
        let reach = reach(account.role);
        let reader = Reader {
            tenant: tenant.clone(),
            account: account.account_id,
            branch_id: account.branch_id.clone().filter(|_| reach == Reach::Branch),
            reads_all: reach == Reach::Tenant,
        };
        Self { tenant, account, reader, means, until_ms }
    }
}
