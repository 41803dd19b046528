//! What a reviewer decides about a case: return, accept, reject. The console and the command line come here.

use portal_domain::ids::CaseId;
use portal_domain::review::{ReturnItem, ReviewOutcome};
use portal_domain::track::{ReviewState, ReviewStep, StepState};
use portal_protocol::case::CaseDocument;
use portal_protocol::error::ErrorCode;
use portal_protocol::event::Happened;

use crate::clock;
use crate::contracting;
use crate::error::BackendError;
use crate::keys::ServerKeys;
use crate::notice;
use crate::office::Office;
use crate::problem::{Answer, Problem};
use crate::rules;
use crate::store::cases::CaseRecord;
use crate::store::tenants::TenantId;
use crate::store::{Conn, audit, blobs, cases, events, next_number, retried};

/// A reviewer's decision.
#[derive(Debug, Clone)]
pub enum Decision {
    Return { items: Vec<ReturnItem> },
    Accept,
    Reject { text: String },
}

/// Who decides.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// As the audit names them.
    pub id: &'a str,
    /// As the merchant is told; absent for a program.
    pub name: Option<&'a str>,
}

impl<'a> Actor<'a> {
    /// A program that decides, e.g. the administrator's command line.
    pub fn program(id: &'a str) -> Self {
        Self { id, name: None }
    }
}

/// A notice that is durable as a blob, and not yet anybody's.
struct PrintedNotice {
    number: String,
    sha: portal_domain::ids::Sha256,
    size_bytes: u64,
}

impl Decision {
    fn step(&self) -> ReviewStep {
        match self {
            Self::Return { .. } => ReviewStep::Return,
            Self::Accept => ReviewStep::Accept,
            Self::Reject { .. } => ReviewStep::Reject,
        }
    }

    /// Whether this outcome is what the decision would bring about.
    fn is(&self, outcome: &ReviewOutcome) -> bool {
        match (self, outcome) {
            (Self::Return { items }, ReviewOutcome::Returned { items: made }) => items == made,
            (Self::Accept, ReviewOutcome::Accepted { .. }) => true,
            (Self::Reject { text }, ReviewOutcome::Rejected { text: made }) => text == made,
            _ => false,
        }
    }
}

/// Applies a decision made on revision `rev` (any, when none is given). The same decision twice has one effect
/// and the same answer.
///
/// # Errors
/// `not_found`, `conflict` with the current case, `illegal_move`, `invalid`.
pub async fn decide(
    office: &Office,
    keys: &ServerKeys,
    tenant: &TenantId,
    actor: Actor<'_>,
    case_id: CaseId,
    rev: Option<u64>,
    decision: Decision,
) -> Answer<CaseDocument> {
    let document = retried(|| decide_once(office, keys, tenant, actor, case_id, rev, &decision)).await?;
    office.store.announce().await;
    Ok(document)
}

async fn decide_once(
    office: &Office,
    keys: &ServerKeys,
    tenant: &TenantId,
    actor: Actor<'_>,
    case_id: CaseId,
    rev: Option<u64>,
    decision: &Decision,
) -> Answer<CaseDocument> {
    let notice = match decision {
        Decision::Accept => print_notice(office, tenant, case_id, rev).await?,
        Decision::Return { .. } | Decision::Reject { .. } => None,
    };
    let now_ms = office.now_ms();
    let mut tx = office.store.write().await?;
    let case = cases::find(&mut tx, tenant, case_id).await?.ok_or(ErrorCode::NotFound)?;
    let document = cases::document(&mut tx, tenant, &case).await?;
    let newest = document.rounds.last().ok_or(BackendError::Corrupt { what: "case without a round" })?;
    let repeated = newest.outcome.as_ref().is_some_and(|outcome| decision.is(outcome));
    if repeated && rev.is_none_or(|rev| rev.checked_add(1) == Some(case.rev)) {
        return Ok(document);
    }
    if rev.is_some_and(|rev| rev != case.rev) {
        return Err(Problem::conflict(document));
    }
    let review = case.tracks.review.after(decision.step()).map_err(|_| ErrorCode::IllegalMove)?;
    let outcome = outcome(decision, &document, notice.as_ref())?;
    let mut next = CaseRecord {
        rev: case.rev + 1,
        updated_at_ms: now_ms.max(case.updated_at_ms),
        returned: case.returned + u32::from(review == ReviewState::Returned),
        notice_number: notice.as_ref().map(|notice| notice.number.clone()),
        ..case
    };
    next.tracks.review = review;
    if let Some(profile) = rules::known_profile(&next.profile) {
        next.tracks.open_ready(profile, &document.dossier);
    }
    cases::put(&mut tx, tenant, &next).await?;
    cases::decide_round(&mut tx, tenant, (case_id, next.round), &outcome, now_ms).await?;
    if let Some(notice) = &notice {
        blobs::add_unheld(&mut tx, tenant, &notice.sha, notice.size_bytes, now_ms).await?;
        cases::add_notice(&mut tx, tenant, case_id, (&notice.number, notice.sha.as_str()), now_ms).await?;
    }
    tell(&mut tx, tenant, &next, outcome, actor.name.map(str::to_owned), now_ms).await?;
    if matches!(decision, Decision::Accept)
        && next.tracks.contract == StepState::Open
        && let Some(terms) = contracting::terms(&mut tx, tenant).await?
    {
        contracting::offer(&mut tx, keys, tenant, &next, &document.dossier, &terms, now_ms).await?;
    }
    let subject = case_id.to_string();
    let entry = audit::Entry { actor: actor.id, action: decision.step().as_str(), subject: &subject };
    audit::append(&mut tx, tenant, entry, now_ms).await?;
    let document = cases::document(&mut tx, tenant, &next).await?;
    tx.commit().await?;
    Ok(document)
}

fn outcome(
    decision: &Decision,
    document: &CaseDocument,
    notice: Option<&PrintedNotice>,
) -> Answer<ReviewOutcome> {
    match (decision, notice) {
        (Decision::Return { items }, _) => {
            rules::check_items(items, &document.dossier)?;
            Ok(ReviewOutcome::Returned { items: items.clone() })
        }
        (Decision::Reject { text }, _) => {
            rules::check_text("/text", text)?;
            Ok(ReviewOutcome::Rejected { text: text.clone() })
        }
        (Decision::Accept, Some(notice)) => {
            Ok(ReviewOutcome::Accepted { notice_number: notice.number.clone() })
        }
        // The case moved between printing and deciding.
        (Decision::Accept, None) => Err(ErrorCode::IllegalMove.into()),
    }
}

async fn tell(
    conn: &mut Conn,
    tenant: &TenantId,
    case: &CaseRecord,
    outcome: ReviewOutcome,
    by: Option<String>,
    now_ms: i64,
) -> Result<(), BackendError> {
    let round = case.round;
    let what = match outcome {
        ReviewOutcome::Returned { items } => Happened::Returned { round, items, by },
        ReviewOutcome::Accepted { notice_number } => Happened::Accepted { round, notice_number, by },
        ReviewOutcome::Rejected { text } => Happened::Rejected { round, text, by },
    };
    events::tell(conn, tenant, case.owner, (case.case_id, case.rev), &what, now_ms).await
}

/// Prints the notice before the decision's transaction, which would hold the write lock all the while. None when
/// the case can't be accepted anyway: the transaction says why.
async fn print_notice(
    office: &Office,
    tenant: &TenantId,
    case_id: CaseId,
    rev: Option<u64>,
) -> Answer<Option<PrintedNotice>> {
    let now_ms = office.now_ms();
    let mut tx = office.store.write().await?;
    let Some(case) = cases::find(&mut tx, tenant, case_id).await? else { return Ok(None) };
    let acceptable = case.tracks.review.after(ReviewStep::Accept).is_ok();
    if !acceptable || rev.is_some_and(|rev| rev != case.rev) {
        return Ok(None);
    }
    let count = next_number(&mut tx, tenant, "notice").await?;
    let number = format!("N{}-{count:06}", clock::china_date(now_ms).strftime("%Y%m%d"));
    let document = cases::document(&mut tx, tenant, &case).await?;
    let branch = notice::branch(&mut tx, tenant, case.branch_id.as_deref()).await?;
    tx.commit().await?;
    let printed = notice::compose(&document, &number, branch, now_ms);
    let pdf = notice::print(printed).await?;
    let sha = office.blobs.put(&pdf).await?;
    Ok(Some(PrintedNotice { number, sha, size_bytes: pdf.len() as u64 }))
}
