//! One-time codes for phones: made within the limits, each for one purpose, and used up once.

use portal_domain::ids::Sha256;
use portal_protocol::error::ErrorCode;
use portal_protocol::session::CodePurpose;

use crate::app::App;
use crate::problem::{Answer, Problem};
use crate::random;
use crate::sender::Template;
use crate::signing_in::home;
use crate::store::tenants::{self, TenantId};
use crate::store::{accounts, codes, retried};

/// How long a code works.
pub const VALID_S: u32 = 600;
/// What the limits look back on.
pub const HOUR_MS: i64 = 3600 * 1000;
const MAX_TRIES: i64 = 5;

/// What a code is for. It works for that and for nothing else.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    /// To enrol a merchant's computer.
    Enrol,
    SignIn,
    /// To confirm one document of a contract.
    Sign {
        tenant: &'a TenantId,
        number: &'a str,
        document: &'a Sha256,
    },
}

impl From<CodePurpose> for Purpose<'static> {
    fn from(purpose: CodePurpose) -> Self {
        match purpose {
            CodePurpose::Enrol => Self::Enrol,
            CodePurpose::SignIn => Self::SignIn,
        }
    }
}

impl Purpose<'_> {
    /// What the message to the phone says that the code is for.
    pub fn template(self) -> Template {
        match self {
            Self::Enrol | Self::SignIn => Template::SignIn,
            Self::Sign { .. } => Template::SignContract,
        }
    }

    /// The newest code of a phone and a name is the only one: a code for another document ends the one before.
    fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::SignIn => "sign_in",
            Self::Sign { .. } => "sign",
        }
    }

    /// The code itself is never kept, and what it was made for is hashed with it.
    fn hash(self, phone: &str, code: &str) -> String {
        let bound = match self {
            Self::Enrol | Self::SignIn => String::new(),
            Self::Sign { number, document, .. } => format!("\n{number}\n{document}"),
        };
        random::sha256_hex(format!("{phone}\n{}\n{code}{bound}", self.name()).as_bytes())
    }
}

/// Makes a code for a phone, within the limits. None when no code may be sent because nobody has this phone; the
/// caller's answer is the same.
///
/// # Errors
/// `too_many_requests`.
pub async fn make(app: &App, phone: &str, purpose: Purpose<'_>, address: &str) -> Answer<Option<String>> {
    retried(|| make_once(app, phone, purpose, address)).await
}

async fn make_once(app: &App, phone: &str, purpose: Purpose<'_>, address: &str) -> Answer<Option<String>> {
    let now_ms = app.office.now_ms();
    let limits = &app.limits;
    let mut tx = app.office.store.write().await?;
    let tenant = match purpose {
        Purpose::Enrol | Purpose::SignIn => home(&mut tx).await?,
        Purpose::Sign { tenant, .. } => tenant.clone(),
    };
    // Many requests at once get no more codes than one after the other.
    tenants::lock(&mut tx, &tenant).await?;
    let by_phone = random::sha256_hex(format!("phone {phone}").as_bytes());
    let by_purpose = random::sha256_hex(format!("phone {phone} {}", purpose.name()).as_bytes());
    let by_address = random::sha256_hex(format!("address {address}").as_bytes());
    let hour_ago = now_ms - HOUR_MS;
    let gap_ms = i64::from(limits.code_again_after_s) * 1000;
    let (_, last_ms) = codes::attempts(&mut tx, &tenant, &by_purpose, now_ms - gap_ms).await?;
    if let Some(last_ms) = last_ms {
        let wait_ms = u64::try_from(last_ms + gap_ms - now_ms).unwrap_or_default();
        return Err(Problem::new(ErrorCode::TooManyRequests).retry_after_s(wait_ms / 1000 + 1));
    }
    let (of_phone, _) = codes::attempts(&mut tx, &tenant, &by_phone, hour_ago).await?;
    let (of_address, _) = codes::attempts(&mut tx, &tenant, &by_address, hour_ago).await?;
    if of_phone >= limits.codes_per_phone_hour || of_address >= limits.codes_per_address_hour {
        return Err(Problem::new(ErrorCode::TooManyRequests).retry_after_s(3600));
    }
    for subject in [&by_phone, &by_purpose, &by_address] {
        codes::add_attempt(&mut tx, &tenant, subject, now_ms, hour_ago).await?;
    }
    let code = random::six_digits()?;
    let wanted = match purpose {
        Purpose::Enrol | Purpose::Sign { .. } => true,
        Purpose::SignIn => {
            accounts::by_phone(&mut tx, &tenant, phone).await?.is_some_and(|account| !account.disabled)
        }
    };
    if wanted {
        let hash = purpose.hash(phone, &code);
        let expires_at_ms = now_ms + i64::from(VALID_S) * 1000;
        codes::put_phone(&mut tx, &tenant, phone, purpose.name(), &hash, expires_at_ms).await?;
    }
    tx.commit().await?;
    Ok(wanted.then_some(code))
}

/// Uses a code up: its tenant, or none when it doesn't work. The try is counted even when it fails; the key that used it
/// may come again, as its answer may have been lost.
///
/// # Errors
/// Storage failures.
pub async fn redeem(
    app: &App,
    phone: &str,
    purpose: Purpose<'_>,
    code: &str,
    used_by: &str,
) -> Answer<Option<TenantId>> {
    let now_ms = app.office.now_ms();
    let mut tx = app.office.store.write().await?;
    let tenant = match purpose {
        Purpose::Enrol | Purpose::SignIn => home(&mut tx).await?,
        Purpose::Sign { tenant, .. } => tenant.clone(),
    };
    let found = codes::try_phone(&mut tx, &tenant, phone, purpose.name()).await?;
    let works = found.is_some_and(|found| {
        found.tries <= MAX_TRIES
            && found.expires_at_ms > now_ms
            && found.code_sha == purpose.hash(phone, code)
            && found.used_by.as_deref().is_none_or(|by| by == used_by)
    });
    if works {
        codes::use_phone(&mut tx, &tenant, phone, purpose.name(), used_by).await?;
    }
    tx.commit().await?;
    Ok(works.then_some(tenant))
}
