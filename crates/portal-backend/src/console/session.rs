//! Signing in to the console: a cookie that scripts can't read, and a token against forged requests.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use portal_protocol::error::ErrorCode;

use super::view::{ConsoleSecondFactor, ConsoleSignIn, Me};
use crate::app::{App, AppState, Caller, Means};
use crate::http::access::CONSOLE_COOKIE;
use crate::http::extract::{Address, Json};
use crate::http::sessions::{counted, limited};
use crate::permission::{Permission, allows};
use crate::problem::Answer;
use crate::random;
use crate::signing_in;
use crate::store::accounts::AccountRecord;
use crate::store::console::{self, ConsoleSession};
use crate::store::tenants::{self, TenantId};

/// A working day: reviewers sign in once.
const VALID_MS: i64 = 10 * 3600 * 1000;

/// Signs in.
pub async fn open(
    State(app): State<AppState>,
    Address(address): Address,
    jar: CookieJar,
    Json(request): Json<ConsoleSignIn>,
) -> Answer<Response> {
    limited(&app, &address)?;
    let tenant = tenant(&app, request.tenant.as_deref()).await?;
    let proof = (request.user.as_str(), request.password);
    let account = signing_in::by_password(&app, &tenant, proof, request.code.as_deref()).await;
    let account = counted(&app, &address, account)?;
    if account.disabled {
        return Err(ErrorCode::Disabled.into());
    }
    if !allows(account.role, Permission::UseConsole) {
        return Err(ErrorCode::Forbidden.into());
    }
    let token = random::token()?;
    let now_ms = app.office.now_ms();
    let session = ConsoleSession {
        tenant,
        account_id: account.account_id,
        csrf: random::token()?,
        expires_at_ms: now_ms + VALID_MS,
    };
    let mut tx = app.office.store.write().await?;
    console::create(&mut tx, &random::sha256_hex(token.as_bytes()), &session).await?;
    signing_in::record_sign_in(&mut tx, &session.tenant, account.account_id, now_ms).await?;
    tx.commit().await?;
    Ok((jar.add(cookie(&app, token)), no_store(), axum::Json(shown(&account, session.csrf))).into_response())
}

/// Gives what an authenticator app is set up with, to whoever has to have one and has none.
pub async fn second_factor(
    State(app): State<AppState>,
    Address(address): Address,
    Json(request): Json<ConsoleSecondFactor>,
) -> Answer<Response> {
    limited(&app, &address)?;
    let tenant = tenant(&app, request.tenant.as_deref()).await?;
    let answer = signing_in::set_up_second_factor(&app, &tenant, &request.user, request.password).await;
    Ok((no_store(), axum::Json(counted(&app, &address, answer)?)).into_response())
}

/// The organisation that somebody signs in to.
async fn tenant(app: &App, name: Option<&str>) -> Answer<TenantId> {
    let mut conn = app.office.store.read().await?;
    let found = match name {
        Some(name) => tenants::find(&mut conn, name).await?,
        None => tenants::home(&mut conn).await?,
    };
    found.ok_or_else(|| ErrorCode::Unauthorized.into())
}

/// Signs out.
pub async fn close(State(app): State<AppState>, jar: CookieJar, caller: Caller) -> Answer<Response> {
    let status = crate::http::sessions::close(State(app.clone()), caller).await?;
    Ok((jar.remove(cookie(&app, String::new())), status).into_response())
}

/// Who is signed in.
pub async fn me(caller: Caller) -> Answer<Response> {
    let Means::Console { csrf, .. } = &caller.means else { return Err(ErrorCode::Unauthorized.into()) };
    Ok((no_store(), axum::Json(shown(&caller.account, csrf.clone()))).into_response())
}

fn shown(account: &AccountRecord, csrf: String) -> Me {
    let may = |permission| allows(account.role, permission);
    Me {
        account: account.shown(),
        may_read: may(Permission::ReadQueue),
        may_review: may(Permission::Review),
        may_approve: may(Permission::Approve),
        csrf,
    }
}

fn cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build((CONSOLE_COOKIE, token))
        .path("/")
        .http_only(true)
        .secure(app.https)
        .same_site(SameSite::Strict)
        .build()
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}
