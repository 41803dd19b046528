//! Contracts that were signed on paper: whether what came is whole and of this document, and what a reviewer decides
//! about the scans. Accepting leaves the issuer's signature to [`crate::countersigning`].

use jiff::Timestamp;
use portal_contract::agreement::Offer;
use portal_contract::evidence::{Agent, OnPaper, Record};
use portal_contract::verifying::Trust;
use portal_contract::{Fonts, RenderError, Rendered, render};
use portal_domain::dossier::Dossier;
use portal_domain::ids::{OpId, Sha256};
use portal_domain::turnover::{self, Turnover};
use portal_protocol::contract::PaperSignature;
use portal_protocol::error::ErrorCode;
use portal_protocol::event::Happened;
use portal_protocol::operation::ProfileRef;

use crate::clock;
use crate::contracting::{ContractError, filling, invalid, open};
use crate::deciding::Actor;
use crate::error::BackendError;
use crate::office::Office;
use crate::problem::Answer;
use crate::rules;
use crate::store::cases::{self, CaseRecord};
use crate::store::contracts::{self, ContractRecord, ContractState};
use crate::store::tenants::TenantId;
use crate::store::{Conn, audit, events, retried};

/// What came of a contract that was signed on paper.
pub struct Answered {
    pub signature: PaperSignature,
    /// In the order of the pages.
    pub scans: Vec<Sha256>,
    pub device_id: String,
    /// Who scanned it, when that wasn't the merchant in their own account.
    pub agent: Option<String>,
}

impl Answered {
    /// Whether every page of exactly the document that is on offer was scanned, by whom it says. What is written on the
    /// pages, a reviewer sees.
    ///
    /// # Errors
    /// `invalid` at the place that is wrong.
    pub fn check(
        &self,
        contract: &ContractRecord,
        dossier: &Dossier,
        profile: &ProfileRef,
        trust: &Trust,
        now: Timestamp,
    ) -> Answer<()> {
        const RECORD: &str = "/payload/record";
        if self.signature.offer_sha != contract.offer_sha {
            return Err(invalid("/payload/offer_sha", "superseded"));
        }
        turnover::check(&self.signature.turnovers)
            .map_err(|(place, problem)| invalid(&format!("/payload/turnovers{place}"), problem))?;
        let printed = Printed::new(contract, dossier, profile, &self.signature.turnovers)?;
        let (Record::OnPaper(record), _) = open(&self.signature.record, trust, now, RECORD)? else {
            return Err(invalid(RECORD, "other_record"));
        };
        if !printed.is_told_by(&record) {
            return Err(invalid(RECORD, "other_document"));
        }
        if self.scans.len() != printed.rendered.pages {
            return Err(invalid("/blobs", "one_scan_for_each_page"));
        }
        if !record.scans.iter().map(String::as_str).eq(self.scans.iter().map(Sha256::as_str)) {
            return Err(invalid("/blobs", "other_scans"));
        }
        if record.device.id != self.device_id {
            return Err(invalid(RECORD, "other_computer"));
        }
        if record.agent.as_ref().map(|Agent { id, .. }| id) != self.agent.as_ref() {
            return Err(invalid(RECORD, "other_agent"));
        }
        if clock::china_date(record.at.as_millisecond()) > printed.offer.quote.valid_until {
            return Err(invalid(RECORD, "offer_expired"));
        }
        Ok(())
    }
}

/// The document of a contract, rendered again.
pub struct Printed {
    pub offer: Offer,
    pub rendered: Rendered,
    data_sha256: String,
}

impl Printed {
    /// Renders the document that fills a contract. Takes its time.
    ///
    /// # Errors
    /// `invalid` when it can't be printed.
    pub fn new(
        contract: &ContractRecord,
        dossier: &Dossier,
        profile: &ProfileRef,
        turnovers: &[Turnover],
    ) -> Answer<Self> {
        let failed = |error| BackendError::from(ContractError::from(error));
        let offer: Offer = serde_json::from_str(&contract.offer.payload).map_err(BackendError::from)?;
        let profile =
            rules::known_profile(profile).ok_or(BackendError::Corrupt { what: "profile of a case" })?;
        let document = offer.document(dossier, profile, turnovers).map_err(failed)?;
        let data_sha256 = offer.data_sha256(dossier, profile, turnovers).map_err(failed)?;
        match render(&document, Fonts::embedded().map_err(BackendError::from)?) {
            Ok(rendered) => Ok(Self { offer, rendered, data_sha256 }),
            Err(RenderError::MissingGlyph { .. }) => Err(invalid("/payload/turnovers", "not_printable")),
            Err(error) => Err(BackendError::from(error).into()),
        }
    }

    fn is_told_by(&self, record: &OnPaper) -> bool {
        record.contract_no == self.offer.contract_no
            && record.template == self.offer.template
            && record.data_sha256 == self.data_sha256
            && record.render_sha256 == self.rendered.sha256
    }
}

/// A contract that was signed on paper, with the document that it should be, rendered on the pool.
///
/// # Errors
/// `not_found` for one that wasn't; storage failures.
pub async fn printed(conn: &mut Conn, contract: &ContractRecord) -> Answer<Printed> {
    let turnovers = match &contract.paper {
        Some(paper) => paper.signature.turnovers.clone(),
        None => return Err(ErrorCode::NotFound.into()),
    };
    let case = cases::find(conn, &contract.tenant, contract.case_id)
        .await?
        .ok_or(BackendError::Corrupt { what: "contract without its case" })?;
    let dossier = filling(conn, contract).await?;
    let contract = contract.clone();
    tokio::task::spawn_blocking(move || Printed::new(&contract, &dossier, &case.profile, &turnovers))
        .await
        .map_err(BackendError::from)?
}

/// What a reviewer says of the scans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    /// What is missing or wrong, for whoever scanned it.
    Return {
        text: String,
    },
}

/// Decides about the scans that an operation brought. The same verdict twice has one effect.
///
/// # Errors
/// `not_found`; `illegal_move` when they were decided about otherwise, or another offer came; `invalid` for a return
/// without words.
pub async fn decide(
    office: &Office,
    tenant: &TenantId,
    actor: Actor<'_>,
    op_id: OpId,
    verdict: &Verdict,
) -> Answer<()> {
    if let Verdict::Return { text } = verdict {
        rules::check_text("/text", text)?;
    }
    retried(|| decide_once(office, tenant, actor, op_id, verdict)).await?;
    office.store.announce().await;
    Ok(())
}

async fn decide_once(
    office: &Office,
    tenant: &TenantId,
    actor: Actor<'_>,
    op_id: OpId,
    verdict: &Verdict,
) -> Answer<()> {
    let now_ms = office.now_ms();
    let mut tx = office.store.write().await?;
    let contract = contracts::by_answer(&mut tx, tenant, op_id).await?.ok_or(ErrorCode::NotFound)?;
    if is_decided_so(&contract, verdict) {
        return Ok(());
    }
    let action = match verdict {
        Verdict::Accept if contracts::accept_paper(&mut tx, &contract).await? => "contract.accept_paper",
        Verdict::Return { text } if contracts::return_paper(&mut tx, &contract, text).await? => {
            let case = cases::find(&mut tx, tenant, contract.case_id)
                .await?
                .ok_or(BackendError::Corrupt { what: "contract without its case" })?;
            let next =
                CaseRecord { rev: case.rev + 1, updated_at_ms: now_ms.max(case.updated_at_ms), ..case };
            cases::put(&mut tx, tenant, &next).await?;
            let what = Happened::ContractReturned {
                number: contract.number.clone(),
                text: text.clone(),
                by: actor.name.map(str::to_owned),
            };
            events::tell(&mut tx, tenant, next.owner, (next.case_id, next.rev), &what, now_ms).await?;
            "contract.return_paper"
        }
        Verdict::Accept | Verdict::Return { .. } => return Err(ErrorCode::IllegalMove.into()),
    };
    let entry = audit::Entry { actor: actor.id, action, subject: &contract.number };
    audit::append(&mut tx, tenant, entry, now_ms).await?;
    tx.commit().await?;
    Ok(())
}

fn is_decided_so(contract: &ContractRecord, verdict: &Verdict) -> bool {
    match (verdict, contract.state) {
        (Verdict::Accept, ContractState::Signed | ContractState::InEffect) => contract.paper.is_some(),
        (Verdict::Return { text }, ContractState::Offered) => contract.returned.as_ref() == Some(text),
        _ => false,
    }
}
