//! Requests of one signed-in account. The access token lives here, in memory only.

use std::sync::Arc;

use portal_protocol::receipt::Envelope;
use portal_protocol::session::Session;
use reqwest::{Method, RequestBuilder};
use tokio::sync::{Mutex, watch};
use zeroize::Zeroizing;

use crate::client::Client;
use crate::error::{Class, SyncError};
use crate::http::Answer;
use crate::lease::OfflineLease;
use crate::line::{Budget, Unmetered};
use crate::ports::{DeviceSigner, Tokens};

/// The backend as one account on this device reaches it. Operations are sent with their own account's client only.
pub struct AccountClient {
    pub(crate) client: Arc<Client>,
    pub(crate) signer: Arc<dyn DeviceSigner>,
    tokens: Arc<dyn Tokens>,
    pub(crate) budget: Arc<dyn Budget>,
    /// Locked while refreshing, so that one refresh serves all who wait for it.
    access: Mutex<Option<Access>>,
    /// As the newest session said, unverified.
    courier_key: watch::Sender<Option<Envelope>>,
    signing_pass: watch::Sender<Option<Envelope>>,
    lease: watch::Sender<Option<OfflineLease>>,
}

type Access = Arc<Zeroizing<String>>;

impl AccountClient {
    pub fn new(client: Arc<Client>, signer: Arc<dyn DeviceSigner>, tokens: Arc<dyn Tokens>) -> Self {
        Self {
            client,
            signer,
            tokens,
            budget: Arc::new(Unmetered),
            access: Mutex::new(None),
            courier_key: watch::Sender::new(None),
            signing_pass: watch::Sender::new(None),
            lease: watch::Sender::new(None),
        }
    }

    /// The same over a line whose bytes are counted.
    pub fn metered(self, budget: Arc<dyn Budget>) -> Self {
        Self { budget, ..self }
    }

    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Where courier packages are encrypted to, as the newest session said: not verified yet.
    pub(crate) fn courier_key(&self) -> Option<Envelope> {
        self.courier_key.borrow().clone()
    }

    /// What contracts are signed with, as the newest session said: not verified yet.
    pub(crate) fn signing_pass(&self) -> Option<Envelope> {
        self.signing_pass.borrow().clone()
    }

    /// How long new work may be begun without the backend, as the newest session said.
    pub(crate) fn lease(&self) -> Option<OfflineLease> {
        *self.lease.borrow()
    }

    /// Takes over a session from sign-in or enrolment: the refresh token is kept before the session is used.
    ///
    /// # Errors
    /// [`SyncError::Token`]; then the session isn't used.
    pub async fn adopt(&self, session: Session) -> Result<(), SyncError> {
        let mut access = self.access.lock().await;
        *access = Some(self.keep(session).await?);
        Ok(())
    }

    /// Ends the session here and, if it can be reached, at the backend.
    ///
    /// # Errors
    /// [`SyncError::Token`]. The backend's failure is not one: its token expires by itself.
    pub async fn sign_out(&self) -> Result<(), SyncError> {
        let told = self.send(|http| http.request(Method::DELETE, "/v1/session")).await;
        if let Err(error) = told {
            tracing::info!(code = error.code(), "sign-out was not told to the backend");
        }
        *self.access.lock().await = None;
        let tokens = Arc::clone(&self.tokens);
        tokio::task::spawn_blocking(move || tokens.clear_refresh_token()).await??;
        Ok(())
    }

    /// Sends with the access token; a 401 is answered by one refresh and one more try.
    ///
    /// # Errors
    /// [`SyncError::SignInNeeded`] when no token helps; others as they come.
    pub(crate) async fn send(
        &self,
        build: impl Fn(&crate::http::Http) -> Result<RequestBuilder, SyncError>,
    ) -> Result<Answer, SyncError> {
        let http = &self.client.http;
        let access = self.access_token(None).await?;
        match http.send(build(http)?.bearer_auth(access.as_str())).await {
            Err(error) if error.class() == Class::Auth => {}
            answered => return answered,
        }
        let fresh = self.access_token(Some(&access)).await?;
        match http.send(build(http)?.bearer_auth(fresh.as_str())).await {
            Err(error) if error.class() == Class::Auth => Err(SyncError::SignInNeeded),
            answered => answered,
        }
    }

    /// The access token; a new one when there is none, or when it is still the `refused` one.
    async fn access_token(&self, refused: Option<&Access>) -> Result<Access, SyncError> {
        let mut access = self.access.lock().await;
        if let Some(current) = access.as_ref()
            && refused.is_none_or(|refused| !Arc::ptr_eq(refused, current))
        {
            return Ok(Arc::clone(current));
        }
        *access = None;
        let tokens = Arc::clone(&self.tokens);
        let refresh = tokio::task::spawn_blocking(move || tokens.refresh_token()).await?;
        let refresh = refresh.ok_or(SyncError::SignInNeeded)?;
        let session = match self.client.refresh(&self.signer, &refresh).await {
            Ok(session) => session,
            Err(SyncError::Refused(refusal)) if matches!(refusal.status, 401 | 403) => {
                return Err(SyncError::SignInNeeded);
            }
            Err(error @ (SyncError::Transport(_) | SyncError::Refused(_))) => {
                return Err(SyncError::Renewal(Box::new(error)));
            }
            Err(error) => return Err(error),
        };
        let fresh = self.keep(session).await?;
        *access = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// Keeps the refresh token; only then may the access token be used, because its first use ends the token before
    /// (crash point C18).
    async fn keep(&self, session: Session) -> Result<Access, SyncError> {
        let Session { access_token, refresh_token, courier_key, signing_pass, offline_days, .. } = session;
        for (said, kept) in [(courier_key, &self.courier_key), (signing_pass, &self.signing_pass)] {
            if said.is_some() {
                kept.send_replace(said);
            }
        }
        self.lease.send_replace(Some(OfflineLease { from_ms: self.client.now_ms(), days: offline_days }));
        let tokens = Arc::clone(&self.tokens);
        let refresh_token = Zeroizing::new(refresh_token);
        tokio::task::spawn_blocking(move || tokens.store_refresh_token(&refresh_token)).await??;
        Ok(Arc::new(Zeroizing::new(access_token)))
    }
}
