//! What an operation may do to a case. Pure: the database is not asked here.

use jiff::civil::Date;
use portal_domain::check::check;
use portal_domain::dossier::{BlobSlot, Dossier, Slot};
use portal_domain::problem::Severity;
use portal_domain::profile::{self, Profile};
use portal_domain::review::{ReturnItem, ReviewOutcome, violations};
use portal_domain::track::{ReviewState, ReviewStep, StepState};
use portal_protocol::case::Round;
use portal_protocol::error::{ErrorCode, FieldError};
use portal_protocol::mutant::Mutant;
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission};
use portal_protocol::session::Role;

use crate::contracting::MAX_FILE_BYTES;
use crate::problem::{Answer, Problem};
use crate::store::cases::CaseRecord;

/// Most characters of a reason or of a reviewer's words.
pub const MAX_TEXT_CHARS: u32 = 1000;

/// More pages than any contract has.
const MAX_SCANS: usize = 100;

/// Media types that a photo or document may have.
pub const MEDIA_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/pdf"];

/// Why an operation is refused.
pub enum Refusal {
    /// The case has another revision than the operation was made on.
    Conflict,
    Problem(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::Problem(code.into())
    }
}

/// What must be true of a declaration on its own: its photos are exactly those of its document, and each can be
/// supplied.
///
/// # Errors
/// `invalid` with pointers into the declaration, `unsupported_type`.
pub fn check_declaration(operation: &Operation, max_blob_bytes: u64) -> Answer<()> {
    let mut errors = Vec::new();
    for (index, blob) in operation.blobs.iter().enumerate() {
        if !MEDIA_TYPES.contains(&blob.media_type.as_str()) {
            return Err(
                Problem::new(ErrorCode::UnsupportedType).at(format!("/blobs/{index}/type"), "not_taken")
            );
        }
        if blob.size == 0 || blob.size > max_blob_bytes {
            errors.push(field(format!("/blobs/{index}/size"), "out_of_range"));
        }
        if operation.blobs[..index].iter().any(|other| same_place(other, blob)) {
            errors.push(field(format!("/blobs/{index}"), "duplicate"));
        }
    }
    match &operation.change {
        Change::Submit(submission) | Change::Amend(submission) => {
            errors.extend(unmatched(&submission.dossier, &operation.blobs));
        }
        Change::Sign(_) => match operation.blobs.as_slice() {
            // Beside it the merchant with the identity card, when they signed on an agent's computer.
            [blob, rest @ ..] if blob.slot == BlobSlot::SIGNED_CONTRACT && is_signer_photo(rest) => {
                if blob.media_type != "application/pdf" || blob.size > MAX_FILE_BYTES {
                    errors.push(field("/blobs/0", "not_a_contract"));
                }
            }
            _ => errors.push(field("/blobs", "one_contract")),
        },
        Change::SignOnPaper(_) => match operation.blobs.as_slice() {
            [] => errors.push(field("/blobs", "required")),
            scans if scans.len() > MAX_SCANS => errors.push(field("/blobs", "out_of_range")),
            scans => {
                let other = |scan: &BlobRef| {
                    scan.slot != Slot::PaperContract.into() || scan.media_type != "image/jpeg"
                };
                let others = scans.iter().enumerate().filter(|(_, scan)| other(scan));
                errors.extend(others.map(|(index, _)| field(format!("/blobs/{index}"), "not_a_scan")));
            }
        },
        Change::Withdraw(_) if operation.blobs.is_empty() => {}
        Change::Refuse(_) if is_signer_photo(&operation.blobs) => {}
        Change::Withdraw(_) | Change::Refuse(_) => errors.push(field("/blobs", "not_named")),
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::new(ErrorCode::Invalid).with_errors(errors)) }
}

fn is_signer_photo(blobs: &[BlobRef]) -> bool {
    match blobs {
        [] => true,
        [photo] => photo.slot == Slot::HoldingId.into() && photo.media_type == "image/jpeg",
        _ => false,
    }
}

fn same_place(one: &BlobRef, other: &BlobRef) -> bool {
    one.slot == other.slot && one.sha == other.sha
}

fn unmatched(dossier: &Dossier, blobs: &[BlobRef]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (slot, index, photo) in dossier.photos() {
        let listed = blobs.iter().any(|blob| {
            blob.slot == BlobSlot::from(slot)
                && blob.sha == photo.sha256
                && blob.size == photo.size_bytes
                && blob.media_type == photo.media_type
        });
        if !listed {
            let pointer = format!("/payload/dossier/attachments/{}/{index}", slot.as_str());
            errors.push(field(pointer, "not_listed"));
        }
    }
    for (index, blob) in blobs.iter().enumerate() {
        if !dossier.photos().any(|(slot, _, photo)| blob.slot == slot.into() && blob.sha == photo.sha256) {
            errors.push(field(format!("/blobs/{index}"), "not_named"));
        }
    }
    errors
}

/// The review state after the operation, when it may be applied to this case.
///
/// # Errors
/// [`Refusal::Conflict`]; `illegal_move` when the graph has no such move; `invalid` with pointers into the case
/// document.
pub fn apply(
    current: Option<(&CaseRecord, &Round)>,
    operation: &Operation,
    role: Role,
    today: Date,
) -> Result<ReviewState, Refusal> {
    if let (Some((case, _)), Some(base)) = (current, operation.base_rev)
        && base != case.rev
        && !Mutant::LastWriteWins.is_on()
    {
        return Err(Refusal::Conflict);
    }
    let state = current.map_or(ReviewState::NotSubmitted, |(case, _)| case.tracks.review);
    let step = match &operation.change {
        Change::Submit(_) => ReviewStep::Submit,
        Change::Amend(_) => ReviewStep::Amend,
        Change::Withdraw(_) => ReviewStep::Withdraw,
        // What was offered is what counts, not the case's revision.
        Change::Sign(_) | Change::SignOnPaper(_) | Change::Refuse(_) => {
            let is_open = current.is_some_and(|(case, _)| case.tracks.contract == StepState::Open);
            return if is_open { Ok(state) } else { Err(ErrorCode::IllegalMove.into()) };
        }
    };
    let next = state.after(step).map_err(|_| ErrorCode::IllegalMove)?;
    if current.is_some() && operation.base_rev.is_none() {
        return Err(Problem::new(ErrorCode::Invalid).at("/base_rev", "required").into());
    }
    match (&operation.change, current) {
        (Change::Submit(submission), _) => check_submission(submission, role, today)?,
        (Change::Amend(submission), Some((case, round))) => {
            check_answer(submission, case, round)?;
            check_submission(submission, role, today)?;
        }
        (Change::Amend(_), None) => return Err(ErrorCode::IllegalMove.into()),
        (Change::Withdraw(withdrawal), _) => check_text("/reason", &withdrawal.reason)?,
        (Change::Sign(_) | Change::SignOnPaper(_) | Change::Refuse(_), _) => {}
    }
    Ok(next)
}

/// The profile in the version that a document names.
pub fn known_profile(wanted: &ProfileRef) -> Option<&'static Profile> {
    profile::builtin_version(&wanted.id, &wanted.version)
}

fn check_submission(submission: &Submission, role: Role, today: Date) -> Answer<()> {
    // There is nobody to agree to a merchant's.
    if role == Role::Merchant && !submission.dossier.overrides.is_empty() {
        return Err(Problem::new(ErrorCode::Invalid).at("/overrides", "staff_only"));
    }
    let Some(profile) = known_profile(&submission.profile) else {
        return Err(Problem::new(ErrorCode::Invalid).at("/profile", "unknown_profile"));
    };
    let errors: Vec<FieldError> = check(&submission.dossier, profile, today)
        .into_iter()
        .filter(|problem| problem.severity == Severity::Blocking)
        .map(|problem| field(problem.pointer, &code_text(problem.code)))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::new(ErrorCode::Invalid).with_errors(errors)) }
}

/// An answer to a return changes what was asked, under the profile that the case was begun with.
fn check_answer(submission: &Submission, case: &CaseRecord, round: &Round) -> Answer<()> {
    if submission.profile != case.profile {
        return Err(Problem::new(ErrorCode::Invalid).at("/profile", "changed"));
    }
    let items = match &round.outcome {
        Some(ReviewOutcome::Returned { items }) => items.as_slice(),
        Some(ReviewOutcome::Accepted { .. } | ReviewOutcome::Rejected { .. }) | None => &[],
    };
    let errors: Vec<FieldError> = violations(&round.dossier, &submission.dossier, items)
        .into_iter()
        .map(|pointer| field(pointer, "not_opened"))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::new(ErrorCode::Invalid).with_errors(errors)) }
}

/// What a reviewer may ask for: places that the document has, with reasons that fit them.
///
/// # Errors
/// `invalid` with pointers into the request (`/items/{n}/…`).
pub fn check_items(items: &[ReturnItem], dossier: &Dossier) -> Answer<()> {
    let mut errors = Vec::new();
    if items.is_empty() {
        errors.push(field("/items", "required"));
    }
    let document = serde_json::to_value(dossier).unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        let known = match item.slot() {
            Some(slot) => {
                names_photo(&item.pointer, slot.as_str(), dossier.attachments.get(&slot).map_or(0, Vec::len))
            }
            None => {
                item.pointer.starts_with('/')
                    && !item.pointer.starts_with("/attachments")
                    && document.pointer(&item.pointer).is_some()
            }
        };
        if !known {
            errors.push(field(format!("/items/{index}/pointer"), "unknown_pointer"));
        }
        if item.slot().is_some() && !item.reason.fits_photo() {
            errors.push(field(format!("/items/{index}/reason"), "not_for_photos"));
        }
        if item.reason == portal_domain::review::ReturnReason::Other && item.text.trim().is_empty() {
            errors.push(field(format!("/items/{index}/text"), "required"));
        }
        if is_too_long(&item.text) {
            errors.push(field(format!("/items/{index}/text"), "too_long"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::new(ErrorCode::Invalid).with_errors(errors)) }
}

fn names_photo(pointer: &str, slot: &str, photos: usize) -> bool {
    let Some(rest) = pointer.strip_prefix("/attachments/").and_then(|rest| rest.strip_prefix(slot)) else {
        return false;
    };
    match rest.strip_prefix('/') {
        None => rest.is_empty(),
        Some(number) => number.parse::<usize>().is_ok_and(|number| number < photos),
    }
}

/// A reason that must be given, in at most [`MAX_TEXT_CHARS`] characters.
///
/// # Errors
/// `invalid` at the pointer.
pub fn check_text(pointer: &str, text: &str) -> Answer<()> {
    if text.trim().is_empty() {
        return Err(Problem::new(ErrorCode::Invalid).at(pointer, "required"));
    }
    if is_too_long(text) {
        return Err(Problem::new(ErrorCode::Invalid).at(pointer, "too_long"));
    }
    Ok(())
}

fn is_too_long(text: &str) -> bool {
    text.chars().count() > MAX_TEXT_CHARS as usize
}

fn field(pointer: impl Into<String>, code: &str) -> FieldError {
    FieldError { pointer: pointer.into(), code: code.to_owned() }
}

/// A code as it stands on the wire.
fn code_text(code: portal_domain::problem::ProblemCode) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
