//! A code to the signer's phone, where there is a network: the acquirer's word for it becomes evidence of this one document.

use jiff::Timestamp;
use portal_contract::agreement::signer;
use portal_contract::evidence::{Clock, PhoneConfirmation};
use portal_contract::sealed::Sealed;
use portal_domain::dossier::Dossier;
use portal_domain::identifier::Mobile;
use portal_domain::ids::{CaseId, Sha256};
use portal_protocol::contract::{ContractCodeRequest, ContractConfirmation, SealedText};
use serde::{Deserialize, Serialize};

use super::ceremony::Progress;
use super::signing::at;
use crate::App;
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;
use crate::view::{CodeSentView, ContractView};

/// The acquirer's word, with when it arrived here: its times are of another clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmed {
    pub sealed: SealedText,
    confirmed_at_ms: i64,
    valid_ms: i64,
    received_at_ms: i64,
}

impl Confirmed {
    /// Until when this computer's clock lets it count.
    pub(super) fn until_ms(&self) -> i64 {
        self.received_at_ms.saturating_add(self.valid_ms)
    }

    /// When the acquirer's clock said that the code came back.
    pub(super) fn time(&self) -> Timestamp {
        at(self.confirmed_at_ms)
    }

    /// What this computer's clock says, and how far it is from the acquirer's.
    pub(super) fn clock(&self, device_utc: Timestamp) -> Clock {
        Clock {
            device_utc,
            monotonic_ms: None,
            last_server_time: Some(self.time()),
            skew_ms: Some(self.received_at_ms - self.confirmed_at_ms),
        }
    }
}

impl Progress {
    /// The confirmation of these pages, while it counts. After that the signature is given without one, and says so.
    pub(super) fn confirmed(&self, now_ms: i64) -> Option<&Confirmed> {
        let confirmed = self.confirmed.as_ref()?;
        (confirmed.received_at_ms..=confirmed.until_ms()).contains(&now_ms).then_some(confirmed)
    }
}

impl App {
    /// Has a one-time code for exactly the pages that were read sent to the signer's mobile in the application. It needs a
    /// network; without one the contract is signed all the same, at the weaker level.
    ///
    /// # Errors
    /// `not_the_signer` for staff, `not_read` before every page was seen, `invalid_argument` naming `/mobile` when the
    /// application has none, `offline`, `too_many_requests`, `frozen`.
    pub async fn contract_send_code(&self, case_id: CaseId) -> Result<CodeSentView, CommandError> {
        let desk = self.signers_desk(case_id).await?;
        let (offered, progress) = self.read_offer(&desk.account, case_id).await?;
        if masked_mobile(&offered.case.dossier).is_none() {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/mobile", "required"));
        }
        let request = ContractCodeRequest {
            number: offered.row.number,
            document_sha256: document(&progress.render_sha256)?,
        };
        let pump = desk.account.pump().ok_or(CommandError::new(CommandCode::NoBackend))?;
        let sent = pump.account().send_contract_code(&request).await?;
        Ok(CodeSentView { valid_s: sent.valid_s, again_after_s: sent.again_after_s })
    }

    /// Takes the code that arrived. From then on, and for half an hour, the signature has the acquirer's word that the
    /// signer's phone confirmed these pages.
    ///
    /// # Errors
    /// `wrong_code`; `not_the_backend` for an answer that the acquirer didn't seal; as [`App::contract_send_code`].
    pub async fn contract_confirm_code(
        &self,
        case_id: CaseId,
        code: String,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        let desk = self.signers_desk(case_id).await?;
        let (offered, mut progress) = self.read_offer(&desk.account, case_id).await?;
        let code = code.trim().to_owned();
        if code.is_empty() {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/code", "required"));
        }
        let request = ContractConfirmation {
            number: offered.row.number.clone(),
            document_sha256: document(&progress.render_sha256)?,
            code,
        };
        let pump = desk.account.pump().ok_or(CommandError::new(CommandCode::NoBackend))?;
        let sealed = pump.account().confirm_contract(&request).await?;
        let received_at_ms = self.now();
        let root = self.signing_pass(&desk.account).await?.root;
        let read = Sealed { payload: sealed.payload.clone(), signature: sealed.signature.clone() };
        let other = CommandError::new(CommandCode::NotTheBackend);
        let told = PhoneConfirmation::open(&read, &[root], self.timestamp()).map_err(|_| other.clone())?;
        let is_ours = told.contract_no == request.number
            && told.bound_doc_sha256 == request.document_sha256.as_str()
            && told.device_id == self.device_id()?.to_string();
        if !is_ours {
            return Err(other);
        }
        let (confirmed_at_ms, valid_until_ms) =
            (told.confirmed_at.as_millisecond(), told.valid_until.as_millisecond());
        progress.confirmed = Some(Confirmed {
            sealed,
            confirmed_at_ms,
            valid_ms: valid_until_ms - confirmed_at_ms,
            received_at_ms,
        });
        let (number, before) = (&offered.row.number, offered.row.ceremony.as_deref());
        if !desk.account.store.keep_ceremony(number, before, &progress.to_json()?).await? {
            return Err(CommandError::new(CommandCode::Stale));
        }
        self.contract_view(&desk, case_id).await
    }
}

/// The number that a code would go to, as it may be shown; none when the application has no usable one.
pub(super) fn masked_mobile(dossier: &Dossier) -> Option<String> {
    let mobile = Mobile::parse(signer(dossier).mobile.trim()).ok()?;
    let digits = mobile.as_str();
    Some(format!("{}****{}", digits.get(..3)?, digits.get(digits.len().checked_sub(4)?..)?))
}

fn document(render_sha256: &str) -> Result<Sha256, CommandError> {
    render_sha256.parse().map_err(|error| internal("contract ceremony", &error))
}
