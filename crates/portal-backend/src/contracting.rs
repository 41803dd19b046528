//! Contracts: what is offered, and whether what a merchant signed is that.

use jiff::Timestamp;
use portal_contract::agreement::{self, AgreementError, Issuer, Offer, newest_annexes, newest_template};
use portal_contract::evidence::{Agent, Ceremony, RealName, RealNameMethod, Record, WillMethod};
use portal_contract::pki::Signer;
use portal_contract::sealed::{By, Sealed};
use portal_contract::template::{Quote, QuotedFee, SettlementCycle, TemplateError};
use portal_contract::verifying::{Trust, Verdict, original, verify};
use portal_contract::{Fonts, RenderError, render};
use portal_domain::dossier::Dossier;
use portal_domain::ids::Sha256;
use portal_domain::profile::Profile;
use portal_domain::track::{StepMove, StepState, Track};
use portal_domain::turnover;
use portal_protocol::contract::{ContractRefusal, ContractSignature, SealedText};
use portal_protocol::error::ErrorCode;
use portal_protocol::event::Happened;
use portal_protocol::operation::{Change, Operation};
use portal_protocol::session::Role;
use serde::{Deserialize, Serialize};

use crate::app::{App, Caller};
use crate::clock;
use crate::error::BackendError;
use crate::keys::ServerKeys;
use crate::office::Office;
use crate::paper_contracts;
use crate::problem::{Answer, Problem};
use crate::random;
use crate::rules;
use crate::store::cases::{self, CaseRecord};
use crate::store::contracts::{self, ContractRecord, NewOffer};
use crate::store::tenants::TenantId;
use crate::store::{Conn, audit, events, next_number};

/// Larger than any contract.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

/// What an organisation's offers say beside the fees of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub issuer: Issuer,
    /// To whom personal data is given, as the privacy consent names them.
    #[serde(default = "usual_recipients")]
    pub recipients: String,
    /// Deposit for each terminal, in fen.
    pub deposit_fen: u64,
    /// Service fee a year for each terminal, in fen.
    pub yearly_service_fen: u64,
    pub deposit_refund_days: u16,
    /// What ending the contract costs, in fen.
    pub exit_fen: u64,
    /// For applications that name none.
    pub settlement: SettlementCycle,
    pub term_years: u8,
    /// Days for which an offer may be signed.
    pub offer_valid_days: u16,
}

/// Who takes part in every settlement.
pub fn usual_recipients() -> String {
    "银行卡清算机构、网络支付清算机构、结算账户的开户银行".to_owned()
}

/// Why an offer or a countersignature can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    #[error(transparent)]
    Signing(#[from] portal_contract::signing::SignError),
    #[error("what the issuer signed would be refused by the verifier")]
    Unverifiable,
}

/// The terms of a tenant, once its administrator has set them.
///
/// # Errors
/// Storage failures.
pub async fn terms(conn: &mut Conn, tenant: &TenantId) -> Result<Option<Terms>, BackendError> {
    let text = contracts::terms(conn, tenant).await?;
    Ok(text.as_deref().map(serde_json::from_str).transpose()?)
}

/// Offers the case's contract to its owner, in the place of any earlier offer that isn't in effect: part of the
/// transaction that gave the case this revision.
///
/// # Errors
/// `invalid` for a document that can't be printed; storage failures.
pub async fn offer(
    conn: &mut Conn,
    keys: &ServerKeys,
    tenant: &TenantId,
    case: &CaseRecord,
    dossier: &Dossier,
    terms: &Terms,
    now_ms: i64,
) -> Answer<String> {
    let today = clock::china_date(now_ms);
    let count = next_number(conn, tenant, "contract").await?;
    let serial = format!("{}-{count:06}", today.strftime("%Y%m%d"));
    let number = format!("HT-{serial}");
    let offer = Offer {
        contract_no: number.clone(),
        template: newest_template().map_err(|error| BackendError::from(ContractError::from(error)))?,
        annexes: newest_annexes(dossier).map_err(|error| BackendError::from(ContractError::from(error)))?,
        recipients: terms.recipients.clone(),
        issuer: terms.issuer.clone(),
        term_years: terms.term_years,
        issued_at: clock::timestamp(now_ms),
        quote: quote(terms, case, dossier, format!("BJ-{serial}"), today),
    };
    printable(&offer, case, dossier)?;
    let issuer = keys.issuer(&terms.issuer.name, now_ms)?;
    let text = serde_json::to_string(&offer).map_err(BackendError::from)?;
    let sealed = seal(text, &issuer)?;
    let new = NewOffer {
        number: &number,
        case_id: case.case_id,
        round: case.round,
        offer: &sealed,
        offer_sha: &random::sha256(sealed.payload.as_bytes()),
    };
    contracts::offer(conn, tenant, &new, now_ms).await?;
    let what = Happened::ContractOffered { number: number.clone(), offer: sealed.clone() };
    events::tell(conn, tenant, case.owner, (case.case_id, case.rev), &what, now_ms).await?;
    Ok(number)
}

/// Nothing is offered that the merchant's computer couldn't print.
fn printable(offer: &Offer, case: &CaseRecord, dossier: &Dossier) -> Answer<()> {
    let profile =
        rules::known_profile(&case.profile).ok_or(BackendError::Corrupt { what: "profile of a case" })?;
    let document = match offer.document(dossier, profile, &[]) {
        Err(AgreementError::Template(TemplateError::Missing(value))) => {
            return Err(invalid(&format!("/contract/{value}"), "required"));
        }
        document => document.map_err(|error| BackendError::from(ContractError::from(error)))?,
    };
    match render(&document, Fonts::embedded().map_err(BackendError::from)?) {
        Err(RenderError::MissingGlyph { ch }) => Err(invalid(&format!("/contract/{ch}"), "not_printable")),
        rendered => Ok(rendered.map(drop).map_err(BackendError::from)?),
    }
}

/// The fees that were agreed in the accepted document, and the tenant's terms for as many terminals.
fn quote(
    terms: &Terms,
    case: &CaseRecord,
    dossier: &Dossier,
    number: String,
    today: jiff::civil::Date,
) -> Quote {
    let terminals = u64::from(dossier.terminals.count.unwrap_or_default());
    let valid_days = jiff::Span::new().try_days(i64::from(terms.offer_valid_days)).unwrap_or_default();
    Quote {
        number,
        case_id: case.case_id.to_string(),
        valid_until: today.checked_add(valid_days).unwrap_or(today),
        fees: dossier
            .fees
            .iter()
            .filter_map(|fee| {
                Some(QuotedFee {
                    service: fee.service,
                    rate: fee.rate?,
                    cap_fen: fee.cap_fen,
                    floor_fen: fee.floor_fen,
                })
            })
            .collect(),
        settlement: SettlementCycle::of(&dossier.settlement.period).unwrap_or(terms.settlement),
        deposit_fen: terms.deposit_fen.saturating_mul(terminals),
        yearly_service_fen: terms.yearly_service_fen.saturating_mul(terminals),
        deposit_refund_days: terms.deposit_refund_days,
        exit_fen: terms.exit_fen,
    }
}

/// Offers a case's contract anew, for an operator: after terms were set, or when the offer before is no longer right.
/// What the merchant signed of that one is signed again.
///
/// # Errors
/// `not_found`, `illegal_move` unless the contract is due and not in effect; `invalid` without terms.
pub async fn offer_again(
    office: &Office,
    keys: &ServerKeys,
    tenant: &TenantId,
    actor: &str,
    case_id: portal_domain::ids::CaseId,
) -> Answer<String> {
    let now_ms = office.now_ms();
    let mut tx = office.store.write().await?;
    let case = cases::find(&mut tx, tenant, case_id).await?.ok_or(ErrorCode::NotFound)?;
    let terms = terms(&mut tx, tenant)
        .await?
        .ok_or_else(|| Problem::new(ErrorCode::Invalid).at("/terms", "required"))?;
    let dossier = cases::document(&mut tx, tenant, &case).await?.dossier;
    let mut next = CaseRecord { rev: case.rev + 1, updated_at_ms: now_ms.max(case.updated_at_ms), ..case };
    if let Some(profile) = rules::known_profile(&next.profile) {
        next.tracks.open_ready(profile, &dossier);
    }
    if next.tracks.contract == StepState::Failed {
        next.tracks.contract =
            StepState::Failed.after(Track::Contract, StepMove::Reopen).map_err(|_| ErrorCode::IllegalMove)?;
    }
    if next.tracks.contract != StepState::Open {
        return Err(ErrorCode::IllegalMove.into());
    }
    cases::put(&mut tx, tenant, &next).await?;
    let number = offer(&mut tx, keys, tenant, &next, &dossier, &terms, now_ms).await?;
    let subject = case_id.to_string();
    let entry = audit::Entry { actor, action: "contract.offer", subject: &subject };
    audit::append(&mut tx, tenant, entry, now_ms).await?;
    tx.commit().await?;
    office.store.announce().await;
    Ok(number)
}

/// Seals a text for the issuer.
///
/// # Errors
/// [`BackendError::Pki`].
pub fn seal(payload: String, issuer: &dyn Signer) -> Result<SealedText, BackendError> {
    let Sealed { payload, signature } = Sealed::seal(payload, issuer)?;
    Ok(SealedText { payload, signature })
}

/// The document that fills a contract.
///
/// # Errors
/// Storage failures.
pub async fn filling(conn: &mut Conn, contract: &ContractRecord) -> Result<Dossier, BackendError> {
    let rounds = cases::rounds(conn, &contract.tenant, contract.case_id).await?;
    let filled = rounds.into_iter().find(|round| round.round == contract.round);
    Ok(filled.ok_or(BackendError::Corrupt { what: "contract without its round" })?.dossier)
}

/// Looks at what a merchant signed or refused, before the transaction that receives it: rendering and verifying take
/// their time. That the contract is still on offer is asked again there.
///
/// # Errors
/// `invalid` at the place that is wrong; `illegal_move` when the contract isn't on offer; `forbidden`.
pub async fn examine(app: &App, caller: &Caller, operation: &Operation) -> Answer<()> {
    let number = match &operation.change {
        Change::Sign(signature) => &signature.number,
        Change::SignOnPaper(signature) => &signature.number,
        Change::Refuse(refusal) => &refusal.number,
        Change::Submit(_) | Change::Amend(_) | Change::Withdraw(_) => return Ok(()),
    };
    let (contract, case, dossier) = {
        let mut conn = app.office.store.read().await?;
        let contract = contracts::find(&mut conn, &caller.tenant, number)
            .await?
            .filter(|contract| contract.case_id == operation.case_id)
            .ok_or_else(|| invalid("/payload/number", "unknown_contract"))?;
        let case = cases::find(&mut conn, &caller.tenant, contract.case_id)
            .await?
            .filter(|case| caller.reader.sees(case))
            .ok_or(ErrorCode::Forbidden)?;
        let dossier = filling(&mut conn, &contract).await?;
        (contract, case, dossier)
    };
    let now = clock::timestamp(app.office.now_ms());
    let trust = app.trust();
    match &operation.change {
        Change::Sign(signature) => {
            if signature.offer_sha != contract.offer_sha {
                return Err(invalid("/payload/offer_sha", "superseded"));
            }
            turnover::check(&signature.turnovers)
                .map_err(|(place, problem)| invalid(&format!("/payload/turnovers{place}"), problem))?;
            let profile = rules::known_profile(&case.profile)
                .ok_or(BackendError::Corrupt { what: "profile of a case" })?;
            let blob = operation.blobs.first().ok_or_else(|| invalid("/blobs", "required"))?;
            let signed = Signed {
                pdf: app.office.blobs.read(&blob.sha, MAX_FILE_BYTES).await?,
                sha: blob.sha.clone(),
                signature: (**signature).clone(),
                device_id: operation.device_id.to_string(),
                way: Way::of(caller, operation, 1)?,
            };
            tokio::task::spawn_blocking(move || signed.check(&contract, &dossier, profile, &trust, now))
                .await
                .map_err(BackendError::from)?
        }
        Change::SignOnPaper(signature) => {
            let answered = paper_contracts::Answered {
                signature: (**signature).clone(),
                scans: operation.blobs.iter().map(|blob| blob.sha.clone()).collect(),
                device_id: operation.device_id.to_string(),
                agent: (caller.account.role != Role::Merchant).then(|| caller.account.account_id.to_string()),
            };
            let profile = case.profile;
            tokio::task::spawn_blocking(move || answered.check(&contract, &dossier, &profile, &trust, now))
                .await
                .map_err(BackendError::from)?
        }
        Change::Refuse(refusal) => check_refusal(refusal, &Way::of(caller, operation, 0)?, &trust, now),
        Change::Submit(_) | Change::Amend(_) | Change::Withdraw(_) => Ok(()),
    }
}

pub(crate) fn invalid(pointer: &str, code: &str) -> Problem {
    Problem::new(ErrorCode::Invalid).at(pointer, code)
}

/// A file that claims to be a contract with its merchant's signature.
struct Signed {
    pdf: Vec<u8>,
    sha: Sha256,
    signature: ContractSignature,
    device_id: String,
    way: Way,
}

/// On whose computer a merchant signed: the evidence must say it as it was.
enum Way {
    /// Their own account, by its PIN.
    OwnAccount,
    /// A member of staff's, who compared them with their identity card and took a photo of it.
    HandedOver { agent: String, photo: Sha256 },
}

impl Way {
    /// `at` is the photo's place among the operation's files, when there is one.
    fn of(caller: &Caller, operation: &Operation, at: usize) -> Answer<Self> {
        let photo = operation.blobs.get(at);
        let place = format!("/blobs/{at}");
        match (caller.account.role, photo) {
            (Role::Merchant, None) => Ok(Self::OwnAccount),
            (Role::Merchant, Some(_)) => Err(invalid(&place, "not_named")),
            (
                Role::Agent | Role::Supervisor | Role::Technician | Role::Reviewer | Role::Administrator,
                Some(photo),
            ) => Ok(Self::HandedOver {
                agent: caller.account.account_id.to_string(),
                photo: photo.sha.clone(),
            }),
            (
                Role::Agent | Role::Supervisor | Role::Technician | Role::Reviewer | Role::Administrator,
                None,
            ) => Err(invalid(&place, "no_identity_check")),
        }
    }

    fn is_told_by(&self, real_name: &RealName, agent: Option<&Agent>) -> bool {
        match self {
            Self::OwnAccount => agent.is_none() && real_name.method == RealNameMethod::ReviewedDocuments,
            Self::HandedOver { agent: caller, photo } => {
                agent.is_some_and(|assistant| assistant.id == *caller)
                    && real_name.method == RealNameMethod::InPersonIdCard
                    && real_name.result_ref == photo.as_str()
            }
        }
    }

    /// How somebody says yes or no there without a code to their phone.
    fn without_code(&self) -> WillMethod {
        match self {
            Self::OwnAccount => WillMethod::Pin,
            Self::HandedOver { .. } => WillMethod::InPerson,
        }
    }
}

impl Signed {
    /// Whether it is exactly what was offered, signed by whom it says, read to its end, with evidence that belongs to it.
    fn check(
        &self,
        contract: &ContractRecord,
        dossier: &Dossier,
        profile: &Profile,
        trust: &Trust,
        now: Timestamp,
    ) -> Answer<()> {
        const FILE: &str = "/blobs/0";
        const CEREMONY: &str = "/payload/ceremony";
        let offer: Offer = serde_json::from_str(&contract.offer.payload).map_err(BackendError::from)?;
        let turnovers = &self.signature.turnovers;
        let document = offer
            .document(dossier, profile, turnovers)
            .map_err(|error| BackendError::from(ContractError::from(error)))?;
        let rendered = match render(&document, Fonts::embedded().map_err(BackendError::from)?) {
            Ok(rendered) => rendered,
            Err(RenderError::MissingGlyph { .. }) => return Err(invalid(FILE, "not_printable")),
            Err(error) => return Err(BackendError::from(error).into()),
        };
        // Rendered a second time: a computer that changed one digit of a fee is found here.
        if original(&self.pdf) != Some(rendered.pdf.as_slice()) {
            return Err(invalid(FILE, "not_as_offered"));
        }
        let report = verify(&self.pdf, trust, now);
        let merchant = match (report.verdict, report.merchant) {
            (Verdict::MerchantOnly, Some(merchant)) => merchant,
            _ => return Err(invalid(FILE, "signature_refused")),
        };
        if merchant.signer != agreement::signer(dossier).name.trim() {
            return Err(invalid(FILE, "other_signer"));
        }
        if merchant.device_id.as_deref() != Some(&self.device_id) {
            return Err(invalid(FILE, "other_computer"));
        }
        let (record, ceremony_sha) = open(&self.signature.ceremony, trust, now, CEREMONY)?;
        let Record::Ceremony(ceremony) = record else { return Err(invalid(CEREMONY, "other_record")) };
        if merchant.evidence_sha256.as_deref() != Some(&ceremony_sha) {
            return Err(invalid(CEREMONY, "other_evidence"));
        }
        let data_sha256 = offer
            .data_sha256(dossier, profile, turnovers)
            .map_err(|error| BackendError::from(ContractError::from(error)))?;
        check_ceremony(&ceremony, &offer, &rendered.sha256, &data_sha256, rendered.pages)?;
        let method = ceremony.will.method;
        let is_told = self.way.is_told_by(&ceremony.real_name, ceremony.agent.as_ref())
            && (method == self.way.without_code() || method == WillMethod::Sms);
        if !is_told {
            return Err(invalid(CEREMONY, "other_identity_check"));
        }
        ceremony
            .assurance(&trust.roots, now)
            .map_err(|fault| invalid("/payload/ceremony/will", fault.code()))?;
        let (record, _) = open(&self.signature.signed, trust, now, "/payload/signed")?;
        match record {
            Record::Signed(signed)
                if signed.contract_no == offer.contract_no
                    && signed.signed_pdf_sha256 == self.sha.as_str()
                    && signed.previous_sha256.as_deref() == Some(&ceremony_sha) =>
            {
                Ok(())
            }
            _ => Err(invalid("/payload/signed", "other_record")),
        }
    }
}

fn check_ceremony(
    ceremony: &Ceremony,
    offer: &Offer,
    render_sha256: &str,
    data_sha256: &str,
    pages: usize,
) -> Answer<()> {
    const POINTER: &str = "/payload/ceremony";
    let belongs = ceremony.contract_no == offer.contract_no
        && ceremony.template == offer.template
        && ceremony.render_sha256 == render_sha256
        && ceremony.data_sha256 == data_sha256
        && ceremony.will.bound_doc_sha256 == render_sha256;
    if !belongs {
        return Err(invalid(POINTER, "other_document"));
    }
    if !offer.is_agreed_in(ceremony) {
        return Err(invalid(POINTER, "not_agreed"));
    }
    if ceremony.reading.to_end_at.is_none() || usize::from(ceremony.reading.pages) < pages {
        return Err(invalid(POINTER, "not_read"));
    }
    let signed_on = clock::china_date(ceremony.clock.device_utc.as_millisecond());
    if signed_on > offer.quote.valid_until {
        return Err(invalid(POINTER, "offer_expired"));
    }
    Ok(())
}

/// A record that a computer sealed, with its hash.
pub(crate) fn open(
    text: &SealedText,
    trust: &Trust,
    now: Timestamp,
    pointer: &'static str,
) -> Answer<(Record, String)> {
    let sealed = Sealed { payload: text.payload.clone(), signature: text.signature.clone() };
    let payload = sealed.open(&trust.roots, By::Device, now).map_err(|_| invalid(pointer, "seal_refused"))?;
    let record: Record = serde_json::from_str(payload).map_err(|_| invalid(pointer, "bad_format"))?;
    match record.to_canonical_json() {
        Ok(canonical) if canonical == payload => Ok((record, sealed.payload_sha256())),
        _ => Err(invalid(pointer, "bad_format")),
    }
}

fn check_refusal(refusal: &ContractRefusal, way: &Way, trust: &Trust, now: Timestamp) -> Answer<()> {
    const POINTER: &str = "/payload/record";
    match open(&refusal.record, trust, now, POINTER)?.0 {
        Record::Refused(refused) if refused.contract_no == refusal.number => {
            let is_told = way.is_told_by(&refused.real_name, refused.agent.as_ref())
                && refused.will.method == way.without_code();
            if !is_told {
                return Err(invalid(POINTER, "other_identity_check"));
            }
            rules::check_text(POINTER, &refused.reason)
        }
        _ => Err(invalid(POINTER, "other_record")),
    }
}
