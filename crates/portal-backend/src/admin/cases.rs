//! Cases from the command line: the operator's own review.

use clap::{Args, Subcommand};
use portal_domain::ids::CaseId;
use portal_domain::review::{ReturnItem, ReturnReason};
use portal_domain::track::ReviewState;
use portal_protocol::case::CaseDocument;

use super::{AdminError, Desk, TenantArg, argument, tenant as tenant_of};
use crate::deciding::{Actor, Decision, decide};
use crate::keys::ServerKeys;
use crate::store::cases::{self, QueueLine};

/// Who the audit trail says it was.
pub(super) const OPERATOR: &str = "operator";
/// Cases read at once.
const PAGE: u32 = 500;

#[derive(Subcommand)]
pub(super) enum CaseCommand {
    /// Every case, oldest submission first.
    List {
        #[command(flatten)]
        tenant: TenantArg,
        /// Only cases in this review state.
        #[arg(long)]
        state: Option<String>,
    },
    Show(CaseArg),
    /// Accept the case and issue its notice.
    Accept(CaseArg),
    /// Return the case: each --pointer with its --reason, in order.
    Return {
        #[command(flatten)]
        case: CaseArg,
        /// A field or photo, e.g. /licence/number or /attachments/storefront/0.
        #[arg(long, required = true)]
        pointer: Vec<String>,
        /// A catalogue reason, e.g. blurred.
        #[arg(long, required = true)]
        reason: Vec<String>,
        /// The reviewer's words: none, or one per pointer.
        #[arg(long)]
        text: Vec<String>,
    },
    /// Reject the case for good.
    Reject {
        #[command(flatten)]
        case: CaseArg,
        #[arg(long)]
        text: String,
    },
}

#[derive(Args)]
pub(super) struct CaseArg {
    #[command(flatten)]
    tenant: TenantArg,
    /// Id of the case.
    #[arg(value_name = "CASE")]
    case: String,
}

pub(super) async fn case(desk: &mut Desk<'_>, command: CaseCommand) -> Result<(), AdminError> {
    match command {
        CaseCommand::List { tenant, state } => list(desk, &tenant, state.as_deref()).await,
        CaseCommand::Show(arg) => show(desk, &arg).await,
        CaseCommand::Accept(arg) => decided(desk, &arg, Decision::Accept).await,
        CaseCommand::Return { case, pointer, reason, text } => {
            let items = items(pointer, &reason, text)?;
            decided(desk, &case, Decision::Return { items }).await
        }
        CaseCommand::Reject { case, text } => decided(desk, &case, Decision::Reject { text }).await,
    }
}

async fn list(desk: &mut Desk<'_>, tenant: &TenantArg, state: Option<&str>) -> Result<(), AdminError> {
    let review = match state {
        Some(name) => Some(
            ReviewState::parse(name).ok_or_else(|| argument("--state", format!("{name:?} is no state")))?,
        ),
        None => None,
    };
    let mut lines: Vec<QueueLine> = Vec::new();
    {
        let mut conn = desk.office.store.read().await?;
        let tenant = tenant_of(&mut conn, tenant).await?;
        loop {
            let (after_ms, after_case) = lines.last().map_or((i64::MIN, String::new()), |last| {
                (last.line.submitted_at_ms, last.line.case_id.to_string())
            });
            let page = cases::queue(&mut conn, &tenant, review, "", (after_ms, &after_case), PAGE).await?;
            let last = page.len() < PAGE as usize;
            lines.extend(page);
            if last {
                break;
            }
        }
    }
    desk.answer(&lines, || {
        let line = |queued: &QueueLine| {
            format!("{}  {}  round {}", queued.line.case_id, queued.line.review.as_str(), queued.line.round)
        };
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

async fn show(desk: &mut Desk<'_>, arg: &CaseArg) -> Result<(), AdminError> {
    let case_id = id(arg)?;
    let document = {
        let mut conn = desk.office.store.read().await?;
        let tenant = tenant_of(&mut conn, &arg.tenant).await?;
        let case = cases::find(&mut conn, &tenant, case_id)
            .await?
            .ok_or_else(|| argument("CASE", "there is no case with this id"))?;
        cases::document(&mut conn, &tenant, &case).await?
    };
    desk.answer(&document, || summary(&document))
}

async fn decided(desk: &mut Desk<'_>, arg: &CaseArg, decision: Decision) -> Result<(), AdminError> {
    let case_id = id(arg)?;
    let tenant = {
        let mut conn = desk.office.store.read().await?;
        let tenant = tenant_of(&mut conn, &arg.tenant).await?;
        if cases::find(&mut conn, &tenant, case_id).await?.is_none() {
            return Err(argument("CASE", "there is no case with this id"));
        }
        tenant
    };
    let keys = ServerKeys::open(&desk.office.keys_folder(), desk.office.now_ms())?;
    let document =
        decide(&desk.office, &keys, &tenant, Actor::program(OPERATOR), case_id, None, decision).await?;
    desk.answer(&document, || summary(&document))
}

fn summary(document: &CaseDocument) -> String {
    let notice = document.notice_number.as_deref().map(|number| format!("  notice {number}"));
    format!(
        "{}  {}  rev {}  round {}{}",
        document.case_id,
        document.tracks.review.as_str(),
        document.rev,
        document.rounds.len(),
        notice.unwrap_or_default()
    )
}

fn id(arg: &CaseArg) -> Result<CaseId, AdminError> {
    arg.case.parse().map_err(|_| argument("CASE", "is not an id"))
}

fn items(
    pointers: Vec<String>,
    reasons: &[String],
    texts: Vec<String>,
) -> Result<Vec<ReturnItem>, AdminError> {
    if reasons.len() != pointers.len() {
        return Err(argument("--reason", "is needed once for each --pointer"));
    }
    if !texts.is_empty() && texts.len() != pointers.len() {
        return Err(argument("--text", "is needed once for each --pointer, or not at all"));
    }
    let texts = texts.into_iter().map(Some).chain(std::iter::repeat(None));
    pointers
        .into_iter()
        .zip(reasons)
        .zip(texts)
        .map(|((pointer, reason), text)| {
            let reason = parse_reason(reason)?;
            Ok(ReturnItem { pointer, reason, text: text.unwrap_or_default() })
        })
        .collect()
}

fn parse_reason(name: &str) -> Result<ReturnReason, AdminError> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|_| argument("--reason", format!("{name:?} is not in the catalogue")))
}
