//! Second-person approval: what a branch's staff submits may need a supervisor, and a number that is sent against its
//! check digit always does.
//!
//! An operation that needs it is declared and supplied as any other; its commit is refused with `approval_needed` until
//! a supervisor of the branch, never the submitter, has agreed to exactly these bytes. It is asked once: what a
//! supervisor decided stays decided, also when the branch's rule changes.

use jiff::civil::Date;
use portal_domain::check::overrides_in_force;
use portal_domain::ids::OpId;
use portal_protocol::error::ErrorCode;
use portal_protocol::event::Happened;
use portal_protocol::operation::{Operation, Submission};
use portal_protocol::session::Role;

use crate::app::Caller;
use crate::deciding::Actor;
use crate::error::BackendError;
use crate::office::Office;
use crate::problem::{Answer, Problem};
use crate::rules;
use crate::store::accounts::AccountRecord;
use crate::store::approvals::{self, ApprovalRecord, ApprovalState};
use crate::store::tenants::{self, TenantId};
use crate::store::{Conn, audit, cases, events, retried};

/// What a supervisor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Agree,
    Refuse { text: String },
}

/// Who may decide about which questions.
#[derive(Clone, Copy)]
pub enum Scope<'a> {
    /// The office's own program: all.
    Office,
    /// A supervisor: those of the own branch that somebody else submitted.
    Supervisor(&'a AccountRecord),
}

/// Whether an operation may be received now: submissions may have to wait. Asks the supervisors when nobody has: the caller's transaction must then be
/// committed although nothing is received.
///
/// # Errors
/// `approval_refused`.
pub async fn permits(
    conn: &mut Conn,
    caller: &Caller,
    op_id: OpId,
    operation: &Operation,
    (today, now_ms): (Date, i64),
) -> Answer<bool> {
    let Some(submission) = operation.change.submission() else { return Ok(true) };
    match approvals::state(conn, &caller.tenant, op_id).await? {
        Some(ApprovalState::Given) => Ok(true),
        Some(ApprovalState::Waiting) => Ok(false),
        Some(ApprovalState::Refused) => Err(ErrorCode::ApprovalRefused.into()),
        None if !is_needed(conn, caller, submission, today).await? => Ok(true),
        None => {
            let (account, case_id) = (&caller.account, operation.case_id);
            let question = (op_id, case_id, account.account_id);
            approvals::ask(conn, &caller.tenant, question, account.branch_id.as_deref(), now_ms).await?;
            Ok(false)
        }
    }
}

async fn is_needed(
    conn: &mut Conn,
    caller: &Caller,
    submission: &Submission,
    today: Date,
) -> Result<bool, BackendError> {
    if caller.account.role == Role::Merchant {
        return Ok(false);
    }
    let Some(profile) = rules::known_profile(&submission.profile) else { return Ok(false) };
    if !overrides_in_force(&submission.dossier, profile, today).is_empty() {
        return Ok(true);
    }
    match caller.account.branch_id.as_deref() {
        Some(branch_id) => Ok(tenants::policy(conn, &caller.tenant, branch_id).await?.approval),
        None => Ok(false),
    }
}

/// A question that waits for this person.
///
/// # Errors
/// `not_found`, also for one of another branch and for one that was decided.
pub async fn question(
    conn: &mut Conn,
    tenant: &TenantId,
    scope: Scope<'_>,
    op_id: OpId,
) -> Answer<ApprovalRecord> {
    let waiting =
        approvals::find(conn, tenant, op_id).await?.filter(|record| record.state == ApprovalState::Waiting);
    seen(waiting, scope)
}

fn seen(found: Option<ApprovalRecord>, scope: Scope<'_>) -> Answer<ApprovalRecord> {
    let record = found.ok_or(ErrorCode::NotFound)?;
    match scope {
        Scope::Office => Ok(record),
        Scope::Supervisor(account)
            if account.branch_id.is_some() && account.branch_id == record.branch_id =>
        {
            Ok(record)
        }
        Scope::Supervisor(_) => Err(ErrorCode::NotFound.into()),
    }
}

/// Agrees to the operation whose bytes have this hash, or doesn't, and tells its account. The same verdict twice has
/// one effect.
///
/// # Errors
/// `not_found`; `forbidden` for the own submission; `operation_mismatch` for other bytes; `illegal_move` when it was
/// decided otherwise; `invalid` for a refusal without words.
pub async fn decide(
    office: &Office,
    tenant: &TenantId,
    (scope, actor): (Scope<'_>, Actor<'_>),
    op_id: OpId,
    body_sha: &str,
    verdict: &Verdict,
) -> Answer<()> {
    if let Verdict::Refuse { text } = verdict {
        rules::check_text("/text", text)?;
    }
    retried(|| decide_once(office, tenant, (scope, actor), op_id, body_sha, verdict)).await?;
    office.store.announce().await;
    Ok(())
}

async fn decide_once(
    office: &Office,
    tenant: &TenantId,
    (scope, actor): (Scope<'_>, Actor<'_>),
    op_id: OpId,
    body_sha: &str,
    verdict: &Verdict,
) -> Answer<()> {
    let now_ms = office.now_ms();
    let mut tx = office.store.write().await?;
    let record = seen(approvals::lock(&mut tx, tenant, op_id).await?, scope)?;
    if let Scope::Supervisor(account) = scope
        && account.account_id == record.account_id
    {
        return Err(Problem::new(ErrorCode::Forbidden).at("/op_id", "own_submission"));
    }
    if record.body_sha != body_sha {
        return Err(ErrorCode::OperationMismatch.into());
    }
    let (state, words) = match verdict {
        Verdict::Agree => (ApprovalState::Given, ""),
        Verdict::Refuse { text } => (ApprovalState::Refused, text.trim()),
    };
    if record.state != ApprovalState::Waiting {
        let is_same = (record.state, record.words.as_str()) == (state, words);
        return if is_same { Ok(()) } else { Err(ErrorCode::IllegalMove.into()) };
    }
    let operation: Operation = serde_json::from_slice(&record.body).map_err(BackendError::from)?;
    let case = cases::find(&mut tx, tenant, operation.case_id).await?;
    let rev = case.map_or(0, |case| case.rev);
    approvals::decide(&mut tx, tenant, op_id, (state, words), actor.id, now_ms).await?;
    let by = actor.name.map(str::to_owned);
    let happened = match verdict {
        Verdict::Agree => Happened::Approved { op_id, by },
        Verdict::Refuse { .. } => Happened::NotApproved { op_id, text: words.to_owned(), by },
    };
    events::tell(&mut tx, tenant, record.account_id, (operation.case_id, rev), &happened, now_ms).await?;
    let action = match verdict {
        Verdict::Agree => "approval.give",
        Verdict::Refuse { .. } => "approval.refuse",
    };
    let entry = audit::Entry { actor: actor.id, action, subject: &op_id.to_string() };
    audit::append(&mut tx, tenant, entry, now_ms).await?;
    tx.commit().await?;
    Ok(())
}
