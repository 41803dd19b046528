//! Approvals from the command line: for a branch whose supervisors are all away.

use clap::{Args, Subcommand};
use portal_domain::ids::OpId;
use serde::Serialize;

use super::cases::OPERATOR;
use super::{AdminError, Desk, TenantArg, argument, tenant as tenant_of};
use crate::approving::{self, Scope, Verdict};
use crate::deciding::Actor;
use crate::store::approvals;

/// Most questions listed.
const LIMIT: u32 = 1000;

#[derive(Subcommand)]
pub(super) enum ApprovalCommand {
    /// What waits for a supervisor, oldest first.
    List {
        #[command(flatten)]
        tenant: TenantArg,
    },
    /// Agree to a submission.
    Give(OperationArg),
    /// Refuse it: its submitter is told why.
    Refuse {
        #[command(flatten)]
        operation: OperationArg,
        #[arg(long)]
        text: String,
    },
}

#[derive(Args)]
pub(super) struct OperationArg {
    #[command(flatten)]
    tenant: TenantArg,
    /// Id of the operation.
    #[arg(value_name = "OPERATION")]
    operation: String,
}

#[derive(Serialize)]
struct Line {
    op_id: OpId,
    submitted_by: String,
    asked_at_ms: i64,
    body_sha: String,
}

pub(super) async fn approval(desk: &mut Desk<'_>, command: ApprovalCommand) -> Result<(), AdminError> {
    match command {
        ApprovalCommand::List { tenant } => list(desk, &tenant).await,
        ApprovalCommand::Give(arg) => decide(desk, &arg, Verdict::Agree).await,
        ApprovalCommand::Refuse { operation, text } => {
            decide(desk, &operation, Verdict::Refuse { text }).await
        }
    }
}

async fn list(desk: &mut Desk<'_>, tenant: &TenantArg) -> Result<(), AdminError> {
    let records = {
        let mut conn = desk.office.store.read().await?;
        let tenant = tenant_of(&mut conn, tenant).await?;
        approvals::waiting(&mut conn, &tenant, None, LIMIT).await?
    };
    let line = |record: approvals::ApprovalRecord| Line {
        op_id: record.op_id,
        submitted_by: record.account_name,
        asked_at_ms: record.asked_at_ms,
        body_sha: record.body_sha,
    };
    let lines: Vec<Line> = records.into_iter().map(line).collect();
    desk.answer(&lines, || {
        lines
            .iter()
            .map(|line| format!("{}  {}", line.op_id, line.submitted_by))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

async fn decide(desk: &mut Desk<'_>, arg: &OperationArg, verdict: Verdict) -> Result<(), AdminError> {
    let op_id: OpId = arg.operation.parse().map_err(|_| argument("OPERATION", "is not an id"))?;
    let (tenant, record) = {
        let mut conn = desk.office.store.read().await?;
        let tenant = tenant_of(&mut conn, &arg.tenant).await?;
        let record = approvals::find(&mut conn, &tenant, op_id)
            .await?
            .ok_or_else(|| argument("OPERATION", "was not asked about"))?;
        (tenant, record)
    };
    let by = (Scope::Office, Actor::program(OPERATOR));
    approving::decide(&desk.office, &tenant, by, op_id, &record.body_sha, &verdict).await?;
    let word = match verdict {
        Verdict::Agree => "given",
        Verdict::Refuse { .. } => "refused",
    };
    desk.answer(&serde_json::json!({ "op_id": op_id, "approval": word }), || format!("{op_id}  {word}"))
}
