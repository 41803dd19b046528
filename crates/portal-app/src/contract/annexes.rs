//! The papers that are annexed to a contract: agreed to one by one, signed with it.

use portal_contract::Language;
use portal_contract::agreement::Offer;
use portal_contract::evidence::{Consent, ConsentKind, TemplateRef};
use portal_contract::template::Template;
use portal_domain::ids::CaseId;
use portal_domain::profile::Text;

use super::ceremony::{Progress, agreement_error};
use super::signing::at;
use crate::App;
use crate::error::{CommandCode, CommandError};
use crate::view::{AnnexView, ContractView};

impl App {
    /// Notes that the merchant agrees to an annex, named by the SHA-256 of its text, or no longer does. The time of the tick
    /// becomes evidence.
    ///
    /// # Errors
    /// `not_the_signer` for staff, `not_read` before every page was seen, `invalid_argument` for a paper that isn't
    /// annexed, `frozen` when it is answered, `stale` when somebody else goes on with it.
    pub async fn contract_agree(
        &self,
        case_id: CaseId,
        annex: String,
        agreed: bool,
    ) -> Result<ContractView, CommandError> {
        self.writable()?;
        let desk = self.signers_desk(case_id).await?;
        let (offered, mut progress) = self.read_offer(&desk.account, case_id).await?;
        if !offered.offer.annexes.iter().any(|known| known.sha256 == annex) {
            return Err(CommandError::new(CommandCode::InvalidArgument).field("/annex", "unknown"));
        }
        if agreed {
            progress.agreed.entry(annex).or_insert(self.now());
        } else {
            progress.agreed.remove(&annex);
        }
        let (number, before) = (&offered.row.number, offered.row.ceremony.as_deref());
        if !desk.account.store.keep_ceremony(number, before, &progress.to_json()?).await? {
            return Err(CommandError::new(CommandCode::Stale));
        }
        self.contract_view(&desk, case_id).await
    }
}

/// What the merchant agreed to, as evidence.
///
/// # Errors
/// `invalid_argument` naming an annex that they didn't agree to.
pub(super) fn consents(offer: &Offer, progress: &Progress) -> Result<Vec<Consent>, CommandError> {
    let papers = offer.annexes(Language::Zh).map_err(agreement_error)?;
    let consent = |(pinned, paper): (&TemplateRef, &'static Template)| {
        let at_ms = progress.agreed.get(&pinned.sha256).ok_or_else(|| {
            let place = format!("/annexes/{}", pinned.id);
            CommandError::new(CommandCode::InvalidArgument).field(&place, "required")
        })?;
        Ok(Consent {
            title: paper.title.clone(),
            version: pinned.version.clone(),
            sha256: pinned.sha256.clone(),
            time: at(*at_ms),
            kind: ConsentKind::Check,
        })
    };
    offer.annexes.iter().zip(papers).map(consent).collect()
}

/// The annexes as the window lists them. An offer of papers that this program doesn't have can't be opened, and says so
/// then.
pub(super) fn annex_views(offer: &Offer, progress: Option<&Progress>) -> Vec<AnnexView> {
    let papers = |language| offer.annexes(language).unwrap_or_default();
    let titles = papers(Language::Zh).into_iter().zip(papers(Language::En));
    let view = |(pinned, (zh, en)): (&TemplateRef, (&'static Template, &'static Template))| AnnexView {
        sha256: pinned.sha256.clone(),
        title: Text { zh: zh.title.clone(), en: en.title.clone() },
        agreed: progress.is_some_and(|progress| progress.agreed.contains_key(&pinned.sha256)),
    };
    offer.annexes.iter().zip(titles).map(view).collect()
}
