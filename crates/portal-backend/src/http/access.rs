//! Who may use a route: proven here, before the handler runs.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_protocol::error::ErrorCode;
use portal_protocol::{DEVICE_HEADER, SIGNATURE_HEADER, signed_text};

use super::extract::header_text;
use crate::app::{App, AppState, Caller, Means};
use crate::enrolment::signed_by;
use crate::permission::{Permission, allows};
use crate::problem::{Answer, Problem};
use crate::random;
use crate::store::devices::{self, DeviceRecord};
use crate::store::{accounts, console, sessions};

/// Cookie of a console session.
pub const CONSOLE_COOKIE: &str = "portal_console";
/// Header that carries the console session's CSRF token on everything that changes something.
pub const CSRF_HEADER: &str = "portal-csrf";

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// The signature of an enrolled computer over path and body, checked by the handler, which has the body.
    Signed,
    /// A person signed in on an enrolled computer.
    Session,
    /// The same, with a permission.
    Allowed(Permission),
    /// A person signed in to the console, with a permission.
    Console(Permission),
}

/// Lets a request through when its route's demand is met; the handler finds the [`Caller`].
pub async fn enforce(
    State((app, access)): State<(AppState, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match access {
        Access::Public | Access::Signed => Ok(None),
        Access::Session => by_token(&app, request.headers()).await.map(Some),
        Access::Allowed(permission) => {
            by_token(&app, request.headers()).await.and_then(|caller| permitted(caller, permission)).map(Some)
        }
        Access::Console(permission) => by_cookie(&app, request.method(), request.headers())
            .await
            .and_then(|caller| permitted(caller, permission))
            .map(Some),
    };
    let caller = caller.and_then(|caller| admitted(&app, caller));
    match caller {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The computer whose key signed `context` and this body.
///
/// # Errors
/// `bad_signature`, the same for an unknown computer; `disabled`.
pub async fn signing_device(
    app: &App,
    headers: &HeaderMap,
    context: &str,
    body: &[u8],
) -> Answer<DeviceRecord> {
    let device_id = header_text(headers, DEVICE_HEADER)?.and_then(|text| text.parse().ok());
    let device_id = device_id.ok_or(ErrorCode::BadSignature)?;
    let device = {
        let mut conn = app.office.store.read().await?;
        devices::by_id(&mut conn, device_id).await?.ok_or(ErrorCode::BadSignature)?
    };
    verify_signature(headers, &device.public_key, context, body)?;
    if device.disabled { Err(ErrorCode::Disabled.into()) } else { Ok(device) }
}

/// Checks the signature header.
///
/// # Errors
/// `bad_signature`.
pub fn verify_signature(headers: &HeaderMap, key: &[u8], context: &str, body: &[u8]) -> Answer<String> {
    let signature = header_text(headers, SIGNATURE_HEADER)?.ok_or(ErrorCode::BadSignature)?;
    let der = STANDARD.decode(signature).map_err(|_| ErrorCode::BadSignature)?;
    let text = signed_text(context, &random::sha256_hex(body));
    if signed_by(key, &text, &der) { Ok(signature.to_owned()) } else { Err(ErrorCode::BadSignature.into()) }
}

/// Refuses an account that asks too much.
fn admitted(app: &App, caller: Option<Caller>) -> Answer<Option<Caller>> {
    let Some(asking) = &caller else { return Ok(None) };
    match app.traffic.asked_by(&asking.tenant, asking.account.account_id) {
        Ok(()) => Ok(caller),
        Err(wait_s) => Err(Problem::new(ErrorCode::TooManyRequests).retry_after_s(wait_s)),
    }
}

fn permitted(caller: Caller, permission: Permission) -> Answer<Caller> {
    if allows(caller.account.role, permission) { Ok(caller) } else { Err(ErrorCode::Forbidden.into()) }
}

async fn by_token(app: &App, headers: &HeaderMap) -> Answer<Caller> {
    let unauthorized = || {
        Problem::new(ErrorCode::Unauthorized)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    };
    let token = header_text(headers, header::AUTHORIZATION.as_str())?
        .and_then(|text| text.strip_prefix("Bearer "))
        .ok_or_else(unauthorized)?;
    let (session, account, device) = {
        let mut conn = app.office.store.read().await?;
        let session = sessions::by_access(&mut conn, &random::sha256_hex(token.as_bytes()))
            .await?
            .filter(|session| session.expires_at_ms > app.office.now_ms())
            .ok_or_else(unauthorized)?;
        let account = accounts::by_id(&mut conn, &session.tenant, session.account_id).await?;
        let device = devices::by_id(&mut conn, session.device_id).await?;
        let (Some(account), Some(device)) = (account, device) else { return Err(unauthorized()) };
        (session, account, device)
    };
    if account.disabled || device.disabled {
        return Err(ErrorCode::Disabled.into());
    }
    // The client has the newest pair of tokens, or it couldn't use it: the answer was not lost.
    if session.ends_previous {
        let mut tx = app.office.store.write().await?;
        sessions::end_previous(&mut tx, &session).await?;
        tx.commit().await?;
    }
    let means = Means::Device {
        session_id: session.session_id,
        device_id: device.device_id,
        public_key: device.public_key,
    };
    Ok(Caller::new(session.tenant, account, means, session.expires_at_ms))
}

async fn by_cookie(app: &App, method: &Method, headers: &HeaderMap) -> Answer<Caller> {
    let jar = CookieJar::from_headers(headers);
    let token = jar.get(CONSOLE_COOKIE).ok_or(ErrorCode::Unauthorized)?;
    let token_sha = random::sha256_hex(token.value().as_bytes());
    let mut conn = app.office.store.read().await?;
    let session = console::by_token(&mut conn, &token_sha)
        .await?
        .filter(|session| session.expires_at_ms > app.office.now_ms())
        .ok_or(ErrorCode::Unauthorized)?;
    if !method.is_safe() && header_text(headers, CSRF_HEADER)? != Some(session.csrf.as_str()) {
        return Err(Problem::new(ErrorCode::Forbidden).at("/portal-csrf", "csrf"));
    }
    let account = accounts::by_id(&mut conn, &session.tenant, session.account_id)
        .await?
        .ok_or(ErrorCode::Unauthorized)?;
    if account.disabled {
        return Err(ErrorCode::Disabled.into());
    }
    let means = Means::Console { token_sha, csrf: session.csrf };
    Ok(Caller::new(session.tenant, account, means, session.expires_at_ms))
}
