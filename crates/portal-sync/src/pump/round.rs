//! One round: every operation that is due is tried once.

use futures_util::StreamExt;
use futures_util::stream;
use portal_domain::ids::OpId;
use portal_protocol::error::ErrorCode;
use portal_store::{Hold, OpError, OpRow, RETRY_CAP_MS, StoreError};
use serde_json::json;

use super::send::Attempt;
use super::{Connection, Pump, PumpEvent};
use crate::error::{BUDGET_SPENT, Class, SyncError};
use crate::retry;

const CASES_AT_ONCE: usize = 2;
/// Renewing a session is tried again within the jitter of so many attempts.
const RENEWAL_ATTEMPTS: u32 = 4;
/// Operations held in memory at once, some kilobytes each: so many forms go before the first of their photos.
const PAGE: u32 = 128;

/// Why a round ended before its end: a failure that all operations share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Offline,
    NotTheBackend,
    SignIn,
    /// The backend asked this account to wait.
    Throttled {
        wait_ms: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Round {
    pub received: u64,
    pub stop: Option<Stop>,
}

/// How an attempt ended, for the round.
enum Settled {
    Received,
    /// Declared: its photos and the commit come next.
    Declared(Box<Attempt>),
    /// Failed by itself, taken back, or held: the others go on.
    Aside,
    Stop(Stop),
}

impl Pump {
    /// Passes over the outbox until a pass receives nothing: what waited behind a received operation of its case is
    /// sent in the same round.
    pub(super) async fn round(&self) -> Result<Round, SyncError> {
        let mut round = Round::default();
        loop {
            let before = round.received;
            let passed = self.pass(&mut round).await;
            if passed.is_err() || round.stop.is_some() {
                // What was cut off or not begun waits again.
                self.store.interrupted().await?;
            }
            passed?;
            if round.stop.is_some() || round.received == before {
                return Ok(round);
            }
        }
    }

    async fn pass(&self, round: &mut Round) -> Result<(), SyncError> {
        let mut after_seq = 0;
        loop {
            let page = self.store.due((self.clock)(), after_seq, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after_seq = last.seq;

            let mut declared = Vec::with_capacity(page.len());
            let mut declaring = stream::iter(page).map(|op| self.declare(op)).buffered(CASES_AT_ONCE);
            while let Some(settled) = declaring.next().await {
                match settled? {
                    Settled::Received => round.received += 1,
                    Settled::Declared(attempt) => declared.push(attempt),
                    Settled::Aside => {}
                    Settled::Stop(stop) => {
                        round.stop = Some(stop);
                        return Ok(());
                    }
                }
            }
            drop(declaring);

            let mut supplying =
                stream::iter(declared).map(|attempt| self.supply(attempt)).buffer_unordered(CASES_AT_ONCE);
            while let Some(settled) = supplying.next().await {
                match settled? {
                    Settled::Received => round.received += 1,
                    Settled::Declared(_) | Settled::Aside => {}
                    Settled::Stop(stop) => {
                        round.stop = Some(stop);
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn declare(&self, op: OpRow) -> Result<Settled, SyncError> {
        if self.waits_for_budget(&op) {
            return Ok(Settled::Aside);
        }
        match self.store.mark_sent(op.op_id).await {
            Ok(()) => {}
            // Taken back or held since the page was read.
            Err(StoreError::NotFound | StoreError::WrongOpState(_)) => return Ok(Settled::Aside),
            Err(error) => return Err(error.into()),
        }
        self.tell_of(&op);
        let attempt = Attempt::new(op);
        match self.declare_now(attempt).await {
            Ok(attempt) => {
                self.set_connection(Connection::Online);
                match attempt {
                    Some(attempt) => Ok(Settled::Declared(Box::new(attempt))),
                    None => Ok(Settled::Received),
                }
            }
            Err(failed) => self.settle(&failed.op, failed.attempts, failed.error).await,
        }
    }

    /// Whether it was declared already and none of its photos could go today: declaring it again would only cost.
    fn waits_for_budget(&self, op: &OpRow) -> bool {
        let is_declared = op.last_error.as_ref().is_some_and(|error| error.code == BUDGET_SPENT);
        let missing = op.blobs.iter().filter(|blob| !blob.server_has);
        let smallest = missing.map(|blob| blob.size_bytes.saturating_sub(blob.sent_bytes)).min();
        is_declared && smallest.is_some_and(|bytes| !self.account.budget.allows(bytes))
    }

    async fn supply(&self, attempt: Box<Attempt>) -> Result<Settled, SyncError> {
        let supplied = self.unless_paused(attempt.op.op_id, self.supply_and_commit(&attempt)).await;
        self.forget_progress(attempt.op.op_id);
        match supplied? {
            Some(Ok(())) => Ok(Settled::Received),
            Some(Err(error)) => self.settle(&attempt.op, attempt.attempts(), error).await,
            None => Ok(Settled::Aside),
        }
    }

    /// What comes of `sending`; nothing when the operation is paused first. What was sent by then stays sent.
    async fn unless_paused<T>(
        &self,
        op_id: OpId,
        sending: impl Future<Output = T>,
    ) -> Result<Option<T>, SyncError> {
        let mut sending = std::pin::pin!(sending);
        let mut pauses = self.pauses.subscribe();
        loop {
            if self.store.op(op_id).await?.is_none_or(|op| op.paused) {
                return Ok(None);
            }
            tokio::select! {
                sent = &mut sending => return Ok(Some(sent)),
                // The sender lives as long as the pump, so this never fails.
                _ = pauses.changed() => {}
            }
        }
    }

    /// Writes down how an attempt failed, by the class of the failure.
    async fn settle(&self, op: &OpRow, attempts: u32, error: SyncError) -> Result<Settled, SyncError> {
        let op_id = op.op_id;
        tracing::info!(%op_id, code = error.code(), "operation not received");
        let settled = match error.class() {
            Class::Auth => {
                self.set_connection(Connection::SignInNeeded);
                self.store.hold(op_id, Hold::Auth, None).await?;
                Settled::Stop(Stop::SignIn)
            }
            Class::Session => {
                let wait_ms = retry::delay_ms(RENEWAL_ATTEMPTS, error.retry_after_ms(), retry::random());
                Settled::Stop(self.judge(&error).await.unwrap_or(Stop::Throttled { wait_ms }))
            }
            Class::Conflict => {
                self.store.hold(op_id, Hold::Conflict, Some(&op_error(&error))).await?;
                Settled::Aside
            }
            Class::Approval => {
                if !self.store.hold_for_approval(op_id).await? {
                    self.retry_later(op, attempts, &error).await?;
                }
                Settled::Aside
            }
            Class::Permanent => {
                self.store.hold(op_id, Hold::Attention, Some(&op_error(&error))).await?;
                Settled::Aside
            }
            Class::Local => return Err(error),
            Class::Budget => {
                let now_ms = (self.clock)();
                self.store.defer(op_id, now_ms + RETRY_CAP_MS, &op_error(&error), now_ms).await?;
                Settled::Aside
            }
            Class::Transient | Class::Resume => match self.judge(&error).await {
                Some(stop) => Settled::Stop(stop),
                None => {
                    let wait_ms = self.retry_later(op, attempts, &error).await?;
                    if error.refusal_code() == Some(ErrorCode::TooManyRequests) {
                        Settled::Stop(Stop::Throttled { wait_ms })
                    } else {
                        Settled::Aside
                    }
                }
            },
        };
        self.tell_of(op);
        Ok(settled)
    }

    async fn retry_later(&self, op: &OpRow, attempts: u32, error: &SyncError) -> Result<i64, SyncError> {
        let now_ms = (self.clock)();
        let wait_ms = retry::delay_ms(attempts + 1, error.retry_after_ms(), retry::random());
        match self.store.retry_later(op.op_id, now_ms + wait_ms, &op_error(error), now_ms).await {
            // Paused and taken to attention by the user meanwhile: nothing to write down.
            Ok(()) | Err(StoreError::WrongOpState(_)) => Ok(wait_ms),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn tell_of(&self, op: &OpRow) {
        self.tell(PumpEvent::Operation { op_id: op.op_id, case_id: op.case_id });
    }
}

/// What the outbox keeps of a failure: `fields` are the places that the backend refused.
pub(crate) fn op_error(error: &SyncError) -> OpError {
    let detail = match error {
        SyncError::Refused(refusal) => json!({
            "status": refusal.status,
            "fields": refusal.fields,
            "incident": refusal.incident,
        }),
        _ => json!({ "fields": [] }),
    };
    OpError { code: error.code().to_owned(), detail }
}
