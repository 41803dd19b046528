//! The outbox: operations wait here until the backend's receipt is stored.
//!
//! Sent in order per case, never across cases: an operation that is held stops only its own case. Times of the next
//! attempt are hints; the order is the order of finalising.
//!
//! What is asked of all operations that wait says `INDEXED BY op_pending`: it has the columns for it, and fails rather than
//! read the table, where every row costs several pages to be deciphered and all that was ever received stays.

mod contract;
mod courier;
mod finalise;
mod line;
mod pump;
mod receipt;
mod row;

pub(crate) use contract::end_superseded;
pub use contract::{Answer, Conclusion};
pub use finalise::{Finalise, Finalised, NewBlob};
pub use line::{OpLine, Pending};
pub use pump::{RETRY_CAP_MS, Target};
pub(crate) use pump::{release_approval, stop_sending};
pub use receipt::Receipt;
pub use row::{Hold, OpBlob, OpError, OpQuery, OpRow, OpState};

use portal_domain::ids::CaseId;
use portal_domain::status::Outbound;

use crate::error::StoreError;
use crate::store::Conn;

/// Where the case's operations stand.
pub(crate) async fn outbound(conn: &mut Conn, case_id: CaseId) -> Result<Outbound, StoreError> {
    let records: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT state, hold FROM op WHERE case_id = ?1 AND state IN ('waiting', 'sending')")
            .bind(case_id.to_string())
            .fetch_all(conn)
            .await?;
    let pending = records.into_iter().map(|(state, hold)| {
        Ok((OpState::parse(&state).ok_or(StoreError::Damaged("state"))?, row::parse_hold(hold)?))
    });
    Ok(outbound_of(pending.collect::<Result<Vec<_>, StoreError>>()?))
}

/// One pending operation that needs attention outweighs the others.
fn outbound_of(pending: impl IntoIterator<Item = (OpState, Option<Hold>)>) -> Outbound {
    let mut outbound = Outbound::None;
    for (state, hold) in pending {
        if matches!(hold, Some(Hold::Attention | Hold::Conflict)) {
            return Outbound::Attention;
        }
        outbound = match (outbound, state, hold) {
            (Outbound::Sending, _, _) | (_, OpState::Sending, _) => Outbound::Sending,
            (Outbound::Approval, _, _) | (_, _, Some(Hold::Approval)) => Outbound::Approval,
            _ => Outbound::Waiting,
        };
    }
    outbound
}

pub(crate) async fn has_pending(conn: &mut Conn, case_id: CaseId) -> Result<bool, StoreError> {
    Ok(outbound(conn, case_id).await? != Outbound::None)
}
