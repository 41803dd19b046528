//! `portal-backend admin`: short transactions on the data folder, also beside a running server.

mod approvals;
mod cases;
mod contracts;
mod courier;
mod people;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use portal_protocol::error::FieldError;
use serde::Serialize;

use crate::clock;
use crate::config::Storage;
use crate::error::BackendError;
use crate::office::Office;
use crate::problem::{self, Problem};
use crate::store::Conn;
use crate::store::tenants::{self, TenantId};

/// Arguments of `admin`.
#[derive(Args)]
pub struct AdminArgs {
    /// The data folder.
    #[arg(long)]
    data: PathBuf,
    #[command(flatten)]
    storage: Storage,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Subcommand)]
enum Noun {
    /// Organisations.
    #[command(subcommand)]
    Tenant(people::TenantCommand),
    /// Service centres and branches.
    #[command(subcommand)]
    Branch(people::BranchCommand),
    /// Staff accounts.
    #[command(subcommand)]
    User(people::UserCommand),
    /// Codes that enrol a branch's computers.
    #[command(subcommand)]
    ActivationCode(people::CodeCommand),
    /// Enrolled computers.
    #[command(subcommand)]
    Device(people::DeviceCommand),
    /// Cases and their review.
    #[command(subcommand)]
    Case(cases::CaseCommand),
    /// Submissions that wait for a supervisor.
    #[command(subcommand)]
    Approval(approvals::ApprovalCommand),
    /// Terms, offers and signatures of contracts.
    #[command(subcommand)]
    Contract(contracts::ContractCommand),
    /// Packages that come in a file.
    #[command(subcommand)]
    Courier(courier::CourierCommand),
    /// The trail of who did what.
    #[command(subcommand)]
    Audit(people::AuditCommand),
}

/// The organisation that a command is about.
#[derive(Args)]
struct TenantArg {
    /// Name or id of the organisation.
    #[arg(long, default_value = tenants::HOME)]
    tenant: String,
}

/// Why a command did nothing: one line that names the argument.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("{argument}: {problem}")]
    Argument { argument: &'static str, problem: String },
    #[error("refused: {0}")]
    Refused(String),
    #[error(transparent)]
    Backend(#[from] BackendError),
    #[error("the answer can't be printed")]
    Print(#[from] std::io::Error),
    #[error("the answer can't be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// A refusal as `--json` prints it: `argument` is absent unless one is to blame.
#[derive(Serialize)]
struct RefusalView<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<&'static str>,
    problem: &'a str,
}

impl AdminError {
    /// 2 for an argument that can't be used, as for one that can't be read; 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Argument { .. }) { 2 } else { 1 }
    }

    /// The refusal as one line of JSON for standard output. What went wrong inside the backend is for standard error.
    pub fn to_json(&self) -> String {
        let (code, argument, problem) = match self {
            Self::Argument { argument, problem } => ("argument", Some(*argument), problem.as_str()),
            Self::Refused(problem) => ("refused", None, problem.as_str()),
            Self::Backend(_) | Self::Print(_) | Self::Json(_) => ("internal", None, ""),
        };
        serde_json::json!(RefusalView { code, argument, problem }).to_string()
    }
}

impl From<sqlx::Error> for AdminError {
    fn from(error: sqlx::Error) -> Self {
        Self::Backend(error.into())
    }
}

impl From<Problem> for AdminError {
    fn from(problem: Problem) -> Self {
        let places: Vec<String> =
            problem.errors().iter().map(|FieldError { pointer, code }| format!("{pointer} {code}")).collect();
        let code = problem::name(problem.code);
        Self::Refused(if places.is_empty() { code } else { format!("{code} ({})", places.join(", ")) })
    }
}

fn argument(argument: &'static str, problem: impl Into<String>) -> AdminError {
    AdminError::Argument { argument, problem: problem.into() }
}

/// Runs one command.
///
/// # Errors
/// [`AdminError`]; nothing was changed then.
pub async fn run(args: AdminArgs, out: &mut (dyn Write + Send)) -> Result<(), AdminError> {
    if !Office::exists(&args.data, &args.storage) {
        return Err(argument(
            "--data",
            "there is no backend in this folder: `portal-backend serve` makes it",
        ));
    }
    let office = Office::open(&args.data, &args.storage, clock::system()).await?;
    let mut desk = Desk { office, json: args.json, out };
    let done = match args.noun {
        Noun::Tenant(command) => people::tenant(&mut desk, command).await,
        Noun::Branch(command) => people::branch(&mut desk, command).await,
        Noun::User(command) => people::user(&mut desk, command).await,
        Noun::ActivationCode(command) => people::activation_code(&mut desk, command).await,
        Noun::Device(command) => people::device(&mut desk, command).await,
        Noun::Case(command) => cases::case(&mut desk, command).await,
        Noun::Approval(command) => approvals::approval(&mut desk, command).await,
        Noun::Contract(command) => contracts::contract(&mut desk, command).await,
        Noun::Courier(command) => courier::courier(&mut desk, command).await,
        Noun::Audit(command) => people::audit(&mut desk, command).await,
    };
    desk.office.store.close().await;
    done
}

/// What every command works with.
struct Desk<'a> {
    office: Office,
    json: bool,
    out: &'a mut (dyn Write + Send),
}

impl Desk<'_> {
    /// Prints the answer as JSON, or the line for people.
    fn answer<T: Serialize>(&mut self, value: &T, line: impl FnOnce() -> String) -> Result<(), AdminError> {
        if self.json {
            serde_json::to_writer_pretty(&mut *self.out, value)?;
            writeln!(self.out)?;
        } else {
            writeln!(self.out, "{}", line())?;
        }
        Ok(self.out.flush()?)
    }
}

async fn tenant(conn: &mut Conn, arg: &TenantArg) -> Result<TenantId, AdminError> {
    tenants::find(conn, &arg.tenant)
        .await?
        .ok_or_else(|| argument("--tenant", format!("there is no organisation {:?}", arg.tenant)))
}
