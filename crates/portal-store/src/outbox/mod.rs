//! The outbox: operations wait here until the backend's receipt is stored.
//!
//! Sent in order per case, never across cases: an operation that is held stops only its own case. Times of the next
//! attempt are hints; the order is the order of finalising.

mod courier;
mod finalise;
mod pump;
mod receipt;
mod row;

pub use finalise::{Finalise, Finalised, NewBlob};
pub(crate) use pump::stop_sending;
pub use pump::{RETRY_CAP_MS, Target};
pub use receipt::Receipt;
pub use row::{Hold, OpBlob, OpError, OpQuery, OpRow, OpState};

use portal_domain::ids::CaseId;
use portal_domain::status::Outbound;

use crate::error::StoreError;
use crate::store::Conn;

/// Where the case's operations stand: one that needs attention outweighs those behind it.
pub(crate) async fn outbound(conn: &mut Conn, case_id: CaseId) -> Result<Outbound, StoreError> {
    let (pending, sending, attention): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(sum(state = 'sending'), 0), coalesce(sum(hold IN ('attention', 'conflict')), 0)
         FROM op WHERE case_id = ?1 AND state IN ('waiting', 'sending')",
    )
    .bind(case_id.to_string())
    .fetch_one(conn)
    .await?;
    Ok(if attention > 0 {
        Outbound::Attention
    } else if sending > 0 {
        Outbound::Sending
    } else if pending > 0 {
        Outbound::Waiting
    } else {
        Outbound::None
    })
}

pub(crate) async fn has_pending(conn: &mut Conn, case_id: CaseId) -> Result<bool, StoreError> {
    Ok(outbound(conn, case_id).await? != Outbound::None)
}
