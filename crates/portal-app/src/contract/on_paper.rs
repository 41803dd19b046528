//! The way over paper: printed, signed by hand, scanned page by page, sent to be compared. The signature is on the paper,
//! so whoever has it may scan it, staff too; that it is the merchant's, the acquirer's reviewer finds.

use std::sync::Arc;

use portal_contract::Fonts;
use portal_contract::evidence::{Agent, AgentRole, Device, OnPaper, Record, Renderer};
use portal_contract::pki::{DeviceSigner, certificate_sha256};
use portal_contract::signing::paper_copy;
use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, Sha256};
use portal_imaging::{Turn, Verdict};
use portal_protocol::contract::PaperSignature;
use portal_protocol::operation::Change;
use portal_store::{Answer, DocumentKind};
use serde::{Deserialize, Serialize};

use super::ceremony::{Offered, Progress};
use super::handing_over::{Desk, way_of};
use super::signing::{AnswerFile, JPEG, VaultKey, hash, seal};
use crate::App;
use crate::account::Account;
use crate::case::profile_of;
use crate::documents::print_error;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::verdict::shown;
use crate::view::{ContractView, ScanView, SigningWay};

/// The scan of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scan {
    pub sha: Sha256,
    pub size_bytes: u64,
    /// What the quality check said of it.
    pub verdicts: Vec<Verdict>,
}

impl App {
    /// The contract to be printed and signed by hand: the pages that [`App::contract_prepare`] opened, each with number,
    /// page and SHA-256 of the document and a place for initials.
    ///
    /// # Errors
    /// `not_read` before the contract was opened, `offer_expired`, `frozen` when it is answered.
    pub(crate) async fn contract_paper_copy(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<Vec<u8>, CommandError> {
        let (offered, progress) = self.on_paper(account, case_id).await?;
        let rendered = self.render_offer(&offered, &progress.turnovers).await?;
        let number = offered.row.number;
        self.blocking(move || {
            let fonts = Fonts::embedded().map_err(print_error)?;
            paper_copy(&rendered, &number, fonts).map_err(|error| internal("paper copy", &error))
        })
        .await
    }

    /// Takes the scan or photo of a page that was signed on paper, in the place of an earlier one of that page.
    ///
    /// # Errors
    /// `invalid_argument` for a page that the contract doesn't have, `photo_*` for a file that can't be used,
    /// `photo_duplicate` for the scan of another page, `stale` when other pages were opened meanwhile; as
    /// `contract_paper_copy`.
    pub async fn contract_scan_add(
        &self,
        case_id: CaseId,
        page: u16,
        bytes: Vec<u8>,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        let account = self.account().await?;
        let (offered, mut progress) = self.on_paper(&account, case_id).await?;
        if !(1..=progress.pages).contains(&page) {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/page", "out_of_range"));
        }
        let rule = profile_of(&offered.case)?.slot(Slot::PaperContract);
        let rule =
            rule.ok_or(CommandError::new(CommandCode::InvalidArgument).field("/photo", "not_offered"))?;
        let (fitted, _) = self.fit(bytes, rule, Turn::None).await?;
        let size_bytes = fitted.bytes.len() as u64;
        let verdicts = fitted.verdicts;
        let number = &offered.row.number;
        let named = format!("{number}/{page}");
        let scanned = hash(&fitted.bytes);
        if progress.scans.iter().any(|(at, scan)| *at != page && scan.sha == scanned) {
            return Err(CommandError::new(CommandCode::PhotoDuplicate));
        }
        let kind = DocumentKind::PaperScan;
        let sha = account.store.put_document(case_id, kind, &named, fitted.bytes, self.now()).await?;
        progress.scans.insert(page, Scan { sha, size_bytes, verdicts });
        let before = offered.row.ceremony.as_deref();
        if !account.store.keep_ceremony(number, before, &progress.to_json()?).await? {
            return Err(CommandError::new(CommandCode::Stale));
        }
        self.contract_view_of(&account, case_id).await
    }

    /// The scan of a page, as JPEG.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn contract_scan_read(&self, case_id: CaseId, page: u16) -> Result<Vec<u8>, CommandError> {
        let account = self.account().await?;
        let not_found = CommandError::new(CommandCode::NotFound);
        let row = account.store.contract(case_id).await?.ok_or(not_found.clone())?;
        let named = format!("{}/{page}", row.number);
        let stored = account.store.read_document(case_id, DocumentKind::PaperScan, &named).await?;
        stored.ok_or(not_found)
    }

    /// Sends what was signed on paper, bound to the document that was printed: a reviewer compares the scans with it.
    ///
    /// # Errors
    /// `scans_missing` naming the pages, `stale` when `render_sha256` isn't the document that the scans are of,
    /// `offer_expired`, `frozen` when it is answered already.
    pub async fn contract_submit_paper(
        &self,
        case_id: CaseId,
        render_sha256: String,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        let account = self.account().await?;
        let (offered, progress) = self.on_paper(&account, case_id).await?;
        let rendered = self.render_offer(&offered, &progress.turnovers).await?;
        if render_sha256 != progress.render_sha256 || rendered.sha256 != progress.render_sha256 {
            return Err(CommandError::new(CommandCode::Stale));
        }
        let missing = (1..=progress.pages).filter(|page| !progress.scans.contains_key(page));
        let none = CommandError::new(CommandCode::ScansMissing);
        let error = missing.fold(none, |error, page| error.field(&format!("/scans/{page}"), "required"));
        if !error.fields.is_empty() {
            return Err(error);
        }
        let record = self.record_on_paper(&account, &offered, &progress).await?;
        let device = self.device_certificate(&account).await?;
        let key = VaultKey(self.vault());
        let record =
            self.blocking(move || seal(&record, &DeviceSigner { certificate: &device, key: &key })).await?;
        let evidence = hash(record.payload.as_bytes());
        let change = Change::SignOnPaper(Box::new(PaperSignature {
            number: offered.row.number.clone(),
            offer_sha: hash(offered.row.offer.as_bytes()),
            turnovers: progress.turnovers.clone(),
            record,
        }));
        let files = progress.scans.values().map(|scan| AnswerFile {
            slot: Slot::PaperContract.into(),
            media_type: JPEG,
            sha: scan.sha.clone(),
            size_bytes: scan.size_bytes,
        });
        let files = files.collect();
        let ceremony = Some(progress.to_json()?);
        let answer = (Answer::OnPaper, change);
        self.conclude(&account, &offered, answer, files, ceremony, evidence.as_str()).await?;
        account.wake();
        self.contract_changed(case_id);
        self.contract_view_of(&account, case_id).await
    }

    /// The contract that was opened and may be answered on paper.
    async fn on_paper(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<(Offered, Progress), CommandError> {
        if way_of(account) == SigningWay::Nobody {
            return Err(CommandError::new(CommandCode::SignInNeeded));
        }
        let offered = self.open_offer(account, case_id).await?;
        self.refuse_expired(&offered.offer)?;
        let progress = offered.progress.clone().ok_or(CommandError::new(CommandCode::NotRead))?;
        Ok((offered, progress))
    }

    async fn record_on_paper(
        &self,
        account: &Account,
        offered: &Offered,
        progress: &Progress,
    ) -> Result<Record, CommandError> {
        let (offer, profile) = (&offered.offer, profile_of(&offered.case)?);
        let data_sha256 = offer
            .data_sha256(&offered.case.dossier, profile, &progress.turnovers)
            .map_err(|error| internal("contract values", &error))?;
        let pass = self.signing_pass(account).await?;
        let cert_sha256 =
            certificate_sha256(&pass.certificate).map_err(|error| internal("signing pass", &error))?;
        let agent = match way_of(account) {
            SigningWay::HandOver => account.account_id(),
            SigningWay::OwnPin | SigningWay::HandedOver | SigningWay::Nobody => None,
        };
        Ok(Record::OnPaper(Box::new(OnPaper {
            contract_no: offer.contract_no.clone(),
            template: offer.template.clone(),
            data_sha256,
            render_sha256: progress.render_sha256.clone(),
            renderer: Renderer::this(),
            scans: progress.scans.values().map(|scan| scan.sha.to_string()).collect(),
            agent: agent.map(|id| Agent { id: id.to_string(), role: AgentRole::Assistant }),
            device: Device {
                id: self.device_id()?.to_string(),
                cert_sha256,
                app_version: env!("CARGO_PKG_VERSION").to_owned(),
                os: std::env::consts::OS.to_owned(),
            },
            at: self.timestamp(),
            previous_sha256: None,
        })))
    }

    async fn contract_view_of(
        &self,
        account: &Arc<Account>,
        case_id: CaseId,
    ) -> Result<ContractView, CommandError> {
        let desk = Desk { account: Arc::clone(account), way: way_of(account) };
        self.contract_view(&desk, case_id).await
    }
}

/// The scans as the window lists them.
pub(super) fn scan_views(progress: &Progress) -> Vec<ScanView> {
    let view = |(page, scan): (&u16, &Scan)| ScanView {
        page: *page,
        sha: scan.sha.clone(),
        verdicts: scan.verdicts.iter().map(shown).collect(),
    };
    progress.scans.iter().map(view).collect()
}
