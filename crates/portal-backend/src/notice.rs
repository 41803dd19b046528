//! The acceptance notice (受理通知书): what happens next, what to bring, where, by when.

use portal_contract::{AcceptanceNotice, Branch, Fonts, Language, RenderError, acceptance_notice, render};
use portal_domain::track::Track;
use portal_protocol::case::CaseDocument;
use portal_protocol::error::ErrorCode;

use crate::clock;
use crate::error::BackendError;
use crate::problem::{Answer, Problem};
use crate::rules;
use crate::store::Conn;
use crate::store::tenants::{self, TenantId};

/// Where the merchant is served: the case's branch, else the tenant's first, else the tenant itself.
///
/// # Errors
/// [`BackendError::Database`].
pub async fn branch(
    conn: &mut Conn,
    tenant: &TenantId,
    branch_id: Option<&str>,
) -> Result<Branch, BackendError> {
    let own = match branch_id {
        Some(id) => tenants::find_branch(conn, tenant, id).await?,
        None => None,
    };
    let found = match own {
        Some(branch) => Some(branch),
        None => tenants::first_branch(conn, tenant).await?,
    };
    let or_ask = |text: String| if text.is_empty() { "请致电服务网点".to_owned() } else { text };
    Ok(match found {
        Some(branch) => {
            Branch { name: branch.name, address: or_ask(branch.address), hours: or_ask(branch.hours) }
        }
        None => Branch {
            // The tenant of a first start has no name that a merchant could read.
            name: match tenants::name(conn, tenant).await? {
                name if name == tenants::HOME => "收单机构".to_owned(),
                name => name,
            },
            address: or_ask(String::new()),
            hours: or_ask(String::new()),
        },
    })
}

/// The notice of an accepted case: its next steps are the tracks that its profile has after review, what to bring
/// are the originals of the photos that were sent.
pub fn compose(document: &CaseDocument, number: &str, branch: Branch, now_ms: i64) -> AcceptanceNotice {
    let dossier = &document.dossier;
    let profile = rules::known_profile(&document.profile);
    let next_steps = profile.map_or_else(Vec::new, |profile| {
        profile.tracks_for(dossier).filter_map(|rule| next_step(rule.track)).map(str::to_owned).collect()
    });
    let to_bring = profile.map_or_else(Vec::new, |profile| {
        dossier
            .attachments
            .iter()
            .filter(|(_, photos)| !photos.is_empty())
            .filter_map(|(slot, _)| profile.slot(*slot))
            .filter(|rule| is_paper(rule.slot))
            .map(|rule| original(&rule.name.zh))
            .collect()
    });
    let act_by = profile.and_then(|profile| {
        let days = jiff::Span::new().try_days(profile.limits.next_steps_within_days).ok()?;
        clock::china_date(now_ms).checked_add(days).ok()
    });
    AcceptanceNotice {
        language: Language::Zh,
        number: number.to_owned(),
        merchant_name: dossier.business.registered_name.trim().to_owned(),
        case_id: document.case_id.to_string(),
        accepted_at: clock::timestamp(now_ms),
        accepted_at_text: clock::china_text(now_ms),
        branch,
        act_by_text: act_by.map(clock::china_day_text),
        next_steps,
        to_bring,
        reviewer_role: "审核员".to_owned(),
        verify_qr_payload: format!("portal-notice:{number}:{}", document.case_id),
    }
}

/// The notice as PDF, rendered on the blocking pool.
///
/// # Errors
/// `invalid` at the registered name when no embedded font has one of its characters.
pub async fn print(notice: AcceptanceNotice) -> Answer<Vec<u8>> {
    let rendered =
        tokio::task::spawn_blocking(move || render(&acceptance_notice(&notice), Fonts::embedded()?))
            .await
            .map_err(BackendError::from)?;
    match rendered {
        Ok(rendered) => Ok(rendered.pdf),
        Err(RenderError::MissingGlyph { .. }) => {
            Err(Problem::new(ErrorCode::Invalid).at("/business/registered_name", "not_printable"))
        }
        Err(error) => Err(BackendError::from(error).into()),
    }
}

fn next_step(track: Track) -> Option<&'static str> {
    match track {
        Track::Review => None,
        Track::Verification => Some("线下核查：工作人员与您约定时间，上门或在网点核对证照原件与经营情况。"),
        Track::Contract => Some("签约：阅读并签署收单服务协议，确认费率与结算方式。"),
        Track::Settlement => Some("结算账户核验：确认收款账户可以正常入账。"),
        Track::ChannelRegistration => Some("通道报备：按短信或二维码提示完成微信、支付宝实名授权。"),
        Track::Terminals => Some("机具调试：绑定终端并完成测试交易。"),
        Track::Training => Some("装机培训：学习收款、对账与退款操作。"),
        Track::Activation => Some("开通：以上事项完成后开通收款，并发送开通通知。"),
    }
}

/// What is brought is the whole card, not the side that a photo shows: `法人身份证（人像面）` → `法人身份证原件`.
fn original(slot_name: &str) -> String {
    format!("{}原件", slot_name.split('（').next().unwrap_or(slot_name))
}

/// Whether a slot shows a paper that can be brought along.
fn is_paper(slot: portal_domain::dossier::Slot) -> bool {
    use portal_domain::dossier::Slot as S;
    match slot {
        S::BusinessLicence
        | S::TaxRegistration
        | S::OrganisationCodeCertificate
        | S::LegalIdPortrait
        | S::SettlerIdPortrait
        | S::BankCardFront
        | S::AccountPermit
        | S::SettlementAuthLetter
        | S::PaperContract
        | S::Lease
        | S::SpecialQualification => true,
        S::LegalIdEmblem
        | S::SettlerIdEmblem
        | S::BankCardBack
        | S::Storefront
        | S::Interior
        | S::CashierDesk
        | S::HoldingId
        | S::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use portal_domain::dossier::MerchantKind;
    use portal_domain::ids::CaseId;
    use portal_domain::testing::dossier;
    use portal_protocol::operation::ProfileRef;

    use super::*;

    #[test]
    fn a_notice_says_what_to_bring_and_by_when() {
        let profile = portal_domain::profile::lakala().unwrap();
        let document = CaseDocument {
            case_id: CaseId(uuid::Uuid::nil()),
            rev: 1,
            profile: ProfileRef { id: profile.id.clone(), version: profile.version.clone() },
            dossier: dossier(3, MerchantKind::Micro),
            tracks: portal_domain::track::Tracks::default(),
            rounds: Vec::new(),
            notice_number: None,
            updated_at_ms: 0,
        };
        let branch = Branch { name: "网点".into(), address: "某处".into(), hours: "9:00–17:00".into() };
        // 2026-03-02 00:30 in China, still the first of March in London.
        let notice = compose(&document, "N-1", branch, 1_772_382_600_000);
        assert_eq!(notice.act_by_text.as_deref(), Some("2026年4月1日"));
        assert!(notice.to_bring.contains(&"法人身份证原件".to_owned()), "{:?}", notice.to_bring);
        assert!(notice.to_bring.iter().all(|paper| !paper.contains('面')), "{:?}", notice.to_bring);
        assert!(notice.next_steps.last().is_some_and(|step| step.starts_with("开通")));
    }
}
