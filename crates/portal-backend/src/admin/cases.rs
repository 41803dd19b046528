//! Cases from the command line: the operator's own review.

use clap::{Args, Subcommand};
use portal_domain::ids::CaseId;
use portal_domain::progress::{OfficeTrack, StepDone, StepReport, Terminal};
use portal_domain::review::ReturnItem;
use portal_domain::track::ReviewState;
use portal_protocol::case::CaseDocument;

use super::{AdminError, Desk, TenantArg, argument, tenant as tenant_of};
use crate::deciding::{Actor, Decision, decide};
use crate::keys::ServerKeys;
use crate::stepping;
use crate::store::cases::{self, QueueLine};
use crate::store::tenants::TenantId;

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
    /// Record what became of a step after acceptance; some issue a paper.
    Step {
        #[command(subcommand)]
        step: StepCommand,
    },
}

#[derive(Subcommand)]
pub(super) enum StepCommand {
    /// The visit or the look at the originals went well.
    Verification(NotedStep),
    /// The settlement account takes money.
    Settlement(NotedStep),
    /// The wallets know the merchant.
    ChannelRegistration(NotedStep),
    /// Terminals were handed over: issues the custody sheet.
    Terminals {
        #[command(flatten)]
        case: CaseArg,
        /// MODEL=SERIAL, once for each terminal.
        #[arg(long = "terminal", value_name = "MODEL=SERIAL", required = true)]
        terminals: Vec<String>,
        /// Power supplies, paper, stands.
        #[arg(long)]
        accessories: String,
    },
    /// Somebody was trained: issues their certificate.
    Training {
        #[command(flatten)]
        case: CaseArg,
        #[arg(long)]
        trainee: String,
        /// The day, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        on: String,
        /// What was practised, once for each: payments, refunds, reconciliation, care, terminal_duties, fraud, support.
        #[arg(long = "topic", required = true)]
        topics: Vec<String>,
    },
    /// The merchant can take payments: issues the activation letter.
    Activation {
        #[command(flatten)]
        case: CaseArg,
        /// Given by the acquirer.
        #[arg(long)]
        merchant_number: String,
    },
    /// A step did not go well.
    Failed {
        #[command(flatten)]
        case: CaseArg,
        /// E.g. settlement.
        #[arg(long)]
        track: String,
        /// Why, for the merchant.
        #[arg(long)]
        text: String,
    },
    /// A failed step is tried again.
    Reopen {
        #[command(flatten)]
        case: CaseArg,
        #[arg(long)]
        track: String,
    },
}

#[derive(Args)]
pub(super) struct NotedStep {
    #[command(flatten)]
    case: CaseArg,
    #[arg(long, default_value = "")]
    note: String,
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
        CaseCommand::Step { step } => {
            let (case, report) = step.report()?;
            let (tenant, case_id) = known(desk, &case).await?;
            let actor = Actor::program(OPERATOR);
            let document = stepping::record(&desk.office, &tenant, actor, case_id, None, &report).await?;
            desk.answer(&document, || summary(&document))
        }
    }
}

impl StepCommand {
    /// Whose step it is, and what is recorded of it.
    fn report(self) -> Result<(CaseArg, StepReport), AdminError> {
        let (case, done) = match self {
            Self::Verification(NotedStep { case, note }) => (case, StepDone::Verification { note }),
            Self::Settlement(NotedStep { case, note }) => (case, StepDone::Settlement { note }),
            Self::ChannelRegistration(NotedStep { case, note }) => {
                (case, StepDone::ChannelRegistration { note })
            }
            Self::Terminals { case, terminals, accessories } => {
                let terminals = terminals.iter().map(|text| terminal(text)).collect::<Result<_, _>>()?;
                (case, StepDone::Terminals { terminals, accessories })
            }
            Self::Training { case, trainee, on, topics } => {
                let topics = topics.iter().map(|name| from_catalogue(name, "--topic"));
                let topics = topics.collect::<Result<_, _>>()?;
                (case, StepDone::Training { trainee, trained_on: on, topics })
            }
            Self::Activation { case, merchant_number } => (case, StepDone::Activation { merchant_number }),
            Self::Failed { case, track, text } => {
                let track: OfficeTrack = from_catalogue(&track, "--track")?;
                return Ok((case, StepReport::Failed { track, text }));
            }
            Self::Reopen { case, track } => {
                let track: OfficeTrack = from_catalogue(&track, "--track")?;
                return Ok((case, StepReport::Reopened { track }));
            }
        };
        Ok((case, StepReport::Done { done }))
    }
}

fn terminal(text: &str) -> Result<Terminal, AdminError> {
    let (model, serial) = text
        .split_once('=')
        .ok_or_else(|| argument("--terminal", format!("{text:?} is not MODEL=SERIAL")))?;
    Ok(Terminal { model: model.to_owned(), serial: serial.to_owned() })
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
    let (tenant, case_id) = known(desk, arg).await?;
    let keys = ServerKeys::open(&desk.office.keys_folder(), desk.office.now_ms())?;
    let document =
        decide(&desk.office, &keys, &tenant, Actor::program(OPERATOR), case_id, None, decision).await?;
    desk.answer(&document, || summary(&document))
}

/// A case that is there.
async fn known(desk: &Desk<'_>, arg: &CaseArg) -> Result<(TenantId, CaseId), AdminError> {
    let case_id = id(arg)?;
    let mut conn = desk.office.store.read().await?;
    let tenant = tenant_of(&mut conn, &arg.tenant).await?;
    if cases::find(&mut conn, &tenant, case_id).await?.is_none() {
        return Err(argument("CASE", "there is no case with this id"));
    }
    Ok((tenant, case_id))
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
            let reason = from_catalogue(reason, "--reason")?;
            Ok(ReturnItem { pointer, reason, text: text.unwrap_or_default() })
        })
        .collect()
}

/// The value of a catalogue by its name.
fn from_catalogue<T: serde::de::DeserializeOwned>(name: &str, option: &'static str) -> Result<T, AdminError> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|_| argument(option, format!("{name:?} is not in the catalogue")))
}
