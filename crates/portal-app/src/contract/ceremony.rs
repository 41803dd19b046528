//! The way to a merchant's signature: costs first, pages read to the end, and what is kept of it meanwhile.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portal_contract::agreement::{AgreementError, Offer, signer};
use portal_contract::pki::{Certificate, certificate_from_pem};
use portal_contract::sealed::{By, Sealed};
use portal_contract::signing::Handwriting;
use portal_contract::{Document, Fonts, Rendered, render};
use portal_domain::ids::CaseId;
use portal_domain::turnover::{self, Turnover};
use portal_protocol::contract::SigningPass;
use portal_store::{CaseRow, ContractRow, ContractState, DocumentKind};
use serde::{Deserialize, Serialize};

use super::annexes::annex_views;
use super::confirming::{Confirmed, masked_mobile};
use super::handing_over::{Desk, IdentityCheck};
use super::on_paper::{Scan, scan_views};
use crate::App;
use crate::account::Account;
use crate::case::profile_of;
use crate::clock::beijing_date;
use crate::documents::print_error;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::view::{
    Changed, ContractFee, ContractStage, ContractView, CostView, OfferView, PenDevice, ReadingView,
};

/// A page counts as seen when it stood there for a moment; two in less are leafed over.
const PAGE_MS: i64 = 800;
/// The payment of the fee table's example.
const EXAMPLE_FEN: u64 = 100_000;

/// How far the merchant has come, as the store keeps it; with the strokes once they signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Progress {
    pub turnovers: Vec<Turnover>,
    pub opened_at_ms: i64,
    pub render_sha256: String,
    pub pages: u16,
    /// When each page was seen first.
    pub seen: BTreeMap<u16, i64>,
    /// When the merchant agreed to each annex, by the SHA-256 of its text.
    #[serde(default)]
    pub agreed: BTreeMap<String, i64>,
    /// That the signer's phone confirmed these pages.
    #[serde(default)]
    pub confirmed: Option<Confirmed>,
    #[serde(default)]
    pub strokes: Option<Strokes>,
    /// Before the merchant got somebody else's computer.
    #[serde(default)]
    pub identity: Option<IdentityCheck>,
    /// What was signed on paper and scanned, by page.
    #[serde(default)]
    pub scans: BTreeMap<u16, Scan>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Strokes {
    pub device: PenDevice,
    pub handwriting: Handwriting,
}

impl Progress {
    /// When the last page was seen that had not been; none while one is left.
    pub(super) fn to_end_at_ms(&self) -> Option<i64> {
        let all = (1..=self.pages).all(|page| self.seen.contains_key(&page));
        self.seen.values().max().copied().filter(|_| all)
    }

    pub(super) fn to_json(&self) -> Result<String, CommandError> {
        serde_json::to_string(self).map_err(|error| internal("contract ceremony", &error))
    }
}

/// A contract with what it was made from.
pub(super) struct Offered {
    pub row: ContractRow,
    pub case: CaseRow,
    pub offer: Offer,
    pub progress: Option<Progress>,
}

/// What this computer signs with, read.
pub(super) struct Pass {
    pub certificate: Certificate,
    pub root: Certificate,
    pub time_roots: Vec<Certificate>,
}

impl App {
    /// Where a case's contract stands, with every cost.
    ///
    /// # Errors
    /// `offer_not_genuine` when the stored offer isn't the acquirer's.
    pub async fn contract_show(&self, case_id: CaseId) -> Result<ContractView, CommandError> {
        let desk = self.desk(case_id).await?;
        self.contract_view(&desk, case_id).await
    }

    /// Opens the contract for signing, with the merchant's own estimate for the cost card. Opened again with the same
    /// estimate, the reading goes on; with another one the pages are others and are read anew.
    ///
    /// # Errors
    /// `not_found` without an offer, `frozen` when it is answered, `offer_expired`, `missing_glyph`.
    pub async fn contract_prepare(
        &self,
        case_id: CaseId,
        turnovers: Vec<Turnover>,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        turnover::check(&turnovers).map_err(|(place, problem)| {
            CommandError::new(CommandCode::InvalidArgument).field(&format!("/turnovers{place}"), problem)
        })?;
        let desk = self.desk(case_id).await?;
        let offered = self.open_offer(&desk.account, case_id).await?;
        self.refuse_expired(&offered.offer)?;
        let rendered = self.render_offer(&offered, &turnovers).await?;
        let pages = u16::try_from(rendered.pages).unwrap_or(u16::MAX);
        let identity = offered.progress.as_ref().and_then(|known| known.identity.clone());
        let goes_on = offered.progress.filter(|known| known.render_sha256 == rendered.sha256);
        let progress = goes_on.unwrap_or_else(|| Progress {
            turnovers,
            opened_at_ms: self.now(),
            render_sha256: rendered.sha256.clone(),
            pages,
            seen: BTreeMap::new(),
            agreed: BTreeMap::new(),
            confirmed: None,
            strokes: None,
            identity,
            scans: BTreeMap::new(),
        });
        let (number, before) = (&offered.row.number, offered.row.ceremony.as_deref());
        if !desk.account.store.keep_ceremony(number, before, &progress.to_json()?).await? {
            return Err(CommandError::new(CommandCode::Stale));
        }
        self.contract_view(&desk, case_id).await
    }

    /// Notes that a page stood before the merchant. Pages leafed over faster than anybody reads don't count.
    ///
    /// # Errors
    /// `frozen` unless the contract is open for signing.
    pub async fn contract_page_seen(&self, case_id: CaseId, page: u16) -> Result<ContractView, CommandError> {
        let desk = self.desk(case_id).await?;
        let offered = self.open_offer(&desk.account, case_id).await?;
        let mut progress = offered.progress.ok_or(CommandError::new(CommandCode::Frozen))?;
        if !(1..=progress.pages).contains(&page) {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/page", "out_of_range"));
        }
        let last = progress.seen.values().max().copied().unwrap_or(progress.opened_at_ms);
        let now_ms = self.now();
        if !progress.seen.contains_key(&page) && now_ms.saturating_sub(last) >= PAGE_MS {
            progress.seen.insert(page, now_ms);
            let (number, before) = (&offered.row.number, offered.row.ceremony.as_deref());
            // Lost to another page, or to the hand-over: the page is noted again while it stands there.
            desk.account.store.keep_ceremony(number, before, &progress.to_json()?).await?;
        }
        self.contract_view(&desk, case_id).await
    }

    /// The pages as they will be printed, before anybody signed.
    pub(crate) async fn contract_pages(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<Vec<u8>, CommandError> {
        let offered = self.open_offer(account, case_id).await?;
        let turnovers = offered.progress.as_ref().map(|progress| progress.turnovers.clone());
        Ok(self.render_offer(&offered, &turnovers.unwrap_or_default()).await?.pdf)
    }

    /// The contract in English, whatever came of it.
    pub(crate) async fn contract_reading_copy(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<Document, CommandError> {
        let offered =
            self.offer_of(account, case_id).await?.ok_or(CommandError::new(CommandCode::NotFound))?;
        let turnovers = offered.progress.as_ref().map(|progress| progress.turnovers.as_slice());
        offered
            .offer
            .reading_copy(&offered.case.dossier, profile_of(&offered.case)?, turnovers.unwrap_or_default())
            .map_err(agreement_error)
    }

    pub(super) async fn contract_view(
        &self,
        desk: &Desk,
        case_id: CaseId,
    ) -> Result<ContractView, CommandError> {
        let Desk { account, way } = desk;
        let Some(offered) = self.offer_of(account, case_id).await? else {
            return Ok(ContractView {
                stage: ContractStage::NotOffered,
                offer: None,
                reading: None,
                way: *way,
                stamped: false,
                here: false,
                verifier: None,
                before: None,
                scans: Vec::new(),
                on_paper: false,
                returned: None,
            });
        };
        let stage = match offered.row.state {
            ContractState::Offered => ContractStage::Offered,
            ContractState::Signed => ContractStage::Signed,
            ContractState::Received => ContractStage::Received,
            ContractState::InEffect => ContractStage::InEffect,
            ContractState::Refused => ContractStage::Refused,
            ContractState::Superseded => ContractStage::NotOffered,
        };
        let documents = account.store.documents(case_id).await?;
        let here = documents.iter().any(|document| {
            document.kind == DocumentKind::Contract
                && Some(&document.sha) == offered.row.effective_sha.as_ref()
        });
        let reading = offered.progress.as_ref().filter(|_| stage == ContractStage::Offered);
        Ok(ContractView {
            stage,
            reading: reading.map(|progress| ReadingView {
                render_sha256: progress.render_sha256.clone(),
                pages: progress.pages,
                seen: progress.seen.keys().copied().collect(),
                to_end: progress.to_end_at_ms().is_some(),
                opened_at_ms: progress.opened_at_ms,
                confirmed_until_ms: progress.confirmed(self.now()).map(Confirmed::until_ms),
            }),
            way: *way,
            stamped: offered.row.stamped,
            here,
            verifier: offered.row.effective_sha.as_ref().and_then(|sha| self.verifier_link(sha)),
            before: match stage {
                ContractStage::Offered => self.offer_before(account, &offered).await?,
                _ => None,
            },
            scans: offered.progress.as_ref().map(scan_views).unwrap_or_default(),
            on_paper: offered.row.on_paper && offered.row.op_id.is_some(),
            returned: offered.row.returned.clone(),
            offer: Some(self.offer_view(&offered)),
        })
    }

    /// What was offered before in this one's place, so that whoever signs again sees what changed.
    async fn offer_before(
        &self,
        account: &Account,
        offered: &Offered,
    ) -> Result<Option<OfferView>, CommandError> {
        let Some(row) = account.store.contract_before(&offered.row.number).await? else { return Ok(None) };
        let before = self.genuine(account, row, offered.case.clone()).await?;
        Ok(Some(self.offer_view(&before)))
    }

    fn offer_view(&self, offered: &Offered) -> OfferView {
        let (offer, quote) = (&offered.offer, &offered.offer.quote);
        let turnovers =
            offered.progress.as_ref().map(|progress| progress.turnovers.clone()).unwrap_or_default();
        let cost = quote.cost(&turnovers);
        OfferView {
            number: offer.contract_no.clone(),
            quote_number: quote.number.clone(),
            issuer: offer.issuer.name.clone(),
            signer: signer(&offered.case.dossier).name.trim().to_owned(),
            signer_mobile: masked_mobile(&offered.case.dossier),
            valid_until: quote.valid_until.to_string(),
            expired: self.is_expired(offer),
            term_years: offer.term_years,
            fees: quote
                .fees
                .iter()
                .map(|fee| ContractFee {
                    service: fee.service,
                    rate: fee.rate_text(),
                    floor_fen: fee.floor_fen,
                    cap_fen: fee.cap_fen,
                    example_fen: fee.of(EXAMPLE_FEN),
                })
                .collect(),
            settlement: quote.settlement,
            deposit_fen: quote.deposit_fen,
            deposit_refund_days: quote.deposit_refund_days,
            yearly_service_fen: quote.yearly_service_fen,
            exit_fen: quote.exit_fen,
            annexes: annex_views(offer, offered.progress.as_ref()),
            cost: CostView {
                turnovers,
                month_turnover_fen: cost.month_turnover_fen,
                month_fee_fen: cost.month_fee_fen,
                year_fen: cost.year_fen,
            },
        }
    }

    /// The newest contract of a case.
    async fn offer_of(&self, account: &Account, case_id: CaseId) -> Result<Option<Offered>, CommandError> {
        let Some(row) = account.store.contract(case_id).await? else { return Ok(None) };
        let case = self.case_row(account, case_id).await?;
        Ok(Some(self.genuine(account, row, case).await?))
    }

    /// A contract on whose offer the acquirer's own seal was found.
    async fn genuine(
        &self,
        account: &Account,
        row: ContractRow,
        case: CaseRow,
    ) -> Result<Offered, CommandError> {
        let pass = self.signing_pass(account).await?;
        let sealed = Sealed { payload: row.offer.clone(), signature: row.seal.clone() };
        let not_genuine = CommandError::new(CommandCode::OfferNotGenuine);
        let text = sealed
            .open(std::slice::from_ref(&pass.root), By::Issuer, self.timestamp())
            .map_err(|_| not_genuine.clone())?;
        let offer: Offer = serde_json::from_str(text).map_err(|_| not_genuine.clone())?;
        if offer.quote.case_id != case.case_id.to_string() || offer.contract_no != row.number {
            return Err(not_genuine);
        }
        let progress = row.ceremony.as_deref().map(serde_json::from_str).transpose();
        let progress = progress.map_err(|error| internal("contract ceremony", &error))?;
        Ok(Offered { row, case, offer, progress })
    }

    /// An offer that still waits for the merchant's answer.
    pub(super) async fn open_offer(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<Offered, CommandError> {
        let offered =
            self.offer_of(account, case_id).await?.ok_or(CommandError::new(CommandCode::NotFound))?;
        match offered.row.state {
            ContractState::Offered => Ok(offered),
            ContractState::Superseded
            | ContractState::Signed
            | ContractState::Received
            | ContractState::InEffect
            | ContractState::Refused => Err(CommandError::new(CommandCode::Frozen)),
        }
    }

    /// The same, whose every page was seen.
    ///
    /// # Errors
    /// `not_read` before that.
    pub(super) async fn read_offer(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<(Offered, Progress), CommandError> {
        let offered = self.open_offer(account, case_id).await?;
        let read = offered.progress.clone().filter(|progress| progress.to_end_at_ms().is_some());
        let progress = read.ok_or(CommandError::new(CommandCode::NotRead))?;
        Ok((offered, progress))
    }

    pub(super) async fn render_offer(
        &self,
        offered: &Offered,
        turnovers: &[Turnover],
    ) -> Result<Rendered, CommandError> {
        let document = offered
            .offer
            .document(&offered.case.dossier, profile_of(&offered.case)?, turnovers)
            .map_err(agreement_error)?;
        self.blocking(move || {
            let fonts = Fonts::embedded().map_err(print_error)?;
            render(&document, fonts).map_err(print_error)
        })
        .await
    }

    pub(super) fn refuse_expired(&self, offer: &Offer) -> Result<(), CommandError> {
        if self.is_expired(offer) { Err(CommandError::new(CommandCode::OfferExpired)) } else { Ok(()) }
    }

    fn is_expired(&self, offer: &Offer) -> bool {
        beijing_date(self.now()) > offer.quote.valid_until
    }

    /// # Errors
    /// `no_signing_pass` before the account was online once.
    pub(super) async fn signing_pass(&self, account: &Account) -> Result<Pass, CommandError> {
        let none = || CommandError::new(CommandCode::NoSigningPass);
        let pump = account.pump().ok_or_else(none)?;
        let pass: SigningPass = pump.signing_pass().await?.ok_or_else(none)?;
        if pass.device_id != self.device_id()? {
            return Err(none());
        }
        let read = |pem: &str| certificate_from_pem(pem).map_err(|error| internal("signing pass", &error));
        Ok(Pass {
            certificate: read(&pass.certificate)?,
            root: read(&pass.root)?,
            time_roots: pass.time_roots.iter().map(|pem| read(pem)).collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn timestamp(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn contract_changed(&self, case_id: CaseId) {
        self.changed(Changed::Outbox);
        self.changed(Changed::Case { case_id });
    }
}

/// Why an offer gives no document here.
pub(super) fn agreement_error(error: AgreementError) -> CommandError {
    match error {
        AgreementError::UnknownTemplate { .. } => CommandError::new(CommandCode::OfferTooNew),
        AgreementError::OtherTemplate => CommandError::new(CommandCode::OfferNotGenuine),
        AgreementError::Template(_) => internal("contract", &error),
    }
}
