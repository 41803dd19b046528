//! Requests that need no session: enrolment, sign-in, health.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_domain::ids::Sha256;
use portal_protocol::limits::Limits;
use portal_protocol::session::{
    CodeRequest, CodeSent, EnrolRequest, Enrolled, RefreshRequest, SecondFactor, SecondFactorRequest,
    Session, SignIn,
};
use portal_protocol::{DEVICE_HEADER, SIGNATURE_HEADER, signed_text};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

use crate::error::{SyncError, Transport};
use crate::http::Http;
use crate::ports::{Carrier, Clock, DeviceSigner};

const SESSION: &str = "/v1/session";
const REFRESH: &str = "/v1/session/refresh";
const SECOND_FACTOR: &str = "/v1/second-factor";

/// The backend as anyone reaches it.
pub struct Client {
    pub(crate) http: Http,
}

impl Client {
    /// `backend` is `https://host[:port]`; plain `http` is taken for this computer itself only.
    ///
    /// # Errors
    /// [`SyncError::BadAddress`], [`SyncError::Setup`].
    pub fn new(backend: &str, clock: Clock) -> Result<Self, SyncError> {
        Ok(Self { http: Http::new(backend, clock)? })
    }

    /// The same over another network than this computer's.
    #[must_use]
    pub fn over(self, carrier: Arc<dyn Carrier>) -> Self {
        Self { http: self.http.over(carrier) }
    }

    /// How far the backend's clock is ahead of this computer's, in milliseconds, as of the last answer.
    pub fn server_offset_ms(&self) -> i64 {
        self.http.server_offset_ms()
    }

    /// This computer's clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.http.now_ms()
    }

    /// Whether the backend answers.
    ///
    /// # Errors
    /// [`SyncError::Transport`] says what answered instead.
    pub async fn health(&self) -> Result<(), SyncError> {
        self.http.send(self.http.request(Method::GET, "/health/live")?).await?;
        Ok(())
    }

    /// What the backend takes at all.
    ///
    /// # Errors
    /// [`SyncError::Transport`].
    pub async fn limits(&self) -> Result<Limits, SyncError> {
        self.http.send(self.http.request(Method::GET, "/v1/limits")?).await?.json()
    }

    /// # Errors
    /// Refusals: `too_many_requests`, `bad_parameter`.
    pub async fn send_code(&self, request: &CodeRequest) -> Result<CodeSent, SyncError> {
        self.post("/v1/codes", request).await
    }

    /// # Errors
    /// Refusals: `unauthorized` for a wrong or used code, `malformed_request` for a wrong CSR.
    pub async fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, SyncError> {
        self.post("/v1/devices", request).await
    }

    /// What the authenticator app of somebody is set up with who has to have one.
    ///
    /// # Errors
    /// Refusals: as [`Client::sign_in`]; `forbidden` for whoever needs none, or has one.
    pub async fn second_factor(
        &self,
        signer: &Arc<dyn DeviceSigner>,
        request: &SecondFactorRequest,
    ) -> Result<SecondFactor, SyncError> {
        self.post_signed(SECOND_FACTOR, signer, request).await
    }

    /// Signs a person in on this device. Hand the session to [`crate::AccountClient::adopt`].
    ///
    /// # Errors
    /// Refusals: `unauthorized`, `second_factor_needed`, `second_factor_unset`, `second_factor_wrong`, `disabled`,
    /// `bad_signature`, `too_many_requests`.
    pub async fn sign_in(
        &self,
        signer: &Arc<dyn DeviceSigner>,
        proof: &SignIn,
    ) -> Result<Session, SyncError> {
        self.post_signed(SESSION, signer, proof).await
    }

    /// Exchanges a refresh token. The one given stays valid until the new session is used.
    ///
    /// # Errors
    /// Refusals: `unauthorized` when neither this nor the next token is good any more, `disabled`.
    pub async fn refresh(
        &self,
        signer: &Arc<dyn DeviceSigner>,
        refresh_token: &str,
    ) -> Result<Session, SyncError> {
        let request = RefreshRequest { refresh_token: refresh_token.to_owned() };
        self.post_signed(REFRESH, signer, &request).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, SyncError> {
        self.http.send(self.http.request(Method::POST, path)?.json(body)).await?.json()
    }

    async fn post_signed<T: DeserializeOwned>(
        &self,
        path: &str,
        signer: &Arc<dyn DeviceSigner>,
        body: &impl Serialize,
    ) -> Result<T, SyncError> {
        let raw = serde_json::to_vec(body).map_err(|_| Transport::BadAnswer)?;
        let signature = sign(signer, signed_text(path, sha256(&raw).as_str())).await?;
        let request = self
            .http
            .request(Method::POST, path)?
            .header(CONTENT_TYPE, "application/json")
            .header(DEVICE_HEADER, signer.device_id().to_string())
            .header(SIGNATURE_HEADER, signature)
            .body(raw);
        self.http.send(request).await?.json()
    }
}

/// The device's signature over `message`, Base64. The vault may take its time, off the async threads.
pub(crate) async fn sign(signer: &Arc<dyn DeviceSigner>, message: Vec<u8>) -> Result<String, SyncError> {
    let signer = Arc::clone(signer);
    let signature = tokio::task::spawn_blocking(move || signer.sign(&message)).await??;
    Ok(STANDARD.encode(signature))
}

pub(crate) fn sha256(bytes: &[u8]) -> Sha256 {
    use sha2::Digest;
    Sha256::from_bytes(sha2::Sha256::digest(bytes).into())
}
