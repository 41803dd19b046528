//! `portal outbox` and `portal sync`: what waits to be sent.

use portal_app::error::{CommandCode, CommandError};
use portal_app::view::{Connection, OutboxState, OutboxView, SyncView};
use tokio::sync::broadcast::error::RecvError;

use super::{Context, pick};
use crate::args::Outbox;
use crate::exit::Exit;
use crate::language::Words;
use crate::output::Answer;
use crate::table::Table;
use crate::text;

/// What the operation is called on the command line.
const OP: &str = "<OP>";

pub async fn run(command: &Outbox, context: &Context<'_>) -> Result<Answer, CommandError> {
    context.unlock().await?;
    let outbox = match command {
        Outbox::List => context.app.outbox_show().await?,
        Outbox::Retry { op } => {
            let op_id = match op.parse() {
                // The list leaves some out when many wait.
                Ok(op_id) => op_id,
                Err(_) => {
                    let known = context.app.outbox_show().await?;
                    pick(known.items.iter().map(|item| item.op_id), op, OP)?
                }
            };
            context.app.outbox_retry(op_id).await.map_err(|error| match error.code {
                CommandCode::NotFound => error.field(OP, "not_found"),
                _ => error,
            })?
        }
        Outbox::Pause => context.app.outbox_pause(true).await?,
        Outbox::Resume => context.app.outbox_pause(false).await?,
    };
    Answer::new(&outbox, list(&outbox, context.words))
}

pub async fn sync_once(context: &Context<'_>) -> Result<Answer, CommandError> {
    context.unlock().await?;
    let done = context.app.sync_once().await?;
    Ok(Answer::new(&done, summary(&done, context.words))?.exiting(exit(&done)))
}

/// Sends and listens until Ctrl-C; a line whenever something changed.
pub async fn watch(context: &Context<'_>) -> Result<Answer, CommandError> {
    let (app, words) = (context.app, context.words);
    let mut changes = app.changes();
    context.unlock().await?;
    if app.app_info().await?.read_only {
        return Err(CommandError::new(CommandCode::ReadOnly));
    }
    let mut seen = Seen::default();
    let mut last = seen.look(&app.outbox_show().await?);
    if last.online == Connection::NotEnrolled {
        let backend = app.app_info().await?.backend;
        let code = if backend.is_some() { CommandCode::SignInNeeded } else { CommandCode::NoBackend };
        return Err(CommandError::new(code));
    }
    let mut answer = Answer::new(&last, summary(&last, words))?;
    answer.print(context.global.json);
    loop {
        let changed = tokio::select! {
            _ = tokio::signal::ctrl_c() => break,
            changed = changes.recv() => changed,
        };
        if matches!(changed, Err(RecvError::Closed)) {
            break;
        }
        let now = seen.look(&app.outbox_show().await?);
        if now != last {
            answer = Answer::new(&now, summary(&now, words))?;
            answer.print(context.global.json);
            last = now;
        }
    }
    // Everything was printed as it happened.
    Ok(Answer::printed(exit(&last)))
}

/// How many operations waited at the first look: those that are gone were received, since only this process writes.
#[derive(Default)]
struct Seen(Option<u32>);

impl Seen {
    fn look(&mut self, outbox: &OutboxView) -> SyncView {
        let pending = count(outbox.items.len()) + outbox.more;
        let needs_person = |state| match state {
            OutboxState::Attention | OutboxState::Conflict => true,
            OutboxState::Waiting
            | OutboxState::Sending
            | OutboxState::Approval
            | OutboxState::Auth
            | OutboxState::Paused
            | OutboxState::Received => false,
        };
        let attention = count(outbox.items.iter().filter(|item| needs_person(item.state)).count());
        SyncView {
            received: self.0.get_or_insert(pending).saturating_sub(pending),
            attention,
            waiting: pending - attention,
            online: outbox.online,
            update_needed: outbox.update_needed,
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What a run came to, as an exit code.
fn exit(done: &SyncView) -> Exit {
    match done.online {
        Connection::Offline | Connection::NotTheBackend => Exit::NoNetwork,
        Connection::SignInNeeded | Connection::NotEnrolled => Exit::Attention,
        Connection::Unknown | Connection::Online => {
            let needs_person = done.attention + done.waiting > 0 || done.update_needed;
            if needs_person { Exit::Attention } else { Exit::Ok }
        }
    }
}

fn summary(done: &SyncView, words: Words) -> String {
    let connection = text::connection(done.online, words);
    let run = match words.language {
        portal_app::view::Language::Chinese => {
            format!(
                "{connection}；已接收 {}，等待 {}，需要处理 {}",
                done.received, done.waiting, done.attention
            )
        }
        portal_app::view::Language::English => {
            format!(
                "{connection}; received {}, waiting {}, need attention {}",
                done.received, done.waiting, done.attention
            )
        }
    };
    if done.update_needed { format!("{run}\n{}", text::update_needed(words)) } else { run }
}

fn list(outbox: &OutboxView, words: Words) -> String {
    let mut table = Table::new(&[
        words.say("编号", "operation"),
        words.say("类型", "kind"),
        words.say("状态", "state"),
        words.say("次数", "tries"),
        words.say("商户", "merchant"),
        words.say("原因", "reason"),
    ]);
    for item in outbox.items.iter().chain(&outbox.received) {
        let reason =
            item.problem.as_ref().map(|problem| text::send_problem(&problem.code, words)).unwrap_or_default();
        let state = text::outbox_state(item.state, words);
        let tries = item.attempts.to_string();
        table.row([
            &item.op_id.to_string(),
            text::kind(&item.kind, words),
            state,
            &tries,
            &item.name,
            reason,
        ]);
    }
    let paused = if outbox.paused { words.say("（已暂停）", " (paused)") } else { "" };
    let mut out = format!("{}{paused}\n{table}", text::connection(outbox.online, words));
    for item in &outbox.items {
        for fault in item.problem.iter().flat_map(|problem| &problem.fields) {
            out.push_str(&format!("{}  {}\n", item.op_id, text::field(&fault.path, &fault.problem, words)));
        }
    }
    if outbox.more > 0 {
        out.push_str(&match words.language {
            portal_app::view::Language::Chinese => format!("还有 {} 项等待发送，没有列出\n", outbox.more),
            portal_app::view::Language::English => format!("{} more wait and are not listed\n", outbox.more),
        });
    }
    out
}
