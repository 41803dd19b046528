//! How a server is set up.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use portal_contract::pki::certificates_from_pem;
use x509_cert::Certificate;

use crate::blob_store::Bucket;
use crate::clock::Clock;
use crate::error::BackendError;
use crate::sender::CodeSender;
use crate::store::PostgresUrl;

/// Settings of one server.
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub storage: Storage,
    pub clock: Clock,
    pub sender: Arc<dyn CodeSender>,
    pub limits: Limits,
    /// The server is reached by https, through a balancer that ends TLS and adds whom it forwards for to
    /// `X-Forwarded-For`: cookies are marked `Secure`, and limits count the people behind the balancer.
    pub https: bool,
    pub time: TimeSettings,
}

/// Where time stamps of countersigned contracts come from.
#[derive(Debug, Clone, Default, Args)]
pub struct TimeSettings {
    /// A time-stamp authority (RFC 3161), http:// or https://; may be given again, and they are asked in this order.
    /// Without any the backend's own one stamps, which proves no independent time.
    #[arg(long, value_name = "URL")]
    pub time_authority: Vec<String>,
    /// Root certificates of these authorities, PEM; may be given again.
    #[arg(long, value_name = "FILE", requires = "time_authority")]
    pub time_root: Vec<PathBuf>,
}

impl TimeSettings {
    /// The configured roots.
    ///
    /// # Errors
    /// [`BackendError::Config`] for a file without a certificate.
    pub fn roots(&self) -> Result<Vec<Certificate>, BackendError> {
        let mut roots = Vec::new();
        for path in &self.time_root {
            let bad = |problem: String| BackendError::Config { name: "--time-root", problem };
            let pem = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
            roots.extend(certificates_from_pem(&pem).map_err(|error| bad(error.to_string()))?);
        }
        Ok(roots)
    }
}

/// Where rows and photos are kept. By default both lie in the data folder, for one server; several servers share a
/// database and a bucket, and each has a data folder of its own for keys and what is being uploaded.
#[derive(Debug, Clone, Default, Args)]
pub struct Storage {
    /// A PostgreSQL database instead of the data folder's own: postgres://user:password@host/database
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database: Option<PostgresUrl>,
    /// Photos in an S3 bucket instead of the data folder: s3://bucket/prefix. Region, endpoint and credentials are
    /// taken from the usual variables: AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID …
    #[arg(long, value_name = "URL", env = "PORTAL_BLOBS")]
    pub blobs: Option<Bucket>,
}

/// Limits that a deployment may want to move.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Between two codes for the same phone and purpose.
    pub code_again_after_s: u32,
    /// Codes for one phone in an hour.
    pub codes_per_phone_hour: i64,
    /// Codes asked for from one address in an hour.
    pub codes_per_address_hour: i64,
    /// Failed sign-ins of one person in [`Limits::failure_window_ms`].
    pub failures_per_person: u32,
    /// Failed sign-ins and enrolments from one address in [`Limits::failure_window_ms`].
    pub failures_per_address: u32,
    pub failure_window_ms: i64,
    /// Largest blob, in bytes.
    pub max_blob_bytes: u64,
    pub traffic: TrafficLimits,
}

/// What comes in at all. Generous: a service centre's desktops share one address, and a desktop that was offline for a
/// week sends all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct TrafficLimits {
    /// Requests a second of one network address (of IPv6: its /64), ten times as many at once; 0 for any number.
    #[arg(long, value_name = "N", default_value_t = Self::default().requests_per_address)]
    pub requests_per_address: u32,
    /// Requests a second of one account, ten times as many at once; 0 for any number.
    #[arg(long, value_name = "N", default_value_t = Self::default().requests_per_account)]
    pub requests_per_account: u32,
    /// Connections at once; more wait until one ends.
    #[arg(long, value_name = "N", default_value_t = Self::default().connections)]
    pub connections: usize,
    /// Connections at once of one network address; more are closed. With --https it is left to the balancer.
    #[arg(long, value_name = "N", default_value_t = Self::default().connections_per_address)]
    pub connections_per_address: usize,
    /// Seconds in which a connection must bring a request's head, the first and every later one.
    #[arg(long, value_name = "SECONDS", default_value_t = Self::default().head_s)]
    pub head_s: u32,
    /// Seconds after which a body that stands still is given up.
    #[arg(long, value_name = "SECONDS", default_value_t = Self::default().body_idle_s)]
    pub body_idle_s: u32,
    /// Bytes a second that a body must bring on average, once it has gone on for longer than --body-idle-s.
    #[arg(long, value_name = "BYTES", default_value_t = Self::default().body_bytes_per_s)]
    pub body_bytes_per_s: u32,
}

impl TrafficLimits {
    pub fn head(&self) -> Duration {
        Duration::from_secs(self.head_s.into())
    }

    pub fn body_idle(&self) -> Duration {
        Duration::from_secs(self.body_idle_s.into())
    }
}

impl Default for TrafficLimits {
    fn default() -> Self {
        Self {
            requests_per_address: 500,
            requests_per_account: 100,
            connections: 8192,
            connections_per_address: 2048,
            head_s: 60,
            body_idle_s: 30,
            body_bytes_per_s: 1000,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            code_again_after_s: 60,
            codes_per_phone_hour: 5,
            codes_per_address_hour: 60,
            failures_per_person: 10,
            failures_per_address: 100,
            failure_window_ms: 15 * 60 * 1000,
            max_blob_bytes: 64 << 20,
            traffic: TrafficLimits::default(),
        }
    }
}
