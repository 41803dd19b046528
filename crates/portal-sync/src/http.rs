//! One exchange with the backend, and whether what answered was the backend at all.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use portal_protocol::error::FieldError;
use portal_protocol::{SYNC_HEADER, SYNC_VERSION};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, Request, RequestBuilder, Response, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Refusal, SyncError, Transport};
use crate::ports::{Carrier, Clock};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For requests that carry no photo.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Shorter than the backend and common balancers keep an idle connection: a request on one that is just being closed
/// would be lost.
const IDLE_TIMEOUT: Duration = Duration::from_secs(45);
/// Nothing the backend answers is larger: photos and PDFs stay far below.
const ANSWER_LIMIT_BYTES: usize = 32 << 20;

/// The backend's address, with what was learnt about its clock.
pub(crate) struct Http {
    /// Makes requests; who carries them is the other's business.
    client: reqwest::Client,
    carrier: Arc<dyn Carrier>,
    base: Url,
    clock: Clock,
    server_offset_ms: AtomicI64,
}

/// An answer of the backend that isn't a refusal.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The network of this computer.
impl Carrier for reqwest::Client {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, Transport>> {
        Box::pin(async { self.execute(request).await.map_err(|error| transport(&error)) })
    }
}

impl Http {
    pub fn new(backend: &str, clock: Clock) -> Result<Self, SyncError> {
        let base = Url::parse(backend).map_err(|_| SyncError::BadAddress)?;
        let local = is_this_computer(&base);
        if !(base.scheme() == "https" || base.scheme() == "http" && local) {
            return Err(SyncError::BadAddress);
        }
        install_tls_provider();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("merchant-portal/", env!("CARGO_PKG_VERSION")));
        if local {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(SyncError::Setup)?;
        let carrier = Arc::new(client.clone());
        Ok(Self { client, carrier, base, clock, server_offset_ms: AtomicI64::new(0) })
    }

    /// The same with another network.
    pub fn over(self, carrier: Arc<dyn Carrier>) -> Self {
        Self { carrier, ..self }
    }

    /// This computer's clock, right or wrong.
    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    /// How far the backend's clock is ahead of this computer's, in milliseconds; to the second at best.
    pub fn server_offset_ms(&self) -> i64 {
        self.server_offset_ms.load(Ordering::Relaxed)
    }

    /// A request to an absolute path of the backend, with its query if it has one.
    pub fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, SyncError> {
        Ok(self.client.request(method, self.resolve(path)?))
    }

    /// The address of `reference` (a path or a whole address).
    ///
    /// # Errors
    /// [`Transport::BadAnswer`] when it leaves the backend: tokens never go elsewhere.
    fn resolve(&self, reference: &str) -> Result<Url, SyncError> {
        let url = self.base.join(reference).map_err(|_| Transport::BadAnswer)?;
        if url.origin() == self.base.origin() { Ok(url) } else { Err(Transport::BadAnswer.into()) }
    }

    /// The path (with query) of a `Location`, which must be the backend's own.
    pub fn own_path(&self, location: &str) -> Result<String, SyncError> {
        let url = self.resolve(location)?;
        Ok(match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        })
    }

    /// Sends, and takes the answer only when it is the backend's.
    ///
    /// # Errors
    /// [`SyncError::Transport`], or [`SyncError::Refused`] for a status of 400 and above.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, SyncError> {
        let request = request.build().map_err(|error| transport(&error))?;
        let response = self.carrier.carry(request).await?;
        let is_backend = response.headers().get(SYNC_HEADER).is_some_and(|value| value == SYNC_VERSION);
        if !is_backend {
            return Err(Transport::CaptivePortal.into());
        }
        let server_ms = date_ms(response.headers().get(DATE));
        if let Some(server_ms) = server_ms {
            self.server_offset_ms.store(server_ms - self.now_ms(), Ordering::Relaxed);
        }
        let status = response.status();
        let headers = response.headers().clone();
        let body = read(response).await?;
        if status.is_client_error() || status.is_server_error() {
            let now_ms = server_ms.unwrap_or_else(|| self.now_ms() + self.server_offset_ms());
            return Err(SyncError::Refused(Box::new(refusal(status.as_u16(), &headers, &body, now_ms))));
        }
        if status.is_redirection() && status.as_u16() != 304 {
            return Err(Transport::BadAnswer.into());
        }
        Ok(Answer { status: status.as_u16(), headers, body })
    }
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, SyncError> {
        // The parser's message could repeat a value.
        serde_json::from_slice(&self.body).map_err(|_| Transport::BadAnswer.into())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn install_tls_provider() {
    static INSTALLED: Once = Once::new();
    // An earlier provider of the process is as good.
    INSTALLED.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

fn is_this_computer(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

async fn read(mut response: Response) -> Result<Bytes, SyncError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
        if body.len() + chunk.len() > ANSWER_LIMIT_BYTES {
            return Err(Transport::BadAnswer.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn transport(error: &reqwest::Error) -> Transport {
    if error.is_timeout() {
        return Transport::Timeout;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if error.is::<rustls::Error>() || io.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return Transport::Tls;
        }
        cause = error.source();
    }
    Transport::Network
}

/// What matters of a problem document; lenient, because a later backend may say more.
#[derive(Deserialize, Default)]
struct Problem {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    errors: Vec<FieldError>,
    #[serde(default)]
    incident: Option<String>,
}

fn refusal(status: u16, headers: &HeaderMap, body: &[u8], server_now_ms: i64) -> Refusal {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let code_text = problem.code.unwrap_or_else(|| format!("http_{status}"));
    let retry_after = headers.get(RETRY_AFTER);
    let seconds = retry_after.and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
    Refusal {
        status,
        code: serde_json::from_value(serde_json::Value::String(code_text.clone())).ok(),
        code_text,
        fields: problem.errors,
        retry_after_ms: match seconds {
            Some(seconds) => Some(seconds.clamp(0, 86_400) * 1000),
            None => date_ms(retry_after).map(|until| (until - server_now_ms).max(0)),
        },
        incident: problem.incident,
    }
}

/// An HTTP date in Unix milliseconds.
fn date_ms(value: Option<&reqwest::header::HeaderValue>) -> Option<i64> {
    let time = httpdate::parse_http_date(value?.to_str().ok()?).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_computer_only() {
        let clock: Clock = std::sync::Arc::new(|| 0);
        for (address, fits) in [
            ("https://portal.example", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost", true),
            ("http://portal.example", false),
            ("ftp://localhost", false),
            ("portal.example", false),
        ] {
            assert_eq!(Http::new(address, clock.clone()).is_ok(), fits, "{address}");
        }
    }

    #[test]
    fn an_upload_that_leads_elsewhere_is_refused() {
        let http = Http::new("https://portal.example/", std::sync::Arc::new(|| 0)).unwrap();
        assert_eq!(http.own_path("/v1/uploads/7?x=1").unwrap(), "/v1/uploads/7?x=1");
        assert_eq!(http.own_path("https://portal.example/v1/uploads/7").unwrap(), "/v1/uploads/7");
        assert!(http.own_path("https://elsewhere.example/v1/uploads/7").is_err());
        assert!(http.own_path("http://portal.example/v1/uploads/7").is_err());
    }

    #[test]
    fn retry_after_comes_as_seconds_or_as_a_date_of_the_backends_clock() {
        let mut headers = HeaderMap::new();
        let wait = |headers: &HeaderMap| refusal(503, headers, b"", 784_111_770_000).retry_after_ms;
        assert_eq!(wait(&headers), None);
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        assert_eq!(wait(&headers), Some(7000));
        headers.insert(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        assert_eq!(wait(&headers), Some(7000));
    }
}
