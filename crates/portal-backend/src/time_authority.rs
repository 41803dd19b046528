//! Time-stamp authorities over HTTP (RFC 3161 §3.4).

use std::time::Duration;

use portal_contract::stamping::{MAX_ANSWER_BYTES, TimeAuthority, Unavailable};
use tokio::runtime::Handle;

use crate::error::BackendError;

const REQUEST: &str = "application/timestamp-query";
const ANSWER: &str = "application/timestamp-reply";

/// How long one authority may take before the next one is asked.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// One authority. Asking blocks: call it from the pool for blocking work, within the runtime.
pub struct HttpTimeAuthority {
    url: reqwest::Url,
    client: reqwest::Client,
    runtime: Handle,
}

impl HttpTimeAuthority {
    /// `patience` limits the whole exchange; in operation it is [`PATIENCE`].
    ///
    /// # Errors
    /// [`BackendError::Config`] for an address that isn't http or https.
    pub fn new(url: &str, patience: Duration, runtime: Handle) -> Result<Self, BackendError> {
        let bad = |problem: String| BackendError::Config { name: "--time-authority", problem };
        let url: reqwest::Url = url.parse().map_err(|_| bad("not a URL".into()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("not an http:// or https:// address".into()));
        }
        // Fails when the process has a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| bad(error.to_string()))?;
        Ok(Self { url, client, runtime })
    }

    async fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Unavailable> {
        let failed = |error: reqwest::Error| Unavailable(reason(&error).to_owned());
        let mut answer = self
            .client
            .post(self.url.clone())
            .header("content-type", REQUEST)
            .body(request.to_vec())
            .send()
            .await
            .map_err(failed)?;
        if !answer.status().is_success() {
            return Err(Unavailable(format!("HTTP status {}", answer.status().as_u16())));
        }
        let kind = answer.headers().get("content-type").and_then(|value| value.to_str().ok());
        if kind.is_none_or(|kind| !kind.starts_with(ANSWER)) {
            return Err(Unavailable("something else than a time authority answers".into()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_ANSWER_BYTES {
                return Err(Unavailable("the answer is too long".into()));
            }
        }
        Ok(bytes)
    }
}

/// The library's own words name addresses.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the exchange broke off"
    }
}

impl TimeAuthority for HttpTimeAuthority {
    fn name(&self) -> &str {
        self.url.as_str()
    }

    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, Unavailable> {
        self.runtime.block_on(self.ask(request))
    }
}
