//! The outbox as people see it: what waits, why, and what they can do about it.

use std::sync::Arc;

use portal_domain::ids::OpId;
use portal_protocol::error::FieldError;
use portal_store::{Hold, OpLine, OpState, Target};
use portal_sync::{Connection as Reached, Pump, PumpEvent};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::account::Account;
use crate::case::count;
use crate::error::{CommandCode, CommandError};
use crate::view::{
    Changed, Connection, FieldProblem, OutboxItem, OutboxProblem, OutboxState, OutboxView, SyncView,
};

/// Received items shown, newest first.
const RECEIVED_SHOWN: u32 = 20;
/// Nobody reads on for longer, and every window asks for them whenever something was sent.
const ITEMS_SHOWN: u32 = 300;
/// Whether everything is paused, kept with the account.
const PAUSED: &str = "outbox_paused";

/// Runs the pump until it is stopped, and tells the window what it does.
pub(crate) fn run(
    pump: Arc<Pump>,
    mut events: broadcast::Receiver<PumpEvent>,
    stop: CancellationToken,
    changes: broadcast::Sender<Changed>,
) {
    let told = stop.clone();
    tokio::spawn(async move {
        loop {
            let event = tokio::select! {
                () = told.cancelled() => return,
                event = events.recv() => event,
            };
            let changed = match event {
                Ok(PumpEvent::Progress { op_id, progress }) => vec![Changed::Progress {
                    op_id,
                    bytes_sent: progress.bytes_sent,
                    bytes_total: progress.bytes_total,
                    bytes_per_s: progress.bytes_per_s,
                    seconds_left: progress.seconds_left(),
                }],
                Ok(PumpEvent::Case { case_id } | PumpEvent::Operation { case_id, .. }) => {
                    vec![Changed::Case { case_id }, Changed::Outbox]
                }
                // Whether a sign-in is needed is part of the session.
                Ok(PumpEvent::Connection(_)) => vec![Changed::Outbox, Changed::Session],
                Ok(PumpEvent::Outdated) => vec![Changed::Outbox],
                Err(broadcast::error::RecvError::Lagged(_)) => vec![Changed::Session],
                Err(broadcast::error::RecvError::Closed) => return,
            };
            for change in changed {
                // Nobody listening is fine.
                let _heard_by = changes.send(change);
            }
        }
    });
    tokio::spawn(async move { pump.run(stop).await });
}

impl App {
    pub async fn outbox_show(&self) -> Result<OutboxView, CommandError> {
        let account = self.account().await?;
        let pending = account.store.pending(ITEMS_SHOWN).await?;
        let received = account.store.recently_received(RECEIVED_SHOWN).await?;
        let items = |lines: Vec<OpLine>| lines.into_iter().map(|op| outbox_item(&account, op)).collect();
        Ok(OutboxView {
            online: self.connection(&account)?,
            update_needed: account.pump().is_some_and(|pump| pump.is_outdated()),
            paused: is_paused(&account).await?,
            metered: self.budget().view(),
            items: items(pending.lines),
            more: count(pending.more),
            received: items(received),
        })
    }

    pub async fn outbox_send_now(&self) -> Result<OutboxView, CommandError> {
        let account = self.account().await?;
        account.store.retry_now(Target::All).await?;
        account.wake();
        self.outbox_show().await
    }

    /// Photos go today too, whatever the budget says.
    pub async fn outbox_send_anyway(&self) -> Result<OutboxView, CommandError> {
        self.writable()?;
        self.budget().lift();
        self.wake_all().await?;
        self.changed(Changed::Outbox);
        self.outbox_show().await
    }

    pub async fn outbox_pause(&self, paused: bool) -> Result<OutboxView, CommandError> {
        let account = self.account().await?;
        account.store.meta_set(PAUSED, if paused { "true" } else { "false" }).await?;
        if paused {
            match account.pump() {
                Some(pump) => pump.pause(Target::All).await?,
                None => {
                    account.store.pause(Target::All).await?;
                }
            }
        } else {
            account.store.resume(Target::All).await?;
            account.wake();
        }
        self.changed(Changed::Outbox);
        self.outbox_show().await
    }

    pub async fn outbox_retry(&self, op_id: OpId) -> Result<OutboxView, CommandError> {
        let account = self.account().await?;
        let op = account.store.op(op_id).await?.ok_or(CommandError::new(CommandCode::NotFound))?;
        // Made for a revision that is past: sent again as it is, it would be refused again.
        if op.hold == Some(Hold::Conflict) {
            return Err(CommandError::new(CommandCode::Refused).field("/code", "conflict"));
        }
        account.store.release(op_id).await?;
        account.store.retry_now(Target::One(op_id)).await?;
        account.wake();
        self.changed(Changed::Outbox);
        self.outbox_show().await
    }

    /// Sends everything that can be sent and fetches what happened, once.
    ///
    /// # Errors
    /// `no_backend`, `sign_in_needed`; being offline is part of the answer.
    pub async fn sync_once(&self) -> Result<SyncView, CommandError> {
        self.writable()?;
        self.client()?;
        let account = self.account().await?;
        if account.store.is_newer() {
            return Err(CommandError::new(CommandCode::NewerSchema));
        }
        let pump = account.pump().ok_or(CommandError::new(CommandCode::SignInNeeded))?;
        let summary = pump.run_once().await?;
        self.retire_photos(&account.store).await?;
        Ok(SyncView {
            received: count(summary.received),
            attention: count(summary.attention),
            waiting: count(summary.waiting),
            online: self.connection(&account)?,
            update_needed: pump.is_outdated(),
        })
    }

    fn connection(&self, account: &Account) -> Result<Connection, CommandError> {
        let Some(pump) = account.pump() else { return Ok(Connection::NotEnrolled) };
        Ok(match *pump.connection().borrow() {
            Reached::Unknown => Connection::Unknown,
            Reached::Online => Connection::Online,
            Reached::Offline => Connection::Offline,
            Reached::NotTheBackend => Connection::NotTheBackend,
            Reached::SignInNeeded => Connection::SignInNeeded,
        })
    }
}

/// An operation as lists show it.
pub(crate) fn outbox_item(account: &Account, op: OpLine) -> OutboxItem {
    let state = outbox_state(&op);
    let progress = account.pump().and_then(|pump| pump.progress(op.op_id));
    let (bytes_sent, bytes_total) = match progress {
        Some(progress) => (progress.bytes_sent, progress.bytes_total),
        None => (op.bytes_sent, op.bytes),
    };
    OutboxItem {
        op_id: op.op_id,
        case_id: op.case_id,
        name: op.name,
        kind: op.kind,
        state,
        bytes_total,
        bytes_sent,
        bytes_per_s: progress.and_then(|progress| progress.bytes_per_s),
        seconds_left: progress.and_then(|progress| progress.seconds_left()),
        attempts: op.attempts,
        next_at_ms: (state == OutboxState::Waiting).then_some(op.next_at_ms),
        problem: op.last_error.map(|error| OutboxProblem { fields: fields(&error.detail), code: error.code }),
        receipt_number: op.receipt_number,
        made_at_ms: op.made_at_ms,
    }
}

/// What needs a person is said before a pause, and a pause before the sign-in that it puts off.
fn outbox_state(op: &OpLine) -> OutboxState {
    match (op.state, op.hold) {
        (OpState::Received | OpState::Abandoned, _) => OutboxState::Received,
        (_, Some(Hold::Attention)) => OutboxState::Attention,
        (_, Some(Hold::Conflict)) => OutboxState::Conflict,
        (_, Some(Hold::Approval)) => OutboxState::Approval,
        _ if op.paused => OutboxState::Paused,
        (_, Some(Hold::Auth)) => OutboxState::Auth,
        (OpState::Sending, None) => OutboxState::Sending,
        (OpState::Waiting, None) => OutboxState::Waiting,
    }
}

/// Whether sending was paused: then new work is held too.
pub(crate) async fn is_paused(account: &Account) -> Result<bool, CommandError> {
    Ok(account.store.meta_get(PAUSED).await?.is_some_and(|value| value == "true"))
}

/// The fields that the backend refused, as the pump kept them.
fn fields(detail: &serde_json::Value) -> Vec<FieldProblem> {
    let refused: Vec<FieldError> = detail
        .get("fields")
        .and_then(|fields| serde_json::from_value(fields.clone()).ok())
        .unwrap_or_default();
    refused.into_iter().map(|field| FieldProblem { path: field.pointer, problem: field.code }).collect()
}
