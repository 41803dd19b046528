//! An agent's computer in the merchant's hands: one contract can be read and answered, and nothing else is reached until
//! somebody unlocks the computer with a PIN.

use std::collections::BTreeMap;
use std::sync::Arc;

use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, Sha256};
use portal_imaging::Turn;
use portal_store::{AuditEntry, DocumentKind};
use serde::{Deserialize, Serialize};

use super::ceremony::Progress;
use crate::App;
use crate::account::Account;
use crate::app::HandedOver;
use crate::case::profile_of;
use crate::error::{CommandCode, CommandError};
use crate::view::{Changed, RoleView, SessionView, SigningWay};

/// That somebody compared the merchant with their identity card, with the photo taken of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdentityCheck {
    pub photo: Sha256,
    pub photo_bytes: u64,
    pub at_ms: i64,
}

/// The account that has a contract, and how whoever is there may sign it.
pub(crate) struct Desk {
    pub account: Arc<Account>,
    pub way: SigningWay,
}

impl App {
    /// The account in use; on a computer that was handed over the agent's, for the one case.
    pub(crate) async fn desk(&self, case_id: CaseId) -> Result<Desk, CommandError> {
        {
            let accounts = self.accounts.lock().await;
            let handed = accounts.handed_over.as_ref().filter(|handed| handed.case_id == case_id);
            if let Some(account) = handed.and_then(|handed| accounts.open.get(&handed.local_id)) {
                return Ok(Desk { account: Arc::clone(account), way: SigningWay::HandedOver });
            }
        }
        let account = self.account().await?;
        let way = way_of(&account);
        Ok(Desk { account, way })
    }

    /// The same, where the merchant is the one who is there.
    ///
    /// # Errors
    /// `not_the_signer` for staff.
    pub(super) async fn signers_desk(&self, case_id: CaseId) -> Result<Desk, CommandError> {
        let desk = self.desk(case_id).await?;
        match desk.way {
            SigningWay::OwnPin | SigningWay::HandedOver => Ok(desk),
            SigningWay::HandOver | SigningWay::Nobody => Err(CommandError::new(CommandCode::NotTheSigner)),
        }
    }

    /// Gives the computer to the merchant, whom the agent has compared with their identity card: `photo` shows them with
    /// it. From here on only this contract is reached, and what the agent read of it doesn't count as read.
    ///
    /// # Errors
    /// `invalid_argument` for an account that signs by its own PIN; `photo_*` for a photo that can't be used;
    /// `frozen`, `offer_expired`.
    pub async fn contract_hand_over(
        &self,
        case_id: CaseId,
        photo: Vec<u8>,
    ) -> Result<SessionView, CommandError> {
        self.writable()?;
        let account = self.account().await?;
        if way_of(&account) != SigningWay::HandOver {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/case_id", "own_account"));
        }
        let offered = self.open_offer(&account, case_id).await?;
        self.refuse_expired(&offered.offer)?;
        let rule = profile_of(&offered.case)?.slot(Slot::HoldingId);
        let rule =
            rule.ok_or(CommandError::new(CommandCode::InvalidArgument).field("/photo", "not_offered"))?;
        let (fitted, _) = self.fit(photo, rule, Turn::None).await?;
        let (number, now_ms, photo_bytes) = (&offered.row.number, self.now(), fitted.bytes.len() as u64);
        let kind = DocumentKind::SignerPhoto;
        let photo = account.store.put_document(case_id, kind, number, fitted.bytes, now_ms).await?;

        let turnovers = offered.progress.as_ref().map(|progress| progress.turnovers.clone());
        let turnovers = turnovers.unwrap_or_default();
        let rendered = self.render_offer(&offered, &turnovers).await?;
        let progress = Progress {
            turnovers,
            opened_at_ms: now_ms,
            render_sha256: rendered.sha256.clone(),
            pages: u16::try_from(rendered.pages).unwrap_or(u16::MAX),
            seen: BTreeMap::new(),
            agreed: BTreeMap::new(),
            confirmed: None,
            strokes: None,
            identity: Some(IdentityCheck { photo: photo.clone(), photo_bytes, at_ms: now_ms }),
            scans: BTreeMap::new(),
        };
        let entry = AuditEntry {
            who: account.local_id.clone(),
            action: format!("contract.handed_over sha256:{photo}"),
            case_id: Some(case_id),
        };

        let mut accounts = self.accounts.lock().await;
        // Locked meanwhile: then nobody takes the computer over.
        if accounts.current.as_ref() != Some(&account.local_id) {
            return Err(CommandError::new(CommandCode::Locked));
        }
        let before = offered.row.ceremony.as_deref();
        if !account.store.keep_ceremony(number, before, &progress.to_json()?).await? {
            return Err(CommandError::new(CommandCode::Stale));
        }
        account.store.audit(&entry, now_ms).await?;
        accounts.current = None;
        accounts.handed_over = Some(HandedOver { local_id: account.local_id.clone(), case_id });
        self.changed(Changed::Session);
        self.session_view(&accounts).await
    }
}

/// How the person whose account it is may sign.
pub(crate) fn way_of(account: &Account) -> SigningWay {
    match account.record.as_ref().map(|record| record.role) {
        Some(RoleView::Merchant) => SigningWay::OwnPin,
        Some(
            RoleView::Agent
            | RoleView::Supervisor
            | RoleView::Technician
            | RoleView::Reviewer
            | RoleView::Administrator,
        ) => SigningWay::HandOver,
        None => SigningWay::Nobody,
    }
}
