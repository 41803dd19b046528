//! How one-time codes reach a phone.

use std::io::Write;

use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::error::BackendError;
use crate::store::accounts::masked_phone;

/// The code was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error(
        "no code sender is configured: start with --sms-gateway URL, or --console-sender for development"
    )]
    NotConfigured,
    #[error("the SMS gateway can't be reached")]
    Gateway(#[source] reqwest::Error),
    #[error("the SMS gateway answered {status}")]
    Refused { status: u16 },
    #[error("standard output is closed")]
    Console(#[source] std::io::Error),
}

/// What the message says beside the code: whoever gets one for a signature must not take it for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// To enrol a computer or to sign in.
    SignIn,
    /// To confirm a contract that is about to be signed.
    SignContract,
}

impl Template {
    /// The gateway's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "portal-code",
            Self::SignContract => "portal-contract-code",
        }
    }
}

/// Sends one-time codes.
pub trait CodeSender: Send + Sync {
    /// Sends a code to a phone.
    fn send<'a>(
        &'a self,
        phone: &'a str,
        code: &'a str,
        template: Template,
    ) -> BoxFuture<'a, Result<(), SendError>>;
}

/// Hands codes to an SMS gateway: `POST URL {"phone", "code", "template"}`, the template by its [`Template::name`]; any 2xx
/// is success.
pub struct SmsGateway {
    url: reqwest::Url,
    client: reqwest::Client,
}

/// Prints codes to standard output: for development only, and it says so.
pub struct ConsoleSender;

/// Sends nothing: what a backend without a configured sender does.
pub struct NoSender;

#[derive(Serialize)]
struct Message<'a> {
    phone: &'a str,
    code: &'a str,
    template: &'static str,
}

impl SmsGateway {
    /// # Errors
    /// [`BackendError::Config`] for an address that isn't one.
    pub fn new(url: &str) -> Result<Self, BackendError> {
        let bad = |problem: String| BackendError::Config { name: "--sms-gateway", problem };
        let url: reqwest::Url = url.parse().map_err(|_| bad("not a URL".into()))?;
        // Fails when the process has a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| bad(error.to_string()))?;
        Ok(Self { url, client })
    }
}

impl CodeSender for SmsGateway {
    fn send<'a>(
        &'a self,
        phone: &'a str,
        code: &'a str,
        template: Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let message = Message { phone, code, template: template.name() };
            let answer = self
                .client
                .post(self.url.clone())
                .json(&message)
                .send()
                .await
                .map_err(|error| SendError::Gateway(error.without_url()))?;
            match answer.status() {
                status if status.is_success() => Ok(()),
                status => Err(SendError::Refused { status: status.as_u16() }),
            }
        })
    }
}

impl CodeSender for ConsoleSender {
    fn send<'a>(
        &'a self,
        phone: &'a str,
        code: &'a str,
        _template: Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let shown = masked_phone(phone);
        Box::pin(async move {
            let mut out = std::io::stdout().lock();
            writeln!(out, "development code for {shown}: {code}")
                .and_then(|()| out.flush())
                .map_err(SendError::Console)
        })
    }
}

impl CodeSender for NoSender {
    fn send<'a>(
        &'a self,
        _phone: &'a str,
        _code: &'a str,
        _template: Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { Err(SendError::NotConfigured) })
    }
}
