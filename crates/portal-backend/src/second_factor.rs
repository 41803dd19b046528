//! The second factor of staff: one-time codes of an authenticator app (RFC 6238), where the branch or the person has to
//! have one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use portal_domain::ids::AccountId;
use portal_protocol::error::ErrorCode;
use portal_protocol::session::SecondFactor;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::BackendError;
use crate::problem::Answer;
use crate::store::accounts::AccountRecord;
use crate::store::tenants::TenantId;
use crate::store::{retried, second_factors};

/// What authenticator apps show above the codes.
const ISSUER: &str = "Zhanggui";
/// As RFC 4226 recommends for SHA-1.
const SECRET_BYTES: usize = 20;
const NONCE_BYTES: usize = 24;

/// What an account's authenticator app is set up with; made at the first call, the same until a code was taken.
///
/// # Errors
/// `forbidden` when nobody asks for one, and once one is in use: an administrator resets it.
pub async fn set_up(
    app: &App,
    tenant: &TenantId,
    account: &AccountRecord,
    login: &str,
) -> Answer<SecondFactor> {
    let id = account.account_id;
    let sealed = retried(|| sealed_secret(app, tenant, id)).await?;
    let secret = open(app, id, &sealed)?;
    let totp = codes(&secret, login)?;
    let uri = totp.to_url().map_err(|_| BackendError::Corrupt { what: "second factor" })?;
    Ok(SecondFactor { uri, secret: Secret::from(&**secret).to_base32() })
}

async fn sealed_secret(app: &App, tenant: &TenantId, account: AccountId) -> Answer<String> {
    let mut tx = app.office.store.write().await?;
    let kept = second_factors::find(&mut tx, tenant, account).await?;
    if !kept.is_asked() || kept.totp_step.is_some() {
        return Err(ErrorCode::Forbidden.into());
    }
    if let Some(sealed) = kept.totp_secret {
        return Ok(sealed);
    }
    let mut secret = Zeroizing::new([0_u8; SECRET_BYTES]);
    getrandom::fill(&mut *secret).map_err(BackendError::from)?;
    second_factors::begin(&mut tx, tenant, account, &seal(app, account, &*secret)?).await?;
    // Another request may have been first.
    let kept = second_factors::find(&mut tx, tenant, account).await?;
    tx.commit().await?;
    Ok(kept.totp_secret.ok_or(BackendError::Corrupt { what: "second factor" })?)
}

/// Lets pass whom nobody asks for a code, and whoever has a right one that wasn't used.
///
/// # Errors
/// `second_factor_needed`, `second_factor_unset`, `second_factor_wrong`.
pub async fn check(app: &App, tenant: &TenantId, account: &AccountRecord, code: Option<&str>) -> Answer<()> {
    retried(|| check_once(app, tenant, account.account_id, code)).await
}

async fn check_once(app: &App, tenant: &TenantId, account: AccountId, code: Option<&str>) -> Answer<()> {
    let mut tx = app.office.store.write().await?;
    let kept = second_factors::find(&mut tx, tenant, account).await?;
    if !kept.is_asked() {
        return Ok(());
    }
    let (Some(sealed), Some(code)) = (&kept.totp_secret, code) else {
        let is_set_up = kept.totp_step.is_some();
        let code = if is_set_up { ErrorCode::SecondFactorNeeded } else { ErrorCode::SecondFactorUnset };
        return Err(code.into());
    };
    let secret = open(app, account, sealed)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now_s = u64::try_from(app.office.now_ms() / 1000).unwrap_or_default();
    let step = codes(&secret, ISSUER)?.check(&code, now_s).and_then(|step| i64::try_from(step).ok());
    let taken = match step {
        Some(step) => second_factors::take(&mut tx, tenant, account, step).await?,
        None => false,
    };
    tx.commit().await?;
    if taken { Ok(()) } else { Err(ErrorCode::SecondFactorWrong.into()) }
}

/// What makes the codes of a secret. The login names them in the app, and plays no part in them.
fn codes(secret: &[u8], login: &str) -> Result<Totp, BackendError> {
    // The label is `issuer:account` (Key URI format): a colon of its own would split it elsewhere.
    let account = login.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_issuer(Some(ISSUER))
        .with_account_name(account)
        .build()
        .map_err(|_| BackendError::Corrupt { what: "second factor" })
}

fn seal(app: &App, account: AccountId, secret: &[u8]) -> Result<String, BackendError> {
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce)?;
    let account = account.to_string();
    let payload = Payload { msg: secret, aad: account.as_bytes() };
    let sealed = cipher(app)
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| BackendError::Corrupt { what: "second factor" })?;
    Ok(STANDARD.encode([&nonce[..], &sealed].concat()))
}

fn open(app: &App, account: AccountId, sealed: &str) -> Result<Zeroizing<Vec<u8>>, BackendError> {
    let corrupt = || BackendError::Corrupt { what: "second factor" };
    let bytes = STANDARD.decode(sealed).map_err(|_| corrupt())?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(corrupt)?;
    let account = account.to_string();
    let payload = Payload { msg: sealed, aad: account.as_bytes() };
    let opened = cipher(app).decrypt(&XNonce::from(*nonce), payload).map_err(|_| corrupt())?;
    Ok(Zeroizing::new(opened))
}

fn cipher(app: &App) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(app.keys.second_factors().into())
}
