//! The receipts of a package, back on the computer that made it.

use portal_domain::ids::{AccountId, CaseId, OpId};
use portal_protocol::courier::{CourierReceipts, Outcome, RefusedOperation};
use portal_protocol::receipt::Envelope;
use portal_store::{Hold, Store};

use super::CourierError;
use crate::error::{Class, Refusal, SyncError};
use crate::pump::{op_error, store_receipt};
use crate::receipt::ReceiptKeys;

/// What receipts came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Operations that count as received from here on.
    pub received: u32,
    /// Operations that were known to be received before.
    pub known: u32,
    /// Operations that a person has to look at.
    pub refused: u32,
    /// Operations that go on waiting: refused for now only, or not of this computer's queue any more.
    pub waiting: u32,
    /// Cases of which something changed.
    pub changed: Vec<CaseId>,
}

/// Takes over what the backend answered to a package. Doing it again changes nothing.
///
/// # Errors
/// [`CourierError::NotReceipts`] unless an enrolled key signed it, [`CourierError::OtherAccount`]; nothing is changed
/// then. [`CourierError::Sync`] for a receipt that isn't for its operation, and what the store says.
pub async fn import_receipts(
    store: &Store,
    keys: &ReceiptKeys,
    account_id: AccountId,
    file: &[u8],
    now_ms: i64,
) -> Result<Imported, CourierError> {
    let envelope: Envelope = serde_json::from_slice(file).map_err(|_| CourierError::NotReceipts)?;
    let receipts: CourierReceipts = keys.open(&envelope).map_err(|_| CourierError::NotReceipts)?;
    // A computer that was enrolled anew has another id; its account's receipts are good all the same.
    if receipts.account_id != account_id {
        return Err(CourierError::OtherAccount);
    }
    let mut imported = Imported::default();
    for outcome in receipts.outcomes {
        match outcome {
            Outcome::Received { op_id, receipt } => match store.op(op_id).await? {
                Some(op) if op.state.is_pending() => {
                    store_receipt(store, keys, &op, &receipt, now_ms).await?;
                    imported.received += 1;
                    imported.changed.push(op.case_id);
                }
                Some(_) => imported.known += 1,
                None => imported.waiting += 1,
            },
            Outcome::Refused { op_id, refusal } => match hold(store, op_id, refusal).await? {
                Held::ForPerson(case_id) => {
                    imported.refused += 1;
                    imported.changed.push(case_id);
                }
                Held::ForApproval(case_id) => {
                    imported.waiting += 1;
                    imported.changed.push(case_id);
                }
                Held::Nothing => imported.waiting += 1,
            },
        }
    }
    Ok(imported)
}

/// What a refusal holds, and the case it is about.
enum Held {
    /// A person has to look at it now.
    ForPerson(CaseId),
    /// A supervisor has to agree first.
    ForApproval(CaseId),
    Nothing,
}

/// Holds what was refused. What may go away by itself changes nothing, and neither does a
/// refusal of what was received meanwhile.
async fn hold(store: &Store, op_id: OpId, refused: RefusedOperation) -> Result<Held, CourierError> {
    let Some(op) = store.op(op_id).await?.filter(|op| op.state.is_pending()) else {
        return Ok(Held::Nothing);
    };
    let error = SyncError::Refused(Box::new(Refusal {
        status: refused.status,
        code: serde_json::from_value(serde_json::Value::String(refused.code.clone())).ok(),
        code_text: refused.code,
        fields: refused.errors,
        retry_after_ms: None,
        incident: None,
    }));
    let hold = match error.class() {
        // An older file than the one that said how it was decided changes nothing.
        Class::Approval if op.hold.is_none() => {
            store.hold_for_approval(op_id).await?;
            return Ok(Held::ForApproval(op.case_id));
        }
        Class::Conflict => Hold::Conflict,
        Class::Permanent => Hold::Attention,
        Class::Approval
        | Class::Transient
        | Class::Auth
        | Class::Session
        | Class::Budget
        | Class::Resume
        | Class::Local => {
            return Ok(Held::Nothing);
        }
    };
    store.hold(op_id, hold, Some(&op_error(&error))).await?;
    Ok(Held::ForPerson(op.case_id))
}
