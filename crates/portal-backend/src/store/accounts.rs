//! People: staff by login, merchants by phone.

use portal_domain::ids::AccountId;
use portal_protocol::session::{Account, Role};
use sqlx::FromRow;
use uuid::Uuid;

use super::Conn;
use super::reading::{parsed, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

/// An account as stored.
#[derive(Debug, Clone)]
pub struct AccountRecord {
    pub account_id: AccountId,
    pub role: Role,
    pub name: String,
    pub phone: Option<String>,
    pub branch_id: Option<String>,
    /// Name of the branch.
    pub branch: Option<String>,
    pub password_hash: Option<String>,
    pub disabled: bool,
}

/// A staff account to be made.
pub struct NewStaff<'a> {
    pub role: Role,
    pub name: &'a str,
    pub login: &'a str,
    pub branch_id: Option<&'a str>,
    pub password_hash: &'a str,
}

#[derive(FromRow)]
struct Row {
    account_id: String,
    role: String,
    name: String,
    phone: Option<String>,
    branch_id: Option<String>,
    branch: Option<String>,
    password_hash: Option<String>,
    disabled_at_ms: Option<i64>,
}

/// Columns are named one by one, as a newer server may have added some.
macro_rules! selecting {
    ($where:literal) => {
        concat!(
            "SELECT a.account_id, a.role, a.name, a.phone, a.branch_id, b.name AS branch, a.password_hash,
                a.disabled_at_ms
             FROM account a LEFT JOIN branch b USING (tenant_id, branch_id) WHERE a.tenant_id = $1 AND ",
            $where
        )
    };
}

impl Row {
    fn record(self) -> Result<AccountRecord, BackendError> {
        Ok(AccountRecord {
            account_id: parsed(&self.account_id, "account id")?,
            role: Role::parse(&self.role).ok_or(BackendError::Corrupt { what: "role" })?,
            name: self.name,
            phone: self.phone,
            branch_id: self.branch_id,
            branch: self.branch,
            password_hash: self.password_hash,
            disabled: self.disabled_at_ms.is_some(),
        })
    }
}

impl AccountRecord {
    /// The account as clients see it: a merchant's phone is masked.
    pub fn shown(&self) -> Account {
        let display = match &self.phone {
            Some(phone) => masked_phone(phone),
            None => self.name.clone(),
        };
        Account { account_id: self.account_id, role: self.role, display, branch: self.branch.clone() }
    }
}

/// First three and last four digits.
pub fn masked_phone(phone: &str) -> String {
    match (phone.get(..3), phone.get(phone.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if phone.len() > 7 => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    }
}

/// How many supervisors of a branch may decide.
pub async fn supervisors(conn: &mut Conn, tenant: &TenantId, branch_id: &str) -> Result<u32, BackendError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM account
         WHERE tenant_id = $1 AND branch_id = $2 AND role = $3 AND disabled_at_ms IS NULL",
    )
    .bind(tenant.as_str())
    .bind(branch_id)
    .bind(Role::Supervisor.as_str())
    .fetch_one(conn)
    .await?;
    unsigned(count, "count")
}

/// Makes a staff account; none when the login is taken.
pub async fn create_staff(
    conn: &mut Conn,
    tenant: &TenantId,
    staff: &NewStaff<'_>,
    now_ms: i64,
) -> Result<Option<AccountId>, BackendError> {
    let account_id = AccountId(Uuid::now_v7());
    let made = sqlx::query(
        "INSERT INTO account (tenant_id, account_id, role, name, login, branch_id, password_hash, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, login) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(account_id.to_string())
    .bind(staff.role.as_str())
    .bind(staff.name)
    .bind(staff.login)
    .bind(staff.branch_id)
    .bind(staff.password_hash)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok((made.rows_affected() == 1).then_some(account_id))
}

/// The merchant with this phone, made now when there is none.
pub async fn merchant(
    conn: &mut Conn,
    tenant: &TenantId,
    phone: &str,
    now_ms: i64,
) -> Result<AccountRecord, BackendError> {
    sqlx::query(
        "INSERT INTO account (tenant_id, account_id, role, name, phone, created_at_ms)
         VALUES ($1, $2, 'merchant', '', $3, $4) ON CONFLICT (tenant_id, phone) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(Uuid::now_v7().to_string())
    .bind(phone)
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    by_phone(conn, tenant, phone).await?.ok_or(BackendError::Corrupt { what: "account" })
}

pub async fn by_phone(
    conn: &mut Conn,
    tenant: &TenantId,
    phone: &str,
) -> Result<Option<AccountRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("a.phone = $2"))
        .bind(tenant.as_str())
        .bind(phone)
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

pub async fn by_login(
    conn: &mut Conn,
    tenant: &TenantId,
    login: &str,
) -> Result<Option<AccountRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("a.login = $2"))
        .bind(tenant.as_str())
        .bind(login)
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

pub async fn by_id(
    conn: &mut Conn,
    tenant: &TenantId,
    account: AccountId,
) -> Result<Option<AccountRecord>, BackendError> {
    let row: Option<Row> = sqlx::query_as(selecting!("a.account_id = $2"))
        .bind(tenant.as_str())
        .bind(account.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(Row::record).transpose()
}

/// Switches an account off; none when nobody has this login or phone.
pub async fn disable(
    conn: &mut Conn,
    tenant: &TenantId,
    login_or_phone: &str,
    now_ms: i64,
) -> Result<Option<AccountId>, BackendError> {
    let account: Option<String> = sqlx::query_scalar(
        "UPDATE account SET disabled_at_ms = coalesce(disabled_at_ms, $1)
         WHERE tenant_id = $2 AND (login = $3 OR phone = $3) RETURNING account_id",
    )
    .bind(now_ms)
    .bind(tenant.as_str())
    .bind(login_or_phone)
    .fetch_optional(conn)
    .await?;
    account.map(|account| parsed(&account, "account id")).transpose()
}
