//! `GET /v1/events`: an SSE stream, or a JSON batch with long poll.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response, sse};
use futures_util::{Stream, stream};
use portal_protocol::event::{Event, EventBatch};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::Instant;

use super::extract::{Query, header_text};
use crate::app::{App, AppState, Caller, Means};
use crate::error::BackendError;
use crate::problem::{Answer, Problem};
use crate::store::{events, sessions};

const BATCH: u32 = 100;
const MAX_WAIT_S: u64 = 25;
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Debug, Deserialize, JsonSchema)]
pub struct EventQuery {
    /// Number of the last event seen.
    #[serde(default)]
    after: Option<u64>,
    /// Seconds to wait for an event when there is none.
    #[serde(default)]
    #[schemars(range(max = MAX_WAIT_S))]
    wait: Option<u64>,
}

/// The account's events after a number.
pub async fn follow(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let last = match header_text(&headers, "last-event-id")? {
        Some(text) => Some(text.parse().map_err(|_| Problem::parameter("last-event-id"))?),
        None => None,
    };
    let after = last.or(query.after).unwrap_or(0);
    let streams = header_text(&headers, header::ACCEPT.as_str())?
        .is_some_and(|accept| accept.contains("text/event-stream"));
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    if streams {
        let sse = Sse::new(feed(app, caller, after)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
        return Ok((no_store, sse).into_response());
    }
    let wait_s = query.wait.unwrap_or(0);
    if wait_s > MAX_WAIT_S {
        return Err(Problem::parameter("wait"));
    }
    let deadline = Instant::now() + Duration::from_secs(wait_s);
    let mut changes = app.office.store.changes();
    let events = next_events(&app, &caller, after, &mut changes, deadline).await?;
    let more = events.len() >= BATCH as usize;
    Ok((no_store, axum::Json(EventBatch { events, more })).into_response())
}

/// Events as soon as there are any; none when the deadline passes or the server stops.
async fn next_events(
    app: &App,
    caller: &Caller,
    after: u64,
    changes: &mut watch::Receiver<u64>,
    deadline: Instant,
) -> Result<Vec<Event>, BackendError> {
    loop {
        changes.mark_unchanged();
        let events = {
            let mut conn = app.office.store.read().await?;
            events::after(&mut conn, &caller.tenant, caller.account.account_id, after, BATCH).await?
        };
        if !events.is_empty() {
            return Ok(events);
        }
        tokio::select! {
            changed = changes.changed() => {
                if changed.is_err() {
                    return Ok(Vec::new());
                }
            }
            () = tokio::time::sleep_until(deadline) => return Ok(Vec::new()),
            () = app.stopping.cancelled() => return Ok(Vec::new()),
        }
    }
}

async fn is_signed_in(app: &App, caller: &Caller) -> Result<bool, BackendError> {
    let Means::Device { session_id, .. } = &caller.means else { return Ok(false) };
    let mut conn = app.office.store.read().await?;
    sessions::is_open(&mut conn, &caller.tenant, session_id).await
}

/// What an open stream goes on with.
struct Feed {
    app: Arc<App>,
    caller: Caller,
    after: u64,
    changes: watch::Receiver<u64>,
    /// A stream lives no longer than the credentials it was opened with.
    deadline: Instant,
}

fn feed(app: Arc<App>, caller: Caller, after: u64) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let left_ms = u64::try_from(caller.until_ms - app.office.now_ms()).unwrap_or(0);
    let feed = Feed {
        changes: app.office.store.changes(),
        deadline: Instant::now() + Duration::from_millis(left_ms),
        app,
        caller,
        after,
    };
    let batches = stream::unfold(feed, |mut feed| async move {
        let Feed { app, caller, after, changes, deadline } = &mut feed;
        let events = async {
            let events = next_events(app, caller, *after, changes, *deadline).await?;
            // Who signed out or was switched off meanwhile hears nothing more.
            Ok::<_, BackendError>(if is_signed_in(app, caller).await? { events } else { Vec::new() })
        };
        match events.await {
            Ok(events) => {
                feed.after = events.last()?.seq;
                Some((stream::iter(events), feed))
            }
            Err(error) => {
                tracing::error!(error = %crate::problem::Chain(&error), "an event stream broke off");
                None
            }
        }
    });
    use futures_util::StreamExt;
    batches.flatten().filter_map(|event| async move {
        let message = sse::Event::default().id(event.seq.to_string()).json_data(&event);
        message.ok().map(Ok)
    })
}
