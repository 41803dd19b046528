//! Courier packages: operations that come in a file. They are received by the ordinary way — declared, supplied,
//! committed — once the whole package is known to be what its computer signed.

pub mod package;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use portal_domain::ids::{OpId, Sha256};
use portal_protocol::courier::{
    CourierReceipts, MANIFEST_ENTRY, Manifest, Outcome, RefusedOperation, SIGNATURE_CONTEXT,
};
use portal_protocol::error::ErrorCode;
use portal_protocol::operation::OperationState;
use portal_protocol::receipt::Envelope;
use portal_protocol::signed_text;
use tokio::sync::mpsc;

use crate::app::{App, Caller, Means};
use crate::enrolment::signed_by;
use crate::error::BackendError;
use crate::permission::{Permission, allows};
use crate::problem::{self, Answer, Problem};
use crate::random;
use crate::receiving::{self, DeclareAnswer, Signed};
use crate::store::devices::{self, DeviceRecord, Standing};
use crate::store::tenants::TenantId;
use crate::store::{accounts, audit, blobs, retried};
use package::Package;

/// Photos between decryption and their place.
const QUEUED: usize = 2;

/// Who brings a package: it need not be who made it.
pub struct Bearer<'a> {
    /// Account id, or `operator` for the command line.
    pub actor: &'a str,
    /// The bearer's organisation; absent for the operator, who serves all.
    pub tenant: Option<&'a TenantId>,
}

/// What came of a package.
pub struct Imported {
    pub receipts: CourierReceipts,
    /// The same, signed: the file that goes back.
    pub signed: Envelope,
}

/// Receives what a package holds. Operations that were received before, from a package or over the network, give the
/// receipt that they have; one that is refused is named and stops no other.
///
/// # Errors
/// Of the package as a whole, before anything of it was applied: `malformed_request`, `digest_mismatch` and `too_large`
/// naming the file, `bad_signature`, `forbidden` (`disabled` at the manifest for a maker who is switched off). Storage
/// failures, at any time: what was received by then stays received, and importing the package again goes on there.
pub async fn import(app: &App, bearer: &Bearer<'_>, path: &Path) -> Answer<Imported> {
    let max_blob_bytes = app.limits.max_blob_bytes;
    let (identity, file) = (app.keys.courier().clone(), path.to_owned());
    let package = tokio::task::spawn_blocking(move || package::read(&file, &identity, max_blob_bytes))
        .await
        .map_err(BackendError::from)??;
    let (device, caller) = maker(app, bearer, &package).await?;
    for (packed, (op_id, body)) in package.manifest.operations.iter().zip(&package.bodies) {
        let text = signed_text(&op_id.to_string(), &random::sha256_hex(body));
        if !is_signed(&device, &text, &packed.signature) {
            let name = portal_protocol::courier::operation_entry(*op_id);
            return Err(Problem::new(ErrorCode::BadSignature).at(format!("/{name}"), "altered"));
        }
    }

    let declared = declare_all(app, &caller, &device, &package).await?;
    let missing: HashSet<Sha256> =
        declared.iter().flat_map(|(_, declared)| declared.missing()).cloned().collect();
    supply(app, &caller, path, missing).await?;
    let mut outcomes = Vec::with_capacity(declared.len());
    for (op_id, declared) in declared {
        outcomes.push(match declared {
            Declared::Received(receipt) => Outcome::Received { op_id, receipt },
            Declared::Refused(refusal) => Outcome::Refused { op_id, refusal },
            Declared::Receiving(_) => match receiving::commit(app, &caller, op_id).await {
                Ok(receipt) => Outcome::Received { op_id, receipt },
                Err(problem) => Outcome::Refused { op_id, refusal: refusal(problem)? },
            },
        });
    }
    record(app, bearer, &caller.tenant, &package.manifest).await?;
    let receipts = CourierReceipts {
        package_id: package.manifest.package_id,
        device_id: device.device_id,
        account_id: caller.account.account_id,
        imported_at_ms: app.office.now_ms(),
        outcomes,
    };
    Ok(Imported { signed: app.keys.sign(&receipts)?, receipts })
}

/// The computer that signed the package, and its account as the one whose operations these are: it must have been
/// signed in on this computer, and both must still be let in.
async fn maker(app: &App, bearer: &Bearer<'_>, package: &Package) -> Answer<(DeviceRecord, Caller)> {
    let manifest = &package.manifest;
    let mut conn = app.office.store.read().await?;
    let device = devices::by_id(&mut conn, manifest.device_id).await?.ok_or(ErrorCode::BadSignature)?;
    let text = signed_text(SIGNATURE_CONTEXT, &random::sha256_hex(&package.manifest_bytes));
    if !is_signed(&device, &text, &package.signature) {
        return Err(ErrorCode::BadSignature.into());
    }
    if bearer.tenant.is_some_and(|tenant| *tenant != device.tenant) {
        return Err(ErrorCode::Forbidden.into());
    }
    match devices::of_account(&mut conn, &device.tenant, manifest.account_id, device.device_id).await? {
        Some(Standing::Enrolled) => {}
        Some(Standing::SwitchedOff) => return Err(switched_off()),
        None => return Err(ErrorCode::Forbidden.into()),
    }
    let account =
        accounts::by_id(&mut conn, &device.tenant, manifest.account_id).await?.ok_or(ErrorCode::Forbidden)?;
    if account.disabled {
        return Err(switched_off());
    }
    if !allows(account.role, Permission::ChangeCases) {
        return Err(ErrorCode::Forbidden.into());
    }
    let until_ms = app.office.now_ms();
    let caller = Caller::new(device.tenant.clone(), account, Means::Courier, until_ms);
    Ok((device, caller))
}

/// Not `disabled`: that is what a bearer hears who is switched off, and it would sign a good one out.
fn switched_off() -> Problem {
    Problem::new(ErrorCode::Forbidden).at(format!("/{MANIFEST_ENTRY}"), "disabled")
}

fn is_signed(device: &DeviceRecord, text: &[u8], signature: &str) -> bool {
    use base64::Engine;
    let der = base64::engine::general_purpose::STANDARD.decode(signature);
    der.is_ok_and(|der| signed_by(&device.public_key, text, &der))
}

/// Where an operation of the package stands before its photos are looked at.
enum Declared {
    Receiving(Vec<Sha256>),
    Received(Envelope),
    Refused(RefusedOperation),
}

impl Declared {
    fn missing(&self) -> &[Sha256] {
        match self {
            Self::Receiving(missing) => missing,
            Self::Received(_) | Self::Refused(_) => &[],
        }
    }
}

async fn declare_all(
    app: &App,
    caller: &Caller,
    device: &DeviceRecord,
    package: &Package,
) -> Answer<Vec<(OpId, Declared)>> {
    let mut all = Vec::with_capacity(package.bodies.len());
    for (packed, (op_id, raw)) in package.manifest.operations.iter().zip(&package.bodies) {
        let declaration = Signed { raw, signature: &packed.signature, by: device.device_id };
        let declared = match receiving::declare(app, caller, *op_id, &declaration).await {
            Ok(DeclareAnswer::New(state) | DeclareAnswer::Known(state)) => match state {
                OperationState::Receiving { missing } => Declared::Receiving(missing),
                OperationState::Received { receipt } => Declared::Received(receipt),
            },
            Err(problem) => Declared::Refused(refusal(problem)?),
        };
        all.push((*op_id, declared));
    }
    Ok(all)
}

/// Makes the missing photos durable, one by one as they are decrypted.
async fn supply(app: &App, caller: &Caller, path: &Path, missing: HashSet<Sha256>) -> Answer<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let (identity, file): (_, PathBuf) = (app.keys.courier().clone(), path.to_owned());
    let max_blob_bytes = app.limits.max_blob_bytes;
    let (photos, mut taken) = mpsc::channel::<Vec<u8>>(QUEUED);
    let reading = tokio::task::spawn_blocking(move || {
        package::photos(&file, &identity, max_blob_bytes, &missing, |bytes| {
            photos.blocking_send(bytes).is_ok()
        })
    });
    while let Some(bytes) = taken.recv().await {
        let size_bytes = bytes.len() as u64;
        let sha = app.office.blobs.put(&bytes).await?;
        let now_ms = app.office.now_ms();
        retried(|| async {
            let mut tx = app.office.store.write().await?;
            blobs::add(&mut tx, &caller.tenant, caller.account.account_id, &sha, size_bytes, now_ms).await?;
            tx.commit().await.map_err(BackendError::from)
        })
        .await?;
        app.metrics.stored(size_bytes);
    }
    reading.await.map_err(BackendError::from)??;
    Ok(())
}

/// What the computer is told about one operation; a failure of the backend itself is no refusal.
fn refusal(problem: Problem) -> Answer<RefusedOperation> {
    let status = problem.code.status();
    if status >= 500 {
        return Err(problem);
    }
    Ok(RefusedOperation { status, code: problem::name(problem.code), errors: problem.errors().to_vec() })
}

async fn record(app: &App, bearer: &Bearer<'_>, tenant: &TenantId, manifest: &Manifest) -> Answer<()> {
    let subject = manifest.package_id.to_string();
    retried(|| async {
        let entry = audit::Entry { actor: bearer.actor, action: "courier.import", subject: &subject };
        let mut tx = app.office.store.write().await?;
        audit::append(&mut tx, tenant, entry, app.office.now_ms()).await?;
        tx.commit().await.map_err(BackendError::from)
    })
    .await?;
    Ok(())
}
