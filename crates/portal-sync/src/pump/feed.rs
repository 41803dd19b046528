//! What the backend tells: events in order, each once, and the cases and notices they announce.

use std::time::Duration;

use portal_protocol::event::{Event, Happened, Issued, IssuedKind};
use portal_store::{CaseEvent, DocumentKind, RETRY_CAP_MS, StoreError};

use super::{Connection, LOCAL_FAILURE_WAIT, PROBE_CAP_MS, Pump, PumpEvent, Stop, milliseconds, pause};
use crate::error::{Class, SyncError, Transport};
use crate::retry;

/// Longest answer of the event feed when nothing happens, in seconds.
const LONG_POLL_S: u32 = 20;
/// What couldn't be fetched is asked for again no sooner than this, and neither is an event that can't be read.
const FETCH_PAUSE: Duration = Duration::from_secs(60);
/// Notices asked for in one go.
const NOTICE_PAGE: u32 = 32;

/// What one answer of the feed brought.
#[derive(Default)]
struct News {
    events: usize,
    /// More are ready.
    more: bool,
    /// A supervisor decided about an operation that waited for it.
    decided: bool,
    /// What comes next can't be read by this version.
    unreadable: bool,
}

impl Pump {
    pub(super) async fn listen_all_the_time(&self) {
        let mut wakes = self.wakes.subscribe();
        let mut failures = 0;
        let mut wait_s = 0;
        let mut fetch_due = tokio::time::Instant::now();
        loop {
            wakes.mark_unchanged();
            let before = *self.connection.borrow();
            let news = self.pull(wait_s).await;
            if news.is_ok()
                && let Err(error) = self.let_go(before).await
            {
                tracing::error!(%error, "what waited for the line or a sign-in keeps waiting");
            }
            let arrived = news.as_ref().is_ok_and(|news| news.events > 0);
            if news.is_ok() && (arrived || tokio::time::Instant::now() >= fetch_due) {
                fetch_due = tokio::time::Instant::now() + FETCH_PAUSE;
                let kept = self.keep_what_sessions_say().await;
                let fetched = [
                    kept,
                    self.fetch_limits().await,
                    self.fetch_cases().await,
                    self.fetch_notices().await,
                    self.fetch_contracts().await,
                    self.fetch_issued().await,
                ];
                for fetched in fetched {
                    if let Err(error) = fetched {
                        tracing::error!(%error, "cases, documents, limits or what the session said can't be kept");
                    }
                }
            }
            match news {
                Ok(news) => {
                    if news.decided {
                        self.wake();
                    }
                    failures = 0;
                    wait_s = if news.more { 0 } else { LONG_POLL_S };
                    if news.unreadable {
                        pause(&mut wakes, FETCH_PAUSE).await;
                    }
                }
                Err(error) => {
                    failures += 1;
                    wait_s = 0;
                    let wait = self.wait_after_silence(&error, failures).await;
                    pause(&mut wakes, wait).await;
                }
            }
        }
    }

    /// The backend answers again: what waited for that needn't wait longer.
    async fn let_go(&self, before: Connection) -> Result<(), SyncError> {
        match before {
            Connection::Unknown | Connection::Online => return Ok(()),
            Connection::Offline | Connection::NotTheBackend => {}
            Connection::SignInNeeded => {
                self.store.release_auth().await?;
            }
        }
        self.send_now().await
    }

    async fn wait_after_silence(&self, error: &SyncError, failures: u32) -> Duration {
        let jitter = || milliseconds(retry::jitter_ms(failures, PROBE_CAP_MS, retry::random()));
        if error.class() == Class::Local {
            tracing::error!(%error, code = error.code(), "the event feed can't be followed");
            return LOCAL_FAILURE_WAIT;
        }
        match self.judge(error).await {
            // Signing in wakes.
            Some(Stop::SignIn) => milliseconds(RETRY_CAP_MS),
            Some(Stop::Offline | Stop::NotTheBackend | Stop::Throttled { .. }) | None => {
                jitter() + milliseconds(error.retry_after_ms().unwrap_or(0))
            }
        }
    }

    /// Takes over everything that is ready; whether operations may go on by it.
    pub(super) async fn pull_all(&self) -> Result<bool, SyncError> {
        let mut decided = false;
        loop {
            let news = self.pull(0).await?;
            decided |= news.decided;
            if !news.more {
                return Ok(decided);
            }
        }
    }

    /// Takes over the next events. The cursor moves in the transaction that applies them. One of a later version stays at
    /// the backend until this program is updated, and so does what comes behind it; sending goes on.
    async fn pull(&self, wait_s: u32) -> Result<News, SyncError> {
        let cursor = self.store.event_cursor().await?;
        let heard = self.account.events(cursor, wait_s).await?;
        self.set_connection(Connection::Online);
        self.set_outdated(heard.unreadable);
        let unreadable = heard.unreadable;
        if heard.events.is_empty() {
            return Ok(News { unreadable, ..News::default() });
        }
        let is_decision =
            |event: &Event| matches!(event.what, Happened::Approved { .. } | Happened::NotApproved { .. });
        let (count, decided) = (heard.events.len(), heard.events.iter().any(is_decision));
        let events: Vec<CaseEvent> = heard.events.into_iter().map(case_event).collect();
        let outcome = match self.store.apply_events(&events, (self.clock)()).await {
            Err(StoreError::EventGap { expected, found }) => {
                tracing::warn!(expected, found, "the event feed has a gap");
                return Err(Transport::BadAnswer.into());
            }
            applied => applied?,
        };
        for case_id in outcome.changed {
            self.tell(PumpEvent::Case { case_id });
        }
        Ok(News { events: count, more: heard.more && outcome.applied > 0, decided, unreadable })
    }

    /// Fetches the notices that are announced and not here yet. One that can't be had now delays nothing else: it is
    /// asked for again later.
    ///
    /// # Errors
    /// Failures of this computer.
    pub(super) async fn fetch_notices(&self) -> Result<(), SyncError> {
        for (case_id, number) in self.store.missing_notices(NOTICE_PAGE).await? {
            match self.account.notice_pdf(case_id).await {
                Ok(pdf) => {
                    let kind = DocumentKind::AcceptanceNotice;
                    self.store.put_document(case_id, kind, &number, pdf.into(), (self.clock)()).await?;
                    self.tell(PumpEvent::Case { case_id });
                }
                Err(error) if error.class() == Class::Local => return Err(error),
                Err(error) => tracing::info!(%case_id, code = error.code(), "notice not fetched yet"),
            }
        }
        Ok(())
    }
}

impl Pump {
    /// Fetches the countersigned contracts that are announced and not here yet, each checked against its hash. One that
    /// can't be had now delays nothing else.
    ///
    /// # Errors
    /// Failures of this computer.
    pub(super) async fn fetch_contracts(&self) -> Result<(), SyncError> {
        for contract in self.store.missing_contracts(NOTICE_PAGE).await? {
            let (case_id, Some(sha)) = (contract.case_id, contract.effective_sha) else { continue };
            match self.account.blob(&sha).await {
                Ok(pdf) => {
                    let (kind, number) = (DocumentKind::Contract, &contract.number);
                    self.store.put_document(case_id, kind, number, pdf.into(), (self.clock)()).await?;
                    self.tell(PumpEvent::Case { case_id });
                }
                Err(error) if error.class() == Class::Local => return Err(error),
                Err(error) => tracing::info!(%case_id, code = error.code(), "contract not fetched yet"),
            }
        }
        Ok(())
    }

    /// Fetches the papers of the office that are announced and not here yet, each checked against its hash. One that can't
    /// be had now delays nothing else.
    ///
    /// # Errors
    /// Failures of this computer.
    pub(super) async fn fetch_issued(&self) -> Result<(), SyncError> {
        for (case_id, issued) in self.store.missing_issued(NOTICE_PAGE).await? {
            match self.account.blob(&issued.sha).await {
                Ok(pdf) => {
                    let (kind, number) = (issued.kind, &issued.number);
                    self.store.put_document(case_id, kind, number, pdf.into(), (self.clock)()).await?;
                    self.tell(PumpEvent::Case { case_id });
                }
                Err(error) if error.class() == Class::Local => return Err(error),
                Err(error) => tracing::info!(%case_id, code = error.code(), "paper not fetched yet"),
            }
        }
        Ok(())
    }
}

fn case_event(event: Event) -> CaseEvent {
    use portal_store::Happened as Stored;
    let (what, by) = match event.what {
        Happened::Received { op_id, round } => (Stored::Received { op_id, round }, None),
        Happened::Returned { round, items, by } => (Stored::Returned { round, items }, by),
        Happened::Accepted { round, notice_number, by } => (Stored::Accepted { round, notice_number }, by),
        Happened::Rejected { round, text, by } => (Stored::Rejected { round, text }, by),
        Happened::Withdrawn { op_id } => (Stored::Withdrawn { op_id }, None),
        Happened::Approved { op_id, by } => (Stored::Approved { op_id }, by),
        Happened::NotApproved { op_id, text, by } => (Stored::NotApproved { op_id, text }, by),
        Happened::ContractOffered { number, offer } => {
            (Stored::ContractOffered { number, offer: offer.payload, seal: offer.signature }, None)
        }
        Happened::ContractReceived { op_id, number } => (Stored::ContractReceived { op_id, number }, None),
        Happened::ContractReturned { number, text, by } => (Stored::ContractReturned { number, text }, by),
        Happened::ContractCountersigned { number, sha, stamped } => {
            (Stored::ContractCountersigned { number, sha, stamped }, None)
        }
        Happened::ContractRefused { op_id, number } => (Stored::ContractRefused { op_id, number }, None),
        Happened::StepRecorded { track, state, text, issued, by } => {
            let issued = issued.map(|Issued { kind, number, sha }| portal_store::Issued {
                kind: match kind {
                    IssuedKind::CustodySheet => DocumentKind::CustodySheet,
                    IssuedKind::TrainingCertificate => DocumentKind::TrainingCertificate,
                    IssuedKind::ActivationLetter => DocumentKind::ActivationLetter,
                },
                number,
                sha,
            });
            (Stored::StepRecorded { track, state, text, issued }, by)
        }
    };
    CaseEvent { seq: event.seq, at_ms: event.at_ms, case_id: event.case_id, rev: event.rev, by, what }
}
