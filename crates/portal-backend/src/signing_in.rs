//! Codes, enrolment, sessions: how somebody becomes a [`crate::app::Caller`].

use portal_contract::pki::certificate_to_pem;
use portal_domain::ids::AccountId;
use portal_protocol::contract::SigningPass;
use portal_protocol::error::ErrorCode;
use portal_protocol::receipt::Envelope;
use portal_protocol::session::{
    EnrolProof, EnrolRequest, Enrolled, SecondFactor, Session, SignIn, USUAL_OFFLINE_DAYS,
};

use crate::app::App;
use crate::enrolment::{self, ProvenKey};
use crate::error::BackendError;
use crate::password;
use crate::phone_codes::{self, Purpose};
use crate::problem::{Answer, Problem};
use crate::random;
use crate::second_factor;
use crate::store::accounts::{self, AccountRecord};
use crate::store::devices::{self, DeviceRecord};
use crate::store::tenants::{self, TenantId};
use crate::store::{Conn, audit, codes, retried, sessions};

const ACCESS_VALID_S: u32 = 900;
const REFRESH_VALID_MS: i64 = 30 * 24 * 3600 * 1000;

/// Enrols a computer. The same computer may repeat the request when the answer was lost.
///
/// # Errors
/// `unauthorized` for a code that doesn't work, `invalid` for the request's key, `forbidden` when the id belongs to
/// another key, `disabled`.
pub async fn enrol(app: &App, request: &EnrolRequest) -> Answer<Enrolled> {
    retried(|| enrol_once(app, request)).await
}

async fn enrol_once(app: &App, request: &EnrolRequest) -> Answer<Enrolled> {
    let proven = ProvenKey::from_csr(&request.csr)
        .map_err(|_| Problem::new(ErrorCode::Invalid).at("/csr", "bad_format"))?;
    let public_key = proven.sec1();
    let used_by = random::sha256_hex(&public_key);
    let now_ms = app.office.now_ms();
    let (tenant, branch_id) = match &request.proof {
        EnrolProof::ActivationCode { code } => use_activation(app, code, &used_by).await?,
        EnrolProof::PhoneCode { phone, code } => {
            (redeemed(app, phone, Purpose::Enrol, code, &used_by).await?, None)
        }
    };
    let certificate = enrolment::certify(app.keys.authority(), request.device_id, &public_key, now_ms)?;
    let mut tx = app.office.store.write().await?;
    let device = match devices::by_id(&mut tx, request.device_id).await? {
        Some(known) if known.public_key != public_key || known.tenant != tenant => {
            return Err(ErrorCode::Forbidden.into());
        }
        Some(known) if known.disabled => return Err(ErrorCode::Disabled.into()),
        Some(known) => {
            if let Some(branch_id) = &branch_id {
                devices::move_to_branch(&mut tx, &tenant, known.device_id, branch_id).await?;
            }
            DeviceRecord { branch_id: branch_id.or(known.branch_id.clone()), ..known }
        }
        None => {
            let device = DeviceRecord {
                tenant: tenant.clone(),
                device_id: request.device_id,
                branch_id,
                public_key,
                certificate,
                disabled: false,
            };
            devices::insert(&mut tx, &device, now_ms).await?;
            device
        }
    };
    let session = match &request.proof {
        EnrolProof::ActivationCode { .. } => None,
        EnrolProof::PhoneCode { phone, .. } => {
            let merchant = accounts::merchant(&mut tx, &tenant, phone, now_ms).await?;
            if merchant.disabled {
                return Err(ErrorCode::Disabled.into());
            }
            Some(open_session(app, &mut tx, &device, &merchant, now_ms).await?)
        }
    };
    let branch = match &device.branch_id {
        Some(id) => tenants::find_branch(&mut tx, &tenant, id).await?.map(|branch| branch.name),
        None => None,
    };
    let subject = device.device_id.to_string();
    let entry = audit::Entry { actor: &subject, action: "device.enrol", subject: &subject };
    audit::append(&mut tx, &tenant, entry, now_ms).await?;
    let tenant = tenants::name(&mut tx, &tenant).await?;
    tx.commit().await?;
    Ok(Enrolled {
        device_id: device.device_id,
        certificate: device.certificate,
        ca: app.keys.root_pem().to_owned(),
        receipt_keys: app.keys.receipt_keys(),
        tenant,
        branch,
        session,
    })
}

/// Signs a person in on a computer.
///
/// # Errors
/// `unauthorized`, the same for every reason; `disabled` once the person is proven; `too_many_requests`.
pub async fn sign_in(app: &App, device: &DeviceRecord, request: SignIn) -> Answer<Session> {
    let account = match request {
        SignIn::Password { user, password, code } => {
            by_password(app, &device.tenant, (&user, password), code.as_deref()).await?
        }
        SignIn::PhoneCode { phone, code } => {
            let used_by = random::sha256_hex(&device.public_key);
            let tenant = redeemed(app, &phone, Purpose::SignIn, &code, &used_by).await?;
            let mut conn = app.office.store.read().await?;
            let account = accounts::by_phone(&mut conn, &tenant, &phone).await?;
            account.filter(|_| tenant == device.tenant).ok_or(ErrorCode::Unauthorized)?
        }
    };
    if account.disabled {
        return Err(ErrorCode::Disabled.into());
    }
    let now_ms = app.office.now_ms();
    retried(|| async {
        let mut tx = app.office.store.write().await?;
        let session = open_session(app, &mut tx, device, &account, now_ms).await?;
        record_sign_in(&mut tx, &device.tenant, account.account_id, now_ms).await?;
        tx.commit().await?;
        Ok(session)
    })
    .await
}

/// The account of a login and password, with a code where a second factor is asked for.
///
/// # Errors
/// `unauthorized`, `too_many_requests`; what [`second_factor::check`] says.
pub async fn by_password(
    app: &App,
    tenant: &TenantId,
    (login, password): (&str, String),
    code: Option<&str>,
) -> Answer<AccountRecord> {
    let known = knows_password(app, tenant, login, password).await?;
    second_factor::check(app, tenant, &known.account, code).await?;
    // Only now: whoever has the password alone has tries for as many codes as anybody for passwords.
    app.limiter.succeeded(&known.subject);
    Ok(known.account)
}

/// What an authenticator app is set up with, for whoever knows the password.
///
/// # Errors
/// `unauthorized`, `disabled`, `too_many_requests`; what [`second_factor::set_up`] says.
pub async fn set_up_second_factor(
    app: &App,
    tenant: &TenantId,
    login: &str,
    password: String,
) -> Answer<SecondFactor> {
    let account = knows_password(app, tenant, login, password).await?.account;
    if account.disabled {
        return Err(ErrorCode::Disabled.into());
    }
    second_factor::set_up(app, tenant, &account, login).await
}

/// Somebody who knows a password, which alone isn't a success yet.
struct KnowsPassword {
    account: AccountRecord,
    /// What their tries are counted under.
    subject: String,
}

/// The account of a login and password, at the same cost whether or not it exists.
async fn knows_password(
    app: &App,
    tenant: &TenantId,
    login: &str,
    password: String,
) -> Answer<KnowsPassword> {
    let limits = &app.limits;
    let now_ms = app.office.now_ms();
    // Hashed: a login may be as long as a body.
    let subject = random::sha256_hex(format!("login {} {login}", tenant.as_str()).as_bytes());
    app.limiter
        .begin(&subject, limits.failures_per_person, limits.failure_window_ms, now_ms)
        .map_err(|wait_s| Problem::new(ErrorCode::TooManyRequests).retry_after_s(wait_s))?;
    let account = {
        let mut conn = app.office.store.read().await?;
        accounts::by_login(&mut conn, tenant, login).await?
    };
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let matches = password::verify_on_pool(password, hash).await?;
    match account.filter(|_| matches) {
        Some(account) => Ok(KnowsPassword { account, subject }),
        None => Err(ErrorCode::Unauthorized.into()),
    }
}

/// Answers a refresh token, the current or the one before, with new tokens. Asked again with the one before, it gives
/// the refresh token that it gave then: which of two answers arrived isn't known here, and a twin of the request may
/// come late.
///
/// # Errors
/// `unauthorized`, `disabled`.
pub async fn refresh(app: &App, device: &DeviceRecord, refresh_token: &str) -> Answer<Session> {
    retried(|| refresh_once(app, device, refresh_token)).await
}

async fn refresh_once(app: &App, device: &DeviceRecord, refresh_token: &str) -> Answer<Session> {
    let now_ms = app.office.now_ms();
    let presented = random::sha256_hex(refresh_token.as_bytes());
    let mut tx = app.office.store.write().await?;
    let session = sessions::by_refresh(&mut tx, &presented)
        .await?
        .filter(|session| session.expires_at_ms > now_ms && session.device_id == device.device_id)
        .ok_or(ErrorCode::Unauthorized)?;
    let account = accounts::by_id(&mut tx, &session.tenant, session.account_id)
        .await?
        .ok_or(ErrorCode::Unauthorized)?;
    if account.disabled {
        return Err(ErrorCode::Disabled.into());
    }
    let refresh_token = app.keys.refresh_token_after(refresh_token)?;
    let new_sha = random::sha256_hex(refresh_token.as_bytes());
    if new_sha != session.refresh_sha {
        sessions::rotate(&mut tx, &session, &presented, &new_sha, now_ms + REFRESH_VALID_MS).await?;
    }
    let access_token = add_access(&mut tx, &session.tenant, (&session.session_id, &new_sha), now_ms).await?;
    let pass = signing_pass(app, &mut tx, device, now_ms).await?;
    let offline_days = offline_days(&mut tx, &session.tenant, &account).await?;
    tx.commit().await?;
    Ok(session_of(app, &account, (access_token, refresh_token), pass, offline_days))
}

/// Notes that somebody signed in.
///
/// # Errors
/// [`BackendError::Database`].
pub async fn record_sign_in(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
    now_ms: i64,
) -> Result<(), BackendError> {
    let actor = account.to_string();
    audit::append(
        conn,
        tenant,
        audit::Entry { actor: &actor, action: "session.open", subject: &actor },
        now_ms,
    )
    .await
}

/// The tenant that merchants enrol with.
///
/// # Errors
/// [`BackendError::Corrupt`] when there is none, which the first start rules out.
pub async fn home(conn: &mut Conn) -> Result<TenantId, BackendError> {
    tenants::home(conn).await?.ok_or(BackendError::Corrupt { what: "home tenant" })
}

async fn open_session(
    app: &App,
    conn: &mut Conn,
    device: &DeviceRecord,
    account: &AccountRecord,
    now_ms: i64,
) -> Result<Session, BackendError> {
    let tenant = &device.tenant;
    let refresh_token = random::token()?;
    let refresh_sha = random::sha256_hex(refresh_token.as_bytes());
    let expires_at_ms = now_ms + REFRESH_VALID_MS;
    let session_id =
        sessions::create(conn, tenant, account.account_id, device.device_id, &refresh_sha, expires_at_ms)
            .await?;
    let access_token = add_access(conn, tenant, (&session_id, &refresh_sha), now_ms).await?;
    let pass = signing_pass(app, conn, device, now_ms).await?;
    let offline_days = offline_days(conn, tenant, account).await?;
    Ok(session_of(app, account, (access_token, refresh_token), pass, offline_days))
}

async fn offline_days(
    conn: &mut Conn,
    tenant: &TenantId,
    account: &AccountRecord,
) -> Result<u32, BackendError> {
    match account.branch_id.as_deref() {
        Some(branch_id) => Ok(tenants::policy(conn, tenant, branch_id).await?.offline_days),
        None => Ok(USUAL_OFFLINE_DAYS),
    }
}

/// What the computer signs contracts with. A certificate that is of no use for that, or not for long, is made anew:
/// computers that were enrolled by an earlier version need nothing done.
async fn signing_pass(
    app: &App,
    conn: &mut Conn,
    device: &DeviceRecord,
    now_ms: i64,
) -> Result<Envelope, BackendError> {
    let (authority, device_id) = (app.keys.authority(), device.device_id);
    let certificate = if enrolment::holds(authority, device_id, &device.certificate, now_ms) {
        device.certificate.clone()
    } else {
        let renewed = enrolment::certify(authority, device_id, &device.public_key, now_ms)?;
        devices::renew_certificate(conn, device, &renewed).await?;
        renewed
    };
    let time_roots = app.time.roots.iter().map(certificate_to_pem).collect::<Result<_, _>>()?;
    app.keys.sign(&SigningPass { device_id, certificate, root: app.keys.root_pem().to_owned(), time_roots })
}

fn session_of(
    app: &App,
    account: &AccountRecord,
    (access_token, refresh_token): (String, String),
    signing_pass: Envelope,
    offline_days: u32,
) -> Session {
    Session {
        account: account.shown(),
        access_token,
        access_valid_s: ACCESS_VALID_S,
        refresh_token,
        courier_key: Some(app.keys.courier_key().clone()),
        signing_pass: Some(signing_pass),
        offline_days,
    }
}

async fn add_access(
    conn: &mut Conn,
    tenant: &TenantId,
    session: (&str, &str),
    now_ms: i64,
) -> Result<String, BackendError> {
    let (session_id, refresh_sha) = session;
    let token = random::token()?;
    let sha = random::sha256_hex(token.as_bytes());
    let expires_at_ms = now_ms + i64::from(ACCESS_VALID_S) * 1000;
    sessions::add_access(conn, tenant, session_id, (&sha, refresh_sha), expires_at_ms, now_ms).await?;
    Ok(token)
}

async fn use_activation(app: &App, code: &str, used_by: &str) -> Answer<(TenantId, Option<String>)> {
    let sha = random::sha256_hex(random::normalised_code(code).as_bytes());
    let now_ms = app.office.now_ms();
    let mut tx = app.office.store.write().await?;
    let found = codes::activation(&mut tx, &sha)
        .await?
        .filter(|code| code.expires_at_ms > now_ms)
        .filter(|code| code.used_by.as_deref().is_none_or(|by| by == used_by))
        .ok_or(ErrorCode::Unauthorized)?;
    codes::use_activation(&mut tx, &sha, used_by).await?;
    tx.commit().await?;
    Ok((found.tenant, Some(found.branch_id)))
}

/// Uses a phone's code up, for the tenant that it was made for.
async fn redeemed(
    app: &App,
    phone: &str,
    purpose: Purpose<'_>,
    code: &str,
    used_by: &str,
) -> Answer<TenantId> {
    let tenant = phone_codes::redeem(app, phone, purpose, code, used_by).await?;
    Ok(tenant.ok_or(ErrorCode::Unauthorized)?)
}
