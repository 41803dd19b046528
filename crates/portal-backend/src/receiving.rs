//! Declare and commit: how an operation is received exactly once.

use portal_domain::ids::{DeviceId, OpId, Sha256};
use portal_domain::track::{StepMove, Track};
use portal_protocol::case::Round;
use portal_protocol::error::ErrorCode;
use portal_protocol::event::Happened;
use portal_protocol::mutant::Mutant;
use portal_protocol::operation::{Change, Operation, OperationState};
use portal_protocol::receipt::{Envelope, Receipt};

use crate::app::{App, Caller};
use crate::approving;
use crate::clock;
use crate::contracting;
use crate::declaration;
use crate::error::BackendError;
use crate::fault::{self, Point};
use crate::problem::{Answer, Problem};
use crate::random;
use crate::rules::{self, Refusal};
use crate::store::cases::{CaseRecord, NewRound, Reader};
use crate::store::contracts::PaperRecord;
use crate::store::devices::Standing;
use crate::store::operations::{Declared, OperationRecord};
use crate::store::{Conn, audit, blobs, cases, contracts, devices, events, next_number, operations, retried};

/// Whether a declaration was new.
pub enum DeclareAnswer {
    New(OperationState),
    Known(OperationState),
}

/// A declaration as it came, with the computer whose key signed these bytes for this operation.
pub struct Signed<'a> {
    pub raw: &'a [u8],
    pub signature: &'a str,
    pub by: DeviceId,
}

/// Takes up a declaration whose signature has been verified. A known id is answered before anything is asked of the
/// body: what was taken once is not judged again, by whatever rules.
///
/// # Errors
/// `operation_mismatch` when the id was declared with another body; `malformed_request`, `invalid`,
/// `unsupported_type`, `bad_signature` and `forbidden` for a new one; storage failures.
pub async fn declare(
    app: &App,
    caller: &Caller,
    op_id: OpId,
    declaration: &Signed<'_>,
) -> Answer<DeclareAnswer> {
    retried(|| declare_once(app, caller, op_id, declaration)).await
}

async fn declare_once(
    app: &App,
    caller: &Caller,
    op_id: OpId,
    declaration: &Signed<'_>,
) -> Answer<DeclareAnswer> {
    let body_sha = random::sha256_hex(declaration.raw);
    let operation = declaration::read(declaration.raw);
    let mut tx = app.office.store.write().await?;
    if let Some(known) = operations::find(&mut tx, &caller.tenant, op_id).await? {
        drop(tx);
        if known.account_id != caller.account.account_id || known.body_sha != body_sha {
            return Err(ErrorCode::OperationMismatch.into());
        }
        return state_of(app, caller, known).await.map(DeclareAnswer::Known);
    }
    let operation = operation?;
    rules::check_declaration(&operation, app.limits.max_blob_bytes)?;
    check_maker(&mut tx, caller, declaration.by, operation.device_id).await?;
    let declared = Declared {
        op_id,
        account_id: caller.account.account_id,
        case_id: operation.case_id,
        kind: operation.change.kind(),
        body: declaration.raw,
        body_sha: &body_sha,
        signature: declaration.signature,
        signed_by: declaration.by,
    };
    operations::declare(&mut tx, &caller.tenant, &declared, app.office.now_ms()).await?;
    tx.commit().await?;
    fault::pass(Point::DeclareAfterTx);
    let missing = missing(app, caller, &operation).await?;
    Ok(DeclareAnswer::New(OperationState::Receiving { missing }))
}

/// An operation comes from the computer it was made on, or from another one of its account: after a lost keyring a
/// computer has a new id and key, and signs with these what it had queued under the old id. A computer that was
/// switched off speaks for nobody, through no other either.
async fn check_maker(conn: &mut Conn, caller: &Caller, signer: DeviceId, maker: DeviceId) -> Answer<()> {
    const POINTER: &str = "/device_id";
    if maker == signer {
        return Ok(());
    }
    match devices::of_account(conn, &caller.tenant, caller.account.account_id, maker).await? {
        Some(Standing::Enrolled) => Ok(()),
        Some(Standing::SwitchedOff) => Err(Problem::new(ErrorCode::Forbidden).at(POINTER, "disabled")),
        None => Err(Problem::new(ErrorCode::BadSignature).at(POINTER, "unknown_device")),
    }
}

/// Where an operation stands.
///
/// # Errors
/// `not_found` for an operation that this account didn't declare.
pub async fn state(app: &App, caller: &Caller, op_id: OpId) -> Answer<OperationState> {
    let known = {
        let mut conn = app.office.store.read().await?;
        own(&mut conn, caller, op_id).await?
    };
    state_of(app, caller, known).await
}

/// Receives an operation: checks that every photo is durable, applies it and signs the receipt, in one
/// transaction. A known answer is replayed before anything else is looked at.
///
/// # Errors
/// `not_found`, `missing_blobs`, `conflict` with the current case, `illegal_move`, `forbidden`, `invalid`,
/// `approval_needed`, `approval_refused`.
pub async fn commit(app: &App, caller: &Caller, op_id: OpId) -> Answer<Envelope> {
    let operation = {
        let mut conn = app.office.store.read().await?;
        let known = own(&mut conn, caller, op_id).await?;
        refuse_by_mutant(app, caller, &known).await?;
        if let Some(receipt) = replayed(&known) {
            return Ok(receipt);
        }
        parsed(&known)?
    };
    crate::uploading::finish_complete(app, caller, &operation).await?;
    if !Mutant::AcceptBeforeBlobs.is_on() {
        check_files(app, &operation).await?;
    }
    contracting::examine(app, caller, &operation).await?;
    fault::pass(Point::CommitBeforeTx);
    let envelope = retried(|| receive_once(app, caller, op_id, &operation)).await?;
    app.office.store.announce().await;
    Ok(envelope)
}

async fn receive_once(app: &App, caller: &Caller, op_id: OpId, operation: &Operation) -> Answer<Envelope> {
    let mut tx = app.office.store.write().await?;
    let known = owned(operations::lock(&mut tx, &caller.tenant, op_id).await?, caller)?;
    if let Some(receipt) = replayed(&known) {
        return Ok(receipt);
    }
    if !Mutant::AcceptBeforeBlobs.is_on() {
        check_blobs(&mut tx, &caller.reader, operation).await?;
    }
    let Some(envelope) = receive(app, caller, &mut tx, op_id, operation, &known).await? else {
        tx.commit().await?;
        return Err(ErrorCode::ApprovalNeeded.into());
    };
    tx.commit().await?;
    fault::pass(Point::CommitAfterTx);
    app.metrics.received(operation.change.kind());
    Ok(envelope)
}

/// None when a supervisor has to agree first.
async fn receive(
    app: &App,
    caller: &Caller,
    conn: &mut Conn,
    op_id: OpId,
    operation: &Operation,
    known: &OperationRecord,
) -> Answer<Option<Envelope>> {
    let now_ms = app.office.now_ms();
    let today = clock::china_date(now_ms);
    let tenant = &caller.tenant;
    let current = current(conn, caller, operation).await?;
    let context = current.as_ref().map(|(case, round)| (case, round));
    let review = match rules::apply(context, operation, caller.account.role, today) {
        Ok(review) => review,
        Err(Refusal::Problem(problem)) => return Err(problem),
        Err(Refusal::Conflict) => {
            return Err(match &current {
                Some((case, _)) => Problem::conflict(cases::document(conn, tenant, case).await?),
                None => ErrorCode::IllegalMove.into(),
            });
        }
    };
    if !approving::permits(conn, caller, op_id, operation, (today, now_ms)).await? {
        return Ok(None);
    }
    let mut case = changed(current.map(|(case, _)| case), caller, operation, now_ms)?;
    case.tracks.review = review;
    if let Change::Refuse(_) = &operation.change {
        case.tracks.contract = case
            .tracks
            .contract
            .after(Track::Contract, StepMove::Fail)
            .map_err(|_| ErrorCode::IllegalMove)?;
    }
    let number = next_number(conn, tenant, "receipt").await?;
    let envelope = app.keys.sign(&Receipt {
        op_id,
        case_id: case.case_id,
        rev: case.rev,
        blobs: operation.blobs.iter().map(|blob| blob.sha.clone()).collect(),
        body_sha: crate::store::reading::sha(&known.body_sha)?,
        received_at_ms: now_ms,
        number: format!("R{}-{number:06}", today.strftime("%Y%m%d")),
    })?;
    cases::put(conn, tenant, &case).await?;
    if let Some(submission) = operation.change.submission() {
        let round = NewRound {
            round: case.round,
            op_id,
            dossier: &submission.dossier,
            receipt: &envelope,
            submitted_at_ms: now_ms,
        };
        cases::add_round(conn, tenant, case.case_id, &round).await?;
    }
    for blob in &operation.blobs {
        if Mutant::AcceptBeforeBlobs.is_on() {
            blobs::add_unheld(conn, tenant, &blob.sha, blob.size, now_ms).await?;
        }
        blobs::bind(conn, tenant, case.case_id, &blob.sha, &blob.media_type).await?;
    }
    let happened = match &operation.change {
        Change::Submit(_) | Change::Amend(_) => Happened::Received { op_id, round: case.round },
        Change::Withdraw(_) => Happened::Withdrawn { op_id },
        Change::Sign(signature) => {
            let signed = operation.blobs.first().ok_or(ErrorCode::Invalid)?;
            let number = signature.number.clone();
            if !contracts::sign(conn, tenant, op_id, signature, &signed.sha, now_ms).await? {
                return Err(ErrorCode::IllegalMove.into());
            }
            Happened::ContractReceived { op_id, number }
        }
        Change::SignOnPaper(signature) => {
            let number = signature.number.clone();
            let paper = PaperRecord { signature: (**signature).clone(), scans: operation.blobs.clone() };
            if !contracts::sign_on_paper(conn, tenant, op_id, &paper, now_ms).await? {
                return Err(ErrorCode::IllegalMove.into());
            }
            Happened::ContractReceived { op_id, number }
        }
        Change::Refuse(refusal) => {
            let number = refusal.number.clone();
            if !contracts::refuse(conn, tenant, op_id, &number, &refusal.record).await? {
                return Err(ErrorCode::IllegalMove.into());
            }
            Happened::ContractRefused { op_id, number }
        }
    };
    events::tell(conn, tenant, case.owner, (case.case_id, case.rev), &happened, now_ms).await?;
    let entry = audit::Entry {
        actor: &caller.account.account_id.to_string(),
        action: operation.change.kind(),
        subject: &case.case_id.to_string(),
    };
    audit::append(conn, tenant, entry, now_ms).await?;
    operations::receive(conn, tenant, op_id, &envelope, now_ms).await?;
    Ok(Some(envelope))
}

/// The case as the operation leaves it, but for the review state.
fn changed(
    current: Option<CaseRecord>,
    caller: &Caller,
    operation: &Operation,
    now_ms: i64,
) -> Answer<CaseRecord> {
    match (current, operation.change.submission()) {
        (None, Some(submission)) => Ok(CaseRecord {
            case_id: operation.case_id,
            owner: caller.account.account_id,
            branch_id: caller.account.branch_id.clone(),
            name: submission.dossier.display_name().to_owned(),
            rev: 1,
            tracks: Default::default(),
            round: 1,
            returned: 0,
            profile: submission.profile.clone(),
            notice_number: None,
            submitted_at_ms: now_ms,
            updated_at_ms: now_ms,
        }),
        (Some(case), Some(submission)) => Ok(CaseRecord {
            name: submission.dossier.display_name().to_owned(),
            rev: case.rev + 1,
            round: case.round + 1,
            submitted_at_ms: now_ms,
            updated_at_ms: now_ms.max(case.updated_at_ms),
            ..case
        }),
        (Some(case), None) => {
            Ok(CaseRecord { rev: case.rev + 1, updated_at_ms: now_ms.max(case.updated_at_ms), ..case })
        }
        (None, None) => Err(ErrorCode::IllegalMove.into()),
    }
}

/// The case that the operation is about, with its newest round.
async fn current(
    conn: &mut Conn,
    caller: &Caller,
    operation: &Operation,
) -> Answer<Option<(CaseRecord, Round)>> {
    let Some(case) = cases::find(conn, &caller.tenant, operation.case_id).await? else { return Ok(None) };
    if !caller.reader.sees(&case) {
        return Err(ErrorCode::Forbidden.into());
    }
    let newest = cases::rounds(conn, &caller.tenant, case.case_id)
        .await?
        .pop()
        .ok_or(BackendError::Corrupt { what: "case without a round" })?;
    Ok(Some((case, newest)))
}

async fn own(conn: &mut Conn, caller: &Caller, op_id: OpId) -> Answer<OperationRecord> {
    owned(operations::find(conn, &caller.tenant, op_id).await?, caller)
}

fn owned(found: Option<OperationRecord>, caller: &Caller) -> Answer<OperationRecord> {
    match found {
        Some(known) if known.account_id == caller.account.account_id => Ok(known),
        Some(_) | None => Err(ErrorCode::NotFound.into()),
    }
}

fn parsed(known: &OperationRecord) -> Result<Operation, BackendError> {
    Ok(serde_json::from_slice(&known.body)?)
}

/// The stored answer, which is given again for ever.
fn replayed(known: &OperationRecord) -> Option<Envelope> {
    if Mutant::NoIdempotency.is_on() { None } else { known.receipt.clone() }
}

/// The wrong order of [`Mutant::IfMatchFirst`]: an operation that was applied meets its own new revision.
async fn refuse_by_mutant(app: &App, caller: &Caller, known: &OperationRecord) -> Answer<()> {
    if !Mutant::IfMatchFirst.is_on() {
        return Ok(());
    }
    let operation = parsed(known)?;
    let mut conn = app.office.store.read().await?;
    match current(&mut conn, caller, &operation).await? {
        Some((case, _)) if operation.base_rev != Some(case.rev) => {
            Err(Problem::conflict(cases::document(&mut conn, &caller.tenant, &case).await?))
        }
        Some(_) | None => Ok(()),
    }
}

async fn state_of(app: &App, caller: &Caller, known: OperationRecord) -> Answer<OperationState> {
    refuse_by_mutant(app, caller, &known).await?;
    if let Some(receipt) = replayed(&known) {
        return Ok(OperationState::Received { receipt });
    }
    let operation = parsed(&known)?;
    Ok(OperationState::Receiving { missing: missing(app, caller, &operation).await? })
}

/// Hashes of which there is no file with its row's size, each once: what is to be sent.
async fn missing(app: &App, caller: &Caller, operation: &Operation) -> Answer<Vec<Sha256>> {
    let mut conn = app.office.store.read().await?;
    let mut missing = Vec::new();
    for blob in &operation.blobs {
        if missing.contains(&blob.sha) {
            continue;
        }
        let is_here = match blobs::present(&mut conn, &caller.reader, &blob.sha).await? {
            Some(size_bytes) => app.office.blobs.has(&blob.sha, size_bytes).await?,
            None => false,
        };
        if !is_here {
            missing.push(blob.sha.clone());
        }
    }
    Ok(missing)
}

/// Every declared photo has its row, with the declared size.
async fn check_blobs(conn: &mut Conn, reader: &Reader, operation: &Operation) -> Answer<()> {
    let mut problem = Problem::new(ErrorCode::MissingBlobs);
    for (index, blob) in operation.blobs.iter().enumerate() {
        match blobs::present(conn, reader, &blob.sha).await? {
            None => problem = problem.at(format!("/blobs/{index}"), "missing"),
            Some(size) if size != blob.size => {
                return Err(Problem::new(ErrorCode::Invalid).at(format!("/blobs/{index}/size"), "wrong_size"));
            }
            Some(_) => {}
        }
    }
    if problem.errors().is_empty() { Ok(()) } else { Err(problem) }
}

/// No receipt for a photo whose file is gone or has other bytes, whatever the database says.
async fn check_files(app: &App, operation: &Operation) -> Answer<()> {
    let mut problem = Problem::new(ErrorCode::MissingBlobs);
    for (index, blob) in operation.blobs.iter().enumerate() {
        if !app.office.blobs.verify(&blob.sha).await? {
            problem = problem.at(format!("/blobs/{index}"), "missing");
        }
    }
    if problem.errors().is_empty() { Ok(()) } else { Err(problem) }
}
