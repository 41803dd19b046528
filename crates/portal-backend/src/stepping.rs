//! The steps between acceptance and activation: what the office records of them, and the papers that come of it. The
//! console and the command line come here.

use portal_contract::agreement::{AgreementError, Handover, Offer, product_names, settlement_account};
use portal_contract::template::TemplateError;
use portal_contract::{
    ActivationLetter, Document, Fonts, Language, RenderError, TrainingCertificate, activation_letter, render,
    training_certificate,
};
use portal_domain::ids::{CaseId, Sha256};
use portal_domain::profile::Profile;
use portal_domain::progress::{StepDone, StepReport, Terminal, Topic};
use portal_domain::track::Tracks;
use portal_protocol::case::CaseDocument;
use portal_protocol::error::{ErrorCode, FieldError};
use portal_protocol::event::{Happened, Issued, IssuedKind};

use crate::clock;
use crate::contracting::ContractError;
use crate::deciding::Actor;
use crate::error::BackendError;
use crate::notice;
use crate::office::Office;
use crate::problem::{Answer, Problem};
use crate::rules;
use crate::store::cases::{self, CaseRecord};
use crate::store::contracts::{self, ContractState};
use crate::store::steps::{self, StepRecord};
use crate::store::tenants::TenantId;
use crate::store::{Conn, audit, blobs, events, next_number, retried};

/// Records what became of a step of revision `rev` (any, when none is given). The same report twice has one effect and
/// the same answer.
///
/// # Errors
/// `not_found`; `conflict` with the current case; `illegal_move` when the step isn't open; `invalid` with pointers below
/// `/report`, and at `/contract` when a paper needs a contract that isn't in effect.
pub async fn record(
    office: &Office,
    tenant: &TenantId,
    actor: Actor<'_>,
    case_id: CaseId,
    rev: Option<u64>,
    report: &StepReport,
) -> Answer<CaseDocument> {
    let document = retried(|| record_once(office, tenant, actor, case_id, rev, report)).await?;
    office.store.announce().await;
    Ok(document)
}

async fn record_once(
    office: &Office,
    tenant: &TenantId,
    actor: Actor<'_>,
    case_id: CaseId,
    rev: Option<u64>,
    report: &StepReport,
) -> Answer<CaseDocument> {
    let now_ms = office.now_ms();
    // Printed before the transaction, which would hold the write lock all the while.
    let (printed_at, paper) = {
        let mut conn = office.store.read().await?;
        let known = Known::read(&mut conn, tenant, case_id).await?;
        if known.moved(rev, report, now_ms)?.is_none() {
            return Ok(known.document);
        }
        (known.case.rev, Paper::of(&mut conn, tenant, known, report).await?)
    };
    let printed = match paper {
        Some(paper) => Some(paper.print(office, tenant, now_ms).await?),
        None => None,
    };
    let mut tx = office.store.write().await?;
    let known = Known::read(&mut tx, tenant, case_id).await?;
    let Some(tracks) = known.moved(rev, report, now_ms)? else { return Ok(known.document) };
    if known.case.rev != printed_at {
        return Err(Problem::conflict(known.document));
    }
    let mut next = CaseRecord {
        rev: known.case.rev + 1,
        updated_at_ms: now_ms.max(known.case.updated_at_ms),
        tracks,
        ..known.case
    };
    next.tracks.open_ready(known.profile, &known.document.dossier);
    cases::put(&mut tx, tenant, &next).await?;
    if let Some((issued, size_bytes)) = &printed {
        blobs::add_unheld(&mut tx, tenant, &issued.sha, *size_bytes, now_ms).await?;
        blobs::bind(&mut tx, tenant, case_id, &issued.sha, "application/pdf").await?;
    }
    let record = StepRecord {
        rev: next.rev,
        at_ms: now_ms,
        by: actor.name.map(str::to_owned),
        report: report.clone(),
        issued: printed.map(|(issued, _)| issued),
    };
    steps::add(&mut tx, tenant, case_id, &record).await?;
    let track = report.track();
    let (became, text) = match report {
        StepReport::Done { .. } => ("done", None),
        StepReport::Failed { text, .. } => ("failed", Some(text.clone())),
        StepReport::Reopened { .. } => ("reopened", None),
    };
    let action = format!("step.{}.{became}", track.as_str());
    let state = tracks.state(track.into());
    let what = Happened::StepRecorded { track, state, text, issued: record.issued, by: record.by };
    events::tell(&mut tx, tenant, next.owner, (case_id, next.rev), &what, now_ms).await?;
    let subject = case_id.to_string();
    audit::append(
        &mut tx,
        tenant,
        audit::Entry { actor: actor.id, action: &action, subject: &subject },
        now_ms,
    )
    .await?;
    let document = cases::document(&mut tx, tenant, &next).await?;
    tx.commit().await?;
    Ok(document)
}

/// A case with what was recorded of it.
struct Known {
    case: CaseRecord,
    document: CaseDocument,
    profile: &'static Profile,
    records: Vec<StepRecord>,
}

impl Known {
    async fn read(conn: &mut Conn, tenant: &TenantId, case_id: CaseId) -> Answer<Self> {
        let case = cases::find(conn, tenant, case_id).await?.ok_or(ErrorCode::NotFound)?;
        let document = cases::document(conn, tenant, &case).await?;
        let profile =
            rules::known_profile(&case.profile).ok_or(BackendError::Corrupt { what: "profile of a case" })?;
        let records = steps::of_case(conn, tenant, case_id).await?;
        Ok(Self { case, document, profile, records })
    }

    /// The tracks after the report; none when it is the one that made this revision.
    fn moved(&self, rev: Option<u64>, report: &StepReport, now_ms: i64) -> Answer<Option<Tracks>> {
        let made_this =
            self.records.last().is_some_and(|last| last.rev == self.case.rev && last.report == *report);
        if made_this && rev.is_none_or(|rev| rev.checked_add(1) == Some(self.case.rev)) {
            return Ok(None);
        }
        if rev.is_some_and(|rev| rev != self.case.rev) {
            return Err(Problem::conflict(self.document.clone()));
        }
        let mut faults =
            report.faults(&self.profile.limits, clock::china_date(now_ms)).into_iter().peekable();
        if faults.peek().is_some() {
            let named = |(place, code): (String, &str)| FieldError {
                pointer: format!("/report{place}"),
                code: code.to_owned(),
            };
            return Err(Problem::new(ErrorCode::Invalid).with_errors(faults.map(named)));
        }
        let mut tracks = self.case.tracks;
        report.apply(&mut tracks).map_err(|_| ErrorCode::IllegalMove)?;
        Ok(Some(tracks))
    }
}

/// A paper that comes of a step, with everything that is printed on it but number and time.
struct Paper {
    known: Known,
    what: Content,
}

enum Content {
    Custody { offer: Box<Offer>, terminals: Vec<Terminal>, accessories: String },
    Certificate { trained_by: String, trainee: String, trained_on: String, topics: Vec<Topic> },
    Letter { offer: Box<Offer>, merchant_number: String, terminals: Vec<Terminal> },
}

impl Paper {
    async fn of(
        conn: &mut Conn,
        tenant: &TenantId,
        known: Known,
        report: &StepReport,
    ) -> Answer<Option<Self>> {
        let StepReport::Done { done } = report else { return Ok(None) };
        let what = match done.clone() {
            StepDone::Verification { .. }
            | StepDone::Settlement { .. }
            | StepDone::ChannelRegistration { .. } => return Ok(None),
            StepDone::Terminals { terminals, accessories } => {
                let offer = offer_in_effect(conn, tenant, known.case.case_id).await?;
                Content::Custody { offer, terminals, accessories }
            }
            StepDone::Training { trainee, trained_on, topics } => {
                let trained_by = trained_by(conn, tenant, &known.case).await?;
                Content::Certificate { trained_by, trainee, trained_on, topics }
            }
            StepDone::Activation { merchant_number } => {
                let offer = offer_in_effect(conn, tenant, known.case.case_id).await?;
                let terminals = handed_over(&known.records).to_vec();
                Content::Letter { offer, merchant_number, terminals }
            }
        };
        Ok(Some(Self { known, what }))
    }

    /// The paper, durable as a blob and not yet anybody's, and its size in bytes.
    async fn print(self, office: &Office, tenant: &TenantId, now_ms: i64) -> Answer<(Issued, u64)> {
        let (kind, letters, counter) = match &self.what {
            Content::Custody { .. } => (IssuedKind::CustodySheet, "BG", "custody_sheet"),
            Content::Certificate { .. } => (IssuedKind::TrainingCertificate, "PX", "certificate"),
            Content::Letter { .. } => (IssuedKind::ActivationLetter, "KT", "activation_letter"),
        };
        let count = {
            let mut tx = office.store.write().await?;
            let count = next_number(&mut tx, tenant, counter).await?;
            tx.commit().await?;
            count
        };
        let number = format!("{letters}-{}-{count:06}", clock::china_date(now_ms).strftime("%Y%m%d"));
        let document = self.document(&number, now_ms)?;
        let rendered = tokio::task::spawn_blocking(move || render(&document, Fonts::embedded()?))
            .await
            .map_err(BackendError::from)?;
        let pdf = match rendered {
            Ok(rendered) => rendered.pdf,
            Err(RenderError::MissingGlyph { ch }) => {
                let place = self.what.place_of(ch).unwrap_or_else(|| "/business/registered_name".to_owned());
                return Err(Problem::new(ErrorCode::Invalid).at(place, "not_printable"));
            }
            Err(error) => return Err(BackendError::from(error).into()),
        };
        let sha: Sha256 = office.blobs.put(&pdf).await?;
        Ok((Issued { kind, number, sha }, pdf.len() as u64))
    }

    fn document(&self, number: &str, now_ms: i64) -> Answer<Document> {
        let (dossier, case_id) = (&self.known.document.dossier, self.known.case.case_id.to_string());
        let merchant_name = dossier.business.registered_name.trim().to_owned();
        let (at, at_text) = (clock::timestamp(now_ms), clock::china_text(now_ms));
        let qr_payload = format!("portal-paper:{number}:{case_id}");
        let language = Language::Zh;
        match &self.what {
            Content::Custody { offer, terminals, accessories } => {
                let handover = Handover { number, at, terminals, accessories };
                offer.custody_sheet(dossier, &handover).map_err(|error| match error {
                    AgreementError::Template(TemplateError::Missing(value)) => {
                        Problem::new(ErrorCode::Invalid).at(format!("/contract/{value}"), "required")
                    }
                    error => BackendError::from(ContractError::from(error)).into(),
                })
            }
            Content::Certificate { trained_by, trainee, trained_on, topics } => {
                let day =
                    trained_on.parse().map_err(|_| BackendError::Corrupt { what: "day of a training" })?;
                Ok(training_certificate(&TrainingCertificate {
                    language,
                    number: number.to_owned(),
                    case_id,
                    merchant_name,
                    trainee: trainee.trim().to_owned(),
                    trained_on_text: clock::china_day_text(day),
                    topics: topics.iter().map(|topic| topic_name(*topic).to_owned()).collect(),
                    branch: trained_by.clone(),
                    issued_at: at,
                    issued_at_text: at_text,
                    qr_payload,
                }))
            }
            Content::Letter { offer, merchant_number, terminals } => {
                Ok(activation_letter(&ActivationLetter {
                    language,
                    number: number.to_owned(),
                    case_id,
                    merchant_name,
                    merchant_number: merchant_number.clone(),
                    products: product_names(dossier, self.known.profile, language),
                    // The application can't name an account that was opened after it.
                    settlement_account: if dossier.settlement.to_be_opened {
                        "对公账户，以收单机构核验登记的账户为准".to_owned()
                    } else {
                        settlement_account(dossier, language)
                    },
                    contract_number: offer.contract_no.clone(),
                    terminals: terminals.clone(),
                    issuer: offer.issuer.name.clone(),
                    issuer_phone: offer.issuer.phone.clone(),
                    activated_at: at,
                    activated_at_text: at_text,
                    qr_payload,
                }))
            }
        }
    }
}

impl Content {
    /// The place of the report that has the character.
    fn place_of(&self, ch: char) -> Option<String> {
        match self {
            Self::Custody { terminals, accessories, .. } => {
                let model = terminals.iter().position(|terminal| terminal.model.contains(ch));
                let model = model.map(|index| format!("/report/done/terminals/{index}/model"));
                model.or_else(|| accessories.contains(ch).then(|| "/report/done/accessories".to_owned()))
            }
            Self::Certificate { trainee, .. } => {
                trainee.contains(ch).then(|| "/report/done/trainee".to_owned())
            }
            Self::Letter { .. } => None,
        }
    }
}

/// The terminals of the report that counts: a later one takes the place of an earlier.
fn handed_over(records: &[StepRecord]) -> &[Terminal] {
    let terminals = records.iter().rev().find_map(|record| match &record.report {
        StepReport::Done { done: StepDone::Terminals { terminals, .. } } => Some(terminals.as_slice()),
        _ => None,
    });
    terminals.unwrap_or_default()
}

async fn offer_in_effect(conn: &mut Conn, tenant: &TenantId, case_id: CaseId) -> Answer<Box<Offer>> {
    let offer = find_offer_in_effect(conn, tenant, case_id).await?;
    offer.ok_or_else(|| Problem::new(ErrorCode::Invalid).at("/contract", "required"))
}

async fn find_offer_in_effect(
    conn: &mut Conn,
    tenant: &TenantId,
    case_id: CaseId,
) -> Result<Option<Box<Offer>>, BackendError> {
    let contract = contracts::of_case(conn, tenant, case_id).await?;
    let contract = contract.filter(|contract| contract.state == ContractState::InEffect);
    Ok(contract.map(|contract| serde_json::from_str(&contract.offer.payload)).transpose()?)
}

/// The case's branch; of a merchant without one the acquirer, as its contract names it.
async fn trained_by(conn: &mut Conn, tenant: &TenantId, case: &CaseRecord) -> Answer<String> {
    if case.branch_id.is_none()
        && let Some(offer) = find_offer_in_effect(conn, tenant, case.case_id).await?
    {
        return Ok(offer.issuer.name);
    }
    Ok(notice::branch(conn, tenant, case.branch_id.as_deref()).await?.name)
}

/// As the console names what is ticked: nothing is certified that nobody confirmed.
fn topic_name(topic: Topic) -> &'static str {
    match topic {
        Topic::Payments => "收款",
        Topic::Refunds => "撤销与退款",
        Topic::Reconciliation => "对账与到账查询",
        Topic::Care => "换纸、充电与联网",
        Topic::TerminalDuties => "一机一户、妥善保管",
        Topic::Fraud => "防骗",
        Topic::Support => "报修与客服",
    }
}
