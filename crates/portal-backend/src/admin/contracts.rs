//! Contracts from the command line: terms, offers, countersignatures.

use clap::{Args, Subcommand};
use portal_contract::agreement::Issuer;
use portal_contract::bundle::{Base64, Bundle, PaperBundle, ScreenBundle};
use portal_contract::evidence::{Assurance, RealNameMethod, Record};
use portal_contract::sealed::Sealed;
use portal_contract::template::SettlementCycle;
use portal_domain::ids::{CaseId, Sha256};
use portal_protocol::contract::SealedText;
use serde::Serialize;

use super::cases::OPERATOR;
use super::{AdminError, Desk, TenantArg, argument, tenant as tenant_of};
use crate::app::App;
use crate::config::{Limits, TimeSettings};
use crate::contracting::{self, MAX_FILE_BYTES, Terms};
use crate::countersigning;
use crate::deciding::Actor;
use crate::error::BackendError;
use crate::keys::ServerKeys;
use crate::paper_contracts::{self, Verdict};
use crate::sender::NoSender;
use crate::store::audit;
use crate::store::contracts::{self, ContractRecord, ContractState, GIVEN_UP_TRIES, Stamp};

#[derive(Subcommand)]
pub(super) enum ContractCommand {
    /// Set what offers say beside the fees of a case; without it no contract is offered.
    Terms {
        #[command(flatten)]
        tenant: TenantArg,
        #[command(flatten)]
        terms: TermArgs,
    },
    /// Every contract, newest first.
    List {
        #[command(flatten)]
        tenant: TenantArg,
    },
    /// One contract; with --out its newest file is written.
    Show {
        #[command(flatten)]
        tenant: TenantArg,
        /// Number of the contract.
        #[arg(value_name = "NUMBER")]
        number: String,
        /// Write the newest file here.
        #[arg(long, value_name = "FILE")]
        out: Option<std::path::PathBuf>,
    },
    /// Write everything that proves a signed contract into one file: `portal contract verify-bundle` reads it.
    Export {
        #[command(flatten)]
        tenant: TenantArg,
        /// Number of the contract.
        #[arg(value_name = "NUMBER")]
        number: String,
        #[arg(long, value_name = "FILE")]
        out: std::path::PathBuf,
    },
    /// Offer a case's contract anew: the merchant signs again.
    Offer {
        #[command(flatten)]
        tenant: TenantArg,
        /// Id of the case.
        #[arg(value_name = "CASE")]
        case: String,
    },
    /// Accept the scans of a contract that was signed on paper.
    AcceptPaper {
        #[command(flatten)]
        tenant: TenantArg,
        /// Number of the contract.
        #[arg(value_name = "NUMBER")]
        number: String,
    },
    /// Return the scans of a contract that was signed on paper: it is on offer again.
    ReturnPaper {
        #[command(flatten)]
        tenant: TenantArg,
        /// Number of the contract.
        #[arg(value_name = "NUMBER")]
        number: String,
        /// What is missing or wrong.
        #[arg(long)]
        text: String,
    },
    /// Countersign what was received, and ask for time stamps that are due, now and not when the server does.
    Countersign {
        #[command(flatten)]
        time: TimeSettings,
    },
    /// Have a contract that could not be countersigned, and was given up, tried again.
    Retry {
        #[command(flatten)]
        tenant: TenantArg,
        /// Number of the contract.
        #[arg(value_name = "NUMBER")]
        number: String,
    },
    /// The root certificate that verifiers are given, PEM.
    Root,
}

#[derive(Args)]
pub(super) struct TermArgs {
    /// Name of the acquirer, as it signs.
    #[arg(long)]
    issuer: String,
    #[arg(long)]
    address: String,
    #[arg(long)]
    phone: String,
    /// To whom personal data is given, as the privacy consent names them.
    #[arg(long, default_value_t = contracting::usual_recipients())]
    recipients: String,
    /// Deposit for each terminal, in fen.
    #[arg(long, default_value_t = 0)]
    deposit_fen: u64,
    /// Service fee a year for each terminal, in fen.
    #[arg(long, default_value_t = 0)]
    yearly_service_fen: u64,
    #[arg(long, default_value_t = 10)]
    deposit_refund_days: u16,
    /// What ending the contract costs, in fen.
    #[arg(long, default_value_t = 0)]
    exit_fen: u64,
    /// Where an application names no settlement period: money arrives on the next day, holidays too, and not on the
    /// next working day.
    #[arg(long)]
    next_day: bool,
    #[arg(long, default_value_t = 2)]
    term_years: u8,
    #[arg(long, default_value_t = 30)]
    offer_valid_days: u16,
}

#[derive(Serialize)]
struct Line {
    number: String,
    case_id: CaseId,
    state: ContractState,
    stamp: Option<Stamp>,
    /// How sure it is that the signer said yes.
    assurance: Option<Assurance>,
    signed_sha: Option<Sha256>,
    effective_sha: Option<Sha256>,
    tries: u32,
    created_at_ms: i64,
    signed_at_ms: Option<i64>,
    effective_at_ms: Option<i64>,
}

impl From<ContractRecord> for Line {
    fn from(record: ContractRecord) -> Self {
        Self {
            assurance: record.assurance(),
            number: record.number,
            case_id: record.case_id,
            state: record.state,
            stamp: record.stamp,
            signed_sha: record.signed_sha,
            effective_sha: record.effective_sha,
            tries: record.tries,
            created_at_ms: record.created_at_ms,
            signed_at_ms: record.signed_at_ms,
            effective_at_ms: record.effective_at_ms,
        }
    }
}

impl Line {
    fn words(&self) -> String {
        let stamp = match (self.state, &self.stamp) {
            (ContractState::InEffect, None) => "  time stamp pending",
            (ContractState::Signed, _) if self.tries >= GIVEN_UP_TRIES => {
                "  given up: see the log, then retry"
            }
            _ => "",
        };
        format!("{}  {}  case {}{stamp}", self.number, self.state.as_str(), self.case_id)
    }
}

pub(super) async fn contract(desk: &mut Desk<'_>, command: ContractCommand) -> Result<(), AdminError> {
    match command {
        ContractCommand::Terms { tenant, terms } => set_terms(desk, &tenant, terms).await,
        ContractCommand::List { tenant } => {
            let lines: Vec<Line> = {
                let mut conn = desk.office.store.read().await?;
                let tenant = tenant_of(&mut conn, &tenant).await?;
                contracts::list(&mut conn, &tenant).await?.into_iter().map(Line::from).collect()
            };
            desk.answer(&lines, || lines.iter().map(Line::words).collect::<Vec<_>>().join("\n"))
        }
        ContractCommand::Show { tenant, number, out } => {
            let record = find(desk, &tenant, &number).await?;
            if let Some(out) = out {
                let sha = record.effective_sha.as_ref().or(record.signed_sha.as_ref());
                let sha = sha.ok_or_else(|| argument("--out", "nobody has signed yet"))?;
                let bytes = desk.office.blobs.read(sha, MAX_FILE_BYTES).await?;
                std::fs::write(out, bytes).map_err(BackendError::io("writing the contract"))?;
            }
            let line = Line::from(record);
            desk.answer(&line, || line.words())
        }
        ContractCommand::Export { tenant, number, out } => {
            let record = find(desk, &tenant, &number).await?;
            let bundle = bundle(desk, &record).await?;
            let json = serde_json::to_vec_pretty(&bundle)?;
            std::fs::write(out, json).map_err(BackendError::io("writing the bundle"))?;
            let line = Line::from(record);
            desk.answer(&line, || line.words())
        }
        ContractCommand::Offer { tenant, case } => {
            let case_id: CaseId = case.parse().map_err(|_| argument("CASE", "is not an id"))?;
            let tenant = {
                let mut conn = desk.office.store.read().await?;
                tenant_of(&mut conn, &tenant).await?
            };
            let keys = ServerKeys::open(&desk.office.keys_folder(), desk.office.now_ms())?;
            let number = contracting::offer_again(&desk.office, &keys, &tenant, OPERATOR, case_id).await?;
            desk.answer(&serde_json::json!({ "number": number }), || number.clone())
        }
        ContractCommand::AcceptPaper { tenant, number } => {
            decide(desk, &tenant, &number, &Verdict::Accept).await
        }
        ContractCommand::ReturnPaper { tenant, number, text } => {
            decide(desk, &tenant, &number, &Verdict::Return { text }).await
        }
        ContractCommand::Countersign { time } => {
            let sender = std::sync::Arc::new(NoSender);
            let app = App::new(desk.office.clone(), sender, Limits::default(), false, &time).await?;
            let moved = countersigning::settle_all(&app).await?;
            desk.answer(&serde_json::json!({ "settled": moved }), || format!("settled {moved}"))
        }
        ContractCommand::Retry { tenant, number } => {
            let record = find(desk, &tenant, &number).await?;
            let mut tx = desk.office.store.write().await?;
            contracts::try_again(&mut tx, &record).await?;
            let entry = audit::Entry {
                actor: OPERATOR,
                action: "contract.retry",
                subject: &record.case_id.to_string(),
            };
            audit::append(&mut tx, &record.tenant, entry, desk.office.now_ms()).await?;
            tx.commit().await.map_err(BackendError::from)?;
            desk.office.store.announce().await;
            let line = Line::from(find(desk, &tenant, &number).await?);
            desk.answer(&line, || line.words())
        }
        ContractCommand::Root => {
            let keys = ServerKeys::open(&desk.office.keys_folder(), desk.office.now_ms())?;
            let pem = keys.root_pem();
            desk.answer(&serde_json::json!({ "root": pem }), || pem.trim_end().to_owned())
        }
    }
}

async fn find(desk: &Desk<'_>, tenant: &TenantArg, number: &str) -> Result<ContractRecord, AdminError> {
    let mut conn = desk.office.store.read().await?;
    let tenant = tenant_of(&mut conn, tenant).await?;
    let found = contracts::find(&mut conn, &tenant, number).await?;
    found.ok_or_else(|| argument("NUMBER", "there is no contract with this number"))
}

/// Decides about the scans that the contract has now.
async fn decide(
    desk: &mut Desk<'_>,
    tenant: &TenantArg,
    number: &str,
    verdict: &Verdict,
) -> Result<(), AdminError> {
    let record = find(desk, tenant, number).await?;
    let op_id = record.op_id.ok_or_else(|| argument("NUMBER", "was not signed on paper"))?;
    let actor = Actor::program(OPERATOR);
    paper_contracts::decide(&desk.office, &record.tenant, actor, op_id, verdict).await?;
    let line = Line::from(find(desk, tenant, number).await?);
    desk.answer(&line, || line.words())
}

/// Everything that proves a contract.
async fn bundle(desk: &Desk<'_>, record: &ContractRecord) -> Result<Bundle, AdminError> {
    let blobs = &desk.office.blobs;
    let read = async |sha: &Sha256| blobs.read(sha, MAX_FILE_BYTES).await.map(|bytes| Base64::of(&bytes));
    let sealed =
        |text: &SealedText| Sealed { payload: text.payload.clone(), signature: text.signature.clone() };
    let keys = ServerKeys::open(&desk.office.keys_folder(), desk.office.now_ms())?;
    let root = keys.root_pem().to_owned();
    if let Some(paper) = &record.paper {
        let (Some(effective), Some(countersigned)) = (&record.effective_sha, &record.record) else {
            return Err(argument("NUMBER", "was signed on paper and is not in effect yet"));
        };
        let mut scans = Vec::with_capacity(paper.scans.len());
        for scan in &paper.scans {
            scans.push(read(&scan.sha).await?);
        }
        return Ok(Bundle::Paper(Box::new(PaperBundle {
            contract: read(effective).await?,
            offer: sealed(&record.offer),
            on_paper: sealed(&paper.signature.record),
            scans,
            countersigned: sealed(countersigned),
            root,
        })));
    }
    let (Some(signature), Some(signed)) = (&record.signature, &record.signed_sha) else {
        return Err(argument("NUMBER", "nobody has signed yet"));
    };
    let contract = match &record.effective_sha {
        Some(sha) => Some(read(sha).await?),
        None => None,
    };
    let evidence: Record = serde_json::from_str(&signature.ceremony.payload)?;
    let identity_photo = match evidence {
        Record::Ceremony(ceremony) if ceremony.real_name.method == RealNameMethod::InPersonIdCard => {
            let sha = ceremony.real_name.result_ref.parse();
            let sha: Sha256 =
                sha.map_err(|_| BackendError::Corrupt { what: "identity check of a contract" })?;
            Some(read(&sha).await?)
        }
        Record::Ceremony(_) | Record::Signed(_) | Record::Refused(_) | Record::OnPaper(_) => None,
    };
    Ok(Bundle::Screen(Box::new(ScreenBundle {
        merchant_copy: read(signed).await?,
        contract,
        offer: sealed(&record.offer),
        ceremony: sealed(&signature.ceremony),
        signed: sealed(&signature.signed),
        countersigned: record.record.as_ref().map(sealed),
        identity_photo,
        root,
    })))
}

async fn set_terms(desk: &mut Desk<'_>, tenant: &TenantArg, args: TermArgs) -> Result<(), AdminError> {
    let terms = Terms {
        issuer: Issuer { name: args.issuer, address: args.address, phone: args.phone },
        recipients: args.recipients,
        deposit_fen: args.deposit_fen,
        yearly_service_fen: args.yearly_service_fen,
        deposit_refund_days: args.deposit_refund_days,
        exit_fen: args.exit_fen,
        settlement: if args.next_day { SettlementCycle::NextDay } else { SettlementCycle::NextWorkingDay },
        term_years: args.term_years,
        offer_valid_days: args.offer_valid_days,
    };
    let now_ms = desk.office.now_ms();
    // A name that no certificate takes is found now and not when the first case is accepted.
    let keys = ServerKeys::open(&desk.office.keys_folder(), now_ms)?;
    if keys.issuer(&terms.issuer.name, now_ms).is_err() {
        return Err(argument("--issuer", "has 1 to 64 characters"));
    }
    if terms.recipients.trim().is_empty() {
        return Err(argument("--recipients", "must not be empty"));
    }
    let mut tx = desk.office.store.write().await?;
    let tenant = tenant_of(&mut tx, tenant).await?;
    contracts::set_terms(&mut tx, &tenant, &serde_json::to_string(&terms)?).await?;
    let entry = audit::Entry { actor: OPERATOR, action: "contract.terms", subject: tenant.as_str() };
    audit::append(&mut tx, &tenant, entry, now_ms).await?;
    tx.commit().await?;
    desk.answer(&terms, || "the terms are set".to_owned())
}
