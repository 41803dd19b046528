//! Organisations, branches, staff, computers, and what was done to them.

use std::io::BufRead;

use clap::Subcommand;
use portal_domain::ids::DeviceId;
use portal_protocol::session::Role;
use serde_json::json;

use super::{AdminError, Desk, TenantArg, argument, tenant as tenant_of};
use crate::error::BackendError;
use crate::keys::ServerKeys;
use crate::password;
use crate::random;
use crate::store::accounts::{self, NewStaff};
use crate::store::tenants::{self, Policy, PolicyChange};
use crate::store::{Conn, audit, codes, devices, second_factors};

const DAY_MS: i64 = 24 * 3600 * 1000;

#[derive(Subcommand)]
pub(super) enum TenantCommand {
    Create {
        #[arg(long)]
        name: String,
    },
}

#[derive(Subcommand)]
pub(super) enum BranchCommand {
    Create {
        #[command(flatten)]
        tenant: TenantArg,
        #[arg(long)]
        name: String,
        /// Printed on notices.
        #[arg(long, default_value = "")]
        address: String,
        /// Opening hours, printed on notices.
        #[arg(long, default_value = "")]
        hours: String,
        /// A supervisor has to agree to what the branch's staff submits.
        #[arg(long)]
        approval: bool,
        /// For how many days new cases may be begun without the backend: at most as long as a sign-in lasts.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=30))]
        offline_days: Option<u32>,
        /// The branch's staff signs in with codes of an authenticator app, too.
        #[arg(long)]
        second_factor: bool,
    },
    /// Change what a branch asks for.
    #[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
    Set {
        #[command(flatten)]
        tenant: TenantArg,
        /// Name or id of the branch.
        #[arg(long)]
        branch: String,
        /// Whether a supervisor has to agree to what the branch's staff submits from now on.
        #[arg(long, action = clap::ArgAction::Set, group = "change")]
        approval: Option<bool>,
        /// For how many days new cases may be begun without the backend: at most as long as a sign-in lasts.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=30), group = "change")]
        offline_days: Option<u32>,
        /// Whether the branch's staff signs in with codes of an authenticator app, too.
        #[arg(long, action = clap::ArgAction::Set, group = "change")]
        second_factor: Option<bool>,
    },
}

#[derive(Subcommand)]
pub(super) enum UserCommand {
    Create {
        #[command(flatten)]
        tenant: TenantArg,
        /// Name or id of the branch; agents and supervisors need one.
        #[arg(long)]
        branch: Option<String>,
        /// agent, supervisor, technician, reviewer or administrator.
        #[arg(long)]
        role: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// The name to sign in with.
        #[arg(long)]
        user: String,
        /// Read the password's line from standard input; else it is taken from PORTAL_PASSWORD.
        #[arg(long)]
        password_stdin: bool,
    },
    Disable {
        #[command(flatten)]
        tenant: TenantArg,
        /// Sign-in name, or a merchant's phone.
        #[arg(long)]
        user: String,
    },
    /// What somebody signs in with besides the password: codes of an authenticator app.
    #[command(group = clap::ArgGroup::new("change").required(true))]
    SecondFactor {
        #[command(flatten)]
        tenant: TenantArg,
        /// Sign-in name.
        #[arg(long)]
        user: String,
        /// Whether this person has to have one wherever they work; a branch's own rule stays.
        #[arg(long, action = clap::ArgAction::Set, group = "change")]
        ask: Option<bool>,
        /// Forget the one that is set up, e.g. with a lost phone: the next sign-in sets up another. Ask the person first.
        #[arg(long, group = "change")]
        reset: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum CodeCommand {
    Create {
        #[command(flatten)]
        tenant: TenantArg,
        #[arg(long)]
        branch: String,
        /// Days until the code expires.
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=90))]
        days: u16,
    },
}

#[derive(Subcommand)]
pub(super) enum DeviceCommand {
    List {
        #[command(flatten)]
        tenant: TenantArg,
    },
    Disable {
        #[command(flatten)]
        tenant: TenantArg,
        /// Id of the computer.
        #[arg(long)]
        device: String,
    },
}

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Check that no entry was changed, removed or put in between; fails naming the first that was.
    Verify {
        #[command(flatten)]
        tenant: TenantArg,
    },
}

pub(super) async fn tenant(desk: &mut Desk<'_>, command: TenantCommand) -> Result<(), AdminError> {
    let TenantCommand::Create { name } = command;
    let name = required("--name", &name)?;
    let now_ms = desk.office.now_ms();
    let mut tx = desk.office.store.write().await?;
    let id = tenants::create(&mut tx, name, now_ms).await?.ok_or_else(|| argument("--name", "is taken"))?;
    note(&mut tx, &id, "tenant.create", id.as_str(), now_ms).await?;
    tx.commit().await?;
    desk.answer(&json!({ "tenant_id": id, "name": name }), || format!("organisation {name}"))
}

pub(super) async fn branch(desk: &mut Desk<'_>, command: BranchCommand) -> Result<(), AdminError> {
    match command {
        BranchCommand::Create { tenant, name, address, hours, approval, offline_days, second_factor } => {
            let change = PolicyChange {
                approval: approval.then_some(true),
                offline_days,
                second_factor: second_factor.then_some(true),
            };
            create_branch(desk, &tenant, (&name, &address, &hours), change).await
        }
        BranchCommand::Set { tenant, branch, approval, offline_days, second_factor } => {
            let change = PolicyChange { approval, offline_days, second_factor };
            set_policy(desk, &tenant, &branch, change).await
        }
    }
}

async fn create_branch(
    desk: &mut Desk<'_>,
    tenant: &TenantArg,
    (name, address, hours): (&str, &str, &str),
    change: PolicyChange,
) -> Result<(), AdminError> {
    let now_ms = desk.office.now_ms();
    let mut tx = desk.office.store.write().await?;
    let name = required("--name", name)?;
    let tenant = tenant_of(&mut tx, tenant).await?;
    let branch = tenants::create_branch(&mut tx, &tenant, (name, address.trim(), hours.trim()), now_ms)
        .await?
        .ok_or_else(|| argument("--name", "is taken"))?;
    tenants::change_policy(&mut tx, &tenant, &branch.branch_id, change).await?;
    note(&mut tx, &tenant, "branch.create", &branch.branch_id, now_ms).await?;
    tx.commit().await?;
    desk.answer(&branch, || format!("branch {name}"))
}

async fn set_policy(
    desk: &mut Desk<'_>,
    tenant: &TenantArg,
    branch: &str,
    change: PolicyChange,
) -> Result<(), AdminError> {
    let now_ms = desk.office.now_ms();
    let mut tx = desk.office.store.write().await?;
    let tenant = tenant_of(&mut tx, tenant).await?;
    let branch = tenants::find_branch(&mut tx, &tenant, branch.trim())
        .await?
        .ok_or_else(|| argument("--branch", "there is no branch with this name"))?;
    let policy = tenants::change_policy(&mut tx, &tenant, &branch.branch_id, change).await?;
    let actions = [
        change.approval.map(|on| if on { "branch.approval_on" } else { "branch.approval_off" }),
        change.offline_days.map(|_| "branch.offline_days"),
        change
            .second_factor
            .map(|on| if on { "branch.second_factor_on" } else { "branch.second_factor_off" }),
    ];
    for action in actions.into_iter().flatten() {
        note(&mut tx, &tenant, action, &branch.branch_id, now_ms).await?;
    }
    let supervisors = accounts::supervisors(&mut tx, &tenant, &branch.branch_id).await?;
    tx.commit().await?;
    said_policy(desk, &branch, policy, supervisors)
}

/// With how many supervisors there are: one alone can't agree to what they submit themselves.
fn said_policy(
    desk: &mut Desk<'_>,
    branch: &tenants::Branch,
    policy: Policy,
    supervisors: u32,
) -> Result<(), AdminError> {
    let Policy { approval, offline_days, second_factor } = policy;
    let answer = json!({
        "branch_id": branch.branch_id, "name": branch.name, "approval": approval, "supervisors": supervisors,
        "offline_days": offline_days, "second_factor": second_factor
    });
    desk.answer(&answer, || {
        let state = |on| if on { "on" } else { "off" };
        let (approved, factor) = (state(approval), state(second_factor));
        let lone = if approval && supervisors < 2 {
            ": what nobody there can agree to waits in `approval list`"
        } else {
            ""
        };
        let name = &branch.name;
        format!(
            "branch {name}: second factor {factor}, {offline_days} days without the backend, approval {approved}, \
             {supervisors} supervisors{lone}"
        )
    })
}

pub(super) async fn user(desk: &mut Desk<'_>, command: UserCommand) -> Result<(), AdminError> {
    match command {
        UserCommand::Create { tenant, branch, role, name, user, password_stdin } => {
            let staff = (role.as_str(), name.as_str(), user.as_str());
            create_user(desk, &tenant, branch.as_deref(), staff, password_stdin).await
        }
        UserCommand::Disable { tenant, user } => {
            let now_ms = desk.office.now_ms();
            let mut tx = desk.office.store.write().await?;
            let tenant = tenant_of(&mut tx, &tenant).await?;
            let account = accounts::disable(&mut tx, &tenant, user.trim(), now_ms)
                .await?
                .ok_or_else(|| argument("--user", "there is nobody with this name or phone"))?;
            note(&mut tx, &tenant, "user.disable", &account.to_string(), now_ms).await?;
            tx.commit().await?;
            desk.answer(&json!({ "account_id": account, "disabled": true }), || "disabled".to_owned())
        }
        UserCommand::SecondFactor { tenant, user, ask, reset: _ } => {
            second_factor(desk, &tenant, &user, ask).await
        }
    }
}

/// Asks for one, or no longer; without a wish it is the reset.
async fn second_factor(
    desk: &mut Desk<'_>,
    tenant: &TenantArg,
    user: &str,
    ask: Option<bool>,
) -> Result<(), AdminError> {
    let now_ms = desk.office.now_ms();
    let mut tx = desk.office.store.write().await?;
    let tenant = tenant_of(&mut tx, tenant).await?;
    let account = accounts::by_login(&mut tx, &tenant, user.trim())
        .await?
        .ok_or_else(|| argument("--user", "there is nobody with this name"))?
        .account_id;
    let action = match ask {
        Some(asked) => {
            second_factors::ask(&mut tx, &tenant, account, asked).await?;
            if asked { "user.second_factor_on" } else { "user.second_factor_off" }
        }
        None => {
            second_factors::forget(&mut tx, &tenant, account).await?;
            "user.second_factor_reset"
        }
    };
    note(&mut tx, &tenant, action, &account.to_string(), now_ms).await?;
    let asked = second_factors::find(&mut tx, &tenant, account).await?.is_asked();
    tx.commit().await?;
    desk.answer(&json!({ "account_id": account, "second_factor": asked, "reset": ask.is_none() }), || {
        let state = if asked { "asked for" } else { "not asked for" };
        let reset = if ask.is_none() { "; the one that was set up is forgotten" } else { "" };
        format!("second factor {state}{reset}")
    })
}

async fn create_user(
    desk: &mut Desk<'_>,
    tenant: &TenantArg,
    branch: Option<&str>,
    staff: (&str, &str, &str),
    password_stdin: bool,
) -> Result<(), AdminError> {
    let (role, name, user) = staff;
    let role = Role::parse(role).filter(|role| *role != Role::Merchant).ok_or_else(|| {
        argument("--role", "is none of agent, supervisor, technician, reviewer, administrator")
    })?;
    let (name, user) = (required("--name", name)?, required("--user", user)?);
    if branch.is_none() && matches!(role, Role::Agent | Role::Supervisor) {
        return Err(argument("--branch", "is needed for agents and supervisors"));
    }
    let password = read_password(password_stdin)?;
    let password_hash = tokio::task::spawn_blocking(move || password::hash(&password))
        .await
        .map_err(BackendError::from)??;
    let now_ms = desk.office.now_ms();
    let mut tx = desk.office.store.write().await?;
    let tenant = tenant_of(&mut tx, tenant).await?;
    let branch_id = match branch {
        Some(branch) => Some(branch_of(&mut tx, &tenant, branch).await?.branch_id),
        None => None,
    };
    let staff =
        NewStaff { role, name, login: user, branch_id: branch_id.as_deref(), password_hash: &password_hash };
    let account = accounts::create_staff(&mut tx, &tenant, &staff, now_ms)
        .await?
        .ok_or_else(|| argument("--user", "is taken"))?;
    note(&mut tx, &tenant, "user.create", &account.to_string(), now_ms).await?;
    tx.commit().await?;
    let answer = json!({ "account_id": account, "user": user, "role": role.as_str() });
    desk.answer(&answer, || format!("{} {user}", role.as_str()))
}

pub(super) async fn activation_code(desk: &mut Desk<'_>, command: CodeCommand) -> Result<(), AdminError> {
    let CodeCommand::Create { tenant, branch, days } = command;
    let now_ms = desk.office.now_ms();
    let keys = ServerKeys::open(&desk.office.keys_folder(), now_ms)?;
    let code = random::activation_code(keys.kid())?;
    let sha = random::sha256_hex(random::normalised_code(&code).as_bytes());
    let expires_at_ms = now_ms + i64::from(days) * DAY_MS;
    let mut tx = desk.office.store.write().await?;
    let tenant = tenant_of(&mut tx, &tenant).await?;
    let branch = branch_of(&mut tx, &tenant, &branch).await?;
    codes::add_activation(&mut tx, &tenant, &sha, &branch.branch_id, now_ms, expires_at_ms).await?;
    note(&mut tx, &tenant, "activation-code.create", &branch.branch_id, now_ms).await?;
    tx.commit().await?;
    let answer = json!({ "code": code, "branch": branch.name, "expires_at_ms": expires_at_ms });
    desk.answer(&answer, || code.clone())
}

pub(super) async fn device(desk: &mut Desk<'_>, command: DeviceCommand) -> Result<(), AdminError> {
    match command {
        DeviceCommand::List { tenant } => {
            let devices = {
                let mut conn = desk.office.store.read().await?;
                let tenant = tenant_of(&mut conn, &tenant).await?;
                devices::list(&mut conn, &tenant).await?
            };
            desk.answer(&devices, || {
                let line = |device: &devices::DeviceLine| {
                    let state = if device.disabled_at_ms.is_some() { "disabled" } else { "enrolled" };
                    format!("{}  {state}  {}", device.device_id, device.branch.as_deref().unwrap_or("-"))
                };
                devices.iter().map(line).collect::<Vec<_>>().join("\n")
            })
        }
        DeviceCommand::Disable { tenant, device } => {
            let device: DeviceId = device.parse().map_err(|_| argument("--device", "is not an id"))?;
            let now_ms = desk.office.now_ms();
            let mut tx = desk.office.store.write().await?;
            let tenant = tenant_of(&mut tx, &tenant).await?;
            if !devices::disable(&mut tx, &tenant, device, now_ms).await? {
                return Err(argument("--device", "there is no computer with this id"));
            }
            note(&mut tx, &tenant, "device.disable", &device.to_string(), now_ms).await?;
            tx.commit().await?;
            desk.answer(&json!({ "disabled": true }), || "disabled".to_owned())
        }
    }
}

pub(super) async fn audit(desk: &mut Desk<'_>, command: AuditCommand) -> Result<(), AdminError> {
    let AuditCommand::Verify { tenant } = command;
    let broken = {
        let mut conn = desk.office.store.read().await?;
        let tenant = tenant_of(&mut conn, &tenant).await?;
        audit::first_broken(&mut conn, &tenant).await?
    };
    match broken {
        Some(entry) => {
            Err(AdminError::Refused(format!("audit entry {entry} doesn't follow from the one before")))
        }
        None => desk.answer(&json!({ "intact": true }), || "intact".to_owned()),
    }
}

/// Notes in the audit trail what the operator did.
pub(super) async fn note(
    conn: &mut Conn,
    tenant: &tenants::TenantId,
    action: &str,
    subject: &str,
    now_ms: i64,
) -> Result<(), BackendError> {
    audit::append(conn, tenant, audit::Entry { actor: super::cases::OPERATOR, action, subject }, now_ms).await
}

async fn branch_of(
    conn: &mut Conn,
    tenant: &tenants::TenantId,
    branch: &str,
) -> Result<tenants::Branch, AdminError> {
    tenants::find_branch(conn, tenant, branch)
        .await?
        .ok_or_else(|| argument("--branch", format!("there is no branch {branch:?}")))
}

fn required<'a>(name: &'static str, value: &'a str) -> Result<&'a str, AdminError> {
    match value.trim() {
        "" => Err(argument(name, "is empty")),
        value => Ok(value),
    }
}

fn read_password(from_stdin: bool) -> Result<String, AdminError> {
    let (source, password) = if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        ("--password-stdin", line.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        let password = std::env::var("PORTAL_PASSWORD")
            .map_err(|_| argument("PORTAL_PASSWORD", "is not set, and --password-stdin is not given"))?;
        ("PORTAL_PASSWORD", password)
    };
    if password.chars().count() < password::MIN_CHARS {
        return Err(argument(
            source,
            format!("the password has fewer than {} characters", password::MIN_CHARS),
        ));
    }
    Ok(password)
}
